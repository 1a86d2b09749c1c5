"""How wide text is on a terminal, and where its lines break; what it looks like is decided elsewhere."""

import unicodedata
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from rich.text import Text as Run

# Chinese and Japanese punctuation that never begins a line (JIS X 4051, closing marks and stops).
_NEVER_FIRST: Final = frozenset("，。、．・：；？！」』）】》〉”’ー々…")

_VIRAMA: Final = 9
"""The combining class of the marks that join Indian consonants."""


def width_of(text: str) -> int:
    """Count the columns of neutral text; never fewer than a terminal takes.

    Spacing marks and viramas of Indian scripts get a column of their own: some terminals draw them so, the tables of rich count none.
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrapped(run: Run, width: int) -> list[Run]:
    """Break a run into lines of at most `width` columns (at least 2), at least one line.

    Lines break at blanks and beside wide characters; only a word longer than a whole line is cut.
    """
    text = run.plain
    cuts: list[int] = []
    start = used = 0
    # Where this line may break, and how many columns the text had used up to there.
    chance = chance_used = 0
    previous = ""
    for place, character in enumerate(text):
        columns = _columns(character)
        if place > start and _may_break(previous, character, columns):
            chance, chance_used = place, used
        if used + columns > width and character != " " and place > start:
            if chance <= start:
                chance, chance_used = place, used
            cuts.append(chance)
            used -= chance_used
            start = chance
        used += columns
        previous = character
    lines = list(run.divide(cuts)) if cuts else [run.copy()]
    for line in lines:
        line.rstrip()
    return lines


def _may_break(previous: str, character: str, columns: int) -> bool:
    if character == " " or unicodedata.category(character).startswith("M"):
        return False
    if previous == " ":
        return True
    return max(columns, _columns(previous)) == 2 and character not in _NEVER_FIRST


@lru_cache(maxsize=20_000)
def _columns(character: str) -> int:
    is_spacing = unicodedata.category(character) == "Mc" or unicodedata.combining(character) == _VIRAMA
    return cell_len(character) + is_spacing
