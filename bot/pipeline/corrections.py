"""Corrections: what admins asked for, done by the leader of grouping, each in one transaction with all that follows from it.

History, memories, constraints, ledger, cards, follows and mutes change together or not at all: killed at any instruction, a correction is
still asked for, and done by whoever leads next. What was asked for and cannot be is refused with the reason.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.core.event import headline, overview
from bot.core.grouping.constraints import Bond, Constraint, Constraints
from bot.core.grouping.correction import Correction, CorrectionKind, CorrectionState, Parting, asker, parting, survivor_first, with_copies
from bot.core.grouping.decision import Change, Parted
from bot.core.grouping.grouper import Grouper
from bot.core.model import Article, ArticleId, Event, EventId
from bot.core.phrase import Phrase, phrase
from bot.core.telling.ledger import told_now
from bot.pipeline.record import record
from bot.pipeline.remember import wake
from storage.correcting import corrections, partings
from storage.correcting.corrections import Moved
from storage.engine.database import Connection, Database
from storage.news import articles, events


@dataclass(frozen=True, slots=True)
class Refused:
    """A correction is not done; the reason is a sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A correction is done; `note` says what could not be put back, None when all could."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What doing a correction takes: the open transaction of the leader, the grouper, and how its memory is written."""

    connection: Connection
    database: Database
    grouper: Grouper
    live_events: int
    fingerprint: str
    now: datetime


async def correct(office: Office, correction: Correction) -> Refused | Done:
    """Do a correction, or refuse it, and write down which; the grouper and the tables agree when the transaction is committed."""
    match correction.kind:
        case CorrectionKind.MERGE:
            outcome = await _merge(office, correction)
        case CorrectionKind.SPLIT:
            outcome = await _split(office, correction)
        case CorrectionKind.UNDO:
            outcome = await _undo(office, correction)
        case _ as never:
            assert_never(never)
    if isinstance(outcome, Refused):
        await corrections.refused(office.connection, correction.id, office.now, outcome.reason)
    else:
        office.grouper.bind(await corrections.bonds(office.connection))
    return outcome


async def _merge(office: Office, correction: Correction) -> Refused | Done:
    one, other = await _event(office, correction.event_id), await _event(office, correction.other_id)
    if one.id == other.id:
        return Refused(
            phrase(
                "Events {one} and {other} are one event already, event {event}.",
                one=correction.event_id,
                other=correction.other_id,
                event=one.id,
            )
        )
    against = _stands_between(await corrections.holding(office.connection), one, other)
    if against is not None:
        return Refused(await _told(office, against))
    survivor, absorbed = survivor_first(one, other)
    moved = Moved(
        articles=tuple(article.id for article in absorbed.articles),
        names=tuple(await events.names(office.connection, absorbed.id)),
        cards=await partings.living_cards(office.connection, [survivor.id, absorbed.id]),
        told=await partings.last_told(office.connection),
    )
    pair = _headline_report(survivor), _headline_report(absorbed)
    await _unite(office, correction, survivor.id, absorbed.id)
    await corrections.done(office.connection, correction.id, office.now, bond=Bond.TOGETHER, pairs=[pair], moved=moved)
    return Done()


async def _split(office: Office, correction: Correction) -> Refused | Done:
    event = await _event(office, correction.event_id)
    number = ArticleId(correction.article_id or 0)
    if all(article.id != number for article in event.articles):
        found = await articles.load(office.connection, [number])
        if found and found[0].event_id:
            elsewhere = phrase(
                "Article {article} is not in event {event}: it is in event {other}.",
                article=number,
                event=event.id,
                other=found[0].event_id,
            )
            return Refused(elsewhere)
        return Refused(phrase("Article {article} is not in event {event}: it has no event yet.", article=number, event=event.id))
    made = parting(event, with_copies(event, number))
    if not made.is_possible:
        told = phrase(
            "Article {article} and its copies are all that event {event} has: there is nothing to part it from.",
            article=number,
            event=event.id,
        )
        return Refused(told)
    against = _holds_together(await corrections.holding(office.connection), made)
    if against is not None:
        return Refused(await _told(office, against))
    left = await _part(office, correction, event, made)
    pairs = [(number, article.id) for article in made.staying if article.copy_of is None]
    copies = tuple((article.id, article.copy_of) for article in event.articles if article.id == number and article.copy_of is not None)
    moved = Moved(articles=tuple(article.id for article in made.leaving), copies=copies)
    await corrections.done(office.connection, correction.id, office.now, bond=Bond.APART, pairs=pairs, moved=moved, other_id=left)
    return Done()


