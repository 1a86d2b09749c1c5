"""The live state of grouping and the few steps through which it changes: taking in, forgetting, merging, leaving memory, coming back.

What is decided on it stands in `grouping`, how it is written down in `memory`. It waits for nothing and writes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

from bot.core.grouping.copies import Sketch, sketch
from bot.core.grouping.decision import Folded, Merged, Opened
from bot.core.grouping.live import LiveEvent, LiveIndex
from bot.core.grouping.meaning import Embed, Languages
from bot.core.grouping.memory import Memory, apart_text, counts_of, counts_text, event_of, event_text, report_of, report_text
from bot.core.grouping.reports import Known, Reports
from bot.core.grouping.vectors import Frequencies, Vectors, vectors
from bot.core.model import Article, ArticleId, Event, EventId, Precision, Stamp
from bot.core.text.terms import Terms, terms_of

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
REPORTS_EACH: Final = 4
"""Reports by which copies are recognised, for each live event; above `live_events` times this the oldest are forgotten. Guess."""

FOLDED_AFTER: Final = 50
"""Batches after which the counts of words are written as a whole; between, each batch writes what it added."""

FOUND_BY: Final = 16
"""By so many of its heaviest words a quiet event is found, and by at most so many of its rarest known words an article looks for one.
Measured with allsides in random order and only 100 of its 750 events in memory, BCubed F1: 61.7 without looking, 90.9 with these four
numbers (87.6 with 12/150/2/4, 91.1 with 20/300/2/6), 92.1 with all events in memory; gva likewise 75.7, 85.8 and 86.2."""

LOOKED_THROUGH: Final = 300
"""Together those words are in at most so many events: the cost of looking does not grow with what is stored."""

LONGEST: Final = 100
"""Characters of a word by which anything is found: longer ones are no words, and too long for an index of PostgreSQL (2,700 bytes)."""

SHARED: Final = 2
WOKEN: Final = 6
"""An article wakes the quiet events with which it shares most of those words, at least `SHARED`, and at most so many of them."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article with what was made of it for comparison."""

    article: Article
    vectors: Vectors
    text: Sketch


