"""How a line that a person typed becomes a command; which commands there are is in `catalogue`, and what they do lives beside."""

import re
from typing import Final

import structlog

from bot.commands.catalogue import COMMANDS, NAMED, named_on
from bot.commands.desk import Answer, Call, Command, Desk, Request, sentence
from bot.commands.help import nearest
from bot.core.errors import UsageError
from bot.core.message import Message, Paragraph, Style, Text
from bot.core.phrase import joined, phrase

__all__ = ["COMMANDS", "NAMED", "respond"]

log = structlog.get_logger(__name__)

_COMMAND: Final = re.compile(r"/(\w*)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


async def respond(desk: Desk, request: Request) -> Answer:
    """Answer one line: a command, with or without `@bot` behind its name and in any case, or words to search for.

    What is not understood is answered too, with what would be; so is what only an admin may ask.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    command, name, rest = _understood(request)
    if command is None:
        told = phrase("There is no /{name}. {instead}", name=name[:40], instead=nearest(named_on(request.place.address.platform), name))
        return sentence(told, failed=True, misused=True)
    if command.admin and not request.is_admin:
        _log_refused(command, request)
        return sentence(phrase("/{name} is for the admins of this installation.", name=command.name), failed=True)
    if command.settles and not request.runs_chat:
        _log_refused(command, request)
        told = phrase("/{name} is for those who run this chat.", name=command.name)
        if request.is_guest:
            told = phrase("I am only a guest here: ask me for /{name} in private, or have me added to the server.", name=command.name)
        return sentence(told, failed=True)
    try:
        return await command.handler(desk, _call(request, rest))
    except UsageError as error:
        summary = Text(joined(" – ", ("", command.summary)), Style.QUIET)
        usage = Paragraph((Text(phrase("Usage: ")), Text(command.usage, Style.STRONG), summary))
        return Answer(message=Message((Paragraph((Text(error.told),)), usage)), failed=True, misused=True)


def only_reads(request: Request) -> bool:
    """Whether nothing of the desk but the database is needed to answer this."""
    command, _, _ = _understood(request)
    return command is None or command.reads


def _understood(request: Request) -> tuple[Command | None, str, str]:
    """Give the command that a line calls, None where there is none of the name; the name as typed, and the words for it."""
    text = request.text.strip()
    if not text.startswith("/"):
        name = "search" if text else "start"
        return NAMED[name], name, text
    match = _COMMAND.fullmatch(text)
    name = (match[1] if match else text[1:].split(maxsplit=1)[0]).casefold()
    known = named_on(request.place.address.platform)
    return (known.get(name or "help") if match else None), name, ((match[2] or "").strip() if match else "")


def _log_refused(command: Command, request: Request) -> None:
    address = request.place.address
    log.info("A command was refused.", command=command.name, platform=address.platform, chat=address.chat, person=request.person)


def _call(request: Request, rest: str) -> Call:
    return Call(
        rest=rest,
        now=request.now,
        attachment=request.attachment,
        is_admin=request.is_admin,
        runs_chat=request.runs_chat,
        place=request.place,
        person=request.person,
        guild=request.guild,
    )
