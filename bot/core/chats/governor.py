"""When the next message may go, so that no limit of a platform is ever exceeded; what goes, and in which order, is no matter here.

Exact sliding windows, not buckets: a platform that takes 30 a second is never sent a 31st within any second. Nobody knows at which moment
between its beginning and its end a send counts for the platform, so it counts from its beginning until a whole window after its end.

Times are seconds of a clock that only runs forward.
"""

from collections import deque
from collections.abc import Iterator
from math import inf
from typing import Final

from bot.core.chats.chat import Address, ChatKind
from bot.core.chats.ports import Limits

_MINUTE: Final = 60.0
_SECOND: Final = 1.0
_IN_GROUPS: Final = frozenset({ChatKind.GROUP, ChatKind.CHANNEL})


class Governor:
    """The limits of one platform. A chat is what its addresses call so: all topics of it count together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall = None if limits.overall_second is None else _Window(limits.overall_second, _SECOND)
        self.held_until = -inf
        """Before this time nothing may go at all."""
        self._chats: dict[str, _Chat] = {}
        self._swept_at = -inf

    def free_at(self, address: Address, kind: ChatKind, *, is_edit: bool, at: float) -> float:
        """Give when this may begin: now if it is not after `at`; infinity when something under way has to end first."""
        free = self.held_until
        if (chat := self._chats.get(address.chat)) is not None:
            free = max(free, chat.held_until)
        return max((free, *(window.free_at(at) for window in self._counting(address, kind, is_edit=is_edit))))

    def overall_at(self, at: float) -> float:
        """Give when anything at all may begin that counts, whatever chat it is for."""
        return max(self.held_until, -inf if self._overall is None else self._overall.free_at(at))

    def room(self, at: float) -> int | None:
        """Give how many may begin now, whatever chats they are for; None when there is no limit."""
        if self.held_until > at:
            return 0
        return None if self._overall is None else self._overall.room(at)

    def begin(self, address: Address, kind: ChatKind, *, is_edit: bool, at: float) -> None:
        """Note that a send is under way; `end` follows."""
        self._sweep(at)
        for window in self._counting(address, kind, is_edit=is_edit):
            window.begin()

    def end(self, address: Address, kind: ChatKind, *, is_edit: bool, at: float) -> None:
        """Note that a send is over, whatever became of it: what the platform refuses it has counted."""
        for window in self._counting(address, kind, is_edit=is_edit):
            window.end(at)

    def hold(self, address: Address | None, until: float) -> None:
        """Let nothing go to a chat (None: to any) before a time; a longer hold that is there already stays."""
        if address is None:
            self.held_until = max(self.held_until, until)
        else:
            chat = self._chat(address)
            chat.held_until = max(chat.held_until, until)

    def _counting(self, address: Address, kind: ChatKind, *, is_edit: bool) -> Iterator["_Window"]:
        """Give the windows in which this counts."""
        if is_edit and not self._limits.edits_count:
            return
        if self._overall is not None:
            yield self._overall
        chat = self._chat(address)
        yield chat.alone
        if kind in _IN_GROUPS and self._limits.per_group_minute is not None:
            yield chat.minute

    def _chat(self, address: Address) -> "_Chat":
        chat = self._chats.get(address.chat)
        if chat is None:
            chat = self._chats[address.chat] = _Chat(self._limits)
        return chat

    def _sweep(self, at: float) -> None:
        """Forget, once a minute, the chats of which nothing counts any more."""
        if at - self._swept_at >= _MINUTE:
            self._swept_at = at
            self._chats = {name: chat for name, chat in self._chats.items() if not chat.is_at_rest(at)}


class _Chat:
    """What counts for one chat."""

    def __init__(self, limits: Limits) -> None:
        self.alone = _Window(1, limits.per_chat_seconds)
        self.minute = _Window(limits.per_group_minute or 1, _MINUTE)
        self.held_until = -inf

    def is_at_rest(self, at: float) -> bool:
        return self.held_until <= at and self.alone.is_empty(at) and self.minute.is_empty(at)


class _Window:
    """At most `most` in any `span` seconds."""

    def __init__(self, most: int, span: float) -> None:
        self._most = most
        self._span = span
        self._under_way = 0
        self._until: deque[float] = deque()  # until when each that has ended counts, in order

    def free_at(self, at: float) -> float:
        self._drop(at)
        too_many = self._under_way + len(self._until) + 1 - self._most
        if too_many <= 0:
            return at
        return self._until[too_many - 1] if too_many <= len(self._until) else inf

    def room(self, at: float) -> int:
        self._drop(at)
        return max(0, self._most - self._under_way - len(self._until))

    def begin(self) -> None:
        self._under_way += 1

    def end(self, at: float) -> None:
        self._under_way -= 1
        # A send that ended before others that are noted already counts as long as they: the order stays.
        self._until.append(max(at + self._span, self._until[-1] if self._until else -inf))

    def is_empty(self, at: float) -> bool:
        self._drop(at)
        return not self._under_way and not self._until

    def _drop(self, at: float) -> None:
        while self._until and self._until[0] <= at:
            self._until.popleft()
