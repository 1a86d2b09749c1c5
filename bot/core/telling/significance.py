"""Which changes of an event deserve a message of their own, and which events are breaking; what else is new is shown by edits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.chats.chat import Replies, Subscription, Told
from bot.core.event import WESTERNMOST, Overview
from bot.core.message import Line, Style, Text
from bot.core.model import Article, ArticleId, Precision
from bot.core.phrase import Phrase, phrase, phrases
from bot.core.telling.ledger import Developing, change_since, classify, corroborating
from bot.core.understanding.changes import ChangeKind
from bot.core.understanding.changes_wording import change_line
from bot.core.understanding.origins import origins

GROWTH: Final = 5
"""Independent reports since the last message that make another one. Measured on what the grouper makes of three streams, cards from the
third report on, `PAUSE` as below: messages a day (most for one event) for 1, 3, 5, 8, 10 reports.
og2021_en, 62 articles a day: 17.3 (67), 5.5 (32), 2.9 (20), 1.5 (12), 1.1 (10); og2021_all, 139 a day: 38.9 (70), 11.5 (33), 6.0 (20),
3.1 (13), 2.3 (10); uci, 1,535 a day, in bursts: 29.4 (3), 22.7 (2), 20.0 (1), 19.4 (1), 18.7 (1). Five is less than one for each such
event (0.7, 0.5, 0.7); one, the gate of who follows, is 4.2, 3.5, 1.0. A second outlet came to 38 uci events a day; the others name none.
"""

PAUSE: Final = timedelta(minutes=10)
"""After a message, what is added is shown by edits alone: who was just told looks at the card, and a burst of articles is one message.
What came meanwhile is told when it is over. Measured as `GROWTH`: without it uci's bursts would make 267 messages a day, with it 20 (9.3
and 0.7 an event); in the slower streams it costs nothing (2.9 and 6.0 a day, with 0, 5 and 10 minutes).
"""

USUAL_REPORTS: Final = 3
USUAL_WITHIN: Final = timedelta(hours=2)
USUAL_COOLDOWN: Final = timedelta(minutes=30)
"""What breaks when a subscription does not say: so many independent reports in so short a time, and one alert in so long a time.

