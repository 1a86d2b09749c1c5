"""What the words behind `slugline sources` mean: a line of chat, and where the document of its answer goes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.commands.desk import Document
from bot.core.errors import UsageError
from bot.core.phrase import phrase
from bot.platforms.console.files import write
from bot.platforms.console.once import Keep
from bot.platforms.console.output import Printer

VERBS: Final = {
    "list": "/sources",
    "add": "/addsource",
    "remove": "/removesource",
    "pause": "/pause",
    "resume": "/resume",
    "fulltext": "/fulltext",
    "check": "/check",
    "import": "/import",
    "export": "/export",
}
"""The first word of the shell with the command that it stands for; anything else is what `/sources` itself takes."""


def asked(words: Sequence[str], printer: Printer) -> tuple[str, Keep | None]:
    """Give the line of chat that the words stand for, and who keeps a document: None to leave that to the conversation.

    Raises UsageError when an export names several files.
    """
    command = VERBS.get(words[0].casefold()) if words else "/sources"
    if command is None:
        return " ".join(("/sources", *words)), None
    if command != "/export":
        return " ".join((command, *words[1:], *(["all"] if command == "/check" and len(words) == 1 else ()))), None
    if len(words) > 2:
        raise UsageError(phrase("One file at a time: slugline sources export [FILE]"))
    if len(words) == 2 and words[1] != "-":
        return command, _into(Path(words[1]))
    return command, None if printer.as_json else _shown(printer)


def _into(path: Path) -> Keep:
    async def keep(document: Document) -> str:
        await write(document, path)
        return phrase("Saved as {path}.", path=str(path))

    return keep


def _shown(printer: Printer) -> Keep:
    async def keep(document: Document) -> None:
        printer.whole(document)

    return keep
