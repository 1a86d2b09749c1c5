"""The worker process: what hangs, swells or dies in it costs one answer, and no process stays behind."""

import asyncio
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.errors import SourceError
from bot.core.model import Content, Reading, Refused
from bot.sources.folder import Sighting, StillChanging, scan
from bot.sources.worker import Worker, WorkerCrashed, WorkerFailed, WorkerTimeout, WorkerUnavailable, read_batch

LIMIT = 1_000_000


def hang() -> None:
    while True:
        time.sleep(0.001)


def hang_in_c_code() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def swell() -> int:
    return len(bytearray(8 * 1024**3))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    sys.exit(3)


def fail() -> None:
    raise ValueError("not what was expected")


def complain() -> None:
    raise SourceError("The folder x does not exist.")


def double(number: int) -> int:
    return 2 * number


def hostile(data: bytes, name: str) -> Content | Refused:
    match name:
        case "slow.txt":
            hang()
        case "crash.txt":
            die()
        case "leave.txt":
            leave()
        case _:
            pass
    return Content(title=name, titled=True, text=data.decode())


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone_soon(pid: int) -> bool:
    until = time.monotonic() + 5
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(pid)


async def test_a_function_runs_in_another_process_that_is_kept() -> None:
    async with Worker() as worker:
        assert await worker.run(double, 21, timeout_seconds=10) == 42
        first = await worker.run(os.getpid, timeout_seconds=10)
        assert first != os.getpid()
        assert await worker.run(os.getpid, timeout_seconds=10) == first


async def test_no_process_is_started_before_there_is_work() -> None:
    async with Worker():
        assert multiprocessing.active_children() == []


async def test_two_workers_work_side_by_side() -> None:
    async with Worker(max_workers=2) as worker:
        await asyncio.gather(*(worker.run(time.sleep, 0.3, timeout_seconds=10) for _ in range(2)))
        pids = await asyncio.gather(*(worker.run(os.getpid, timeout_seconds=10) for _ in range(2)))
        assert len(set(pids)) == 2


@pytest.mark.parametrize(
    ("work", "error", "words"),
    [
        (hang, WorkerTimeout, "longer than 0.5 s"),
        (hang_in_c_code, WorkerTimeout, "longer than 0.5 s"),
        (die, WorkerCrashed, "died"),
        (leave, WorkerFailed, "SystemExit: 3"),
        pytest.param(swell, WorkerFailed, "MemoryError", marks=pytest.mark.skipif(sys.platform != "linux", reason="no limit elsewhere")),
        (fail, WorkerFailed, "ValueError: not what was expected"),
        (complain, SourceError, "The folder x does not exist."),
    ],
)
async def test_bad_work_costs_one_answer_and_the_next_is_done(work: Callable[[], None], error: type[Exception], words: str) -> None:
    async with Worker() as worker:
        before = await worker.run(os.getpid, timeout_seconds=10)
        with pytest.raises(error, match=words):
            await worker.run(work, timeout_seconds=0.5)
        if error in {WorkerTimeout, WorkerCrashed}:
            assert gone_soon(before)
        assert await worker.run(double, 21, timeout_seconds=10) == 42


async def test_a_process_killed_while_idle_is_replaced_unnoticed() -> None:
    async with Worker() as worker:
        for pause in (0.0, 0.4):
            os.kill(await worker.run(os.getpid, timeout_seconds=10), signal.SIGKILL)
            await asyncio.sleep(pause)
            assert await worker.run(double, 21, timeout_seconds=10) == 42


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited on Linux only")
async def test_a_process_that_cannot_start_is_not_blamed_on_the_work(capfd: pytest.CaptureFixture[str]) -> None:
    async with Worker(memory_limit_bytes=16 * 1024**2) as worker:
        with pytest.raises(WorkerUnavailable, match="free memory"):
            await worker.run(len, "x" * 5_000_000, timeout_seconds=5)
    capfd.readouterr()  # its last words


async def test_a_cancelled_caller_kills_the_process() -> None:
    async with Worker() as worker:
        pid = await worker.run(os.getpid, timeout_seconds=10)
        running = asyncio.create_task(worker.run(hang, timeout_seconds=60))
        await asyncio.sleep(0.3)
        running.cancel()
        await asyncio.wait({running})
        assert running.cancelled()
        assert await asyncio.to_thread(gone_soon, pid)
        assert await worker.run(double, 21, timeout_seconds=10) == 42


