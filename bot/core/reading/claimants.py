"""Whom one English sentence credits with what it tells, in its own words; whom a whole report leans on is in `credits`."""

import re
from itertools import takewhile
from typing import Final

from bot.core.reading.credit_words import NO_CLAIM

LONGEST: Final = 90
"""Characters of the words for somebody; what is longer is a clause. Guess."""

REACH: Final = 200
"""Characters before and behind a number among which somebody is looked for. Guess."""

_SAYS: Final = (
    r"(?:say|said|says|tell|told|tells|report|reported|reports|announce|announced|announces|estimate|estimated|estimates"
    r"|confirm|confirmed|confirms|warn|warned|reveal|revealed|alleged|alleges|wrote|writes|stated|added|noted|tweeted|believe|believes"
    rf"|acknowledged|indicated|testified|claim(?:ed|s)?{NO_CLAIM})"
)
_SAID: Final = re.compile(rf"(?<![\w-]){_SAYS}(?![\w-])")
_PUT: Final = re.compile(
    r"(?<![\w-])(?:had data that|(?:has|had|have)? ?(?:previously |earlier |also )?put the (?:number|toll|figure))(?![\w-])"
)
_ACCORDING: Final = re.compile(r"(?<![\w-])[Aa]ccording to ([^,;“”\"]{2,90}?)(?=[,;)]|\.?$| and that | that )")
_STOPS: Final = r"(?=[,;:]|\.?$| (?:in|on|at|during|after|who|when|as|while|whose|told|adding|is|was) )"
_AFTERWARDS: Final = re.compile(rf"[,”\"’'] (?:([^,;“”\"]{{2,90}}?) (?:has |have |had )?{_SAYS}|{_SAYS} ([^,;“”\"]{{2,90}}?)){_STOPS}")
_BEGINS: Final = re.compile(
    r"(?:^|[,;:“”\"(] ?|(?<![\w-])(?:that|after|before|when|while|as|but|and|where|which|who|because|although|since|if|for|than"
    r"|say|says|said|told|–|—|-) )"
)
_ASIDE: Final = re.compile(r"^([^,;“”\"]{2,60}), (?:alongside|along with|together with|citing|speaking|quoting|in|on|at|who)[^,;]{2,90}, $")
# "The reported involvement", "South Korea's estimate": no verbs.
_NOUN_BEFORE: Final = re.compile(r"(?:['’ʼ]s|(?<![^\W_])(?:the|a|an|its|their|his|her|such|this|any|no|of|to|first)) $", re.IGNORECASE)
_ADVERB: Final = re.compile(r" (?:has|have|had|also|later|earlier|previously|reportedly|recently|then|now|further|already|would|publicly)$")
_ARTICLES: Final = ("a", "an", "the")
_NOBODY: Final = frozenset(
    "it he she they who which there this that is was be been are were being not to i we you reportedly also but and"
    " rejected rejects denied denies dismissed dismisses disputed disputes refuted refutes".split()
)


def claimant(sentence: str, start: int, end: int) -> str:
    """Give the words for whom a sentence credits with what stands at `start` to `end`; empty when it credits nobody there."""
    return _before(sentence, start) or _according(sentence, start, end) or _behind(sentence, end)


def _before(sentence: str, start: int) -> str:
    """Read "X said that …" before a number, the nearest one."""
    begin = max(0, start - REACH)
    verbs = takewhile(lambda found: found.end() <= start, _SAID.finditer(sentence, begin))  # what stands behind one is looked at, too
    said = [*verbs, *_PUT.finditer(sentence, begin, start)]
    if not said:
        return ""
    verb = max(said, key=lambda found: found.start())
    if _NOUN_BEFORE.search(sentence, max(0, verb.start() - 14), verb.start()):
        return ""
    between = sentence[verb.end() : start]
    if between.startswith((",", ".")) and not between.startswith(', "') and not between.startswith(", “"):
        return ""
    return _name(sentence[max(0, verb.start() - REACH) : verb.start()])


def _name(lead: str) -> str:
    """Take the words right before a verb of saying that name somebody."""
    aside = _ASIDE.match(lead)
    if aside:
        return _somebody(aside[1])
    lead = lead.rstrip()
    shorter = _ADVERB.sub("", lead)
    while shorter != lead:
        lead, shorter = shorter, _ADVERB.sub("", shorter)
    begin = max((found.end() for found in _BEGINS.finditer(lead)), default=0)
    return _somebody(lead[begin:])


def _according(sentence: str, start: int, end: int) -> str:
    for found in _ACCORDING.finditer(sentence, max(0, start - REACH), min(len(sentence), end + REACH)):
        return _somebody(found[1])
    return ""


def _behind(sentence: str, end: int) -> str:
    """Read "…, X said" and "…”, said X" behind a number."""
    found = _AFTERWARDS.search(sentence, end, min(len(sentence), end + REACH))
    return _somebody(found[1] or found[2]) if found else ""


def _somebody(words: str) -> str:
    """Give words that name somebody; nothing for pronouns, clauses and what is too long."""
    words = words.strip(" ,:;“”\"'’‘")
    parts = words.casefold().split()
    named = (
        1 < len(words) <= LONGEST
        and parts[0] not in _NOBODY
        and parts[-1] not in _ARTICLES
        and parts[-1] not in _NOBODY
        and not words[-1].isdigit()
    )
    return words if named else ""
