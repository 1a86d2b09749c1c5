"""/merge, /split, /undo, /corrections and /history: asking for corrections, and who did what; they are done by `pipeline.corrections`.

What is asked for is written down, and done by the one process that groups: this one at once, another within moments.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from bot.commands.choosing import which_article, which_event
from bot.commands.desk import Answer, Call, Desk, Progress, sentence
from bot.commands.events import find
from bot.core.errors import UsageError
from bot.core.grouping.constraints import CorrectionId
from bot.core.grouping.correction import THE_TERMINAL, Correction, CorrectionKind, CorrectionState, asker
from bot.core.message import Action, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import ArticleId, EventId, HistoryEntry
from bot.core.phrase import phrase, phrases
from bot.core.wording import shortened
from storage.correcting import corrections
from storage.news import articles, events

PATIENCE: Final = 20.0
"""Seconds in which another process should have come by: it groups at least that often while articles come. Guess."""

LOOK: Final = 0.25
"""Seconds between two looks whether it has."""

LISTED: Final = 20
"""Corrections that are listed."""

LINES: Final = 40
"""Lines of an event's life that are told, the newest."""

_HEADLINE: Final = 80
_LARGEST: Final = 2**31 - 1
_TOO_LONG: Final = 11  # digits


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionFacts:
    """One correction: `state` is asked, done or refused; who asked for it in which chat, and the undo that took it back."""

    id: int
    kind: str
    state: str
    who: str
    chat: str
    asked_at: datetime
    done_at: datetime | None
    event: int | None
    other: int | None
    article: int | None
    undoes: int | None
    undone_by: int | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFacts:
    """One line of an event's life: `event` as it was called then; `who` is None unless somebody asked for it."""

    at: datetime
    what: str
    event: int
    article: int | None
    who: str | None
    correction: int | None


async def merge(desk: Desk, call: Call) -> Answer:
    """Ask for two events to be one; with one alone, list those that may be the same."""
    if len(call.words) == 1:
        async with desk.database.read() as connection:
            found = await find(connection, call.words[0])
            return found if isinstance(found, Answer) else await which_event(connection, found)
    if len(call.words) != 2:
        raise UsageError(phrase("Which two events? Say their numbers."))
    async with desk.database.write() as connection:
        one, other = await find(connection, call.words[0]), await find(connection, call.words[1])
        if isinstance(one, Answer):
            return one
        if isinstance(other, Answer):
            return other
        numbers = [EventId(_number(word)) for word in call.words]
        asked = await corrections.ask(
            connection, CorrectionKind.MERGE, call.now, who=who_asks(call), chat=chat_of(call), event_id=numbers[0], other_id=numbers[1]
        )
    return _working(desk, asked, phrase("Merging event {other} with event {one} …", one=one.id, other=other.id))


async def split(desk: Desk, call: Call) -> Answer:
    """Ask for an article to leave its event; without one, list those that could."""
    if len(call.words) not in (1, 2):
        raise UsageError(phrase("Say the number of an event, and of the article that is not about it."))
    async with desk.database.read() as connection:
        event = await find(connection, call.words[0])
    if isinstance(event, Answer):
        return event
    if len(call.words) == 1:
        return which_article(event)
    number = ArticleId(_number(call.words[1]))
    async with desk.database.write() as connection:
        if not await articles.load(connection, [number]):
            return sentence(phrase("There is no article {number}.", number=number), failed=True)
        asked = await corrections.ask(
            connection, CorrectionKind.SPLIT, call.now, who=who_asks(call), chat=chat_of(call), event_id=event.id, article_id=number
        )
    return _working(desk, asked, phrase("Taking article {number} out of event {event} …", number=number, event=event.id))


async def undo(desk: Desk, call: Call) -> Answer:
    """Ask for a correction to be taken back: the last one that stands, or the one with this number."""
    if len(call.words) > 1:
        raise UsageError(phrase("One correction at a time."))
    wanted = CorrectionId(_number(call.words[0])) if call.words else None
    async with desk.database.write() as connection:
        if wanted is None:
            wanted = await corrections.last_standing(connection)
            if wanted is None:
                return sentence(phrase("There is nothing to undo."), failed=True)
        elif await corrections.get(connection, wanted) is None:
            return sentence(phrase("There is no correction {number}; /corrections lists them.", number=wanted), failed=True)
        asked = await corrections.ask(connection, CorrectionKind.UNDO, call.now, who=who_asks(call), chat=chat_of(call), undoes=wanted)
    return _working(desk, asked, phrase("Undoing correction {number} …", number=wanted))


def _working(desk: Desk, asked: CorrectionId, told: str) -> Answer:
    return replace(sentence(told), work=partial(_done, desk, asked))


async def _done(desk: Desk, asked: CorrectionId, progress: Progress) -> Answer:
    """Wait until a correction was done or refused, by this process or another, and tell how it went."""
    progress(0, 0)
    if desk.correct is not None:
        await desk.correct()
    latest = asyncio.get_running_loop().time() + PATIENCE
    while (correction := await _read(desk, asked)).state is CorrectionState.ASKED:
        if asyncio.get_running_loop().time() > latest:
            told = phrase("Correction {number} waits for the process that groups; /corrections says when it is done.", number=asked)
            return sentence(told, facts=_facts(correction))
        await asyncio.sleep(LOOK)
    if correction.state is CorrectionState.REFUSED:
        told = phrase("Refused: {reason}", reason=correction.reason)
        return sentence(told, facts=_facts(correction), failed=True)
    return await _how_it_went(desk, correction)


