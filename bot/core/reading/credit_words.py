"""Words by which it is known what sort of source somebody is; who is credited is found in `credits`."""

import re
from typing import Final

from bot.core.reading.credit import CreditKind

AGENCIES: Final = frozenset(
    """
    afp agence-france-presse ap associated-press the-associated-press reuters thomson-reuters upi yonhap yonhap-news-agency xinhua
    xinhua-news-agency tass itar-tass interfax interfax-ukraine ria-novosti ria
    ukrinform unian dpa deutsche-presse-agentur ani asian-news-international pti
    press-trust-of-india ians kyodo kyodo-news jiji jiji-press efe ansa lusa anadolu anadolu-agency aa apa stt ntb ritzau tt belga anp pap
    ctk mti agerpres tanjug hina sta bta aap canadian-press the-canadian-press press-association pa bloomberg bloomberg-news irna isna
    fars tasnim sana wafa
    petra mena kuna wam spa qna antara bernama vna kcna cna bns leta elta armenpress interpressnews trend azertac kazinform
    news-agencies news-agency wire-services agencies
    """.split()
)
"""News agencies of the world by their usual names and abbreviations: general knowledge, as written in bylines."""

_ALSO_WORDS: Final = frozenset("aa ap apa pa tt spa sta mena petra sana hina trend ria elta kuna wam pap lusa efe bta".split())
"""Agencies whose names are also words or first names: theirs only in capitals."""

_ANY_BODY: Final = frozenset(("agencies", "services"))
"""Nouns that stand for news agencies only when nothing else is said of them."""

_OUTLETS: Final = """
times|post|news|journal|tribune|herald|guardian|telegraph|gazette|chronicle|dispatch|sun|star|daily|mail|mirror|independent
|observer|globe|monitor|register|examiner|inquirer|enquirer|magazine|tv|television|radio|today|courant|sentinel|courier|standard
|weekly|review|network|newspaper|outlet|website|broadcaster|tabloid|press|media|blog|podcast|insider|pravda|zeitung|presse|monde
|figaro
"""
_NAMED_OUTLETS: Final = """
cnn|bbc|cbs|nbc|abc|msnbc|cnbc|npr|pbs|rt|dw|cbc|itv|sky|hbo|espn|al jazeera|fox|politico|axios|vox|slate|buzzfeed|vice|quartz
|economist|newsweek|spiegel|bild|zeit|tmz|rte|rfi|rfe|rferl|meduza|militarnyi|c-span|univision|telemundo|propublica
"""
_OFFICIALS: Final = """
police|sheriff|sheriffs|deputies|deputy|officer|officers|official|officials|authority|authorities|department|ministry|government
|administration|president|presidency|premier|minister|secretary|governor|gov|mayor|senator|sen|congressman|congresswoman
|representative|rep|lawmaker|lawmakers|parliament|senate|congress|house|army|military|navy|forces|force|command|commander|court
|judge|justice|prosecutor|prosecutors|attorney|attorneys|spokesman|spokeswoman|spokesperson|spokespeople|investigators
|investigator|detective|detectives|chief|lieutenant|lt|sgt|sergeant|capt|captain|col|colonel|gen|general|maj|cpl|trooper|troopers
|marshal|coroner|examiner|medical|intelligence|service|services|bureau|agency|council|commission|committee|fbi|cia|nsa|dhs|ice|doj
|atf|nypd|lapd|da|un|nato|eu|nis|who|white house|kremlin|pentagon|union|nations|party|republicans|democrats|republican|democrat
|ambassador|envoy|chancellor|king|queen|prime|pm|leader|chairman|chairwoman|director|fire|rescue|rescuers|hospital|ministers
|regulators|embassy|office|county|city|state|federal|security|guard|board|campaign|cops|district|speaker|vice|superintendent
|warden|airline|airlines|company|companies|university|school|institute|organization|organisation|group|command|medics|paramedics
|firefighters|doctors|hospitals|unions|union leader|ministries|organisers|organizers|rebels|militants|insurgents|coast guard|idf
|red cross|red crescent|operator|investigators|monitors
"""
_PERSONS: Final = """
witness|witnesses|bystander|bystanders|resident|residents|neighbor|neighbors|neighbour|neighbours|friend|friends|family|relative
|relatives|mother|father|brother|sister|son|daughter|wife|husband|lawyer|lawyers|professor|analyst|analysts|expert|experts
|researcher|researchers|scientist|scientists|activist|activists|critics|critic|supporters|survivor|survivors|fans|owner|manager
|teacher|student|students|columnist|journalist|author|doctor|aunt|uncle|cousin|grandmother|grandfather|parents|victim|victims
|coworker|player|coach
"""
_DOCUMENTS: Final = """
report|complaint|charges|affidavit|poll|polls|study|survey|filing|filings|records|obituary|lawsuit|indictment|warrant|documents
|document|transcript|book|memo|letter|suit|statistics|census|analysis|audit|papers
"""
_SPEAKS_FOR: Final = re.compile(r"\b(?:release|statement|website|spokes\w+|officials?|officers?)\b", re.IGNORECASE)


