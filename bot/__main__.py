"""The command line: words of the shell become one call of `app`, and its outcome an exit code."""

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

EXPLAINED = """
exit codes: 0 done, 1 failed, 2 wrong usage or configuration
Every key of the configuration can be set as SLUGLINE_SECTION__KEY, for example SLUGLINE_STORAGE__URL=sqlite:///news.db
"""

SOURCES_EXPLAINED = """
words:
  (none)                 every source with its health; also: page 2, failing, paused, feed ID, words of a name
  EVENT                  who tells the event of that number
  add URL                watch a feed, or the feed of a page
  remove ID              stop watching it; its articles stay
  pause ID, resume ID    or "all"
  fulltext ID feed|page  show the feed's text, or the page's where the feed only teases
  check [ID]             ask now, and wait for the answers
  import FILE            take the feeds of an OPML file, or of its address
  export [FILE]          write all feeds as OPML
"""

EXPORT_EXPLAINED = """
One line of JSON for every source, article, event, chat and so on, of all that this installation keeps; its configuration is a file of its
own, and messages that wait are left behind. End Slugline before: what it takes in and sends afterwards is not in the file. Feeds alone, as
OPML: slugline sources export
"""

IMPORT_EXPLAINED = """
The database that is configured must be new. All is stored, or nothing. The files of watched folders are known again where the folders have
the same paths.
"""

BACKUP_EXPLAINED = """
Slugline may run meanwhile. To go back to a backup, end Slugline, move the database away together with the files of its name that end in
-wal and -shm, and copy the backup to its place. What was sent since the backup, or waited then, may be sent again.
"""

REINGEST_EXPLAINED = """
words:
  (none), all            everything: what would change is said, and kept as a plan
  source NAME, event ID  only what touches that source or event
  dry-run                behind it: only say what would change
  apply N, cancel N      carry a plan out, or end it; what was done stays
  status [N]             how it stands
"""

MOST_ORDERS = 100
"""Orders of arrival that can be tried at once. Guess: five say what there is to say."""


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

    def add(name: str, text: str, epilog: str | None = None) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            parents=[shared],
            allow_abbrev=False,
        )

    served = add("run", "watch folders and feeds and talk in the terminal; without a terminal: take in, show, end")
    served.add_argument("--headless", action="store_true", help="serve without a terminal until told to end (SIGTERM), for services")
    add("ingest", "take in folders or files now").add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add("ask", 'answer one line of chat, for example: slugline ask "/latest 5"').add_argument("line", nargs="+", metavar="LINE")
    add("digest", "what is new").add_argument("words", nargs="*", metavar="SPAN", help="how far back to look, for example 12h or 7d")
    listed = add("sources", "where articles come from: list, add, pause, import, export; or who tells an event", SOURCES_EXPLAINED)
    listed.add_argument("words", nargs="*", metavar="WORD")
    add("status", "how much there is, and whether it works")
    add("errors", "failing sources and files in quarantine")
    sending = add("deliveries", "messages that could not be sent: list, send again, let be")
    sending.add_argument("words", nargs="*", metavar="WORD", help="retry or drop, and the number of a delivery or all")
    again = add("reingest", "read and group everything once more: what would change, then the change", REINGEST_EXPLAINED)
    again.add_argument("words", nargs="*", metavar="WORD")
    exported = add("export", "write all that is kept into a new file, as lines of JSON, for another machine or engine", EXPORT_EXPLAINED)
    exported.add_argument("file", type=Path, metavar="FILE", help="a new file, or - for standard output")
    imported = add("import", "fill a new database with what export wrote", IMPORT_EXPLAINED)
    imported.add_argument("file", type=Path, metavar="FILE")
    add("backup", "copy the database into a new file while it is in use, and check the copy", BACKUP_EXPLAINED).add_argument(
        "file", type=Path, metavar="FILE"
    )
    measured = add("eval", "measure grouping, copies, understanding or article recovery on labelled data")
    kinds = measured.add_subparsers(dest="kind", metavar="KIND", required=True)
    _add_measurements(kinds, shared)
    checked = add("config", "look at the configuration")
    checked.add_subparsers(dest="kind", metavar="check", required=True).add_parser(
        "check", help="say whether it can be used", parents=[shared]
    )
    return top


def _add_measurements(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    compared = argparse.ArgumentParser(add_help=False, parents=[shared])
    compared.add_argument("--floors", type=Path, metavar="FILE", help="fail when a figure falls below the one pinned in this TOML file")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return kinds.add_parser(name, help=text, description=text, parents=[compared], allow_abbrev=False)

    of_events = add("events", "grouping: JSON lines with gold events")
    of_events.add_argument("files", nargs="+", type=Path, metavar="FILE")
    of_events.add_argument("--threshold", type=_probability, metavar="P", help="instead of grouping.threshold of the configuration")
    of_events.add_argument("--memberships", action="store_true", help="with --json: also where each article ended")
    trial = of_events.add_mutually_exclusive_group()
    trial.add_argument("--frontier", action="store_true", help="several thresholds: precision, recall and speed at each")
    trial.add_argument("--shuffle", type=_orders, metavar="N", default=0, help="the order of the file, then N others within each day")
    trial.add_argument("--languages", action="store_true", help="all languages mixed, and each by itself")
    trial.add_argument("--cross-language", action="store_true", help="with the extra crosslang: compare reports in different languages")
    trial.add_argument("--within", nargs="+", type=Path, metavar="FILE", default=[], help="inside a stream of these sets, scored alone")
    add("copies", "copies: what newsrooms make of the articles of JSON lines").add_argument("files", nargs="+", type=Path, metavar="FILE")
    chosen = add("extracts", "the sentences of cards: JSON lines with gold events and texts")
    chosen.add_argument("files", nargs="+", type=Path, metavar="FILE")
    understood = add("understanding", "figures, credits and changes: articles of JSON lines in which people marked them")
    understood.add_argument("files", nargs="+", type=Path, metavar="FILE")
    understood.add_argument("--marks", type=Path, metavar="FILE", required=True, help="what they marked: ids and places, no text")
    add("articles", "article recovery: a folder with messy/ and gold.jsonl").add_argument("folder", type=Path, metavar="FOLDER")


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no probability between 0 and 1")
    return value


def _orders(text: str) -> int:
    value = int(text) if text.isdecimal() and len(text) < 9 else 0
    if not 0 < value <= MOST_ORDERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of orders from 1 to {MOST_ORDERS}")
    return value


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
    with _interrupted_afterwards():
        program = import_module("bot.run")
        program.load(words)
    code: int = program.run(words)
    return code


@contextmanager
def _interrupted_afterwards() -> Iterator[None]:
    """Let an interruption wait for the end: in the midst of an import Python 3.11 makes other errors of it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no signal comes here
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
