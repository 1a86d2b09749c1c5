"""The live state as text and back, bit for bit: events, reports, counts of words. When it is written and read is decided elsewhere."""

import hashlib
import json
import struct
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.core.grouping.copies import Sketch, sketch
from bot.core.grouping.live import LiveEvent, Span
from bot.core.grouping.meaning import meaning_of
from bot.core.grouping.reports import Known
from bot.core.grouping.vectors import HEAVIEST, Frequencies, Vector, Vectors, vectors
from bot.core.model import ArticleId, DateOrigin, EventId, Precision, Stamp
from bot.core.text.terms import Marks, terms_of

FORMAT: Final = 1
"""Raised when the texts below are laid out anew, or when words are weighed in a way that `fingerprint` does not see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What storage has to keep beside the decisions, so that the live state can be had again as it was.

    `states` are the events that changed, `awake` those touched, longest ago first, `quiet` those that left memory with the words by which
    they are found again, `gone` those that are no more. `reports` are new or changed, `forgotten` no longer there. `counts` and `events`
    are what to add to the counts of words and to the number of events; with `whole` they are all there is. What they say of languages is
    no sum: the last holds.
    """

    states: Mapping[EventId, str]
    awake: tuple[EventId, ...]
    quiet: Mapping[EventId, tuple[str, ...]]
    gone: tuple[EventId, ...]
    reports: Mapping[ArticleId, str]
    forgotten: tuple[ArticleId, ...]
    counts: str
    events: int
    whole: bool


def event_text(event: LiveEvent) -> str:
    """Write an event down."""
    return _json(_event(event))


def event_of(event_id: EventId, text: str) -> LiveEvent | ArticleId:
    """Read what `event_text` or `apart_text` wrote; of an event set apart, the one article that it has."""
    read = json.loads(text)
    if "apart" in read:
        return ArticleId(read["apart"])
    event = LiveEvent(event_id)
    event.members = [_vectors_of(member) for member in read["members"]]
    event.size, event.length, event.cosines_at_joining = read["size"], read["length"], read["cosines"]
    event.span = None if read["span"] is None else Span(*read["span"])
    event.words = event.members[0].words if read["words"] is None else _weights_of(read["words"])
    event.norm, event.heaviest = read["norm"], tuple(read["heaviest"])
    event.names = event.members[0].marks.names if read["names"] is None else frozenset(read["names"])
    event.let_go = frozenset(map(sys.intern, read["let go"]))
    event.meaning = None if read["meaning"] is None else meaning_of(read["meaning"])
    return event


def apart_text(article_id: ArticleId) -> str:
    """Write down that an event is one article that no other may join."""
    return _json({"apart": article_id})


def report_text(known: Known, text: Sketch) -> str:
    """Write down how copies of a report are recognised."""
    stamp = known.published
    return _json(
        {
            "revision": known.revision,
            "published": None if stamp is None else [stamp.at.isoformat(), stamp.precision.value, stamp.origin.value],
            "marks": _marks(known.marks),
            "runs": text.shingles,
            "wording": text.wording,
        }
    )


def report_of(event_id: EventId, text: str) -> tuple[Known, Sketch]:
    """Read what `report_text` wrote, of a report that belongs to this event today."""
    read = json.loads(text)
    stamp = None
    if read["published"] is not None:
        at, precision, origin = read["published"]
        stamp = Stamp(at=datetime.fromisoformat(at), precision=Precision(precision), origin=DateOrigin(origin))
    known = Known(event_id, read["revision"], stamp, _marks_of(read["marks"]))
    return known, Sketch(tuple(read["runs"]), read["wording"])


def counts_text(counts: Mapping[str, int], languages: str) -> str:
    """Write down in how many events each word has occurred, and what `meaning` knows of languages, empty if nothing."""
    return _json([counts, languages])


def counts_of(text: str) -> tuple[dict[str, int], str]:
    """Read what `counts_text` wrote."""
    counts, languages = json.loads(text)
    return counts, languages