async def _undo(office: Office, correction: Correction) -> Refused | Done:
    number = correction.undoes
    target = None if number is None else await corrections.get(office.connection, number)
    if target is None or target.kind is CorrectionKind.UNDO:
        return Refused(phrase("There is no merge and no split with the number {number}.", number=number))
    if target.undone_by is not None:
        earlier = await corrections.get(office.connection, target.undone_by)
        if earlier is None:
            return Refused(phrase("{correction} was undone already.", correction=_called(target)))
        told = phrase(
            "{correction} was undone already by {who}, {at}.", correction=_called(target), who=asker(earlier.who), at=_at(earlier)
        )
        return Refused(told)
    if target.state is not CorrectionState.DONE:
        return Refused(phrase("{correction} was never done.", correction=_called(target)))
    outcome = await (_unmerge if target.kind is CorrectionKind.MERGE else _unsplit)(office, correction, target)
    if isinstance(outcome, Done):
        await corrections.undone(office.connection, target.id, correction.id, office.now)
        await corrections.done(office.connection, correction.id, office.now, reason=outcome.note)
    return outcome


async def _unmerge(office: Office, correction: Correction, target: Correction) -> Refused | Done:
    """Give the absorbed event its id back, with those of its articles that are still where the merge brought them, and their copies."""
    moved = await corrections.moved_by(office.connection, target.id)
    revived = moved.names[0]
    event = await _event(office, revived)
    if event.id == revived:
        return Done(note=phrase("Event {event} has its number back already; no article was moved.", event=revived))
    brought = {article.id for article in event.articles if article.id in moved.articles}
    done_at = target.done_at or target.asked_at
    brought |= {article.id for article in event.articles if article.copy_of in brought and article.received_at > done_at}
    made = parting(event, brought)
    if not made.leaving:
        told = phrase(
            "None of the articles of event {other} is in event {event} any more; no article was moved.", other=revived, event=event.id
        )
        return Done(note=told)
    if not made.staying:
        told = phrase("Event {event} has no article but those of event {other}; no article was moved.", event=event.id, other=revived)
        return Done(note=told)
    against = _holds_together(await corrections.holding(office.connection, besides=target.id), made)
    if against is not None:
        return Refused(await _told(office, against))
    await _part(office, correction, event, made, moved)
    return Done()


async def _unsplit(office: Office, correction: Correction, target: Correction) -> Refused | Done:
    """Merge what was split off back, unless it has become part of yet another event."""
    source, other = await _event(office, target.event_id), await _event(office, target.other_id)
    if source.id == other.id:
        return Done(note=phrase("Its articles are together in event {event} again already.", event=source.id))
    if other.id != target.other_id:
        told = phrase("Event {event} has become part of event {other}, and stays there.", event=target.other_id, other=other.id)
        return Done(note=told)
    against = _stands_between(await corrections.holding(office.connection, besides=target.id), source, other)
    if against is not None:
        return Refused(await _told(office, against))
    moved = await corrections.moved_by(office.connection, target.id)
    there = {article.id: article for article in (*source.articles, *other.articles)}
    again = [
        (there[copy], original)
        for copy, original in moved.copies
        if copy in there and original in there and there[copy].copy_of is None and there[original].copy_of is None
    ]
    await _unite(office, correction, source.id, other.id, again)
    (whole,) = await events.load(office.connection, [source.id])
    await partings.join_tellings(office.connection, other.id, told_now(overview(whole), office.now), copies=len(again))
    return Done()


async def _event(office: Office, event_id: EventId | None) -> Event:
    """Load the event that this number means today. Raises ValueError when the row of the correction is broken."""
    (event,) = await events.load(office.connection, [] if event_id is None else [event_id])
    return event


