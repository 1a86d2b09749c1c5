"""Watching folders: a wake-up for what happens, and nothing that happens to a folder ends the watching."""

import asyncio
import os
import resource
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from bot.sources.watch import changes

Wakes = asyncio.Queue[set[Path]]
SOON = 8.0
SETTLED = 3.0  # seconds after which no wake-up of what went before comes: the debounce of 1.6 s, and the look for folders each second


@asynccontextmanager
async def watching(*folders: Path, retry_seconds: float = 0.3) -> AsyncIterator[Wakes]:
    """Collects the wake-ups of a watcher that is armed; fails if it does not stop when told to."""
    wakes: Wakes = asyncio.Queue()
    stop = asyncio.Event()

    async def listen() -> None:
        async for wake in changes(folders, stop, retry_seconds=retry_seconds):
            wakes.put_nowait(wake)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(listen())
        await asyncio.sleep(0.4)
        yield wakes
        stop.set()


async def check(wakes: Wakes, expected: set[Path]) -> None:
    """Soon everything expected has woken, and nothing else."""
    seen: set[Path] = set()
    async with asyncio.timeout(SOON):
        while not expected <= seen:
            seen |= await wakes.get()
    assert seen == expected


async def silence(wakes: Wakes) -> None:
    await asyncio.sleep(0.8)
    assert wakes.empty()


def fresh(wakes: Wakes) -> None:
    while not wakes.empty():
        wakes.get_nowait()


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def made(path: Path) -> Path:
    path.mkdir()
    return path


async def test_a_new_file_wakes_its_folder_alone(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    async with watching(one, other) as wakes:
        (one / "a.txt").write_text("a")
        await check(wakes, {one})
        (other / "b\nb.txt").write_text("b")
        await check(wakes, {other})
        (one / "a.txt").rename(other / "c.txt")
        await check(wakes, {one, other})


async def test_a_burst_is_one_wake_up(tmp_path: Path) -> None:
    async with watching(tmp_path) as wakes:
        for number in range(200):
            (tmp_path / f"{number}.txt").write_text("a")
        await check(wakes, {tmp_path})
        await silence(wakes)


async def test_hidden_and_unfinished_files_and_reading_wake_nobody(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    async with watching(tmp_path) as wakes:
        for name in (".hidden.txt", "a.txt~", "b.txt.part", ".a.txt.swp"):
            (tmp_path / name).write_text("a")
        (tmp_path / "a.txt").read_text()
        assert len(names(tmp_path)) == 5
        await silence(wakes)
        (tmp_path / "b.txt.part").rename(tmp_path / "b.txt")
        await check(wakes, {tmp_path})


async def test_a_file_whose_name_is_not_utf8_wakes_its_folder(tmp_path: Path) -> None:
    async with watching(tmp_path) as wakes:
        (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_text("a")
        await check(wakes, {tmp_path})


async def test_a_folder_with_a_name_that_is_not_utf8_does_not_stop_the_others(tmp_path: Path) -> None:
    made(tmp_path / os.fsdecode(b"\xff\xfe"))
    async with watching(tmp_path) as wakes:
        (tmp_path / "a.txt").write_text("a")
        await check(wakes, {tmp_path})


async def test_a_sub_folder_made_later_is_watched_too(tmp_path: Path) -> None:
    async with watching(tmp_path) as wakes:
        made(tmp_path / "2026")
        await check(wakes, {tmp_path})
        await asyncio.sleep(SETTLED)
        fresh(wakes)
        (tmp_path / "2026" / "a.txt").write_text("a")
        await check(wakes, {tmp_path})


async def test_what_a_symbolic_link_leads_to_is_not_watched(tmp_path: Path) -> None:
    inside, outside = made(tmp_path / "inside"), made(tmp_path / "outside")
    (inside / "link").symlink_to(outside)
    async with watching(inside) as wakes:
        (outside / "a.txt").write_text("a")
        await silence(wakes)
        assert names(inside / "link") == ["a.txt"]
        (inside / "b.txt").write_text("b")
        await check(wakes, {inside})


async def test_the_folder_itself_may_be_a_symbolic_link(tmp_path: Path) -> None:
    real, link = made(tmp_path / "real"), tmp_path / "link"
    link.symlink_to(real)
    async with watching(link) as wakes:
        (real / "a.txt").write_text("a")
        await check(wakes, {link})


async def test_a_folder_that_goes_away_and_comes_back_is_watched_again(tmp_path: Path) -> None:
    coming, staying = made(tmp_path / "coming"), made(tmp_path / "staying")
    async with watching(coming, staying) as wakes:
        shutil.rmtree(coming)
        await asyncio.sleep(SETTLED)
        fresh(wakes)
        (staying / "a.txt").write_text("a")
        await check(wakes, {staying})
        made(coming)
        await check(wakes, {coming})
        await asyncio.sleep(SETTLED)
        fresh(wakes)
        (coming / "b.txt").write_text("b")
        await check(wakes, {coming})


async def test_a_folder_that_is_missing_at_the_start_is_watched_when_it_appears(tmp_path: Path) -> None:
    late = tmp_path / "late"
    async with watching(late) as wakes:
        await silence(wakes)
        made(late)
        (late / "a.txt").write_text("a")
        await check(wakes, {late})


async def test_a_cancelled_watcher_does_not_stop_the_program(tmp_path: Path) -> None:
    stop = asyncio.Event()

    async def listen() -> None:
        async for _wake in changes([tmp_path], stop):
            pass

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.3)
    listening.cancel()
    await asyncio.wait({listening}, timeout=SOON)
    assert listening.cancelled()
    assert not stop.is_set()


def _leave_free(descriptors: int) -> Callable[[], None]:
    """Lower this process's limit so that only so many more files can be open; returns what undoes it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(name) for name in names(Path("/proc/self/fd")))
    fillers = [os.open("/dev/null", os.O_RDONLY) for _ in range(highest)]
    top = max(fillers)
    resource.setrlimit(resource.RLIMIT_NOFILE, (top + 1 + descriptors, hard))

    def undo() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        while fillers:
            os.close(fillers.pop())

    return undo


async def _exhausted(folder: Path) -> None:
    """Runs in a process of its own, whose limits may be lowered: silent while there is no watch to be had, then awake again."""
    with structlog.testing.capture_logs() as logs:
        undo = _leave_free(1)
        try:
            async with watching(folder) as wakes:
                (folder / "a.txt").write_text("a")
                await silence(wakes)
                undo()
                await check(wakes, {folder})
        finally:
            undo()
    assert [entry["log_level"] for entry in logs] == ["warning", "info"], logs


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files in /proc")
async def test_a_system_without_free_watches_is_logged_once_and_tried_again(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"import asyncio, test_watch as t; asyncio.run(t._exhausted(t.Path({str(tmp_path)!r})))",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=asyncio.subprocess.PIPE,
    )
    _out, errors = await child.communicate()
    assert child.returncode == 0, errors.decode()
