"""What admins correct without knowing numbers: which article is another story, which event is the same one; corrections stand beside."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands.desk import Answer, Call, sentence
from bot.core.event import Overview, headline, overview
from bot.core.message import Action, Heading, Line, Listing, Message, Paragraph, Style, Text
from bot.core.model import Article, Event, EventId
from bot.core.phrase import joined, phrase, phrases, verbatim
from bot.core.wording import outlets_line, period, shortened, titled_link
from storage.engine.database import Connection
from storage.news import events
from storage.news import search as index
from storage.news.reasons import reasons

LISTED: Final = 20
"""Articles that are listed, the newest; a further one is named by its number."""

NEAREST: Final = 8
"""Events that are offered for becoming one with another. Guess: the right one is among the first, or its number is known."""

COMMON: Final = 20
"""Events looked at for one word of a headline; a word that so many have says little. Guess."""

MOST_WORDS: Final = 12

_HEADLINE: Final = 80
_WORD: Final = re.compile(r"\w{3,}")


def for_asker(actions: Sequence[Action], call: Call) -> tuple[Action, ...]:
    """Offer what is for admins to an admin who asks, wherever that is, and to nobody else."""
    return tuple(replace(action, is_for_admins=False) for action in actions if call.is_admin or not action.is_for_admins)


def which_article(event: Event) -> Answer:
    """List the articles of an event, each with what takes it out."""
    if len(event.articles) < 2:
        told = phrase("Event {event} has one article: there is nothing to part it from.", event=event.id)
        return sentence(told, facts=tuple(article.id for article in event.articles), failed=True)
    shown = event.articles[-LISTED:]
    left = len(event.articles) - len(shown)
    more = phrases(left, "{count} earlier article", "{count:,} earlier articles")
    earlier = [Paragraph((Text(joined("", (more, verbatim(f": /sources {event.id}"))), Style.QUIET),))] if left > 0 else []
    actions = tuple(
        Action(phrase("Not the same story: {number}", number=article.id), f"/split {event.id} {article.id}") for article in shown
    )
    heading = Heading((Text(phrase("Which article is not about event {event}?", event=event.id), Style.STRONG),))
    message = Message((heading, *earlier, Listing(tuple((_article_line(article),) for article in shown))), (*actions, _back(event)))
    return Answer(message=message, facts=tuple(article.id for article in event.articles))


def _article_line(article: Article) -> Line:
    outlet = f"  {article.content.outlet}" if article.content.outlet else ""
    return (Text(f"{article.id}  ", Style.QUIET), Text(shortened(article.content.title, _HEADLINE)), Text(outlet, Style.QUIET))


async def which_event(connection: Connection, event: Event) -> Answer:
    """List the events that are nearest to one, each with what makes both one: its rivals first, then those told in the same words."""
    found = await events.load(connection, await _nearest(connection, event))
    if not found:
        told = phrase("No other event is like event {event}. /merge {event} and the number of another makes them one.", event=event.id)
        return sentence(told, facts=())
    return await asyncio.to_thread(_events, event, found)


def _events(event: Event, found: Sequence[Event]) -> Answer:
    heading = Heading((Text(phrase("Which event is the same story as event {event}?", event=event.id), Style.STRONG),))
    itself = Paragraph((titled_link(headline(event)),))
    items = tuple(_event_lines(overview(each)) for each in found)
    actions = tuple(Action(phrase("Merge with event {number}", number=each.id), f"/merge {event.id} {each.id}") for each in found)
    return Answer(message=Message((heading, itself, Listing(items)), (*actions, _back(event))), facts=tuple(each.id for each in found))


def _event_lines(event: Overview) -> tuple[Line, ...]:
    told = Text(joined("", ("  ·  ", outlets_line(event))), Style.QUIET)
    return ((Text(f"{event.id}  ", Style.QUIET), titled_link(event.headline, Style.STRONG)), (*period(event), told))


def _back(event: Event) -> Action:
    return Action(phrase("Event {number}", number=event.id), f"/event {event.id}")


async def _nearest(connection: Connection, event: Event) -> list[EventId]:
    """Give the events that grouping compared this one with, then those whose articles have words of its headline, rare ones first."""
    weighed = [each.evidence.rival for each in await reasons(connection, event.id) if each.evidence is not None]
    today = [await events.resolve(connection, rival) for rival in dict.fromkeys(weighed) if rival is not None]
    likeness: Counter[EventId] = Counter()
    words = dict.fromkeys(_WORD.findall(headline(event).content.title.casefold()))
    for word in list(words)[:MOST_WORDS]:
        have_it = await index.search(connection, f'"{word}"', COMMON)
        for event_id in have_it:
            likeness[event_id] += 1_000 // len(have_it)
    ordered = dict.fromkeys((*(rival for rival in today if rival is not None), *(event_id for event_id, _ in likeness.most_common())))
    return [event_id for event_id in ordered if event_id != event.id][:NEAREST]