def fingerprint() -> str:
    """Say in a few characters how texts are read and weighed: memory that was written by another way of doing so cannot be compared with.

    It is the digest of what becomes of a sample; what a change of the program makes of it shows, unless the sample has nothing of the kind.
    """
    title, body = SAMPLE
    terms, copied = terms_of(title, body), sketch(body, title)
    weighed = vectors(terms, Frequencies(), hours=0.0, day=False, outlet=None)
    event = LiveEvent(EventId(1))
    event.add(weighed)
    # Rounded, because logarithms differ in the last digit from one machine to the next.
    weights = [(word, round(weight, 6)) for words in (weighed.words, weighed.title) for word, weight in words.items()]
    parts = [FORMAT, list(_event(event)), list(_vectors(weighed)), weights, weighed.every, weighed.length, _marks(terms.marks)]
    return hashlib.sha256(_json([*parts, event.heaviest, copied.shingles, copied.wording]).encode()).hexdigest()[:16]


SAMPLE: Final = (
    "Zelenskyy's ministers visit Łódź: 3 dead, 1,200 hurt in Việt Nam floods, Müller says",
    """The ministers were visiting hospitals when the river rose by 4.5 metres on 12 March 2026, officials in Hà Nội told reporters. “We've
counted three bodies,” said Governor Ilsa Dorn's spokeswoman, adding that 1 200 people had been injured and 17% of houses were flooded.
Президент України Володимир Зеленський приїхав до Києва; Москва об этом не сообщала. L'homme d'État, à Genève, n'a rien dit.
Die Bürgermeisterin von Köln begrüßte die Entscheidungen. Los bomberos llegaron rápidamente a São Paulo. İstanbul'da yağmur yağdı.
東京で地震がありました。北京发生火灾。 นายกรัฐมนตรีเดินทาง प्रधानमंत्री ने कहा ٢٥ شخصا قتلوا في القاهرة ראש הממשלה אמר.
Running runners ran; studies studied; the bank's rates, rated highly, were cut. Jean-Claude's e-mail re-sent U.S. troops.""",
)
"""An invented report in many scripts, for `fingerprint`."""


def _event(event: LiveEvent) -> dict[str, Any]:
    """Lay an event out; words and names that it shares with its only article are written once."""
    span, first = event.span, event.members[0] if event.members else None
    return {
        "size": event.size,
        "length": event.length,
        "cosines": event.cosines_at_joining,
        "span": None if span is None else [span.first, span.last, span.day],
        "words": None if first and event.words is first.words else _weights(event.words),
        "norm": event.norm,
        "heaviest": event.heaviest,
        "names": None if first and event.names is first.marks.names else sorted(event.names),
        "let go": sorted(event.let_go),
        "meaning": None if event.meaning is None else event.meaning.written(),
        "members": [_vectors(member) for member in event.members],
    }


def _vectors(article: Vectors) -> dict[str, Any]:
    return {
        "words": _weights(article.words),
        "title": _weights(article.title),
        "more": [word for word in article.every if word not in article.words],
        "marks": _marks(article.marks),
        "length": article.length,
        "hours": article.hours,
        "day": article.day,
        "outlet": article.outlet,
    }


def _vectors_of(read: Mapping[str, Any]) -> Vectors:
    words = _weights_of(read["words"])
    return Vectors(
        words=words,
        title=_weights_of(read["title"]),
        heaviest=tuple(words)[:HEAVIEST],
        every=(*words, *map(sys.intern, read["more"])),
        marks=_marks_of(read["marks"]),
        length=read["length"],
        hours=read["hours"],
        day=read["day"],
        outlet=read["outlet"],
    )


def _weights(words: Mapping[str, float]) -> list[Any]:
    """Write weights as the words and the bytes of their numbers: half the room of decimals, and exact."""
    return [list(words), b64encode(struct.pack(f"<{len(words)}d", *words.values())).decode("ascii")]


def _weights_of(read: list[Any]) -> Vector:
    words, weights = read
    # Interned: one word stands in many events, and each reading would make it anew.
    return dict(zip(map(sys.intern, words), struct.unpack(f"<{len(words)}d", b64decode(weights)), strict=True))


def _marks(marks: Marks) -> list[Any]:
    return [sorted(marks.names), sorted(marks.lead), sorted(marks.numbers), sorted(marks.weekdays)]


def _marks_of(read: list[Any]) -> Marks:
    *words, weekdays = read
    names, lead, numbers = (frozenset(map(sys.intern, group)) for group in words)
    return Marks(names, lead, numbers, frozenset(weekdays))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
