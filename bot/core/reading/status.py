"""What became of whom: states that change an event for good; values only, found by `statuses`, put in order by `changes`."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.reading.passages import Passage


class State(StrEnum):
    """A state that a report announces of a person or thing of the event."""

    DEAD = "dead"
    WOUNDED = "wounded"
    CAPTURED = "captured"
    MISSING = "missing"
    FOUND = "found"
    RESCUED = "rescued"
    ARRESTED = "arrested"
    CHARGED = "charged"
    CONVICTED = "convicted"
    SENTENCED = "sentenced"
    ACQUITTED = "acquitted"
    RELEASED = "released"
    EXTRADITED = "extradited"
    RESIGNED = "resigned"  # or was dismissed
    WITHDRAWN = "withdrawn"
    ELECTED = "elected"
    ADOPTED = "adopted"  # a law by its parliament, a deal, a truce
    ENACTED = "enacted"  # a law that is signed
    REJECTED = "rejected"  # by a vote or a court
    UPHELD = "upheld"  # by a court
    ENDED = "ended"  # a strike, a siege, a closure
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One state as one sentence announces it; `subject` are the words for whom or what, small letters, empty when not found.

    `start` and `end` are the offsets of the words that say it, in the text or, `passage.in_title`, in the title. Denied, feared, planned
    and hypothetical states are not statuses.
    """

    state: State
    subject: str
    start: int
    end: int
    passage: Passage