def _any(words: str) -> re.Pattern[str]:
    listed = words.replace("\n", "")
    return re.compile(rf"(?<![\w-])(?:{listed})(?![\w])", re.IGNORECASE)


OUTLET: Final = _any(_OUTLETS)
NAMED_OUTLET: Final = _any(_NAMED_OUTLETS)
CALL_SIGN: Final = re.compile(r"(?<!\w)[KW][A-Z]{2,3}(?:-?(?:TV|FM|AM|DT))?(?!\w)|\w\.(?:com|net|org|tv|co\.uk|ua|ru)\b")
OFFICIAL: Final = _any(_OFFICIALS)
PERSON: Final = _any(_PERSONS)
DOCUMENT: Final = _any(_DOCUMENTS)
CHANNEL: Final = re.compile(
    r"(?<![\w-])(?:Telegram|Facebook|Twitter|Instagram|YouTube|TikTok|Weibo|channels?|accounts?|pages?|posts?|tweets?"
    r"|videos?|footage)(?!\w)"
)
ANONYMOUS: Final = re.compile(r"(?<!\w)(?:sources?|people familiar|persons? familiar|insiders?)(?!\w)|anonym", re.IGNORECASE)
COUNTRY: Final = re.compile(
    r"(?:The )?(?:United States|U\.?S\.?|Russia|Ukraine|South Korea|North Korea|Seoul|Pyongyang|Moscow|Kyiv|Kiev"
    r"|Washington|Beijing|China|Israel"
    r"|Hamas|Hezbollah|Iran|Tehran|Iraq|Syria|Turkey|Ankara|India|Pakistan|Islamabad|New Delhi|Japan|Tokyo|Germany"
    r"|Berlin|France|Paris|Britain"
    r"|London|UK|Brussels|Egypt|Cairo|Saudi Arabia|Riyadh|Mexico|Canada|Ottawa|Brazil|Australia|Poland|Warsaw|Slovakia"
    r"|Hungary|Italy|Spain|Cuba"
    r"|Venezuela|Taliban|Palestinians|Afghanistan|Azerbaijan|Armenia|Georgia|Kazakhstan|Belarus|Taiwan)"
)
"""States, capitals and powers that speak as such ("Seoul said")."""


NO_CLAIM: Final = (
    r"(?! (?:responsibility|victory|credit|(?:the )?li(?:fe|ves)"
    r"|(?:at least |more than |nearly |about |over |around )?[\w,-]+ (?:more |other )?(?:lives|victims))(?!\w))"
)
"""What stands behind "claimed" where nothing is said by it: fires claim lives, and a party victory."""


def agency_named(name: str) -> bool:
    """Tell whether words end with the name of a news agency."""
    written = name.strip(" .,’'").split()
    words = [word.casefold() for word in written]
    if len(words) > 1 and words[-1] in _ANY_BODY and words[-2] not in {"news", "wire"}:
        return False
    if words and words[-1] in _ALSO_WORDS and not written[-1].isupper():
        return False
    return any("-".join(words[begin:]) in AGENCIES for begin in range(len(words)))


# In this order: "KTXV-TV police reporter" is an outlet's, "the victim's lawyer" no official.
_BY_WORDS: Final = (
    (CreditKind.ANONYMOUS, ANONYMOUS),
    (CreditKind.OUTLET, CALL_SIGN),
    (CreditKind.OUTLET, NAMED_OUTLET),
)


def kind_of(words: str, beside: str = "") -> CreditKind | None:
    """Tell what sort of source somebody is by the words for him and, where these say nothing, by those beside; None when neither does."""
    if agency_named(words):
        return CreditKind.AGENCY
    named = next((kind for kind, pattern in _BY_WORDS if pattern.search(words)), None) or _by_noun(words)
    return named or (kind_of(beside) if beside else None)


def _by_noun(words: str) -> CreditKind | None:
    head = words.rpartition(" ")[2]
    is_person = PERSON.search(words) is not None
    kind = None
    if CHANNEL.search(words) and not is_person:
        kind = CreditKind.CHANNEL
    elif DOCUMENT.fullmatch(head) and not _SPEAKS_FOR.search(words):
        kind = CreditKind.DOCUMENT
    elif is_person:
        kind = CreditKind.PERSON
    elif OUTLET.search(words) and not OFFICIAL.fullmatch(head):
        kind = CreditKind.OUTLET
    elif OFFICIAL.search(words) or COUNTRY.fullmatch(words):
        kind = CreditKind.OFFICIAL
    return kind
