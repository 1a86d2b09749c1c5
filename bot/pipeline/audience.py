"""Who is told of an event that changed, and in what form: alerts, cards that live on, followers; nothing is written down here.

What deserves a message is decided in `telling.{significance,posts}`. A chat or an event that cannot be dealt with stops no other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeAlias, TypeVar

import structlog

from bot.core.chats.chat import CardState, Chat, ChatId, Mute, Subscription, Told
from bot.core.chats.matching import Subject
from bot.core.chats.subject import mentions, subject_of
from bot.core.errors import UsageError
from bot.core.event import overview
from bot.core.model import ArticleId, Event, EventId
from bot.core.telling.ledger import Known, classify
from bot.core.telling.posts import Post, Sight, answered, awaited, first_card, held_alert, refreshed
from bot.core.telling.significance import Gate, Threshold, is_breaking, significance, threshold
from bot.core.understanding.changes import changes
from bot.pipeline.remember import FAULTS
from bot.pipeline.window import Filters

log = structlog.get_logger(__name__)

T = TypeVar("T")
Place: TypeAlias = tuple[ChatId, EventId]
Listening: TypeAlias = Sequence[tuple[Subscription, Chat]]
"""Those who want to hear of what breaks."""

Alert: TypeAlias = tuple[Subscription, Chat, EventId]


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that changed: what its cards show, what it is about, and the filters that want it."""

    sight: Sight
    subject: Subject
    wanted: frozenset[str]
    _mentions: dict[str, bool] = field(default_factory=dict)

    def is_muted(self, mutes: Sequence[Mute]) -> bool:
        """Tell whether one of these is about it."""
        return any(mute.event_id == self.sight.event.id or (mute.word and self._has(mute.word)) for mute in mutes)

    def _has(self, word: str) -> bool:
        if word not in self._mentions:
            self._mentions[word] = mentions(self.subject, word)
        return self._mentions[word]


Scene: TypeAlias = Mapping[EventId, Seen]


def looked_at(found: Sequence[Event], backlog: frozenset[ArticleId], filters: Filters) -> Scene:
    """Work out what follows from each event; milliseconds each, so not on the event loop."""
    scene: dict[EventId, Seen] = {}
    for event in found:
        if not event.articles:
            continue
        try:
            seen = overview(event)
            subject = subject_of(seen)
            sight = Sight(seen, backlog)
            sight.card()
            changes(seen)  # Answers to cards are decided by it, on the event loop.
            scene[event.id] = Seen(sight, subject, filters.matching(subject))
        except FAULTS:
            log.exception("An event cannot be looked at; nobody is told of its change.", event_id=event.id)
    return scene


