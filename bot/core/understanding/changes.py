"""What changed in an event after its first report: new key figures, states, denials, corrections, corroboration; worded elsewhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.event import Overview
from bot.core.model import Article, Precision, Stamp
from bot.core.once import once
from bot.core.reading.account import account
from bot.core.reading.figure import Figure, Kind
from bot.core.reading.passages import Passage, is_english, passages
from bot.core.reading.status import State, Status
from bot.core.reading.status_evidence import IMPLIED, KNOWN, has_told
from bot.core.understanding.matters import (
    COUNTED,
    KEY,
    MOST_CLAIMS,
    Claim,
    Matter,
    Verdict,
    has_moved,
    is_before,
    is_corrected,
    matters,
    outlet_of,
    read_reports,
)
from bot.core.understanding.origins import origins
from bot.core.wording import outlet_name

TITLE: Final = -1
"""Position of a title."""

LEAD: Final = 4
"""Position of the last sentence whose state can be a change of the event: further down reports repeat, and tell of others. Guess."""

FIGURE_LEAD: Final = 1
"""The same for a figure. With 6, five of ten new figures that were read on gva and og2021_en were wrong: tallies of weekends, of others."""

TITLED: Final = frozenset((Kind.PEOPLE, Kind.WEAPONS, Kind.VOTES))
"""Other kinds that make a change where they stand in a title, and in titles before. Of seven sums of money on uci none was one: currencies,
prices of several places, targets of several analysts."""

PUBLIC: Final = frozenset(
    (
        State.ADOPTED,
        State.CANCELLED,
        State.ELECTED,
        State.ENACTED,
        State.ENDED,
        State.REJECTED,
        State.RELEASED,
        State.RESIGNED,
        State.UPHELD,
        State.WITHDRAWN,
    )
)
"""States that are news of the event only in a title: reports of politics tell of many others."""

PERSONAL: Final = frozenset(
    (State.ARRESTED, State.CAPTURED, State.CHARGED, State.CONVICTED, State.DEAD, State.FOUND, State.RESCUED, State.SENTENCED)
)
"""States that come to one after the other."""

READ: Final = 6_000
"""Characters of a report in which is looked whether a state was told already. Guess."""

DEATHS_READ: Final = 1_000
"""The same for deaths: that somebody died whom the event is about says the beginning, further down are the dead of other days. Guess."""


# A sentence that sums up several happenings tells no new toll of one of them: "ten killed in shootings since Friday". Nor of an earlier
# such sum: of two on gva both were of another day. Of who is arrested it says what for.
_TALLY: Final = re.compile(
    r"(?<!\w)(?:shootings|killings|stabbings|crashes|incidents|separate|weekend|since|so far this|spike|wave)(?!\w)", re.IGNORECASE
)


class ChangeKind(StrEnum):
    """What sort of change it is."""

    NEW_FIGURE = "new figure"
    STATUS = "status"
    CORROBORATED = "corroborated"
    DENIAL = "denial"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that one report told first, and no earlier one.

    `before` and `after` are words of the reports: two figures; for a state, whose it is and how the report says it; for a corroboration the
    outlets that told it before and now. `before` may be empty. `passage` is None where no single sentence says it. `figure` and `status`
    are what it was read from.
    """

    kind: ChangeKind
    article: Article
    at: Stamp
    passage: Passage | None
    before: str
    after: str
    figure: Figure | None = None
    earlier: Figure | None = None
    status: Status | None = None


@once
def changes(event: Overview) -> tuple[Change, ...]:
    """Find what changed, in order of time; only a report that came after another one, by its own time, tells a change.

    Reports that cannot be read, because they are in other languages, neither tell one nor hide one: who reads the card was not told.
    Of 61 that were read on gva and allsides, corroborations left out, 56 were right; what was wrong told of other happenings or of what
    was long known. New figures are rare there, seven in all: five were right, one counts the gunman too, one
    stands against a figure of another happening. A millisecond for each report that was not read before, so not on the event loop.
    """
    reports = read_reports(event)
    order = {article.id: index for index, article in enumerate(reports)}
    moved = (*_figures(matters(event)), *_states(reports, event), *_corroborated(reports, event))
    dead = {change.article.id for change in moved if change.status is not None and change.status.state is State.DEAD}
    found = (*moved, *(change for change in _first_dead(reports, event) if change.article.id not in dead))
    return tuple(sorted(found, key=lambda change: order[change.article.id]))


