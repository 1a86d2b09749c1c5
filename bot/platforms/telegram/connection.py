"""The line to Telegram: updates come in by long polling or a webhook, each handed on before it is confirmed; answers go out elsewhere."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final, TypeAlias, TypeVar

import structlog
from telegram import Update, WebhookInfo
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.core.errors import ConfigurationError, SluglineError
from bot.platforms.telegram.settings import Webhook
from bot.platforms.telegram.webhook import listening
from bot.platforms.telegram.wire import Json, TelegramBot, refused_token

log = structlog.get_logger(__name__)

T = TypeVar("T")

Receive: TypeAlias = Callable[[Update], Awaitable[None]]
"""Takes an update; what it raises is a fault of ours."""

WANTED: Final = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""Kinds of updates that somebody here reads. Telegram remembers the list, so it is said each time."""

POLL_SECONDS: Final = 30
"""How long Telegram holds a question for updates. Guess: routers forget connections that are quiet for longer."""

YOUNG_SECONDS: Final = 30.0
"""A conflict so soon after the first question means that another program was first. Guess: it asks anew at once, and that ends ours."""

CONFLICT_SECONDS: Final = 60.0
"""For so long whoever was first bears with a second one. Guess: one that ends, or that was started by mistake, takes seconds."""

FORGIVEN_SECONDS: Final = POLL_SECONDS + 10.0
"""After so long without another conflict, it is over: a question of full length went undisturbed."""

FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_WAIT_SECONDS: Final = 30.0
"""Between two tries while Telegram does not answer, twice as long each time. Guess: nobody minds half a minute after an outage."""

LOOK_SECONDS: Final = 60.0
"""How often Telegram is asked how it fares with the webhook. Guess."""

REMEMBERED: Final = 1_000
"""Updates that are recognised when Telegram brings them once more, because the line broke before it heard that they were taken. Guess."""

LAST_WORDS_SECONDS: Final = 1.0
"""How long a question needs to reach Telegram, which then knows what was taken; its answer does not matter when we end. Guess."""


