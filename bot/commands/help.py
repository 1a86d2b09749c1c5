"""/help: which commands there are, by what one wants to do, and which one somebody may have meant."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from bot.commands.catalogue import COMMANDS_ONLY, named_on
from bot.commands.desk import SETTINGS, Answer, Call, Command, Desk, sentence
from bot.commands.facts import CommandFacts
from bot.core.errors import UsageError
from bot.core.message import Block, Heading, Message, Paragraph, Style, Table, Text
from bot.core.phrase import joined, phrase

TASKS: Final = (
    (phrase("Read"), ("digest", "latest", "top", "search", "event", "sources", "timeline", "week", "why")),
    (phrase("Subscribe"), ("subscribe", "subscriptions", "unsubscribe", "time", "alerts", "filter", "follow", "mute")),
    (
        phrase("Tune"),
        tuple("settings timezone quiet language threads pingrole defaults adminrole stop privacy cancel start help".split()),
    ),
    (
        phrase("Run"),
        tuple("status errors deliveries addsource removesource pause resume check fulltext import export".split())
        + tuple("reingest merge split undo corrections history ban allow".split()),
    ),
)
"""What people want, and the commands that do it, each once, in the order in which /help tells them."""


async def help_(desk: Desk, call: Call) -> Answer:
    """List the commands by what one wants to do, or tell more about one.

    Raises:
        UsageError: several were named.
    """
    del desk
    if len(call.words) > 1:
        raise UsageError(phrase("One command at a time."))
    named = named_on(call.place.address.platform)
    if not call.words:
        return _by_task([command for command in named.values() if call.is_admin or not command.admin], call)
    name = call.words[0].removeprefix("/").casefold()
    command = named.get(name)
    if command is None:
        return sentence(phrase("There is no /{name}. {instead}", name=name[:40], instead=nearest(named, name)), failed=True)
    blocks = (Heading((Text(command.usage, Style.STRONG),)), Paragraph((Text(command.summary),)), Paragraph((Text(command.details),)))
    return Answer(message=Message(blocks), facts=_facts(command))


def nearest(named: Mapping[str, Command], name: str) -> str:
    """Say which command somebody may have meant who typed a name that there is not."""
    near = get_close_matches(name, named, n=1, cutoff=0.5)
    return phrase("Did you mean /{name}?", name=near[0]) if near else phrase("/help lists what there is.")


def with_words(told: str, call: Call) -> str:
    """Add what becomes of words that are no command, where they are heard."""
    is_heard = call.place.address.platform not in COMMANDS_ONLY
    return joined(" ", (told, phrase("Words without a slash are searched for."))) if is_heard else told


def _by_task(commands: Sequence[Command], call: Call) -> Answer:
    named = {command.name: command for command in commands}
    blocks: list[Block] = [Heading((Text(phrase("Commands"), Style.STRONG),))]
    for task, names in TASKS:
        if rows := tuple(_rows(named[name] for name in names if name in named)):
            blocks += [Paragraph((Text(task, Style.STRONG),)), Table(("", ""), rows)]
    more = with_words(phrase("/help and a name says more about one."), call)
    message = Message((*blocks, Paragraph((Text(more, Style.QUIET),))), (SETTINGS,))
    return Answer(message=message, facts=tuple(_facts(command) for command in commands))


def _rows(commands: Iterable[Command]) -> Iterable[tuple[tuple[Text, ...], ...]]:
    return (((Text(command.usage, Style.STRONG),), (Text(command.summary),)) for command in commands)


def _facts(command: Command) -> CommandFacts:
    return CommandFacts(name=command.name, usage=command.usage, summary=command.summary)
