"""Discord on loopback for tests: HTTP and gateway as its documentation has them, what everybody sees, and faults on demand."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

from aiohttp import web
from discord_api_faults import Fault, Faults, cut, excess, refusal, said, unknown_channel, unknown_message
from discord_api_form import body_of, fault_of, text_of
from discord_api_gateway import Gateway
from discord_api_interactions import Asked, told_of
from discord_api_world import ANNOUNCEMENTS, DM, FORUM, PUBLIC_THREAD, STAMP, TEXT, World, person

ME: Final = "1299999999999999999"
SESSIONS: Final = {"total": 1_000, "reset_after": 500, "max_concurrency": 1}
PATIENCE: Final = 10.0
ANSWER_SECONDS: Final = 3.0
WRITABLE: Final = frozenset((TEXT, DM, ANNOUNCEMENTS, PUBLIC_THREAD))
SHOWN: Final = frozenset(("content", "embeds", "components", "flags"))

Answer: TypeAlias = Awaitable[web.Response]
Route: TypeAlias = tuple[str, re.Pattern[str], Callable[..., Answer]]


@dataclass
class Call:
    """A request that arrived; `is_done` once it had its effect."""

    method: str
    path: str
    body: Any
    at: float
    is_done: bool = False


_COMMAND: Final = {"application_id": ME, "type": 1, "default_member_permissions": None, "options": []}
"""What Discord says of each command that was put, beside what it was told."""


class DiscordApi:
    """Serves one bot. `fault` breaks calls; `calls` holds what arrived; `world` what there is; `gateway` what is told.

    Each call takes `latency` seconds, half of them before it has an effect. A channel takes `messages_a_window` in `window_seconds`, as Discord's headers say; None for no limit.
    With `forgets_nonces` no message is known again, as some minutes later.
    """

    def __init__(self) -> None:
        self.token = ".".join(("MTI5OTk5OTk5OTk5OTk5OTk5OQ", "GzTest", "x" * 19 + "loopback" + "0" * 11))
        self.world = World(person(ME, "Slugline", is_bot=True))
        self.calls: list[Call] = []
        self.asked: list[Asked] = []
        self.faults = Faults()
        self.is_revoked = False
        self.sessions_left = 1_000
        self.messages_a_window: int | None = None
        self.window_seconds = 5.0
        self.latency = 0.0
        self.forgets_nonces = False
        self.gateway = Gateway(self._is_token, self._ready, self._greeting)
        self._sent: dict[str, list[float]] = {}
        self._routes = self._table()
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway/"

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.down()

    async def up(self) -> None:
        """Begin to answer, where it did before."""
        application = web.Application(client_max_size=2**24)
        application.router.add_get("/gateway/", self.gateway.serve)
        application.router.add_route("*", "/api/v10/{path:.*}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self.port or self._runner.addresses[0][1]

    async def down(self) -> None:
        """Be gone, as when the network is."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await self.gateway.drop()
            await runner.cleanup()

    def fault(self, method: str, path: str, kind: str, times: int = 1, *, skip: int = 0, seconds: float = 1.0) -> None:
        """Break calls whose path, below the base, matches a pattern; kinds as in `Fault`."""
        self.faults.waiting.append(Fault(method, path, kind, times, skip, seconds))

    async def until(self, is_so: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(within):
            while True:
                if is_so():
                    return
                await asyncio.sleep(0.01)

    def made(self, method: str, path: str) -> list[Call]:
        """Calls that arrived."""
        return [call for call in self.calls if call.method == method and re.fullmatch(path, call.path)]

    def texts(self, channel: dict[str, Any]) -> list[str]:
        """What is shown in a channel now, embeds below the text."""
        return [text_of(message) for message in self.world.messages[channel["id"]].values()]

    def picture(self) -> str:
        """Everything that anybody sees, for who reads a failed test."""
        return json.dumps(self.world.messages, indent=1, ensure_ascii=False)

    async def interact(self, kind: int, who: dict[str, Any], channel: dict[str, Any], data: dict[str, Any], **more: Any) -> Asked:
        """Let somebody use a command (2), press or choose (3), type into an option (4) or send a form (5)."""
        asked = Asked(
            self.world.new_id(), f"aW50ZXJhY3Rpb246{len(self.asked)}", channel["id"], _now(), ME, more.get("message", {}).get("id")
        )
        self.asked.append(asked)
        told = told_of(asked, kind, who, channel, data) | more
        await self.gateway.tell("INTERACTION_CREATE", told)
        return asked

    def _is_token(self, token: object) -> bool:
        return token == self.token and not self.is_revoked

    def _ready(self) -> dict[str, Any]:
        guilds = [{"id": guild, "unavailable": True} for guild in self.world.guilds]
        application = {"id": ME, "flags": 0}
        return {"v": 10, "user": self.world.me, "guilds": guilds, "resume_gateway_url": self.gateway_url, "application": application}

    def _greeting(self) -> list[tuple[str, Any]]:
        there = (guild for guild in self.world.guilds.values() if not guild.get("unavailable"))
        return [("GUILD_CREATE", self.world.whole(guild)) for guild in there]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        body = await body_of(request)
        call = Call(request.method, path, body, _now())
        self.calls.append(call)
        fault = self.faults.hit(request.method, path)
        if fault is None:
            await asyncio.sleep(self.latency / 2)
            answer = await self._answer(request, path, body)
            call.is_done = True
            await asyncio.sleep(self.latency / 2)
            return answer
        done = await self._answer(request, path, body) if fault.has_effect else None
        match fault.kind:
            case "reset before" | "reset after":
                cut(request)
                return web.Response()
            case "silent":
                await asyncio.sleep(fault.seconds)
                cut(request)
                return web.Response()
            case "slow":
                await asyncio.sleep(fault.seconds)
                assert done is not None
                return done
            case _:
                return Fault("", "", fault.kind.removesuffix(" after"), seconds=fault.seconds).answer()

    async def _answer(self, request: web.Request, path: str, body: Any) -> web.Response:
        is_open = path.startswith(("/interactions/", "/webhooks/"))
        if not is_open and not self._is_token(request.headers.get("Authorization", "").removeprefix("Bot ")):
            return refusal(401, 0, "401: Unauthorized")
        for method, pattern, answer in self._routes:
            if method == request.method and (found := pattern.fullmatch(path)) is not None:
                return await answer(*found.groups(), body)
        return refusal(404, 0, "404: Not Found")

    def _table(self) -> list[Route]:
        rows: list[tuple[str, str, Callable[..., Answer]]] = [
            ("GET", r"/users/@me", lambda _: _said(self.world.me)),
            ("POST", r"/users/@me/channels", self._open_private),
            ("GET", r"/(?:oauth2/)?applications/@me", lambda _: _said(self._application())),
            ("GET", r"/gateway/bot", lambda _: _said(self._sessions())),
            ("GET", r"/applications/\d+(?:/guilds/\d+)?/commands", lambda _: _said(self.world.commands)),
            ("PUT", r"/applications/\d+(?:/guilds/\d+)?/commands", self._put_commands),
            ("GET", r"/channels/(\d+)", self._get_channel),
            ("PATCH", r"/channels/(\d+)", self._change_channel),
            ("POST", r"/channels/(\d+)/messages", self._post_message),
            ("GET", r"/channels/(\d+)/messages", self._get_messages),
            ("GET", r"/channels/(\d+)/messages/(\d+)", self._get_message),
            ("PATCH", r"/channels/(\d+)/messages/(\d+)", self._change_message),
            ("DELETE", r"/channels/(\d+)/messages/(\d+)", self._remove_message),
            ("POST", r"/channels/(\d+)/messages/(\d+)/threads", self._thread_of_message),
            ("POST", r"/channels/(\d+)/threads", self._post),
            ("GET", r"/guilds/(\d+)", self._get_guild),
            ("GET", r"/guilds/(\d+)/threads/active", lambda guild, _: _said(self.world.active(guild))),
            ("GET", r"/guilds/(\d+)/members/(\d+)", self._get_member),
            ("POST", r"/interactions/(\d+)/([^/]+)/callback", self._callback),
            ("POST", r"/webhooks/\d+/([^/]+)", self._follow_up),
            ("GET", r"/webhooks/\d+/([^/]+)/messages/([^/]+)", self._webhook_get),
            ("PATCH", r"/webhooks/\d+/([^/]+)/messages/([^/]+)", self._webhook_change),
            ("DELETE", r"/webhooks/\d+/([^/]+)/messages/([^/]+)", self._webhook_remove),
        ]
        return [(method, re.compile(pattern), answer) for method, pattern, answer in rows]

    def _application(self) -> dict[str, Any]:
        owner = person("1299999999999999990", "Owner")
        about = {"name": "Slugline", "icon": None, "description": "", "bot_public": True, "bot_require_code_grant": False}
        return about | {"id": ME, "owner": owner, "verify_key": "0" * 64, "flags": 0, "team": None, "rpc_origins": [], "summary": ""}

    def _sessions(self) -> dict[str, Any]:
        return {"url": self.gateway_url, "shards": 1, "session_start_limit": SESSIONS | {"remaining": self.sessions_left}}

    async def _open_private(self, body: dict[str, Any]) -> web.Response:
        who = self.world.people.get(str(body["recipient_id"]))
        return refusal(400, 50033, "Invalid Recipient(s)") if who is None else await _said(self.world.private(who))

    async def _put_commands(self, body: list[dict[str, Any]]) -> web.Response:
        self.world.commands = [{**_COMMAND, "id": (number := self.world.new_id()), "version": number, **each} for each in body]
        return await _said(self.world.commands)

    async def _get_channel(self, channel: str, _: Any) -> web.Response:
        found = self.world.channels.get(channel)
        return unknown_channel() if found is None else await _said(found)

    async def _change_channel(self, channel: str, body: dict[str, Any]) -> web.Response:
        found = self.world.channels.get(channel)
        if found is None:
            return unknown_channel()
        about = found.get("thread_metadata", {})
        for name, value in body.items():
            (about if name in about else found)[name] = value
        return await _said(found)

    async def _post_message(self, channel: str, body: dict[str, Any]) -> web.Response:
        if channel not in self.world.channels:
            return unknown_channel()
        if self.world.channels[channel]["type"] not in WRITABLE:
            return refusal(400, 50008, "Cannot send messages in a non-text channel")
        if (headers := self._window(channel)) is None:
            return excess(self._rest(channel), bucket="messages")
        if (fault := fault_of(body)) is not None:
            return fault
        nonce = str(body.get("nonce") or "")
        known = self.world.nonces.get((channel, nonce)) if nonce and body.get("enforce_nonce") and not self.forgets_nonces else None
        if known is not None and known in self.world.messages[channel]:
            return await _said(self.world.messages[channel][known], headers)
        # A thread that is archived opens when somebody writes.
        self.world.channels[channel].get("thread_metadata", {})["archived"] = False
        message = self.world.message(channel, body)
        if nonce:
            self.world.nonces[channel, nonce] = message["id"]
        return await _said(message, headers)

    def _window(self, channel: str) -> dict[str, str] | None:
        """Count a message; None when the channel takes none now."""
        if self.messages_a_window is None:
            return {}
        now = _now()
        sent = self._sent[channel] = [at for at in self._sent.get(channel, ()) if now - at < self.window_seconds]
        if len(sent) >= self.messages_a_window:
            return None
        sent.append(now)
        left = self.messages_a_window - len(sent)
        bucket = {"X-RateLimit-Bucket": "messages", "X-RateLimit-Limit": str(self.messages_a_window), "X-RateLimit-Remaining": str(left)}
        return bucket | {"X-RateLimit-Reset-After": f"{self._rest(channel):.3f}", "Via": "1.1 google"}

    def _rest(self, channel: str) -> float:
        return max(0.001, self._sent[channel][0] + self.window_seconds - _now())

    async def _get_messages(self, channel: str, _: Any) -> web.Response:
        """The newest hundred; nobody here asks for older ones."""
        if channel not in self.world.channels:
            return unknown_channel()
        newest = sorted(self.world.messages.get(channel, {}).values(), key=lambda message: -int(message["id"]))[:100]
        return await _said([{**message, "nonce": None} for message in newest])

    async def _get_message(self, channel: str, message: str, _: Any) -> web.Response:
        found = self.world.messages.get(channel, {}).get(message)
        return unknown_message() if found is None else await _said(found)

    async def _change_message(self, channel: str, message: str, body: dict[str, Any]) -> web.Response:
        if channel not in self.world.channels:
            return unknown_channel()
        if self.world.channels[channel].get("thread_metadata", {}).get("archived"):
            return refusal(400, 50083, "Thread is archived")
        if (found := self.world.messages[channel].get(message)) is None:
            return unknown_message()
        if (fault := fault_of(found | body)) is not None:
            return fault
        return await _said(self._changed(found, body))

    def _changed(self, message: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        message.update({name: value or ("" if name == "content" else []) for name, value in body.items() if name in SHOWN})
        message["edited_timestamp"] = STAMP
        self.world.shown.append(dict(message))
        return message

    async def _remove_message(self, channel: str, message: str, _: Any) -> web.Response:
        gone = self.world.messages.get(channel, {}).pop(message, None)
        return unknown_message() if gone is None else web.Response(status=204)

    async def _thread_of_message(self, channel: str, message: str, body: dict[str, Any]) -> web.Response:
        if message in self.world.channels:
            return refusal(400, 160004, "A thread has already been created for this message")
        if message not in self.world.messages.get(channel, {}):
            return unknown_message()
        return await _said(self.world.thread(self.world.channels[channel], body["name"], message))

    async def _post(self, channel: str, body: dict[str, Any]) -> web.Response:
        parent = self.world.channels.get(channel)
        if parent is None or parent["type"] != FORUM:
            return unknown_channel()
        if (fault := fault_of(body["message"])) is not None:
            return fault
        thread = self.world.thread(parent, body["name"])
        return await _said(thread | {"message": self.world.message(thread["id"], body["message"], thread["id"])})

    async def _get_guild(self, guild: str, _: Any) -> web.Response:
        return await _said(self.world.guilds[guild]) if guild in self.world.guilds else refusal(404, 10004, "Unknown Guild")

    async def _get_member(self, guild: str, who: str, _: Any) -> web.Response:
        found = self.world.me if who == ME else self.world.people.get(who)
        if guild not in self.world.guilds or found is None:
            return refusal(404, 10007, "Unknown Member")
        return await _said({"user": found, "roles": [], "joined_at": STAMP, "deaf": False, "mute": False, "flags": 0})

    async def _callback(self, number: str, token: str, body: dict[str, Any]) -> web.Response:
        asked = next((one for one in self.asked if one.id == number and one.token == token), None)
        if asked is None or _now() - asked.at > ANSWER_SECONDS:
            return refusal(404, 10062, "Unknown interaction")
        if asked.callback is not None:
            return refusal(400, 40060, "Interaction has already been acknowledged.")
        data = body.get("data") or {}
        pressed = self.world.messages[asked.channel].get(asked.message or "")
        shown = data if body["type"] == 4 else pressed | data if body["type"] == 7 and pressed is not None else None
        if shown is not None and (fault := fault_of(shown)) is not None:
            return fault
        asked.callback = body
        message: dict[str, Any] | None = None
        if body["type"] in {4, 5}:
            message = self.world.message(asked.channel, data if body["type"] == 4 else {"flags": data.get("flags", 0) | 128})
            asked.original = message["id"]
        elif pressed is not None:
            asked.original = pressed["id"]
            message = self._changed(pressed, data) if body["type"] == 7 else None
        about = {"id": number, "type": 2, "response_message_id": asked.original}
        return await _said({"interaction": about, "resource": {"type": body["type"], "message": message}})

    def _of(self, token: str) -> Asked | None:
        return next((one for one in self.asked if one.token == token and one.callback is not None), None)

    async def _follow_up(self, token: str, body: dict[str, Any]) -> web.Response:
        if (asked := self._of(token)) is None:
            return refusal(404, 10015, "Unknown Webhook")
        if (fault := fault_of(body)) is not None:
            return fault
        promised = self.world.messages[asked.channel].get(asked.original or "", {})
        if promised.get("flags", 0) & 128:  # The first word after a promise is what was promised, seen by whom it was promised to.
            promised["flags"] &= ~128
            return await _said(self._changed(promised, body))
        return await _said(self.world.message(asked.channel, body))

    def _found(self, token: str, message: str) -> tuple[dict[str, dict[str, Any]], str] | None:
        asked = self._of(token)
        number = (asked.original if message == "@original" else message) if asked is not None else None
        if asked is None or number is None or number not in self.world.messages[asked.channel]:
            return None
        return self.world.messages[asked.channel], number

    async def _webhook_get(self, token: str, message: str, _: Any) -> web.Response:
        found = self._found(token, message)
        return unknown_message() if found is None else await _said(found[0][found[1]])

    async def _webhook_change(self, token: str, message: str, body: dict[str, Any]) -> web.Response:
        if (found := self._found(token, message)) is None:
            return unknown_message()
        shown = found[0][found[1]]
        shown["flags"] &= ~128
        return fault_of(shown | body) or await _said(self._changed(shown, body))

    async def _webhook_remove(self, token: str, message: str, _: Any) -> web.Response:
        if (found := self._found(token, message)) is None:
            return unknown_message()
        del found[0][found[1]]
        return web.Response(status=204)


async def _said(body: Any, headers: dict[str, str] | None = None) -> web.Response:
    return said(body, headers=headers or {})


def _now() -> float:
    return asyncio.get_running_loop().time()
