"""What admins asked for, what became of it, and the constraints that hold because of it; what a correction does is decided elsewhere."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.grouping.constraints import Bond, Bonds, Constraint, Constraints, CorrectionId
from bot.core.grouping.correction import Correction, CorrectionKind, CorrectionState
from bot.core.message_text import text_json, text_of
from bot.core.model import ArticleId, EventId
from storage.engine.chunks import chunks
from storage.engine.engines import wait_for_writers
from storage.news.events import homes
from storage.schema.correction_tables import ASKED, HOLDING, constraints, corrections
from storage.schema.rows import storable

_REPEATABLE: Final = corrections.c.kind.in_((CorrectionKind.MERGE, CorrectionKind.SPLIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What is written down of a merge or a split so that it can be taken back.

    `articles` were in the absorbed event, or left by a split; of these, `copies` were copies, each of an article that stayed. Of a merge,
    `names` are the ids that the absorbed event had, its own first, `cards` the living cards of both events with the event of each, and
    `told` the last row of the ledger before it.
    """

    articles: tuple[ArticleId, ...]
    copies: tuple[tuple[ArticleId, ArticleId], ...] = ()
    names: tuple[EventId, ...] = ()
    cards: tuple[tuple[int, EventId], ...] = ()
    told: int = 0


async def ask(
    connection: AsyncConnection,
    kind: CorrectionKind,
    now: datetime,
    *,
    who: str,
    chat: str,
    event_id: EventId | None = None,
    other_id: EventId | None = None,
    article_id: ArticleId | None = None,
    undoes: CorrectionId | None = None,
) -> CorrectionId:
    """Write down what an admin asks for; the leader of grouping does it when it comes by. The events and the article exist."""
    await wait_for_writers(connection)
    row = {
        "kind": kind.value,
        "asked_at": now,
        "who": storable(who),
        "chat": storable(chat),
        "event_id": event_id,
        "other_id": other_id,
        "article_id": article_id,
        "undoes": undoes,
        "state": CorrectionState.ASKED.value,
    }
    return CorrectionId((await connection.execute(corrections.insert().values(row).returning(corrections.c.id))).scalar_one())


async def next_asked(connection: AsyncConnection) -> Correction | None:
    """Give what was asked for first of all that is still to be done."""
    row = (await connection.execute(select(corrections).where(ASKED).order_by(corrections.c.id).limit(1))).one_or_none()
    return None if row is None else _correction(row)


async def get(connection: AsyncConnection, correction_id: CorrectionId) -> Correction | None:
    """Give a correction, None if there never was one of this number."""
    row = (await connection.execute(select(corrections).where(corrections.c.id == correction_id))).one_or_none()
    return None if row is None else _correction(row)


async def named(connection: AsyncConnection, ids: Iterable[CorrectionId]) -> dict[CorrectionId, Correction]:
    """Give these corrections by their numbers."""
    found = [
        _correction(row)
        for chunk in chunks(set(ids))
        for row in await connection.execute(select(corrections).where(corrections.c.id.in_(chunk)))
    ]
    return {each.id: each for each in found}


async def newest(connection: AsyncConnection, limit: int) -> list[Correction]:
    """Give the corrections that were asked for last, the last one first."""
    return [_correction(row) for row in await connection.execute(select(corrections).order_by(corrections.c.id.desc()).limit(limit))]


async def last_standing(connection: AsyncConnection) -> CorrectionId | None:
    """Name the last merge or split that was done, was not undone, and of which nobody has asked for the undoing."""
    undoing = corrections.alias("undoing")
    asked = select(undoing.c.id).where(undoing.c.undoes == corrections.c.id, undoing.c.state == CorrectionState.ASKED.value)
    standing = and_(_REPEATABLE, corrections.c.state == CorrectionState.DONE.value, corrections.c.undone_by.is_(None), ~asked.exists())
    found = await connection.scalar(select(corrections.c.id).where(standing).order_by(corrections.c.id.desc()).limit(1))
    return None if found is None else CorrectionId(found)


