"""Articles that tell several events: they belong to none of them, and must weld none to another."""

import math
import re
from collections.abc import Iterable
from typing import Final

from bot.core.grouping.live import LiveEvent
from bot.core.grouping.vectors import Vectors

_CUES: Final = re.compile(
    r"\b(?:morning|evening|daily|weekly|news|world|weekend)\s+(?:briefing|brief|digest|roundup|round-up|wrap|summary|recap)\b"
    r"|\b(?:news\s+in\s+brief|week\s+in\s+review|today's\s+headlines)\b"
    r"|\b(?:pressespiegel|nachrichten\s+des\s+tages|revue\s+de\s+presse|l'essentiel|resumen\s+de\s+(?:noticias|la\s+semana))\b"
    r"|\b(?:главное\s+за|итоги\s+(?:дня|недели)|дайджест|головне\s+за|підсумки\s+(?:дня|тижня))",
    re.IGNORECASE,
)
"""What headlines of round-ups say. Live pages about one event are not among them: they may join it, and are long. Nor are words with
another meaning (a press briefing, Roundup the weedkiller, five things to know about one storm): those set real reports apart for ever, and
cost 0.2 points of macro BCubed F1."""

ELSEWHERE: Final = 0.45
OF_THE_REST: Final = 0.6
"""An article is a round-up when at least `ELSEWHERE` of the weight of its heaviest words is missing in its best event, and another event
has at least `OF_THE_REST` of those. Guess."""


FULL_TEXT: Final = 60
"""Words from which an article can tell several events; the few words of a headline are seldom all covered. Guess."""


def says_round_up(title: str) -> bool:
    """Tell whether a headline announces several stories."""
    return _CUES.search(title) is not None


def tells_several(article: Vectors, best: LiveEvent, others: Iterable[LiveEvent]) -> bool:
    """Tell whether what the best event leaves uncovered is what another event is about."""
    if article.length < FULL_TEXT:
        return False
    rest = {word: article.words[word] for word in article.heaviest if word not in best.words}
    weight = math.fsum(rest.values())
    if weight < ELSEWHERE * math.fsum(article.words[word] for word in article.heaviest):
        return False
    return any(math.fsum(map(rest.__getitem__, rest.keys() & other.words.keys())) >= OF_THE_REST * weight for other in others)
