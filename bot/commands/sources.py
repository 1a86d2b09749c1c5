"""/sources: where articles come from and how well, or who tells one event; what is done to sources lives in `feeds`."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.commands.article_facts import published
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.events import find, merged_note
from bot.commands.facts import FeedFacts, OutletFacts
from bot.commands.health import Standing, described, outlets_table, shown_to, standing, summary
from bot.commands.naming import one_feed
from bot.core.errors import UsageError
from bot.core.event import Overview, overview
from bot.core.feeds.feed import FeedState, FullText
from bot.core.message import Action, Block, Fold, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import Article, ArticleId, Event, SourceHealth, Stamp
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.telling.card import receipts, report_line
from bot.core.understanding.chart import sources_chart
from bot.core.understanding.chart_text import said_of
from bot.core.understanding.days import day_lines
from bot.core.understanding.firsts import firsts
from bot.core.understanding.firsts_wording import first_phrase, lag_phrase
from bot.core.understanding.matters import matters
from bot.core.understanding.matters_wording import matter_lines
from bot.core.understanding.origins import origins
from bot.core.understanding.origins_wording import explained, origins_line, origins_lines
from bot.core.wording import counted, outlet_name, safe_url, shortened, titled_link
from storage.feeds import checks
from storage.feeds import sources as storage

REPORTS: Final = 60
"""Articles of one event that are listed; the JSON form names them all."""

MATTERS: Final = 12
"""Things that are counted of which all figures are listed; more are details of single reports. Guess."""

PAGE: Final = 15
"""Sources on one page of the list: three lines each fill a screen."""

NOTHING_YET: Final = phrase(
    "There is no source yet. /addsource adds a feed; folders are named in the configuration, or run `slugline ingest PATH`."
)

_ORDER: Final = (Standing.FAILING, Standing.ENDED, Standing.WORKING, Standing.WAITING, Standing.PAUSED)
"""What needs somebody comes first."""

PICTURE: Final = "picture"
"""The word that asks for the picture of the sources."""

_SHOWN: Final = 60
"""Characters of what a person typed that an answer repeats."""


async def sources(desk: Desk, call: Call) -> Answer:
    """List the sources with their health, tell more about one feed, or list the outlets of one event."""
    words = call.words
    if words and words[0].casefold() == "event":
        return await _one_event(desk, words[1:])
    if words and words[0].casefold() == "feed":
        return await _one_feed(desk, call, " ".join(words[1:]))
    if words and all(word.removeprefix("#").isdecimal() for word in words):
        return await _one_event(desk, words)
    page, wanted = _page(words)
    async with desk.database.read() as connection:
        found = [shown_to(source, is_admin=call.is_admin) for source in await storage.health(connection, call.now)]
    if not found:
        return sentence(NOTHING_YET, facts=())
    if wanted.casefold() == PICTURE:
        return _pictured(found, call)
    return await asyncio.to_thread(_list, found, call, page, wanted, can_draw=desk.draw is not None)


def _page(words: Sequence[str]) -> tuple[int, str]:
    """Take a page, as in "failing page 2", off the end of what is looked for.

    Raises UsageError when it is no number of a page.
    """
    if len(words) < 2 or words[-2].casefold() != "page":
        return 1, " ".join(words)
    number = words[-1]
    if not (number.isascii() and number.isdecimal()) or len(number) > 6 or int(number) == 0:
        raise UsageError(phrase("“{number}” is not the number of a page.", number=shortened(number, _SHOWN)))
    return int(number), " ".join(words[:-2])


def _list(found: Sequence[SourceHealth], call: Call, page: int, wanted: str, *, can_draw: bool) -> Answer:
    chosen = _chosen(found, wanted)
    feeds = [source for source in found if source.kind == "feed"]
    if not chosen:
        return sentence(_none(wanted), facts=())
    pages = -(-len(chosen) // PAGE)
    if page > pages:
        return sentence(phrase("There is no page {page:,}; the last is {pages:,}.", page=page, pages=pages), failed=True)
    shown = chosen[(page - 1) * PAGE : page * PAGE]
    title = _titled(wanted)
    if pages > 1:
        title = phrase("{title}, page {page:,} of {pages:,}", title=title, page=page, pages=pages)
    blocks: list[Block] = [Heading((Text(title, Style.STRONG),))]
    if feeds and not wanted:
        blocks.append(Paragraph((Text(joined("", (counted(len(feeds), "feed"), ": ", summary(feeds, call.now)))),)))
    blocks.append(Listing(tuple(described(source, call.now) for source in shown)))
    folders = [source for source in shown if source.outlets and source.kind != "feed"]
    blocks.extend(outlets_table(source, alone=len(found) == 1) for source in folders)
    return Answer(message=Message(tuple(blocks), _next_steps(shown, page, pages, wanted, can_draw=can_draw)), facts=tuple(chosen))


def _pictured(found: Sequence[SourceHealth], call: Call) -> Answer:
    """Set the busiest sources side by side."""
    chart = sources_chart(found, call.now)
    if chart is None:
        return sentence(phrase("Nothing came from any source yet."), facts=tuple(found))
    items = tuple(
        (
            (Text(bar.name, Style.STRONG), Text(phrase("  {rate:,.1f} a day", rate=bar.a_day))),
            (Text(said_of(bar), Style.QUIET),),
        )
        for bar in chart.bars
    )
    left = (Paragraph((Text(phrase("{count:,} more are not shown.", count=chart.left), Style.QUIET),)),) if chart.left else ()
    heading = Heading((Text(phrase("Sources, the busiest first"), Style.STRONG),))
    message = Message((heading, Listing(items), *left), (Action(phrase("Sources"), "/sources"),))
    return Answer(message=message, facts=tuple(found), chart=chart, is_picture=True)


def _none(wanted: str) -> Phrase:
    """Say that nothing was found."""
    none: dict[str, Phrase] = {
        Standing.FAILING: phrase("No source is failing."),
        Standing.ENDED: phrase("No source is ended."),
        Standing.PAUSED: phrase("No source is paused."),
        Standing.WAITING: phrase("No source is waiting."),
        Standing.WORKING: phrase("No source is working."),
    }
    return none.get(wanted) or phrase("No source has “{word}” in its name or address.", word=shortened(wanted, _SHOWN))


def _titled(wanted: str) -> Phrase:
    """Say what is listed."""
    titles: dict[str, Phrase] = {
        "": phrase("Sources"),
        Standing.FAILING: phrase("Sources: failing"),
        Standing.ENDED: phrase("Sources: ended"),
        Standing.PAUSED: phrase("Sources: paused"),
        Standing.WAITING: phrase("Sources: waiting"),
        Standing.WORKING: phrase("Sources: working"),
    }
    return titles.get(wanted) or phrase("Sources: {word}", word=shortened(wanted, _SHOWN))


def _chosen(found: Sequence[SourceHealth], wanted: str) -> list[SourceHealth]:
    """Choose by standing or by a part of name, address or category; folders first, then what needs somebody."""
    folded = wanted.casefold()
    if folded in set(Standing):
        chosen = [source for source in found if standing(source) == folded]
    else:
        chosen = [source for source in found if any(folded in text.casefold() for text in (source.name, source.location, source.category))]
    return sorted(chosen, key=lambda source: (source.kind == "feed", _ORDER.index(standing(source)), source.id))


def _next_steps(shown: Sequence[SourceHealth], page: int, pages: int, wanted: str, *, can_draw: bool) -> tuple[Action, ...]:
    command = f"/sources {wanted}".rstrip()
    feeds = [source for source in shown if source.kind == "feed"]
    fail = any(standing(source) is Standing.FAILING for source in feeds)
    return (
        *((Action(phrase("Previous"), f"{command} page {page - 1}"),) if page > 1 else ()),
        *((Action(phrase("Next"), f"{command} page {page + 1}"),) if page < pages else ()),
        *((Action(phrase("Failing"), f"/sources {Standing.FAILING}"),) if fail and not wanted else ()),
        *((Action(phrase("Picture"), f"/sources {PICTURE}"),) if can_draw and not wanted else ()),
        *((Action(phrase("More about feed {id}", id=feeds[0].id), f"/sources feed {feeds[0].id}"),) if feeds else ()),
    )


async def _one_feed(desk: Desk, call: Call, word: str) -> Answer:
    async with desk.database.read() as connection:
        state = await one_feed(connection, word, "/sources feed")
        if isinstance(state, Answer):
            return state
        (health,) = await storage.health(connection, call.now, [state.source_id])
        held_until = (await checks.held(connection, call.now)).get(state.host)
    facts = FeedFacts(source=shown_to(health, is_admin=call.is_admin), state=state, held_until=held_until)
    return Answer(message=_detail(facts, call), facts=facts if call.is_admin else None)


def _detail(told: FeedFacts, call: Call) -> Message:
    health, state = told.source, told.state
    name, *lines = described(health, call.now)
    blocks: list[Block] = [Heading(name), *(Paragraph(line) for line in lines)]
    if told.held_until is not None:
        blocks.append(
            Paragraph((Text(phrase("{host} wants to be left alone until ", host=state.host), Style.QUIET), Moment(told.held_until)))
        )
    blocks += [Paragraph(line) for line in _more(state) if call.is_admin]
    if health.outlets:
        blocks.append(outlets_table(health, alone=True))
    number = state.source_id
    is_paused = standing(health) is Standing.PAUSED
    other = FullText.FEED if state.full_text is FullText.PAGE else FullText.PAGE
    site = safe_url(state.site)
    changes = (
        Action(phrase("Resume"), f"/resume {number}") if is_paused else Action(phrase("Pause"), f"/pause {number}"),
        *(() if is_paused else (Action(phrase("Check now"), f"/check {number}"),)),
        Action(phrase("Full text"), f"/fulltext {number} {other}"),
        Action(phrase("Remove"), f"/removesource {number}"),
    )
    looks = (Action(phrase("Open"), site),) if site else ()
    return Message(tuple(blocks), (*(changes if call.is_admin else ()), *looks))


def _more(state: FeedState) -> list[Line]:
    """Say what only the one who asks about this feed wants to know."""
    told: list[Line] = []
    if state.failing_since is not None:
        told.append((Text(phrase("failing since "), Style.QUIET), Moment(state.failing_since)))
    if state.ended_at is not None:
        back = Text(phrase("; asked once a month whether it is back"), Style.QUIET)
        told.append((Text(phrase("ended "), Style.QUIET), Moment(state.ended_at), back))
    if state.moved_to is not None:
        moving = phrases(
            state.moved_times,
            "moving to {url}, seen {count} time",
            "moving to {url}, seen {count:,} times",
            url=shortened(state.moved_to, 200),
        )
        told.append((Text(moving, Style.QUIET),))
    # At the first check, `news_at` is the newest date in the feed: that is not yet news.
    if state.baselined_at is not None and state.news_at is not None and state.news_at > state.baselined_at:
        told.append((Text(phrase("something new last came "), Style.QUIET), Moment(state.news_at)))
    elif state.baselined_at is not None:
        told.append((Text(phrase("nothing new has come since its first check "), Style.QUIET), Moment(state.baselined_at)))
    return told


async def _one_event(desk: Desk, words: Sequence[str]) -> Answer:
    if len(words) != 1:
        raise UsageError(phrase("One event at a time.") if words else phrase("Which event? Say its number."))
    async with desk.database.read() as connection:
        event = await find(connection, words[0])
    if isinstance(event, Answer):
        return event
    return await asyncio.to_thread(_sources_of, words[0], event)


def _sources_of(word: str, found: Event) -> Answer:
    event = overview(found)
    names = {article.id: outlet_name(article) for article in event.ordered}
    behind = {lag.article.id: told for lag in firsts(event).lags if (told := lag_phrase(lag))}
    left = len(event.ordered) - REPORTS
    blocks: list[Block] = [
        *merged_note(word, found),
        Heading((Text(phrase("Sources of event {id}", id=event.id), Style.STRONG),)),
        Paragraph((titled_link(event.headline),)),
        Paragraph(receipts(event)),
        *_leaning(event),
        Listing(tuple(_report(article, event.times, names, behind.get(article.id)) for article in event.ordered[:REPORTS])),
        *((Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),)),) if left > 0 else ()),
        *_details(event),
    ]
    return Answer(message=Message(tuple(blocks), (Action(phrase("Card"), f"/event {event.id}"),)), facts=_outlet_facts(event))


def _leaning(event: Overview) -> Iterator[Block]:
    """Say how sure it is who was first, where anybody was, and on whom the reports lean."""
    found = firsts(event)
    if found.first is not None or found.exclusive is not None:
        yield Paragraph((Text(first_phrase(found)),))
    line = origins_line(origins(event))
    if line is not None:
        yield Paragraph(line)


def _details(event: Overview) -> Iterator[Block]:
    """Say which report leans on whom, and which figures it tells, with the sentences; nothing where there is nothing to say."""
    found = origins(event)
    if found.credited:
        yield Fold((Text(explained(found), Style.QUIET),), tuple(each for voice in origins_lines(found) for each in voice))
    told = matters(event)[:MATTERS]
    if told:
        summary = Text(phrase("Figures, each with its sentence"), Style.QUIET)
        yield Fold((summary,), matter_lines(told))
    named = day_lines(event)
    if named:
        yield Fold((Text(phrase("Days of the happening, each with its sentence"), Style.QUIET),), named)


def _report(article: Article, times: Mapping[ArticleId, Stamp], names: Mapping[ArticleId, str], behind: Phrase | None) -> tuple[Line, ...]:
    """A report with its title below its outlet, and how far behind the first that came; a copy says whose text it repeats."""
    if article.copy_of is not None:
        return (report_line(article, times, names),)
    when, gap, outlet, _, title = report_line(article, times, names)
    agency = (Text(phrase("  via {agency}", agency=article.content.agency), Style.QUIET),) if article.content.agency else ()
    late = (Text("  "), Text(behind, Style.QUIET)) if behind else ()
    return ((outlet, *agency, gap, when, *late), (title,))


def _outlet_facts(event: Overview) -> tuple[OutletFacts, ...]:
    told: dict[str | None, list[Article]] = {}
    for article in event.ordered:
        told.setdefault(article.content.outlet, []).append(article)
    return tuple(
        OutletFacts(
            outlet=outlet,
            reports=sum(article.copy_of is None for article in articles),
            copies=sum(article.copy_of is not None for article in articles),
            first_published=published(event.times.get(articles[0].id)),
            articles=tuple(article.id for article in articles),
        )
        for outlet, articles in told.items()
    )
