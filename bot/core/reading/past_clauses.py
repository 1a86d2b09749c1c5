"""Whether what a sentence tells at one place is of a time that is over, though it names the present too, or of a whole war."""

import re
from collections.abc import Sequence
from typing import Final

REACH: Final = 300
"""Characters before a place and behind it in which its clause ends. Guess."""

_BOUND: Final = re.compile(r"[,;:] |[()—“”\"]| [–-] ")
_LEADS_ON: Final = re.compile(r"(?:in |at |during |after )?(?:who|which|whose|when|where|killing|wounding|injuring|leaving)(?!\w)")
"""What goes on with the noun before a comma: "the December 2023 shooting, which killed 12"."""
_WARS: Final = r"(?:war|invasion|conflict|insurgency|uprising|rebellion|pandemic|hostilities)"
_OF_WAR: Final = re.compile(
    rf"(?<!\w)since (?:(?:the|its|their) )?(?:[\w’'-]+ ){{0,3}}?{_WARS}(?: [\w’'-]+){{0,3}}? (?:began|started|broke out|erupted)(?!\w)"
    rf"|(?<!\w)since the (?:start|beginning|outbreak|onset) of (?:(?:the|its|their) )?(?:[\w’'-]+ ){{0,3}}?{_WARS}(?!\w)"
    rf"|(?<!\w){_WARS}(?: [\w’'-]+){{0,3}}? (?:has|have) (?:killed|claimed|left|displaced|wounded|cost)(?!\w)"
)


def is_of_war(sentence: str, at: int) -> bool:
    """Tell whether a place stands in a clause that sums up a war: "40,000 have been killed since the war began"."""
    if " since " not in sentence and " ha" not in sentence:
        return False
    begin, end = _clause(sentence, at)
    return _OF_WAR.search(sentence, begin, end) is not None


def is_past(sentence: str, times: Sequence[tuple[int, bool]], at: int) -> bool:
    """Tell whether a place stands beside what is over; `times` are the places of what is over (True) and of what is of now (False).

    Of its clause the last time before it decides, or else the first behind it; a clause that leads on belongs to the time before it.
    """
    if not times:
        return False
    begin, end = _clause(sentence, at)
    before = [over for place, over in times if begin <= place < at]
    behind = [over for place, over in times if at <= place < end]
    if before or behind:
        return before[-1] if before else behind[0]
    earlier = [over for place, over in times if place < begin]
    return bool(earlier) and earlier[-1] and _LEADS_ON.match(sentence, begin) is not None


def _clause(sentence: str, at: int) -> tuple[int, int]:
    begin = max((met.end() for met in _BOUND.finditer(sentence, max(0, at - REACH), at)), default=max(0, at - REACH))
    bound = _BOUND.search(sentence, at, at + REACH)
    return begin, bound.start() if bound else min(len(sentence), at + REACH)
