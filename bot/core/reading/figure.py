"""A number of a report with what it counts: values only; how one is found stands in `figures`, how many compare in `matters`."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.core.reading.passages import Passage


class Kind(StrEnum):
    """What a number counts or measures, as far as outlets can be compared by it."""

    KILLED = "killed"
    WOUNDED = "wounded"
    CASUALTIES = "casualties"  # killed or wounded, told as one number
    CAPTURED = "captured"
    MISSING = "missing"
    ARRESTED = "arrested"  # and detained, and charged
    DISPLACED = "displaced"  # and evacuated, fled, homeless
    TROOPS = "troops"
    MONEY = "money"
    PERCENT = "percent"
    VOTES = "votes"
    WEAPONS = "weapons"  # missiles, drones, guns, shots
    PEOPLE = "people"  # other people
    AGE = "age"
    DURATION = "duration"
    MEASURE = "measure"  # lengths, weights, magnitudes …
    COUNT = "count"  # anything else that is counted


class Qualifier(StrEnum):
    """How a number is meant."""

    EXACT = "exact"
    ABOUT = "about"  # nearly, some, around
    AT_LEAST = "at least"
    MORE_THAN = "more than"
    AT_MOST = "at most"  # up to, as many as
    FEWER_THAN = "fewer than"
    BETWEEN = "between"
    SEVERAL = "several"  # dozens, hundreds: no number at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of one report.

    `low` and `high` bound it, both inclusive and equal for a single value; None where it is open ("at least 30" has no `high`).
    `what` is the noun that is counted, in small letters and without its article ("north korean soldiers"); empty when the text does not say
    or its language is not read. `unit` is "usd", "km", "%" …, empty for what is counted by heads. `said` are the words of the report for
    the number alone, qualifier and unit included; `start` and `end` are their offsets in the text or, `passage.in_title`, in the title.
    `claimant` are the words for whom the sentence credits with it, empty when the outlet says it itself. `is_sum` marks a number that
    stands nowhere but follows from two that stand side by side ("100 killed and another 1,000 wounded" are 1,100 killed or wounded).
    """

    kind: Kind
    qualifier: Qualifier
    low: Decimal | None
    high: Decimal | None
    what: str
    unit: str
    said: str
    start: int
    end: int
    passage: Passage
    claimant: str = ""
    is_sum: bool = False
    is_part: bool = False
