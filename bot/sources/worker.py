"""A process that may hang, swell or die on hostile bytes without taking Slugline with it; what it runs is for others.

Processes are spawned, not forked: a fork would inherit open databases, locks held by other threads, and the tokens in memory;
a fork server is one more process that can be orphaned. The price, about 0.3 s for each start, is paid at first use and after a kill.
"""

import asyncio
import multiprocessing
import resource
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, TypeVarTuple

import structlog
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from bot.core.errors import SluglineError
from bot.core.model import Reading, Refused
from bot.sources.folder import Parse, Sighting, StillChanging, read_articles
from bot.sources.parsing.parse import parse_article

log = structlog.get_logger(__name__)

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MEMORY_BYTES = 2 * 1024**3
"""Address space of a worker. Measured: 66 MB with trafilatura and the language model loaded; the rest, a guess, is room for bad pages."""

SECONDS_PER_FILE = 0.1
"""What a batch may take for each file on top of the time for one bad one. Guess: a hundred times what a usual file takes."""

START_SECONDS = 30.0
"""How long a process may take to start on a busy machine before it counts as one that cannot be started. Guess."""

ALARM_SECONDS = 2.0
"""How long after its deadline a task ends itself, should the process that watches over it be gone."""

LOOK_SECONDS = 0.5
CLOSE_SECONDS = 10.0


class WorkerError(SluglineError):
    """Work given to another process has no result."""


class WorkerTimeout(WorkerError):
    """The work took longer than it may; its process was killed."""


class WorkerCrashed(WorkerError):
    """The process died at the work: killed by somebody, out of memory, or by a fault of a library."""


class WorkerFailed(WorkerError):
    """The work raised an exception that is not Slugline's; it is the `__cause__`."""


class WorkerUnavailable(WorkerError):
    """No process can be started: the machine or the memory limit is to blame, not the work."""


class Worker:
    """Runs functions in up to `max_workers` processes of its own, started at first use, kept, and replaced when they die.

    `memory_limit_bytes` caps the address space of each (None: no cap). Leaving the context kills whatever still runs;
    a process whose parent was killed ends by itself, at the latest at the deadline of its task.
    """

    def __init__(self, *, max_workers: int = 1, memory_limit_bytes: int | None = MEMORY_BYTES) -> None:
        self._lanes = [_Lane(memory_limit_bytes) for _ in range(max_workers)]
        # Last in, first out: a process that is warm is used before another one is started.
        self._free: asyncio.LifoQueue[_Lane] = asyncio.LifoQueue()
        for lane in self._lanes:
            self._free.put_nowait(lane)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await asyncio.gather(*(lane.close() for lane in self._lanes))

    async def run(self, function: Callable[[*Ts], T], *arguments: *Ts, timeout_seconds: float) -> T:
        """The result of `function(*arguments)`, computed in a worker; function, arguments and result are pickled.

        The deadline runs from the moment the work begins. The function should be pure: it may be begun twice when a process
        dies at the wrong moment, and is killed without notice when the caller is cancelled.
        Errors of Slugline come through as they are; WorkerTimeout, WorkerCrashed, WorkerFailed, WorkerUnavailable.
        """
        lane = await self._free.get()
        try:
            return await lane.run(partial(function, *arguments), timeout_seconds)
        finally:
            self._free.put_nowait(lane)


async def read_batch(
    worker: Worker,
    folder: Path,
    sightings: Sequence[Sighting],
    *,
    limit_bytes: int,
    timeout_per_file: float,
    parse: Parse = parse_article,
) -> list[Reading | StillChanging]:
    """`folder.read_articles` in the worker, where one file cannot spoil the others: one answer per sighting, in their order.

    `timeout_per_file` in seconds. A batch that does not come back is read again file by file, and only the guilty are refused.
    SourceError when the folder is gone, WorkerUnavailable when nothing can be read now.
    """
    if not sightings:
        return []
    read = partial(read_articles, folder, limit_bytes=limit_bytes, parse=parse)
    try:
        return await worker.run(read, sightings, timeout_seconds=timeout_per_file + SECONDS_PER_FILE * len(sightings))
    except (WorkerTimeout, WorkerCrashed, WorkerFailed):
        return [await _read_alone(worker, read, sighting, timeout_per_file) for sighting in sightings]


async def _read_alone(
    worker: Worker, read: partial[list[Reading | StillChanging]], sighting: Sighting, seconds: float
) -> Reading | StillChanging:
    try:
        return (await worker.run(read, [sighting], timeout_seconds=seconds))[0]
    except WorkerTimeout:
        refused = Refused(reason=f"the file took longer than {seconds:g} s to read; it is tried again when it changes")
    except WorkerCrashed:
        refused = Refused(reason="the reader crashed on this file; it is tried again when it changes")
    except WorkerFailed as error:
        refused = Refused(reason=f"the reader failed on this file ({error}); please report it, with the file")
    try:
        # Read once more without parsing: with its digest the file is known again, and not tried at every look.
        return (await worker.run(partial(read, parse=_Refuse(refused)), [sighting], timeout_seconds=seconds))[0]
    except (WorkerTimeout, WorkerCrashed, WorkerFailed):
        return Reading(path=sighting.path, size=sighting.size, mtime_ns=sighting.mtime_ns, digest="", result=refused)


