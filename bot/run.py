"""One command, from parsed words to its exit code: configuration, logs, the event loop, and what is said when it fails.

Apart from `__main__`, which workers import again, because what is heavy is imported here.
"""

import argparse
import asyncio

from bot import app, config, logs
from bot.core.errors import ConfigurationError, SluglineError, UsageError
from bot.platforms.console.output import OutputLost, complain


def load(words: argparse.Namespace) -> None:
    """Load what the command line asks for, at a time when nobody can interrupt it."""
    app.module_of(words.command)


def run(words: argparse.Namespace) -> int:
    """Run what the command line asks for, and give the exit code."""
    try:
        settings = config.load(getattr(words, "config", None))
        logs.set_up(level=settings.log.level, json=settings.log.format == "json")
        return asyncio.run(app.execute(settings, words))
    except OutputLost as error:
        if isinstance(error.__cause__, BrokenPipeError):
            return 0
        complain(str(error))
        return 1
    except SluglineError as error:
        complain(str(error))
        return 2 if isinstance(error, ConfigurationError | UsageError) else 1