async def _read(desk: Desk, number: CorrectionId) -> Correction:
    async with desk.database.read() as connection:
        found = await corrections.get(connection, number)
    if found is None:
        raise LookupError(f"correction {number}")
    return found


async def _how_it_went(desk: Desk, correction: Correction) -> Answer:
    target = correction if correction.undoes is None else await _read(desk, correction.undoes)
    async with desk.database.read() as connection:
        ids = [event_id for event_id in (target.event_id, target.other_id) if event_id is not None]
        there = {event_id: await events.resolve(connection, event_id) for event_id in ids}
    living = sorted({event_id for event_id in there.values() if event_id is not None})
    actions = [Action(phrase("Event {number}", number=event_id), f"/event {event_id}") for event_id in living]
    if correction.kind is CorrectionKind.UNDO:
        told = phrase("Correction {number} is undone.", number=target.id)
        parts = [told, *([correction.reason] if correction.reason else [])]
        return Answer(message=_message(*parts, actions=actions), facts=_facts(correction))
    actions.append(Action(phrase("Undo"), f"/undo {correction.id}"))
    if correction.kind is CorrectionKind.MERGE:
        told = phrase("Events {one} and {other} are one now: event {event}.", one=target.event_id, other=target.other_id, event=living[0])
    else:
        told = phrase(
            "Article {article} has left event {event}, and is event {new} now.",
            article=target.article_id,
            event=there.get(target.event_id or EventId(0)),
            new=target.other_id,
        )
    kept = phrase("Later articles and every reingest will keep to that; /undo {number} takes it back.", number=correction.id)
    return Answer(message=_message(told, kept, actions=actions), facts=_facts(correction))


def _message(told: str, *more: str, actions: Sequence[Action] = ()) -> Message:
    quiet = [Paragraph((Text(each, Style.QUIET),)) for each in more]
    return Message((Paragraph((Text(told),)), *quiet), tuple(actions))


async def listed(desk: Desk, call: Call) -> Answer:
    """List what admins did: who, when, from which chat, and what became of it."""
    if call.words:
        raise UsageError(phrase("This command takes no words."))
    async with desk.database.read() as connection:
        found = await corrections.newest(connection, LISTED)
    facts = tuple(map(_facts, found))
    if not found:
        return sentence(phrase("Nobody has corrected anything yet. /merge and /split do."), facts=facts)
    items = tuple(_item(each) for each in found)
    standing = next((each for each in found if _stands(each)), None)
    actions = () if standing is None else (Action(phrase("Undo {number}", number=standing.id), f"/undo {standing.id}"),)
    return Answer(message=Message((Heading((Text(phrase("Corrections"), Style.STRONG),)), Listing(items)), actions), facts=facts)


def _stands(correction: Correction) -> bool:
    return correction.kind is not CorrectionKind.UNDO and correction.state is CorrectionState.DONE and correction.undone_by is None


def _item(correction: Correction) -> tuple[Line, ...]:
    first: Line = (
        Text(f"{correction.id}  ", Style.QUIET),
        Text(_what(correction), Style.STRONG),
        Text(phrase("  by {who} in {chat}, ", who=asker(correction.who), chat=correction.chat), Style.QUIET),
        Moment(correction.asked_at),
    )
    match correction.state:
        case CorrectionState.ASKED:
            return (first, (Text(phrase("waits for the process that groups"), Style.QUIET),))
        case CorrectionState.REFUSED:
            return (first, (Text(phrase("refused: {reason}", reason=correction.reason), Style.WARNING),))
        case CorrectionState.DONE:
            pass
    if correction.undone_by is not None:
        return (first, (Text(phrase("undone by {number}", number=correction.undone_by), Style.QUIET),))
    return (first, (Text(correction.reason, Style.QUIET),)) if correction.reason else (first,)


def _what(correction: Correction) -> str:
    match correction.kind:
        case CorrectionKind.MERGE:
            return phrase("merge events {one} and {other}", one=correction.event_id, other=correction.other_id)
        case CorrectionKind.SPLIT if correction.other_id is not None:
            return phrase(
                "split article {article} off event {event}: event {new}",
                article=correction.article_id,
                event=correction.event_id,
                new=correction.other_id,
            )
        case CorrectionKind.SPLIT:
            return phrase("split article {article} off event {event}", article=correction.article_id, event=correction.event_id)
        case CorrectionKind.UNDO:
            return phrase("undo {number}", number=correction.undoes)


