"""A storage of plain dictionaries for what grouping remembers, for tests that need no database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.core.grouping.decision import Change, Folded, Joined, Merged, Opened, Revised
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.grouping.memory import Memory
from bot.core.grouping.state import sought
from bot.core.model import Article, ArticleId, EventId


@dataclass
class Remembered:
    """What the tables of memories hold after some batches, and where the articles are today."""

    settings: GroupingSettings
    states: dict[EventId, str] = field(default_factory=dict)
    awake: dict[EventId, None] = field(default_factory=dict)
    words: set[tuple[str, EventId]] = field(default_factory=set)
    reports: dict[ArticleId, str] = field(default_factory=dict)
    counts: list[tuple[int, str]] = field(default_factory=list)
    places: dict[ArticleId, EventId] = field(default_factory=dict)
    opened: int = 0

    def place(self, grouper: Grouper, batch: Sequence[Article], *, look: bool = True) -> list[Change]:
        """Do with a batch what the pipeline does; without `look`, quiet events are left alone."""
        if look:
            asked = [grouper.ask(article) for article in batch]
            self.wake(grouper, sought(asked, [(word, event) for word, event in sorted(self.words) if event not in self.awake]))
        changes = [change for article in batch for change in grouper.place(article)]
        for change in changes:
            if isinstance(change, Opened | Joined | Revised | Folded):
                self.places[change.article_id] = change.event_id
                self.opened = max(self.opened, change.event_id)
            elif isinstance(change, Merged):
                self.places = {article: change.survivor if event == change.absorbed else event for article, event in self.places.items()}
        self._write(grouper.settle(self.settings.live_events))
        return changes

    def wake(self, grouper: Grouper, ids: Iterable[EventId]) -> None:
        """Have events in memory again."""
        for event in ids:
            if event in self.states and not grouper.is_live(event):
                grouper.wake(event, self.states[event], self._reports_of(event))

    def restored(self) -> Grouper:
        """Give a grouper that starts with what is remembered."""
        grouper = Grouper(self.settings, EventId(self.opened + 1))
        for events, counts in self.counts:
            grouper.learn(events, counts)
        for event in self.awake:
            grouper.wake(event, self.states[event], self._reports_of(event))
        grouper.begin()
        return grouper

    def together(self) -> set[frozenset[int]]:
        """Tell which articles are one event."""
        events: defaultdict[EventId, set[int]] = defaultdict(set)
        for article, event in self.places.items():
            events[event].add(article)
        return {frozenset(articles) for articles in events.values()}

    def _reports_of(self, event: EventId) -> list[tuple[ArticleId, str]]:
        return [(article, state) for article, state in sorted(self.reports.items()) if self.places[article] == event]

    def _write(self, memory: Memory) -> None:
        for event in memory.gone:
            self.states.pop(event, None)
            self.awake.pop(event, None)
        self.states.update(memory.states)
        for event in memory.awake:
            self.awake.pop(event, None)
            self.awake[event] = None
        for event, words in memory.quiet.items():
            self.awake.pop(event, None)
            self.words.update((word, event) for word in words)
        for article in memory.forgotten:
            self.reports.pop(article, None)
        self.reports.update(memory.reports)
        self.counts = [] if memory.whole else self.counts
        self.counts.append((memory.events, memory.counts))