def alerts(scene: Scene, listening: Listening, now: datetime) -> list[Alert]:
    """Name what breaks for whom, the best told first, whether or not they know it."""
    ordered = sorted(scene.values(), key=lambda each: (-each.sight.event.reports, each.sight.event.id))
    hot: dict[Threshold, list[Seen]] = {
        wanted: [seen for seen in ordered if is_breaking(seen.sight.event, wanted, now, backlog=seen.sight.backlog)]
        for wanted in {threshold(subscription) for subscription, _ in listening}
    }
    return [
        (subscription, chat, seen.sight.event.id)
        for subscription, chat in listening
        for seen in hot[threshold(subscription)]
        if not subscription.filter or subscription.filter in seen.wanted
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The chats that are concerned and served, what they muted, follow and were told, and which cards of the scene's events they have.

    `absorbing` are cards whose event took in another of which the chat had a card, `held` the events in alerts that wait for the end of
    quiet hours.
    """

    scene: Scene
    chats: Mapping[ChatId, Chat]
    muted: Mapping[ChatId, Sequence[Mute]]
    followed: frozenset[Place]
    told: Mapping[Place, Told]
    cards: Sequence[CardState]
    absorbing: frozenset[Place] = frozenset()
    held: Sequence[Place] = ()
    now: datetime
    later: dict[EventId, datetime] = field(default_factory=dict)
    """When events are to be looked at again, because something that they deserve waits."""
    _shown: set[Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._shown.update((card.chat_id, card.event_id) for card in self.cards)

    def about_cards(self) -> Iterator[Post]:
        """Bring cards up to date, and answer those where more than that is due."""
        for card in self.cards:
            if card.chat_id in self.chats and card.event_id in self.scene:
                yield from _safely((card.chat_id, card.event_id), partial(self._about, card))

    def _about(self, card: CardState) -> list[Post]:
        place = (card.chat_id, card.event_id)
        chat, seen = self.chats[card.chat_id], self.scene[card.event_id]
        edit = refreshed(card, seen.sight, self.now)
        posts = [edit] if edit else []
        if not seen.is_muted(self.muted.get(chat.id, ())):
            latest = edit.card if edit and edit.card else card
            gate = Gate(replies=chat.replies, is_followed=place in self.followed)
            answer = answered(latest, seen.sight, chat, gate, self.now, absorbed=place in self.absorbing)
            posts += [answer] if answer else []
            if not answer:
                self.await_until(card.event_id, awaited(latest.told, seen.sight, chat, gate, self.now))
        return posts

    def await_until(self, event_id: EventId, at: datetime | None) -> None:
        """Have an event looked at again at this time at the latest."""
        if at is not None:
            self.later[event_id] = min(at, self.later.get(event_id, at))

    def to_followers(self) -> Iterator[Post]:
        """Give those who follow an event a card of it, once there is something that they have not been told."""
        for place in sorted(self.followed - self._shown):
            yield from _safely(place, partial(self._to_follower, place))

    def _to_follower(self, place: Place) -> list[Post]:
        if not self._is_wanted(place):
            return []
        sight, told = self.scene[place[1]].sight, self.told.get(place)
        gate = Gate(is_followed=True)
        if told is not None and not significance(sight.event, told, gate, self.now, backlog=sight.backlog):
            self.await_until(place[1], awaited(told, sight, self.chats[place[0]], gate, self.now))
            return []
        return [self._first_card(place)]

    def about_held(self) -> Iterator[Post]:
        """Have what waits for the end of quiet hours say how its events stand."""
        for place in self.held:
            told = self.told.get(place)
            if (
                place[1] in self.scene
                and place[0] in self.chats
                and told
                and told.revision != self.scene[place[1]].sight.event.event.revision
            ):
                yield from _safely(place, partial(self._held, place))

    def _held(self, place: Place) -> list[Post]:
        post = held_alert(self.scene[place[1]].sight, self.chats[place[0]], self.now)
        return [post] if post else []

    def to_listener(self, alert: Alert, cooling_until: datetime | None = None) -> list[Post]:
        """Tell what breaks to who does not know it, or knows it from before it broke, and is not in a cool-down."""
        subscription, chat, event_id = alert
        place = (chat.id, event_id)
        if cooling_until is None:
            return _safely(place, lambda: self._alert(place) if self._breaks(place, subscription) else [])
        if _safely(place, lambda: [place] if self._breaks(place, subscription) else []):
            self.await_until(event_id, cooling_until)
        return []

    def _alert(self, place: Place) -> list[Post]:
        self._shown.add(place)
        return self._held(place) or [self._first_card(place)]

    def _breaks(self, place: Place, subscription: Subscription) -> bool:
        if place in self._shown or not self._is_wanted(place):
            return False
        sight, told = self.scene[place[1]].sight, self.told.get(place)
        if told is None:
            return True
        if isinstance(classify(sight.event, told, sight.backlog), Known):
            return False
        return is_breaking(sight.event, threshold(subscription), self.now, backlog=sight.backlog, since=told.at)

    def _is_wanted(self, place: Place) -> bool:
        chat_id, event_id = place
        seen = self.scene.get(event_id)
        return seen is not None and chat_id in self.chats and not seen.is_muted(self.muted.get(chat_id, ()))

    def _first_card(self, place: Place) -> Post:
        post = first_card(self.scene[place[1]].sight, self.chats[place[0]], self.now)
        self._shown.add(place)
        return post


def _safely(place: Place, decide: Callable[[], list[T]]) -> list[T]:
    """Decide about one chat and one event."""
    try:
        return decide()
    except (UsageError, *FAULTS):
        log.exception("A chat cannot be told of a change; the others are.", chat=place[0], event_id=place[1])
        return []
