"""Lines that name a publisher beside a time, such as `Sports Gazette | Published: 8 March 2025`; `byline` judges whose names they are."""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.text.dates import mentions
from bot.sources.parsing.published import PUBLISHED, UPDATED, YEAR

# A label with a colon parts a line as well: `The Harbour Paper, Updated: 8 March 2025`.
_BAR: Final = re.compile(
    r"\s*+[|•·‖¦]\s*+|\s++[–—-]\s++|,?\s++(?=(?:(?:last|first)\s)?(?:published|updated|created|posted|modified)(?:\son)?\s?:)",
    re.IGNORECASE,
)
_LONGEST: Final = 200
_MOST_WORDS: Final = 8
"""Words of a part that is a name, or a place and a name, at most; longer parts are text. Guess."""
_TIME: Final = re.compile(r"\W*\d{1,2}[:.h]\d{2}\b.{0,12}")
_BETWEEN: Final = re.compile(
    r"\b(?:first|last|originally|at|on|by|um|uhr|à|le|am|pm|hrs|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?|[a-z]{2,4}t|utc)\b",
    re.IGNORECASE,
)
_READING: Final = re.compile(
    r"\W*(?:\d+ ?min(?:ute)?s?\b.{0,10}|share|print|comments?|\d+ comments?|views?:? ?[\d,.]+|[\d,.]+ views?)\W*", re.IGNORECASE
)

# `Last updated 1 day ago` is no name either.
_VAGUE: Final = re.compile(r"\bago$|^\W*(?:(?:last|first)\s)?(?:updated|published|posted|created|modified|edited)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLine:
    """The names in a desk line, as written, and whether a word such as `Published` labels its date."""

    names: tuple[str, ...]
    labelled: bool


def desk_line(line: str) -> DeskLine | None:
    """What a desk line says, None when a line is none: two parts or more, one a full date, and nothing longer than a name."""
    if len(line) > _LONGEST or not YEAR.search(line):
        return None
    parts = [part for part in _BAR.split(line) if part.strip(" \t|")]
    times = [part for part in parts if _is_time(part)]
    if len(parts) < 2 or not any(True for part in times for _ in mentions(part)):
        return None
    kept = [part for part in parts if part not in times and not (_READING.fullmatch(part) or _VAGUE.search(part))]
    names = tuple(name for part in kept if (name := part.strip(" ,;:.")))
    if any(len(name.split()) > _MOST_WORDS for name in names):
        return None
    return DeskLine(names=names, labelled=any(PUBLISHED.search(part) or UPDATED.search(part) for part in times))


def is_bare_time(line: str) -> bool:
    """Whether a line says a full date, perhaps with a label and a time of day, and nothing else."""
    return len(line) <= _LONGEST and bool(YEAR.search(line)) and any(True for _ in mentions(line)) and _is_time(line)


def _is_time(part: str) -> bool:
    """Whether a part says a date or a time of day, with or without a label, or is the label, and nothing else."""
    if _TIME.fullmatch(part):
        return True
    rest = part
    for mention in reversed(list(mentions(part))):
        rest = rest[: mention.start] + rest[mention.end :]
    rest = _BETWEEN.sub("", UPDATED.sub("", PUBLISHED.sub("", rest)))
    return len(rest.strip(" \t:,.()-–—")) <= 2