class LiveState:
    """What is remembered of events, reports and words; the stored decisions, replayed in their order, make it anew."""

    def __init__(self, embed: Embed | None = None) -> None:
        self._languages = Languages(embed) if embed else None
        self._frequencies = Frequencies()
        self._events = LiveIndex()
        self._reports = Reports()
        self._merged: dict[EventId, EventId] = {}
        self._apart: dict[ArticleId, EventId] = {}
        self._vacant: dict[EventId, set[str]] = {}
        self._unchanged: set[EventId] = set()
        self._prepared: dict[tuple[ArticleId, int], tuple[Terms, Sketch]] = {}
        self._added = 0

    def is_live(self, event_id: EventId) -> bool:
        """Tell whether an event is in memory."""
        return self._events.get(event_id) is not None

    def learn(self, events: int, counts: str) -> None:
        """Take in counts of words as `settle` gave them."""
        words, languages = counts_of(counts)
        self._frequencies.learn(events, words)
        if self._languages and languages:
            self._languages.learn(languages)
        self._added += 1

    def wake(self, event_id: EventId, state: str, reports: Iterable[tuple[ArticleId, str]]) -> None:
        """Have an event in memory again as it was when `settle` gave its state, with those of its reports that were not forgotten."""
        event = event_of(event_id, state)
        if isinstance(event, LiveEvent):
            self._events.wake(event)
            self._unchanged.add(event_id)
        else:
            self._apart[event] = event_id
        for article_id, written in reports:
            self._reports.restore(article_id, *report_of(event_id, written))

    def begin(self) -> None:
        """Take what was learned and woken for what storage has; call it once, after a start."""
        self._events.forget_changes()
        self._unchanged.clear()

    def ask(self, article: Article) -> frozenset[str]:
        """Give the words by which to look for quiet events that an article may be about: the rarest of its heaviest that any event has."""
        heaviest = _findable(self._incoming(article, ahead=True).vectors.heaviest)
        rare = sorted((count, word) for word in heaviest if (count := self._frequencies.of(word)))[:FOUND_BY]
        together = accumulate(count for count, _ in rare)
        return frozenset(word for total, (_, word) in zip(together, rare, strict=True) if total <= LOOKED_THROUGH)

    def settle(self, live_events: int) -> Memory:
        """End a batch: give what storage has to keep of it, and let go of the events touched longest ago, above `live_events`."""
        reports, forgotten = self._reports.changes()
        touched = self._events.touched
        states = {event_id: event_text(event) for event_id, changed in touched.items() if changed and (event := self._events.get(event_id))}
        self._unchanged.difference_update(states)
        states.update((event_id, apart_text(article_id)) for article_id, event_id in self._apart.items())
        quiet = {event_id: self._let_go(event_id) for event_id in self._events.oldest(len(self._events) - live_events)}
        quiet.update((event_id, ()) for event_id in self._apart.values())
        # Only now: reports of quiet events left with them, and are not forgotten, though the oldest are among them.
        for article_id in self._reports.above(REPORTS_EACH * live_events):
            self._reports.forget(article_id)
        _, crowded = self._reports.changes()
        whole = self._added >= FOLDED_AFTER
        events, counts = self._frequencies.everything() if whole else self._frequencies.changes()
        self._added = 1 if whole else self._added + 1
        settled = Memory(
            states=states,
            awake=tuple(event_id for event_id in touched if event_id not in quiet),
            quiet=quiet,
            gone=tuple(event_id for event_id in self._events.gone if event_id not in states),
            reports={article_id: report_text(known, text) for article_id, (known, text) in reports.items() if article_id not in crowded},
            forgotten=(*forgotten, *crowded),
            counts=counts_text(counts, self._languages.written() if self._languages else ""),
            events=events,
            whole=whole,
        )
        self._events.forget_changes()
        for passing in (self._merged, self._apart, self._vacant, self._prepared):
            passing.clear()
        return settled

    def _let_go(self, event_id: EventId) -> tuple[str, ...]:
        """Have an event in memory no longer; gives the words by which it is to be found, none when storage has them."""
        self._reports.let_go(event_id)
        event = self._events.let_go(event_id)
        known = event_id in self._unchanged
        self._unchanged.discard(event_id)
        return () if event is None or known else _findable(event.heaviest)[:FOUND_BY]

    def replay(self, step: Article | Opened | Folded | Merged) -> None:
        """Take in a stored decision: an article with the event and original that it was given then, an event set apart, a fold, a merge."""
        match step:
            case Opened():
                self._apart[step.article_id] = step.event_id
            case Article():
                if step.event_id is not None and step.copy_of is None:
                    self._take(self._incoming(step), step.event_id)
            case Folded():
                self._forget(step.article_id)
            case Merged():
                self._merge(step.survivor, step.absorbed)

    def refill(self, event: Event, without: frozenset[ArticleId]) -> None:
        """Make an event anew from its stored articles, leaving out those that are about to be decided again."""
        before = self._events.get(event.id)
        counted = before.seen if before is not None else self._vacant.get(event.id, set())
        self._events.remove(event.id)
        for article_id in without:
            self._forget(article_id)
        for article in event.articles:
            if article.id not in without and article.id not in self._apart and article.copy_of is None:
                self._add(self._incoming(article), event.id)
        # Its words and itself have been counted: they are not when the articles come back.
        if self._events.get(event.id) is not None:
            self._events.count(event.id, counted)
        elif counted:
            self._vacant[event.id] = counted

    def _incoming(self, article: Article, *, ahead: bool = False) -> Incoming:
        """Make of an article what is compared; `ahead` of its turn, what takes longest is kept for it."""
        terms, text = read = self._prepared.pop((article.id, article.revision), None) or _read(article)
        if ahead:
            self._prepared[article.id, article.revision] = read
        stamp = article.content.published
        day = stamp is not None and stamp.precision is not Precision.MINUTE
        own = vectors(terms, self._frequencies, hours=_hours(stamp), day=day, outlet=article.content.outlet)
        return Incoming(article, own, text)

    def _take(self, incoming: Incoming, event_id: EventId) -> None:
        for sealed in [other for other, event in self._apart.items() if event == event_id]:
            # A correction brought another article to what was set apart: it is an event like any other now.
            del self._apart[sealed]
        counted = self._vacant.pop(event_id, None)
        if self._events.get(event_id) is None and counted is None:
            self._frequencies.open_event()
        new = self._add(incoming, event_id)
        self._frequencies.add(new if counted is None else [word for word in new if word not in counted])
        self._know(incoming, event_id)

    def _know(self, incoming: Incoming, event_id: EventId) -> None:
        """Recognise copies of a report from now on."""
        article = incoming.article
        known = Known(event_id, article.revision, article.content.published, incoming.vectors.marks)
        self._reports.add(article.id, known, incoming.text)

    def _add(self, incoming: Incoming, event_id: EventId) -> list[str]:
        """Put an article into an event, with what it means if that can be told; gives its words that are new to the event."""
        new = self._events.add(event_id, incoming.vectors)
        event, content = self._events.get(event_id), incoming.article.content
        if event and self._languages and content.language:
            event.meaning = self._languages.told(event.meaning, content.title, content.language)
        return new

    def _forget(self, article_id: ArticleId) -> None:
        """Let no further text be a copy of this one."""
        self._reports.forget(article_id)
        apart = self._apart.pop(article_id, None)
        if apart is not None:
            self._events.gone[apart] = None

    def _merge(self, survivor: EventId, absorbed: EventId) -> None:
        self._events.merge(survivor, absorbed)
        self._reports.merge(survivor, absorbed)
        self._merged[absorbed] = survivor
        if self._apart:
            self._unseal(survivor, absorbed)

    def _unseal(self, survivor: EventId, absorbed: EventId) -> None:
        """Only a correction merges what was set apart: beside reports that are compared it adds nothing, as a copy does."""
        sealed = [article for article, event in self._apart.items() if event in (survivor, absorbed)]
        if not sealed:
            return
        if any(self._apart[article] == absorbed for article in sealed):
            self._events.gone[absorbed] = None
        for article in sealed:
            del self._apart[article]
        if self._events.get(survivor) is None:
            self._apart[min(sealed)] = survivor

    def _today(self, event_id: EventId | None) -> EventId | None:
        """Follow an event to what it is called today."""
        while event_id in self._merged:
            event_id = self._merged[event_id]
        return event_id


def _read(article: Article) -> tuple[Terms, Sketch]:
    title, text = article.content.title, article.content.text
    return terms_of(title, text), sketch(text, title)


def _hours(stamp: Stamp | None) -> float | None:
    """Hours since 1970 of an article's own time; the middle of the day when only the day is known."""
    if stamp is None:
        return None
    hours = (stamp.at - EPOCH) / timedelta(hours=1)
    return hours if stamp.precision is Precision.MINUTE else hours + 12


def _findable(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if len(word) <= LONGEST)


def sought(asked: Iterable[frozenset[str]], found: Iterable[tuple[str, EventId]]) -> list[EventId]:
    """Choose the quiet events to wake, of all that were found by one of the words that each article asks for."""
    of: defaultdict[str, list[EventId]] = defaultdict(list)
    for word, event_id in found:
        of[word].append(event_id)
    chosen: dict[EventId, None] = {}
    for words in asked:
        shared = Counter(event_id for word in words for event_id in of.get(word, ()))
        near = sorted((-count, event_id) for event_id, count in shared.items() if count >= SHARED)
        chosen.update((event_id, None) for _, event_id in near[:WOKEN])
    return list(chosen)