def _figures(found: Sequence[Matter]) -> Iterator[Change]:
    for matter in found:
        if matter.is_background:
            continue
        claims = [claim for claim in matter.claims if not claim.figure.is_sum][:MOST_CLAIMS]
        for index, claim in enumerate(claims):
            told = claims[:index]
            before = [one for one in told if _is_key(one)]
            if claim.at is not None and before and _is_key(claim) and _is_new(claim, before, told, matter):
                last = max(reversed(before), key=_low).figure if matter.kind in COUNTED else before[-1].figure
                yield Change(
                    kind=ChangeKind.NEW_FIGURE,
                    article=claim.article,
                    at=claim.at,
                    passage=claim.figure.passage,
                    before=last.said,
                    after=claim.figure.said,
                    figure=claim.figure,
                    earlier=last,
                )


def _first_dead(reports: Sequence[Article], event: Overview) -> Iterator[Change]:
    """Find the title that counts the first dead of an event that the reports before told without any, background left aside.

    Of five on the development sets that stand in a title or the first two sentences three were wrong, of those in titles none.
    """
    order = {article.id: index for index, article in enumerate(reports)}
    own = [matter for matter in matters(event) if matter.kind is Kind.KILLED and not matter.is_background]
    claims = [claim for matter in own for claim in matter.claims[:MOST_CLAIMS] if _is_key(claim) and not claim.figure.is_sum]
    claim = min(claims, key=lambda claim: order[claim.article.id], default=None)
    if claim is None or claim.at is None or not claim.figure.passage.in_title or _TALLY.search(claim.figure.passage.text):
        return
    before = [one for one in reports[: order[claim.article.id]] if is_english(one.content)]
    is_later = any(is_before(event.times.get(one.id), claim.at) for one in before)
    if is_later and not any(has_told(State.DEAD, _own(one)) for one in before):
        yield Change(
            kind=ChangeKind.NEW_FIGURE,
            article=claim.article,
            at=claim.at,
            passage=claim.figure.passage,
            before="",
            after=claim.figure.said,
            figure=claim.figure,
        )


def _own(article: Article) -> str:
    """Give what a report tells of its own happening, up to `READ` characters."""
    told = " ".join(passage.text for passage in passages(article.content) if not passage.is_background)
    return told[:READ]


def _is_key(claim: Claim) -> bool:
    """Tell whether a figure is one of those that make a change: of victims and the like, and other ones in a title."""
    if claim.figure.kind in KEY:
        return claim.figure.passage.position <= FIGURE_LEAD
    return claim.figure.kind in TITLED and claim.figure.passage.in_title


def _is_new(claim: Claim, before: Sequence[Claim], told: Sequence[Claim], matter: Matter) -> bool:
    """Tell whether all figures before it have moved to it.

    Of victims only a larger one is news, or one that is called corrected; any other that is smaller is of another scope. `before` are those
    that make a change themselves, `told` are all: who counted as many far down in a report has told it, too.
    """
    if not all(has_moved(one, claim) for one in before):
        return False
    if claim.figure.kind is not Kind.ARRESTED and _TALLY.search(claim.figure.passage.text):
        return False
    is_larger = all(_low(claim) > _low(one) for one in told)
    return is_larger or is_corrected(claim.figure) or (matter.verdict is Verdict.MOVED and matter.kind not in COUNTED)


def _low(claim: Claim) -> float:
    bound = claim.figure.low if claim.figure.low is not None else claim.figure.high
    return float(bound) if bound is not None else 0.0


_KINDS: Final = {State.DENIED: ChangeKind.DENIAL, State.CORRECTED: ChangeKind.CORRECTION}


