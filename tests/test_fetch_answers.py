"""The HTTP door against answers that are too large, too slow, cut off, compressed in every way, or no HTTP at all."""

import asyncio
import gzip
import itertools
import random
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
from hostile_server import Answer, Asked, HostileServer, clock, door_settings, reply, reset
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feeds.feed import Failed, Failure, Fetched
from bot.sources.decoding import PIECE, DamagedCoding, Decoder
from bot.sources.fetch import Door

FEED = b"<rss>" + bytes(random.Random(4).randbytes(3000).hex(), "ascii") + b"</rss>"


def deflated(data: bytes) -> bytes:
    """Bare deflate, as some servers send it."""
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def streaming(head: bytes, piece: bytes, pause: float = 0.0) -> Answer:
    """An answer without end."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in itertools.count():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


def ending(data: bytes, *, with_reset: bool) -> Answer:
    """An answer that ends here, whatever it announced."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.1)
        if with_reset:
            reset(writer)

    return answer


async def ask(answer: Answer, *, seconds: float = 20.0, max_bytes: int = 10_000_000) -> Fetched | Failed:
    """What the door makes of one answer."""
    settings = door_settings(timeout_seconds=seconds, max_bytes=max_bytes)
    async with HostileServer({"/feed": answer}) as server, Door(settings, clock=clock) as door:
        fetch = await door.get(server.url("/feed"))
    assert isinstance(fetch, Fetched | Failed)
    return fetch


def check(fetch: object, kind: Failure, says: str) -> None:
    assert isinstance(fetch, Failed), fetch
    assert fetch.kind is kind, fetch
    assert says in fetch.reason
    assert fetch.reason.isascii()
    assert fetch.reason.isprintable()


CODED = [
    ("gzip", gzip.compress(FEED)),
    ("x-gzip", gzip.compress(FEED)),
    (" GZip , identity", gzip.compress(FEED)),
    ("gzip", gzip.compress(FEED[:2000]) + gzip.compress(FEED[2000:])),
    ("gzip", gzip.compress(FEED) + b"\0\0\0 something else"),
    ("deflate", zlib.compress(FEED)),
    ("deflate", deflated(FEED)),
    ("br", brotli.compress(FEED)),
    ("identity", FEED),
    ("", FEED),
]


@pytest.mark.parametrize(("coding", "body"), CODED, ids=[f"{coding} {number}" for number, (coding, _) in enumerate(CODED)])
async def test_a_compressed_answer_is_unpacked(coding: str, body: bytes) -> None:
    fetched = await ask(reply(body, Content_Encoding=coding, ETag='"v1"'))
    assert isinstance(fetched, Fetched)
    assert (fetched.body, fetched.etag) == (FEED, '"v1"')
    for size in (1, 7):  # however it is cut into packets
        decoder = Decoder([coding])
        assert b"".join(piece for start in range(0, len(body), size) for piece in decoder.pieces(body[start : start + size])) == FEED
        assert decoder.is_complete


