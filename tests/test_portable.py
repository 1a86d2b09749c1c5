"""Export and import: what an installation keeps comes back to the letter, on either engine, all of it or nothing."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from grouping_samples import QUAKE
from hypothesis import given
from hypothesis import strategies as st
from portable_samples import exported, fill, imported
from sqlalchemy import BigInteger, Boolean, Date, Integer, inspect, select
from storage_samples import NOW, content, joined, merged, opened, record
from telling_samples import MORNING, Newsroom

from bot.core.chats.chat import Repeat
from bot.core.errors import SluglineError, UsageError
from bot.core.grouping.decision import ReingestId
from bot.core.grouping.grouper import GroupingSettings
from bot.core.grouping.reingest import Figures, Move, ReingestState, Scope, Step
from bot.core.model import ArticleId, EventId
from bot.pipeline.announce import Announcements
from bot.pipeline.digests import Digests
from bot.pipeline.export import export
from bot.pipeline.group import Grouping
from storage.correcting import reingests
from storage.engine.database import Database
from storage.news import articles, events
from storage.news.search import search
from storage.portability import portable_lines
from storage.portability.portable_tables import EXPORTED, JSON, LEFT_OUT, WORDS
from storage.schema.tables import Instant, Span
from storage.schema.tables import articles as article_rows


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}", now=NOW)
    yield opened
    await opened.close()


async def test_every_table_is_exported_or_deliberately_not(database: Database) -> None:
    async with database.read() as connection:
        found = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    shadows = {name for name in found if name.startswith("article_words_")}
    assert sorted([part.table.name for part in EXPORTED] + list(LEFT_OUT)) == sorted(found - shadows)


async def test_every_column_of_every_table_comes_back_to_the_letter(old: Database, database: Database) -> None:
    async with old.write() as connection:
        await fill(connection)
    data, told = await exported(old)
    assert {json.loads(line)["kind"] for line in data.splitlines()} == {"export", *(part.kind for part in EXPORTED)}
    done = await imported(database, data)
    assert (done.lines, done.articles, done.events, done.chats) == (told.lines, told.articles, told.events, told.chats)
    assert (await exported(database))[0] == data


VALUES: tuple[tuple[type[Any], st.SearchStrategy[object]], ...] = (
    (Instant, st.datetimes(timezones=st.just(UTC))),
    (Span, st.timedeltas(min_value=timedelta(days=-9_999), max_value=timedelta(days=99_999))),
    (Date, st.dates()),
    (Boolean, st.booleans()),
    (Integer, st.integers(-(2**31), 2**31 - 1)),
)


@given(st.data())
def test_whatever_a_row_holds_is_read_as_it_was_written(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(portable_lines.FORMS))
    row: dict[str, object] = {}
    for field in form.fields:
        column = form.part.table.c[field.column]
        texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))  # no database keeps any other
        values: st.SearchStrategy[object] = next((values for of, values in VALUES if isinstance(column.type, of)), texts)
        if isinstance(column.type, BigInteger) and (column.primary_key or column.foreign_keys):
            values = st.integers(1, portable_lines.MOST)
        elif column in JSON:
            values = st.dictionaries(texts, texts).map(json.dumps)
        elif column in WORDS:
            values = st.sampled_from([str(word.value) for word in WORDS[column]])
        row[field.column] = data.draw(st.none() | values if field.may_be_null else values)
    line = form.line(tuple(row.values()))
    assert line.count("\n") == 1
    assert portable_lines.row_of(line.encode()) == (form, row | dict(form.part.begins))


async def test_events_and_copies_may_point_to_what_comes_later(old: Database, database: Database) -> None:
    """A small event ends in one that was opened later; a copy may be of a text that came later, and that of a third."""
    async with old.write() as connection:
        await record(connection, *((f"{number}.txt", f"ferry {number}") for number in range(1, 6)))
        await events.apply(connection, [opened(1, 1), opened(2, 2), joined(2, 4), joined(2, 5, copy_of=4), opened(3, 3), merged(3, 1)], NOW)
        await events.apply(connection, [joined(2, 4, copy_of=2), joined(2, 2, copy_of=5)], NOW)
    data, _ = await exported(old)
    await imported(database, data)
    assert (await exported(database))[0] == data
    async with database.read() as connection:
        assert await events.resolve(connection, EventId(1)) == EventId(3)
        copied = await connection.execute(select(article_rows.c.copy_of).order_by(article_rows.c.id))
        assert list(copied.scalars()) == [None, 5, None, 2, 4]


async def test_search_numbers_and_grouping_go_on_where_they_were(old: Database, database: Database) -> None:
    """Words and the memory of grouping are made anew; what comes next finds its event, and gets the next number."""
    first, second, third = (content(text, title=title) for title, text in QUAKE)
    async with old.write() as connection:
        await record(connection, ("a.txt", first), ("b.txt", content("A choir of two hundred sang in Quillon on Sunday.")))
    async with Grouping(old, GroupingSettings(), lambda: NOW) as grouping:
        await grouping.run()
    data, _ = await exported(old)
    await imported(database, data)
    async with database.write() as connection:
        assert await search(connection, "Velmora cathedral", 9) == [EventId(1)]
        await record(connection, ("c.txt", second), ("d.txt", third))
    async with Grouping(database, GroupingSettings(), lambda: NOW) as grouping:
        await grouping.run()
    async with database.read() as connection:
        came = await articles.load(connection, [ArticleId(3), ArticleId(4)])
        assert [article.event_id for article in came] == [EventId(1), EventId(1)]


async def test_reingests_keep_their_numbers_and_the_unfinished_one_ends(old: Database, database: Database) -> None:
    """History names them: a later one must not have the number of an earlier one."""
    step = Step(moves=(Move(article_id=ArticleId(1), revision=1, source=EventId(1), target=EventId(1), copy_of=None, apart=False),))
    number = ReingestId(2)
    async with old.write() as connection:
        for each in (1, 2):
            assert await reingests.begin(connection, Scope(), NOW, who="ada", chat="here") == each
            await reingests.planned(connection, ReingestId(each), Figures(changed=1), [(step, {}), (step, {})])
        assert await reingests.apply(connection, number, who="ben")
        await reingests.step_done(connection, number, 1, left=0, edits=3)
    data, _ = await exported(old)
    await imported(database, data)
    assert (await exported(database))[0] == data
    async with database.write() as connection:
        assert await reingests.applying(connection) is None
        found = await reingests.newest(connection)
        assert found is not None
        assert (found.id, found.who, found.state, found.edits) == (2, "ada", ReingestState.CANCELLED, 3)
        assert found.reason == "it was not finished when the installation moved"
        assert await reingests.next_steps(connection, number, 9) == []
        assert await reingests.begin(connection, Scope(), NOW, who="", chat="") == 3


async def telling(room: Newsroom) -> list[str]:
    """What chats get now: the events of digests, and what else comes by its kind."""
    await Announcements(room.database, room.clock).run()
    await Digests(room.database, room.clock).run()
    sent = await room.send()
    of_digests = [line for put in sent if put.kind == "digest" for line in put.lines if line.startswith("Event ")]
    return sorted([put.kind for put in sent if put.kind != "digest"] + of_digests)


async def test_nobody_is_told_again_in_the_new_installation(old: Database, database: Database) -> None:
    """Row 42, for a move: ledger, cards and digests come along; neither a digest nor an alert is repeated."""
    room = Newsroom(old)
    await room.subscribe(await room.chat())
    await room.subscribe(await room.chat("them"), Repeat.BREAKING, min_reports=2, within=timedelta(hours=9), cooldown=timedelta(0))
    await room.report(1, "A")
    await room.report(1, "B")
    room.now = MORNING
    assert await telling(room) == ["Event 1 happens", "card"]
    data, told = await exported(old)
    assert told.unsent == 0
    await imported(database, data)
    room.database = database
    room.later(minutes=5)
    assert await telling(room) == []
    await room.report(2, "C")
    room.now = MORNING + timedelta(days=1)
    assert await telling(room) == ["Event 2 happens"]


async def test_what_waited_to_be_sent_is_news_again(old: Database, database: Database) -> None:
    """A digest, a card, an edit and an answer that nobody has seen; what the answer says stands in the edit."""
    room = Newsroom(old)
    await room.subscribe(await room.chat())
    await room.subscribe(await room.chat("them"), Repeat.BREAKING, min_reports=2, within=timedelta(hours=9), cooldown=timedelta(0))
    await room.report(1, "A", times=2)
    await Announcements(old, room.clock).run()
    await room.send()
    await room.report(1, "B")
    await room.report(2, "C", times=2)
    room.now = MORNING
    await Announcements(old, room.clock).run()
    await Digests(old, room.clock).run()
    waiting = [put.kind for put in await room.queued()]
    assert set(waiting) == {"digest", "card", "edit", "reply"}
    data, told = await exported(old)
    assert told.unsent == len(waiting)
    await imported(database, data)
    assert (await exported(database))[0] == data
    room.database = database
    room.later(minutes=5)
    assert await telling(room) == ["card", "edit"]
    room.now = MORNING + timedelta(days=1)
    assert await telling(room) == ["Event 1 happens", "Event 2 happens"]


HEADER = {"kind": "export", "format": 1, "program": "1.2.3", "schema": "0005", "at": "2026-11-22T12:00:00+00:00", "lines": 2}
SOURCE = {"kind": "source", "id": 1, "source_kind": "folder", "location": "/in", "name": "in", "added_at": "2026-11-22T12:00:00+00:00"}
FILE = {
    "kind": "file",
    "source_id": 1,
    "path": "a.txt",
    "size": 1,
    "mtime_ns": 1,
    "digest": "",
    "seen_at": "2026-11-22T12:00:00+00:00",
}


def written(*lines: object) -> bytes:
    return b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)


WRONG = {
    "an empty file": (b"", "old.jsonl is no export of Slugline"),
    "a list of feeds": (b"<opml/>\n", "its first line cannot be read"),
    "an article of ours": (written(SOURCE), "its first line does not say"),
    "a newer format": (written(HEADER | {"format": 2}), "was written by a newer Slugline (1.2.3: format 2"),
    "a newer schema": (written(HEADER | {"schema": "9999"}), "schema 9999"),
    "a header without a count": (written(HEADER | {"lines": None}), "line 1: format, schema and lines"),
    "cut between lines": (written(HEADER, SOURCE), "was to have 2 lines after the first, and has 1"),
    "cut in a line": (written(HEADER, SOURCE, FILE)[:-9], "line 3: it does not end"),
    "a line too many": (written(HEADER, SOURCE, FILE, FILE | {"path": "b"}), "and has 3"),
    "a line twice": (written(HEADER, SOURCE, SOURCE), "line 3: a line before it has the same number or key"),
    "a reference to nothing": (written(HEADER, SOURCE, FILE | {"article_id": 7}), "line 3: it refers to something that stands on no line"),
    "the wrong order": (written(HEADER, FILE, SOURCE), "line 2: it refers to something"),
    "another kind": (written(HEADER, {"kind": "recipe"}), "line 2: there is no kind 'recipe' of line"),
    "no kind": (written(HEADER, {"id": 1}), "line 2: there is no kind None of line"),
    "a kind that is a list": (written(HEADER, {"kind": []}), "line 2: there is no kind []"),
    "a header twice": (written(HEADER, HEADER), "line 2: there is no kind 'export' of line"),
    "a column that we have not": (written(HEADER, SOURCE | {"colour": "red"}), "line 2: a line of the kind 'source' has no 'colour'"),
    "a column that is ours alone": (written(HEADER, SOURCE | {"last_error": 7}), "line 2: 'last_error' is no text"),
    "a column missing": (written(HEADER, {"kind": "source", "id": 1}), "line 2: it lacks 'source_kind'"),
    "a time without its offset": (written(HEADER, SOURCE | {"added_at": "2026-11-22T12:00:00"}), "line 2: 'added_at' is no time"),
    "a time out of time": (written(HEADER, SOURCE | {"added_at": "0001-01-01T00:00:00+14:00"}), "line 2: 'added_at' is no time"),
    "a truth for a number": (written(HEADER, SOURCE | {"id": True}), "line 2: 'id' is no whole number"),
    "a number too large": (written(HEADER, SOURCE | {"id": 2**63}), "line 2: 'id' is no whole number"),
    "half a character": (written(HEADER, b'{"kind":"source","name":"\\ud800"}\n'), "line 2: it lacks 'id'"),
    "half a character in a name": (written(HEADER, SOURCE | {"name": "\ud800"}), "line 2: 'name' is no text"),
    "a NUL": (written(HEADER, SOURCE | {"name": "a\0b"}), "line 2: 'name' is no text"),
    "a key twice": (written(HEADER, b'{"kind":"source","kind":"file"}\n'), "line 2: it says 'kind' twice"),
    "no JSON": (written(HEADER, b"id,name\n"), "line 2: it is no JSON"),
    "a list": (written(HEADER, [1]), "line 2: it is no object"),
    "NaN": (written(HEADER, SOURCE | {"id": float("nan")}), "line 2: NaN is no number"),
    "no UTF-8": (written(HEADER, b'{"kind":"\xff"}\n'), "line 2: it is no UTF-8"),
    "a hundred thousand brackets": (written(HEADER, b"[" * 100_000 + b"\n"), "line 2: it is nested too deeply"),
    "a number below all": (written(HEADER, SOURCE | {"id": 0}), "line 2: 'id' is no whole number from 1"),
    "a number with none behind it": (written(HEADER, SOURCE | {"id": 2**63 - 1}), "line 2: 'id' is no whole number from 1"),
    "an endless number": (written(HEADER, b'{"kind":"source","id":' + b"9" * 9_000 + b"}\n"), "line 2: "),
    "an empty line": (written(HEADER, b"\n"), "line 2: it is no JSON"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_wrong_file_is_refused_by_its_line_and_nothing_is_stored(database: Database, case: str) -> None:
    data, complaint = WRONG[case]
    with pytest.raises(UsageError) as refused:
        await imported(database, data)
    assert complaint in str(refused.value)
    assert len(str(refused.value)) < 300
    assert (await imported(database, written(HEADER, SOURCE, FILE))).lines == 2


AT = "2026-11-22T12:00:00+00:00"
EVENT = {"kind": "event", "opened_at": AT, "updated_at": AT, "revision": 1, "reports": 1, "copies": 0, "outlets": 1}
NAMED = {"kind": "chat", "id": 1, "platform": "console", "chat": "1", "thread": "", "chat_kind": "private", "name": ""}
CHAT = NAMED | {"zone": "UTC", "when_empty": "line", "replies": "none", "created_at": AT}


def reported(number: int, event: int | None, **others: object) -> dict[str, object]:
    article = {"kind": "article", "id": number, "source_id": 1, "received_at": AT, "revision": 1, "grouped_revision": 1, "event_id": event}
    said = {"backlog": False, "identity": str(number), "title": "Ferry", "titled": True, "text": "A ferry sank.", "format": "text"}
    return article | said | others


def decided(what: str, detail: str) -> dict[str, object]:
    return {"kind": "history", "id": 1, "event_id": 1, "article_id": 1, "at": AT, "what": what, "detail": detail}


ONE = (SOURCE, EVENT | {"id": 1}, reported(1, 1))
CARD = {"kind": "card", "id": 1, "chat_id": 1, "event_id": 1, "revision": 1, "content": "", "told": "{}", "shown_at": AT}
DAILY = {"kind": "subscription", "id": 1, "chat_id": 1, "repeat": "daily", "filter": "", "due_at": AT, "created_at": AT}
DIGEST = {"kind": "digest", "id": 1, "chat_id": 1, "local_date": "2026-11-22", "opened_at": AT, "since": AT, "until": AT}
UNFIT: dict[str, tuple[tuple[dict[str, object], ...], str]] = {
    "an event merged into itself": ((SOURCE, EVENT | {"id": 1, "merged_into": 1}), "event 1 cannot be so: it was merged into an event"),
    "events merged in a circle": ((EVENT | {"id": 1, "merged_into": 2}, EVENT | {"id": 2, "merged_into": 1}), "event 1 cannot be so"),
    "events merged in a chain": (
        (*ONE, EVENT | {"id": 2, "merged_into": 1}, EVENT | {"id": 3, "merged_into": 2}),
        "event 3 cannot be so: it was merged into an event that was itself merged",
    ),
    "an article of a merged event": (
        (*ONE, EVENT | {"id": 2, "merged_into": 1}, reported(2, 2)),
        "article 2 cannot be so: its event was merged",
    ),
    "an event without articles": ((*ONE, EVENT | {"id": 2}), "event 2 cannot be so: it has no article"),
    "a grouped article without an event": ((*ONE, reported(2, None)), "article 2 cannot be so: its event and the revision"),
    "a revision grouped before it came": ((*ONE, reported(2, 1, grouped_revision=7)), "article 2 cannot be so: its event and the revision"),
    "an article that repeats itself": ((*ONE, reported(2, 1, copy_of=2)), "article 2 cannot be so: it repeats itself"),
    "a date without its precision": ((*ONE, reported(2, 1, published_at=AT)), "article 2 cannot be so: it has a date without"),
    "a decision without its copy": ((*ONE, decided("joined", "{}")), "line 5: it says what Slugline would not write there"),
    "evidence without numbers": (
        (*ONE, decided("opened", '{"revision":1,"copy_of":null,"evidence":{}}')),
        "line 5: it says what Slugline would not write there",
    ),
    "a card that told nothing": ((*ONE, CHAT, CARD), "line 6: it says what Slugline would not write there"),
    "a digest without figures": ((CHAT, DIGEST | {"receipt": "{}"}), "line 3: it says what Slugline would not write there"),
    "a chat on another planet": ((CHAT | {"zone": "Mars/Phobos"},), "line 2: it says what Slugline would not write there"),
    "quiet hours out of the day": ((CHAT | {"quiet_start": 60, "quiet_end": 1440},), "line 2: it says what"),
    "quiet hours without an end": ((CHAT | {"quiet_start": 60},), "line 2: it says what"),
    "a digest at no time": ((CHAT, DAILY), "line 3: it says what"),
    "a digest at the 25th hour": ((CHAT, DAILY | {"at": 1500}), "line 3: it says what"),
    "a digest on the eighth day": ((CHAT, DAILY | {"repeat": "weekly", "at": 60, "weekday": 7}), "line 3: it says what"),
    "a merge that moved a number": (
        (
            {
                "kind": "correction",
                "id": 1,
                "correction_kind": "merge",
                "asked_at": AT,
                "who": "",
                "chat": "",
                "state": "done",
                "moved": "[7]",
            },
        ),
        "line 2: 'moved' is no text of an object",
    ),
}


@pytest.mark.parametrize("case", UNFIT)
async def test_lines_that_contradict_each_other_are_refused_and_nothing_is_stored(database: Database, case: str) -> None:
    """Each would end a command, or grouping, for ever."""
    lines, complaint = UNFIT[case]
    parts = [part.kind for part in EXPORTED]
    data = written(HEADER | {"lines": len(lines)}, *sorted(lines, key=lambda line: parts.index(str(line["kind"]))))
    with pytest.raises(UsageError) as refused:
        await imported(database, data)
    assert complaint in str(refused.value)
    assert (await imported(database, written(HEADER | {"lines": len(ONE)}, *ONE))).lines == len(ONE)


async def test_usual_alerts_and_the_last_minute_of_a_day_contradict_nothing(database: Database) -> None:
    lines = (
        CHAT | {"quiet_start": 0, "quiet_end": 1439},
        DAILY | {"repeat": "breaking"},
        DAILY | {"id": 2, "at": 1439},
        DAILY | {"id": 3, "repeat": "weekly", "at": 0, "weekday": 6},
    )
    assert (await imported(database, written(HEADER | {"lines": 4}, *lines))).lines == 4


WORDLESS = {"format": "parchment", "published_precision": "century", "event_id": 9}


@pytest.mark.parametrize("column", WORDLESS)
async def test_a_word_that_no_reader_knows_is_refused(old: Database, database: Database, column: str) -> None:
    async with old.write() as connection:
        await record(connection, ("a.txt", "ferry"))
    lines = (await exported(old))[0].splitlines(keepends=True)
    number = next(number for number, line in enumerate(lines) if line.startswith(b'{"kind":"article"'))
    lines[number] = json.dumps(json.loads(lines[number]) | {column: WORDLESS[column]}).encode() + b"\n"
    with pytest.raises(UsageError, match=f"line {number + 1}: "):
        await imported(database, b"".join(lines))


async def test_a_second_import_is_refused_and_changes_nothing(old: Database, database: Database) -> None:
    """Row 41: the same file twice."""
    async with old.write() as connection:
        await record(connection, ("a.txt", "ferry"))
    data, _ = await exported(old)
    await imported(database, data)
    with pytest.raises(UsageError, match="holds something already"):
        await imported(database, data)
    assert (await exported(database))[0] == data


async def test_nothing_is_imported_beside_a_slugline_that_runs(old: Database, database: Database) -> None:
    data, _ = await exported(old)
    async with database.leader("grouping"):
        with pytest.raises(SluglineError, match="in use by another Slugline"):
            await imported(database, data)


async def test_an_export_is_of_one_moment(old: Database) -> None:
    """What comes while it is written is not in it, not even by half."""
    async with old.write() as connection:
        await record(connection, *((f"{number}.txt", f"ferry {number}") for number in range(5)))
    before, _ = await exported(old)
    pages: list[bytes] = []
    async with old.write() as connection:
        await record(connection, ("late.txt", "another ferry"))
        await export(old, pages.append, program="1.2.3", now=NOW, expect=lambda _: None, advance=lambda _: None)
    assert b"".join(pages) == before
