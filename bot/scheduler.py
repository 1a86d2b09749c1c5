"""The clock: calls what it is given every so often, one call at a time; what is due, and what happens then, is not known here."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler


@asynccontextmanager
async def every(seconds: float, call: Callable[[], Awaitable[None]], *, name: str, first_at: datetime) -> AsyncIterator[None]:
    """Call now and then every `seconds` while the context lasts; a call that is late or was missed happens once, never not at all.

    APScheduler's default drops a call that is more than a second late; `misfire_grace_time=None` is what keeps it.
    """
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        executors={"default": AsyncIOExecutor()},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    scheduler.add_job(call, "interval", seconds=seconds, id=name, next_run_time=first_at)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
