"""What can become of a press on a button, and what deciding it takes from a platform: values only, it is decided in `screens`.

Show        edit the message in place
New         answer as if the command had been typed, in reply to the message
Toast       say it to the one who pressed, and edit as well if there is something to show
Elsewhere   lead the one who pressed to a private chat, where the command is answered
Ask         ask for the words that are missing, and begin the dialogue
Close       take the message away
Nothing     be still
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.commands.desk import Answer, Place, Request
from bot.core.chats.chat import Reader
from bot.core.chats.screen import Dialogue, Screen
from bot.core.message import Message

Pages: TypeAlias = Callable[[Message, Reader], Sequence[Message]]
"""Cuts a message into pages, at least one, each of which fits into one message of the platform, with the actions that belong to it; always
at the same places."""

Toasts: TypeAlias = Callable[[Message, Reader], str | None]
"""Writes a message out as the short plain text that a platform shows to one person for a moment; None when it is too long for that."""

Who: TypeAlias = Callable[[Place | None], Awaitable[Request]]
"""Says who presses and what they may, in a chat that is managed from here or, for None, in the chat of the message; `text` is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Show this in place of what the message shows."""

    message: Message
    reader: Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """Answer this request with this, which may come with work or a document."""

    request: Request
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """Tell the one who pressed, who has to notice it if `is_alert`; then show, if anything. The text may be a phrase."""

    text: str
    is_alert: bool = False
    show: Show | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Have the command answered where only the one who pressed reads it."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask with this text; `dialogue` lacks only the id of the message that asks."""

    text: str
    dialogue: Dialogue
    reader: Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Take the message away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """Nothing is to be done."""


Pressed: TypeAlias = Show | New | Toast | Elsewhere | Ask | Close | Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What to send instead of an answer's message; `screen` lacks only the id of the message, None where there is nothing to press."""

    message: Message
    reader: Reader
    screen: Screen | None
