"""The terminal as a place for what chats are told: it prints above the prompt; what is said, and when, is decided elsewhere."""

from collections.abc import Callable

from bot.core.chats.chat import Reader
from bot.core.chats.ports import UNLIMITED, NotSent, Outcome, Outgoing, Sent
from bot.core.message import Message, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.platforms.console.output import OutputLost


class Terminal:
    """A platform with one chat: that of whoever sits here.

    What is printed cannot be changed any more: an edit prints the card once more and says so. Nobody can tell whether a line that was
    printed when the program was killed has been read; it is printed again.
    """

    name = "terminal"
    limits = UNLIMITED
    deduplicates = False

    def __init__(self, show: Callable[[Message], None]) -> None:
        self._show = show

    def parts(self, message: Message, reader: Reader) -> tuple[Message, ...]:
        """Give the message whole: a terminal scrolls, and has one reader, whose zone is its own."""
        del reader
        return (message,)

    async def is_reachable(self) -> bool:
        """Say that it is there, as long as the program is."""
        return True

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        """Print a message."""
        message = outgoing.message
        if outgoing.edits is not None:
            message = Message((Paragraph((Text(phrase("updated"), Style.QUIET),)), *message.blocks), message.actions)
        try:
            self._show(message)
        except OutputLost as error:
            return NotSent(reason=str(error))
        return Sent(message_id=outgoing.edits or outgoing.nonce)