@pytest.mark.parametrize(
    ("coding", "body", "says"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(FEED)), "more than once"),
        ("gzip, br", FEED, "more than once"),
        ("zstd", FEED, "not asked for"),
        ("compress", FEED, "not asked for"),
        ("\xff<b>", FEED, "not asked for"),
        ("gzip", FEED, "not what its Content-Encoding says"),
        ("br", FEED, "not what its Content-Encoding says"),
        ("deflate", FEED, "not what its Content-Encoding says"),
        ("gzip", gzip.compress(FEED)[:-8] + b"\0" * 8, "damaged"),
    ],
)
async def test_another_compression_or_a_damaged_one_is_refused(coding: str, body: bytes, says: str) -> None:
    """FAULTS row 6."""
    check(await ask(reply(body, Content_Encoding=coding)), Failure.ENCODING, says)


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br"]), st.lists(st.integers(1, 40), min_size=1))
def test_what_is_packed_comes_out_and_what_is_not_is_said_to_be_damaged(data: bytes, coding: str, sizes: list[int]) -> None:
    def unpacked(sent: bytes) -> bytes:
        decoder, rest, out = Decoder([coding]), sent, b""
        for size in itertools.cycle(sizes):
            if not rest:
                break
            out += b"".join(decoder.pieces(rest[:size]))
            rest = rest[size:]
        return out

    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding](data)
    assert unpacked(packed) == data
    assert data.startswith(unpacked(packed[: len(packed) // 2]))
    with suppress(DamagedCoding):
        unpacked(data)


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    """The first eighth of 1 GiB of nothing, packed: nobody comes further."""
    zeros = bytes(1024 * 1024)
    packed = zlib.compressobj(9, wbits=31)
    gzipped = b"".join(packed.compress(zeros) for _ in range(128)) + packed.flush()
    flate = zlib.compressobj(9)
    deflate = b"".join(flate.compress(zeros) for _ in range(128)) + flate.flush()
    stream = brotli.Compressor(quality=2, lgwin=24)
    brotlied = b"".join(stream.process(zeros) for _ in range(128)) + stream.finish()
    return {"gzip": gzipped, "deflate": deflate, "br": brotlied, "many": gzip.compress(zeros, 1) * 100}


@pytest.mark.parametrize(("coding", "bomb"), [("gzip", "gzip"), ("deflate", "deflate"), ("br", "br"), ("gzip", "many")])
async def test_a_bomb_stops_long_before_it_is_unpacked(coding: str, bomb: str, bombs: dict[str, bytes]) -> None:
    """FAULTS row 6: less than 20 MB of memory, for Python's part; what zlib and Brotli hold beside is their window, 16 MB at most."""
    answer = reply(bombs[bomb], Content_Encoding=coding)
    async with HostileServer({"/feed": answer}) as server, Door(door_settings(), clock=clock) as door:
        tracemalloc.start()
        try:
            fetch = await door.get(server.url("/feed"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    check(fetch, Failure.TOO_LARGE, "200 times its size")
    assert peak < 12_000_000


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_bomb_comes_out_in_small_pieces(coding: str, bombs: dict[str, bytes]) -> None:
    pieces = Decoder([coding]).pieces(bombs[coding][:20_000])
    assert max(len(piece) for piece, _ in zip(pieces, range(8), strict=False)) <= 3 * PIECE


async def test_an_answer_larger_than_allowed_is_not_read_to_its_end() -> None:
    """FAULTS row 7."""
    noise = random.Random(4).randbytes(200_000).hex().encode()
    check(await ask(reply(noise), max_bytes=100_000), Failure.TOO_LARGE, "100,000")
    check(await ask(reply(gzip.compress(noise), Content_Encoding="gzip"), max_bytes=100_000), Failure.TOO_LARGE, "100,000")
    check(await ask(reply(Content_Length="6000000")), Failure.TOO_LARGE, "6,000,000 bytes long")
    check(await ask(streaming(b"HTTP/1.1 200 OK\r\n\r\n", noise)), Failure.TOO_LARGE, "5,000,000")
    assert isinstance(await ask(reply(noise), max_bytes=400_000), Fetched)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"b" * 10_000),
        (b"HTTP/1.1 200 ", b"b" * 10_000),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X-A: b\r\n" * 100),
    ],
    ids=["1xx", "one header", "status line", "many headers", "trailers"],
)
async def test_headers_without_end_are_not_read_to_their_end(head: bytes, piece: bytes) -> None:
    """FAULTS row 7."""
    check(await ask(streaming(head, piece)), Failure.TOO_LARGE, "than we read")


@pytest.mark.parametrize(
    "piece", [b"1;" + b"a" * 10_000 + b"\r\nx\r\n", b"0" * 10_000, b"1;" + b"b" * 10_000], ids=["extensions", "a size", "one extension"]
)
async def test_chunks_that_carry_nothing_are_not_read_to_their_end(piece: bytes) -> None:
    """FAULTS row 7: the body never grows, what is sent does."""
    check(await ask(streaming(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", piece)), Failure.CONNECTION, "broke off")


@pytest.mark.parametrize(
    "answer",
    [
        streaming(b"HTTP/1.1 200 OK\r\n\r\n", b"<", pause=0.1),
        streaming(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", pause=0.1),
        streaming(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>", b"", pause=0.1),
        streaming(b"", b"", pause=0.1),
    ],
    ids=["body", "headers", "stalled", "silent"],
)
async def test_a_slow_answer_ends_at_its_time_and_delays_nobody(answer: Answer) -> None:
    """FAULTS row 7."""
    async with (
        HostileServer({"/slow": answer}) as slow,
        HostileServer({"/feed": reply(FEED)}) as quick,
        Door(door_settings(timeout_seconds=0.6), clock=clock) as door,
    ):
        waiting = asyncio.create_task(door.get(slow.url("/slow")))
        for _ in range(5):
            assert isinstance(await door.get(quick.url("/feed")), Fetched)
        assert not waiting.done()
        check(await waiting, Failure.TIMEOUT, "0.6 s")


async def test_redirects_share_one_time_limit() -> None:
    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.25)
        writer.write(reply(status=302, Location="/feed", Connection="close"))

    check(await ask(slowly, seconds=0.6), Failure.TIMEOUT, "0.6 s")


HEAD = b'HTTP/1.1 200 OK\r\nETag: "v1"\r\nCache-Control: max-age=60\r\n'


@pytest.mark.parametrize("with_reset", [False, True])
@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 9999\r\n\r\n" + FEED,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % len(FEED) + FEED + b"\r\n",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n" + gzip.compress(FEED),
    ],
    ids=["length", "chunked", "gzip"],
)
async def test_what_came_before_an_answer_broke_off_is_used_and_asked_for_again(answer: bytes, *, with_reset: bool) -> None:
    """FAULTS row 11."""
    fetched = await ask(ending(answer, with_reset=with_reset))
    assert isinstance(fetched, Fetched)
    assert fetched.body == FEED
    assert (fetched.etag, fetched.last_modified, fetched.fresh_for) == (None, None, None)


async def test_a_compressed_answer_that_stops_early_is_one_that_broke_off() -> None:
    """FAULTS row 11."""
    for coding, packed in (("gzip", gzip.compress(FEED)), ("deflate", zlib.compress(FEED)), ("br", brotli.compress(FEED))):
        fetched = await ask(reply(packed[: len(packed) * 9 // 10], Content_Encoding=coding, ETag='"v1"'))
        assert isinstance(fetched, Fetched)
        assert FEED.startswith(fetched.body)
        assert fetched.etag is None


@pytest.mark.parametrize("with_reset", [False, True])
async def test_a_few_bytes_are_no_answer(*, with_reset: bool) -> None:
    check(await ask(ending(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<rss", with_reset=with_reset)), Failure.CONNECTION, "127.0.0.1")
    check(await ask(ending(b"", with_reset=with_reset)), Failure.CONNECTION, "127.0.0.1")


@pytest.mark.parametrize(
    "answer",
    [
        b"<rss></rss>",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: \x1b[31mred\x00\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_said_to_be_none(answer: bytes) -> None:
    check(await ask(answer + b"\r\n"), Failure.PROTOCOL, "127.0.0.1")


async def test_no_bytes_are_too_strange() -> None:
    """Answers cut, mixed up and filled with noise give a body or a reason that can be shown, and no exception."""
    dice = random.Random(22)
    whole = HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nLocation: /x\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"

    async def noisy(asked: Asked, writer: asyncio.StreamWriter) -> None:
        data = bytearray(whole.replace(b"200", dice.choice([b"200", b"302", b"404", b"503", b"20\xff"])))
        for _ in range(dice.randrange(6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        writer.write(bytes(data[: dice.randrange(len(data) * 2)]))
        await writer.drain()

    async with HostileServer({"/feed": noisy}) as server, Door(door_settings(timeout_seconds=5), clock=clock) as door:
        for _ in range(300):
            fetch = await door.get(server.url("/feed"))
            if isinstance(fetch, Failed):
                assert fetch.reason.isascii()
                assert fetch.reason.isprintable()
            door.hold(f"127.0.0.1:{server.port}", 0)
