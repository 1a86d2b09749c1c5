"""The picture of the last days: articles a day, of them reports, the events that began, and what was told most; nothing is decided here."""

from collections.abc import Sequence
from typing import Final

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bot.core.phrase import phrase
from bot.core.understanding.chart import WeekChart
from bot.languages import month, say
from bot.pictures import ink

_BARS: Final = 520
_TOP: Final = 66 + 48 + 34 + 150
_LINE: Final = 34
_APART: Final = 78
"""Pixels of one line of a title, and of the numbers below it with the gap to the next."""


def week(chart: WeekChart, language: str | None, names: ink.Names) -> Figure:
    """Draw it, portrait; a week without events ends with its bars."""
    figure = ink.sheet(_TOP)
    room = ink.WIDTH - 2 * ink.EDGE - 56
    titles = [ink.lines_of(figure, names.written(top.title), ink.USUAL, room, 2) for top in chart.top]
    listed = 70 + sum(_LINE * len(lines) + _APART for lines in titles) if titles else 0
    figure = ink.sheet(_TOP + _BARS + 120 + listed)
    begin, end = chart.days[0].day, chart.days[-1].day
    span = f"{begin.day} {month(begin.month, language)} – {end.day} {month(end.month, language)} {end.year}"
    ink.headed(figure, span, [say(phrase("The last {count} days", count=len(chart.days)), language)])
    _totals(figure, chart, language)
    _bars(figure, chart, language)
    _listed(figure, chart, titles, language)
    return figure


def _totals(figure: Figure, chart: WeekChart, language: str | None) -> None:
    """Write the three sums large, in the colours of their bars."""
    sums = (
        (sum(day.articles for day in chart.days), phrase("articles"), ink.QUIET),
        (sum(day.reports for day in chart.days), phrase("reports"), ink.BLUE),
        (sum(day.events for day in chart.days), phrase("new events"), ink.ORANGE),
    )
    step = (ink.WIDTH - 2 * ink.EDGE) / len(sums)
    for number, (count, word, colour) in enumerate(sums):
        x = ink.EDGE + step * number
        ink.put(figure, (x, 206), say(phrase("{value:,}", value=count), language), ink.TITLE + 5, colour, weight="bold")
        ink.put(figure, (x, 244), ink.fitted(figure, say(word, language), ink.USUAL, step - 16), ink.USUAL, ink.QUIET)


def _bars(figure: Figure, chart: WeekChart, language: str | None) -> None:
    """Draw three bars a day: reports stand inside the articles, events beside them on the same scale."""
    axes = ink.plot(figure, left=ink.EDGE, top=_TOP, width=ink.WIDTH - 2 * ink.EDGE, height=_BARS)
    most = max(1, *(max(day.articles, day.events) for day in chart.days))
    axes.set_xlim(-0.5, len(chart.days) - 0.5)
    axes.set_ylim(0, most * 1.12)
    axes.set_yticks([])
    axes.axhline(0, color=ink.GRID, linewidth=2)
    for number, day in enumerate(chart.days):
        axes.add_patch(Rectangle((number - 0.36, 0), 0.46, day.articles, color="#5d6b7f"))
        axes.add_patch(Rectangle((number - 0.36, 0), 0.46, day.reports, color=ink.BLUE))
        axes.add_patch(Rectangle((number + 0.14, 0), 0.22, day.events, color=ink.ORANGE))
        if day.articles:
            count = say(phrase("{value:,}", value=day.articles), language)
            axes.text(number - 0.13, day.articles + most * 0.02, count, ha="center", fontsize=ink.SMALL, color=ink.INK, family=ink.faces())
    named = [f"{day.day.day} {month(day.day.month, language)}" for day in chart.days]
    axes.set_xticks(range(len(chart.days)), named, family=ink.faces())


def _listed(figure: Figure, chart: WeekChart, titles: Sequence[Sequence[str]], language: str | None) -> None:
    if not titles:
        return
    y = float(_TOP + _BARS + 116)
    ink.put(figure, (ink.EDGE, y), say(phrase("Most reported"), language), ink.USUAL, ink.ORANGE, weight="bold")
    y += 48
    for number, (top, lines) in enumerate(zip(chart.top, titles, strict=True), 1):
        ink.put(figure, (ink.EDGE, y), f"{number}", ink.USUAL, ink.QUIET)
        for line in lines:
            ink.put(figure, (ink.EDGE + 56, y), line, ink.USUAL)
            y += _LINE
        told = phrase("reports {reports:,} · outlets {outlets:,}", reports=top.reports, outlets=top.outlets)
        ink.put(figure, (ink.EDGE + 56, y), say(told, language), ink.SMALL, ink.QUIET)
        y += _APART
