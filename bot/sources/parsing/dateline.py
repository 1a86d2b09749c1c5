"""The place, day and agency that open an article's first paragraph, such as `KYIV, Dec 27 (Reuters) - `; they stay part of its text."""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.outlets import agency_of
from bot.core.text.dates import mentions
from bot.core.text.months import PLAIN

_LONGEST: Final = 120
"""Characters of an opener, at most. Guess: two cities, a day with its year and an agency's full name take 90."""
_MOST_WORDS: Final = 7
_END: Final = re.compile(r"\s*+(?:--|[–—])\s*|\.?-\s+|:\s+|(?<=[/)])\.?-?\s+|(?<=[/)])\.?$")
_BRACKETS: Final = re.compile(r"\(([^()]{2,40})\)|(?:(?<=[\s.])|^)/([^/]{2,40})/")
_NAMES: Final = "|".join(sorted(PLAIN, key=len, reverse=True))
_DAY: Final = re.compile(rf"\b(?:(?:{_NAMES})\.?\s\d{{1,2}}|\d{{1,2}}\.?\s(?:de\s)?(?:{_NAMES}))(?!\w)\.?", re.IGNORECASE)
_PLACE: Final = re.compile(r"[^\W\d_][\w.'’ʼ]*")
_SMALL: Final = frozenset(
    """
of the de del la el le and und et y da do di al an am
""".split()
)
_NO_PLACE: Final = frozenset(
    """
on in by at from since until as after before in am im an le el il em en der die das a
""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """`text` is the opener as written, `agencies` whom it names."""

    text: str
    agencies: tuple[str, ...]


def dateline(paragraph: str) -> Dateline | None:
    """The opener of a paragraph; None when it has none, or one that names a place and nothing else."""
    best: Dateline | None = None
    for found in _END.finditer(paragraph[:_LONGEST]):
        best = _read(paragraph[: found.start()]) or best
    return best


def _read(opener: str) -> Dateline | None:
    agencies: list[str] = []

    def named(found: re.Match[str]) -> str:
        agencies.extend(agency for part in re.split(r"[/,]", found[1] or found[2]) if (agency := agency_of(part)))
        return " "

    rest = _BRACKETS.sub(named, opener)
    dates = list(mentions(rest))
    for mention in reversed(dates):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    rest = _DAY.sub(" ", rest)
    parts = [part.strip(" .") for part in re.split(r"[,/–—]|--|\s-\s", rest) if part.strip(" .")]
    # `Reuters, KYIV — ` and `AP — ` name the agency without brackets.
    bare = [agency for part in parts if part[0].isupper() and (agency := agency_of(part))]
    places = [word for part in parts if not agency_of(part) for word in re.split(r"[\s\-]+", part)]
    if not (agencies or bare or dates) or len(places) > _MOST_WORDS or (places and places[0].casefold() in _NO_PLACE):
        return None
    if not all(_PLACE.fullmatch(word) and (word[0].isupper() or word in _SMALL) for word in places if word):
        return None
    return Dateline(text=opener, agencies=tuple(dict.fromkeys((*agencies, *bare))))
