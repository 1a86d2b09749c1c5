"""Wake-ups when something happens in a folder; what happened is found by looking (`folder.scan`), never told here.

The kernel loses events, network folders have none, and folders come and go: a wake-up is a hint, and whoever listens
looks at every folder from time to time all the same.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import structlog
from watchfiles import Change, awatch

from bot.sources.folder import DEEPEST
from bot.sources.names import is_passed_over

log = structlog.get_logger(__name__)

DEBOUNCE_MS = 1_600
QUIET_MS = 200
"""Changes are collected until nothing happened for QUIET_MS, at most for DEBOUNCE_MS. Guess: a burst is one wake-up, a file is soon."""

LOOK_MS = 1_000
"""How often it is checked that the folders are still the same ones; one `stat` a folder."""

RETRY_SECONDS = 60.0


async def changes(folders: Sequence[Path], stop: asyncio.Event, *, retry_seconds: float = RETRY_SECONDS) -> AsyncGenerator[set[Path], None]:
    """Yield the folders in which something happened, until `stop` is set; the first wake-up may be a folder that appeared.

    A folder that is missing, goes away or comes back disturbs no other. When the system cannot watch (its limit of
    watches is reached, say) this is logged once, nothing is yielded, and it is tried again every `retry_seconds`.
    Symbolic links are not followed; hidden and unfinished files wake nobody. A file that had not settled at the look which
    followed its wake-up gives no second one: look again when it may have settled.
    """
    known: dict[str, frozenset[Path]] | None = None
    failing = False
    while not stop.is_set():
        roots, watched = _identities(folders), await asyncio.to_thread(_directories, folders)
        news = _difference(known, watched) if known is not None else set()
        known = watched
        try:
            async with aclosing(_touched(folders, roots, watched, stop)) as wakes:
                async for touched in wakes:
                    if failing:
                        failing = False
                        log.info("Folders are watched again.", folders=len(folders))
                    if touched | news:
                        yield touched | news
                    news = set()
        except FileNotFoundError:  # there is nothing to watch yet, or it went away just now
            await _pause(stop, LOOK_MS / 1000)
        except (OSError, RuntimeError) as error:  # RuntimeError: what watchfiles makes of failures that it does not know
            if not failing:
                failing = True
                log.warning("Folders cannot be watched; new files are found at the next rescan.", reason=str(error))
            known = {}  # what happens from here on is missed, so all of it is news when it works again
            await _pause(stop, retry_seconds)


async def _touched(
    folders: Sequence[Path], roots: list[tuple[int, int] | None], watched: dict[str, frozenset[Path]], stop: asyncio.Event
) -> AsyncGenerator[set[Path], None]:
    """The folders of each batch of changes, or none, until the directories are no longer the ones being watched."""
    async with aclosing(_batches(list(watched), stop)) as batches:
        async for paths in batches:
            yield {folder for path in paths for place in (path, str(Path(path).parent)) for folder in watched.get(place, ())}
            if roots != _identities(folders) or (paths and watched != await asyncio.to_thread(_directories, folders)):
                return


class _Halt(asyncio.Event):
    """Set as soon as `stop` is; setting it, as watchfiles does when it is cancelled, leaves `stop` alone."""

    def __init__(self, stop: asyncio.Event) -> None:
        super().__init__()
        self._stop = stop

    def is_set(self) -> bool:
        return self._stop.is_set() or super().is_set()


async def _batches(directories: Sequence[str], stop: asyncio.Event) -> AsyncGenerator[set[str], None]:
    """The changed paths, or nothing each time that LOOK_MS have passed without a change."""
    # Not recursive: watchfiles would follow every symbolic link, to the whole disk if it leads there.
    found = awatch(
        *directories,
        watch_filter=_matters,
        debounce=DEBOUNCE_MS,
        step=QUIET_MS,
        stop_event=_Halt(stop),
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        recursive=False,
        ignore_permission_denied=True,
    )
    try:
        async with aclosing(found) as batches:
            async for batch in batches:
                yield {path for _change, path in batch}
    except ExceptionGroup as group:
        # watchfiles gives up at a file whose name is not UTF-8: something happened, it is not known where.
        if group.split(RuntimeError)[1] is not None:
            raise
        await _pause(stop, LOOK_MS / 1000)
        yield set(directories)


def _matters(_change: Change, path: str) -> bool:
    return not is_passed_over(Path(path).name)


def _directories(folders: Sequence[Path]) -> dict[str, frozenset[Path]]:
    """Every directory to be watched, with the folders that it is part of (one folder may lie inside another)."""
    owners: defaultdict[str, set[Path]] = defaultdict(set)
    for folder in folders:
        for directory in _below(str(folder.absolute()), 0):
            owners[directory].add(folder)
    return {directory: frozenset(those) for directory, those in owners.items()}


def _below(directory: str, depth: int) -> Iterator[str]:
    try:
        with os.scandir(directory) as listing:
            deeper = [entry.path for entry in listing if not is_passed_over(entry.name) and entry.is_dir(follow_symlinks=False)]
    except OSError:
        return  # gone, or not to be entered: `folder.scan` says so to the operator, here there is nothing to watch
    if not any("\ud800" <= character <= "\udfff" for character in directory):
        yield directory  # watchfiles takes only names in UTF-8; a rescan finds what is in the others
    if depth < DEEPEST:
        for path in deeper:
            yield from _below(path, depth + 1)


def _identities(folders: Sequence[Path]) -> list[tuple[int, int] | None]:
    """Which directories the folders are now; a folder that was deleted and made again is another one, and unwatched."""
    return [_identity(folder) for folder in folders]


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _difference(before: dict[str, frozenset[Path]], after: dict[str, frozenset[Path]]) -> set[Path]:
    changed = {directory for directory in before.keys() | after.keys() if before.get(directory) != after.get(directory)}
    return {folder for directory in changed for folder in before.get(directory, frozenset()) | after.get(directory, frozenset())}


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