class _Refuse:
    """A parser that refuses everything, for a reason that is already known; a class because closures cannot be pickled."""

    def __init__(self, refused: Refused) -> None:
        self._refused = refused

    def __call__(self, data: bytes, name: str) -> Refused:
        del data, name
        return self._refused


class _Lane:
    """One process, and pebble's pool that watches over it; a pool whose process died of itself is thrown away.

    Thrown away, because a process that dies while it holds the pool's lock leaves its successor waiting for a minute.
    """

    def __init__(self, memory_limit_bytes: int | None) -> None:
        self._memory_limit_bytes = memory_limit_bytes
        self._pool: ProcessPool | None = None
        self._closed = False

    async def run(self, work: Callable[[], T], seconds: float) -> T:
        for _attempt in range(2):
            done = await self._try(work, seconds)
            if not isinstance(done, BrokenProcessPool):  # else it died before it began, perhaps while it was idle
                return _result(done, seconds)
        raise WorkerUnavailable("No worker process can be started: look at the free memory and at the limits for processes.")

    async def _try(self, work: Callable[[], T], seconds: float) -> ProcessFuture[T] | BrokenProcessPool:
        if self._pool is not None and not self._pool.active:
            await self._discard()
        if self._closed:
            raise WorkerUnavailable("The worker has been closed; Slugline is ending.")
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=1, initializer=_prepare, initargs=(self._memory_limit_bytes,), context=multiprocessing.get_context("spawn")
            )
        future = self._pool.schedule(_bounded, args=(work, seconds + ALARM_SECONDS), timeout=seconds)
        finished = await _finished(future, self._pool, seconds)
        error = future.exception() if finished else BrokenProcessPool("The pool stopped.")
        if isinstance(error, BrokenProcessPool | ProcessExpired):
            await self._discard()
        return error if isinstance(error, BrokenProcessPool) else future

    async def close(self) -> None:
        """Kill the process, if there is one, wait until it is gone, and start no other."""
        self._closed = True
        await self._discard()

    async def _discard(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        stop: Callable[[], None] = pool.stop
        stop()
        loop, joined = asyncio.get_running_loop(), asyncio.Event()

        def join() -> None:
            pool.join()
            if not loop.is_closed():
                loop.call_soon_threadsafe(joined.set)

        # A daemon, because a pool broken in the middle of sending can never be joined; that must not keep Slugline from ending.
        threading.Thread(target=join, name="worker-close", daemon=True).start()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await joined.wait()
        except TimeoutError:
            log.warning("A worker process did not end in time; it is left behind.", seconds=CLOSE_SECONDS)


async def _finished(future: ProcessFuture[T], pool: ProcessPool, seconds: float) -> bool:
    """Wait; a pool that breaks at the wrong moment forgets its tasks, so it is looked after meanwhile."""
    loop = asyncio.get_running_loop()
    latest = loop.time() + seconds + ALARM_SECONDS + START_SECONDS
    waiting = asyncio.wrap_future(future)
    try:
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=LOOK_SECONDS)
            if not waiting.done() and (not pool.active or loop.time() > latest):
                return False
        return True
    finally:
        waiting.cancel()  # reaches the pool, which kills the process; nothing happens to what is done


def _result(done: ProcessFuture[T], seconds: float) -> T:
    match done.exception():
        case None:
            result: T = done.result()
            return result
        case TimeoutError() as error:
            raise WorkerTimeout(f"The work took longer than {seconds:g} s and was stopped.") from error
        case ProcessExpired(exitcode=code) as error if code == -signal.SIGALRM:
            raise WorkerTimeout(f"The work took longer than {seconds:g} s and stopped itself.") from error
        case ProcessExpired() as error:
            raise WorkerCrashed("The process died at the work.") from error
        case SluglineError() as error:
            raise error
        case error:
            raise WorkerFailed(f"{type(error).__name__}: {error}") from error


def _prepare(memory_limit_bytes: int | None) -> None:
    """Make the new process easy to kill and hard to swell."""
    # Pebble asks Python to end the process, which waits for C code to return; the kernel does not.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if memory_limit_bytes is not None and sys.platform == "linux":  # elsewhere the limit is refused or not kept
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory_limit_bytes if hard == resource.RLIM_INFINITY else min(memory_limit_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _bounded(work: Callable[[], T], seconds: float) -> T:
    """The work under an alarm of the kernel's, which nobody catches: it ends the process even if its parent was killed."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
