"""Whether the clause that a number stands in says that it is so: what is denied, supposed, yet to come or given up is no figure."""

import re
from typing import Final

_HINTS: Final = (
    "den",
    "disput",
    "reject",
    "refut",
    "dismiss",
    "debunk",
    "if ",
    "If ",
    "nless ",
    "simulat",
    "ypothetic",
    "laim",
    "eport",
    "umo",
    "llegation",
    "ould ",
    "may ",
    "might ",
    "will ",
    "xpected",
    "ikely",
    "arlier ",
    "reviously ",
    "nitially ",
    "riginally ",
)
"""Pieces of which every pattern below has one; looking for them is cheap."""

_DENIED: Final = re.compile(
    r"(?<!\w)(?:den(?:y|ies|ied|ying)|disput(?:es?|ed|ing)|reject(?:s|ed|ing)?|refut(?:es?|ed|ing)|dismiss(?:es|ed|ing)?|debunk(?:s|ed|ing)?)"
    r"(?: [\w’'-]+){0,4}? (?:that|reports?|claims?|allegations?|rumou?rs?|suggestions?)(?!\w)",
    re.IGNORECASE,
)
_CLAIMED: Final = re.compile(r"(?<!\w)(?:claims?|reports?|allegations?|rumou?rs?)(?: [\w’'-]+){0,4}? that(?!\w)", re.IGNORECASE)
_FALSE: Final = re.compile(
    r"(?<!\w)(?:is|are|was|were|be|being|as) (?:completely |entirely |simply |just )?"
    r"(?:false|untrue|fake|unfounded|baseless|incorrect|wrong|fabricated|a hoax|a lie|lies"
    r"|not true|denied|disputed|refuted|rejected|debunked)(?!\w)",
    re.IGNORECASE,
)
_SUPPOSED: Final = re.compile(r"(?<!\w)(?:if|unless)(?!\w)[^,;:—–]*$", re.IGNORECASE)
_TO_COME: Final = re.compile(
    r"(?<!\w)(?:could|may|might|would|will|expected to|likely to)(?: (?:well|still|yet|eventually|also|even))?"
    r" (?:rise|climb|reach|exceed|grow|increase|go|top|surpass|pass)(?!\w)[^,;:—–]*$",
    re.IGNORECASE,
)
_FORMER: Final = re.compile(
    r"(?<!\w)(?:earlier|previously|initially|originally) (?:put|given|set|estimated|thought|reported|counted)(?: [\w’'-]+){0,2}?"
    r" (?:at|as|be)(?: [\w’'-]+){0,2} $",
    re.IGNORECASE,
)
_REHEARSED: Final = re.compile(r"(?<!\w)(?:simulat(?:es?|ed|ing|ions?)|hypothetical(?:ly)?)(?!\w)", re.IGNORECASE)


def is_doubted(sentence: str, at: int) -> bool:
    """Tell whether what an English sentence says at a place of it is not said to be so."""
    if not any(hint in sentence for hint in _HINTS):
        return False
    before = sentence[:at]
    return bool(
        _DENIED.search(before)
        or _SUPPOSED.search(before)
        or _TO_COME.search(before)
        or _FORMER.search(before)
        or _REHEARSED.search(sentence)
        or (_CLAIMED.search(before) and _FALSE.search(sentence, at))
    )
