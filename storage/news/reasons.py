"""What was decided about an event and on what grounds, read back from its history; how that is written stands in `changes`."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.grouping.decision import Contribution, Evidence
from bot.core.model import ArticleId, EventId, HistoryEntry
from storage.news.events import history
from storage.schema.rows import Values

_OTHERS: Final = ("absorbed", "continued_by", "into", "source")
"""How histories call the other event; see `changes`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One decision: `what` is a verb as in `HistoryEntry`, `event_id` the event as it was called then.

    `article_id` is None where it is about the whole event, `copy_of` unless it made an article a copy, `evidence` where nothing was
    weighed; `other` is the event that was absorbed, that goes on in its place, or that articles left or came from, else None. `correction`
    is None where grouping decided.
    """

    at: datetime
    what: str
    event_id: EventId
    article_id: ArticleId | None
    copy_of: ArticleId | None
    evidence: Evidence | None
    other: EventId | None
    correction: int | None


async def reasons(connection: AsyncConnection, event_id: EventId) -> list[Reason]:
    """Give the decisions about an event and those that became part of it, oldest first."""
    return [reason_of(entry) for entry in await history(connection, event_id)]


def reason_of(entry: HistoryEntry) -> Reason:
    """Read a line of history. Raises LookupError, TypeError or ValueError where it is not as `events` writes it."""
    detail: Values = json.loads(entry.detail)
    copy_of, weighed = detail.get("copy_of"), detail.get("evidence")
    other = next((detail[name] for name in _OTHERS if name in detail), None)
    return Reason(
        at=entry.at,
        what=entry.what,
        event_id=entry.event_id,
        article_id=entry.article_id,
        copy_of=None if copy_of is None else ArticleId(copy_of),
        evidence=None if weighed is None else _evidence(weighed),
        other=None if other is None else EventId(other),
        correction=detail.get("correction"),
    )


def _evidence(weighed: Values) -> Evidence:
    rival = weighed["rival"]
    return Evidence(
        threshold=weighed["threshold"],
        score=weighed["score"],
        contributions=tuple(Contribution(**each) for each in weighed["contributions"]),
        shared=tuple(weighed["shared"]),
        veto=weighed["veto"],
        rival=None if rival is None else EventId(rival),
        rival_score=weighed["rival_score"],
    )
