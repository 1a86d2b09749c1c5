"""Reingests as rows: who asked for what, the plan, and how far it was carried out; what a plan holds is decided in `grouping.reingest`."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.grouping.correction import CorrectionState
from bot.core.grouping.decision import ReingestId
from bot.core.grouping.reingest import Figures, Move, Reingest, ReingestState, Scope, ScopeKind, Step
from bot.core.model import ArticleId, EventId
from storage.engine.chunks import chunks
from storage.engine.engines import wait_for_writers
from storage.schema.correction_tables import corrections
from storage.schema.reingest_tables import reingest_steps, reingests
from storage.schema.rows import Values, storable

_UNSETTLED: Final = (ReingestState.PLANNING.value, ReingestState.PLANNED.value)
_TIMES: Final = ("published_at", "file_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """A step that is still to be done, with what its revised articles say from then on."""

    number: int
    step: Step
    contents: Mapping[ArticleId, Values]


async def begin(connection: AsyncConnection, scope: Scope, now: datetime, *, who: str, chat: str) -> ReingestId | None:
    """Write down that somebody plans; whoever calls is the only one of all processes. None while another is being applied.

    A plan that nobody has applied is replaced by this one, and one whose process died is given up.
    """
    await wait_for_writers(connection)
    if await applying(connection) is not None:
        return None
    older = select(reingests.c.id).where(reingests.c.state.in_(_UNSETTLED))
    for number in (await connection.scalars(older)).all():
        await _settle(connection, ReingestId(number), ReingestState.CANCELLED, now, "a newer plan took its place")
    row = {
        "scope": " ".join(filter(None, (scope.kind.value, str(scope.number or "")))),
        "asked_at": now,
        "who": storable(who),
        "chat": storable(chat),
        "state": ReingestState.PLANNING.value,
        "figures": json.dumps(asdict(Figures())),
        "corrected": await last_correction(connection),
    }
    return ReingestId((await connection.execute(reingests.insert().values(**row).returning(reingests.c.id))).scalar_one())


async def planned(
    connection: AsyncConnection,
    reingest_id: ReingestId,
    figures: Figures,
    steps: Sequence[tuple[Step, Mapping[ArticleId, Values]]],
) -> bool:
    """Keep a plan, for somebody to apply; False when it was cancelled meanwhile."""
    await wait_for_writers(connection)
    mine = and_(reingests.c.id == reingest_id, reingests.c.state == ReingestState.PLANNING.value)
    values = {"state": ReingestState.PLANNED.value, "figures": json.dumps(asdict(figures))}
    if not (await connection.execute(update(reingests).where(mine).values(values))).rowcount:
        return False
    for chunk in chunks(list(enumerate(steps, 1))):
        rows = [
            {"reingest_id": reingest_id, "number": number, "step": _written(step, contents), "done": False, "left": 0, "edits": 0}
            for number, (step, contents) in chunk
        ]
        await connection.execute(reingest_steps.insert(), rows)
    return True


async def only_shown(connection: AsyncConnection, reingest_id: ReingestId, figures: Figures, now: datetime, reason: str) -> None:
    """Keep the figures of a plan that is not to be applied."""
    await wait_for_writers(connection)
    mine = and_(reingests.c.id == reingest_id, reingests.c.state == ReingestState.PLANNING.value)
    values = {"state": ReingestState.CANCELLED.value, "settled_at": now, "reason": reason, "figures": json.dumps(asdict(figures))}
    await connection.execute(update(reingests).where(mine).values(values))


async def apply(connection: AsyncConnection, reingest_id: ReingestId, *, who: str) -> bool:
    """Have a plan carried out by whoever groups; False when it is not one that waits for that."""
    await wait_for_writers(connection)
    mine = and_(reingests.c.id == reingest_id, reingests.c.state == ReingestState.PLANNED.value)
    values = {"state": ReingestState.APPLYING.value, "decided_by": storable(who)}
    return (await connection.execute(update(reingests).where(mine).values(values))).rowcount > 0


async def cancel(connection: AsyncConnection, reingest_id: ReingestId, now: datetime, *, who: str, reason: str) -> bool:
    """End a reingest before it is done; what was applied of it stays. False when it has ended already."""
    await wait_for_writers(connection)
    found = await get(connection, reingest_id)
    if found is None or found.state in (ReingestState.DONE, ReingestState.CANCELLED):
        return False
    await connection.execute(update(reingests).where(reingests.c.id == reingest_id).values(decided_by=storable(who)))
    await _settle(connection, reingest_id, ReingestState.CANCELLED, now, reason)
    return True


async def done(connection: AsyncConnection, reingest_id: ReingestId, now: datetime) -> None:
    """Note that all of it was carried out."""
    await _settle(connection, reingest_id, ReingestState.DONE, now, None)


async def _settle(connection: AsyncConnection, reingest_id: ReingestId, state: ReingestState, now: datetime, reason: str | None) -> None:
    values = {"state": state.value, "settled_at": now, "reason": reason}
    await connection.execute(update(reingests).where(reingests.c.id == reingest_id).values(values))
    if state is ReingestState.CANCELLED:
        undone = and_(reingest_steps.c.reingest_id == reingest_id, ~reingest_steps.c.done)
        await connection.execute(delete(reingest_steps).where(undone))
    # What was done is counted, and its texts are nowhere needed.
    await connection.execute(update(reingest_steps).where(reingest_steps.c.reingest_id == reingest_id).values(step="{}"))


async def get(connection: AsyncConnection, reingest_id: ReingestId) -> Reingest | None:
    """Give a reingest, None if there never was one of this number."""
    row = (await connection.execute(select(reingests).where(reingests.c.id == reingest_id))).one_or_none()
    return None if row is None else await _reingest(connection, row)


async def newest(connection: AsyncConnection) -> Reingest | None:
    """Give the reingest that was asked for last, None before the first."""
    row = (await connection.execute(select(reingests).order_by(reingests.c.id.desc()).limit(1))).one_or_none()
    return None if row is None else await _reingest(connection, row)


async def applying(connection: AsyncConnection) -> Reingest | None:
    """Give the one that is to be carried out, if there is one."""
    row = (await connection.execute(select(reingests).where(reingests.c.state == ReingestState.APPLYING.value).limit(1))).one_or_none()
    return None if row is None else await _reingest(connection, row)


async def next_steps(connection: AsyncConnection, reingest_id: ReingestId, limit: int) -> list[DueStep]:
    """Give the first of the steps that are still to be done."""
    due = select(reingest_steps.c.number, reingest_steps.c.step).where(reingest_steps.c.reingest_id == reingest_id, ~reingest_steps.c.done)
    rows = await connection.execute(due.order_by(reingest_steps.c.number).limit(limit))
    return [_due(row.number, json.loads(row.step)) for row in rows]


async def step_done(connection: AsyncConnection, reingest_id: ReingestId, number: int, *, left: int, edits: int) -> None:
    """Note that a step was done; belongs into its transaction."""
    mine = and_(reingest_steps.c.reingest_id == reingest_id, reingest_steps.c.number == number)
    await connection.execute(update(reingest_steps).where(mine).values(done=True, left=left, edits=edits))


async def last_correction(connection: AsyncConnection) -> int:
    """Give the number of the last correction that was done, 0 before the first."""
    return await connection.scalar(select(func.max(corrections.c.id)).where(corrections.c.state == CorrectionState.DONE.value)) or 0


async def _reingest(connection: AsyncConnection, row: Row[Any]) -> Reingest:
    counts = select(
        func.count().label("steps"), func.sum(reingest_steps.c.left).label("left"), func.sum(reingest_steps.c.edits).label("edits")
    )
    of = reingest_steps.c.reingest_id == row.id
    total = (await connection.execute(counts.where(of))).one()
    finished = (await connection.execute(select(func.count().label("steps")).where(of, reingest_steps.c.done))).one()
    kind, _, number = row.scope.partition(" ")
    return Reingest(
        id=ReingestId(row.id),
        scope=Scope(kind=ScopeKind(kind), number=int(number or 0)),
        asked_at=row.asked_at,
        who=row.who,
        state=ReingestState(row.state),
        figures=Figures(**json.loads(row.figures)),
        corrected=row.corrected,
        steps=total.steps,
        steps_done=finished.steps,
        left=int(total.left or 0),
        edits=int(total.edits or 0),
        reason=row.reason,
    )


def _written(step: Step, contents: Mapping[ArticleId, Values]) -> str:
    moves = [[move.article_id, move.revision, move.source, move.target, move.copy_of, int(move.apart)] for move in step.moves]
    said = {
        article_id: {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
        for article_id, values in contents.items()
    }
    return json.dumps({"moves": moves, "absorbed": step.absorbed, "contents": said}, ensure_ascii=False, separators=(",", ":"))


def _due(number: int, read: Mapping[str, Any]) -> DueStep:
    moves = tuple(
        Move(article_id=article_id, revision=revision, source=source, target=target, copy_of=copy_of, apart=bool(apart))
        for article_id, revision, source, target, copy_of, apart in read["moves"]
    )
    absorbed = tuple((EventId(one), EventId(other)) for one, other in read["absorbed"])
    contents = {
        ArticleId(int(article_id)): values | {name: datetime.fromisoformat(values[name]) for name in _TIMES if values[name] is not None}
        for article_id, values in read["contents"].items()
    }
    return DueStep(number=number, step=Step(moves=moves, absorbed=absorbed), contents=contents)


def touched(steps: Collection[Step]) -> set[EventId]:
    """Name the living events that steps are about."""
    return {event_id for step in steps for event_id in step.events}
