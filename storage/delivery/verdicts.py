"""What a verdict means for the row of a delivery: sent again, settled, in doubt; the rule is told in `deliveries`. No statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, assert_never

from sqlalchemy import Row

from bot.core.chats.delivery import Arrived, CardGone, DeliveryKind, DeliveryState, Failed, Postponed, Released, TryAgain, Unsure, Verdict
from storage.schema.rows import optional, storable

MOST_DOUBTS: Final = 20  # guess: a line that is cut so often over one message will not bring it today
MOST_LAPSES: Final = 20  # guess: a program that dies so often over one message may be dying of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The columns of a delivery that change while it is sent, and until when its chat is left alone (None: not at all)."""

    state: DeliveryState
    part: int
    attempts: int
    doubts: int
    lapses: int
    is_doubtful: bool
    due_at: datetime | None
    reason: str | None
    message_id: str | None
    settled_at: datetime | None
    held_until: datetime | None


def judge(row: Row[Any], verdict: Verdict, now: datetime) -> Standing:
    """Say how a delivery stands after a verdict on its last attempt."""
    match verdict:
        case Arrived():
            return _arrive(row, verdict, now)
        case Unsure():
            return _doubt(row, verdict, now)
        case TryAgain():
            return _standing(row, DeliveryState.RETRY, held_until=verdict.at, reason=storable(verdict.reason))
        case Released():
            return _untried(row, held_until=verdict.at)
        case Postponed():
            return _untried(row, due_at=verdict.at)
        case Failed() | CardGone():
            state = DeliveryState.DEAD if isinstance(verdict, Failed) else DeliveryState.DROPPED
            return _standing(row, state, reason=storable(verdict.reason), settled_at=now)
        case _ as never:
            assert_never(never)


def _untried(row: Row[Any], **changed: Any) -> Standing:
    attempts = row.attempts - 1
    return _standing(row, DeliveryState.RETRY if attempts else DeliveryState.QUEUED, attempts=attempts, **changed)


def _arrive(row: Row[Any], verdict: Arrived, now: datetime) -> Standing:
    # What the first part is called is what edits and replies name.
    message_id = row.message_id or optional(verdict.message_id)
    if verdict.more:
        return _standing(row, DeliveryState.QUEUED, part=row.part + 1, attempts=0, doubts=0, lapses=0, message_id=message_id)
    return _standing(row, DeliveryState.SENT, part=row.part + 1, message_id=message_id, settled_at=now)


def _doubt(row: Row[Any], verdict: Unsure, now: datetime) -> Standing:
    harmless = verdict.deduplicates or row.kind == DeliveryKind.EDIT
    doubt: dict[str, Any] = {
        "doubts": row.doubts + 1,
        "is_doubtful": row.is_doubtful or not harmless,
        "reason": storable(verdict.reason),
    }
    if row.doubts + 1 < (MOST_DOUBTS if harmless else 2):
        return _standing(row, DeliveryState.RETRY, held_until=verdict.at, **doubt)
    return _standing(row, DeliveryState.AMBIGUOUS, settled_at=now, **doubt)


def abandon(row: Row[Any], now: datetime) -> Standing:
    """Give up what the program died over too often."""
    reason = f"the program ended {row.lapses + 1} times while it was being sent"
    return _standing(row, DeliveryState.AMBIGUOUS, is_doubtful=True, reason=reason, settled_at=now)


def _standing(row: Row[Any], state: DeliveryState, **changed: Any) -> Standing:
    """Give how it stood, but for what changed; what is settled is due no more."""
    stood: dict[str, Any] = {
        "part": row.part,
        "attempts": row.attempts,
        "doubts": row.doubts,
        "lapses": row.lapses,
        "is_doubtful": row.is_doubtful,
        "due_at": None if "settled_at" in changed else row.due_at,
        "reason": row.reason,
        "message_id": row.message_id,
        "settled_at": None,
        "held_until": None,
    }
    return Standing(state=state, **(stood | changed))
