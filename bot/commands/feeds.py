"""What an admin does to a feed that is there: /removesource, /pause, /resume, /fulltext, /check; how it stands is told by `sources`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bot.commands.desk import Answer, Call, Desk, Progress, sentence
from bot.commands.facts import ChangedFacts
from bot.commands.health import outage, standing, summary, works
from bot.commands.naming import named, one_feed
from bot.core.errors import UsageError
from bot.core.feeds.feed import FeedState, FullText
from bot.core.message import Action, Message, Paragraph, Text
from bot.core.model import SourceId
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.wording import counted
from storage.feeds import feeds
from storage.feeds import sources as storage

ALL: Final = "all"


async def removesource(desk: Desk, call: Call) -> Answer:
    """Stop watching a feed; its articles stay."""
    async with desk.database.read() as connection:
        found = await one_feed(connection, call.rest, "/removesource")
        if isinstance(found, Answer):
            return found
        (health,) = await storage.health(connection, call.now, [found.source_id])
    async with desk.database.write() as connection:
        await feeds.remove(connection, found.source_id, call.now)
    none = phrase("It had no article yet.")
    stay = phrases(health.articles, "Its article stays.", "Its {count:,} articles stay.") if health.articles else none
    removed = phrase("Removed feed {id}, {name}.", id=found.source_id, name=named(found))
    return _answer(joined(" ", (removed, stay)), "removed", found, 1, Action(phrase("Add it again"), f"/addsource {found.url}"))


async def pause(desk: Desk, call: Call) -> Answer:
    """Leave a feed, or all, alone until somebody resumes it."""
    found = await _one_or_all(desk, call.rest, "/pause")
    if isinstance(found, Answer):
        return found
    async with desk.database.write() as connection:
        number = await feeds.pause(connection, _ids(found), call.now)
    if found is None:
        paused = phrases(number, "Paused {count} feed.", "Paused {count:,} feeds.")
        told = paused if number else phrase("There is no feed to pause.")
        return _answer(told, "paused", None, number, Action(phrase("Resume"), f"/resume {ALL}"))
    id_, name = found.source_id, named(found)
    is_paused = phrase("It is paused already: feed {id}, {name}.", id=id_, name=name)
    told = phrase("Paused feed {id}, {name}.", id=id_, name=name) if number else is_paused
    return _answer(told, "paused", found, number, Action(phrase("Resume"), f"/resume {found.source_id}"))


async def resume(desk: Desk, call: Call) -> Answer:
    """Ask a paused feed, or all of them, again from now on."""
    found = await _one_or_all(desk, call.rest, "/resume")
    if isinstance(found, Answer):
        return found
    async with desk.database.write() as connection:
        number = await feeds.resume(connection, _ids(found), call.now)
    if desk.feeds is not None:
        desk.feeds.wake()
    if found is None:
        resumed = phrases(number, "Resumed {count} feed.", "Resumed {count:,} feeds.")
        return _answer(resumed if number else phrase("No feed is paused."), "resumed", None, number)
    id_, name = found.source_id, named(found)
    was_not = phrase("It was not paused: feed {id}, {name}.", id=id_, name=name)
    return _answer(phrase("Resumed feed {id}, {name}.", id=id_, name=name) if number else was_not, "resumed", found, number)


async def fulltext(desk: Desk, call: Call) -> Answer:
    """Say whose text the new articles of a feed, or of all, have."""
    which, _, wanted = call.rest.rpartition(" ")
    if wanted.casefold() not in set(FullText) or not which.strip():
        raise UsageError(phrase("Say which feed, and then “feed” or “page”."))
    full_text = FullText(wanted.casefold())
    found = await _one_or_all(desk, which.strip(), "/fulltext", f" {full_text}")
    if isinstance(found, Answer):
        return found
    async with desk.database.write() as connection:
        number = await feeds.set_full_text(connection, _ids(found), full_text)
    if not number:
        return _answer(phrase("So it is already."), f"full text from the {full_text}", found, number)
    whom = phrases(number, "Full text of {count} feed", "Full text of {count:,} feeds")
    if found is not None:
        whom = phrase("Full text of feed {id}, {name}", id=found.source_id, name=named(found))
    told = (
        phrase(
            "{whom}: where the feed only teases, a new article gets the text of its page, if the site's robots.txt allows that.", whom=whom
        )
        if full_text is FullText.PAGE
        else phrase("{whom}: what the feed gives.", whom=whom)
    )
    return _answer(told, f"full text from the {full_text}", found, number)


async def check(desk: Desk, call: Call) -> Answer:
    """Ask a feed, or all, now."""
    found = await _one_or_all(desk, call.rest, "/check")
    if isinstance(found, Answer):
        return found
    async with desk.database.write() as connection:
        number = await feeds.check_now(connection, _ids(found), call.now)
    if not number:
        told = (
            phrase("There is no feed to ask, or all are paused.")
            if found is None
            else phrase("It is paused: feed {id}, {name}. /resume {id} asks it again.", id=found.source_id, name=named(found))
        )
        return replace(_answer(told, "asked", found, 0), failed=found is not None)
    if desk.feeds is not None and desk.feeds.check_due is not None:
        return replace(sentence(_asking(found, number)), work=partial(_checked, desk, call, found))
    if desk.feeds is not None:
        desk.feeds.wake()
    looked = "/sources" if found is None else f"/sources feed {found.source_id}"
    return _answer(_now_asking(found, number), "asked", found, number, Action(phrase("How it went"), looked))


async def _checked(desk: Desk, call: Call, found: FeedState | None, progress: Progress) -> Answer:
    """Ask what is due, and tell how that went."""
    del progress
    out_since = None
    if desk.feeds is not None and desk.feeds.check_due is not None:
        await desk.feeds.check_due()
        out_since = desk.feeds.outage()
    async with desk.database.read() as connection:
        every = await storage.health(connection, call.now, _ids(found))
    feeds_only = [source for source in every if source.kind == "feed"]
    if found is None or not feeds_only:
        told = joined("", (counted(len(feeds_only), "feed"), ": ", summary(feeds_only, call.now)))
        if any(source.next_check_at is not None and source.next_check_at <= call.now for source in feeds_only):
            told = joined("", (told, phrase(". What is still due is asked by `slugline run`, or by the next check.")))
        message = Message((*outage(out_since), Paragraph((Text(told),))))
        return Answer(message=message, facts=tuple(feeds_only), failed=out_since is not None)
    (health,) = feeds_only
    line = (Text(joined("", (f"{health.name}: ", counted(health.articles, "article"), ", "))), *works(health, call.now))
    failed = out_since is not None or standing(health).needs_somebody
    return Answer(message=Message((*outage(out_since), Paragraph(line))), facts=(health,), failed=failed)


async def _one_or_all(desk: Desk, word: str, command: str, more: str = "") -> FeedState | Answer | None:
    """Give the feed that the word means, None for all of them, or the answer that asks which."""
    if word.casefold() == ALL:
        return None
    async with desk.database.read() as connection:
        return await one_feed(connection, word, command, more)


def _ids(found: FeedState | None) -> Sequence[SourceId] | None:
    return None if found is None else [found.source_id]


def _asking(found: FeedState | None, number: int) -> Phrase:
    if found is None:
        return phrases(number, "Asking {count} feed …", "Asking {count:,} feeds …")
    return phrase("Asking feed {id}, {name} …", id=found.source_id, name=named(found))


def _now_asking(found: FeedState | None, number: int) -> Phrase:
    if found is None:
        return phrases(number, "Now asking {count} feed.", "Now asking {count:,} feeds.")
    return phrase("Now asking feed {id}, {name}.", id=found.source_id, name=named(found))


def _answer(told: str, what: str, found: FeedState | None, number: int, *actions: Action) -> Answer:
    facts = ChangedFacts(what=what, feeds=number, id=None if found is None else found.source_id, url=None if found is None else found.url)
    return Answer(message=Message((Paragraph((Text(told),)),), actions), facts=facts)
