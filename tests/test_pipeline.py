"""From a folder to stored events: nothing twice, nothing lost, one bad file or folder stops no other, and a restart changes nothing."""

import itertools
import os
import shutil
import tomllib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from real_time import clock

from bot.core.errors import SourceError, StorageUnavailable, UsageError
from bot.core.grouping.decision import Change
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.model import Article, Event
from bot.pipeline.collect import Collected, FolderReader, collect
from bot.pipeline.group import Grouping
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import sources
from storage.news import events, files
from storage.news.totals import totals

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
REAL_SEEDS = ROOT.parent / "shared" / "seeds"
LONG_AGO = 1_700_000_000


@pytest.fixture
async def reader() -> AsyncIterator[FolderReader]:
    async with Worker() as worker:
        yield FolderReader(worker=worker, settle=timedelta(seconds=1), limit_bytes=100_000, timeout_per_file=10)


def put(folder: Path, name: str, text: str) -> Path:
    """Write a file that has long settled."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(LONG_AGO * 10**9 + len(text), LONG_AGO * 10**9 + len(text)))
    return path


async def take_in(database: Database, folder: Path, reader: FolderReader, *, only: bytes | None = None) -> Collected:
    """Collect and group in a program started for this alone."""
    collected = await collect(database, folder, reader, clock=clock, only=only)
    async with Grouping(database, GroupingSettings(), clock) as grouping:
        assert not (await grouping.run()).elsewhere
    return collected


async def stored(database: Database) -> list[Event]:
    async with database.read() as connection:
        return await events.load(connection, await events.latest(connection, 1000))


def groups(found: Sequence[Event]) -> set[frozenset[str]]:
    return {frozenset(str(article.file) for article in event.articles) for event in found}


STORY = """Ferry runs aground off Quillon

A ferry with 212 passengers ran aground off Quillon on 3 March 2026 in thick fog, the coast guard of Pellin said. Nobody was hurt.

