"""The command line: words of the shell become one call of `app`, and its outcome an exit code."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

EXPLAINED = """
exit codes: 0 done, 1 failed, 2 wrong usage or configuration
Every key of the configuration can be set as SLUGLINE_SECTION__KEY, for example SLUGLINE_STORAGE__URL=sqlite:///news.db
"""


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--config", type=Path, metavar="FILE", default=argparse.SUPPRESS, help="configuration (default: config.toml, if there)"
    )
    shared.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print data instead of text")
    top = argparse.ArgumentParser(
        prog="slugline",
        description="A self-hosted news desk that lives in chat.",
        epilog=EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"slugline {version('slugline')}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[shared], allow_abbrev=False)

    add("run", "watch the folders and talk in the terminal; without a terminal: take in, show, end")
    add("ingest", "take in folders or files now").add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add("ask", 'answer one line of chat, for example: slugline ask "/latest 5"').add_argument("line", nargs="+", metavar="LINE")
    add("digest", "what is new").add_argument("words", nargs="*", metavar="SPAN", help="how far back to look, for example 12h or 7d")
    add("sources", "where articles come from, or who tells an event").add_argument("words", nargs="*", metavar="EVENT")
    add("status", "how much there is, and whether it works")
    add("errors", "failing sources and files in quarantine")
    measured = add("eval", "measure grouping or article recovery on labelled data")
    kinds = measured.add_subparsers(dest="kind", metavar="KIND", required=True)
    of_events = kinds.add_parser("events", help="grouping: JSON lines with gold events", parents=[shared])
    of_events.add_argument("files", nargs="+", type=Path, metavar="FILE")
    of_articles = kinds.add_parser("articles", help="article recovery: a folder with messy/ and gold.jsonl", parents=[shared])
    of_articles.add_argument("folder", type=Path, metavar="FOLDER")
    checked = add("config", "look at the configuration")
    checked.add_subparsers(dest="kind", metavar="check", required=True).add_parser(
        "check", help="say whether it can be used", parents=[shared]
    )
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; an interruption is no error of ours, at whatever moment it comes."""
    if not _have_streams():
        return 1
    try:
        return _run(parser().parse_args(arguments))
    except KeyboardInterrupt:
        sys.stderr.write("slugline: interrupted; what was stored stays stored\n")
        return 1
    finally:
        _flush()


def _have_streams() -> bool:
    """See to it that the three standard streams can be used, whatever the shell closed (`>&-`) or cannot encode."""
    # In this order, because the first that is opened gets the lowest number that is free.
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    is_shown = sys.stdout is not None
    if not is_shown:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if not is_shown:
        sys.stderr.write("slugline: standard output is closed; send it to /dev/null if nobody is to read it\n")
    return is_shown


def _flush() -> None:
    """Write what is buffered, such as a help text: at its end the interpreter would fail at it with a traceback."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # Whoever read our output may have seen enough (`slugline ask /latest | head -1`).
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"slugline: standard output cannot be written: {error.strerror}\n")
            raise SystemExit(1) from error


def _run(words: argparse.Namespace) -> int:
    # The worker imports this module again when it is spawned: what is heavy is imported only by who runs it.
    import asyncio  # noqa: PLC0415

    from bot import app, config, logs  # noqa: PLC0415
    from bot.core.errors import ConfigurationError, SluglineError, UsageError  # noqa: PLC0415
    from bot.platforms.console.output import OutputLost, complain  # noqa: PLC0415

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


if __name__ == "__main__":
    sys.exit(main())
