"""Where the words for who is credited stand in an English sentence, by the grammar of crediting; their sort is read in `credits`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.core.reading.credit import CreditKind
from bot.core.reading.credit_words import NO_CLAIM, kind_of
from bot.core.reading.passages import Passage

LONGEST: Final = 90
"""Characters of the words for somebody; what is longer is a clause. Guess."""

MOST_IN_TITLE: Final = 3
"""Words of a name in front of the colon of a title or behind it; more are a headline. Guess."""

LEAD: Final = 160
"""Characters before a verb of saying in which its subject stands. Guess."""

MOST_CUES: Final = 40
"""Verbs of saying, and words of each other grammar, that one sentence is searched at; a text of "said" alone took 4 s. Guess."""

CAPITAL: Final = r"[A-ZÀ-ÞА-ЯЄІЇҐ]"
_SAYS: Final = (
    r"(?:sa(?:id|ys?)|t(?:old|ells?)|report(?:ed|s)?|announce[ds]?|estimate[ds]?|confirm(?:ed|s)?"
    rf"|claim(?:ed|s)?{NO_CLAIM}|warn(?:ed|s)?|reveal(?:ed|s)?"
    r"|allege[ds]?|wr(?:ote|ites)|state[ds]|add(?:ed|s)|note[ds]|tweet(?:ed|s)|acknowledge[ds]|indicate[ds]|testified"
    r"|explain(?:ed|s)|insist(?:ed|s)"
    r"|argue[ds]|conclude[ds]|den(?:ied|ies)|detail(?:ed|s)|suggest(?:ed|s)|continued|posted|recalled|emphasi[sz]e[ds]"
    r"|stressed|declare[ds]|shared"
    r"|identif(?:y|ied|ies)|accuse[ds]|criticized|complained|documented)"
)
_SAYS_LAST: Final = re.compile(rf" {_SAYS}$", re.IGNORECASE)
_VERB: Final = re.compile(rf"(?<![\w-]){_SAYS}(?![\w-])")
_OWNER: Final = r"[Tt]he|an?|his|her|their|some|one"
_PEOPLE: Final = (
    r"officials?|authorities|police|army|military|intelligence|government|media|investigators|prosecutors|lawmakers|officers?|sources?"
    r"|residents|witnesses|spokes(?:man|woman|person)|records|documents"
)
_BETWEEN: Final = r"of|for|de|al|agency|newspaper|outlet|channel|website|broadcaster|daily|magazine"
# Names with small words between them ("the South Korean agency Yonhap"), or common nouns ("his friend").
_FORWARD: Final = re.compile(
    rf"(?: (?:{_OWNER}))?(?: [a-z-]+(?=(?: [a-z-]+){{0,2}} {CAPITAL})){{0,2}}"
    rf"(?: (?:{CAPITAL}[\w.&’'ʼ/-]*|(?:{_BETWEEN})(?!\w)|and(?= {CAPITAL})|\([A-Z][\w.]+\)))+(?: (?:{_PEOPLE})(?![\w-]))?"
    rf"|(?: (?:{_OWNER}))?(?: [a-z’'-]+){{1,3}}"
)
# What follows a name and is none of it.
_BEHIND_NAME: Final = re.compile(
    r" (?=(?:who|when|after|before|as|in|on|at|during|told|said|that|while|which|to|with|is|was|has|had|filed|obtained"
    r"|released|and the)(?: |$))"
)
_DAY: Final = r"(?:late |early )?(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:morning|afternoon|evening|night))?"
_ADVERB: Final = re.compile(
    r" (?:has|have|had|also|later|earlier|previously|reportedly|recently|then|now|further|already|would|publicly|himself|herself|themselves"
    rf"|itself|since|first|again|repeatedly|both|{_DAY}|on (?:X|Twitter|Facebook|Telegram)|last (?:week|month|year|night)|yesterday|today)$"
)
_BEGINS: Final = re.compile(
    r"(?:^|[,;:“”\"(]+ ?|(?<![\w-])(?:that|after|before|when|while|as|but|and|where|which|who|whom|because|although"
    r"|though|since|if|than|so|how"
    rf"|what|whether|by|{_SAYS}|–|—|--|-) )"
)
# "In a statement Ann Orr", "On Friday the mayor": what leads in is no part of the name.
_LEADS_IN: Final = re.compile(
    r"(?:[Ii]n|[Oo]n|[Aa]t|[Ff]or|[Dd]uring|[Oo]ver)(?: [a-z\d]+){0,5}? (?=(?:the |[A-Z]))(?!(?:the )?[A-Z]?[a-z]*day\b)"
)
_ACCORDING: Final = re.compile(
    r"(?<![\w-])(?:[Aa]ccording to(?: (?:an? |the )?(?:news |press |recent )?(?:report|statement|release|post) (?:from|by))?"
    r"|[Cc]iting|[Qq]uoting|[Cc]ited by|reported by|first reported by|[Rr]eport from|[Aa]s shared by|said to|with reference to)(?= )"
)
_TOLD: Final = re.compile(rf"(?<![\w-])(?:told|tells|telling|an interview with|interviewed by)(?= (?:the )?{CAPITAL})")
_SAID_BEHIND: Final = re.compile(rf"(?:[,”\"’?!]|''|\.\.\.) ?{_SAYS}(?= (?!that\b|it\b|he\b|she\b|they\b|in\b|on\b|there\b|to\b))")
_CHANNEL_NAME: Final = rf"{CAPITAL}[\w’'-]*(?: {CAPITAL}[\w’'-]*){{0,3}}|‘[^’]{{2,40}}’|“[^”]{{2,40}}”"
_CHANNELS: Final = re.compile(
    r"(?<![\w-])(?:(?:on |via |in |through |from |by )?(?:the |an? )?(?:[a-z]+ ){0,2}"
    rf"(?:Telegram|YouTube|WhatsApp) (?:channels?|group|page)s?(?: (?:of )?(?:{_CHANNEL_NAME}))?)"
)
_SLOT: Final = re.compile(r"(?:in|on|via|through|by|from) (?:the |an? )?")
_DATELINE: Final = re.compile(rf"^{CAPITAL}[\w .,’'-]{{1,60}}? ?\((?P<name>[A-Z][\w ./-]{{1,40}})\) ?[—–-]")
_INPUTS: Final = re.compile(
    r"(?<!\w)(?:[Ww]ith (?:inputs|reporting|files|additional reporting) (?:from|by)|compiled from|[Rr]eporting by"
    r"|[Mm]aterial from|[Ss]ource:"
    r"|[Vv]ia:)(?= )|(?P<contributed>(?:[A-Z][\w ]{1,40}?|[Ww]ire services|[Aa]gencies) contributed to this)"
)
_TITLE_END: Final = re.compile(rf"(?:: | [-–—] )(?P<name>(?:{CAPITAL}[\w.’']|police|officials|report)[\w.’' ]{{0,50}})$")
_TITLE_BEGIN: Final = re.compile(rf"^(?P<name>(?:{CAPITAL})[\w.’' ]{{1,40}}): ")
_NOUN_BEFORE: Final = re.compile(
    r"(?:['’ʼ]s|(?<![^\W_])(?:the|a|an|its|their|his|her|such|this|any|no|of|to|first|is|was|are|were|be|been|being|not"
    r"|it|he|she|they|we|you|I"
    r"|who|which|there|reportedly|get|got))$",
    re.IGNORECASE,
)
_NOBODY: Final = frozenset(
    """
    it he she they we you i who which there this that these those is was be been are were being not to also
    but and or as in on at by of for with from
    here what when where why how then after before during while because since although so now such
    more most many few all anyone everyone nobody no one something someone others him her them us me his their its
    my your our reporters journalists way week month year monday tuesday wednesday thursday friday saturday sunday yesterday today statement
    """.split()
)
ARTICLES: Final = re.compile(r"^(?:the|an?|his|her|their|some|one|two|several|other|both|our) ", re.IGNORECASE)
_SHORT_FORM: Final = re.compile(r" ?\([A-Z]{2,6}\)$")
_IS_NAME: Final = re.compile(rf"{CAPITAL}[\w.’'-]*(?: {CAPITAL}[\w.’'-]*){{0,3}}")
_CLOSES: Final = "\"”’',. "
# "According to the Bank of the city": the search for a name stops behind a small word that leads on, or at what the named one owns.
_LEADS_ON: Final = re.compile(rf"(?: (?:{_BETWEEN}|and|the))+$|['’ʼ]s(?: official)?$")
_CLAUSAL: Final = frozenset(
    "was were is are be been may might would will could should can cannot had has have did does do didn’t didn't doesn’t doesn't".split()
)
"""Words of a clause; no name has them inside."""

DATELINES: Final = 4
"""Sentences from the top among which a dateline may stand: lines about pictures and updates come before it. Guess."""

_WRITERS: Final = re.compile(r"eporting|contributed")
_HELPERS: Final = frozenset((CreditKind.AGENCY, CreditKind.OUTLET))


@dataclass(frozen=True, slots=True)
class Named:
    """Words for somebody at their place in a sentence, what stands beside them and by which grammar they were found."""

    start: int
    words: str
    beside: str = ""
    is_carrier: bool = False  # somebody told them, so they have it from another


def named_in(passage: Passage) -> list[Named]:
    """Find the words for all who are credited in a sentence, in order, each place once."""
    text = passage.text
    found: dict[int, Named] = {}
    for one in (*_datelines(text, passage), *_behind(text), *_before(text), *_channels(text), *(_titles(text) if passage.in_title else ())):
        if all(one.start + len(one.words) <= other.start or other.start + len(other.words) <= one.start for other in found.values()):
            found[one.start] = one
    return [found[start] for start in sorted(found)]


def _datelines(text: str, passage: Passage) -> Iterator[Named]:
    if 0 <= passage.position < DATELINES and (met := _DATELINE.match(text)) and kind_of(met["name"].partition("/")[0]) in _HELPERS:
        yield Named(met.start("name"), met["name"])


def _titles(text: str) -> Iterator[Named]:
    for pattern in (_TITLE_END, _TITLE_BEGIN):
        met = pattern.search(text)
        name = _SAYS_LAST.sub("", met["name"].rstrip()) if met else ""
        last = name.rpartition(" ")[2]
        # "Captain held: …" is a clause: its last word is neither a name nor a noun for somebody.
        is_name = last[:1].isupper() or kind_of(last) is not None
        if met and is_name and len(name.split()) <= MOST_IN_TITLE and (kind_of(name) or " " not in name):
            yield Named(met.start("name"), name)


def _channels(text: str) -> Iterator[Named]:
    if "elegram" not in text and "YouTube" not in text:
        return
    for met in _CHANNELS.finditer(text):
        slot = _SLOT.match(met[0])
        begin = slot.end() if slot else 0
        yield Named(met.start() + begin, met[0][begin:])


# Whether a sentence has a piece of what a pattern begins with: looking for these first is ten times as fast.
def _may_quote(text: str) -> bool:
    return (
        "ccording" in text
        or "ed by" in text
        or "iting" in text
        or "uoting" in text
        or "eport from" in text
        or "said to" in text
        or "reference to" in text
    )


def _may_tell(text: str) -> bool:
    return "told" in text or "tell" in text or "interview" in text


def _may_end_a_quotation(text: str) -> bool:
    return "," in text or "”" in text or '"' in text or "’" in text or "?" in text or "!" in text or "''" in text or "..." in text


def _may_note(text: str) -> bool:
    return (
        "ith " in text
        or "ompiled from" in text
        or "eporting by" in text
        or "aterial from" in text
        or "ource:" in text
        or "ia:" in text
        or "contributed to this" in text
    )


_GRAMMAR: Final = (
    (_ACCORDING, _may_quote, False),
    (_TOLD, _may_tell, True),
    (_SAID_BEHIND, _may_end_a_quotation, False),
    (_INPUTS, _may_note, False),
)


def _behind(text: str) -> Iterator[Named]:
    """Read the words behind "according to", "told", "…, said" and the notes on who contributed."""
    for pattern, may_begin, is_carrier in _GRAMMAR:
        if not may_begin(text):
            continue
        for met in islice(pattern.finditer(text), MOST_CUES):
            one: Named | None
            if pattern is _INPUTS and met["contributed"]:
                words = met["contributed"].partition(" contributed")[0]
                one = Named(met.start("contributed"), words)
            else:
                one = _forward(text, met.end(), is_carrier=is_carrier)
            # Who wrote a report tells it himself; only agencies and outlets that helped are sources.
            if one is not None and not (pattern is _INPUTS and _WRITERS.search(met[0]) and kind_of(one.words) not in _HELPERS):
                yield one


def _forward(text: str, end: int, *, is_carrier: bool) -> Named | None:
    met = _FORWARD.match(text, end)
    if met is None:
        return None
    words = met[0]
    start = end + len(words) - len(words.lstrip())
    words = _BEHIND_NAME.split(words.strip())[0]
    words = _LEADS_ON.sub("", words.rstrip(_CLOSES))
    behind = text[end + len(met[0]) :]
    beside = behind[2:].split(",")[0][:60] if behind.startswith(", ") else ""
    return Named(start, words, beside, is_carrier) if _somebody(words) else None


def _before(text: str) -> Iterator[Named]:
    """Read the words before each verb of saying."""
    for verb in islice(_VERB.finditer(text), MOST_CUES):
        lead = text[max(0, verb.start() - LEAD) : verb.start()].rstrip()
        if not lead or lead[-1] in ".;:’'ʼ" or _NOUN_BEFORE.search(lead, max(0, len(lead) - 14)):
            continue
        lead = _SHORT_FORM.sub("", lead) if lead.endswith(")") else lead
        while adverb := _ADVERB.search(lead, max(0, len(lead) - 40)):
            lead = lead[: adverb.start()]
        named = _last_name(lead)
        if named is not None:
            offset, words, beside = named
            yield Named(verb.start() - len(text[max(0, verb.start() - LEAD) : verb.start()]) + offset, words, beside)


def _last_name(lead: str) -> tuple[int, str, str] | None:
    """Take the last words of a clause that name somebody, stepping over an aside between commas: "Ann Orr, a lawyer,"."""
    beside = ""
    clause = lead
    if lead.endswith(","):
        head, _, aside = lead[:-1].rpartition(", ")
        if not head or not aside or len(aside) > LONGEST:
            return None
        clause, beside = head, aside
        if head[-1:].islower() and not head.rpartition(" ")[2][:1].isupper() and _IS_NAME.fullmatch(aside):
            # "Its news outlet, Militarnyi, said": what stands between the commas is the name.
            return len(head) + 2, aside, head[-60:]
    begin = max((met.end() for met in _BEGINS.finditer(clause)), default=0)
    words = clause[begin:].lstrip()
    begin = len(clause) - len(words)
    led = _LEADS_IN.match(words)
    if led and words[led.end() :]:
        begin, words = begin + led.end(), words[led.end() :]
    words = words.rstrip(_CLOSES)
    return (begin, words, beside) if _somebody(words) else None


def _somebody(words: str) -> bool:
    """Tell whether words may name somebody: no pronoun, no clause, not too long."""
    parts = ARTICLES.sub("", words).casefold().split()
    return (
        1 < len(words) <= LONGEST
        and 0 < len(parts) <= 12
        and parts[0] not in _NOBODY
        and parts[-1] not in _NOBODY
        and _CLAUSAL.isdisjoint(parts)
        and not parts[-1].isdigit()
        and any(part[0].isalpha() for part in parts)
    )
