"""English words by which a report announces what became of whom; how they are read is in `statuses`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bot.core.reading.status import State


class Form(Enum):
    """How a word says it: of whom it tells stands before it or behind it."""

    SUFFERED = auto()  # "was captured", in a headline "captured"; in the active voice with its object behind it
    ONLY_SUFFERED = auto()  # the same, never in the active voice
    DONE_TO = auto()  # "arrests", "arrest": of a headline, with its object behind it
    DONE = auto()  # "died", "resigned": by whom stands before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to announce a state.

    `then` are the words that follow, one set for each place. `follows`, where given, has one that must stand behind them (an empty text
    stands for the end of a clause), `never` those that must not. `things`, where given, has a noun that must be among the words for what
    it is told of, `not_of` those that must not; `agents` has one that must be among the words for who did it. `words` names the rule
    where it is read in a way of its own.
    """

    state: State
    form: Form
    then: tuple[frozenset[str], ...] = ()
    follows: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    not_of: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    words: str = ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


OF_CUSTODY: Final = "custody"
GOES_MISSING: Final = "missing"

DAYS: Final = _set(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tonight late early earlier shortly soon afterward afterwards"
)
END: Final = ""

LAWS: Final = _set(
    """
    bill bills law laws legislation act measure measures budget resolution amendment amendments treaty pact deal agreement accord ceasefire
    cease-fire truce settlement plan reform ban package sanctions nomination referendum constitution proposal merger takeover
    """
)
_BILLS: Final = _set("bill bills law laws legislation act measure measures budget ban")
_CLAIMED: Final = """
    allegation allegations accusation accusations claim claims report reports charge charges rumor rumors rumour rumours involvement
    wrongdoing responsibility suggestion suggestions attack attacks strike strikes bombing bombings shelling raid raids killing killings
    shooting shootings incident losses casualties death deaths plot role meddling interference knowledge existence guilt
    """
_CLAIMS: Final = _set(_CLAIMED) | _set(
    "that any it having being using making taking doing killing seeking trying telling ordering knowing firing"
)
_PERSONS: Final = _set(
    """
    soldier soldiers serviceman servicemen man men woman women suspect suspects gunman gunmen fighter fighters prisoner prisoners pilot
    pilots person people fugitive fugitives inmate inmates shooter killer escapee escapees leader leaders commander commanders terrorist
    terrorists militant militants boy girl teen teenager teenagers troops mercenary mercenaries officer officers sailor sailors marine
    marines general journalist journalists him her them one two three
    """
)
_LIFELESS: Final = _set(
    """
    battery batteries phone engine bill measure proposal hope hopes deal talks language dream idea car motion amendment legislation law
    sound laughter conversation applause noise light industry momentum investigation case effort campaign tradition
    """
)
_DEATH_NEVER: Final = _set("down out off away on hard laughing for")

_CAPTURE_NEVER: Final = _set("the on in by footage images video videos moments attention hearts imagination what how this that some")
_OFFENCES: Final = """
    murder homicide manslaughter assault battery arson robbery theft fraud bribery corruption weapon weapons gun drug felony misdemeanor
    criminal federal terrorism conspiracy treason kidnapping rape several multiple
    """
_YEARS: Final = " ".join(map(str, range(1, 200))) + " two three four five six seven eight nine ten fifteen twenty thirty forty fifty"
_SENTENCE: Final = "years year years' months life"
_LEFT: Final = _set("as over after amid in on from by for following , .") | DAYS | {END}
_OFFICES: Final = _set(
    """
    director chief head minister secretary manager coach officer executive ceo chairman chairwoman president adviser advisor ambassador
    general commissioner superintendent principal anchor host editor governor mayor spokesman spokeswoman aide
    """
)
_ORDERS: Final = _set(
    "order orders ban bans rule rules policy program programme injunction conviction ruling decision executive project permit"
)
_COURTS: Final = _set("judge judges court courts tribunal justices")
_CLOSURES: Final = _set(
    """
    lockdown lockdowns curfew curfews evacuation evacuations warning warnings alert alerts order orders ban bans restrictions sanctions
    siege blockade suspension advisory quarantine embargo moratorium
    """
)
_LASTING: Final = _set("strike strikes standoff stand-off siege shutdown blockade curfew lockdown manhunt ceasefire truce outage drought")
_CLOSED: Final = _set(
    "airport airports road roads bridge highway school schools border crossing station park port stadium runway campus museum tunnel"
)
_CHARGE_FOLLOWS: Final = _set("with in over after as for under by federally and , .") | DAYS | {END}


