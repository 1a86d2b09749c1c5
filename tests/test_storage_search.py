"""Full text: both engines find the same events, and nothing that a person types is an error."""

from dataclasses import replace

import pytest
from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_samples import NOW, content, hours, joined, merged, opened, record, summarise

from bot.core.model import Content
from storage.engine.database import Database
from storage.news import events
from storage.news.search import search
from storage.news.words import split

ARTICLES: list[Content] = [
    content("The ferry left the harbour at dawn.", title="Ferry sails", outlet="Harbour Post"),
    content("Dawn at the harbour: no ferry, only gulls.", title="Gulls", outlet="Coast Herald"),
    content("South Koreaʼs café opened in Łódź; the naïve owner’s mother said 3,000 guests came.", title="Café", outlet=None),
    content("Паром вышел из гавани на рассвете.", title="Паром", outlet="Вестник"),
    content("A left-wing harbour-master resigned.", title="Resigned", outlet="Coast Herald"),
    content("Ferries ferryboats ferrying", title="Glossary", outlet="Harbour Post"),
]

# What is typed → which of the events (one for each article, 1 to 6), the newest news first: event 6 is the newest.
FOUND: dict[str, list[int]] = {
    "harbour": [6, 5, 2, 1],
    "HARBOUR dawn": [2, 1],
    "harbour, dawn!": [2, 1],
    '"harbour at dawn"': [1],
    '"at dawn" harbour': [1],
    "ferr": [6, 2, 1],
    "ferr harbour": [],  # only the last word may go on
    "ferry harbour": [2, 1],
    '"ferr"': [],
    "harbour ferr": [6, 2, 1],
    "korea": [3],
    "Korea’s": [3],
    "cafe": [3],
    "café lodz": [],  # the stroke through ł is a letter of its own on both engines
    "cafe łódź": [3],
    "naive": [3],
    "owner": [3],
    "3,000": [3],
    "ПАРОМ": [4],
    "вестник парома": [],
    "пар": [4],
    "left-wing": [5],
    '"wing harbour master"': [5],
    "coast herald": [5, 2],
    "herald coast gulls": [2],
    "post gulls": [],
    '"sails the"': [],  # a phrase does not go on from the title into the text
    "submarine": [],
    '"harbour at da': [],
    "": [],
    "   ": [],
    "*": [],
    '"': [],
    '""': [],
    "🚢": [],
    "🚢 gulls": [2],
    "NEAR(": [],
    "harbour*": [6, 5, 2, 1],
    "harbour NOT dawn": [],
    "title:gulls": [],
    "^gulls": [2],
    "{title} : gulls": [],
    "' OR 1=1 --": [],
    "\\": [],
    "dawn \0": [2, 1],
    "\ud83d dawn": [2, 1],
    "harbour & !dawn | (ferry)": [2, 1],
    "dawn:*": [2, 1],
}


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.write() as connection:
        await record(connection, *((f"{number}", said) for number, said in enumerate(ARTICLES)))
        await events.apply(connection, [opened(number, number) for number in range(1, len(ARTICLES) + 1)], NOW)
        await summarise(connection, *((number, hours(number), 1, 1, None) for number in range(1, len(ARTICLES) + 1)))
    return database


async def found(database: Database, words: str, limit: int = 10) -> list[int]:
    async with database.read() as connection:
        return list(await search(connection, words, limit))


async def test_words_find_events_on_both_engines_alike(filled: Database) -> None:
    """FAULTS row 45."""
    assert {words: await found(filled, words) for words in FOUND} == FOUND


SCRIPTS: list[Content] = [
    content("हिन्दी भाषा के लेखक का सम्मान", title="हिन्दी", outlet=None),
    content("The cafe\u0301 in Zu\u0308rich closed.", title="Decomposed", outlet=None),
    content("北京大学今天宣布与东京大学合作。", title="合作", outlet="新华社"),
    content("東京タワーで会議が行われた。ｶﾌｪ", title="会議", outlet=None),
    content("กรุงเทพมหานครเป็นเมืองหลวง", title="ข่าว", outlet=None),
    content("ＦＵＬＬ width, straße, İstanbul, ἄνθρωπος, ёлка, عَرَبِيّ, می\u200cخواهم", title="Forms", outlet=None),
    content("평양에서 회담", title="회담", outlet=None),
]

