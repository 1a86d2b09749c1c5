"""What goes wrong between a bot and Discord when a test wants it to: which call, how often, and how it shows on the wire."""

import json
import re
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from aiohttp import web

CLOUDFLARE = "<!DOCTYPE html><title>Error 1015</title><p>You are being rate limited</p>"


@dataclass
class Fault:
    """One thing that will happen, `times` times, after `skip` calls that it spares.

    `kind` is "reset before", "reset after", "silent" (no answer), "slow" (an answer after `seconds`), "429", "429 global",
    "429 cloudflare", "403 cloudflare", a status such as "503", one with " after" (the call has its effect all the same), or a status with a
    code of Discord's and its words: "403 50013 Missing Permissions".
    """

    method: str
    path: str
    kind: str
    times: int = 1
    skip: int = 0
    seconds: float = 1.0

    @property
    def has_effect(self) -> bool:
        return self.kind.endswith(" after") or self.kind == "slow"

    def answer(self) -> web.Response:
        """What Discord, or Cloudflare before it, says."""
        number, _, words = self.kind.partition(" ")
        status = int(number)
        if words == "cloudflare":
            headers = {"Retry-After": f"{self.seconds:.0f}"} if status == 429 else {}
            return web.Response(status=status, text=CLOUDFLARE, content_type="text/html", headers=headers)
        if status == 429:
            return excess(self.seconds, is_global=words == "global")
        if status >= 500:
            return web.Response(
                status=status, text="upstream connect error or disconnect/reset before headers", headers={"Via": "1.1 google"}
            )
        code, _, text = words.partition(" ")
        return refusal(status, int(code or 0), text or f"{status}: Refused")


@dataclass
class Faults:
    """What is still to go wrong, in the order it was asked for."""

    waiting: list[Fault] = field(default_factory=list)

    def hit(self, method: str, path: str) -> Fault | None:
        """The fault that meets this call."""
        for fault in self.waiting:
            if fault.method in {"*", method} and re.fullmatch(fault.path, path):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


def said(body: Any, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> web.Response:
    """An answer; Discord names its kind without a charset, and the library insists."""
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json", **headers})


def refusal(status: int, code: int, text: str, **more: Any) -> web.Response:
    """An error as Discord says it."""
    return said({"message": text, "code": code, **more}, status, {"Via": "1.1 google"})


def excess(seconds: float, *, is_global: bool = False, bucket: str = "") -> web.Response:
    """Too many requests, in this bucket or altogether; the page Rate Limits of Discord's documentation shows both."""
    headers = {"Via": "1.1 google", "Retry-After": str(max(1, round(seconds))), "X-RateLimit-Scope": "global" if is_global else "user"}
    if is_global:
        headers["X-RateLimit-Global"] = "true"
    if bucket:
        headers |= {"X-RateLimit-Bucket": bucket, "X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0"}
        headers["X-RateLimit-Reset-After"] = f"{seconds:.3f}"
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": is_global}
    return said(body, 429, headers)


def cut(request: web.BaseRequest) -> None:
    """Reset the connection, as a router that forgot it does."""
    if request.transport is not None:
        if (raw := request.transport.get_extra_info("socket")) is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


def unknown_channel() -> web.Response:
    """Say that there is no such channel."""
    return refusal(404, 10003, "Unknown Channel")


def unknown_message() -> web.Response:
    """Say that there is no such message."""
    return refusal(404, 10008, "Unknown Message")
