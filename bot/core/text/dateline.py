"""The place and agency that open a wire report ("OSLO (Reuters) - "), no part of its first sentence; whom it credits is found elsewhere."""

import re
from typing import Final

# Capitals, or any capitalised words in front of an agency in brackets; then a dash. Bounded in every part, and never backtracked into.
_PLACE: Final = r"[A-Z][A-Z.'’]{2,29}+(?:(?:,? (?:and |& )?|/)[A-Z][A-Za-z.'’]{1,19}+){0,4}+"
_NAMED: Final = r"(?:[A-Z][\w.'’-]{1,29}+(?:(?:,? (?:and |& )?|/)[A-Z][\w.'’-]{0,19}+){0,4}+)?+"
_DAY: Final = r"(?:,? [0-3]?[0-9](?: [A-Z][a-z]{2,8}+\.?)?(?:,? (?:19|20)[0-9]{2})?(?![0-9]))?+"
_BRACKETS: Final = r" ?\([^()\n]{2,40}+\)"
_DASH: Final = r"\s?+(?:—|–|--|-)\s++"
_DATELINE: Final = re.compile(
    rf"(?:{_PLACE}{_DAY}(?:{_BRACKETS})?+{_DASH}|{_NAMED}{_DAY}{_BRACKETS}{_DASH}|(?:[—–-]+\s++)+|(?:—|–|--)\s*+)(?=[\"“‘'«A-Z0-9$€£])"
)


def without_dateline(sentence: str) -> str:
    """Give a sentence without the dateline or the dash in front of it; one that has neither comes back as it is."""
    met = _DATELINE.match(sentence)
    return sentence[met.end() :] if met else sentence
