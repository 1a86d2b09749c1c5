"""The guard at the socket: names are resolved and connections opened here, and no address is connected that may not be asked.

It stands where the connection is made because nothing before it can know: a name may resolve to something else a moment later
(rebinding), and an IP address in a URL is never resolved at all. Measured by others (LIBRARIES.md): of four guards the only one that
stopped everything.
"""

import asyncio
import errno
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.sources.addresses import Network, is_allowed

AddressInfo: TypeAlias = tuple[socket.AddressFamily | int, socket.SocketKind | int, int, str, tuple[Any, ...]]

MOST_ADDRESSES: Final = 8
"""Addresses of one host that are tried. Guess: a DNS answer may hold thousands, and each attempt costs a socket."""


ONE_READ: Final = 16 * 1024
"""Bytes that are read from a connection before others have their turn. Measured: 6 ms for chunks of one byte, 10 ms for 100 Continue."""


class ForbiddenAddress(OSError):
    """The host's address may not be asked; nothing was sent. An OSError, so that the next address of the host is tried instead."""

    def __init__(self, address: str) -> None:
        super().__init__(errno.EACCES, "the address may not be asked")
        self.address = address


class TooMuchSent(OSError):
    """The other side sends and sends; the connection is over."""

    def __init__(self) -> None:
        super().__init__(errno.EMSGSIZE, "more was sent than is read")


class BoundedSocket(socket.socket):
    """A socket that reads `ONE_READ` at a time and raises TooMuchSent after `most_bytes` that came since it last sent something.

    Bounded here, because what stands between here and the body costs work too and is seen by nobody else: chunk sizes and extensions, 1xx
    answers without end, TLS records. Measured with asyncio's usual 256 KiB: chunks of one byte keep the loop busy for 75 ms at a time,
    100 Continue for 150 ms.
    """

    def __init__(self, family: int, kind: int, protocol: int, most_bytes: int) -> None:
        super().__init__(family, kind, protocol)
        self._most_bytes = most_bytes
        self._received = 0

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Read; asyncio calls it for plain connections."""
        data = super().recv(min(bufsize, ONE_READ), flags)
        self._count(len(data))
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0, /) -> int:
        """Read; asyncio calls it for TLS."""
        size = super().recv_into(buffer, min(nbytes or len(buffer), ONE_READ), flags)
        self._count(size)
        return size

    def send(self, data: Any, flags: int = 0, /) -> int:
        """Write, which begins a new question."""
        self._received = 0
        return super().send(data, flags)

    def _count(self, size: int) -> None:
        self._received += size
        if self._received > self._most_bytes:
            raise TooMuchSent


def guarded_sockets(allow_networks: Sequence[Network], most_bytes: int) -> Callable[[AddressInfo], socket.socket]:
    """What aiohttp calls for each connection: a BoundedSocket for an address that may be asked, ForbiddenAddress for every other."""

    def open_socket(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not is_allowed(str(address[0]), allow_networks):
            raise ForbiddenAddress(str(address[0]))
        return BoundedSocket(family, kind, protocol, most_bytes)

    return open_socket


class Resolver(AbstractResolver):
    """The system's resolver, asked in a thread for each name.

    A thread of its own, because a name server that does not answer would fill the event loop's few threads, and Slugline could not end
    before it gives up. There are never more of them than requests under way, and those that were given up but not yet by the system.
    """

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """The addresses of the host, in the system's order; OSError (gaierror) when there are none."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[ResolveResult]] = loop.create_future()

        def deliver(results: list[ResolveResult], error: OSError | None) -> None:
            if found.done():
                return
            if error is None:
                found.set_result(results)
            else:
                found.set_exception(error)

        def look_up() -> None:
            results, problem = _look_up(host, port, family)
            with suppress(RuntimeError):  # of a loop that was closed meanwhile: nobody is left who waits
                loop.call_soon_threadsafe(deliver, results, problem)

        try:
            threading.Thread(target=look_up, name="dns", daemon=True).start()
        except RuntimeError as error:
            raise OSError(errno.EAGAIN, "no thread can be started") from error
        return await found

    async def close(self) -> None:
        """Nothing is kept."""


def _look_up(host: str, port: int, family: socket.AddressFamily) -> tuple[list[ResolveResult], OSError | None]:
    try:
        # As bytes: given a str, Python applies an old IDNA to it first, whose errors are not OSErrors.
        infos = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG)
    except OSError as error:
        return [], error
    except ValueError as error:
        return [], socket.gaierror(socket.EAI_NONAME, str(error))
    return [
        ResolveResult(hostname=host, host=str(address[0]), port=port, family=found, proto=protocol, flags=socket.AI_NUMERICHOST)
        for found, _, protocol, _, address in infos[:MOST_ADDRESSES]
    ], None
