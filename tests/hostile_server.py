"""A web server on loopback that answers with whatever bytes a test wants, and remembers what it was asked; no fixtures here."""

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from socket import SO_LINGER, SOL_SOCKET
from typing import Final, Self, TypeAlias

from bot.sources.fetch import DoorSettings

LOOPBACK: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_AUTHORITIES: Final = ssl.create_default_context()  # once: it reads a file of 200 kB
NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)


def clock() -> datetime:
    """The time for a `Door` whose answers carry dates."""
    return NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: `path` with its query, header names in lower case, `at` by the clock of the event loop."""

    path: str
    headers: Mapping[str, str]
    at: float


Answer: TypeAlias = bytes | Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
"""Raw bytes (the connection stays open unless they say `Connection: close`), or a coroutine function that writes them; then it is closed."""


def reply(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """An orderly answer; `Content_Type="…"` becomes `Content-Type: …`."""
    lines = [f"HTTP/1.1 {status} Whatever"] + [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if status not in {204, 304} and not any(name.lower() in {"content_length", "transfer_encoding"} for name in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection with an RST."""
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def door_settings(
    *,
    timeout_seconds: float = 20.0,
    per_host: int = 8,
    host_pause_seconds: float = 0.0,
    max_bytes: int = 10_000_000,
    max_wire_bytes: int = 5_000_000,
    tls: ssl.SSLContext | None = None,
    contact: str = "",
) -> DoorSettings:
    """A door that may ask loopback, and is in more of a hurry than one for the world."""
    return DoorSettings(
        version="0.0",
        contact=contact,
        timeout_seconds=timeout_seconds,
        per_host=per_host,
        host_pause_seconds=host_pause_seconds,
        max_bytes=max_bytes,
        max_wire_bytes=max_wire_bytes,
        allow_networks=LOOPBACK,
        tls=tls or _AUTHORITIES,
    )


class HostileServer:
    """`async with HostileServer({"/feed": reply(b"…")}) as server`: then `server.url("/feed")` answers, and `server.asked` tells.

    Answers may be changed at any time in `answers`, by path without query; other paths answer 404. `tls` makes it speak https.
    """

    def __init__(self, answers: Mapping[str, Answer] | None = None, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.answers: dict[str, Answer] = dict(answers or {})
        self.asked: list[Asked] = []
        self.connections = 0
        self.port = 0
        self._tls = tls
        self._host = host
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self._host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in (still := list(self._open)):
            task.cancel()
        await asyncio.gather(*still, return_exceptions=True)
        await self._server.wait_closed()
        await asyncio.sleep(0)

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The address of a path; `host` is another name for this server."""
        return f"{'https' if self._tls else 'http'}://{host or self._host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        try:
            while (asked := await _request(reader)) is not None:
                self.asked.append(asked)
                answer = self.answers.get(asked.path.partition("?")[0], reply(status=404))
                if not isinstance(answer, bytes):
                    await answer(asked, writer)
                    return
                writer.write(answer)
                await writer.drain()
                if b"connection: close" in answer.partition(b"\r\n\r\n")[0].lower():
                    return
        except (OSError, asyncio.LimitOverrunError, asyncio.CancelledError):
            return  # the other side, or the test, has had enough
        finally:
            self._open.discard(task)
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(path=first.split(" ")[1], headers=headers, at=asyncio.get_running_loop().time())
