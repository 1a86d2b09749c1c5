"""Which publisher or news agency a host, a byline or a site's own name stands for; the tables themselves are in `core.outlet_names`."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from bot.core.outlet_names import AGENCIES, OUTLETS

_HOST: Final = re.compile(r"(?:https?://)?((?:[a-z0-9\-]{1,63}\.){1,8}[a-z]{2,24})(?:/.{0,200})?", re.IGNORECASE)
# Labels in front of a site's own name, and public suffixes of two labels.
_PREFIXES: Final = frozenset(("www", "www2", "www3", "m", "amp", "mobile", "edition", "english", "en", "news", "beta", "feeds", "rss"))
_SECOND_LEVEL: Final = frozenset(("co", "com", "net", "org", "gov", "edu", "ac", "or", "ne", "go", "gob", "gouv"))
# Words that newspapers' names are made of: they tell where to cut a host that is written in one word.
_WORDS: Final = (
    "the daily sunday weekly evening morning news newspaper times post herald tribune gazette journal chronicle observer telegraph "
    "express star sun mail mirror independent guardian standard examiner sentinel courier register record review press globe world "
    "today online network report reporter monitor insider dispatch bulletin echo argus echoes voice nation national international "
    "republic citizen leader ledger messenger advertiser advocate enterprise banner beacon bee call capital city county local "
    "business finance financial economic market markets tech science sports sport football radio media magazine "
    "moscow kyiv kiev london york new los angeles san francisco chicago boston dallas houston seattle washington baltimore miami "
    "japan korea china india pakistan bangkok jakarta manila hanoi taipei hong kong singapore sydney melbourne "
    "africa america american asia asian europe european arab israel jerusalem gulf turkish irish scottish baltic balkan"
)
_WORD: Final = re.compile("|".join(sorted(_WORDS.split(), key=len, reverse=True)))
# Words that hardly stand in a name unless it is a publisher's.
_PAPER: Final = frozenset(
    """
newspaper newspapers paper times post herald tribune gazette journal chronicle observer telegraph examiner sentinel courier
register press dispatch bulletin echo argus messenger advertiser advocate wire newswire ledger daily weekly magazine review mirror
mail monitor reporter insider globe network radio television tv media news today online broadcasting gazeta gazette diario
periódico noticias giornale corriere notizie correio folha jornal notícias presse dépêche quotidien zeitung anzeiger tageblatt
nachrichten rundschau kurier bote dagblad krant courant nieuws avisen tidende dagbladet новости газета вестник известия вести
новини вісник
""".split()
)
# Words that name a part of a paper: of nothing else is a section's name made.
_SECTION: Final = frozenset(
    """
world news politics business sport sports opinion technology tech science health culture entertainment lifestyle travel local
national international regional latest breaking home homepage top stories story europe asia africa americas us usa uk eu video
videos live analysis explainer explained economy market markets finance money environment climate education crime law weather arts
film films music books style food fashion football soccer cricket rugby tennis features feature editorial editorials letters
comment comments commentary blog blogs podcast interview interviews exclusive premium photos pictures gallery people society media
online today web digital city metro foreign the and of in politik wirtschaft kultur panorama wissen gesellschaft sport meinung
ausland inland netzwelt politique monde économie société política economía mundo cultura deportes sociedad esportes политика
экономика общество мир спорт культура
""".split()
)
# What a desk adds to the name of its paper.
_DESK: Final = re.compile(
    r"[\s,|\-–—]+(?:(?:web|news|online|digital|editorial|sports?|business|world|national|international|city|markets?|politics|culture|science|"
    r"health|crime|metro|lifestyle|entertainment|foreign|money|tech|features|economy|regional|local)[ ])?"
    r"(?:desk|staff|team|newsroom|bureau|editors|editorial|correspondents?|reporters?|redaktion|redacci[oó]n|redazione|r[eé]daction|редакция)$",
    re.IGNORECASE,
)


def _entries(table: str) -> list[str]:
    return [entry.strip() for line in table.strip().splitlines() for entry in line.split(" | ")]


def _key(name: str) -> str:
    folded = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "", folded.removeprefix("the "))


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Hosts to names, outlets' keys to names, agencies' keys to names; built once, when the first name is asked for."""
    hosts: dict[str, str] = {}
    outlets: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for entry in _entries(AGENCIES):
        name, *others = entry.split(",")
        for other in (name, *others):
            if "." in other:
                hosts[other] = name
            else:
                agencies[_key(other)] = name
    for entry in _entries(OUTLETS):
        names, _, name = entry.partition(" ")
        for host in names.split(","):
            hosts.setdefault(host, name)
        outlets[_key(name)] = name
    return hosts, outlets, agencies