def _told(words: str, state: State, form: Form, *then: str, **more: frozenset[str]) -> Iterator[tuple[str, Rule]]:
    for word in words.split():
        own = word if word in (OF_CUSTODY, GOES_MISSING) else ""
        yield word, Rule(state=state, form=form, then=tuple(map(_set, then)), words=own, **more)


_TABLE: Final = (
    *_told("captured", State.CAPTURED, Form.SUFFERED, things=_PERSONS, never=_set("on footage images video by")),
    *_told("captured", State.CAPTURED, Form.ONLY_SUFFERED, follows=DAYS),
    *_told("captured", State.CAPTURED, Form.ONLY_SUFFERED, "on", follows=DAYS, things=_PERSONS),
    *_told("captures capture", State.CAPTURED, Form.DONE_TO, things=_PERSONS, never=_CAPTURE_NEVER - _set("the some")),
    *_told("taken", State.CAPTURED, Form.ONLY_SUFFERED, "prisoner captive hostage"),
    *_told("died dies", State.DEAD, Form.DONE, never=_DEATH_NEVER, not_of=_LIFELESS),
    *_told("passed", State.DEAD, Form.DONE, "away"),
    *_told("succumbed succumbs", State.DEAD, Form.DONE, "to", "his her their injuries wounds gunshot"),
    *_told("pronounced declared", State.DEAD, Form.ONLY_SUFFERED, "dead"),
    *_told("found", State.DEAD, Form.ONLY_SUFFERED, "dead"),
    *_told("found", State.CONVICTED, Form.SUFFERED, "guilty"),
    *_told("found", State.ACQUITTED, Form.SUFFERED, "not", "guilty"),
    *_told("found", State.FOUND, Form.ONLY_SUFFERED, "alive safe unharmed"),
    *_told(
        "found recovered", State.FOUND, Form.ONLY_SUFFERED, things=_set("body bodies remains wreckage"), never=_set("guilty dead alive")
    ),
    *_told("rescued", State.RESCUED, Form.SUFFERED),
    *_told("rescues rescue", State.RESCUED, Form.DONE_TO),
    *_told("missing", State.MISSING, Form.ONLY_SUFFERED),
    *_told("arrested detained apprehended nabbed", State.ARRESTED, Form.SUFFERED, never=_set("development men-only times twice")),
    *_told("arrests arrest detains detain", State.ARRESTED, Form.DONE_TO, never=_set("warrant warrants of were are was made in after")),
    *_told("made makes make", State.ARRESTED, Form.SUFFERED, things=_set("arrest arrests")),
    *_told("jailed", State.ARRESTED, Form.ONLY_SUFFERED),
    *_told("turned turns", State.ARRESTED, Form.DONE, "himself herself themselves", "in"),
    *_told("surrendered surrenders", State.ARRESTED, Form.DONE, "to", "police authorities officers deputies investigators"),
    *_told("custody", State.ARRESTED, Form.ONLY_SUFFERED),
    *_told("charged indicted", State.CHARGED, Form.ONLY_SUFFERED, follows=_CHARGE_FOLLOWS),
    *_told("charged charges charge indicts indict indicted", State.CHARGED, Form.DONE_TO, follows=_set("with in over")),
    *_told("faces", State.CHARGED, Form.DONE, "charges"),
    *_told("faces", State.CHARGED, Form.DONE, _OFFENCES, "charge charges"),
    *_told("faces", State.CHARGED, Form.DONE, "a an", _OFFENCES, "charge"),
    *_told("facing", State.CHARGED, Form.ONLY_SUFFERED, "charges"),
    *_told("facing", State.CHARGED, Form.ONLY_SUFFERED, _OFFENCES, "charge charges"),
    *_told("facing", State.CHARGED, Form.ONLY_SUFFERED, "a an", _OFFENCES, "charge"),
    *_told("convicted", State.CONVICTED, Form.SUFFERED, follows=_set("of in on for by and , .") | DAYS | {END}),
    *_told("guilty", State.CONVICTED, Form.ONLY_SUFFERED, "of"),
    *_told("convicts convict", State.CONVICTED, Form.DONE_TO, follows=_set("of in on")),
    *_told("pleaded pleads pled", State.CONVICTED, Form.DONE, "guilty"),
    *_told("pleaded pleads pled", State.DENIED, Form.DONE, "not", "guilty"),
    *_told("sentenced", State.SENTENCED, Form.SUFFERED, follows=_set("to for in by on") | DAYS | {END}),
    *_told("gets receives", State.SENTENCED, Form.DONE, _YEARS, _SENTENCE),
    *_told("gets receives", State.SENTENCED, Form.DONE, "life", "in sentence without term"),
    *_told("gets receives", State.SENTENCED, Form.DONE, "death", "penalty sentence"),
    *_told("jailed", State.SENTENCED, Form.ONLY_SUFFERED, "for", _YEARS + " life"),
    *_told("sentences", State.SENTENCED, Form.DONE_TO, follows=_set("to for")),
    *_told("acquitted", State.ACQUITTED, Form.SUFFERED, follows=_set("of in on by and , .") | DAYS | {END}),
    *_told("acquits acquit", State.ACQUITTED, Form.DONE_TO),
    *_told("cleared", State.ACQUITTED, Form.ONLY_SUFFERED, "of", "all any murder wrongdoing charges criminal misconduct"),
    *_told("released freed", State.RELEASED, Form.ONLY_SUFFERED, "from", "custody jail prison captivity detention police federal"),
    *_told("released freed", State.RELEASED, Form.ONLY_SUFFERED, "on", "bail bond parole probation"),
    *_told("freed", State.RELEASED, Form.ONLY_SUFFERED, follows=_set("after by in ,") | DAYS | {END}),
    *_told("resigned resigns", State.RESIGNED, Form.DONE, never=_set("to himself herself themselves itself")),
    *_told("stepped steps", State.RESIGNED, Form.DONE, "down aside", follows=_LEFT),
    *_told("quits", State.RESIGNED, Form.DONE, follows=_LEFT),
    *_told("parted parts", State.RESIGNED, Form.DONE, "ways", follows=_set("with")),
    *_told("ousted sacked", State.RESIGNED, Form.ONLY_SUFFERED, follows=_LEFT),
    *_told("fired dismissed", State.RESIGNED, Form.ONLY_SUFFERED, follows=_LEFT, things=_OFFICES),
    *_told("fires ousts sacks dismisses", State.RESIGNED, Form.DONE_TO, things=_OFFICES),
    *_told("withdrew withdraws", State.WITHDRAWN, Form.DONE, "from"),
    *_told("pulls pulled drops dropped", State.WITHDRAWN, Form.DONE, "out", "of"),
    *_told("elected re-elected reelected", State.ELECTED, Form.ONLY_SUFFERED, never=_set("officials official leaders representatives to")),
    *_told("passed approved adopted ratified", State.ADOPTED, Form.SUFFERED, things=LAWS, never=_set("on by-laws up over away")),
    *_told("passes approves adopts ratifies", State.ADOPTED, Form.DONE_TO, things=LAWS),
    *_told("signed signs", State.ENACTED, Form.SUFFERED, things=_BILLS),
    *_told("reached reaches reach signed signs", State.ADOPTED, Form.SUFFERED, things=LAWS - {"plan", "ban"}),
    *_told("agreed agree agrees", State.ADOPTED, Form.DONE_TO, "to on", things=_set("ceasefire cease-fire truce deal settlement")),
    *_told("rejected vetoed blocked defeated", State.REJECTED, Form.SUFFERED, things=LAWS),
    *_told("rejects vetoes blocks defeats", State.REJECTED, Form.DONE_TO, things=LAWS),
    *_told("fails failed collapses collapsed", State.REJECTED, Form.DONE, things=LAWS, never=_set("to")),
    *_told("fails failed", State.REJECTED, Form.DONE, "to", "pass clear advance", things=LAWS),
    *_told("blocks blocked halts halted suspends suspended bars barred freezes froze", State.REJECTED, Form.DONE_TO, agents=_COURTS),
    *_told("overturned overturns quashed quashes invalidated invalidates", State.REJECTED, Form.SUFFERED, things=LAWS | _ORDERS),
    *_told("struck strikes strike", State.REJECTED, Form.DONE_TO, "down", things=LAWS | _ORDERS),
    *_told("upheld upholds", State.UPHELD, Form.SUFFERED, things=LAWS | _ORDERS),
    *_told("lifted lifts eased eases", State.ENDED, Form.SUFFERED, things=_CLOSURES),
    *_told("ends ended", State.ENDED, Form.DONE, things=_LASTING, never=_set("with in up")),
    *_told("reopened reopens reopen", State.ENDED, Form.DONE, things=_CLOSED),
    *_told("extradited", State.EXTRADITED, Form.SUFFERED, follows=_set("to from on after by") | DAYS | {END}),
    *_told("cancelled canceled scrapped postponed", State.CANCELLED, Form.SUFFERED),
    *_told("cancels scraps postpones", State.CANCELLED, Form.DONE_TO),
    *_told("called", State.CANCELLED, Form.ONLY_SUFFERED, "off"),
    *_told("confirmed confirms", State.CONFIRMED, Form.DONE, follows=_set("that the its his her a on"), never=_set("to as")),
    *_told("denied denies", State.DENIED, Form.DONE, "the these those all his her its their such", _CLAIMED),
    *_told("denied denies", State.DENIED, Form.DONE, follows=_CLAIMS),
    *_told("retracted retracts", State.CORRECTED, Form.DONE),
)

