"""Why an address gave nothing, in words for an operator: foreign exceptions and status codes become `Failed`.

A reason names the host, says what happened, and what to do where there is something to do. Nothing of an answer is quoted in it: words
of the host's own would be a way into logs and chats.
"""

import errno
import os
import re
import socket
import ssl
from datetime import timedelta
from typing import Final

import aiohttp

from bot.core.feeds.feed import Failed, Failure
from bot.sources.addresses import HINT
from bot.sources.guard import ForbiddenAddress

LONGEST_REASON: Final = 200

NOT_WEB: Final = (aiohttp.ClientError, OSError, ValueError, AssertionError)
"""What aiohttp raises for what the other side does; AssertionError and ValueError out of its depth, for answers nobody thought of."""

_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e]+")

_CERTIFICATE: Final = {
    9: "its certificate is not valid yet: is this machine's clock right?",
    10: "its certificate has expired: its owner has to renew it",
    18: "its certificate is self-signed, so nobody vouches for it",
    19: "its certificate comes from an authority that nobody here vouches for",
    20: "the certificate of its authority is missing: its owner has to send the whole chain",
    21: "the certificate of its authority is missing: its owner has to send the whole chain",
    23: "its certificate was revoked",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""OpenSSL's X509_V_ERR codes (x509_vfy.h) that operators meet."""

_NOT_HTTP: Final = "does not answer in HTTP that we understand"

_TOO_LONG: Final = ("Got more than", "Too many headers")
"""How aiohttp words what it has no exception for; the rest of these messages quotes the other side."""

_PLAIN: Final[tuple[tuple[type[Exception], Failure, str], ...]] = (
    (TimeoutError, Failure.TIMEOUT, "did not answer in time"),
    (aiohttp.ServerDisconnectedError, Failure.CONNECTION, "closed the connection without an answer"),
    (aiohttp.InvalidURL, Failure.FORBIDDEN, "has an address that cannot be asked"),
    (aiohttp.ClientPayloadError, Failure.CONNECTION, "broke off its answer"),
)
"""What needs no closer look; the first that fits."""

_NAME_UNKNOWN: Final = {socket.EAI_NONAME, socket.EAI_NODATA if hasattr(socket, "EAI_NODATA") else socket.EAI_NONAME}


def failed(kind: Failure, host: str, what: str, *, status: int | None = None, retry_after: timedelta | None = None) -> Failed:
    """`host what`, printable and short enough to show; `host` is the politeness key."""
    return Failed(kind=kind, reason=_printable(f"{_short(host)} {what}"), host=host, status=status, retry_after=retry_after)


def forbidden(host: str, what: str) -> Failed:
    """An address that is not asked, or a redirect that is not followed; `what` is the whole sentence."""
    return Failed(kind=Failure.FORBIDDEN, reason=_printable(what), host=host)


def _printable(text: str) -> str:
    shown = _UNPRINTABLE.sub("?", text)
    return shown if len(shown) <= LONGEST_REASON else f"{shown[: LONGEST_REASON - 3]}..."


def _short(host: str) -> str:
    return host if len(host) <= 80 else f"{host[:40]}...{host[-37:]}"


def of_error(error: Exception, host: str) -> Failed:
    """What an exception of `NOT_WEB` says about the host."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _of_name(error.os_error, host)
    if isinstance(error, aiohttp.ClientConnectorError):
        return _of_connection(error.os_error, host)
    if isinstance(error, aiohttp.ClientResponseError) and error.message.startswith(_TOO_LONG):
        return failed(Failure.TOO_LARGE, host, "sends headers longer than we read")
    for kind, failure, what in _PLAIN:
        if isinstance(error, kind):
            return failed(failure, host, what)
    return _of_connection(error, host) if isinstance(error, OSError) else failed(Failure.PROTOCOL, host, _NOT_HTTP)


def _of_tls(error: ssl.SSLError, host: str) -> Failed:
    if isinstance(error, ssl.SSLCertVerificationError):
        what = _CERTIFICATE.get(error.verify_code, f"its certificate cannot be trusted (OpenSSL code {error.verify_code})")
        return failed(Failure.TLS, host, f"cannot be asked safely: {what}")
    code = error.reason or "no reason given"
    return failed(Failure.TLS, host, f"and we cannot agree on an encrypted connection: {code.replace('_', ' ').lower()}")


def _of_name(error: OSError, host: str) -> Failed:
    if isinstance(error, ForbiddenAddress):  # from a resolver that judges addresses itself
        return _of_connection(error, host)
    if error.errno in _NAME_UNKNOWN:
        return failed(Failure.NAME, host, "does not exist (DNS): check the spelling of the address")
    return failed(Failure.NAME, host, "cannot be looked up at the moment: the name server (DNS) does not answer")


def _of_connection(error: OSError, host: str) -> Failed:
    if isinstance(error, ForbiddenAddress):
        return failed(Failure.FORBIDDEN, host, f"leads to {error.address}, which is not a public address; {HINT}")
    if isinstance(error, ssl.SSLError):
        return _of_tls(error, host)
    match error.errno:
        case errno.ECONNREFUSED:
            what = "refused the connection: no web server runs there"
        case errno.ECONNRESET | errno.EPIPE | errno.ECONNABORTED:
            what = "reset the connection"
        case errno.ENETUNREACH | errno.EHOSTUNREACH | errno.ENETDOWN | errno.EADDRNOTAVAIL:
            what = "cannot be reached from this machine: no way leads there"
        case errno.EMSGSIZE:  # guard.TooMuchSent, of which aiohttp keeps only the number
            return failed(Failure.TOO_LARGE, host, "sends more than we read")
        case errno.ETIMEDOUT:
            return failed(Failure.TIMEOUT, host, "did not answer in time")
        case errno.EMFILE | errno.ENFILE:
            what = "could not be asked: this machine allows no more open connections (ulimit -n)"
        case int(number):
            what = f"could not be asked: {os.strerror(number).lower()}"
        case _:
            what = "closed the connection"
    return failed(Failure.CONNECTION, host, what)


def of_status(status: int, host: str, *, retry_after: timedelta | None) -> Failed:
    """What a status code that brings no body says; `retry_after` counts for 429 and 503 only."""
    match status:
        case 404:
            return failed(Failure.MISSING, host, "answers 404: nothing is at this address", status=status)
        case 410:
            return failed(Failure.GONE, host, "answers 410: what was at this address is gone for good", status=status)
        case 429:
            what = "answers 429: it wants to be asked less often"
            return failed(Failure.UNAVAILABLE, host, what, status=status, retry_after=retry_after)
        case 401 | 402 | 407:
            what = f"answers {status}: it wants a password or money"
        case 403 | 451:
            what = f"answers {status}: it does not let us in"
        case _ if 400 <= status < 500:
            what = f"answers {status}: it refuses the request"
        case _ if 500 <= status < 600:
            wait = retry_after if status == 503 else None
            return failed(Failure.UNAVAILABLE, host, f"answers {status}: it has trouble of its own", status=status, retry_after=wait)
        case _:
            return failed(Failure.PROTOCOL, host, f"answers {status}, which is no answer to our question", status=status)
    return failed(Failure.REFUSED, host, what, status=status)


def held(host: str, seconds: float) -> Failed:
    """Nothing was sent, because the host asked for a pause that still lasts so long."""
    minutes = int(seconds // 60)
    left = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else f"{int(seconds) + 1} s"
    wait = timedelta(seconds=seconds)
    return failed(Failure.HELD, host, f"asked to be left alone for a while: {left} are left", retry_after=wait)


def crowded(host: str) -> Failed:
    """Nothing was sent, because too many wait for their turn at this host; it did not ask for anything."""
    return failed(Failure.HELD, host, "is where too many feeds lead at once: it is asked later")
