"""A platform that shows every message it is given, as often as it is given it, and fails as a script says; and what its chats have seen."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto

from bot.core.chats.chat import Address, Reader
from bot.core.chats.ports import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    Limits,
    MessageGone,
    NotModified,
    NotSent,
    Outcome,
    Outgoing,
    Rejected,
    Rejection,
    RetryLater,
    Sent,
    Stopped,
)
from bot.core.message import Block, Link, Message, Paragraph, Text, lines_in

UNHURRIED = Limits(per_chat_seconds=0.0, per_group_minute=None, overall_second=None)
"""For tests of what becomes of messages, not of when they go."""


class Fault(Enum):
    """What happens to one call; a `RetryLater` in its place is answered as it is."""

    NONE = auto()
    NO_CONNECTION = auto()
    TIMEOUT_BEFORE = auto()
    TIMEOUT_AFTER = auto()
    ERROR_BEFORE = auto()
    ERROR_AFTER = auto()
    TOKEN_REFUSED = auto()
    CONFLICT = auto()
    BUG = auto()
    BUG_AFTER = auto()

    @property
    def has_effect(self) -> bool:
        return self in {Fault.NONE, Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER, Fault.BUG_AFTER}


@dataclass
class Shown:
    """A message that a chat has seen; `texts` are its contents, the newest last."""

    id: str
    thread: str
    texts: list[str]
    nonce: str
    at: float
    reply_to: str | None = None
    is_silent: bool = False
    is_plain: bool = False


@dataclass
class FakeChat:
    """One chat as the platform knows it: what it shows, and why it would refuse something."""

    shown: list[Shown] = field(default_factory=list)
    refuses: Outcome | None = None  # blocked, kicked, no rights
    closed_threads: set[str] = field(default_factory=set)
    asks_until: float = 0.0  # wants to be left alone; who comes too early is told so again

    @property
    def texts(self) -> list[str]:
        return [shown.texts[-1] for shown in self.shown]


class FakePlatform:
    """Non-idempotent unless it `deduplicates`; a message holds `longest` characters, and cannot be formatted when it contains "<bad>"."""

    def __init__(
        self,
        *,
        name: str = "fake",
        limits: Limits = UNHURRIED,
        deduplicates: bool = False,
        takes: Callable[[], float] = lambda: 0.0,
        longest: int = 1000,
    ) -> None:
        self.name = name
        self.limits = limits
        self.deduplicates = deduplicates
        self.chats: defaultdict[str, FakeChat] = defaultdict(FakeChat)
        self.script: deque[Fault | RetryLater] = deque()  # for the next calls, whatever chat they are for
        self.scripts: defaultdict[str, deque[Fault | RetryLater]] = defaultdict(deque)  # for the next calls for a chat
        self.is_up = True
        self.calls: list[tuple[float, Outgoing]] = []
        self.probes = 0
        self._takes = takes
        self._longest = longest
        self._ids = iter(range(1, 1_000_000_000))
        self._by_nonce: dict[str, Shown] = {}

    def parts(self, message: Message, reader: Reader) -> tuple[Message, ...]:
        """Cut between blocks."""
        del reader
        parts: list[Message] = []
        blocks: list[Block] = []
        for block in message.blocks:
            if blocks and len(text_of(Message((*blocks, block)))) > self._longest:
                parts.append(Message(tuple(blocks)))
                blocks = []
            blocks.append(block)
        return (*parts, Message(tuple(blocks), message.actions))

    async def is_reachable(self) -> bool:
        self.probes += 1
        return self.is_up

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        takes = self._takes()
        await asyncio.sleep(takes / 2)
        at = asyncio.get_running_loop().time()
        self.calls.append((at, outgoing))
        outcome = self.receive(outgoing, at)
        await asyncio.sleep(takes / 2)
        return outcome

    def receive(self, outgoing: Outgoing, at: float) -> Outcome:
        """Do what the platform does when a call arrives."""
        if not self.is_up:
            return NotSent(reason="connection refused")
        own = self.scripts[outgoing.address.chat]
        fault = own.popleft() if own else self.script.popleft() if self.script else Fault.NONE
        if isinstance(fault, RetryLater):
            if not fault.is_overall:
                self.chats[outgoing.address.chat].asks_until = at + fault.after.total_seconds()
            return fault
        outcome = self._effect(outgoing, at) if fault.has_effect else None
        match fault:
            case Fault.NO_CONNECTION:
                return NotSent(reason="connection refused")
            case Fault.TOKEN_REFUSED:
                return Stopped(reason="401: the token is refused")
            case Fault.CONFLICT:
                return Stopped(reason="409: another program uses the token")
            case Fault.BUG | Fault.BUG_AFTER:
                raise ZeroDivisionError("a bug of the platform's adapter")
            case _:
                return outcome if outcome is not None and fault is Fault.NONE else Ambiguous(reason="timed out")

    def _effect(self, outgoing: Outgoing, at: float) -> Outcome:
        chat = self.chats[outgoing.address.chat]
        text = text_of(outgoing.message)
        if at < chat.asks_until:
            return RetryLater(after=timedelta(seconds=chat.asks_until - at), reason="I said later")
        there = {shown.id: shown for shown in chat.shown}
        for refusal in (chat.refuses, self._refusal(outgoing, text, chat), _missing(outgoing, there)):
            if refusal is not None:
                return refusal
        if outgoing.edits is not None:
            return _edit(there[outgoing.edits], text)
        if self.deduplicates and outgoing.nonce in self._by_nonce:
            return Sent(message_id=self._by_nonce[outgoing.nonce].id)
        shown = Shown(
            id=str(next(self._ids)), thread=outgoing.address.thread, texts=[text[: self._longest]], nonce=outgoing.nonce, at=at,
            reply_to=outgoing.reply_to, is_silent=outgoing.is_silent, is_plain=outgoing.is_plain,
        )  # fmt: skip
        chat.shown.append(shown)
        self._by_nonce[outgoing.nonce] = shown
        return Sent(message_id=shown.id)

    def _refusal(self, outgoing: Outgoing, text: str, chat: FakeChat) -> Outcome | None:
        reasons = (
            (outgoing.address.thread in chat.closed_threads, Rejection.TOPIC, "the topic is closed"),
            ("<bad>" in text and not outgoing.is_plain, Rejection.FORMAT, "can't parse entities"),
            ("<never>" in text, Rejection.OTHER, "nobody may say this"),
            (len(text) > self._longest and not outgoing.is_short, Rejection.TOO_LONG, "message is too long"),
        )
        return next((Rejected(why=why, reason=reason) for holds, why, reason in reasons if holds), None)

    def move(self, old: str, new: str) -> None:
        """Make a group a supergroup: what it showed stays behind."""
        self.chats[old].refuses = ChatMoved(address=Address(platform=self.name, chat=new))

    def block(self, chat: str) -> None:
        self.chats[chat].refuses = ChatGone(reason="bot was blocked by the user")

    def arrived(self) -> dict[str, list[str]]:
        """Give what every chat shows, in order."""
        return {name: chat.texts for name, chat in self.chats.items() if chat.shown}


def _missing(outgoing: Outgoing, there: Mapping[str, Shown]) -> Outcome | None:
    needed = (id_ for id_ in (outgoing.edits, outgoing.reply_to) if id_ is not None and id_ not in there)
    return next((MessageGone(reason=f"message {id_} not found") for id_ in needed), None)


def _edit(shown: Shown, text: str) -> Outcome:
    if shown.texts[-1] == text:
        return NotModified()
    shown.texts.append(text)
    return Sent(message_id=shown.id)


def said(text: str, *more: str) -> Message:
    """A message of one paragraph or several."""
    return Message(tuple(Paragraph((Text(one),)) for one in (text, *more)))


def at_once(limits: Limits, many: int) -> Limits:
    return replace(limits, at_once=many)


def text_of(message: Message) -> str:
    """Everything in it that can be read, a line for each line."""
    return "\n".join(
        "".join(span.text for span in line if isinstance(span, Text | Link)) for block in message.blocks for line in lines_in(block)
    )