Measured as `GROWTH`, alerts a day in og2021_en, og2021_all, uci without a cool-down: 2 reports in 2 h 5.2, 15.0, 37.4; 3 in 1 h 2.0, 4.7,
28.7; 3 in 2 h 2.4, 6.4, 28.7 (16, 14, 45 % of events); 4 in 2 h 1.2, 3.5, 25.4; 5 in 2 h 0.6, 1.9, 22.1. Of those 67, 186 and 43 alerts,
a cool-down of 30 minutes delays 8, 61 and 26 and ends after 0, 6 and 3 have ceased to break; one of 60 minutes after 2, 27 and 14.
"""

INEXACT: Final = timedelta(days=1) + WESTERNMOST
"""A report whose time is known to the day may be of any minute of it, wherever on earth."""


class Significance(StrEnum):
    """Why a change is worth a message."""

    UNCORROBORATED = "uncorroborated"  # it is back to one: reports left, or turned out to be copies
    MERGED = "merged"  # two events that the chat was told of are one
    CORROBORATED = "corroborated"  # a second outlet has a report of its own, and of another origin
    CHANGED = "changed"  # a new key figure, another state, a denial, a correction, a second origin
    GROWN = "grown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """How much it takes: `replies` as the chat has set it, `is_followed` when it asked for this event. Following lowers the gate."""

    replies: Replies = Replies.SIGNIFICANT
    is_followed: bool = False

    @property
    def least(self) -> int | None:
        """How many new reports open it; None when nothing does."""
        if self.is_followed or self.replies is Replies.ALL:
            return 1
        return GROWTH if self.replies is Replies.SIGNIFICANT else None


def significance(
    event: Overview, told: Told, gate: Gate, now: datetime, *, absorbed: bool = False, backlog: Collection[ArticleId] = frozenset()
) -> Significance | None:
    """Say why an event deserves a message in a chat that had its last one when it stood as in `told`; None when it does not.

    `absorbed` says that it took in another event of which the chat has a card.
    """
    if gate.least is None:
        return None
    if absorbed:
        return Significance.MERGED
    if told.outlets > 1 and corroborating(event) <= 1:
        return Significance.UNCORROBORATED
    news = classify(event, told, backlog)
    if not isinstance(news, Developing) or now - told.at < PAUSE:
        return None
    return _developed(event, told, backlog) or (Significance.GROWN if news.delta.reports >= gate.least else None)


def _developed(event: Overview, told: Told, backlog: Collection[ArticleId]) -> Significance | None:
    """Say which significant change came with new reports; who only prints what the first one's source says corroborates nothing."""
    change = change_since(event, told, backlog)
    if change is not None and change.kind is not ChangeKind.CORROBORATED:
        return Significance.CHANGED
    if told.outlets <= 1 and corroborating(event) > 1 and len(origins(event).voices) > 1:
        return Significance.CORROBORATED
    return Significance.CHANGED if change is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What makes an event breaking: at least `reports` independent reports that came `within` this time."""

    reports: int
    within: timedelta


def threshold(subscription: Subscription) -> Threshold:
    """Give what a subscription to what breaks asks for."""
    return Threshold(
        reports=USUAL_REPORTS if subscription.min_reports is None else subscription.min_reports,
        within=USUAL_WITHIN if subscription.within is None else subscription.within,
    )


def cooled(subscription: Subscription, now: datetime) -> datetime:
    """Say when a subscription that is told of something now may be told of the next."""
    return now + (USUAL_COOLDOWN if subscription.cooldown is None else subscription.cooldown)


def is_breaking(event: Overview, asked: Threshold, now: datetime, *, backlog: Collection[ArticleId], since: datetime | None = None) -> bool:
    """Tell whether an event breaks: reports that came in time and are not old themselves, and later than `since`, when the chat was told.

    A folder full of last year's articles breaks no news, however fast it is copied: what has a time, its own or its event's, must be of
    that time. What has none is taken as it comes.
    """
    begin = max(now - asked.within, since or now - asked.within)

    def counts(article: Article) -> bool:
        if article.copy_of is not None or article.id in backlog or article.received_at < begin:
            return False
        stamp = event.times.get(article.id)
        if stamp is None:
            return True
        return stamp.at + (timedelta() if stamp.precision is Precision.MINUTE else INEXACT) >= now - asked.within

    return sum(map(counts, event.ordered)) >= asked.reports


def told_why(why: Significance, event: Overview, told: Told, backlog: Collection[ArticleId] = frozenset()) -> Line:
    """Say in a line what is new."""
    if why is Significance.CHANGED and (change := change_since(event, told, backlog)) is not None:
        return change_line(change)
    return (Text(_told_why(why, event, told, backlog), Style.STRONG),)


def _told_why(why: Significance, event: Overview, told: Told, backlog: Collection[ArticleId]) -> Phrase:
    match why:
        case Significance.CORROBORATED:
            return phrases(
                corroborating(event),
                "Confirmed: {count} outlet now report it independently.",
                "Confirmed: {count:,} outlets now report it independently.",
            )
        case Significance.UNCORROBORATED:
            return phrase(
                "Correction: of the {count:,} outlets that were counted, no second one is left with a report of its own.",
                count=told.outlets,
            )
        case Significance.MERGED:
            return phrase("Two events turned out to be one.")
        case Significance.GROWN | Significance.CHANGED:
            news = classify(event, told, backlog)
            more = news.delta.reports if isinstance(news, Developing) else 0
            return phrases(more, "Developing: {count} more report by now.", "Developing: {count:,} more reports by now.")