@lru_cache(maxsize=4096)
def outlet_of_host(host: str) -> str:
    """The name of the outlet that publishes on `host`; a host that is not in the table is read as the words it is made of.

    Empty for a number (192.0.2.1), which names nobody.
    """
    hosts, _, _ = _tables()
    labels = [label for label in host.strip().casefold().rstrip(".").split(":")[0].split(".") if label]
    if labels and labels[-1].isdigit():
        return ""
    for start in range(len(labels)):
        name = hosts.get(".".join(labels[start:]))
        if name:
            return name
    while len(labels) > 2 and labels[0] in _PREFIXES:
        del labels[0]
    if len(labels) > 1:
        del labels[-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        del labels[-1]
    return _spelled(labels[-1]) if labels else ""


@lru_cache(maxsize=4096)
def normal_outlet(name: str) -> str:
    """The name of an outlet as everybody else writes it: `Devdiscourse News Desk` and `devdiscourse.com` are Devdiscourse."""
    name = " ".join(name.split()).strip(" |-–—,·")
    host = _HOST.fullmatch(name)
    if host:
        return outlet_of_host(host[1])
    _, outlets, agencies = _tables()
    for spelling in (name, _DESK.sub("", name)):
        known = _known(spelling, outlets) or agencies.get(_key(spelling))
        if known:
            return known
    return _DESK.sub("", name) or name


@lru_cache(maxsize=4096)
def agency_of(name: str) -> str | None:
    """The news agency that a byline or credit names, None when it names none: `Agence France-Presse` is AFP, `Jane Doe` nobody."""
    name = " ".join(name.split()).strip(" .,()|-–—©/")
    _, _, agencies = _tables()
    # Two capitals may be initials or a place: short names count only as agencies write them.
    found = agencies.get(_key(name)) or agencies.get(_key(_DESK.sub("", name)))
    return None if found and len(name) <= 4 and name.islower() and not found.islower() else found


@lru_cache(maxsize=4096)
def known_outlet(name: str) -> str | None:
    """The outlet of the table that `name` stands for, None when it may as well be a person."""
    _, outlets, _ = _tables()
    name = " ".join(name.split()).strip(" |-–—,·")
    host = _HOST.fullmatch(name)
    if host:
        return outlet_of_host(host[1])
    return _known(name, outlets) or _known(_DESK.sub("", name), outlets)


@lru_cache(maxsize=4096)
def listed_host(host: str) -> str | None:
    """The outlet of the table that publishes on `host`, None when only the host's own words tell its name."""
    name = outlet_of_host(host)
    return name if name in _tables()[0].values() else None


def is_section(name: str) -> bool:
    """Whether a name is that of a part of a paper (`World`, `Sports News`, `Web Desk`), which names no publisher."""
    words = re.findall(r"\w+", _DESK.sub("", name).casefold())
    return all(word in _SECTION or word in {"desk", "staff", "team", "newsroom", "bureau"} for word in words)


@lru_cache(maxsize=4096)
def sounds_like_outlet(name: str) -> bool:
    """Whether a name is that of a publisher by itself: listed, a host, somebody's desk, or made with a newspaper's words."""
    if is_section(name):
        return False
    if known_outlet(name) or agency_of(name) or _DESK.search(name):
        return True
    return not _PAPER.isdisjoint(re.findall(r"\w+", name.casefold()))


def alias_of_host(host: str, aliases: Mapping[str, str]) -> str | None:
    """The name that the operator gave to a host or to one of the domains it belongs to; keys of `aliases` are in lower case."""
    if not aliases:
        return None
    labels = host.casefold().rstrip(".").split(":")[0].split(".")
    return next((name for start in range(len(labels) - 1) if (name := aliases.get(".".join(labels[start:])))), None)


def alias_of_name(name: str, aliases: Mapping[str, str]) -> str | None:
    """The name that the operator gave to an outlet instead of the one it goes by; keys of `aliases` are in lower case."""
    return aliases.get(" ".join(name.split()).casefold()) if aliases else None


def is_host_of(name: str, host: str) -> bool:
    """Whether a name is the one that `host` spells: `The Harbour Paper` and `www.harbourpaper.example`."""
    key = _key(name)
    return len(key) > 2 and key in {_key(outlet_of_host(host)), *(_key(label) for label in host.split(".")[:-1])}


def _known(name: str, outlets: dict[str, str]) -> str | None:
    key = _key(name)
    found = outlets.get(key)
    if found is None and key.endswith(("news", "online", "com")):
        found = outlets.get(re.sub(r"(?:news|online|com)$", "", key))
    return found


def _spelled(label: str) -> str:
    """A host's own label as a name: `the-daily-echo` and `thedailyecho` are The Daily Echo, `vnews` is Vnews."""
    words = [word for part in re.split(r"[-_]+", label) for word in _cut(part)]
    return " ".join(word[:1].upper() + word[1:] for word in words)


def _cut(label: str) -> list[str]:
    """Cut a label at newspaper words, but only when nothing shorter than three letters would be left over."""
    pieces: list[str] = []
    end = 0
    for found in _WORD.finditer(label):
        if found.start() > end:
            pieces.append(label[end : found.start()])
        pieces.append(found.group())
        end = found.end()
    if end < len(label):
        pieces.append(label[end:])
    sound = all(len(piece) > 2 for piece in pieces)
    return pieces if sound and len(pieces) > 1 else [label]
