"""The buttons and menus below a message on Discord: what each sends or opens, and how they stand; what a press does is decided elsewhere.

What a button sends back (its custom_id) is what it is on Telegram: see `chats.screen`. No two buttons of a message may send the same.
Choices of one setting become a menu, whose options send what their buttons would.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from discord import ButtonStyle, SelectOption
from discord.ui import Button, Select, View

from bot.commands.catalogue import NAMED
from bot.core.chats.screen import LONGEST_DATA, fits
from bot.core.message import Action
from bot.core.text.neutral import is_visible, neutral
from bot.languages import say
from bot.platforms.discord.literal import address
from bot.platforms.discord.runs import beginning, units

LABEL: Final = 80
"""Units of a label (Button Structure: 80 characters)."""

ROW: Final = 60
"""Units of all labels of a row; with more than that they stand in two lines on a computer. Guess."""

MOST_IN_ROW: Final = 5
MOST_ROWS: Final = 5
"""Buttons of a row, and rows of a message (Action Row)."""

MENU: Final = 3
"""Choices of one setting from which they stand in a menu. Guess: two are quicker to press."""

MOST_OPTIONS: Final = 25
OPTION: Final = 100
"""Options of a menu, and units of the label of each and of what stands in the menu before (Select Menus)."""

LONGEST_OPENED: Final = 512
"""Characters of the address behind a button (Button Structure)."""

COMMAND: Final = ">"
QUESTION: Final = "?"
FOUND: Final = "@"
INERT: Final = "="
CHOICE: Final = "*"
"""What the data of a menu begins with; what is chosen is in its values."""


def keyboard(actions: Sequence[Action], *, language: str | None = None) -> View | None:
    """Lay actions out in rows, controls of a screen in one of their own at the end; None when there is nothing to press.

    What no button can carry is left out: a command of more than 63 bytes, an address that Discord does not take, a second button of the
    same command, and what finds no place. The view is ended: the library remembers it for no message, presses are told apart by their data.
    """
    actions = [action for action in actions if not action.is_for_admins]  # many may read
    data: set[str] = set()
    menus, actions = _menus(actions, language, data)
    controls = [action for action in actions if _is_control(action)][:MOST_IN_ROW]
    offered = [button for action in actions if not _is_control(action) and (button := _button(action, language, data))]
    below = [button for number, action in enumerate(controls) if (button := _control(action, language, number, data))]
    rows: list[Sequence[Button[View] | Select[View]]] = [[menu] for menu in menus]
    rows += list(_rows(offered))[: MOST_ROWS - len(rows) - bool(below)]
    rows += [below] if below else []
    if not rows:
        return None
    view = View(timeout=None)
    for number, row in enumerate(rows):
        for item in row:
            item.row = number
            view.add_item(item)
    view.stop()
    return view


def _menus(actions: Sequence[Action], language: str | None, data: set[str]) -> tuple[list[Select[View]], list[Action]]:
    """Take out the choices of settings that are many enough for a menu; gives the menus and the other actions."""
    many = Counter(filter(None, map(_setting, actions)))
    names = [name for name, count in many.items() if count >= MENU][: MOST_ROWS - 2]
    menus = []
    for name in names:
        options = [option for action in actions if _setting(action) == name and (option := _option(action, language, data))]
        summary = beginning(neutral(say(NAMED[name].summary, language)).strip(), OPTION)
        menus.append(Select[View](custom_id=CHOICE + name, placeholder=summary, options=options[:MOST_OPTIONS]))
    return [menu for menu in menus if menu.options], [action for action in actions if _setting(action) not in names]


def _setting(action: Action) -> str:
    """Name the setting of which an action is one choice; empty for whatever else an action does."""
    name, _, choice = action.command.removeprefix("/").partition(" ")
    is_choice = action.command.startswith("/") and bool(choice) and not action.asks
    return name if is_choice and name in NAMED and NAMED[name].settles else ""


def _option(action: Action, language: str | None, data: set[str]) -> SelectOption | None:
    label = beginning(neutral(say(action.label, language)).strip(), OPTION)
    sent = COMMAND + action.command
    if not is_visible(label) or not sent.isprintable() or not fits(sent, LONGEST_DATA) or sent in data:
        return None
    data.add(sent)
    return SelectOption(label=label, value=sent)


def _rows(buttons: Sequence[Button[View]]) -> Iterator[list[Button[View]]]:
    """Fill rows; when there are many, to the last place."""
    is_tight = len(buttons) > MOST_IN_ROW * 2
    row: list[Button[View]] = []
    for button in buttons:
        width = sum(units(each.label or "") for each in (*row, button))
        if row and (len(row) == MOST_IN_ROW or (width > ROW and not is_tight)):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def _button(action: Action, language: str | None, data: set[str]) -> Button[View] | None:
    label = _label(action, language)
    if not is_visible(label):
        return None
    if _opens(action):
        url = address(action.command)
        if url is None or len(url) > LONGEST_OPENED or url in data:
            return None
        data.add(url)
        return Button(label=label, url=url)
    mark = "" if not action.command.startswith("/") else QUESTION if action.asks else COMMAND
    sent = mark + action.command
    if not sent or not sent.isprintable() or not fits(sent, LONGEST_DATA) or sent in data:
        return None
    data.add(sent)
    return Button(label=label, custom_id=sent, style=ButtonStyle.secondary)


def _control(action: Action, language: str | None, number: int, data: set[str]) -> Button[View] | None:
    """Make a control of a screen; one that does nothing cannot be pressed, and has a number since several of them stand together."""
    if action.command != INERT:
        return _button(action, language, data)
    label = _label(action, language)
    return Button(label=label, custom_id=f"{INERT}{number}", disabled=True) if is_visible(label) else None


def _label(action: Action, language: str | None) -> str:
    return beginning(neutral(say(action.label, language)).strip(), LABEL)


def _opens(action: Action) -> bool:
    return action.command.lower().startswith(("http://", "https://"))


def _is_control(action: Action) -> bool:
    return bool(action.command) and not _opens(action) and not action.command.startswith(("/", FOUND))
