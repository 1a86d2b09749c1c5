"""What a batch of grouping's decisions means for rows: who belongs where in the end, what was merged, what history says. No statements."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import assert_never

from bot.core.grouping.decision import Change, Contribution, Evidence, Folded, Joined, Left, Merged, Moved, Opened, Parted, Revised
from storage.schema.rows import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an article belongs, in the revision that was grouped."""

    event_id: int
    copy_of: int | None
    revision: int


@dataclass(slots=True)
class Plan:
    """The outcome of a batch, taken in one decision after the other.

    `living` maps the stored ids of events to what they are today; the other fields are for writing: `absorbed` says what an event became
    in this batch, `touched` how many changes an event met.
    """

    now: datetime
    living: Mapping[int, int]
    opened: list[int] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    absorbed: dict[int, int] = field(default_factory=dict)
    departed: dict[int, int] = field(default_factory=dict)  # event → the article that left it last
    folded: list[tuple[int, int]] = field(default_factory=list)  # article, and what it and its copies copy
    touched: Counter[int] = field(default_factory=Counter)
    history: list[Values] = field(default_factory=list)

    def survivor(self, event_id: int) -> int:
        """Follow an event to what it is at the end of what was taken in so far."""
        event_id = self.living.get(event_id, event_id)
        while event_id in self.absorbed:
            event_id = self.absorbed[event_id]
        return event_id

    def take(self, change: Change) -> None:
        """Take in the next decision."""
        match change:
            case Opened():
                self.opened.append(change.event_id)
                place = Place(event_id=change.event_id, copy_of=None, revision=change.revision)
                self._put(change.article_id, place, "opened", {"apart": change.apart, "evidence": _evidence(change.evidence)})
            case Joined():
                place = Place(event_id=self.survivor(change.event_id), copy_of=change.copy_of, revision=change.revision)
                self._put(change.article_id, place, "joined", {"evidence": _evidence(change.evidence)})
            case Revised():
                place = Place(event_id=self.survivor(change.event_id), copy_of=change.copy_of, revision=change.revision)
                self._put(change.article_id, place, "revised", {"apart": change.apart})
            case Folded():
                self._fold(change.article_id, change.copy_of)
                place = Place(event_id=self.survivor(change.event_id), copy_of=change.copy_of, revision=change.revision)
                self._put(change.article_id, place, "folded", {})
            case Left():
                event_id = self.survivor(change.event_id)
                self.departed[event_id] = change.article_id
                self.touched[event_id] += 1
                self.note(event_id, "left", change.article_id, {})
            case Merged():
                survivor, absorbed = self.survivor(change.survivor), self.survivor(change.absorbed)
                if survivor != absorbed:
                    self.absorbed[absorbed] = survivor
                    self.touched[survivor] += 1
                    detail: Values = {"absorbed": absorbed, "evidence": _evidence(change.evidence)}
                    self.note(survivor, "merged", None, detail | _by(change))
            case Parted():
                self._part(change)
            case Moved():
                place = Place(event_id=change.event_id, copy_of=change.copy_of, revision=change.revision)
                self._put(change.article_id, place, "moved", {"apart": change.apart, "source": change.source} | _by(change))
            case _ as never:
                assert_never(never)

    def _part(self, change: Parted) -> None:
        if not change.revived:
            self.opened.append(change.event_id)
        else:
            self.touched[change.event_id] += 1
            self.note(change.event_id, "revived", None, {"source": change.source} | _by(change))
        self.touched[change.source] += 1
        self.note(change.source, "split", None, {"into": change.event_id} | _by(change))

    def _put(self, article_id: int, place: Place, what: str, detail: Values) -> None:
        self.places[article_id] = place
        self.touched[place.event_id] += 1
        self.note(place.event_id, what, article_id, {"revision": place.revision, "copy_of": place.copy_of, **detail})

    def _fold(self, article_id: int, copy_of: int) -> None:
        """Make the copies of an article copies of another; what a later decision of the batch says about one of them stands."""
        self.folded.append((article_id, copy_of))
        for placed, place in self.places.items():
            if place.copy_of == article_id:
                self.places[placed] = replace(place, copy_of=None if placed == copy_of else copy_of)

    def note(self, event_id: int, what: str, article_id: int | None, detail: Values) -> None:
        """Add a line to the history."""
        self.history.append(
            {
                "event_id": event_id,
                "at": self.now,
                "what": what,
                "article_id": article_id,
                "detail": json.dumps(detail, ensure_ascii=False, separators=(",", ":")),
            }
        )

    def close(self, emptied: Sequence[int]) -> dict[int, int]:
        """Send events that lost their last article to where that article went: emptied → living."""
        closed = {event_id: self.survivor(self.places[self.departed[event_id]].event_id) for event_id in emptied}
        for event_id, continued_by in closed.items():
            self.note(event_id, "closed", None, {"continued_by": continued_by})
        return closed


# dataclasses.asdict copies deeply and would take more time than everything else in a batch.
_EVIDENCE = tuple(column.name for column in fields(Evidence) if column.name != "contributions")
_CONTRIBUTION = tuple(column.name for column in fields(Contribution))


def _by(change: Merged | Parted | Moved) -> Values:
    """Say which correction or reingest it is due to."""
    return {name: number for name in ("correction", "reingest") if (number := getattr(change, name)) is not None}


def _evidence(evidence: Evidence) -> Values:
    """Write evidence as JSON can keep it, under the names of its fields."""
    contributions = [{name: getattr(each, name) for name in _CONTRIBUTION} for each in evidence.contributions]
    return {**{name: getattr(evidence, name) for name in _EVIDENCE}, "contributions": contributions}


def plan(changes: Sequence[Change], living: Mapping[int, int], previous: Mapping[int, int | None], now: datetime) -> Plan:
    """Take in all decisions; `previous` tells in which event the articles were before."""
    made = Plan(now=now, living=living)
    for change in changes:
        made.take(change)
    for article_id, place in made.places.items():
        before = previous.get(article_id)
        if before is not None and made.survivor(before) != made.survivor(place.event_id):
            made.departed.setdefault(made.survivor(before), article_id)
    return made


def mentioned(changes: Sequence[Change]) -> tuple[set[int], set[int]]:
    """Name the events and the articles that decisions are about."""
    event_ids: set[int] = set()
    article_ids: set[int] = set()
    for change in changes:
        match change:
            case Merged():
                event_ids |= {change.survivor, change.absorbed}
            case Parted():
                event_ids |= {change.event_id, change.source}
            case Opened() | Joined() | Revised() | Folded() | Left() | Moved():
                event_ids.add(change.event_id)
                article_ids.add(change.article_id)
            case _ as never:
                assert_never(never)
    return event_ids, article_ids
