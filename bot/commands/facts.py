"""Answers as data for other programs: the keys here are a promise to scripts; how they are printed is the terminal's business."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands.article_facts import ListedArticle, article_facts
from bot.commands.understood_facts import UnderstoodFacts
from bot.core.event import Overview
from bot.core.feeds.feed import FeedState
from bot.core.model import Quarantined, SourceHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """An event: `first_at` and `last_at` are times of the news, `opened_at` and `updated_at` of this installation."""

    id: int
    headline: str
    first_at: datetime | None
    last_at: datetime | None
    opened_at: datetime
    updated_at: datetime
    reports: int
    copies: int
    outlets: tuple[str, ...]
    unattributed: int
    revision: int
    articles: tuple[ListedArticle, ...]
    understood: UnderstoodFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFacts:
    """One outlet of an event, or None for all unattributed articles together; `articles` are ids in order of time."""

    outlet: str | None
    reports: int
    copies: int
    first_published: str | None
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """A digest: its window, what was counted, the events shown, and the ids of those left out with the reason for each."""

    since: datetime
    until: datetime
    receipts: "ReceiptFacts"
    events: tuple[EventFacts, ...]
    hidden: tuple["HiddenFacts", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """What came in during a window, what it became, what of it is shown."""

    articles: int
    events: int
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenFacts:
    """An event that a digest left out."""

    id: int
    headline: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFacts:
    """How the installation is: `failing` names sources whose last scan went wrong."""

    version: str
    database: str
    sources: int
    articles: int
    copies: int
    events: int
    waiting: int
    quarantined: int
    last_arrival_at: datetime | None
    failing: tuple[str, ...]
    feeds: "FeedCounts"
    deliveries: "DeliveryFacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts:
    """How the outbox stands: `retrying` are among the `queued`; `doubled` arrived and may be in their chat twice.

    `last_success` has the platforms that ever took something, `stopped` those that take nothing more, as far as this process knows.
    """

    queued: int
    retrying: int
    oldest_at: datetime | None
    ambiguous: int
    doubled: int
    dead: int
    last_success: Mapping[str, datetime]
    stopped: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleFacts:
    """A delivery that could not be sent: `state` is ambiguous, dead or retry."""

    id: int
    chat: str
    platform: str
    kind: str
    state: str
    attempts: int
    created_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFacts:
    """What a chat subscribed to: `at` is HH:MM in `zone`, null for breaking, `due_at` when it speaks next."""

    id: int
    repeat: str
    at: str | None
    weekday: str | None
    zone: str
    filter: str
    min_reports: int | None
    within: timedelta | None
    cooldown: timedelta | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFacts:
    """How a chat is served: `served` is "yes", or says why not; `quiet` is HH:MM-HH:MM, null without quiet hours."""

    name: str
    served: str
    zone: str
    quiet: str | None
    when_empty: str
    replies: str
    subscriptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyFacts:
    """What is stored of a chat; the last seven are numbers of things."""

    name: str
    platform: str
    zone: str
    language: str | None
    created_at: datetime
    subscriptions: int
    follows: int
    mutes: int
    told: int
    digests: int
    cards: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowFacts:
    """An event that a chat follows."""

    id: int
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteFacts:
    """What a chat does not want to hear of: an event or a word, and until when; null for ever."""

    event: int | None
    word: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCounts:
    """How the feeds stand: how many there are, and how many of them are as the other names say.

    `pages` counts articles whose page is still to be fetched, `outage_since` says since when our own line has been out, null while it is
    not, or nobody in this process watches.
    """

    all: int
    working: int
    failing: int
    ended: int
    paused: int
    waiting: int
    next_check_at: datetime | None
    pages: int
    outage_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFacts:
    """What needs somebody: sources that fail, files in quarantine, and what was told of feeds lately."""

    sources: tuple[SourceHealth, ...]
    quarantined: tuple[Quarantined, ...]
    notices: tuple["NoticeFacts", ...]
    outage_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """One sentence about a source that was told once; `kind` is one of ended, failing, moved, reset, recovered."""

    at: datetime
    kind: str
    source: str
    source_id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """One feed: its health, and all that its next check rests on; `held_until` is until when its host wants to be left alone."""

    source: SourceHealth
    state: FeedState
    held_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFacts:
    """The feed that an address led to; `entries` is how many articles stand in it now, or came from it when it was watched already."""

    id: int
    url: str
    title: str
    entries: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFacts:
    """One of several feeds of a page, of which none was added."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFacts:
    """What was done to how many feeds; `id` and `url` name the only one, null when all were meant."""

    what: str
    feeds: int
    id: int | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFacts:
    """What became of the feeds of a list: ids of those that were added, addresses that were there already, what was refused and why.

    `over_limit` counts good ones that were left out because there may be no more feeds.
    """

    added: tuple[int, ...]
    known: tuple[str, ...]
    refused: tuple["RefusedFacts", ...]
    over_limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFacts:
    """One line of a list that was not taken over."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BanFacts:
    """One who is not answered: a person or a chat, by the id that its platform gives it."""

    platform: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonFacts:
    """What was decided about an event and its articles: `what` is a verb in the past tense, the numbers are probabilities from 0 to 1.

    `article` is null where it is about the event as a whole, `copy_of` unless it is a copy, `score` where nothing was compared, `rival`
    where nothing else was near; `other` is the event that was merged, or that articles left or came from; `correction` is an admin's.
    """

    what: str
    at: datetime
    event: int
    article: int | None
    copy_of: int | None
    score: float | None
    threshold: float | None
    shared: tuple[str, ...]
    veto: str | None
    rival: int | None
    rival_score: float | None
    other: int | None
    correction: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFacts:
    """One command as /help tells it."""

    name: str
    usage: str
    summary: str


def event_facts(event: Overview, understood: UnderstoodFacts | None = None) -> EventFacts:
    """Tell an event as data, its articles in order of time; with their texts where it is told what these say."""
    moments = [stamp.at for stamp in event.times.values()]
    return EventFacts(
        id=event.id,
        headline=event.headline.content.title,
        first_at=min(moments, default=None),
        last_at=max(moments, default=None),
        opened_at=event.event.opened_at,
        updated_at=event.event.updated_at,
        reports=event.reports,
        copies=event.copies,
        outlets=event.outlets,
        unattributed=event.unattributed,
        revision=event.event.revision,
        articles=tuple(article_facts(article, event.times, with_text=understood is not None) for article in event.ordered),
        understood=understood,
    )
