"""Feeds whose guids, addresses or titles mean little, check after check on both engines: nothing is told twice, and nothing swallowed."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from storage_samples import NOW, add_feed, check, entry, every_article, hours

from bot.core.feeds.feed import Entry
from storage.engine.database import Database
from storage.schema.tables import article_revisions

WORDS = [
    first + second + third for first in ("ka", "mo", "ri", "se", "tu") for second in "bdfglnprsv" for third in ("an", "el", "io", "ur")
]


def words(dice: random.Random, number: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(number))


Shown = Callable[[int, int, int], tuple[str | None, str]]
"""From the number of a story, that of the check and the place in the feed to guid and address."""


def page(story: int) -> str:
    return f"https://news.example/{story}"


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(lambda story, _check, _place: (f"tag:{story}", page(story)), id="as it should be"),
        pytest.param(lambda story, _check, _place: (None, page(story)), id="no guids"),
        pytest.param(lambda story, check, _place: (f"{check}-{story}", page(story)), id="guids new at every fetch"),
        pytest.param(lambda story, check, _place: (f"{check // 5}-{story}", page(story)), id="all guids change once"),
        pytest.param(lambda story, check, _place: (f"{story}-{check * (story % 2)}", page(story)), id="half of the guids change"),
        pytest.param(lambda story, _check, place: (f"item-{place}", page(story)), id="guids are places"),
        pytest.param(lambda story, _check, _place: ("feed", page(story)), id="one guid for all"),
        pytest.param(lambda story, check, _place: (f"tag:{story}", f"{page(story)}?session={check}"), id="addresses of sessions"),
        pytest.param(lambda story, check, _place: (f"tag:{story}", page(story).replace("s:", "s:"[check < 5 :])), id="to https"),
        pytest.param(lambda story, _check, place: (f"tag:{story}", page(place)), id="addresses are places"),
    ],
)
@pytest.mark.parametrize("is_recurring", [False, True])
async def test_every_story_is_told_once(database: Database, shown: Shown, *, is_recurring: bool) -> None:
    """FAULTS row 13: ten checks, at each of which two stories are edited, three swap places and up to two are new."""
    dice = random.Random(5)
    stories: list[Entry] = []
    owner: dict[str, int] = {}

    def write(number: int) -> Entry:
        title = dice.choice(["Weather", "Markets"]) if is_recurring else words(dice, 8)
        return entry(words(dice, 40), title=title, published=hours(number / 10))

    async with database.write() as connection:
        source = await add_feed(connection)
        for turn in range(10):
            stories += [write(len(stories) + more) for more in range(dice.randrange(3) if turn else 9)]
            for number in dice.sample(range(len(stories) - 8, len(stories)), 2) if turn else ():
                told = stories[number].content
                if is_recurring or dice.random() < 0.5:
                    told = replace(told, text=f"{told.text} {words(dice, 8)}")
                else:
                    told = replace(told, title=words(dice, 8))
                stories[number] = replace(stories[number], content=told)
            order = [*range(len(stories) - 1, len(stories) - 9, -1)]
            order[2:5] = dice.sample(order[2:5], 3)
            held = []
            for place, number in enumerate(order):
                guid, url = shown(number, turn, place)
                owner[stories[number].content.text] = number
                held.append(Entry(guid=guid, content=replace(stories[number].content, url=url)))
            await check(connection, source, *held, at=NOW + timedelta(hours=turn))
        first = {article.id: article.content.text for article in await every_article(connection)}
        revisions = select(article_revisions.c.article_id, article_revisions.c.text).where(article_revisions.c.revision == 1)
        first.update((row.article_id, row.text) for row in await connection.execute(revisions))
    assert sorted(owner[text] for text in first.values()) == sorted(set(owner.values()))


async def test_an_outlet_whose_name_fits_into_no_index_is_cut(database: Database) -> None:
    name = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz ", k=20_000))
    async with database.write() as connection:
        source = await add_feed(connection)
        assert (await check(connection, source, entry("The ferry sank.", outlet=name))).new == 1
        (article,) = await every_article(connection)
    assert article.content.outlet is not None
    assert name.startswith(article.content.outlet)


async def test_the_same_headline_at_another_address_is_another_days_story(database: Database) -> None:
    """FAULTS row 13: without guids, or with one for all, addresses tell recurring headlines apart."""
    async with database.write() as connection:
        for place, guid in enumerate((None, "all")):
            source = await add_feed(connection, f"https://news.example/feed{place}")
            for day in range(4):
                told = [
                    entry("", guid=guid, url=f"https://news.example/{place}/{day - back}/{name}", title=name)
                    for back in range(2)
                    for name in ("Weather", "Markets")
                ]
                assert (await check(connection, source, *told, at=hours(24 * day))).new == (2 if day else 4)
