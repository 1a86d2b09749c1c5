"""What came between two points of history, read and looked at once for all the chats that are told of it; nothing is decided here."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

import structlog

from bot.core.chats.filters import Filter, parse
from bot.core.chats.matching import Matcher, Subject, reason
from bot.core.chats.subject import subject_of, worded
from bot.core.event import Overview, overview
from bot.core.model import ArticleId, Event, EventId
from bot.core.telling.digest import Digest, Item, item, ranked
from bot.pipeline.remember import FAULTS
from storage.engine.database import Database
from storage.news import events, news
from storage.news.news import Arrivals

log = structlog.get_logger(__name__)

CANDIDATES: Final = 60
"""Events among which a digest chooses, of all and of those that a filter wants: those with the most new reports. Guess, as for /digest."""

CONSIDERED: Final = 5_000
"""Events that are looked at for what filters want, best told first: a busy day of a large installation. Guess; 5,000 take seconds."""

READ_TOGETHER: Final = 100
"""Events read and looked at in one step: about 50 ms."""


class Filters:
    """Filters by their text, each parsed once; the empty one is left out. Parsing and matching take up to 0.2 s: not on the event loop."""

    def __init__(self) -> None:
        self._parsed: dict[str, Filter] = {}
        self._matcher: Matcher[str] | None = None

    def add(self, text: str) -> None:
        """Take a filter in. Raises UsageError when it cannot be understood."""
        if text and text not in self._parsed:
            self._parsed[text] = parse(text)
            self._matcher = None

    def add_word(self, word: str) -> str:
        """Take in what wants a word or phrase and give its text; empty when no filter can look for it."""
        text = worded(word)
        self.add(text)
        return text

    def matching(self, subject: Subject) -> frozenset[str]:
        """Give those that want this, all compared at once."""
        self._matcher = self._matcher or Matcher(self._parsed)
        return self._matcher.matches(subject)

    def why_not(self, text: str, subject: Subject) -> str:
        """Say why a filter does not want this."""
        return reason(self._parsed[text], subject)


class Window:
    """The events of one window, in pages, best told first. `backlog` names those articles of what was read that were old when they came."""

    def __init__(self, database: Database, arrivals: Arrivals, filters: Filters) -> None:
        self.arrivals = arrivals
        self.backlog: frozenset[ArticleId] = frozenset()
        self._database = database
        self._filters = filters
        self._read = 0
        self._first: dict[EventId, tuple[Overview, Subject]] = {}
        self._fitting: defaultdict[str, list[Overview]] = defaultdict(list)
        self._matched: dict[EventId, frozenset[str]] = {}
        self._items: dict[EventId, Item] = {}
        self._candidates: dict[str, tuple[Sequence[Overview], Mapping[EventId, str]]] = {}

    def counts(self, since: datetime, until: datetime) -> Digest:
        """Give a digest that shows nothing yet, with what the window holds."""
        came = self.arrivals
        return Digest(since=since, until=until, articles=came.articles, events=len(came.events), backlog=came.backlog, shown=(), hidden=())

    def item(self, event: Overview) -> Item:
        """Write an event once for everybody."""
        if event.id not in self._items:
            self._items[event.id] = item(event)
        return self._items[event.id]

    def matches(self, event_id: EventId, text: str) -> bool:
        """Tell whether a filter wants an event that is among the candidates."""
        return text in self._matched.get(event_id, ())

    async def candidates(self, text: str) -> tuple[Sequence[Overview], Mapping[EventId, str]]:
        """Give the events that are best told and, with a filter, those that it wants; and for each that it does not want why not."""
        if text not in self._candidates:
            while self._read < len(self.arrivals.events) and not self._has_enough(text):
                await self._read_on()
            self._candidates[text] = await asyncio.to_thread(self._chosen, text)
        return self._candidates[text]

    def _has_enough(self, text: str) -> bool:
        if self._read >= CONSIDERED:
            return True
        return len(self._first) >= CANDIDATES and (not text or len(self._fitting[text]) >= CANDIDATES)

    def _chosen(self, text: str) -> tuple[Sequence[Overview], Mapping[EventId, str]]:
        found = {event.id: event for event, _ in self._first.values()}
        found.update((event.id, event) for event in self._fitting[text][:CANDIDATES])
        unwanted = {
            event.id: self._filters.why_not(text, subject)
            for event, subject in self._first.values()
            if text and not self.matches(event.id, text)
        }
        return ranked(list(found.values())), MappingProxyType(unwanted)

    async def _read_on(self) -> None:
        page = [arrival.event_id for arrival in self.arrivals.events[self._read : self._read + READ_TOGETHER]]
        async with self._database.read() as connection:
            found = await events.load(connection, page)
            self.backlog |= await news.backlog(connection, [event.id for event in found])
        await asyncio.to_thread(self._look_at, found)
        self._read += len(page)

    def _look_at(self, found: Sequence[Event]) -> None:
        for event in found:
            if event.id in self._matched or not event.articles:
                continue  # Two events of the window may have been merged since it was counted.
            try:
                seen = overview(event)
                subject = subject_of(seen)
                matched = self._filters.matching(subject)
            except FAULTS:
                log.exception("An event cannot be looked at; no digest tells it.", event_id=event.id)
                continue
            self._matched[event.id] = matched
            if len(self._first) < CANDIDATES:
                self._first[event.id] = seen, subject
            for text in matched:
                if len(self._fitting[text]) < CANDIDATES:
                    self._fitting[text].append(seen)
