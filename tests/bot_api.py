"""Telegram for tests: a server of the Bot API on loopback, whose users tests play; see `bot_api_world` for what it is made of.

    async with BotApi() as api:
        ada = api.person("Ada")
        api.say(ada, "/start")                                  # the bot under test polls api.url with api.token
        card = await api.message(ada, "Welcome")                # waits until Ada sees it
        press = await api.press(card, "Settings").answered()    # by label or by callback data

Everything that plays a user (see `bot_api_people`: person, group, channel, topic, say, rewrite, locate, share_chat, press, inline, delete,
add_bot, remove_bot, block, unblock, deactivate, migrate, …) returns at once; what follows is waited for with `message`, `until`, `called`
or `answered`. Checks and their words follow telegram-bot-api (github.com/tdlib/telegram-bot-api), texts are parsed by TDLib itself.

`python tests/bot_api.py --port 8081` serves it for trying by hand: lines typed are said by somebody called Ada.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from bot_api_faults import Fault, Faults, chat_of, cut, page
from bot_api_messages import FILE_LIMIT, Messages, own
from bot_api_people import People
from bot_api_places import Method, Places
from bot_api_profile import Profile, scope_key
from bot_api_query import Query, query_of
from bot_api_updates import Updates
from bot_api_world import Call, Chat, Json, Message, Refused, Send, User, World

TOKEN = "123456789:AAinventedTokenOfTheTestsDoNotUse0001"


class BotApi(People):
    """One bot's Telegram. Chats, users and messages are given as the objects of `bot_api_world`.

    `url` is what `base_url` of our configuration wants ("http://127.0.0.1:PORT"), `token` a token it takes; any other gets 401.
    `latency` seconds pass before each answer (half before the call has an effect, half after), getUpdates excepted.
    """

    def __init__(self, *, token: str = TOKEN, username: str = "slugline_test_bot", port: int = 0, latency: float = 0.0) -> None:
        bot = User(int(token.partition(":")[0]), "Slugline", username, None, is_bot=True)
        self.token = token
        self.bot = bot
        self.latency = latency
        self.port = port
        self._updates = Updates(self._changed)
        self._places = Places(World(bot, {bot.id: bot}), self._updates)
        self._messages = Messages(self._places)
        self._profile = Profile(self._places)
        super().__init__(self._places, self._updates, self._messages.asked, self.until)
        self._faults = Faults()
        self._is_revoked = False
        self._server: web.Server | None = None
        self._socket: asyncio.Server | None = None
        self._tick: asyncio.Future[None] | None = None
        self._methods: Mapping[str, Method] = {
            **self._places.methods(),
            **self._messages.methods(),
            **self._profile.methods(),
            "setWebhook": self._updates.set_webhook,
            "deleteWebhook": self._updates.set_webhook,
            "getWebhookInfo": lambda _: self._updates.webhook_info(),
        }
        self._names = {name.lower(): name for name in (*self._methods, "getUpdates")}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # -- the server

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()
        await self._updates.close()

    async def start(self) -> None:
        """Listen; the second time at the port of the first: what happened before is remembered."""
        self._server = web.Server(self._serve, request_factory=_request, handler_cancellation=True, access_log=None)
        self._socket = await asyncio.get_running_loop().create_server(self._server, "127.0.0.1", self.port)
        self.port = self._socket.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections and cut those there are, until `start`."""
        if self._socket is None or self._server is None:
            return
        self._socket.close()
        for connection in self._server.connections:
            if connection.transport is not None:
                connection.transport.abort()
        await self._server.shutdown(1)
        await self._socket.wait_closed()
        self._socket = self._server = None

    def revoke(self) -> None:
        """Let every call be answered with 401 from now on."""
        self._is_revoked = True

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._answer(request)
        except Refused as refusal:
            return _error(refusal)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        root, _, path = request.path.lstrip("/").partition("/")
        is_file = root == "file"
        if is_file:
            root, _, path = path.partition("/")
        if not root.startswith("bot") or ":" not in root:
            raise Refused(404, "Not Found")
        if root.removeprefix("bot") != self.token or self._is_revoked:
            raise Refused(401, "Unauthorized")
        if is_file:
            content = next((content for name, content in self.world.files.values() if name == path), None)
            return web.Response(body=content) if content is not None else web.Response(status=404)
        if (method := self._names.get(path.lower())) is None:
            raise Refused(404, "Not Found: method not found")
        query = await query_of(request, method)
        call = Call(method, query.decoded(), asyncio.get_running_loop().time())
        self.world.calls.append(call)
        try:
            return await self._meet(request, query, call)
        finally:
            self._done(call)

    async def _meet(self, request: web.BaseRequest, query: Query, call: Call) -> web.StreamResponse:
        """Let the call have its fate: its latency, its fault, its effect."""
        latency = 0 if query.method == "getUpdates" else self.latency / 2
        await asyncio.sleep(latency)
        fault = self._faults.hit(query, chat_of(call.parameters))
        response: web.Response | None = None
        if fault is not None and not fault.has_effect:
            if (error := fault.error()) is not None:
                refusal = Refused(error[0], error[1], **error[2])
                call.status = refusal.status
                if fault.kind in {"502", "504"}:
                    return page(refusal.status)
                response = _error(refusal)
        else:
            response = await self._do(query, call)
            self._done(call)
        if response is None or (fault is not None and fault.kind.endswith(" after")):
            self._done(call)
            call.status = call.answer = None
            assert fault is not None
            if fault.kind.startswith("reset"):
                cut(request)
            await asyncio.Event().wait()  # until the client goes away, or this server does
            raise AssertionError("nobody sets this event")
        await asyncio.sleep(latency + (fault.seconds if fault is not None and fault.kind == "slow" else 0))
        if fault is not None and fault.kind == "garbage":
            return web.Response(body=b"<html>not JSON", content_type="text/html")
        return response

    async def _do(self, query: Query, call: Call) -> web.Response:
        try:
            result = await self._updates.get(query) if query.method == "getUpdates" else self._methods[query.method](query)
        except Refused as refusal:
            call.status, call.answer = refusal.status, {"description": refusal.description, "parameters": refusal.parameters}
            return _error(refusal)
        call.status, call.answer = 200, {"result": result}
        return _response(200, {"ok": True, "result": result})

    def _done(self, call: Call) -> None:
        call.is_done = True
        self._changed()

    # -- looking

    def messages(self, place: Chat | User, thread: int | None = None) -> list[Message]:
        """What a chat shows now of the bot's, oldest first; deleted ones are gone."""
        return own(self._chat(place), thread)

    def calls(self, method: str | None = None) -> list[Call]:
        """The requests of the bot, oldest first (getUpdates only when asked for by name)."""
        return [call for call in self.world.calls if (call.method == method if method else call.method != "getUpdates")]

    @property
    def sends(self) -> list[Send]:
        """Accepted messages and edits with their times, for limits: `exceeded([one.at for one in api.sends], most=30, span=1.0)`."""
        return self.world.sends

    @property
    def is_polled(self) -> bool:
        """Whether a getUpdates waits now."""
        return self._updates.poll is not None

    @property
    def unconfirmed(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._updates.waiting)

    @property
    def newest(self) -> int:
        """The update_id of the newest update there is for the bot; -1 without one."""
        return self._updates.waiting[-1].id if self._updates.waiting else -1

    def commands(self, scope: Json | None = None, language: str = "") -> list[Json]:
        """The menu as setMyCommands left it for a scope, {"type": "default"} when None."""
        return self._profile.commands.get((scope_key(scope or {"type": "default"}), language), [])

    def about(self, kind: str, language: str = "") -> str:
        """The "Name", "Description" or "ShortDescription" that people with a language see."""
        return self._profile.text(kind, language)

    def menu_button(self, user: User | None = None) -> Json:
        """The button beside the text field, of one person or of everybody."""
        return self._profile.buttons.get(user.id if user else 0, {"type": "commands"})

    # -- waiting (on the real clock; an AssertionError shows what there was instead)

    async def until(self, holds: Callable[[], object], within: float = 10) -> None:
        """Wait until something holds; looked at after every call of the bot, and now and then."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while not holds():
            left = end - loop.time()
            if left <= 0:
                raise AssertionError(f"it did not happen within {within} s\n{self.picture()}")
            self._tick = self._tick or loop.create_future()
            await asyncio.wait({self._tick}, timeout=min(left, 0.05))

    async def message(self, place: Chat | User, text: str, *, within: float = 10) -> Message:
        """Wait for the newest message of the bot's in a chat that contains the text."""
        await self.until(lambda: any(text in one.text for one in self.messages(place)), within)
        return next(one for one in reversed(self.messages(place)) if text in one.text)

    async def called(self, method: str, times: int = 1, *, within: float = 10) -> Sequence[Call]:
        """Wait until the bot has called a method so often in all, and the calls have had their effect."""
        await self.until(lambda: sum(call.is_done for call in self.calls(method)) >= times, within)
        return self.calls(method)

    def picture(self) -> str:
        """What all chats show, and the last calls, to be read when a test fails."""
        shown = [
            f"{chat.title or (chat.user.first_name if chat.user else '')} #{one.id}: {one.text!r} {one.labels or ''}"
            for chat in self.world.chats.values()
            for one in chat.shown.values()
        ]  # fmt: skip
        calls = [f"{call.method} -> {call.status}: {(call.answer or {}).get('description', '')}" for call in self.world.calls[-15:]]
        return "\n".join(["shown:", *shown, "last calls:", *calls])

    # -- faults

    def fault(self, method: str, kind: str, times: int = 1, *, chat: Chat | User | None = None, skip: int = 0, seconds: float = 1) -> None:
        """Let the next `times` calls of a method ("*": of any but getUpdates) go wrong, `skip` calls from now, of one chat or of all.

        Kinds: "429" (retry_after = `seconds`); "flood" (429 to every call until `seconds` after the first); "500", "502", "504" (of the
        last two an HTML page of the machine in front); "reset before", "reset after" (the connection is cut, before or after the call
        took effect); "timeout before", "timeout after" (no answer ever comes); "slow" (answered `seconds` later); "garbage" (200 with no
        JSON); or any error as the Bot API words it: "400 Bad Request: TOPIC_CLOSED", "403 Forbidden: bot was kicked from the group chat".
        """
        if method != "*" and method.lower() not in self._names:
            raise ValueError(f"there is no method called {method!r}")
        where = self._chat(chat).id if chat is not None else None
        self._faults.add(Fault(method, kind, times, where, skip, seconds))

    def heal(self) -> None:
        """Forget all faults that have not happened."""
        self._faults.waiting.clear()

    def _chat(self, place: Chat | User) -> Chat:
        return place if isinstance(place, Chat) else self.private(place)

    def _changed(self) -> None:
        if self._tick is not None and not self._tick.done():
            self._tick.set_result(None)
        self._tick = None


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: asyncio.Task[None]) -> web.BaseRequest:
    """As aiohttp makes it, but with room for documents."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=FILE_LIMIT + (1 << 20))


def _response(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json", headers=headers)


def _error(refusal: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    body |= {"parameters": refusal.parameters} if refusal.parameters else {}
    after = refusal.parameters.get("retry_after")
    return _response(refusal.status, body, {"Retry-After": str(after)} if after else None)


if __name__ == "__main__":
    from bot_api_console import main

    main()