async def holding(connection: AsyncConnection, *, besides: CorrectionId | None = None) -> Constraints:
    """Give the constraints that hold, but for those of one correction."""
    wanted: list[ColumnElement[bool]] = [HOLDING]
    if besides is not None:
        wanted.append(constraints.c.correction_id != besides)
    rows = await connection.execute(
        select(constraints).where(*wanted).order_by(constraints.c.correction_id, constraints.c.article_a, constraints.c.article_b)
    )
    return Constraints(
        Constraint(
            correction=CorrectionId(row.correction_id), bond=Bond(row.kind), one=ArticleId(row.article_a), other=ArticleId(row.article_b)
        )
        for row in rows
    )


async def bonds(connection: AsyncConnection) -> Bonds:
    """Give the constraints that hold with the events in which their articles are, for grouping."""
    held = await holding(connection)
    return Bonds(held, await homes(connection, held.articles))


async def done(
    connection: AsyncConnection,
    correction_id: CorrectionId,
    now: datetime,
    *,
    bond: Bond | None = None,
    pairs: Sequence[tuple[ArticleId, ArticleId]] = (),
    moved: Moved | None = None,
    other_id: EventId | None = None,
    reason: str | None = None,
) -> None:
    """Note that a correction was done: what holds from now on, what an undo needs, and the event that a split opened."""
    values: dict[str, object] = {
        "state": CorrectionState.DONE.value,
        "done_at": now,
        "reason": None if reason is None else storable(text_json(reason)),
    }
    if moved is not None:
        values["moved"] = _written(moved)
    if other_id is not None:
        values["other_id"] = other_id
    await connection.execute(update(corrections).where(corrections.c.id == correction_id).values(values))
    if bond is not None and pairs:
        rows = [{"correction_id": correction_id, "kind": bond.value, "article_a": one, "article_b": other} for one, other in pairs]
        await connection.execute(constraints.insert(), rows)


async def refused(connection: AsyncConnection, correction_id: CorrectionId, now: datetime, reason: str) -> None:
    """Note that a correction is not done, and why."""
    values = {"state": CorrectionState.REFUSED.value, "done_at": now, "reason": storable(text_json(reason))}
    await connection.execute(update(corrections).where(corrections.c.id == correction_id).values(values))


async def undone(connection: AsyncConnection, correction_id: CorrectionId, by: CorrectionId, now: datetime) -> None:
    """Note that a correction was taken back: what followed from it holds no longer."""
    await connection.execute(update(corrections).where(corrections.c.id == correction_id).values(undone_by=by))
    await connection.execute(update(constraints).where(constraints.c.correction_id == correction_id, HOLDING).values(ended_at=now))


async def moved_by(connection: AsyncConnection, correction_id: CorrectionId) -> Moved:
    """Give what was written down of a merge or a split that was done."""
    return moved_of(await connection.scalar(select(corrections.c.moved).where(corrections.c.id == correction_id)))


def moved_of(text: str | None) -> Moved:
    """Read what `done` wrote down of a merge or a split; None for what moved nothing."""
    values = json.loads(text or "{}")
    return Moved(
        articles=tuple(map(ArticleId, values.get("articles", ()))),
        copies=tuple((ArticleId(copy), ArticleId(original)) for copy, original in values.get("copies", ())),
        names=tuple(map(EventId, values.get("events", ()))),
        cards=tuple((int(card), EventId(event_id)) for card, event_id in values.get("cards", ())),
        told=int(values.get("told", 0)),
    )


def _written(moved: Moved) -> str:
    values = {"articles": moved.articles, "copies": moved.copies, "events": moved.names, "cards": moved.cards, "told": moved.told}
    return json.dumps(values, separators=(",", ":"))


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        id=CorrectionId(row.id),
        kind=CorrectionKind(row.kind),
        asked_at=row.asked_at,
        who=row.who,
        chat=row.chat,
        event_id=None if row.event_id is None else EventId(row.event_id),
        other_id=None if row.other_id is None else EventId(row.other_id),
        article_id=None if row.article_id is None else ArticleId(row.article_id),
        undoes=None if row.undoes is None else CorrectionId(row.undoes),
        state=CorrectionState(row.state),
        reason=None if row.reason is None else text_of(row.reason),
        done_at=row.done_at,
        undone_by=None if row.undone_by is None else CorrectionId(row.undone_by),
    )
