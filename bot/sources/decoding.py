"""Compressed answers, unpacked piece by piece so that a bomb stops at a cap; what they hold is for the parsers.

No piece is larger than `PIECE` (Brotli: up to three times that), so that whoever consumes them can let the event loop run in between.
"""

import zlib
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import brotli

from bot.core.errors import SluglineError

PIECE: Final = 32 * 1024
"""Bytes that are put in, or come out, at once. Measured: 32 KiB of a feed inflate and are hashed in 0.06 ms."""

PLAIN: Final = frozenset({"", "identity"})
MOST_MEMBERS: Final = 100
"""Gzip streams behind each other in one answer. Guess: one is usual, a file put together from blocks has some."""

BOMB_BYTES: Final = 1024 * 1024
BOMB_RATIO: Final = 200
"""An answer that unpacks to more than `BOMB_BYTES` may be at most this many times as large as what was sent.
Measured over real feeds of more than 20 kB: gzip makes them smaller by 10 times at most, Brotli by 14; bombs by 1,000 and more."""


class UnknownCoding(SluglineError):
    """A compression that was not asked for, or several on top of each other."""


class DamagedCoding(SluglineError):
    """What was sent is not what its Content-Encoding says."""


class Bomb(SluglineError):
    """What was sent unpacks to so much more that nobody means well by it."""


class _Stream(Protocol):
    """One way to unpack: bytes in, pieces out; `is_complete` once the end that the format itself marks was seen."""

    @property
    def is_complete(self) -> bool: ...

    def pieces(self, data: bytes) -> Iterator[bytes]: ...


class Decoder:
    """Unpacks what arrives under one Content-Encoding.

    `codings` are the values of all headers of that name. UnknownCoding at once for what is not identity, gzip, deflate or br, or for more
    than one of them.
    """

    def __init__(self, codings: Sequence[str]) -> None:
        named = [coding for header in codings for part in header.split(",") if (coding := part.strip().lower()) not in PLAIN]
        if len(named) > 1:
            raise UnknownCoding("compressed more than once")
        self._stream = _stream(named[0]) if named else None
        self._taken = 0
        self._given = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing, as far as the format can tell; an answer of no bytes at all lacks nothing."""
        return self._stream is None or self._taken == 0 or self._stream.is_complete

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What `data`, the next bytes sent, unpack to; DamagedCoding, Bomb."""
        for start in range(0, len(data), PIECE):
            part = data[start : start + PIECE] if len(data) > PIECE else data
            if self._stream is None:
                yield part
                continue
            self._taken += len(part)
            try:
                for piece in self._stream.pieces(part):
                    self._given += len(piece)
                    if self._given > BOMB_BYTES and self._given > BOMB_RATIO * self._taken:
                        raise Bomb(f"unpacks to more than {BOMB_RATIO} times its size")
                    yield piece
            except (zlib.error, brotli.error) as error:
                raise DamagedCoding("not what its Content-Encoding says, or damaged") from error


def _stream(coding: str) -> _Stream:
    match coding:
        case "gzip" | "x-gzip":
            return _Gzip()
        case "deflate":
            return _Deflate()
        case "br":
            return _Brotli()
        case _:
            raise UnknownCoding("compressed in a way that was not asked for")


def _inflated(stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    while data and not stream.eof:
        if piece := stream.decompress(data, PIECE):
            yield piece
        data = stream.unconsumed_tail
    # Output may be left inside although all input is consumed.
    while not stream.eof and (piece := stream.decompress(b"", PIECE)):
        yield piece


class _Gzip:
    """RFC 1952: one member or several; what follows the last one is no member and is left out, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._members = 1
        self._is_over = False

    @property
    def is_complete(self) -> bool:
        return self._member.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data and not self._is_over:
            if self._member.eof:
                if data[0] != 0x1F or self._members == MOST_MEMBERS:
                    self._is_over = True
                    return
                self._members += 1
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield from _inflated(self._member, data)
            data = self._member.unused_data


class _Deflate:
    """RFC 9110 says zlib's format (RFC 1950); some servers send bare deflate (RFC 1951), which the first two bytes tell."""

    def __init__(self) -> None:
        self._head = b""
        self._opened: zlib._Decompress | None = None

    @property
    def is_complete(self) -> bool:
        return self._opened is not None and self._opened.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self._opened is None:
            self._head += data
            if len(self._head) < 2:
                return
            is_zlib = self._head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(self._head[:2], "big") % 31 == 0
            self._opened = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
            data = self._head
        yield from _inflated(self._opened, data)


class _Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def is_complete(self) -> bool:
        return bool(self._stream.is_finished())

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while not self._stream.is_finished():
            if piece := self._stream.process(data, output_buffer_limit=PIECE):
                yield piece
            if self._stream.can_accept_more_data():
                return
            data = b""
