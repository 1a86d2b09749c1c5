"""The composition root: the only look at the clock, and the module of each subcommand of the shell; the others are not loaded."""

from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Final

from bot.config import Settings
from bot.platforms.console.output import Printer

MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "run": "bot.shell.run",
        "ingest": "bot.shell.ingest",
        "eval": "bot.shell.evaluate",
        "config": "bot.shell.check",
        "export": "bot.shell.move",
        "import": "bot.shell.move",
        "backup": "bot.shell.move",
    }
)
"""By subcommand; all others ask what can be asked in a chat, too. Loading everything would take twice as long as most answers."""


def now() -> datetime:
    """The only look at the clock."""
    return datetime.now(UTC)


def module_of(command: str) -> ModuleType:
    """Load what does a subcommand."""
    return import_module(MODULES.get(command, "bot.shell.ask"))


async def execute(settings: Settings, words: Namespace) -> int:
    """Do what the command line asks; gives the exit code, having told what failed."""
    printer = Printer(settings.console.tzinfo, language=settings.console.language, as_json=getattr(words, "json", False))
    code: int = await module_of(words.command).execute(settings, words, printer, now)
    return code
