"""Settle: what the answers of feeds change, judged by `feeds.politeness` and written in one transaction with the entries they brought."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from bot.core.feeds.feed import Entry, Failed, Failure, FeedState, Fetched, NoticeKind, NotModified
from bot.core.feeds.outage import Line
from bot.core.feeds.politeness import Brought, Verdict, excused, failed, succeeded
from bot.core.model import SourceId
from bot.pipeline.collect import Clock
from bot.sources.addresses import host_key
from bot.sources.feeds.reading import Parsed
from storage.engine.database import Database
from storage.feeds import checks, entries, notices
from storage.feeds.entries import FeedEntries, RecordedFeed

log = structlog.get_logger(__name__)

NOTHING_SENT = frozenset({Failure.HELD, Failure.ROBOTS, Failure.FORBIDDEN})
"""Failures without a request: they say nothing about our line."""

Dice: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a feed stood, and what came of asking it; `parsed` is there when a body was read, whose bytes `weight` counts."""

    state: FeedState
    said: Fetched | NotModified | Failed
    parsed: Parsed | None = None
    weight: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What checks brought: of the `feeds` asked, how many had nothing to read, failed, or were excused because our line was out.

    `new` counts entries, those of the back-catalogue too.
    """

    feeds: int = 0
    unchanged: int = 0
    failed: int = 0
    excused: int = 0
    new: int = 0
    revised: int = 0
    backlog: int = 0

    def __add__(self, other: "Checked") -> "Checked":
        return Checked(
            feeds=self.feeds + other.feeds,
            unchanged=self.unchanged + other.unchanged,
            failed=self.failed + other.failed,
            excused=self.excused + other.excused,
            new=self.new + other.new,
            revised=self.revised + other.revised,
            backlog=self.backlog + other.backlog,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Says what follows from answers: how often feeds are asked, what the line does, and a `dice` that gives numbers in [0, 1)."""

    interval: timedelta
    dice: Dice
    line: Line = field(default_factory=Line)

    def hear(self, answers: Sequence[Answer], under_way: Collection[SourceId], now: datetime) -> list[Verdict]:
        """Take the outcomes into account for the line; gives the feeds that are forgiven because it turns out to be out."""
        was_out = self.line.out_since is not None
        for answer in answers:
            failure = answer.said.kind if isinstance(answer.said, Failed) else None
            if failure not in NOTHING_SENT:
                # A host that sends us on to a dead one has answered.
                sent_on = isinstance(answer.said, Failed) and answer.said.host != answer.state.host
                self.line.note(answer.state, now, answered=failure is None or not failure.is_ours or sent_on)
                self.line.clear(answer.state.source_id)
        is_out = self.line.out_since is not None
        if is_out and not was_out:
            log.warning("Most hosts cannot be reached: our own connection seems to be out. No feed is blamed for it.")
            return [self._excused(state, now) for state in self.line.forgiven() if state.source_id not in under_way]
        if was_out and not is_out:
            log.warning("Hosts can be reached again.")
        return []

    def fails(self, answer: Answer, failure: Failed, now: datetime) -> tuple[Verdict, bool]:
        """Judge a failure; gives also whether it was excused."""
        if failure.kind.is_ours and failure.host == answer.state.host:
            if self.line.out_since is not None:
                return self._excused(answer.state, now), True
            self.line.blame(answer.state, now)
        return failed(answer.state, failure, now, interval=self.interval, dice=self.dice()), False

    def works(self, answer: Answer, said: Fetched | NotModified, recorded: RecordedFeed | None, now: datetime) -> Verdict:
        """Judge a success; `recorded` says what was stored of a body that was read."""
        brought = None
        if answer.parsed is not None and recorded is not None:
            feed = answer.parsed[0]
            brought = Brought(
                title=feed.title,
                site=feed.site,
                fresh_for=feed.fresh_for,
                is_news=recorded.new > 0 or recorded.revised > 0,
                is_reset=recorded.reset,
                latest=max((entry.content.published.at for entry in feed.entries if entry.content.published), default=None),
            )
        verdict = succeeded(answer.state, said, now, interval=self.interval, dice=self.dice(), brought=brought)
        if verdict.state.url != answer.state.url:
            return replace(verdict, state=replace(verdict.state, host=host_key(verdict.state.url)))
        return verdict

    def _excused(self, state: FeedState, now: datetime) -> Verdict:
        return excused(state, now, dice=self.dice())


async def settle(database: Database, judge: Judge, answers: Sequence[Answer], under_way: Collection[SourceId], clock: Clock) -> Checked:
    """Judge answers and write down what follows, all or nothing; each feed once, `under_way` being those that are asked at the moment.

    Raises StorageUnavailable when nothing can be written: then nothing of it has happened, and the feeds come again.
    """
    now = clock()
    verdicts = judge.hear(answers, under_way, now)
    read = [(answer, answer.parsed) for answer in answers if answer.parsed is not None]
    checked = Checked(feeds=len(answers))
    async with database.write() as connection:
        batch = [FeedEntries(state=answer.state, entries=_entries(parsed)) for answer, parsed in read]
        recorded = {each.source_id: each for each in await entries.record(connection, batch, now, host_key=host_key)} if batch else {}
        for answer in answers:
            if isinstance(answer.said, Failed):
                verdict, is_excused = judge.fails(answer, answer.said, now)
                checked += Checked(excused=int(is_excused), failed=int(not is_excused and answer.said.kind is not Failure.HELD))
            else:
                brought = recorded.get(answer.state.source_id)
                verdict = judge.works(answer, answer.said, brought, now)
                checked += _counted(brought)
            verdicts.append(verdict)
        staying = await checks.save(connection, [(verdict.state, verdict.next_check_at) for verdict in verdicts])
        told = [
            notice
            for verdict in verdicts
            for notice in verdict.notices
            if notice.kind is not NoticeKind.MOVED or verdict.state.source_id not in staying
        ]
        await notices.tell(connection, told, now)
        for hold in filter(None, (verdict.hold for verdict in verdicts)):
            await checks.hold(connection, hold.host, hold.until, hold.reason)
    for answer in answers:
        _log(answer, recorded.get(answer.state.source_id))
    return checked


def _entries(parsed: Parsed) -> list[tuple[Entry, str]]:
    feed, identities = parsed
    return list(zip(feed.entries, identities, strict=True))


def _counted(recorded: RecordedFeed | None) -> Checked:
    if recorded is None:
        return Checked(unchanged=1)
    return Checked(new=recorded.new, revised=recorded.revised, backlog=recorded.backlog)


def _log(answer: Answer, recorded: RecordedFeed | None) -> None:
    source, url = answer.state.source_id, answer.state.url
    if isinstance(answer.said, Failed):
        log.info("A feed could not be read.", source=source, url=url, reason=answer.said.reason)
    elif recorded is not None and (recorded.new or recorded.revised):
        log.info("A feed was read.", source=source, url=url, new=recorded.new, revised=recorded.revised, backlog=recorded.backlog)
    if answer.parsed is not None and answer.parsed[0].warnings:
        log.info("A feed is not as it should be.", source=source, url=url, reason="; ".join(answer.parsed[0].warnings))