class Connection:
    """Hands each update to `receive`, in order; with `webhook` Telegram brings them, without, they are asked for.

    `introduce` is done once Telegram has answered, beside everything else.
    """

    def __init__(
        self, bot: TelegramBot, receive: Receive, *, webhook: Webhook | None = None, introduce: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._bot = bot
        self._receive = receive
        self._webhook = webhook
        self._introduce = introduce
        self.was_accepted = False
        self._line = _Line()
        self._rivals = Rivals()
        self._offset = 0
        self._question = 0, float("-inf")
        self._has_lost_webhook = False
        self._told: str | None = None
        self._recent: deque[object] = deque(maxlen=REMEMBERED)

    async def run(self) -> None:
        """Receive until cancelled.

        Raises:
            ConfigurationError: Telegram refuses the token or the address of the webhook.
            SluglineError: another program receives for the same bot, or nothing can listen where the webhook should.
        """
        await self._insist(self._bot.initialize)
        self.was_accepted = True
        try:
            async with asyncio.TaskGroup() as tasks:
                if self._introduce is not None:
                    tasks.create_task(_awaited(self._introduce))
                tasks.create_task(self._poll() if self._webhook is None else self._serve(self._webhook))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures

    async def _poll(self) -> None:
        await self._insist(self._bot.delete_webhook)
        self._rivals.begin(_time())
        try:
            while True:
                for update in await self._asked():
                    await self._take(update)
                    self._offset = update["update_id"] + 1
        except asyncio.CancelledError:
            # Not when we give way: a question of ours would disturb the other one.
            await self._confirm()
            raise

    async def _confirm(self) -> None:
        """Tell Telegram what was taken, unless a question that has long arrived says so."""
        offset, asked_at = self._question
        if not self._offset or (self._offset == offset and _time() - asked_at > LAST_WORDS_SECONDS):
            return
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._bot.raw_updates(offset=self._offset, seconds=0, kinds=WANTED)

    async def _asked(self) -> list[Json]:
        """Ask until Telegram answers, and give what is new."""
        while True:
            self._question = self._offset, _time()
            try:
                updates = await self._bot.raw_updates(offset=self._offset, seconds=POLL_SECONDS, kinds=WANTED)
            except Conflict as error:
                self._rivals.disturb(error.message, _time())
                await asyncio.sleep(FIRST_WAIT_SECONDS)
            except TelegramError as error:
                await self._line.failed(error)
            else:
                self._line.answered()
                return updates

    async def _serve(self, webhook: Webhook) -> None:
        async with listening(webhook, self._take_once):
            await self._set(webhook)
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                await self.look(webhook)

    async def look(self, webhook: Webhook) -> None:
        """See whether Telegram still calls us, and succeeds; raises SluglineError when another program insists on being called."""
        info: WebhookInfo = await self._insist(self._bot.get_webhook_info)
        if info.url != webhook.url:
            if self._has_lost_webhook:
                raise SluglineError(_second("Telegram brings them to another place"))
            self._has_lost_webhook = True
            log.error("Another program has taken the webhook of this bot away; it is set again, once.")
            await self._set(webhook)
        elif info.last_error_message not in {None, self._told}:
            self._told = info.last_error_message
            log.warning("Telegram cannot bring its updates.", url=webhook.url, reason=info.last_error_message)

    async def _set(self, webhook: Webhook) -> None:
        async def set_it() -> bool:
            return await self._bot.set_webhook(webhook.url, allowed_updates=WANTED, secret_token=webhook.secret)

        try:
            await self._insist(set_it)
        except BadRequest as error:
            raise ConfigurationError(f"Telegram does not take telegram.webhook_url ({webhook.url}): {error.message}") from None

    async def _take_once(self, update: Json) -> None:
        number = update.get("update_id")
        if number not in self._recent:
            await self._take(update)
            self._recent.append(number)

    async def _take(self, raw: Json) -> None:
        """Hand an update on; one that is not as we know them, or that we fail on, is told and passed over, or it would come for ever."""
        try:
            await self._receive(Update.de_json(raw, self._bot))
        except Exception:
            log.exception("An update could not be taken.", update=raw.get("update_id"))

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call until Telegram answers. Raises BadRequest and ConfigurationError."""
        while True:
            try:
                result = await call()
            except BadRequest:
                raise
            except TelegramError as error:
                await self._line.failed(error)
            else:
                self._line.answered()
                return result


class _Line:
    """Whether Telegram answers, told once when it ends and once when it does again."""

    def __init__(self) -> None:
        self._failures = 0

    def answered(self) -> None:
        if self._failures:
            log.warning("Telegram answers again.", tries=self._failures)
        self._failures = 0

    async def failed(self, error: TelegramError) -> None:
        """Wait before another try; raises ConfigurationError when there is no use in it."""
        if isinstance(error, InvalidToken) and error.__cause__ is None:
            raise ConfigurationError(refused_token()) from None
        if not self._failures:
            log.warning("Telegram does not answer; Slugline keeps asking.", reason=error.message)
        wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * (1 << min(self._failures, 20)))
        self._failures += 1
        if isinstance(error, RetryAfter):
            asked = error.retry_after
            wait = max(wait, asked.total_seconds() if isinstance(asked, timedelta) else asked)
        await asyncio.sleep(wait)


class Rivals:
    """Whether another program asks for the updates of the same bot, and who gives way: whoever came last, at once; the first, in the end.

    Telegram ends the older of two questions, so each of two programs disturbs the other.
    """

    def __init__(self) -> None:
        self._began_at = 0.0
        self._since = self._last = float("-inf")

    def begin(self, now: float) -> None:
        """Note when the first question is asked; times are the loop's."""
        self._began_at = now

    def disturb(self, words: str, now: float) -> None:
        """Tell the operator once; raises SluglineError when it is for us to give way."""
        if now - self._began_at < YOUNG_SECONDS:
            raise SluglineError(_second(words))
        if now - self._last > FORGIVEN_SECONDS:
            self._since = now
            log.error("Another program asks for the messages of this bot too; it should end, or use a bot of its own.", reason=words)
        elif now - self._since >= CONFLICT_SECONDS:
            raise SluglineError(_second(words))
        self._last = now


def _second(words: str) -> str:
    return (
        f"Another program receives the messages of this bot ({words}). Only one can: end the other one, or give this one a bot of its own "
        "with a token from @BotFather."
    )


async def _awaited(step: Callable[[], Awaitable[None]]) -> None:
    await step()


def _time() -> float:
    return asyncio.get_running_loop().time()
