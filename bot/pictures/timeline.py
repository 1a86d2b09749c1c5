"""The picture of an event: how much came when, a row for each outlet, copies hollow, the first marked, changes numbered."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.core.phrase import phrase
from bot.core.understanding.axis import ticks
from bot.core.understanding.chart import Dot, Mark, TimelineChart, placed, span_of
from bot.languages import month, say
from bot.pictures import ink

ROW: Final = 54
"""Pixels that a row takes; fewer where there are few."""

LEFT: Final = 324
"""Pixels from the left edge to the axis of time: room for a name of about 20 letters."""

COLUMNS: Final = 48
"""Bars above the rows: of the width of a finger's tip each. Guess."""

_FEW: Final = 6
"""Rows up to which there is room for more of everything."""

_GAP: Final = 24
_NUMBERED: Final = 84
"""Pixels between what came altogether and the rows, without and with the numbers of changes."""

_LEAST: Final = timedelta(hours=1)


def timeline(chart: TimelineChart, zone: tzinfo, language: str | None, names: ink.Names) -> Figure:
    """Draw it, portrait, as high as its rows need."""
    figure = ink.sheet(1000)
    title = ink.lines_of(figure, names.written(chart.title), ink.TITLE, ink.WIDTH - 2 * ink.EDGE, 3, bold=True)
    is_small = len(chart.rows) <= _FEW
    row_height, bars = (ROW + 30, 240) if is_small else (ROW, 150)
    gap = _NUMBERED if chart.changes else _GAP
    rows_height = row_height * len(chart.rows)
    under = 46 * len(chart.changes) + (30 if chart.changes else 0)
    top = 66 + 48 * len(title) + 34 + 52
    rows_top = top + bars + gap
    height = rows_top + rows_height + 74 + under + 24
    figure = ink.sheet(height)
    ink.headed(figure, say(phrase("Timeline of event {number}", number=chart.number), language), title)
    scene = _Scene(figure=figure, chart=chart, zone=zone, language=language, names=names)
    _key(scene, top - 22)
    begin, end = _span(chart, zone)
    width = ink.WIDTH - LEFT - ink.EDGE
    columns = ink.plot(figure, left=LEFT, top=top, width=width, height=bars)
    rows = ink.plot(figure, left=LEFT, top=rows_top, width=width, height=rows_height)
    for axes in (columns, rows):
        axes.set_xlim(_x(begin), _x(end))
    _columns(scene, columns, begin, end)
    ink.put(figure, (LEFT - 22, top + bars - 6), say(phrase("all together"), language), ink.USUAL, ink.QUIET, ha="right")
    _rows(scene, rows, rows_top, row_height)
    _axis(rows, columns, begin, end, language)
    _changes(scene, columns, rows, rows_top + rows_height + 74)
    return figure


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What all parts of the picture are drawn of and on."""

    figure: Figure
    chart: TimelineChart
    zone: tzinfo
    language: str | None
    names: ink.Names


def _x(at: datetime) -> float:
    """Give a time as days; those of matplotlib would be as good, and have no types."""
    return at.toordinal() + (at - datetime.combine(at.date(), time())) / timedelta(days=1)


def _span(chart: TimelineChart, zone: tzinfo) -> tuple[datetime, datetime]:
    """Give what the axis shows: all of it, and a little on both sides so that nothing stands on the edge."""
    begin, end = span_of(chart, zone)
    margin = max(end - begin, _LEAST) * 0.035
    return begin - margin, end + margin


def _key(scene: _Scene, y: float) -> None:
    """Say what the marks mean, only those that are there."""
    there = {dot.mark for row in scene.chart.rows for dot in row.dots}
    days = any(dot.is_day for row in scene.chart.rows for dot in row.dots)
    words = {
        Mark.FIRST: phrase("first report"),
        Mark.REPORT: phrase("report"),
        Mark.COPY: phrase("copy"),
    }
    across, down = (scene.figure.get_size_inches() * ink.DPI).tolist()
    canvas = ink.plot(scene.figure, left=0, top=0, width=across, height=down)
    canvas.set_xlim(0, across)
    canvas.set_ylim(down, 0)
    canvas.axis("off")
    canvas.set_zorder(-1)
    x = float(ink.EDGE + 12)
    for mark in (each for each in words if each in there):
        _mark(canvas, x, y - 8, mark)
        text = say(words[mark], scene.language)
        ink.put(scene.figure, (x + 22, y), text, ink.SMALL, ink.QUIET)
        x += 22 + ink.width_of(scene.figure, text, ink.SMALL) + 48
    if days:
        canvas.plot([x - 10, x + 26], [y - 8, y - 8], color=ink.BLUE, linewidth=5, alpha=0.55, solid_capstyle="round")
        ink.put(scene.figure, (x + 42, y), say(phrase("only the day is known"), scene.language), ink.SMALL, ink.QUIET)


def _mark(axes: Axes, x: float, y: float, mark: Mark) -> None:
    match mark:
        case Mark.FIRST:
            axes.plot([x], [y], marker="D", markersize=15, color=ink.YELLOW, markeredgecolor=ink.GROUND, markeredgewidth=1.5, zorder=5)
        case Mark.REPORT:
            axes.plot([x], [y], marker="o", markersize=15, color=ink.BLUE, markeredgecolor=ink.GROUND, markeredgewidth=1.5, zorder=4)
        case Mark.COPY:
            axes.plot(
                [x], [y], marker="o", markersize=11, markerfacecolor=ink.GROUND, markeredgecolor=ink.QUIET, markeredgewidth=2, zorder=3
            )


def _columns(scene: _Scene, axes: Axes, begin: datetime, end: datetime) -> None:
    """Draw how many came when, copies on top of reports; a bare day counts at its noon."""
    reports, copies = [0] * COLUMNS, [0] * COLUMNS
    for dot in (dot for row in scene.chart.rows for dot in row.dots):
        place = min(COLUMNS - 1, int((placed(dot.at, scene.zone, is_day=dot.is_day) - begin) / (end - begin) * COLUMNS))
        (copies if dot.mark is Mark.COPY else reports)[place] += 1
    step = (_x(end) - _x(begin)) / COLUMNS
    places = [_x(begin) + step * (number + 0.5) for number in range(COLUMNS)]
    axes.bar(places, reports, width=step * 0.78, color=ink.BLUE)
    axes.bar(places, copies, bottom=reports, width=step * 0.78, color="#5d6b7f")
    most = max(map(sum, zip(reports, copies, strict=True)))
    axes.set_ylim(0, most * 1.22)
    axes.set_yticks([])
    axes.axhline(0, color=ink.GRID, linewidth=2)
    # The highest column says how many it is; the others are read against it.
    highest = max(range(COLUMNS), key=lambda number: reports[number] + copies[number])
    axes.text(places[highest], most * 1.04, f"{most:,}", ha="center", fontsize=ink.SMALL, color=ink.INK, family=ink.faces())


def _rows(scene: _Scene, axes: Axes, top: float, row_height: float) -> None:
    axes.set_ylim(len(scene.chart.rows), 0)
    axes.set_yticks([])
    for number, row in enumerate(scene.chart.rows):
        y = number + 0.5
        if number % 2 == 0:
            axes.axhspan(number, number + 1, color=ink.RAISED, zorder=0)
        reported = [placed(dot.at, scene.zone, is_day=dot.is_day) for dot in row.dots]
        axes.plot([_x(min(reported)), _x(max(reported))], [y, y], color=ink.GRID, linewidth=3, zorder=1)
        for dot in sorted(row.dots, key=lambda dot: dot.mark is not Mark.COPY):
            _dot(axes, dot, scene.zone, y)
        name = ink.fitted(scene.figure, scene.names.written(say(row.name, scene.language)), ink.USUAL, LEFT - 22 - ink.EDGE + 14)
        is_first = any(dot.mark is Mark.FIRST for dot in row.dots)
        colour = ink.YELLOW if is_first else ink.INK
        ink.put(scene.figure, (LEFT - 22, top + row_height * y + 9), name, ink.USUAL, colour, ha="right")


def _dot(axes: Axes, dot: Dot, zone: tzinfo, y: float) -> None:
    at = placed(dot.at, zone, is_day=dot.is_day)
    if dot.is_day:
        half = timedelta(hours=12)
        colour = {Mark.COPY: ink.QUIET, Mark.REPORT: ink.BLUE, Mark.FIRST: ink.YELLOW}[dot.mark]
        axes.plot([_x(at - half), _x(at + half)], [y, y], color=colour, linewidth=5, alpha=0.55, solid_capstyle="butt", zorder=2)
    _mark(axes, _x(at), y, dot.mark)


def _axis(rows: Axes, columns: Axes, begin: datetime, end: datetime, language: str | None) -> None:
    marks = ticks(begin, end, 6)
    has_years = end - begin > timedelta(days=300)
    rows.set_xticks([_x(at) for at in marks], [ink.named_tick(at, language, has_years=has_years) for at in marks], family=ink.faces())
    columns.set_xticks([_x(at) for at in marks], [""] * len(marks))
    for axes in (rows, columns):
        axes.grid(visible=True, axis="x", color=ink.GRID, linewidth=1.2)
        axes.set_axisbelow(True)


def _changes(scene: _Scene, columns: Axes, rows: Axes, y: float) -> None:
    """Number the changes in the picture and say below it what they are."""
    for number, change in enumerate(scene.chart.changes, 1):
        at = placed(change.at, scene.zone, is_day=change.is_day)
        x = _x(at)
        # Above the columns stands the number of the highest.
        for axes, up_to in ((columns, 0.8), (rows, 1.0)):
            axes.axvline(x, ymax=up_to, color=ink.ORANGE, linewidth=2, linestyle=(0, (4, 3)), zorder=2)
        # Neighbours stand on two levels, or their numbers would cover each other.
        rows.annotate(
            str(number),
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 15 if number % 2 else 43),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=ink.SMALL,
            color=ink.GROUND,
            weight="bold",
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": ink.ORANGE, "edgecolor": ink.GROUND},
            zorder=6,
        )
        begin = f"{number}   {at.day} {month(at.month, scene.language)}{'' if change.is_day else f' {at:%H:%M}'}"
        line = 30 + y + 46 * (number - 1)
        ink.put(scene.figure, (ink.EDGE, line), begin, ink.USUAL, ink.ORANGE, weight="bold")
        label = ink.fitted(scene.figure, scene.names.written(say(change.label, scene.language)), ink.USUAL, ink.WIDTH - LEFT - ink.EDGE)
        ink.put(scene.figure, (LEFT, line), label, ink.USUAL)