async def _fail_with_worker(pids: list[int], running: list[asyncio.Task[None]], *, busy: bool) -> None:
    async with Worker() as worker:
        pids.append(await worker.run(os.getpid, timeout_seconds=10))
        if busy:
            running.append(asyncio.create_task(worker.run(hang, timeout_seconds=60)))
            await asyncio.sleep(0.3)
        raise RuntimeError("the program failed")


@pytest.mark.parametrize("busy", [True, False])
async def test_no_process_is_left_when_the_context_ends_by_an_error(*, busy: bool) -> None:
    pids: list[int] = []
    running: list[asyncio.Task[None]] = []
    with pytest.raises(RuntimeError, match="the program failed"):
        await _fail_with_worker(pids, running, busy=busy)
    assert not alive(pids[0])
    for task in running:
        with pytest.raises(WorkerUnavailable, match="closed"):
            await task


PROGRAM = """
import asyncio, os, time
from bot.sources.worker import Worker

async def main():
    async with Worker() as worker:
        print(await worker.run(os.getpid, timeout_seconds=10), flush=True)
        await worker.run(time.sleep, 60, timeout_seconds=SECONDS)

if __name__ == "__main__":
    asyncio.run(main())
"""


def check_end(tmp_path: Path, *, end: signal.Signals, seconds: float) -> None:
    """A program that is ended by this signal while its worker is busy leaves no worker."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.replace("SECONDS", str(seconds)))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    running = subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, start_new_session=True
    )
    with running:
        assert running.stdout is not None
        pid = int(running.stdout.readline())
        time.sleep(0.3)
        if end == signal.SIGINT:
            os.killpg(running.pid, end)  # as the terminal does: to everybody
        else:
            running.send_signal(end)
        running.wait(30)  # closing may take ten seconds where the machine is busy
    assert gone_soon(pid)


def test_control_c_leaves_no_process(tmp_path: Path) -> None:
    check_end(tmp_path, end=signal.SIGINT, seconds=50)


def test_a_killed_program_leaves_no_process_beyond_the_deadline_of_its_work(tmp_path: Path) -> None:
    check_end(tmp_path, end=signal.SIGKILL, seconds=0.5)


def sightings(folder: Path, *names: str) -> list[Sighting]:
    for name in names:
        (folder / name).write_text(name)
    return [seen for seen in scan(folder) if isinstance(seen, Sighting)]


async def test_a_batch_loses_only_the_files_that_hang_or_crash(tmp_path: Path) -> None:
    seen = sightings(tmp_path, "a.txt", "b.txt", "crash.txt", "d.txt", "gone.txt", "leave.txt", "slow.txt", "z.txt")
    (tmp_path / "gone.txt").unlink()
    async with Worker() as worker:
        got = await read_batch(worker, tmp_path, seen, limit_bytes=LIMIT, timeout_per_file=0.5, parse=hostile)
    assert [reading.path for reading in got] == [one.path for one in seen]
    results = {reading.path: reading.result for reading in got if isinstance(reading, Reading)}
    assert {path for path, result in results.items() if isinstance(result, Content)} == {"a.txt", "b.txt", "d.txt", "z.txt"}
    reasons = {path: result.reason for path, result in results.items() if isinstance(result, Refused)}
    assert reasons["slow.txt"].startswith("the file took longer than 0.5 s to read")
    assert reasons["crash.txt"].startswith("the reader crashed on this file")
    assert reasons["leave.txt"].startswith("the reader failed on this file (SystemExit: 3)")
    assert got[4] == StillChanging(path="gone.txt")
    assert all(reading.digest for reading in got if isinstance(reading, Reading))


async def test_an_empty_batch_starts_no_process(tmp_path: Path) -> None:
    async with Worker() as worker:
        assert await read_batch(worker, tmp_path, [], limit_bytes=LIMIT, timeout_per_file=1, parse=hostile) == []
        assert multiprocessing.active_children() == []


async def test_a_batch_of_a_folder_that_went_away_is_a_source_error(tmp_path: Path) -> None:
    seen = sightings(tmp_path, "a.txt")
    async with Worker() as worker:
        with pytest.raises(SourceError, match="does not exist"):
            await read_batch(worker, tmp_path / "gone", seen, limit_bytes=LIMIT, timeout_per_file=1, parse=hostile)
