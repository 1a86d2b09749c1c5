"""What runs until somebody leaves: folders and feeds watched, articles grouped, chats told and answered; `app` says how long, and why."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from bot import opening, parts
from bot.announcer import Announcer
from bot.commands import catalogue
from bot.commands.desk import Desk
from bot.config import Settings
from bot.core.chats.ports import Platform
from bot.core.task_failures import first_failure
from bot.intake import Intake
from bot.loops import RETRY, Loop, keep
from bot.pictures.studio import Studio
from bot.pipeline.collect import Clock
from bot.pipeline.forget import forget_in_time
from bot.pipeline.group import Grouping
from bot.pipeline.remember import leave_uncollected
from bot.scheduler import every
from bot.sources.worker import Worker
from bot.watcher import Watcher

CORRECTED_EVERY: Final = timedelta(seconds=2)
"""How often it is looked for what admins asked of another process: `slugline ask "/merge 1 2"` waits for it. Three reads of an index."""

FORGETTING: Final = timedelta(days=1)
"""How often `run` forgets what is old; the first time an hour after its start. Guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A Slugline that has opened what it needs."""

    intake: Intake
    watcher: Watcher
    announcer: Announcer
    grouping: Grouping
    desk: Desk
    forget: Callable[[], Awaitable[None]]
    talks: Sequence[Callable[[], Coroutine[Any, Any, None]]]
    clock: Clock

    async def run(self, settings: Settings, until: Awaitable[object]) -> None:
        """Watch folders and feeds, and tell chats, until something else is done; what ends one of them for good ends that too."""
        next_minute = self.clock().replace(second=0, microsecond=0) + timedelta(minutes=1)
        corrections = Loop(self._correct, stopped="Nothing is corrected for now.", works="What admins ask for is done again.", retry=RETRY)
        steps: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (
            self.intake.run,
            self.intake.watch,
            self.watcher.run,
            self.announcer.run,
            partial(keep, corrections),
            *self.talks,
        )
        with first_failure():
            async with (
                asyncio.TaskGroup() as tasks,
                every(settings.sources.rescan_seconds, self.intake.wake, name="rescan", first_at=self.clock()),
                every(60, self.announcer.tick, name="digests", first_at=next_minute),
                every(FORGETTING.total_seconds(), self.forget, name="forgetting", first_at=next_minute + FORGETTING / 24),
            ):
                background = [tasks.create_task(step()) for step in steps]
                await until
                for task in background:
                    task.cancel()

    async def _correct(self) -> None:
        """Do what admins asked for, after a while."""
        await asyncio.sleep(CORRECTED_EVERY.total_seconds())
        await self.grouping.run()


@asynccontextmanager
async def serving(settings: Settings, clock: Clock, *platforms: Platform) -> AsyncIterator[Service]:
    """Open everything; `platforms` are those beside the chat platforms that the configuration names."""
    async with (
        opening.opened(settings, clock) as database,
        Worker() as worker,
        parts.web(database, settings, clock) as web,
        parts.grouping(database, settings, clock) as grouping,
        parts.chat_platforms(settings, database) as chatting,
        Studio() as studio,
    ):
        catalogue.load()
        # All that was imported is here for good: looking through it for garbage stops the loop for 0.1 s each time (measured).
        leave_uncollected()
        watcher = Watcher(database, web.feeds, web.pages, grouping, clock)
        telling = parts.telling(database, settings, [*platforms, *(service.platform for service in chatting)], clock)
        desk = parts.desk(
            database,
            settings,
            web,
            clock,
            wake=watcher.wake,
            correct=grouping.run,
            deliveries=telling.deliveries,
            draw=studio.drawn if chatting else None,
        )
        yield Service(
            intake=Intake(database, parts.folder_reader(worker, settings), grouping, settings.sources.folders, clock),
            watcher=watcher,
            announcer=telling.announcer,
            grouping=grouping,
            desk=desk,
            forget=partial(forget_in_time, database, clock),
            talks=[partial(service.serve, desk, telling.deliveries.answer, clock) for service in chatting],
            clock=clock,
        )
