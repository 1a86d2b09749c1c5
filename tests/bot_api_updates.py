"""How updates reach the bot: a queue, fetched by getUpdates with its conflicts, or pushed to a webhook; what they tell is elsewhere."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import time
from typing import Final

import aiohttp
from bot_api_query import Query
from bot_api_world import Json, Refused

KINDS: Final = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message", "edited_business_message",
    "deleted_business_messages", "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query",
    "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost",
)  # fmt: skip
USUAL: Final = frozenset(KINDS) - {"chat_member", "message_reaction", "message_reaction_count"}
"""What a bot gets that never said what it wants."""

LONGEST_POLL: Final = 50
CONFLICT_PAUSE: Final = 3.0
"""Seconds: after one conflict, the next ones are answered so much later (telegram-bot-api, Client::fail_query_conflict)."""

HASTY: Final = 3.0
"""Seconds: asking again so soon with the same offset waits at least as long (Client::process_get_updates_query)."""

PUSHES: Final = 40
"""Pushes to a webhook at one time, unless max_connections says otherwise; those of one chat go one after the other."""

CONFLICT: Final = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE: Final = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass
class _Webhook:
    url: str
    secret: str
    most: int
    error: str = ""
    error_at: int = 0


@dataclass(eq=False)
class _Update:
    id: int
    body: Json
    queue: str
    is_going: bool = False


@dataclass(eq=False)
class Updates:
    """The updates the bot has not confirmed; `changed` is called whenever there is something to look at for tests that wait."""

    changed: Callable[[], None]
    waiting: deque[_Update] = field(default_factory=deque)
    allowed: frozenset[str] = USUAL
    poll: asyncio.Future[str] | None = None  # of the getUpdates that waits; its result is what ends it, "" when there is something new
    webhook: _Webhook | None = None
    _next: int = 100_000_001
    _conflicts_until: float = 0.0
    _asked: tuple[int, float] = (-1, -1e9)
    _pusher: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, kind: str, body: Json, *, queue: str) -> int:
        """Tell the bot something, if it wants to know such things, and give the update_id, else 0; updates of one `queue` are pushed one after the other."""
        if kind not in self.allowed:
            return 0
        number = self._next
        self._next += 1
        self.waiting.append(_Update(number, {"update_id": number, kind: body}, queue))
        self._end_poll("")
        self._news.set()
        return number

    async def get(self, query: Query) -> list[Json]:
        """Do getUpdates."""
        if self.webhook is not None:
            await self._conflict()
            raise Refused(409, WEBHOOK_ACTIVE)
        offset, now = query.integer("offset"), asyncio.get_running_loop().time()
        limit = min(max(query.integer("limit", 100), 1), 100)
        timeout: float = min(max(query.integer("timeout"), 0), LONGEST_POLL)
        self._want(query)
        if self._asked[0] == offset:
            timeout = HASTY if timeout < HASTY and now < self._asked[1] + HASTY else timeout
            limit = 1 if now < self._asked[1] + 0.5 else limit
        self._asked = (offset, now)
        if (updates := self._take(offset, limit)) or not timeout:
            return updates
        return await self._wait(max(offset, 0), limit, timeout)

    async def _wait(self, offset: int, limit: int, seconds: float) -> list[Json]:
        self._end_poll(CONFLICT)
        self.poll = poll = asyncio.get_running_loop().create_future()
        self.changed()
        try:
            await asyncio.wait({poll}, timeout=seconds)
        finally:
            if self.poll is poll:
                self.poll = None
        if poll.done() and poll.result():
            await self._conflict()
            raise Refused(409, poll.result())
        await asyncio.sleep(0.001)  # as telegram-bot-api does, to give several at once
        return self._take(offset, limit)

    def _take(self, offset: int, limit: int) -> list[Json]:
        """Forget what is confirmed and give what follows; a negative offset keeps only so many of the newest."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        elif offset <= self._next:  # otherwise it is none of ours
            while self.waiting and self.waiting[0].id < offset:
                self.waiting.popleft()
        self.changed()
        return [update.body for update, _ in zip(self.waiting, range(limit), strict=False)]

    async def _conflict(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._conflicts_until:
            await asyncio.sleep(CONFLICT_PAUSE)
        else:
            self._conflicts_until = now + CONFLICT_PAUSE

    def _end_poll(self, why: str) -> None:
        if self.poll is not None and not self.poll.done():
            self.poll.set_result(why)
        self.poll = None

    def _want(self, query: Query) -> None:
        wanted = query.json("allowed_updates")
        if isinstance(wanted, list):
            self.allowed = frozenset(wanted) & frozenset(KINDS) or USUAL

    def set_webhook(self, query: Query) -> bool:
        """Do setWebhook and deleteWebhook, which is the same without an address."""
        url = query.text("url") if query.method == "setWebhook" else ""
        if url and not re.match(r"https://|http://(127\.|localhost)", url):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret := query.text("secret_token")):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        if query.flag("drop_pending_updates"):
            self.waiting.clear()
        if url:
            self._want(query)
            self._end_poll("Conflict: terminated by setWebhook request")
            self.webhook = _Webhook(url, secret, min(max(query.integer("max_connections", PUSHES), 1), 100))
            if self._pusher is None:
                self._pusher = asyncio.get_running_loop().create_task(self._push_all())
            self._news.set()
        else:
            self.webhook = None
        return True

    def webhook_info(self) -> Json:
        """Do getWebhookInfo."""
        told: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.waiting)}
        if (webhook := self.webhook) is not None:
            told |= {"url": webhook.url, "max_connections": webhook.most}
            told |= {"last_error_date": webhook.error_at, "last_error_message": webhook.error} if webhook.error else {}
        if self.allowed != USUAL:
            told["allowed_updates"] = sorted(self.allowed)
        return told

    async def close(self) -> None:
        """Push no more and let nobody wait."""
        self._end_poll("")
        if self._pusher is not None:
            self._pusher.cancel()
            with suppress(asyncio.CancelledError):
                await self._pusher
            self._pusher = None

    async def _push_all(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session, asyncio.TaskGroup() as group:
            while True:
                await self._news.wait()
                self._news.clear()
                going = {update.queue for update in self.waiting if update.is_going}
                for update in self.waiting:
                    if self.webhook is None or len(going) >= self.webhook.most:
                        break
                    if update.queue not in going:
                        going.add(update.queue)
                        update.is_going = True
                        group.create_task(self._push(session, self.webhook, update))

    async def _push(self, session: aiohttp.ClientSession, webhook: _Webhook, update: _Update) -> None:
        """Push one update until it is taken; the pauses between attempts grow from 0.1 s to 5 s (Telegram's grow to minutes)."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        pause = 0.1
        while self.webhook is webhook and update in self.waiting:
            try:
                async with session.post(webhook.url, json=update.body, headers=headers) as answer:
                    error = "" if answer.status == 200 else f"Wrong response from the webhook: {answer.status} {answer.reason}"
            except (aiohttp.ClientError, TimeoutError) as failure:
                error = f"Connection failed: {failure}"
            if not error:
                with suppress(ValueError):  # dropped in the meantime
                    self.waiting.remove(update)
                break
            webhook.error, webhook.error_at = error, int(time())
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
        update.is_going = False
        self._news.set()
        self.changed()