FOUND_IN_SCRIPTS: dict[str, list[int]] = {
    "हिन्दी": [1],
    "हिन्द": [1],
    "हन्दी भाषा": [],  # the vowel signs are letters of the word
    "café": [2],
    "cafe\u0301 zurich": [2],
    "Zürich": [2],
    "北京": [3],
    "大学": [3],
    "京大": [3],
    "北大": [],
    "北京 合作": [3],
    '"东京大学"': [3],
    "東京": [4],
    "会議": [4],
    "カフェ": [4],
    "タワー": [4],
    "ワー": [4],
    "เมือง": [5],
    "มหานคร": [5],
    "นครมหา": [],
    "full": [6],
    "ｆｕｌｌ ＷＩＤＴＨ": [6],
    "STRASSE": [6],
    "istanbul": [6],
    "ανθρωπος": [6],
    "елка": [6],
    "عربي": [6],
    "میخواهم": [6],
    "평양": [7],
    "회담": [7],
}


async def test_words_of_every_script_are_found_on_both_engines_alike(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, *((f"{number}", said) for number, said in enumerate(SCRIPTS)))
        await events.apply(connection, [opened(number, number) for number in range(1, len(SCRIPTS) + 1)], NOW)
    assert {words: await found(database, words) for words in FOUND_IN_SCRIPTS} == FOUND_IN_SCRIPTS


LETTERS = st.text(alphabet=[*"ab éĔßИйक्षि京大ไทใガ\u0301\u3099\u200d\u00adʼ_’3½ﬁ평"], max_size=12)


@settings(max_examples=60, suppress_health_check=SHARING)
@given(title=LETTERS, body=LETTERS, asked=st.lists(LETTERS, max_size=3))
async def test_a_phrase_is_found_where_its_words_follow_one_another(database: Database, title: str, body: str, asked: list[str]) -> None:
    """Said of both engines in the words of `split`: so they agree with each other."""
    phrases = [words for phrase in asked if (words := split(phrase))]
    fields = [split(title), split(body)]
    expected = bool(phrases) and all(
        any(field[start : start + len(words)] == words for field in fields for start in range(len(field))) for words in phrases
    )
    async with database.write() as connection:
        before = await connection.begin_nested()
        await record(connection, ("a", replace(content(body, outlet=None), title=title)))
        await events.apply(connection, [opened(1, 1)], NOW)
        assert await search(connection, " ".join(f'"{phrase}"' for phrase in asked), 10) == ([1] if expected else [])
        await before.rollback()


async def test_ten_thousand_words_are_no_error(filled: Database) -> None:
    assert await found(filled, "dawn " * 10_000) == [2, 1]
    assert await found(filled, '"' + "dawn " * 10_000) == []
    assert await found(filled, "x" * 1_000_000) == []


async def test_the_limit_and_the_order(filled: Database) -> None:
    assert await found(filled, "harbour", 2) == [6, 5]
    assert await found(filled, "harbour", 0) == []


async def test_words_follow_the_revisions_of_an_article_and_the_fate_of_its_event(filled: Database) -> None:
    async with filled.write() as connection:
        await record(connection, ("1", content("Nothing but a lighthouse.", title="Lamp", outlet="Coast Herald")))
    assert await found(filled, "gulls") == []
    assert await found(filled, "lighthouse") == [2]
    async with filled.write() as connection:
        await events.apply(connection, [merged(4, 2)], NOW)
        await record(connection, ("new", "lighthouse keepers wanted"))
    assert await found(filled, "lighthouse") == [4]  # the article without an event is not found yet
    async with filled.write() as connection:
        await events.apply(connection, [joined(3, 7)], NOW)
    assert await found(filled, "lighthouse") == [4, 3]


async def test_very_long_articles_and_words_are_stored_and_found(filled: Database) -> None:
    long = content("begin " + "word " * 100_000 + "𠀀" * 50_000 + " " + " ".join(f"w{number}" for number in range(100_000)), title="Long")
    async with filled.write() as connection:
        await record(connection, ("long", long))
        await events.apply(connection, [opened(7, 7)], NOW)
    assert await found(filled, "begin word") == [7]


@settings(max_examples=60, suppress_health_check=SHARING)
@given(words=st.text(max_size=60) | st.lists(st.sampled_from([*"\"*()^:-+{}\\'", "AND", "OR", "NOT", "NEAR", "gulls", " "])).map("".join))
async def test_nothing_that_is_typed_is_an_error(filled: Database, words: str) -> None:
    assert set(await found(filled, words)) <= set(range(1, 7))
