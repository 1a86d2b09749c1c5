"""Feeds of our own on loopback, for tests of what follows an answer: each has a host of its own (127.0.0.0/8), a body and a mood that tests set.

Raw hostility at the level of bytes is in `hostile_server`.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from socket import AF_INET, AddressFamily
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from aiohttp.abc import AbstractResolver, ResolveResult


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry of an invented feed."""

    title: str
    text: str = "The mayor of Quillon opened the bridge that the town had waited for since the flood, and hundreds came to see it."
    guid: str | None = None
    link: str | None = None
    published: datetime | None = None


def rss(items: Sequence[Item], *, title: str = "The Quillon Courier", site: str = "https://courier.example/", more: str = "") -> bytes:
    """Write a feed."""

    def one(item: Item) -> str:
        parts = [f"<title>{escape(item.title)}</title>", f"<description>{escape(item.text)}</description>"]
        parts += [f'<guid isPermaLink="false">{escape(item.guid)}</guid>'] if item.guid else []
        parts += [f"<link>{escape(item.link)}</link>"] if item.link else []
        parts += [f"<pubDate>{format_datetime(item.published)}</pubDate>"] if item.published else []
        return f"<item>{''.join(parts)}</item>"

    head = f"<title>{escape(title)}</title><link>{escape(site)}</link><description>News</description>{more}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{"".join(map(one, items))}</channel></rss>'.encode()


@dataclass
class Served:
    """How one address answers; `asked` are the headers of each request, lower case.

    `validators` makes the server answer 304 to who knows the body. `silent` lets it take connections and say nothing.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: bool = True
    silent: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, asked: Mapping[str, str]) -> bytes:
        """Give the bytes of the whole answer."""
        tag = f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'
        status, body, headers = self.status, self.body, {"Content-Type": "application/rss+xml", **self.headers}
        if status == 200 and self.validators:
            headers["ETag"] = tag
            if asked.get("if-none-match") == tag:
                status = 304
        body = b"" if status == 304 else body
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items()), f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


class Names(AbstractResolver):
    """Knows every name there is: all of them are this machine."""

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        """Answer for any name."""
        del family
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is open."""


class FeedServer:
    """Serves `feeds` by their paths until the context is left; an address that is not there gets 404."""

    def __init__(self, feeds: Mapping[str, Served] | None = None) -> None:
        self.feeds: dict[str, Served] = dict(feeds or {})
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def start(self) -> None:
        """Listen; the second time at the port of the first."""
        self._server = await asyncio.start_server(self._accept, "0.0.0.0", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, and cut all connections."""
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    def url(self, path: str, *, host: int = 1) -> str:
        """Give the address of a path; `host` from 1 to 60,000 chooses one of many hosts."""
        return f"http://127.0.{1 + host // 250}.{1 + host % 250}:{self.port}{path}"

    def named(self, path: str, host: str) -> str:
        """Give the address of a path under a name, for who asks `Names`."""
        return f"http://{host}:{self.port}{path}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while head := await _head(reader):
                method, path, headers = head
                assert method == "GET"
                served = self.feeds.get(path, Served(status=404))
                served.asked.append(headers)
                served.was_asked.set()
                if served.silent:
                    await asyncio.Event().wait()
                writer.write(served.answer(headers))
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()


async def _head(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]] | None:
    try:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, path, _ = lines[0].split(" ")
    return method, path, {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