async def _unite(
    office: Office, correction: Correction, survivor: EventId, absorbed: EventId, copies: Sequence[tuple[Article, ArticleId]] = ()
) -> None:
    """Make two events one; `copies` are reports that are copies of others again."""
    await wake(office.database, office.grouper, [survivor, absorbed])
    changes = office.grouper.unite(survivor, absorbed, correction.id)
    for copy, original in copies:
        changes += office.grouper.fold(copy, original, survivor)
    await _write(office, changes)


async def _part(office: Office, correction: Correction, event: Event, made: Parting, back: Moved | None = None) -> EventId:
    """Have articles leave an event, for a new one or (`back`) for the one that a merge took in; gives its number."""
    await wake(office.database, office.grouper, [event.id])
    into = None
    if back is not None:
        into = back.names[0]
        await events.revive(office.connection, back.names)
    # Reading a large event anew takes up to a second.
    changes = await asyncio.to_thread(office.grouper.part, event, made, into, correction.id)
    await _write(office, changes)
    (target,) = (change.event_id for change in changes if isinstance(change, Parted))
    left, stays = await events.load(office.connection, [target, event.id])
    left_now, stays_now = told_now(overview(left), office.now), told_now(overview(stays), office.now)
    # A copy that leaves was never counted, and one that stays in the place of its report goes on for it.
    were_reports = {article.id for article in event.articles if article.copy_of is None}
    gone = sorted(article.received_at for article in made.leaving if article.id in were_reports)[len(made.promoted) :]
    if back is None:
        await partings.part_tellings(office.connection, event.id, left_now, stays_now, gone)
        await partings.copy_wishes(office.connection, event.id, left_now, office.now)
    else:
        await partings.give_back(office.connection, back.cards, (event.id, target))
        await partings.part_tellings(office.connection, event.id, left_now, stays_now, gone, after=back.told)
    return target


async def _write(office: Office, changes: Sequence[Change]) -> None:
    memory = await asyncio.to_thread(office.grouper.settle, office.live_events)
    await record(office.connection, changes, memory, office.fingerprint, office.now)


def _headline_report(event: Event) -> ArticleId:
    """Name the report whose title stands for the event."""
    article: Article = headline(event)
    return article.copy_of or article.id


def _stands_between(held: Constraints, one: Event, other: Event) -> Constraint | None:
    """Give what forbids two events to be one."""
    there = {article.id for article in other.articles}
    parted = [(article.id, each) for article in one.articles for each in held.apart(article.id) & there]
    return held.contradiction(Bond.TOGETHER, parted)


def _holds_together(held: Constraints, made: Parting) -> Constraint | None:
    """Give what forbids articles to leave the others."""
    there = {article.id for article in made.staying}
    bound = [(article.id, each) for article in made.leaving for each in held.together(article.id) & there]
    return held.contradiction(Bond.APART, bound)


async def _told(office: Office, against: Constraint) -> str:
    """Say which correction stands against it, who asked for that, and how to be rid of it."""
    correction = await corrections.get(office.connection, against.correction)
    if correction is None:
        raise LookupError(f"correction {against.correction}")
    parts: dict[str, object] = {"number": against.correction, "one": against.one, "other": against.other}
    parts |= {"correction": _called(correction), "who": asker(correction.who), "at": _at(correction)}
    if against.bond is Bond.TOGETHER:
        return phrase("{correction} (by {who}, {at}) keeps articles {one} and {other} together; /undo {number} ends that.", **parts)
    return phrase("{correction} (by {who}, {at}) keeps articles {one} and {other} apart; /undo {number} ends that.", **parts)


def _called(correction: Correction) -> Phrase:
    match correction.kind:
        case CorrectionKind.MERGE:
            return phrase("Merge {number}", number=correction.id)
        case CorrectionKind.SPLIT:
            return phrase("Split {number}", number=correction.id)
        case CorrectionKind.UNDO:
            return phrase("Undo {number}", number=correction.id)


def _at(correction: Correction) -> str:
    return f"{correction.asked_at:%Y-%m-%d %H:%M} UTC"
