"""The sender of one platform: claims what may go now, sends it, and writes down what became of it as it claims the next.

Killed at any instruction it loses nothing: what it had claimed is sent again by its successor. So a kill shows twice at most what was under
way at that moment (`Limits.at_once`), and nothing where the platform knows the nonce.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf, isinf
from typing import Final

import structlog

from bot.core.chats.chat import Address, ChatId, ChatKind, DeliveryId
from bot.core.chats.delivery import Arrived, Claimed, Failed, Postponed, Released, TryAgain
from bot.core.chats.governor import Governor
from bot.core.chats.ports import Ambiguous, Outgoing, Platform
from bot.core.chats.sending import Consequences, Form, is_edit, judge, quiet_until, waits_for_quiet
from bot.core.errors import SluglineError, StorageUnavailable
from bot.core.message import Message
from bot.core.message_text import message_of
from bot.core.task_failures import first_failure
from bot.pipeline.answers import Answers
from bot.pipeline.collect import Clock
from bot.pipeline.line import Line
from bot.pipeline.results import Results
from storage.delivery import deliveries, takeovers
from storage.engine.database import Database
from storage.engine.leadership import Leadership

log = structlog.get_logger(__name__)

LOOK: Final = timedelta(seconds=1)
"""How often it is looked for what another process has queued. One read of an index."""

LEASE: Final = timedelta(minutes=10)
"""How long something may be under way. Guess, far above any time-out: a successor takes over at once, without waiting for it."""

GRACE: Final = timedelta(seconds=5)
"""How long a stop waits for what is under way, so that it leaves nothing in doubt. Guess: less than a system waits before it kills."""

STEP: Final = 10.0
"""Seconds by which a clock that is set back differs from one that is only put right a little. Guess."""

REMEMBERED: Final = timedelta(minutes=1)
"""What arrived so recently may still count for a limit when a sender begins: the longest window of the governor."""


class Sender:
    """Sends to one platform."""

    def __init__(self, database: Database, platform: Platform, clock: Clock, *, look: timedelta, lease: timedelta) -> None:
        self.stopped: str | None = None
        self._database = database
        self._platform = platform
        self._clock = clock
        self._look = look.total_seconds()
        self._lease = lease
        self._leadership = Leadership()
        self._governor = Governor(platform.limits)
        self._line = Line(platform)
        self.answers = Answers(platform, self._governor)
        self._under_way: dict[DeliveryId, Claimed] = {}
        self._results = Results(database, platform.name, clock)
        self._forms: dict[DeliveryId, Form] = {}
        self._resting: dict[ChatId, tuple[Address, ChatKind]] = {}
        self._since = self._given_back_until = 0.0
        self._led_until: datetime | None = None
        self._ahead = -inf
        self._moved_on = asyncio.Event()

    @property
    def name(self) -> str:
        """What the platform is called."""
        return self._platform.name

    def wake(self) -> None:
        """Look at once for what was queued."""
        self._moved_on.set()

    async def run(self, *, until_idle: bool) -> None:
        """Be the only one who sends to the platform, or wait to become it; when the platform has stopped us, only wait."""
        while self.stopped is None:
            async with self._database.leader(f"deliver {self.name}") as self._leadership:
                if self._leadership:
                    with first_failure():
                        await self._lead(until_idle=until_idle)
            if until_idle:
                return
            await asyncio.sleep(self._look)
        if not until_idle:
            await asyncio.Event().wait()

    async def _lead(self, *, until_idle: bool) -> None:
        await self._take_over()
        async with asyncio.TaskGroup() as sends:
            try:
                while await self._round(sends, until_idle=until_idle):
                    pass
            finally:
                await self._finish()
                self._led_until = self._clock()

    async def _take_over(self) -> None:
        """Make what a dead sender had under way due again, and remember what still counts for the limits."""
        now, at = self._clock(), _time()
        self._since = at
        # What we sent ourselves is counted already.
        since = now - REMEMBERED if self._led_until is None else max(now - REMEMBERED, self._led_until + timedelta.resolution)
        async with self._database.read() as connection:
            recent = await takeovers.sent_since(connection, self.name, since)
        # Before anything is released: what we know to have arrived is not to be sent again.
        await self._results.settle()
        async with self._database.write() as connection:
            doubtful = await takeovers.release(connection, self.name, now)
            await takeovers.turn_back(connection, self.name, now, holds=False)
        self._ahead = _ahead(now)
        for address, kind, edits, sent_at in recent:
            # What seems to come from the future was sent before somebody set the clock back.
            self._count(address, kind, edits=edits, at=at - max(0.0, (now - sent_at).total_seconds()))
        if doubtful:
            log.warning("Messages were under way when Slugline stopped; they are sent again.", platform=self.name, messages=doubtful)

    async def _round(self, sends: asyncio.TaskGroup, *, until_idle: bool) -> bool:
        """Write down what became of sends, begin others, or wait until there is more to do; False when there is not, or not for us."""
        self._moved_on.clear()
        await self._look_at_clock()
        room = await self._room()
        if self._results:
            return await self._exchange(sends, room)
        if self.stopped is not None and not self._under_way:
            return False
        due_at = await self._due_at() if room else None
        if due_at is not None and due_at <= _time():
            before = len(self._under_way)
            if not await self._exchange(sends, room):
                return False
            if len(self._under_way) > before or self._results:
                return True
        elif until_idle and not self._under_way and (self._is_shut() or (room and self._given_back_until <= _time())):
            return False
        await self._rest(due_at)
        return True

    async def _look_at_clock(self) -> None:
        """When somebody set the clock back, let nothing wait for the time that it showed before."""
        now = self._clock()
        before, self._ahead = self._ahead, _ahead(now)
        if self._ahead < before - STEP:
            log.warning("The clock was set back.", platform=self.name, seconds=round(before - self._ahead))
            async with self._database.write() as connection:
                await takeovers.turn_back(connection, self.name, now, holds=True)

    async def _room(self) -> int:
        """Give how many sends may begin now, whatever chats they are for."""
        room = self._platform.limits.at_once - len(self._under_way)
        allowed = self._governor.room(_time())
        room = room if allowed is None else min(room, allowed)
        return room if room > 0 and self.stopped is None and await self._line.works() else 0

    def _is_shut(self) -> bool:
        """Tell whether nothing can go, and that not because of our own limits."""
        at = _time()
        return self._line.out_until > at or self._governor.held_until > at

    async def _due_at(self) -> float | None:
        """Give when a claim can find something, in the loop's time; None when nothing waits."""
        async with self._database.read() as connection:
            due = await deliveries.next_wake(connection, self.name)
        return None if due is None else _time() + (due - self._clock()).total_seconds()

    async def _exchange(self, sends: asyncio.TaskGroup, room: int) -> bool:
        """Write down what became of sends and claim others, in one transaction; False when another process is the sender now."""
        claimed: list[Claimed] = []
        try:
            async with self._database.write() as connection:
                if not await self._leadership.holds(connection):
                    return False
                written = await self._results.write_down(connection)
                if room:
                    claimed = await deliveries.claim(connection, self._clock(), self.name, limit=room, busy=self._busy(), lease=self._lease)
        except SluglineError:
            raise
        except Exception:
            if not self._results:
                raise
            await self._results.settle_singly()
            return True
        self._results.drop(written)
        for one in claimed:
            self._begin(sends, one)
        return True

    def _busy(self) -> list[ChatId]:
        """Give the chats that take nothing now."""
        at = _time()
        self._resting = {id_: chat for id_, chat in self._resting.items() if self._governor.free_at(*chat, is_edit=False, at=at) > at}
        return [*self._resting, *(claimed.chat_id for claimed in self._under_way.values())]

    def _begin(self, sends: asyncio.TaskGroup, claimed: Claimed) -> None:
        """Send what was claimed, or give it back when its chat takes nothing yet, or wants to hear nothing now."""
        at, now = _time(), self._clock()
        until = quiet_until(claimed, now)
        if until > now and waits_for_quiet(claimed):
            self._results.add(claimed, Consequences(verdict=Postponed(at=until)))
            return
        if claimed.is_doubtful and at < self._since + REMEMBERED.total_seconds():
            self._count(claimed.address, claimed.chat_kind, edits=is_edit(claimed), at=self._since)
        self._resting[claimed.chat_id] = claimed.address, claimed.chat_kind
        free_at = self._governor.free_at(claimed.address, claimed.chat_kind, is_edit=is_edit(claimed), at=at)
        if free_at > at:
            # Another topic of the chat was faster. When that one is under way still, nobody knows for how long.
            wait = self._look if isinf(free_at) else free_at - at
            self._given_back_until = max(self._given_back_until, at + wait)
            self._results.add(claimed, Consequences(verdict=Released(at=self._clock() + timedelta(seconds=wait))))
            return
        self._governor.begin(claimed.address, claimed.chat_kind, is_edit=is_edit(claimed), at=at)
        self._under_way[claimed.id] = claimed
        sends.create_task(self._send(claimed))

    async def _send(self, claimed: Claimed) -> None:
        try:
            consequences = await self._sent(claimed)
        finally:
            del self._under_way[claimed.id]
            self._governor.end(claimed.address, claimed.chat_kind, is_edit=is_edit(claimed), at=_time())
        self._follow(claimed, consequences)
        self._results.add(claimed, consequences)
        self._moved_on.set()

    async def _sent(self, claimed: Claimed) -> Consequences:
        """Send one part; a fault of ours in doing so is the failure of this message, and of no other."""
        try:
            parts = self._platform.parts(message_of(claimed.message), claimed.reader)
            outgoing = self._outgoing(claimed, parts)
        except Exception as error:
            log.exception("A message could not be written for its platform.", platform=self.name, delivery=claimed.id)
            return Consequences(
                verdict=Failed(reason=f"It cannot be written for {self.name} ({error!r}); the log says more. Please report it.")
            )
        if outgoing is None:
            return Consequences(verdict=Arrived())
        try:
            outcome = await self._platform.deliver(outgoing)
        except Exception as error:
            log.exception("A message could not be sent.", platform=self.name, delivery=claimed.id)
            outcome = Ambiguous(reason=f"sending it failed in Slugline itself ({error!r}); the log says more. Please report it.")
        many = 1 if is_edit(claimed) else len(parts)
        return judge(claimed, outgoing, outcome, self._clock(), parts=many, deduplicates=self._platform.deduplicates)

    def _outgoing(self, claimed: Claimed, parts: Sequence[Message]) -> Outgoing | None:
        """Give the next part in the form that the platform takes; None when all of it has arrived."""
        if claimed.part >= len(parts):
            return None
        form, now = self._forms.get(claimed.id, Form()), self._clock()
        return Outgoing(
            delivery_id=claimed.id,
            address=claimed.address,
            kind=claimed.chat_kind,
            reader=claimed.reader,
            message=parts[claimed.part],
            # With the time, as a database that is made anew counts from one again.
            nonce=f"{claimed.id}.{claimed.part}.{int(claimed.created_at.timestamp() * 1000):x}",
            reply_to=claimed.reply_to if form.is_reply and not claimed.part else None,
            edits=claimed.edits,
            continues=(claimed.reply_to or claimed.begun_by) if claimed.part else None,
            doubtful_since=claimed.created_at if claimed.is_doubtful or claimed.doubts else None,
            # One message makes one sound, in however many parts it comes, and none in quiet hours.
            is_silent=claimed.is_silent or claimed.part > 0 or quiet_until(claimed, now) > now,
            is_plain=form.is_plain,
            is_short=form.is_short,
        )

    def _follow(self, claimed: Claimed, consequences: Consequences) -> None:
        """Do what follows outside the database, and tell what an operator wants to know."""
        if consequences.form is None:
            self._forms.pop(claimed.id, None)
        else:
            self._forms[claimed.id] = consequences.form
        if consequences.hold is not None:
            whom = None if consequences.is_overall else claimed.address
            self._governor.hold(whom, _time() + consequences.hold.total_seconds())
        if consequences.line is None:
            self._line.answered()
        else:
            self._line.failed(consequences.line)
        if consequences.stop is not None and self.stopped is None:
            self.stopped = self.answers.stopped = consequences.stop
            log.error("Nothing more is sent to a platform until Slugline is started again.", platform=self.name, reason=consequences.stop)
        told, reason = _told(consequences)
        if told:
            log.warning(told, platform=self.name, chat=claimed.address.chat, delivery=claimed.id, reason=reason)

    def _count(self, address: Address, kind: ChatKind, *, edits: bool, at: float) -> None:
        """Note for the limits what was sent before."""
        self._governor.begin(address, kind, is_edit=edits, at=at)
        self._governor.end(address, kind, is_edit=edits, at=at)

    async def _rest(self, due_at: float | None) -> None:
        """Wait until something ends, something is queued, or something may be due that was not."""
        at = _time()
        times = [at + self._look, self._governor.overall_at(at), self._line.out_until, due_at or 0.0]
        times += (self._governor.free_at(*chat, is_edit=False, at=at) for chat in self._resting.values())
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(time for time in times if time > at)):
                await self._moved_on.wait()

    async def _finish(self) -> None:
        """Wait a little for what is under way, and write down what became of it."""
        latest = _time() + GRACE.total_seconds()
        while self._under_way and _time() < latest:
            self._moved_on.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(latest):
                    await self._moved_on.wait()
        try:
            await self._results.settle()
        except StorageUnavailable as error:
            # They stay remembered: whoever runs this again has them written down first.
            log.warning("What became of some messages could not be written down.", platform=self.name, reason=str(error))


def _told(consequences: Consequences) -> tuple[str, str]:
    """Give what the operator is told of a send, and the reason; empty where nothing is."""
    match consequences:
        case Consequences(pause=str(reason)):
            return "A chat is paused; its settings are kept.", reason
        case Consequences(address=Address(chat=chat)):
            return "A chat has moved; everything of it goes along.", f"it is {chat} now"
        case Consequences(verdict=Failed(reason=reason)):
            return "A message was refused; it is not sent again.", reason
        case Consequences(verdict=TryAgain(reason=reason), hold=timedelta()):
            return "A platform wants to be left alone for a while.", reason
        case _:
            return "", ""


def _ahead(now: datetime) -> float:
    """Give by how much a time of day is ahead of the loop's clock, which nobody sets."""
    return now.timestamp() - _time()


def _time() -> float:
    return asyncio.get_running_loop().time()
