"""What became of sends and is not written down yet: it is with the next claim, or alone, or one by one when one of it cannot be."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.core.chats.delivery import Arrived, Claimed, Failed, Unsure, Verdict
from bot.core.chats.sending import Consequences
from bot.core.errors import SluglineError
from bot.pipeline.collect import Clock
from storage.chats import chat_moves, chats
from storage.delivery import deliveries, takeovers
from storage.engine.database import Connection, Database

log = structlog.get_logger(__name__)


class Results:
    """The results of one platform, oldest first; what could not be written down stays remembered."""

    def __init__(self, database: Database, platform: str, clock: Clock) -> None:
        self._database = database
        self._platform = platform
        self._clock = clock
        self._results: list[tuple[Claimed, Consequences]] = []

    def __len__(self) -> int:
        """Count what is not written down yet."""
        return len(self._results)

    def add(self, claimed: Claimed, consequences: Consequences) -> None:
        """Remember what became of a send."""
        self._results.append((claimed, consequences))

    def drop(self, written: int) -> None:
        """Forget the oldest, once the transaction that wrote them down is through."""
        del self._results[:written]

    async def write_down(self, connection: Connection) -> int:
        """Write down every result there is, and give how many: more may come meanwhile."""
        return await self._write(connection, list(self._results))

    async def settle(self) -> None:
        """Write down every result there is, in a transaction of its own. Raises StorageUnavailable."""
        if not self._results:
            return
        try:
            async with self._database.write() as connection:
                written = await self.write_down(connection)
        except SluglineError:
            raise
        except Exception:
            log.exception("What became of messages is written down one by one.", platform=self._platform)
            await self.settle_singly()
        else:
            self.drop(written)

    async def settle_singly(self) -> None:
        """Write results down one by one, because one of them cannot be: what it is about comes to rest, and stops nothing else."""
        while self._results:
            claimed, consequences = self._results[0]
            try:
                async with self._database.write() as connection:
                    await self._write(connection, [(claimed, consequences)])
            except SluglineError:
                raise
            except Exception as error:
                log.exception("What became of a message could not be written down.", platform=self._platform, delivery=claimed.id)
                await self._settle_roughly(claimed, _unwritten(consequences.verdict, error, self._clock()))
            self.drop(1)

    async def _settle_roughly(self, claimed: Claimed, verdict: Verdict) -> None:
        try:
            async with self._database.write() as connection:
                await deliveries.ack(connection, [(claimed, verdict)], self._clock())
        except SluglineError:
            raise
        except Exception:
            log.exception("A message is left as it is until its lease ends.", platform=self._platform, delivery=claimed.id)

    async def _write(self, connection: Connection, results: Sequence[tuple[Claimed, Consequences]]) -> int:
        if not results:
            return 0
        now = self._clock()
        await deliveries.ack(connection, [(claimed, consequences.verdict) for claimed, consequences in results], now)
        moved: set[str] = set()
        for claimed, consequences in results:
            if consequences.pause is not None:
                await chats.pause(connection, claimed.chat_id, consequences.pause, now)
            if consequences.address is not None and claimed.address.chat not in moved:
                moved.add(claimed.address.chat)  # with all its topics
                await chat_moves.move(connection, claimed.chat_id, consequences.address, now)
        holds = [consequences.hold for _, consequences in results if consequences.is_overall and consequences.hold is not None]
        if holds:
            await takeovers.hold(connection, self._platform, now + max(holds))
        return len(results)


def _unwritten(verdict: Verdict, error: Exception, now: datetime) -> Verdict:
    """Give what is said of a send in place of what cannot be written down; what has arrived is shown once more at most."""
    reason = f"What became of it could not be written down ({error!r}); the log says more. Please report it."
    return Unsure(at=now, reason=reason, deduplicates=False) if isinstance(verdict, Arrived) else Failed(reason=reason)
