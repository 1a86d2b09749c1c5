"""/week: what came here in the last days, and what was told most; how it is drawn is decided elsewhere."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.commands import chats
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.core.chats.zone_names import tz
from bot.core.errors import UsageError
from bot.core.event import Overview, overview
from bot.core.message import Action, Heading, Line, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Event, Precision
from bot.core.phrase import phrase
from bot.core.understanding.chart import Day, TopEvent, WeekChart
from bot.core.wording import counted, number, shortened, titled_link
from storage.news import events, weeks
from storage.news.weeks import Came

DAYS: Final = 7
TOP: Final = 5
"""Events that are named: they fill the rest of a picture that a telephone shows whole."""

_TITLE: Final = 160
_NONE: Final = Came(articles=0, reports=0, events=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFacts:
    """What came on each of the last days, the oldest first, and the events with most reports among those that changed."""

    days: tuple[Day, ...]
    top: tuple[TopEvent, ...]


async def week(desk: Desk, call: Call) -> Answer:
    """Tell how much came on each of the last seven days of this chat's zone, today among them."""
    if call.words:
        raise UsageError(phrase("/week takes no words."))
    reader = chats.reader_of(desk, call.place, await chats.found_chat(desk, call.place))
    zone = tz(reader.zone)
    today = call.now.astimezone(zone).date()
    first = today - timedelta(days=DAYS - 1)
    since = datetime.combine(first, time(), zone)
    async with desk.database.read() as connection:
        came = await weeks.by_day(connection, since, zone)
        found = await events.load(connection, await events.top(connection, since, TOP, news_only=True))
    return await asyncio.to_thread(_told, first, came, found)


def _told(first: date, came: Mapping[date, Came], found: Sequence[Event]) -> Answer:
    days = tuple(_day(first + timedelta(days=number), came) for number in range(DAYS))
    seen = [overview(event) for event in found]
    top = tuple(_top(event) for event in seen)
    facts = WeekFacts(days=days, top=top)
    if not any(day.articles or day.events for day in days):
        return sentence(phrase("Nothing new came in the last {span}.", span=counted(DAYS, "day")), facts=facts)
    table = Table((phrase("Day"), phrase("Articles"), phrase("Reports"), phrase("New events")), tuple(map(_row, days)))
    titles = tuple(((titled_link(event.headline, Style.STRONG),), _counts(event)) for event in seen)
    listed = (Paragraph((Text(phrase("Most reported"), Style.STRONG),)), Listing(titles, numbered=True)) if titles else ()
    heading = Heading((Text(phrase("The last {count} days", count=DAYS), Style.STRONG),))
    actions = tuple(Action(phrase("Event {number}", number=event.id), f"/event {event.id}") for event in seen)
    message = Message((heading, table, *listed), actions)
    return Answer(message=message, facts=facts, chart=WeekChart(days=days, top=top), is_picture=True)


def _day(day: date, came: Mapping[date, Came]) -> Day:
    there = came.get(day, _NONE)
    return Day(day=day, articles=there.articles, reports=there.reports, events=there.events)


def _row(day: Day) -> tuple[Line, ...]:
    at = Moment(datetime.combine(day.day, time(), UTC), Precision.DAY)
    return (at,), (Text(number(day.articles)),), (Text(number(day.reports)),), (Text(number(day.events)),)


def _top(event: Overview) -> TopEvent:
    title = shortened(event.headline.content.title, _TITLE)
    return TopEvent(number=event.id, title=title, reports=event.reports, outlets=len(event.outlets))


def _counts(event: Overview) -> tuple[Text, ...]:
    told = phrase("reports {reports:,} · outlets {outlets:,}", reports=event.reports, outlets=len(event.outlets))
    return (Text(told, Style.QUIET),)
