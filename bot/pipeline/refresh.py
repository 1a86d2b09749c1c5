"""Refresh: what chats see of events that were put in order though nothing has happened: cards are edited in silence, nothing is told."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.chats.chat import CardState, Told
from bot.core.event import overview
from bot.core.model import ArticleId, Event, EventId
from bot.core.telling.ledger import told_now
from bot.core.telling.posts import Sight, last_edit, refreshed
from bot.core.telling.significance import Threshold, is_breaking, threshold
from bot.pipeline.posting import write_down
from storage.chats import chats, subscriptions
from storage.delivery import cards, ledger
from storage.engine.database import Connection
from storage.news import events, news


async def refresh(connection: Connection, event_ids: Sequence[EventId], now: datetime) -> int:
    """Queue the edits of the cards of these (living) events; gives how many.

    What a card shows from then on counts as told by it: it is not answered for what was put in order. Of two cards that show one event
    now, the older goes on, and the other says so.
    """
    merges = await cards.follow_merges(connection, event_ids, now)
    standing = await cards.of_events(connection, event_ids)
    if not standing:
        return 0
    shown = sorted({card.event_id for card in standing})
    found = await events.load(connection, shown)
    backlog = await news.backlog(connection, shown)
    scene = await asyncio.to_thread(_sights, found, backlog)
    served = await chats.awake(connection, sorted({card.chat_id for card in standing}))
    posts = [last_edit(gone, scene[kept.event_id]) for kept, gone in merges]
    states = []
    for card in standing:
        sight = scene[card.event_id]
        informed: CardState = replace(card, told=replace(told_now(sight.event, now), at=card.told.at))
        edit = refreshed(informed, sight, now) if card.chat_id in served else None
        if edit is not None:
            posts.append(edit)
        states.append(edit.card if edit is not None and edit.card is not None else informed)
    await cards.save_all(connection, states)
    await write_down(connection, posts, now)
    return len(posts)


async def hush(connection: Connection, before: Sequence[Event], after: Sequence[Event], now: datetime) -> None:
    """Let events that break only because of what was put in order break for nobody, until more comes; digests tell them as ever.

    It is written as a telling of nothing yet: whoever looks for what breaks counts from there.
    """
    listening = await subscriptions.breaking(connection)
    if not listening:
        return
    backlog = await news.backlog(connection, [event.id for event in after])
    asked = {threshold(subscription) for subscription, _ in listening}
    hot = await asyncio.to_thread(_newly_hot, before, after, asked, backlog, now)
    told = await ledger.told_of_all(connection, sorted(hot))
    places = {(chat.id, event_id) for subscription, chat in listening for event_id in hot if threshold(subscription) in hot[event_id]}
    nothing = Told(event_id=EventId(0), revision=0, at=now, outlets=0, reports=0, headline="")
    tellings = [(chat_id, replace(nothing, event_id=event_id), None) for chat_id, event_id in sorted(places - told.keys())]
    await ledger.tell_all(connection, tellings)


def _newly_hot(
    before: Sequence[Event], after: Sequence[Event], asked: Collection[Threshold], backlog: frozenset[ArticleId], now: datetime
) -> dict[EventId, set[Threshold]]:
    """Say which events break now, and for whom, of which no part did."""

    def hot(event: Event) -> set[Threshold]:
        seen = overview(event)
        return {wanted for wanted in asked if is_breaking(seen, wanted, now, backlog=backlog)}

    of = {article.id: event for event in before for article in event.articles}
    found = {}
    for event in after:
        wanted = hot(event)
        if wanted:
            parts = {part.id: part for article in event.articles if (part := of.get(article.id)) is not None}
            found[event.id] = wanted.difference(*map(hot, parts.values()))
    return {event_id: wanted for event_id, wanted in found.items() if wanted}


def _sights(found: Sequence[Event], backlog: frozenset[ArticleId]) -> dict[EventId, Sight]:
    scene = {event.id: Sight(overview(event), backlog) for event in found}
    for sight in scene.values():
        sight.card()
    return scene
