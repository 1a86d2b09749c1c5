"""/addsource: an address that a person types becomes a feed that is watched; lists of them are for `lists`."""

import re
from dataclasses import replace
from functools import partial
from typing import Final, assert_never

from bot.commands.desk import Answer, Call, Desk, FeedDesk, Progress, refused, sentence
from bot.commands.facts import AddedFacts, FoundFacts
from bot.commands.health import works
from bot.commands.naming import SHOWN, named, one_feed
from bot.core.errors import UsageError
from bot.core.feeds.feed import Failed, FoundFeed, FullText, Listed
from bot.core.message import Action, Line, Listing, Message, Paragraph, Style, Text
from bot.core.model import Refused
from bot.core.phrase import Phrase, joined, phrase, phrases, verbatim
from bot.core.wording import shortened
from bot.sources.addresses import host_key, normal_url, refusal
from bot.sources.discovery import Found, Several, look_up
from storage.feeds import feeds
from storage.feeds import sources as storage

NO_FETCHING: Final = phrase("Nothing can be fetched here.")

_PATH: Final = re.compile(
    r"(?:file:|~|\.{0,2}/(?!/)|[a-z]:\\).*|[^.:/\[]+(?:/.*)?|[^:/\[]+\.(?:opml|xml|html|json|txt)", re.IGNORECASE | re.DOTALL
)
"""A file or folder: it begins or ends like one, or there is neither scheme nor dot in what would be its host."""

_NOT_ADDED: Final = phrase("Not added: ")

_ADDRESS: Final = 200
"""Characters of an address that are shown."""


async def addsource(desk: Desk, call: Call) -> Answer:
    """Watch a feed, or the feed of a page; when there are several, ask which."""
    if not call.words:
        raise UsageError(phrase("Which feed? Say its address, or the address of a page that has one."))
    if len(call.words) > 1:
        raise UsageError(phrase("One address at a time; /import takes a list."))
    if _PATH.fullmatch(call.rest):
        told = phrase(
            "This is no address. /addsource takes the address of a feed or page, /import takes a file with a list of them. "
            "Folders are named in the configuration (sources.folders)."
        )
        return sentence(told, failed=True)
    url = normal_url(call.rest)
    if desk.feeds is None:
        return sentence(NO_FETCHING, failed=True)
    if reason := refusal(url, desk.feeds.allow_networks):
        return refused(_NOT_ADDED, reason)
    async with desk.database.read() as connection:
        is_known = url in await feeds.known(connection, [url])
        count = await feeds.count(connection)
    if is_known:
        return await _known(desk, call, url)
    if count >= desk.feeds.most:
        return sentence(full(desk.feeds), failed=True)
    looking = sentence(phrase("Looking for a feed at {url} …", url=shortened(url, _ADDRESS)))
    return replace(looking, work=partial(_look, desk, desk.feeds, call))


def full(settings: FeedDesk) -> Phrase:
    """Say that there is no room for another feed."""
    return phrase("There are as many feeds as the configuration allows: {most:,} (feeds.most).", most=settings.most)


async def _look(desk: Desk, settings: FeedDesk, call: Call, progress: Progress) -> Answer:
    progress(0, 0)
    # As it was typed: without a scheme, a host that knows only http is asked so, too.
    match await look_up(settings.door, settings.worker, call.rest, now=call.now, timeout_seconds=settings.read_seconds):
        case Found() as found:
            return await _add(desk, settings, call, found)
        case Several(page=page, feeds=several):
            return _which(page, several)
        case Failed(reason=reason) | Refused(reason=reason):
            return refused(_NOT_ADDED, reason)
        case nothing:
            assert_never(nothing)


async def _add(desk: Desk, settings: FeedDesk, call: Call, found: Found) -> Answer:
    listed = Listed(url=found.url, title=shortened(found.title, _ADDRESS), site=found.site)
    async with desk.database.write() as connection:
        new = [(listed, host_key(found.url))]
        added = await feeds.add(connection, new, call.now, first_check=lambda _: call.now, full_text=settings.full_text)
    if not added.ids:
        return await _known(desk, call, found.url)
    settings.wake()
    (number,) = added.ids
    told = phrases(
        found.entries,
        "Added feed {id}: {name}, {count} article in it now.",
        "Added feed {id}: {name}, {count:,} articles in it now.",
        id=number,
        name=shortened(found.title or found.url, SHOWN),
    )
    quiet = (
        phrase("What is in it now is stored without a word; what comes from now on is news.")
        if settings.check_due is None
        else phrase(
            "It is asked for the first time by `slugline run`, or by `slugline sources check`. What is in it then is stored without a "
            "word; what comes later is news."
        )
    )
    actions = (
        Action(phrase("How it stands"), f"/sources feed {number}"),
        Action(phrase("Full text"), f"/fulltext {number} {FullText.PAGE}"),
        Action(phrase("Remove"), f"/removesource {number}"),
    )
    message = Message((Paragraph((Text(told),)), Paragraph((Text(quiet, Style.QUIET),))), actions)
    return Answer(message=message, facts=AddedFacts(id=number, url=found.url, title=found.title, entries=found.entries, is_new=True))


async def _known(desk: Desk, call: Call, url: str) -> Answer:
    """Say that the feed is there already, and how it stands."""
    async with desk.database.read() as connection:
        found = await one_feed(connection, url, "/sources feed")
        if isinstance(found, Answer):
            return found
        (health,) = await storage.health(connection, call.now, [found.source_id])
    told = Text(phrase("Feed {id}, {name}, is there already: ", id=found.source_id, name=named(found)))
    is_paused = health.paused_at is not None
    actions = (
        Action(phrase("How it stands"), f"/sources feed {found.source_id}"),
        *((Action(phrase("Resume"), f"/resume {found.source_id}"),) if is_paused else ()),
    )
    message = Message((Paragraph((told, *works(health, call.now))),), actions)
    facts = AddedFacts(id=found.source_id, url=found.url, title=found.name, entries=health.articles, is_new=False)
    return Answer(message=message, facts=facts)


def _which(page: str, several: tuple[FoundFeed, ...]) -> Answer:
    shown = shortened(page, _ADDRESS)
    told = phrases(len(several), "{page} has {count} feed. Which one?", "{page} has {count:,} feeds. Which one?", page=shown)
    asked = Paragraph((Text(told),))
    items: list[tuple[Line, ...]] = []
    for each in several:
        title = shortened(each.title, SHOWN) or phrase("without a title")
        items.append(((Text(title, Style.STRONG),), (Text(joined(" ", (verbatim("/addsource"), each.url)), Style.QUIET),)))
    actions = tuple(Action(shortened(each.title, SHOWN) or each.url, f"/addsource {each.url}") for each in several)
    found = tuple(FoundFacts(url=each.url, title=each.title) for each in several)
    return Answer(message=Message((asked, Listing(tuple(items), numbered=True)), actions), facts=found, failed=True)
