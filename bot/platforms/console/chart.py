"""Charts drawn with letters and blocks, as wide as the terminal; the shapes tell all that the colours do."""

from datetime import datetime, timedelta
from typing import Final

from rich.style import Style as Look
from rich.text import Text as Run

from bot.core.phrase import phrase
from bot.core.understanding.axis import is_day, ticks
from bot.core.understanding.chart import Chart, Mark, SourcesChart, TimelineChart, WeekChart, placed, span_of
from bot.core.understanding.chart_text import said_of
from bot.languages import month, say
from bot.platforms.console.neutral import neutral
from bot.platforms.console.render import printed
from bot.platforms.console.screen import Screen
from bot.platforms.console.wrap import width_of, wrapped

NARROWEST: Final = 32
WIDEST: Final = 120
"""Columns between which a chart is drawn; a wider one is no clearer, a narrower one says nothing."""

_MARKS: Final = {Mark.COPY: "○", Mark.REPORT: "●", Mark.FIRST: "◆"}
_LOOKS: Final = {Mark.COPY: Look(dim=True), Mark.REPORT: Look(color="cyan"), Mark.FIRST: Look(color="yellow", bold=True)}
_ORDER: Final = (Mark.COPY, Mark.REPORT, Mark.FIRST)
"""What stands in a column where several things came: the last of these."""

_RISING: Final = " ▁▂▃▄▅▆▇█"
_PARTS: Final = " ▏▎▍▌▋▊▉█"
_BLUE: Final = Look(color="cyan")
_ORANGE: Final = Look(color="yellow")
_QUIET: Final = Look(dim=True)
_SHORTEST: Final = timedelta(minutes=1)
_HALF_DAY: Final = timedelta(hours=12)
_YEARLY: Final = timedelta(days=300)
"""A chart of more names months and years, not days."""


def draw(chart: Chart, screen: Screen) -> str:
    """Draw a chart for a terminal; no line is wider than the screen, and the text ends with a line break."""
    width = min(max(screen.width, NARROWEST), WIDEST)
    match chart:
        case TimelineChart():
            lines = _timeline(chart, width, screen)
        case SourcesChart():
            lines = _sources(chart, width, screen)
        case WeekChart():
            lines = _week(chart, width, screen)
    return printed(lines, screen)


def _cut(text: str, most: int) -> str:
    """Give a text of the world as one line of at most so many columns."""
    shown = neutral(text[: 4 * most + 4])
    if width_of(shown) <= most:
        return shown
    while shown and width_of(shown) > most - 1:
        shown = shown[:-1]
    return f"{shown.rstrip()}…"


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width_of(text))


