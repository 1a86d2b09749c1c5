"""What follows from the outcome of a send: the one retry policy of deliveries; what is sent when no limit forbids it stands elsewhere.

A fault of the line costs no message its life: what never left here is tried for ever, less and less often. What may have arrived is tried
again as `storage.delivery` says. What the platform refuses is tried in a simpler form where there is one, and never again as it was.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.chats.chat import Address
from bot.core.chats.delivery import Arrived, CardGone, Claimed, DeliveryKind, Failed, Released, TryAgain, Unsure, Verdict
from bot.core.chats.ports import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    MessageGone,
    NotModified,
    NotSent,
    Outcome,
    Outgoing,
    Rejected,
    Rejection,
    RetryLater,
    Sent,
    Stopped,
)
from bot.core.chats.quiet import ends
from bot.core.errors import UsageError

FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=5)
"""Between two tries lies a second, then twice as long each time, up to this. Guess: an outage that ends is noticed within minutes."""


LONGEST_HOLD: Final = timedelta(days=1)
"""What a platform asks for beyond this is a slip of its or ours: it is asked once a day. Guess; the longest that was met is hours."""


_HELD: Final = frozenset({DeliveryKind.CARD, DeliveryKind.REPLY, DeliveryKind.ALERT})
"""What waits for the end of quiet hours when it is late: the times of digests are chosen, edits make no noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """In which form a message is sent: the usual one, or one that asks less of the platform."""

    is_plain: bool = False
    is_short: bool = False
    is_reply: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What a send means for the delivery, its chat and its platform.

    `pause` is why the chat is paused, `address` where it is now, `hold` how long it wants to be left alone, or, if `is_overall`, the whole
    platform. `form` is how the next try is to look, `stop` why nothing more is sent to the platform, `line` why the line, or the platform
    as a whole, seems to be out of order. All of them are None where nothing of the kind happened.
    """

    verdict: Verdict
    pause: str | None = None
    address: Address | None = None
    hold: timedelta | None = None
    is_overall: bool = False
    form: Form | None = None
    stop: str | None = None
    line: str | None = None


def backoff(tries: int) -> timedelta:
    """Give how long to wait after so many tries in a row that failed, one at least."""
    # Beyond 2^20 every wait is longer than the longest.
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(tries - 1, 20)))


def peace(asked: timedelta) -> timedelta:
    """Give for how long whoever asks for so much peace is left alone."""
    return min(max(asked, timedelta()), LONGEST_HOLD)


def judge(claimed: Claimed, outgoing: Outgoing, outcome: Outcome, now: datetime, *, parts: int, deduplicates: bool) -> Consequences:
    """Say what follows from the outcome of sending one of `parts` parts."""
    match outcome:
        case Sent(message_id=message_id):
            return Consequences(verdict=Arrived(message_id=message_id, more=claimed.part + 1 < parts))
        case NotModified():
            return Consequences(verdict=Arrived())
        case NotSent(reason=reason):
            return Consequences(verdict=TryAgain(at=_again(claimed, now), reason=reason), line=reason)
        case Ambiguous(reason=reason):
            return Consequences(verdict=Unsure(at=_again(claimed, now), reason=reason, deduplicates=deduplicates), line=reason)
        case RetryLater(after=after, reason=reason, is_overall=is_overall):
            hold = peace(after)
            return Consequences(verdict=TryAgain(at=now + hold, reason=reason), hold=hold, is_overall=is_overall)
        case _:
            return _refused(claimed, outgoing, outcome, now)


def _refused(
    claimed: Claimed, outgoing: Outgoing, outcome: MessageGone | ChatMoved | ChatGone | Rejected | Stopped, now: datetime
) -> Consequences:
    match outcome:
        case ChatMoved(address=address) if address == claimed.address:
            reason = "The platform says that the chat moved to where it is already."
            return Consequences(verdict=TryAgain(at=_again(claimed, now), reason=reason))
        case ChatMoved(address=address):
            return Consequences(verdict=Released(), address=address)
        case ChatGone(reason=reason):
            return Consequences(verdict=Released(), pause=reason)
        case MessageGone(reason=reason):
            return _of_gone(claimed, outgoing, reason)
        case Rejected(why=why, reason=reason):
            return _of_rejection(outgoing, why, reason)
        case Stopped(reason=reason):
            return Consequences(verdict=Released(), stop=reason)


def _again(claimed: Claimed, now: datetime) -> datetime:
    return now + backoff(claimed.attempts)


def _of_gone(claimed: Claimed, outgoing: Outgoing, reason: str) -> Consequences:
    """A card whose message somebody deleted has ended; what answered a message is worth being read without it."""
    if outgoing.edits is not None:
        return Consequences(verdict=CardGone(reason=reason))
    if outgoing.reply_to is not None:
        return Consequences(verdict=Released(), form=replace(_form(outgoing), is_reply=False))
    return Consequences(verdict=Failed(reason=f"The platform misses a message that this {claimed.kind} needs none of: {reason}"))


def _of_rejection(outgoing: Outgoing, why: Rejection, reason: str) -> Consequences:
    form = _form(outgoing)
    match why:
        case Rejection.FORMAT if not outgoing.is_plain:
            return Consequences(verdict=Released(), form=replace(form, is_plain=True))
        case Rejection.TOO_LONG if not outgoing.is_short:
            return Consequences(verdict=Released(), form=replace(form, is_short=True))
        case Rejection.TOPIC | Rejection.RIGHTS:
            return Consequences(verdict=Released(), pause=reason)
        case _:
            return Consequences(verdict=Failed(reason=reason))


def _form(outgoing: Outgoing) -> Form:
    return Form(is_plain=outgoing.is_plain, is_short=outgoing.is_short, is_reply=outgoing.reply_to is not None)


def is_edit(claimed: Claimed) -> bool:
    """Tell whether this changes a message that is there."""
    return claimed.kind is DeliveryKind.EDIT


def waits_for_quiet(claimed: Claimed) -> bool:
    """Tell whether this is to be held back until quiet hours are over; what may be there already, or is half there, is finished."""
    return claimed.kind in _HELD and not claimed.part and not claimed.is_doubtful


def quiet_until(claimed: Claimed, now: datetime) -> datetime:
    """Tell until when the chat is to be left in peace, `now` when it is not; in a zone that nobody knows there is no night."""
    try:
        return ends(claimed.quiet, claimed.zone, now)
    except UsageError:
        return now
