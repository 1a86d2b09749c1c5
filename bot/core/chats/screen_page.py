"""One page of a screen: which buttons stand under it; where they lead is in `screen`, how long a page may be the platform says."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.core.chats.screen import LONGEST_COMMAND, Level, back_data, fingerprint, fits, turn_data
from bot.core.message import Action, Message, Paragraph, Style, Text
from bot.core.phrase import phrase

ADDRESS: Final = ("http://", "https://")
"""How the command of an action begins that opens an address and runs nothing."""


def page_of(levels: tuple[Level, ...], pages: Sequence[Message], *, about: str = "") -> tuple[Message, tuple[Level, ...]]:
    """Give the page that the top level shows, with its buttons, and the levels with the number of a page that there is.

    `pages` are what the answer was cut into, at least one, each with the actions that belong to it. `about` names the chat that is meant
    where that is not the one in which the screen lies.
    """
    *below, top = levels
    top = replace(top, page=min(max(top.page, 1), len(pages)))
    page = pages[top.page - 1]
    actions = (*map(_carried, page.actions), *_controls((*below, top), len(pages)))
    named = (Paragraph((Text(about, Style.QUIET),)),) if about else ()
    return replace(page, blocks=(*named, *page.blocks), actions=actions), (*below, top)


def has_buttons(message: Message) -> bool:
    """Say whether anything under a message comes back to us when it is pressed."""
    return any(not action.command.startswith(ADDRESS) for action in message.actions)


def _carried(action: Action) -> Action:
    """Let a command be found again in the screen that is too long for the button itself."""
    if action.command.startswith(ADDRESS) or fits(action.command, LONGEST_COMMAND):
        return action
    return Action(action.label, f"@{fingerprint(action.command)}", is_for_admins=action.is_for_admins)


def _controls(levels: tuple[Level, ...], pages: int) -> list[Action]:
    depth, top = len(levels) - 1, levels[-1]
    controls = []
    if pages > 1:
        controls += [
            Action("‹", turn_data(top.page - 1, depth, top) if top.page > 1 else "="),
            Action(f"{top.page}/{pages}", "="),
            Action("›", turn_data(top.page + 1, depth, top) if top.page < pages else "="),
        ]
    if depth:
        controls.append(Action(phrase("Back"), back_data(depth - 1, levels[-2])))
    return [*controls, Action(phrase("Close"), "x")] if controls else []
