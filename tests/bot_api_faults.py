"""What goes wrong between a bot and Telegram when a test wants it to: which call, how often, and how it shows on the wire."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web
from bot_api_query import Query

WORDS: Final = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Time-out"}
SILENT: Final = frozenset({"reset before", "reset after", "timeout before", "timeout after", "slow", "garbage"})


@dataclass
class Fault:
    """One thing that will happen; fields as in `BotApi.fault`."""

    method: str
    kind: str
    times: int
    chat: int | None
    skip: int
    seconds: float
    until: float | None = None  # of the loop's clock: a flood is over

    @property
    def has_effect(self) -> bool:
        """Whether the call does what it should all the same."""
        return self.kind in {"reset after", "timeout after", "slow", "garbage"}

    def is_meant(self, query: Query, chat: int | None) -> bool:
        """Whether it concerns such a call."""
        is_any = self.method == "*" and query.method != "getUpdates"
        return (is_any or self.method.lower() == query.method.lower()) and self.chat in {None, chat}

    def error(self) -> tuple[int, str, dict[str, int]] | None:
        """Status, description and parameters, if it shows as an answer of the Bot API."""
        if self.kind in {"429", "flood"}:
            after = self._left()
            return 429, f"Too Many Requests: retry after {after}", {"retry_after": after}
        if self.kind in SILENT:
            return None
        number, _, text = self.kind.partition(" ")
        return int(number), text or WORDS[int(number)], {}

    def _left(self) -> int:
        left = self.seconds if self.until is None else self.until - asyncio.get_running_loop().time()
        return max(1, -int(-left // 1))


@dataclass
class Faults:
    """What is still to go wrong, in the order it was asked for."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        number, _, _ = fault.kind.partition(" ")
        if fault.kind not in {*SILENT, "flood"} and not (number.isdecimal() and 400 <= int(number) < 600):
            raise ValueError(f"no fault is called {fault.kind!r}")
        self.waiting.append(fault)

    def hit(self, query: Query, chat: int | None) -> Fault | None:
        """The fault that meets this call."""
        meant = [fault for fault in self.waiting if fault.is_meant(query, chat)]
        ready = [fault for fault in meant if not fault.skip]
        for fault in meant:
            fault.skip = max(0, fault.skip - 1)
        for fault in ready:
            if fault.kind == "flood":
                now = asyncio.get_running_loop().time()
                fault.until = fault.until or now + fault.seconds
                if now < fault.until:
                    return fault
                self.waiting.remove(fault)
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
            return fault
        return None


def cut(request: web.BaseRequest) -> None:
    """Reset the connection, as a router that forgot it does."""
    if request.transport is not None:
        if (raw := request.transport.get_extra_info("socket")) is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


def page(status: int) -> web.Response:
    """What the machine in front of the Bot API says when there is none behind it."""
    text = f"<html>\r\n<head><title>{status} {WORDS[status]}</title></head>\r\n<body>{status}</body>\r\n</html>\r\n"
    return web.Response(status=status, text=text, content_type="text/html")


def chat_of(parameters: Mapping[str, Any]) -> int | None:
    """The number of the chat that a call is about."""
    chat = parameters.get("chat_id")
    return chat if isinstance(chat, int) else None