def _states(reports: Sequence[Article], event: Overview) -> Iterator[Change]:
    told: set[State] = set()
    for index, article in enumerate(reports):
        before = [one for one in reports[:index] if is_english(one.content)]
        at = event.times.get(article.id)
        is_later = at is not None and any(_may_precede(event.times.get(one.id), at) for one in before)
        fresh: dict[State, Status] = {}
        others: list[Status] = []
        for status in account(article.content).statuses:
            last = TITLE if status.state in PUBLIC or _is_anybodys(status) else LEAD
            if status.passage.position <= last and status.state not in told and status.state in KNOWN:
                fresh.setdefault(status.state, status)
            if status.passage.in_title and status.state in PERSONAL:
                others.append(status)
        if at is not None and is_later:
            new = [status for state, status in fresh.items() if not any(_tells(one, state) for one in before)]
            new += [status for status in others if status not in new and _is_of_another(status, before)]
            yield from (_state(status, article, at) for status in new)
        told.update(*(IMPLIED[state] for state in fresh))


def _is_anybodys(status: Status) -> bool:
    """Tell whether a denial below the title is one that nobody can place, or that every report of a trial has: of "he", of a lawyer."""
    if status.state is not State.DENIED:
        return False
    return status.passage.text.partition(" ")[0].casefold() in _PRONOUNS or not _DENIERS.isdisjoint(status.subject.split())


_PRONOUNS: Final = frozenset("he she they it his her their its".split())
_DENIERS: Final = frozenset("lawyer lawyers attorney attorneys campaign defendant defendants suspect".split())


def _is_of_another(status: Status, before: Sequence[Article]) -> bool:
    """Tell whether a title counts one more of whom a state is told, "third suspect arrested", and no report before it counts so far."""
    counted = next((each for each in _COUNTED_ON if re.search(_counted_on(each, status.subject), status.passage.text, re.IGNORECASE)), None)
    return counted is not None and not any(re.search(rf"(?<!\w)(?:{counted})(?!\w)", _told_in(one), re.IGNORECASE) for one in before)


_COUNTED_ON: Final = (
    "second|2nd",
    "third|3rd",
    "fourth|4th",
    "fifth|5th",
    "sixth|6th",
    "seventh|7th",
    "eighth|8th",
    "ninth|9th",
    "tenth|10th",
    "another",
)


def _counted_on(counted: str, subject: str) -> str:
    """Give a pattern for a number of order that stands before somebody."""
    head = re.escape(subject.rpartition(" ")[2])
    return rf"(?<!\w)(?:{counted}) (?:[\w’'-]+ ){{0,3}}?{head}(?!\w)" if head else r"(?!)"


def _told_in(article: Article, read: int = READ) -> str:
    return f"{article.content.title}. {article.content.text[:read]}"


def _may_precede(one: Stamp | None, other: Stamp) -> bool:
    """Tell whether two reports in this order are of one day or of days in this order; of one day the order of arrival decides."""
    if one is None or Precision.INFERRED in (one.precision, other.precision):
        return False
    return one.at.date() <= other.at.date()


def _state(status: Status, article: Article, at: Stamp) -> Change:
    source = article.content.title if status.passage.in_title else article.content.text
    return Change(
        kind=_KINDS.get(status.state, ChangeKind.STATUS),
        article=article,
        at=at,
        passage=status.passage,
        before=status.subject,
        after=" ".join(source[status.start : status.end].split()),
        status=status,
    )


def _tells(article: Article, state: State) -> bool:
    """Tell whether an English report may have told a state already, in whatever words."""
    return has_told(state, _told_in(article, DEATHS_READ if state is State.DEAD else READ))


def _corroborated(reports: Sequence[Article], event: Overview) -> Iterator[Change]:
    """Find the first report of another outlet that leans on another origin than the first report does, and is surely later."""
    voices = origins(event).voices
    voice_of = {report.id: index for index, voice in enumerate(voices) for report in voice.reports}
    first = reports[0] if reports else None
    if first is None or first.id not in voice_of:
        return

    def is_other(article: Article) -> bool:
        voice = voice_of.get(article.id, voice_of[first.id])
        return voice != voice_of[first.id] and voices[voice].origin is not None

    others = [article for article in reports[1:] if outlet_of(article) != outlet_of(first) and is_other(article)]
    if not others:
        return
    article, *later = others
    at = event.times.get(article.id)
    # What has no time stands last, and was perhaps there before.
    may_have_been_before = any(one.id not in event.times and one.received_at < article.received_at for one in later)
    if at is not None and is_before(event.times.get(first.id), at) and not may_have_been_before:
        before, after = outlet_name(first), outlet_name(article)
        yield Change(kind=ChangeKind.CORROBORATED, article=article, at=at, passage=None, before=before, after=after)
