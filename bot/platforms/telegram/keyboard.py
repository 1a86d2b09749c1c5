"""The buttons below a message on Telegram: what each sends or opens, and how they stand in rows; what a press does is decided elsewhere.

What a button sends back has at most 64 bytes, and its first character says what it is:

    >/sources 12    a command
    ?/timezone      a command that lacks its last words, for which the reader is asked first
    anything else   as the action has it: a command that a screen finds again (@), or what it does with itself (page, back, close)
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit

from bot.core.message import Action
from bot.core.text.neutral import is_visible, neutral
from bot.core.wording import shortened
from bot.languages import say
from bot.platforms.telegram.layout import is_address

LABEL: Final = 40
"""Characters of a label; a telephone shows about as many on a button of full width. Guess."""

ROW: Final = 33
"""Characters of all labels of a row; with more than that telephones cut them off. Guess."""

MOST_IN_ROW: Final = 3
"""Buttons that read well side by side."""

REMEMBERED: Final = 256
"""Keyboards that are laid out once for all who see the same buttons. Guess."""

COMMAND: Final = ">"
QUESTION: Final = "?"


FOUND: Final = "@"


def keyboard(actions: Sequence[Action], *, language: str | None = None, is_admin: bool = False) -> InlineKeyboardMarkup | None:
    """Lay actions out in rows, controls of a screen in one of their own at the end; None when there is nothing to press.

    What is for admins is left out unless whoever reads `is_admin`.

    What no button can carry is left out: a command of more than 63 bytes, an address that Telegram does not take.
    """
    return _keyboard(tuple(action for action in actions if is_admin or not action.is_for_admins), language)


@lru_cache(maxsize=REMEMBERED)
def _keyboard(actions: tuple[Action, ...], language: str | None) -> InlineKeyboardMarkup | None:
    offered = [(action, button) for action in actions if (button := _button(action, language))]
    offered = offered[: InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER]
    controls = [button for action, button in offered if _is_control(action)]
    rows = [*_rows([button for action, button in offered if not _is_control(action)])]
    most = InlineKeyboardMarkupLimit.BUTTONS_PER_ROW
    rows += [controls[start : start + most] for start in range(0, len(controls), most)]
    return InlineKeyboardMarkup(rows) if rows else None


def _rows(buttons: Sequence[InlineKeyboardButton]) -> Iterator[list[InlineKeyboardButton]]:
    row: list[InlineKeyboardButton] = []
    for button in buttons:
        if row and (len(row) == MOST_IN_ROW or sum(len(each.text) for each in (*row, button)) > ROW):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def _button(action: Action, language: str | None) -> InlineKeyboardButton | None:
    label = shortened(neutral(say(action.label, language)).strip(), LABEL)
    if not is_visible(label):
        return None
    if _opens(action):
        return InlineKeyboardButton(label, url=action.command) if is_address(action.command) else None
    mark = "" if not action.command.startswith("/") else QUESTION if action.asks else COMMAND
    sent = mark + action.command
    can_be_sent = sent.isprintable() and 0 < len(sent.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    return InlineKeyboardButton(label, callback_data=sent) if can_be_sent else None


def _opens(action: Action) -> bool:
    return action.command.lower().startswith(("http://", "https://"))


def _is_control(action: Action) -> bool:
    return not _opens(action) and not action.command.startswith(("/", FOUND))
