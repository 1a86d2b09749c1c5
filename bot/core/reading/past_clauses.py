"""Whether what a sentence tells at one place is of a time that is over, where it names both such a time and the present."""

import re
from collections.abc import Sequence
from typing import Final

_BOUND: Final = re.compile(r"[,;:] |[()—“”\"]| [–-] ")
_LEADS_ON: Final = re.compile(r"(?:in |at |during |after )?(?:who|which|whose|when|where|killing|wounding|injuring|leaving)(?!\w)")
"""What goes on with the noun before a comma: "the December 2023 shooting, which killed 12"."""


def is_past(sentence: str, times: Sequence[tuple[int, bool]], at: int) -> bool:
    """Tell whether a place stands beside what is over; `times` are the places of what is over (True) and of what is of now (False).

    Of its clause the last time before it decides, or else the first behind it; a clause that leads on belongs to the time before it.
    """
    if not times:
        return False
    begin = max((met.end() for met in _BOUND.finditer(sentence, 0, at)), default=0)
    bound = _BOUND.search(sentence, at)
    end = bound.start() if bound else len(sentence)
    before = [over for place, over in times if begin <= place < at]
    behind = [over for place, over in times if at <= place < end]
    if before or behind:
        return before[-1] if before else behind[0]
    earlier = [over for place, over in times if place < begin]
    return bool(earlier) and earlier[-1] and _LEADS_ON.match(sentence, begin) is not None
