"""The reports in memory whose copies are recognised, by their events; whether a text is a copy is decided in `grouping`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.grouping.copies import CopyIndex, Sketch
from bot.core.model import ArticleId, EventId, Stamp
from bot.core.text.terms import Marks


@dataclass(frozen=True, slots=True)
class Known:
    """A report as the comparison of wordings needs it."""

    event_id: EventId
    revision: int
    published: Stamp | None
    marks: Marks


class Reports:
    """What is known of each report, and since the last `changes` what is new of it and what was forgotten."""

    def __init__(self) -> None:
        self._copies = CopyIndex()
        self._known: dict[ArticleId, Known] = {}
        self._of: defaultdict[EventId, dict[ArticleId, None]] = defaultdict(dict)
        self._fresh: dict[ArticleId, Sketch] = {}
        self._forgotten: dict[ArticleId, None] = {}

    def __getitem__(self, article_id: ArticleId) -> Known:
        return self._known[article_id]

    def matches(self, text: Sketch) -> list[tuple[float, ArticleId]]:
        """Give the reports worded alike, closest first: see `CopyIndex.matches`."""
        return self._copies.matches(text)

    def add(self, article_id: ArticleId, known: Known, text: Sketch) -> None:
        """Remember a report, in place of an older revision of the same."""
        self.restore(article_id, known, text)
        self._fresh[article_id] = text
        self._forgotten.pop(article_id, None)

    def restore(self, article_id: ArticleId, known: Known, text: Sketch) -> None:
        """Remember a report that storage has."""
        self._drop(article_id)
        self._copies.add(article_id, text)
        self._known[article_id] = known
        self._of[known.event_id][article_id] = None

    def forget(self, article_id: ArticleId) -> None:
        """Let no further text be a copy of this one."""
        self._drop(article_id)
        self._fresh.pop(article_id, None)
        self._forgotten[article_id] = None

    def merge(self, survivor: EventId, absorbed: EventId) -> None:
        """Let the reports of one event be those of another."""
        for article_id in self._of.pop(absorbed, ()):
            self._known[article_id] = replace(self._known[article_id], event_id=survivor)
            self._of[survivor][article_id] = None

    def let_go(self, event_id: EventId) -> None:
        """Have the reports of an event in memory no longer; they are not forgotten."""
        for article_id in self._of.pop(event_id, ()):
            self._copies.discard(article_id)
            del self._known[article_id]

    def above(self, most: int) -> Sequence[ArticleId]:
        """Name the reports that arrived first, a tenth more than there are above `most`: none when there are not so many."""
        excess = len(self._known) - most
        return sorted(self._known)[: excess + most // 10] if excess > 0 else ()

    def changes(self) -> tuple[dict[ArticleId, tuple[Known, Sketch]], tuple[ArticleId, ...]]:
        """Give what was added and what was forgotten since the last call. Call it before letting go of what may be new."""
        fresh = {article_id: (self._known[article_id], text) for article_id, text in self._fresh.items()}
        forgotten = tuple(self._forgotten)
        self._fresh.clear()
        self._forgotten.clear()
        return fresh, forgotten

    def _drop(self, article_id: ArticleId) -> None:
        known = self._known.pop(article_id, None)
        if known is None:
            return
        self._copies.discard(article_id)
        of_event = self._of[known.event_id]
        del of_event[article_id]
        if not of_event:
            del self._of[known.event_id]