class _Scale:
    """The axis of time of a chart: `columns` wide, from its first to its last moment on the reader's clock."""

    def __init__(self, chart: TimelineChart, columns: int, screen: Screen) -> None:
        self.columns = columns
        self._screen = screen
        self._begin, self._end = span_of(chart, screen.zone)

    def column(self, at: datetime, *, is_day: bool = False) -> int:
        """Give the column of a time."""
        return self._column(placed(at, self._screen.zone, is_day=is_day))

    def day(self, at: datetime) -> range:
        """Give the columns of the day of a time, of those that are shown."""
        noon = placed(at, self._screen.zone, is_day=True)
        return range(max(0, self._column(noon - _HALF_DAY)), self._column(noon + _HALF_DAY) + 1)

    def _column(self, at: datetime) -> int:
        return min(self.columns - 1, int((at - self._begin) / max(self._end - self._begin, _SHORTEST) * self.columns))

    def written(self) -> str:
        """Write days and hours below their columns, as many as fit without touching."""
        text = ""
        for at in ticks(self._begin, self._end, max(2, self.columns // 9)):
            label = f"{at.day} {month(at.month, self._screen.language)}" if is_day(at) else f"{at:%H:%M}"
            place = self._column(at)
            if self._has_years and is_day(at):
                label = f"{month(at.month, self._screen.language)} {at.year}"
            place = min(place, self.columns - width_of(label))
            if place >= (width_of(text) + 2 if text else 0):
                text = _padded(text, place) + label
        return text

    @property
    def _has_years(self) -> bool:
        return self._end - self._begin > _YEARLY


def _timeline(chart: TimelineChart, width: int, screen: Screen) -> list[Run]:
    names = [_cut(say(row.name, screen.language), max(10, width // 4)) for row in chart.rows]
    together = _cut(say(phrase("all together"), screen.language), max(10, width // 4))
    margin = max(map(width_of, (*names, together))) + 2
    scale = _Scale(chart, width - margin, screen)
    lines = [_together(chart, _padded(together, margin), scale)]
    for name, row in zip(names, chart.rows, strict=True):
        cells: list[Mark | None] = [None] * scale.columns
        whole = {column for dot in row.dots if dot.is_day for column in scale.day(dot.at)}
        for dot in row.dots:
            place = scale.column(dot.at, is_day=dot.is_day)
            there = cells[place]
            cells[place] = dot.mark if there is None else max(there, dot.mark, key=_ORDER.index)
        is_first = any(dot.mark is Mark.FIRST for dot in row.dots)
        line = Run.assemble((_padded(name, margin), _LOOKS[Mark.FIRST] if is_first else ""))
        for column, mark in enumerate(cells):
            empty = "─" if column in whole else "·"
            line.append(empty if mark is None else _MARKS[mark], _QUIET if mark is None else _LOOKS[mark])
        lines.append(line)
    lines += [_changed(chart, margin, scale)] if chart.changes else []
    lines += [Run(" " * margin + scale.written(), _QUIET), Run(), *wrapped(Run(_key(chart, screen), _QUIET), width)]
    for number, change in enumerate(chart.changes, 1):
        at = placed(change.at, screen.zone, is_day=change.is_day)
        when = f"{at.day} {month(at.month, screen.language)}{'' if change.is_day else f' {at:%H:%M}'}"
        lines += wrapped(Run.assemble((f"{number} ", _ORANGE), f"{when}  {neutral(say(change.label, screen.language))}"), width)
    return lines


def _together(chart: TimelineChart, name: str, scale: _Scale) -> Run:
    """Draw how many came when, as columns of one line."""
    counts = [0] * scale.columns
    for row in chart.rows:
        for dot in row.dots:
            counts[scale.column(dot.at, is_day=dot.is_day)] += 1
    most = max(counts)
    drawn = "".join(_RISING[-(-count * (len(_RISING) - 1) // most)] for count in counts)
    return Run.assemble((name, _QUIET), (drawn, _BLUE))


def _changed(chart: TimelineChart, margin: int, scale: _Scale) -> Run:
    marks = [" "] * scale.columns
    for number, change in enumerate(chart.changes, 1):
        place = scale.column(change.at, is_day=change.is_day)
        # Neighbours move to the next free column; there are fewer changes than columns.
        free = [each for each in range(scale.columns) if marks[each] == " "]
        marks[min(free, key=lambda each: (abs(each - place), each))] = str(number)
    return Run.assemble(" " * margin, ("".join(marks), _ORANGE))


def _key(chart: TimelineChart, screen: Screen) -> str:
    there = {dot.mark for row in chart.rows for dot in row.dots}
    words = {Mark.FIRST: phrase("first report"), Mark.REPORT: phrase("report"), Mark.COPY: phrase("copy")}
    days = (
        [f"─ {say(phrase('only the day is known'), screen.language)}"] if any(dot.is_day for row in chart.rows for dot in row.dots) else []
    )
    return "   ".join([*(f"{_MARKS[mark]} {say(word, screen.language)}" for mark, word in words.items() if mark in there), *days])


def _bar(value: float, most: float, columns: int) -> str:
    """Draw a bar, exact to an eighth of a column; what is there at all is seen."""
    eighths = max(1, round(value / most * columns * 8)) if value > 0 and most > 0 else 0
    return "█" * (eighths // 8) + _PARTS[eighths % 8].strip()


def _sources(chart: SourcesChart, width: int, screen: Screen) -> list[Run]:
    rates = [say(phrase("  {rate:,.1f} a day", rate=bar.a_day), screen.language) for bar in chart.bars]
    names = [_cut(say(bar.name, screen.language), max(10, width // 4)) for bar in chart.bars]
    margin = max(map(width_of, names)) + 2
    columns = max(4, width - margin - max(map(width_of, rates)))
    most = max(bar.a_day for bar in chart.bars)
    lines: list[Run] = []
    for name, rate, bar in zip(names, rates, chart.bars, strict=True):
        drawn = _bar(bar.a_day, most, columns)
        copied = round(len(drawn) * bar.copies / bar.articles)
        reports = drawn[: len(drawn) - copied]
        lines.append(Run.assemble(_padded(name, margin), (reports, _BLUE), ("▒" * copied, _QUIET), rate))
        lines += [
            Run.assemble(" " * margin, line) for line in wrapped(Run(say(said_of(bar), screen.language), _QUIET), max(10, width - margin))
        ]
    legend = f"█ {say(phrase('reports'), screen.language)}   ▒ {say(phrase('copies'), screen.language)}"
    return [*lines, Run(), *wrapped(Run(legend, _QUIET), width)]


def _week(chart: WeekChart, width: int, screen: Screen) -> list[Run]:
    days = [f"{day.day.day} {month(day.day.month, screen.language)}" for day in chart.days]
    counts = [say(phrase("  {value:,}", value=day.articles), screen.language) for day in chart.days]
    margin = max(map(width_of, days)) + 2
    columns = max(4, width - margin - max(map(width_of, counts)))
    most = max(max(day.articles, day.events) for day in chart.days)
    lines: list[Run] = []
    for name, count, day in zip(days, counts, chart.days, strict=True):
        drawn = _bar(day.articles, most, columns)
        reports = round(len(drawn) * day.reports / day.articles) if day.articles else 0
        line = Run.assemble(_padded(name, margin), (drawn[:reports], _BLUE), ("▒" * (len(drawn) - reports), _QUIET), count)
        lines += [line]
        lines += [Run.assemble(" " * margin, ("▀" * len(_bar(day.events, most, columns)), _ORANGE))] if day.events else []
    words = (("█", phrase("reports")), ("▒", phrase("copies")), ("▀", phrase("new events")))
    legend = "   ".join(f"{sign} {say(word, screen.language)}" for sign, word in words)
    return [*lines, Run(), *wrapped(Run(legend, _QUIET), width)]