async def history(desk: Desk, call: Call) -> Answer:
    """Tell an event's life, newest lines last, with who did what of it."""
    if len(call.words) != 1:
        raise UsageError(phrase("Which event? Say its number."))
    async with desk.database.read() as connection:
        event = await find(connection, call.words[0])
        if isinstance(event, Answer):
            return event
        lines = await events.history(connection, event.id)
        shown = [(entry, json.loads(entry.detail)) for entry in lines[-LINES:]]
        by = await corrections.named(connection, [detail["correction"] for _, detail in shown if detail.get("correction")])
        told_of = sorted({entry.article_id for entry, _ in shown if entry.article_id is not None})
        titles = {article.id: article.content.title for article in await articles.load(connection, told_of)}
    items = tuple((_line(entry, detail, by, titles),) for entry, detail in shown)
    left = len(lines) - len(shown)
    more = [Paragraph((Text(phrases(left, "{count} earlier line", "{count:,} earlier lines"), Style.QUIET),))] if left > 0 else []
    heading = Heading((Text(phrase("The life of event {event}", event=event.id), Style.STRONG),))
    facts = tuple(_history_facts(entry, detail, by) for entry, detail in shown)
    actions = (Action(phrase("Event {number}", number=event.id), f"/event {event.id}"),)
    return Answer(message=Message((heading, *more, Listing(items)), actions), facts=facts)


def _line(entry: HistoryEntry, detail: Mapping[str, Any], by: Mapping[CorrectionId, Correction], titles: Mapping[ArticleId, str]) -> Line:
    correction = by.get(detail.get("correction", 0))
    title = "" if entry.article_id is None else shortened(titles.get(entry.article_id, ""), _HEADLINE)
    line: Line = (Moment(entry.at), Text("  "), Text(_told(entry, detail)))
    if title:
        line = (*line, Text(f"  {title}", Style.EMPHASIS))
    if correction is not None:
        line = (*line, Text(phrase("  by {who} (correction {number})", who=asker(correction.who), number=correction.id), Style.QUIET))
    return line


def _told(entry: HistoryEntry, detail: Mapping[str, Any]) -> str:
    """Put one line of history into words."""
    return _LIFE[entry.what](entry, detail) if entry.what in _LIFE else entry.what


def _joined(entry: HistoryEntry, detail: Mapping[str, Any]) -> str:
    if detail.get("copy_of"):
        return phrase("article {article} came, a copy of {original}", article=entry.article_id, original=detail["copy_of"])
    return phrase("article {article} joined", article=entry.article_id)


_LIFE: Final[Mapping[str, Callable[[HistoryEntry, Mapping[str, Any]], str]]] = {
    "opened": lambda entry, _: phrase("event {event} opened with article {article}", event=entry.event_id, article=entry.article_id),
    "joined": _joined,
    "revised": lambda entry, _: phrase("article {article} was revised and stays", article=entry.article_id),
    "folded": lambda entry, detail: phrase(
        "article {article} turned out to be a copy of {original}", article=entry.article_id, original=detail["copy_of"]
    ),
    "left": lambda entry, _: phrase("article {article} left", article=entry.article_id),
    "merged": lambda entry, detail: phrase(
        "event {absorbed} became part of event {event}", absorbed=detail["absorbed"], event=entry.event_id
    ),
    "closed": lambda entry, detail: phrase("event {event} went on as event {other}", event=entry.event_id, other=detail["continued_by"]),
    "split": lambda entry, detail: phrase("articles left event {event} for event {other}", event=entry.event_id, other=detail["into"]),
    "revived": lambda entry, detail: phrase(
        "event {event} got its number back from event {other}", event=entry.event_id, other=detail["source"]
    ),
    "moved": lambda entry, detail: phrase("article {article} came from event {other}", article=entry.article_id, other=detail["source"]),
}


def _history_facts(entry: HistoryEntry, detail: Mapping[str, Any], by: Mapping[CorrectionId, Correction]) -> HistoryFacts:
    correction = by.get(detail.get("correction", 0))
    return HistoryFacts(
        at=entry.at,
        what=entry.what,
        event=entry.event_id,
        article=entry.article_id,
        who=None if correction is None else correction.who,
        correction=None if correction is None else correction.id,
    )


def _facts(correction: Correction) -> CorrectionFacts:
    return CorrectionFacts(
        id=correction.id,
        kind=correction.kind.value,
        state=correction.state.value,
        who=correction.who,
        chat=correction.chat,
        asked_at=correction.asked_at,
        done_at=correction.done_at,
        event=correction.event_id,
        other=correction.other_id,
        article=correction.article_id,
        undoes=correction.undoes,
        undone_by=correction.undone_by,
        reason=correction.reason,
    )


def _number(word: str) -> int:
    """Read the number of an event, an article or a correction; one too large for any names none."""
    number = word.removeprefix("#")
    if not (number.isascii() and number.isdecimal()):
        raise UsageError(phrase("“{word}” is not a number.", word=shortened(word, 40)))
    return min(int(number), _LARGEST) if len(number) < _TOO_LONG else _LARGEST


def who_asks(call: Call) -> str:
    """Give what is written down of who asks: the platform's id of a person."""
    return call.person or THE_TERMINAL


def chat_of(call: Call) -> str:
    """Give what is written down of where somebody asks: the address of the chat as text."""
    address = call.place.address
    return "/".join(filter(None, (address.platform, address.chat, address.thread)))
