"""The door at which Telegram knocks when it brings updates itself: who may, and how it is answered; what it brings is read elsewhere."""

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from bot.core.errors import SluglineError
from bot.platforms.telegram.settings import Webhook
from bot.platforms.telegram.wire import Json

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"

GRACE_SECONDS: Final = 3.0
"""How long an update that is being taken may take when we end. Guess."""


@asynccontextmanager
async def listening(webhook: Webhook, take: Callable[[Json], Awaitable[None]]) -> AsyncIterator[None]:
    """Listen, and hand on what comes from who knows the secret; it is confirmed once it was taken.

    Raises SluglineError when nothing can listen there.
    """

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, webhook.secret.encode()):
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400)
        if not isinstance(update, dict):
            return web.Response(status=400)
        await take(update)
        return web.Response()

    application = web.Application()
    application.router.add_post(webhook.path, receive)
    # Lines about each request would fill the log.
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, webhook.host, webhook.port).start()
    except OSError as error:
        await runner.cleanup()
        place = f"{webhook.host}:{webhook.port}"
        raise SluglineError(
            f"Nothing can listen for Telegram at {place} ({error.strerror}): another program is there, perhaps another Slugline, or the "
            "address is not of this machine. Change telegram.webhook_host or telegram.webhook_port, or end the other program."
        ) from error
    try:
        yield
    finally:
        await runner.cleanup()