RULES: Final = {word: tuple(rule for other, rule in _TABLE if other == word) for word, _ in _TABLE}
"""What each word can announce; of several rules the first that fits."""


AUXILIARIES: Final = _set("been was were is are been gets got 's ’s remains remain remained")
PERFECT: Final = _set("has have had 've ’ve")
ADVERBS: Final = _set("also later then now reportedly since officially finally formally just already both all all subsequently each still")
DOUBTS: Final = _set(
    """
    not never no nobody none neither nor may might could would can should will shall must feared fears fearing threatened threatens
    threatening if unless whether until before alleged allegedly expected likely plans planned planning accused suspected hopes hoped hope
    wants wanted seeks sought failed fails false falsely rumors rumours wrongly denied denies refuted without unlikely possible possibly
    presumed believed ordered demand demands demanded calls urges urged why how what would-be perhaps maybe probably almost nearly
    when vows vowed
    """
)
ENDS_CLAUSE: Final = _set(", ; : but — – - while because after who ( ) “ ” and")
DETERMINERS: Final = _set("a an the his her its their this that these those another our my your some")
PREPOSITIONS: Final = _set(
    "of in at on from with for by to near outside inside behind into under over between against about as during after within"
)
RELATIVES: Final = _set("who which that")
PRONOUNS: Final = _set(
    "he she they it i we you who him her them me us himself herself themselves which that whom there one both all others rest"
)
BEGINS_OBJECT: Final = DETERMINERS | _set("one two three four five six seven eight nine ten several more another him her them")
"""What begins an object, or is one."""

NO_STATE: Final = re.compile(r"(?:dead|charged)[- ](?:heat|ends?|weight|batter)|fire alarm|(?:elected|retired) officials?", re.IGNORECASE)
"""Idioms in which words of states tell none."""

NOT_TOLD_OF: Final = _set("i we you")

SPEAKERS: Final = _set("police authorities officials deputies investigators prosecutors officers")
"""Who announces, which is not of whom it is told."""

BREAKS_NOUN: Final = _set(
    """
    say says said told tells announced announce announces confirmed confirm confirms report reports reported believe believes believed know
    knows showed shows shot stabbed hit and or but when while where because if as than then later so also not has have had was were is are
    be been being do does did will would could may might can should there here left took taken got gets made killed wounded injured until
    before still already now today yesterday tonight monday tuesday wednesday thursday friday saturday sunday early late again
    wanted following accused suspected
    identified named
    """
)
SAYS: Final = _set("said say says told announced confirmed reported reports according")