Captain Mira Voss said the radar had failed minutes before. Tugs from Harrowgate pulled the ferry free at high tide, and divers are looking at the hull.
"""


async def test_the_seeds_come_out_as_they_were_labelled(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    for path in folder.iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))
    collected = await take_in(database, folder, reader)
    labels = tomllib.loads((ROOT / "tests" / "seeds_gold.toml").read_text(encoding="utf-8"))["article"]
    assert (collected.new, collected.refused) == (len(labels), 0)
    found = await stored(database)
    certain = {label["file"] for label in labels if not label.get("optional")}
    gold: dict[str, set[str]] = {}
    for label in labels:
        if label["file"] in certain:
            gold.setdefault(label["event"], set()).add(label["file"])
    assert {group & certain for group in groups(found)} - {frozenset()} == {frozenset(group) for group in gold.values()}
    copies = {article.file for event in found for article in event.articles if article.copy_of is not None}
    assert copies == {label["file"] for label in labels if label["kind"] == "copy"}


async def test_a_second_look_brings_nothing_twice(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    path = put(folder, "a.txt", STORY)
    assert (await take_in(database, folder, reader)).new == 1
    assert await take_in(database, folder, reader) == Collected(seen=1, unchanged=1)
    path.rename(folder / "renamed.txt")
    shutil.copy2(folder / "renamed.txt", folder / "third.txt")
    assert (await take_in(database, folder, reader)).same == 2
    (event,) = await stored(database)
    assert [article.file for article in event.articles] == ["renamed.txt"]


async def test_a_changed_file_revises_its_article_and_keeps_its_number(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    put(folder, "a.txt", STORY)
    await take_in(database, folder, reader)
    (before,) = await stored(database)
    put(folder, "a.txt", STORY + "\nTwo passengers were later treated for shock in Harrowgate.\n")
    assert (await take_in(database, folder, reader)).revised == 1
    (after,) = await stored(database)
    assert (after.id, after.articles[0].id, after.articles[0].revision) == (before.id, before.articles[0].id, 2)
    assert "treated for shock" in after.articles[0].content.text


async def test_an_edited_original_keeps_its_copies_and_a_replaced_one_loses_them(
    database: Database, reader: FolderReader, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    long = (
        STORY
        + "\nThe ferry line Pellin Sea Lines said that passengers were taken to Quillon by bus and that the evening crossing was cancelled.\n"
    )
    put(folder, "original.txt", long)
    await take_in(database, folder, reader)
    put(folder, "copy.txt", f"{long}\nThis text was first published by the Pellin Mail and is shown here with its permission.\n")
    await take_in(database, folder, reader)
    put(folder, "original.txt", long.replace("thick fog", "very dense fog"))
    assert (await take_in(database, folder, reader)).revised == 1
    (event,) = await stored(database)
    assert {article.file: article.copy_of is None for article in event.articles} == {"original.txt": True, "copy.txt": False}
    put(
        folder,
        "original.txt",
        "Mill burns in Tessin\n\nA mill burnt down in Tessin on Monday night, the fire brigade said. No one was inside the mill.\n",
    )
    await take_in(database, folder, reader)
    assert groups(await stored(database)) == {frozenset({"original.txt"}), frozenset({"copy.txt"})}
    assert all(article.copy_of is None for event in await stored(database) for article in event.articles)


async def test_an_article_that_cannot_be_compared_stops_no_other_and_stays_apart(
    database: Database, reader: FolderReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    put(folder, "a.txt", STORY)
    put(
        folder,
        "b.txt",
        "Mill burns in Tessin\n\nA mill burnt down in Tessin on Monday night, the fire brigade said. No one was inside the mill.\n",
    )
    place = Grouper.place

    def failing(self: Grouper, article: Article) -> list[Change]:
        if "Mill" in article.content.title:
            raise ValueError("a mistake of ours")
        return place(self, article)

    with monkeypatch.context() as patched:
        patched.setattr(Grouper, "place", failing)
        await take_in(database, folder, reader)
    assert groups(await stored(database)) == {frozenset({"a.txt"}), frozenset({"b.txt"})}
    put(folder, "c.txt", STORY + "\nTugs came from Harrowgate.\n")
    await take_in(database, folder, reader)
    async with database.read() as connection:
        assert (await totals(connection)).waiting == 0


async def test_a_file_that_cannot_be_an_article_is_kept_apart_until_it_changes_or_goes(
    database: Database, reader: FolderReader, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    put(folder, "good.txt", STORY)
    bad = put(folder, "bad.json", '{"title": "cut off')
    gone = put(folder, "gone.txt", "")
    collected = await take_in(database, folder, reader)
    assert (collected.new, collected.refused) == (1, 2)
    async with database.read() as connection:
        listed = {one.file: one.reason for one in await files.quarantined(connection, 10)}
    assert set(listed) == {"bad.json", "gone.txt"}
    assert all(listed.values())
    assert bad.read_text() == '{"title": "cut off'
    assert await take_in(database, folder, reader) == Collected(seen=3, unchanged=3)
    put(
        folder,
        "bad.json",
        '{"title": "Mill burns in Tessin", "text": "A mill burnt down in Tessin on Monday night, the fire brigade said. No one was inside."}',
    )
    gone.unlink()
    assert (await take_in(database, folder, reader)).new == 1
    async with database.read() as connection:
        assert await files.quarantined(connection, 10) == []


async def test_when_names_rotate_no_story_is_lost_however_many_files_there_are(
    database: Database, reader: FolderReader, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    count = 150  # more than are read together
    stories = [STORY.replace("212", str(200 + number)).replace("Quillon", f"Quillon {number}") for number in range(count + 1)]
    for number in range(count):
        os.utime(put(folder, f"{number:03}.txt", stories[number]), (LONG_AGO + number, LONG_AGO + number))
    assert (await collect(database, folder, reader, clock=clock)).new == count
    for number in reversed(range(count)):
        (folder / f"{number:03}.txt").rename(folder / f"{number + 1:03}.txt")
    put(folder, "000.txt", stories[count])
    progress: list[int] = []
    collected = await collect(database, folder, reader, clock=clock, expect=progress.append, advance=progress.append)
    assert (collected.new, collected.revised) == (1, 0)
    assert progress[0] == sum(progress[1:]) == count + 1
    async with database.read() as connection:
        assert (await totals(connection)).articles == count + 1


# Row 14 of the faults.
@pytest.mark.parametrize(("ahead", "believed"), [(timedelta(days=1), True), (timedelta(days=4), False), (timedelta(days=30_000), False)])
async def test_a_time_of_publication_that_has_not_come_is_not_believed(
    database: Database, reader: FolderReader, tmp_path: Path, ahead: timedelta, *, believed: bool
) -> None:
    title, rest = STORY.split("\n", 1)
    put(tmp_path / "in", "a.txt", f"{title}\n{clock() + ahead:%Y-%m-%d}\n{rest}".replace(" on 3 March 2026", ""))
    await take_in(database, tmp_path / "in", reader)
    (event,) = await stored(database)
    published = event.articles[0].content.published
    assert (published is not None) == believed


async def test_a_folder_is_one_source_however_its_name_is_written(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    put(folder, "a.txt", STORY)
    (tmp_path / "other").mkdir()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "er")
    shutil.copytree(folder, tmp_path / "deep" / "in")
    for written in (folder, tmp_path / "other" / ".." / "in", tmp_path / "." / "in"):
        await collect(database, written, reader, clock=clock)
    await collect(database, tmp_path / "link" / ".." / "in", reader, clock=clock)
    async with database.read() as connection:
        assert [one.location for one in await sources.health(connection, clock())] == [str(folder), str(tmp_path / "deep" / "in")]


@pytest.mark.parametrize("name", [b"new\nline.txt", b"esc\x1b[31m.txt", b"no-utf8-\xff.txt", "приклад.txt".encode(), b"back\\slash.txt"])
async def test_a_single_file_is_taken_in_whatever_its_name(database: Database, reader: FolderReader, tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "in"
    put(folder, os.fsdecode(name), STORY)
    put(folder, "neighbour.txt", STORY.replace("Quillon", "Vel"))
    assert await collect(database, folder, reader, clock=clock, only=name) == Collected(seen=1, new=1)
    assert await collect(database, folder, reader, clock=clock, only=name) == Collected(seen=1, unchanged=1)
    assert (await collect(database, folder, reader, clock=clock)).unchanged == 1


@pytest.mark.parametrize("name", [".hidden.txt", "a.txt.part", "~$a.txt", ".git/a.txt", "absent.txt", "absent/a.txt"])
async def test_a_single_file_that_nobody_would_read_is_refused_with_the_reason(
    database: Database, reader: FolderReader, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "in"
    (folder / ".git").mkdir(parents=True)
    if "absent" not in name:
        put(folder, name, STORY)
    with pytest.raises(UsageError, match="is gone" if "absent" in name else "is not read"):
        await collect(database, folder, reader, clock=clock, only=os.fsencode(name))
    async with database.read() as connection:
        assert await sources.health(connection, clock()) == []


# Row 39 of the faults.
@pytest.mark.parametrize("name", ["link.txt", "pipe.txt", "behind/a.txt", "folder.txt", "picture.jpg"])
async def test_a_single_file_is_as_safe_as_a_folder(database: Database, reader: FolderReader, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    secret = put(tmp_path / "secret", "a.txt", STORY)
    (folder / "folder.txt").mkdir(parents=True)
    (folder / "link.txt").symlink_to(secret)
    (folder / "behind").symlink_to(secret.parent)
    (folder / "picture.jpg").touch()
    os.mkfifo(folder / "pipe.txt")
    assert await collect(database, folder, reader, clock=clock, only=os.fsencode(name)) == Collected(seen=1, refused=1)


async def test_a_file_still_being_written_waits(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    path = put(folder, "a.txt", STORY[:200])
    start = clock()
    os.utime(path, (start.timestamp() + 3600, start.timestamp() + 3600))

    async def look(after: float, previous: Collected) -> Collected:
        return await collect(database, folder, reader, clock=lambda: start + timedelta(seconds=after), previous=previous.waiting)

    first = await look(0, Collected())
    assert (first.new, set(first.waiting)) == (0, {"a.txt"})
    at_once = await look(0.1, first)
    assert at_once.new == 0
    path.write_text(STORY)
    os.utime(path, (start.timestamp() + 3600, start.timestamp() + 3600))
    written = await look(1.5, at_once)
    assert (written.new, set(written.waiting)) == (0, {"a.txt"})
    settled = await look(2.6, written)
    assert (settled.new, dict(settled.waiting)) == (1, {})


async def test_a_missing_folder_is_told_and_stops_no_other(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="absent"):
        await collect(database, tmp_path / "absent", reader, clock=clock)
    folder = tmp_path / "in"
    put(folder, "a.txt", STORY)
    assert (await take_in(database, folder, reader)).new == 1
    async with database.read() as connection:
        health = {one.name: one.last_error for one in await sources.health(connection, clock())}
    assert health["in"] is None
    assert "absent" in (health["absent"] or "")


async def test_only_one_process_groups_and_the_other_leaves_it_the_work(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    put(tmp_path / "in", "a.txt", STORY)
    async with Grouping(database, GroupingSettings(), clock) as leader, Grouping(database, GroupingSettings(), clock) as other:
        await leader.run()
        await collect(database, tmp_path / "in", reader, clock=clock)
        assert (await other.run()).elsewhere
        async with database.read() as connection:
            assert (await totals(connection)).waiting == 1
        assert (await leader.run()).articles == 1


async def test_what_could_not_be_written_is_grouped_the_next_time(
    database: Database, reader: FolderReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "in", "a.txt", STORY)
    await collect(database, tmp_path / "in", reader, clock=clock)

    class Refusing:
        """A door to the database whose writes fail, as on a full disk."""

        read = database.read
        leader = database.leader

        def write(self) -> object:
            raise StorageUnavailable("the disk is full")

    async with Grouping(database, GroupingSettings(), clock) as grouping:
        monkeypatch.setattr(grouping, "_database", Refusing())
        with pytest.raises(StorageUnavailable):
            await grouping.run()
        monkeypatch.setattr(grouping, "_database", database)
        assert (await grouping.run()).articles == 1
    (event,) = await stored(database)
    assert event.id == 1


@pytest.mark.skipif(not REAL_SEEDS.is_dir(), reason="the five real files are not part of the repository")
@pytest.mark.parametrize("seed", range(8))
async def test_the_real_files_are_one_event_in_any_order_with_restarts_between(tmp_path: Path, reader: FolderReader, seed: int) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    orders = list(itertools.permutations(sorted(REAL_SEEDS.glob("*.txt"))))
    for path in orders[seed * 17]:
        copied = folder / path.name
        shutil.copy(path, copied)
        os.utime(copied, (LONG_AGO, LONG_AGO))
        database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/news.db", now=clock())
        await take_in(database, folder, reader)
        await database.close()
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/news.db", now=clock())
    (event,) = await stored(database)
    await database.close()
    assert len(event.articles) == 5
    assert all(article.copy_of is None for article in event.articles)
