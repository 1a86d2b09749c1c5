"""One request and its answer, read under caps: a body, "nothing new", a redirect, or why not; whom to ask, and when, is for `fetch`."""

from asyncio import Semaphore, sleep
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Final

import aiohttp
from aiohttp import hdrs
from yarl import URL

from bot.core.feeds.feed import Failed, Failure, Fetch, Fetched, NotModified
from bot.sources import failures
from bot.sources.decoding import PIECE, Bomb, DamagedCoding, Decoder, UnknownCoding
from bot.sources.http_headers import clean, fresh_for, retry_after

LEAST_CUT_OFF: Final = 1000
"""Bytes that must have come before an answer that breaks off is worth reading. Guess: less holds no whole item, and "the connection was
reset" tells an operator more than "no feed"."""

LARGE: Final = 1_000_000
"""Unpacked bytes above which an answer waits until few others are as large. Of 149 real feeds, four are; all of them below two of these."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, of whom, and how much may come back; `url` and `moved_to` are what the answer is to say of where it came from.

    `keeps_date`: whether a Last-Modified of the answer may be sent back another time. `max_wire_bytes` counts what is sent, `max_bytes`
    what it unpacks to. `large` lets in only so many bodies above `LARGE` at once, for the memory they take.
    """

    address: URL
    host: str
    url: str
    moved_to: str | None
    accept: str
    etag: str | None
    last_modified: str | None
    keeps_date: bool
    max_wire_bytes: int
    max_bytes: int
    large: Semaphore


@dataclass(frozen=True, slots=True)
class Redirect:
    """The answer is elsewhere; where to is not judged yet."""

    target: URL
    is_permanent: bool


async def exchange(session: aiohttp.ClientSession, question: Question, clock: Callable[[], datetime]) -> Fetch | Redirect:
    """Ask once. Raises what `failures.of_error` explains when no answer comes; has no time-out of its own."""
    headers = {hdrs.ACCEPT: question.accept}
    if question.etag is not None:
        headers[hdrs.IF_NONE_MATCH] = question.etag
    if question.last_modified is not None:
        headers[hdrs.IF_MODIFIED_SINCE] = question.last_modified
    async with session.get(question.address, headers=headers, allow_redirects=False) as response:
        status = response.status
        if 200 <= status < 300:
            return await _read(response, question, clock)
        if status == 304 and len(headers) > 1:
            return NotModified(
                url=question.url,
                etag=clean(response.headers.get(hdrs.ETAG)),
                last_modified=clean(response.headers.get(hdrs.LAST_MODIFIED)) if question.keeps_date else None,
                fresh_for=_fresh_for(response, clock),
                moved_to=question.moved_to,
            )
        if status in _REDIRECTS:
            return _redirect(response, question)
        wait = retry_after(response.headers.get(hdrs.RETRY_AFTER), date=response.headers.get(hdrs.DATE), now=clock())
        return failures.of_status(status, question.host, retry_after=wait)


def _fresh_for(response: aiohttp.ClientResponse, clock: Callable[[], datetime]) -> timedelta | None:
    headers = response.headers
    return fresh_for(
        cache_control=headers.get(hdrs.CACHE_CONTROL),
        expires=headers.get(hdrs.EXPIRES),
        age=headers.get(hdrs.AGE),
        date=headers.get(hdrs.DATE),
        now=clock(),
    )


def _redirect(response: aiohttp.ClientResponse, question: Question) -> Redirect | Failed:
    status, location = response.status, response.headers.get(hdrs.LOCATION)
    if not location:
        return failures.failed(Failure.REDIRECTS, question.host, f"answers {status}, but does not say where to go", status=status)
    try:
        target = question.address.join(URL(location.strip())).with_fragment(None)
    except ValueError:
        return failures.failed(Failure.REDIRECTS, question.host, f"answers {status}, but sends us to what is no address", status=status)
    return Redirect(target, status in _PERMANENT)


async def _read(response: aiohttp.ClientResponse, question: Question, clock: Callable[[], datetime]) -> Fetched | Failed:
    host, status = question.host, response.status
    try:
        body = await _body(response, question)
    except (UnknownCoding, DamagedCoding) as error:
        return failures.failed(Failure.ENCODING, host, f"sends an answer that is {error}", status=status)
    except (TooLarge, Bomb) as error:
        return failures.failed(Failure.TOO_LARGE, host, f"sends an answer that {error}", status=status)
    is_whole = body.problem is None
    if body.problem is not None and len(body.content) < LEAST_CUT_OFF:
        return body.problem
    return Fetched(
        url=question.url,
        body=body.content,
        digest=body.digest,
        content_type=clean(response.headers.get(hdrs.CONTENT_TYPE)),
        etag=clean(response.headers.get(hdrs.ETAG)) if is_whole else None,
        last_modified=clean(response.headers.get(hdrs.LAST_MODIFIED)) if is_whole and question.keeps_date else None,
        fresh_for=_fresh_for(response, clock) if is_whole else None,
        moved_to=question.moved_to,
    )


class TooLarge(Exception):
    """The answer is larger than it may be; says which limit it broke."""


@dataclass(frozen=True, slots=True)
class _Body:
    """What came; `problem` says why the rest did not, None when everything is there."""

    content: bytes
    digest: str
    problem: Failed | None


async def _body(response: aiohttp.ClientResponse, question: Question) -> _Body:
    """Read and unpack, letting the loop run after each `PIECE`. TooLarge, UnknownCoding, DamagedCoding, Bomb."""
    decoder = Decoder(response.headers.getall(hdrs.CONTENT_ENCODING, ()))
    if (announced := response.content_length) is not None and announced > question.max_wire_bytes:
        raise TooLarge(f"is {announced:,} bytes long, more than {question.max_wire_bytes:,}")
    content, digest = BytesIO(), sha256()
    sent = size = work = 0
    problem: Failed | None = None
    chunks = response.content.iter_any()
    async with AsyncExitStack() as few:
        while True:
            try:
                chunk = await anext(chunks, None)
            except (aiohttp.ClientError, OSError) as error:
                problem = failures.of_error(error, question.host)
                break
            if chunk is None:
                break
            sent += len(chunk)
            if sent > question.max_wire_bytes:
                raise TooLarge(f"is longer than {question.max_wire_bytes:,} bytes")
            work += len(chunk)
            for piece in decoder.pieces(chunk):
                size = await _grown(size, piece, question, few)
                content.write(piece)
                digest.update(piece)
                work += len(piece)
                if work > PIECE:
                    work = 0
                    await sleep(0)
    if problem is None and not decoder.is_complete:
        problem = failures.failed(Failure.CONNECTION, question.host, "broke off its answer")
    return _Body(content.getvalue(), digest.hexdigest(), problem)


async def _grown(size: int, piece: bytes, question: Question, few: AsyncExitStack) -> int:
    """The size of a body with one more piece; waits where it becomes a large one. TooLarge."""
    grown = size + len(piece)
    if grown > question.max_bytes:
        raise TooLarge(f"is longer than {question.max_bytes:,} bytes")
    if size <= LARGE < grown:
        await few.enter_async_context(question.large)
    return grown
