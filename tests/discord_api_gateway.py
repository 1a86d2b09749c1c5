"""The gateway of the Discord of the tests: sessions, heartbeats, and events that are told again to who resumes (Gateway)."""

import asyncio
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from discord_api_faults import cut

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11

DEAF_SECONDS = 60.0  # longer than any test lasts


class Socket:
    """One connection, which compresses as it was asked to."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.request = request
        self.session: Session | None = None
        self._deflate = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    async def send(self, op: int, data: Any = None, **more: Any) -> None:
        text = json.dumps({"op": op, "d": data, "s": None, "t": None, **more})
        if self._deflate is None:
            await self.ws.send_str(text)
        else:
            await self.ws.send_bytes(self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH))


@dataclass
class Session:
    """What one client was told, so that what it missed can be told again."""

    id: str
    socket: Socket | None
    events: list[tuple[int, str, Any]] = field(default_factory=list)
    is_valid: bool = True


@dataclass
class Gateway:
    """Told is what `greeting` says and what `tell` is given. `received` holds what clients said, without tokens."""

    is_token: Callable[[object], bool]
    ready: Callable[[], dict[str, Any]]
    greeting: Callable[[], list[tuple[str, Any]]]
    heartbeat_seconds: float = 40.0
    is_zombie: bool = False  # takes heartbeats and says nothing any more
    is_deaf: bool = False  # reads nothing any more, not even a goodbye
    is_shut: bool = False  # lets nobody in
    closes_with: list[int] = field(default_factory=list)  # codes with which the next that identify or resume are sent away
    received: list[tuple[int, Any]] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    goodbyes: list[int | None] = field(default_factory=list)  # codes with which connections ended
    sockets: set[Socket] = field(default_factory=set)

    def said(self, op: int) -> list[Any]:
        """What clients said of a kind."""
        return [data for each, data in self.received if each == op]

    @property
    def heard(self) -> list[Session]:
        """Sessions with somebody at the other end."""
        return [session for session in self.sessions if session.socket is not None and not session.socket.ws.closed]

    async def tell(self, event: str, data: Any) -> None:
        """Tell every session; one that is away is told when it resumes."""
        for session in self.sessions:
            if session.is_valid:
                await self._tell(session, event, data)

    async def _tell(self, session: Session, event: str, data: Any) -> None:
        session.events.append((len(session.events) + 1, event, data))
        await self._send(session, *session.events[-1])

    async def _send(self, session: Session, number: int, event: str, data: Any) -> None:
        if session.socket is not None and not session.socket.ws.closed and not self.is_zombie:
            await session.socket.send(DISPATCH, data, s=number, t=event)

    async def drop(self, code: int | None = None) -> None:
        """Close all connections with a code, or cut them."""
        for socket in list(self.sockets):
            await self._leave(socket, code)

    async def _leave(self, socket: Socket, code: int | None) -> None:
        if socket.session is not None:
            socket.session.socket = None
        if code is not None:
            await socket.ws.close(code=code)
        else:
            cut(socket.request)

    async def ask_to_reconnect(self) -> None:
        """Let clients come back, as when Discord moves them to another server."""
        for session in self.heard:
            assert session.socket is not None
            await session.socket.send(RECONNECT)

    async def invalidate(self, *, is_resumable: bool = False) -> None:
        """Tell clients that their session is not valid any more."""
        for session in self.heard:
            session.is_valid = is_resumable
            assert session.socket is not None
            await session.socket.send(INVALID_SESSION, is_resumable)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Talk with a client until it goes."""
        if self.is_shut:
            return web.Response(status=503)
        ws = web.WebSocketResponse(timeout=0.5)
        await ws.prepare(request)
        socket = Socket(ws, request)
        self.sockets.add(socket)
        try:
            await socket.send(HELLO, {"heartbeat_interval": self.heartbeat_seconds * 1_000})
            async for message in ws:
                if self.is_deaf:
                    await asyncio.sleep(DEAF_SECONDS)
                if message.type is WSMsgType.TEXT:
                    await self._take(socket, json.loads(message.data))
        except ConnectionError:
            await asyncio.sleep(0)
        finally:
            self.sockets.discard(socket)
            self.goodbyes.append(ws.close_code)
            if socket.session is not None and socket.session.socket is socket:
                socket.session.socket = None
        return ws

    async def close(self) -> None:
        """Send everybody away."""
        await self.drop(WSCloseCode.GOING_AWAY)

    async def _take(self, socket: Socket, said: dict[str, Any]) -> None:
        op, data = said["op"], said["d"]
        kept = {name: value for name, value in data.items() if name != "token"} if isinstance(data, dict) else data
        self.received.append((op, kept))
        if op == HEARTBEAT:
            if not self.is_zombie:
                await socket.send(ACK)
        elif op in {IDENTIFY, RESUME}:
            if self.closes_with:
                await self._leave(socket, self.closes_with.pop(0))
            elif not self.is_token(data["token"]):
                await self._leave(socket, 4004)
            elif op == IDENTIFY:
                await self._begin(socket)
            else:
                await self._resume(socket, data)
        else:
            await self._leave(socket, 4001)

    async def _begin(self, socket: Socket) -> None:
        session = Session(f"session{len(self.sessions)}", socket)
        socket.session = session
        self.sessions.append(session)
        await self._tell(session, "READY", self.ready() | {"session_id": session.id})
        for event, data in self.greeting():
            await self._tell(session, event, data)

    async def _resume(self, socket: Socket, data: dict[str, Any]) -> None:
        session = next((one for one in self.sessions if one.id == data["session_id"] and one.is_valid), None)
        if session is None:
            await socket.send(INVALID_SESSION, data=False)
            return
        session.socket = socket
        socket.session = session
        for event in session.events[int(data["seq"] or 0) :]:
            await self._send(session, *event)
        await self._tell(session, "RESUMED", {})
