"""The hand in which all pictures are drawn: paper, colours, type, and names that no font can write; what is drawn is decided elsewhere.

One design for light and dark chats: a dark ground of its own, because a bright picture dazzles in a dark chat while a dark one reads
as well in a bright one, and one look needs no setting. The colours are those of Okabe and Ito (Color Universal Design, 2008), which people
with any colour blindness tell apart; what they say is also said by shape or by words.
"""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font

from bot.core.text.neutral import neutral
from bot.core.understanding.axis import is_day
from bot.languages import month

WIDTH: Final = 1080
"""Pixels: what a telephone shows sharply; Telegram scales pictures down beyond 1,280."""

DPI: Final = 100

GROUND, RAISED, INK, QUIET, GRID = "#161c26", "#1f2734", "#f2f4f7", "#a9b4c3", "#323d4e"
BLUE, ORANGE, YELLOW = "#56b4e9", "#e69f00", "#f0e442"

TITLE, LARGE, USUAL, SMALL = 27.0, 22.0, 19.0, 16.5
"""Points; at 100 dots an inch the smallest are letters of 23 pixels, read on a telephone without zooming (seen)."""

EDGE: Final = 48
"""Pixels left free on each side."""

_FACE: Final = "DejaVu Sans"
_HOUSE: Final = get_font(fontManager.findfont(FontProperties(family=_FACE)))
_SCRIPTS: Final = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Unifont",
)
"""Fonts beside the one that comes with matplotlib: used where the machine has them."""


def faces() -> list[str]:
    """Give the families that text is drawn with, the first that has a letter is taken."""
    there = {font.name for font in fontManager.ttflist}
    return [_FACE, *(name for name in _SCRIPTS if name in there)]


class Names:
    """Names of the world made fit for a picture: one line, cut to what fits, and a number where there is no letter to write one with."""

    def __init__(self) -> None:
        self._fonts = [_HOUSE, *(get_font(fontManager.findfont(FontProperties(family=name))) for name in faces()[1:])]
        self._unwritten: dict[str, int] = {}

    @property
    def unwritten(self) -> tuple[str, ...]:
        """The names that stand as numbers, the first as 1."""
        return tuple(self._unwritten)

    def written(self, text: str) -> str:
        """Give a text as it can be drawn: emoji and other signs are left out, a text without its letters becomes a number such as [1]."""
        shown = " ".join("".join(_seen(character) for character in neutral(text)).split())
        missing = [character for character in shown if not self._has(character)]
        if any(character.isalnum() for character in missing):
            return f"[{self._unwritten.setdefault(shown, len(self._unwritten) + 1)}]"
        kept = " ".join("".join(character for character in shown if character not in missing).split())
        return kept or f"[{self._unwritten.setdefault(shown, len(self._unwritten) + 1)}]"

    def _has(self, character: str) -> bool:
        return any(font.get_char_index(ord(character)) for font in self._fonts)


def _seen(character: str) -> str:
    # Isolates and joiners are for those who lay text out; a picture has one text at a place.
    return "" if ord(character) in {0x2068, 0x2069, 0x200C, 0x200D, 0xFE0E, 0xFE0F} else character


def sheet(height: int) -> Figure:
    """Give an empty figure, `WIDTH` wide and so many pixels high."""
    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=GROUND)
    FigureCanvasAgg(figure)
    return figure


def plot(figure: Figure, *, left: float, top: float, width: float, height: float) -> Axes:
    """Give axes without a frame at a place in pixels, counted from the upper left corner."""
    across, down = (figure.get_size_inches() * DPI).tolist()
    axes: Axes = figure.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))
    axes.set_facecolor(GROUND)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=QUIET, pad=8)
    return axes


def put(figure: Figure, at: tuple[float, float], text: str, size: float, colour: str = INK, **how: Any) -> None:
    """Write one line at a place in pixels, counted from the upper left corner; nothing in it is taken for a formula."""
    across, down = (figure.get_size_inches() * DPI).tolist()
    usual: dict[str, Any] = {"va": "baseline", "ha": "left"}
    figure.text(at[0] / across, 1 - at[1] / down, text, fontsize=size, color=colour, parse_math=False, family=faces(), **(usual | how))


def width_of(figure: Figure, text: str, size: float, *, bold: bool = False) -> float:
    """Measure a line in pixels."""
    drawn = figure.text(0, 0, text, fontsize=size, parse_math=False, family=faces(), weight="bold" if bold else "normal")
    width = drawn.get_window_extent().width
    drawn.remove()
    return float(width)


def fitted(figure: Figure, text: str, size: float, most: float, *, bold: bool = False) -> str:
    """Cut a line so that it takes at most so many pixels with the mark that shows the cut."""
    # No letter is narrower than a tenth of its size: what is far too long is not measured in full.
    text = text[: int(most)]
    if width_of(figure, text, size, bold=bold) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(figure, f"{text[:middle].rstrip()}…", size, bold=bold) <= most else (low, middle - 1)
    return f"{text[:low].rstrip()}…"


def lines_of(figure: Figure, text: str, size: float, most: float, count: int, *, bold: bool = False) -> list[str]:
    """Break a text into at most `count` lines of so many pixels; the last is cut."""
    words, lines = text.split(), list[str]()
    while words and len(lines) < count - 1:
        taken = 1
        while taken < len(words) and width_of(figure, " ".join(words[: taken + 1]), size, bold=bold) <= most:
            taken += 1
        lines.append(fitted(figure, " ".join(words[:taken]), size, most, bold=bold))
        words = words[taken:]
    return [*lines, fitted(figure, " ".join(words), size, most, bold=bold)] if words else lines


def headed(figure: Figure, over: str, title: Iterable[str]) -> float:
    """Write what it is and its title of one or more lines; gives where, in pixels from above, the picture may begin."""
    put(figure, (EDGE, 66), over, SMALL, QUIET)
    y = 66.0
    for line in title:
        y += 48
        put(figure, (EDGE, y), line, TITLE, INK, weight="bold")
    return y + 34


def named_tick(at: datetime, language: str | None, *, has_years: bool) -> str:
    """Name a mark of the axis of time: the hour, the day where one begins, the month where years are shown."""
    if not is_day(at):
        return f"{at:%H:%M}"
    return f"{month(at.month, language)} {at.year}" if has_years else f"{at.day} {month(at.month, language)}"


def png(figure: Figure) -> bytes:
    """Give the picture as PNG, without the name of the program that made it."""
    out = BytesIO()
    figure.savefig(out, format="png", dpi=DPI, facecolor=GROUND, metadata={"Software": None})
    return out.getvalue()
