"""What is new of an event for a chat that was told something: New, Developing or Known; the rows of the ledger are kept by `storage`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from bot.core.chats.chat import Told
from bot.core.event import Overview
from bot.core.model import Article, ArticleId
from bot.core.phrase import Phrase, phrase, phrases
from bot.core.understanding.changes import Change, ChangeKind, changes
from bot.core.wording import counted, shortened

LONGEST_HEADLINE: Final = 200
"""Characters of a headline that are remembered: as many as a reader is shown."""


_WEIGHTS: Final = (ChangeKind.CORROBORATED, ChangeKind.NEW_FIGURE, ChangeKind.STATUS, ChangeKind.DENIAL, ChangeKind.CORRECTION)
"""Changes, the weightiest last: what was wrong comes before what is new."""

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What came since a chat was told: independent reports, and outlets that had none of their own before.

    `headline` is the new one, None when it adds no word or is that of a report that came before: other words are no news. `latest` is the
    last of the new reports by its time, None when none says anything but the headline.
    """

    reports: int
    outlets: int
    headline: str | None = None
    latest: Article | None = None


@dataclass(frozen=True, slots=True)
class New:
    """The chat was never told."""


@dataclass(frozen=True, slots=True)
class Developing:
    """The chat was told, and more has come since."""

    delta: Delta


@dataclass(frozen=True, slots=True)
class Known:
    """The chat was told, and nothing came but perhaps copies, other words or back-catalogue."""


News: TypeAlias = New | Developing | Known


def classify(event: Overview, told: Told | None, backlog: Collection[ArticleId] = frozenset()) -> News:
    """Say what an event is to a chat that was told `told` of it; what is in `backlog` was old when it came and is no news.

    Counts are compared, not times: a report may have been received before the chat was told and have found its event after.
    """
    if told is None:
        return New()
    if event.event.revision == told.revision and event.id == told.event_id:
        return Known()
    # What is old and came since: what came before is in the numbers that the chat was told.
    old = {article.id for article in event.ordered if article.id in backlog and article.received_at > told.at}
    reports = event.reports - sum(article.copy_of is None and article.id in old for article in event.ordered) - told.reports
    if reports <= 0:
        return Known()
    headline = _headline(event)
    return Developing(
        Delta(
            reports=reports,
            outlets=max(0, min(reports, corroborating(event, old) - told.outlets)),  # each new one has a new report
            headline=headline if _is_new(event.headline, told, old) and _adds(headline, told.headline) else None,
            latest=_latest(event, told, old),
        )
    )


def change_since(event: Overview, told: Told, backlog: Collection[ArticleId] = frozenset()) -> Change | None:
    """Give the change that weighs most of those that came since a chat was told, the latest of equals; None without any.

    Milliseconds for an event of which nobody asked before, so not on the event loop.
    """
    came = [
        change
        for change in changes(event)
        if change.article.received_at > told.at and change.article.id not in backlog and not change.article.copy_of
    ]
    return max(reversed(came), key=lambda change: _WEIGHTS.index(change.kind), default=None)


def corroborating(event: Overview, besides: Collection[ArticleId] = frozenset()) -> int:
    """Count the outlets that have a report of their own in the event, `besides` some articles: who prints a copy corroborates nothing."""
    reports = (article for article in event.ordered if article.copy_of is None and article.id not in besides)
    return len({article.content.outlet.casefold() for article in reports if article.content.outlet})


def told_now(event: Overview, now: datetime) -> Told:
    """Give the row that says that a chat is told how an event stands."""
    return Told(
        event_id=event.id,
        revision=event.event.revision,
        at=now,
        outlets=corroborating(event),
        reports=event.reports,
        headline=_headline(event),
    )


def grown(delta: Delta) -> Phrase:
    """Put the numbers of what is new into words: "+3 outlets, 2 more reports"."""
    more = phrases(delta.reports, "{count} more report", "{count:,} more reports")
    return phrase("+{outlets}, {more}", outlets=counted(delta.outlets, "outlet"), more=more) if delta.outlets else more


def _headline(event: Overview) -> str:
    return shortened(event.headline.content.title, LONGEST_HEADLINE)


def reads_as_told(event: Overview, told: Told) -> bool:
    """Tell whether an event has the headline that the chat was told."""
    return _headline(event) == told.headline


def _adds(title: str, known: str) -> bool:
    """Tell whether a title has a word or number that the known one has not: "Bridge falls" adds nothing to "Bridge near Orlik falls"."""
    return not set(_WORD.findall(title.casefold())) <= set(_WORD.findall(known.casefold()))


def _is_new(article: Article, told: Told, old: Collection[ArticleId]) -> bool:
    return article.received_at > told.at and article.id not in old


def _latest(event: Overview, told: Told, old: Collection[ArticleId]) -> Article | None:
    said = (_headline(event), told.headline)
    return next(
        (
            article
            for article in reversed(event.ordered)
            if article.copy_of is None and _is_new(article, told, old) and all(_adds(article.content.title, each) for each in said)
        ),
        None,
    )
