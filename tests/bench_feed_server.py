"""Serves thousands of invented feeds on loopback for the benchmark, in a process of its own; what is measured lives in `bench_feeds`.

Every address of 127.0.0.0/8 is this machine on Linux: each feed has a host of its own, so that politeness to a host slows nobody.
"""

import asyncio
import hashlib
import html
import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from bench_ingest import REPORTS_PER_EVENT, vocabulary

ENTRIES: Final = 30
WORDS: Final = 120
"""With their markup, entries come to 2.3 kB, 38 tags and 0.58 ms in feedparser; medians of the 37 real feeds: 2.1 kB, 33 tags, 0.63 ms."""

CHANGED_SHARE: Final = 10
"""One feed of so many has news when the server is told `changed`; the others answer 304."""

_NAMES: Final = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/"'
)

NEWS: Final = 3
"""New entries of such a feed."""


def feed_url(number: int, port: int) -> str:
    """Where feed `number` is served."""
    return f"http://127.0.{1 + number // 250}.{1 + number % 250}:{port}/feed/{number}"


class Feeds:
    """What each feed says at the moment, and how the server answers: `plain` (no validators), `validators`, `changed`."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._language = vocabulary(20_000, self._draw)
        self._weights = [1 / rank for rank in range(1, len(self._language) + 1)]
        self._bodies: dict[tuple[int, int], bytes] = {}
        self.mode = "validators"
        self.turn = 0

    def body(self, number: int) -> bytes:
        """The feed as it is now, newest first; made once and kept."""
        turns = (self.turn - (number % CHANGED_SHARE or CHANGED_SHARE)) // CHANGED_SHARE + 1
        if (number, turns) not in self._bodies:
            if turns > 1:  # of the first two, both are asked for again
                self._bodies.pop((number, turns - 1), None)
            first = turns * NEWS
            items = "".join(self._item(number, item) for item in range(first + ENTRIES - 1, first - 1, -1))
            self._bodies[number, turns] = (
                f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {_NAMES}><channel><title>Desk {number}</title>'
                f"<link>https://desk{number}.example/</link><description>Invented news</description>{items}</channel></rss>"
            ).encode()
        return self._bodies[number, turns]

    def _item(self, number: int, item: int) -> str:
        # Neighbouring feeds tell the same events: four reports of each.
        event = (number // REPORTS_PER_EVENT) * 10_000 + item
        about = random.Random(event)
        names = [word.capitalize() for word in about.choices(self._language[500:], k=8)]
        draw = random.Random(f"{number} {item}")
        at = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=event % 2000 + draw.randint(0, 60))
        words = draw.choices(self._language, self._weights, k=WORDS - 30) + draw.choices(names, k=29) + [str(about.randint(2, 999))]
        draw.shuffle(words)
        title = " ".join(draw.sample(names, 4) + draw.choices(self._language, self._weights, k=4))
        sentences = [" ".join(words[start : start + 15]).capitalize() for start in range(0, len(words), 15)]
        lead = f"{sentences[0]}. {sentences[1]}."
        link = f"https://desk{number}.example/2026/11/{names[0].lower()}-{names[1].lower()}-{item}.html"
        body = f'<p><img src="{link}.jpg" alt=""/>{lead} <a href="{link}?from=text">{names[2]}</a></p>' + "".join(
            f"<p>{sentence}, {names[5]} said. {after}.</p>" for sentence, after in zip(sentences[2::2], sentences[3::2], strict=True)
        )
        subjects = "".join(f"<category><![CDATA[{name}]]></category>" for name in names[:3])
        return (
            f"<item><title>{title}</title><link>{link}?utm_source=rss&amp;utm_medium=feed</link><dc:creator>{names[3]} {names[4]}</dc:creator>"
            f'<pubDate>{format_datetime(at)}</pubDate>{subjects}<guid isPermaLink="false">{number}-{item}</guid>'
            f'<media:content url="{link}.jpg" medium="image" width="1200"/><description>{html.escape(f"<p>{lead}</p>")}</description>'
            f"<content:encoded><![CDATA[{body}]]></content:encoded></item>"
        )

    def answer(self, number: int, tag: str) -> bytes:
        """The whole response to a request that carried `tag` as If-None-Match."""
        body = self.body(number)
        if self.mode == "plain":
            return _response(body, "")
        now = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if tag == now:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {now}\r\n\r\n".encode()
        return _response(body, f"ETag: {now}\r\n")


def _response(body: bytes, more: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


class Connection(asyncio.Protocol):
    """One kept connection: requests in, answers out."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._read = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._read += data
        while b"\r\n\r\n" in self._read:
            request, _, self._read = self._read.partition(b"\r\n\r\n")
            assert self._transport is not None
            self._transport.write(self._answered(request.decode("latin-1")))

    def _answered(self, request: str) -> bytes:
        first, *lines = request.split("\r\n")
        path = first.split(" ")[1]
        headers = {name.casefold(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        kind, _, word = path.strip("/").partition("/")
        if kind == "control":
            self._feeds.mode, _, turn = word.partition("/")
            self._feeds.turn = int(turn)
            return _response(b"ok", "")
        if kind != "feed":
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        return self._feeds.answer(int(word), headers.get("if-none-match", ""))


async def main() -> None:
    """Make the feeds, say the port, and serve until killed."""
    feeds = Feeds(seed=7)
    for number in range(int(sys.argv[1])):
        feeds.body(number)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(feeds), "0.0.0.0", 0, backlog=4096)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
