"""The picture of the sources side by side: articles a day, copies among them, how often first, how late else; nothing is decided here."""

from typing import Final

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bot.core.phrase import phrase
from bot.core.understanding.chart import SourcesChart
from bot.core.understanding.chart_text import said_of
from bot.languages import say
from bot.pictures import ink

ROW: Final = 124
"""Pixels for a source: its name and rate, its bar, and what else is known of it."""


def sources(chart: SourcesChart, language: str | None, names: ink.Names) -> Figure:
    """Draw it, as high as the sources need."""
    top = 66 + 48 + 34 + 44
    figure = ink.sheet(top + ROW * len(chart.bars) + (64 if chart.left else 24))
    ink.headed(figure, say(phrase("Sources, the busiest first"), language), [say(phrase("Articles a day"), language)])
    across, down = (figure.get_size_inches() * ink.DPI).tolist()
    canvas = ink.plot(figure, left=0, top=0, width=across, height=down)
    canvas.set_xlim(0, across)
    canvas.set_ylim(down, 0)
    canvas.axis("off")
    x = float(ink.EDGE)
    for colour, word in ((ink.BLUE, phrase("reports")), (ink.QUIET, phrase("copies"))):
        canvas.add_patch(Rectangle((x, top - 42), 22, 22, color=colour))
        text = say(word, language)
        ink.put(figure, (x + 34, top - 23), text, ink.SMALL, ink.QUIET)
        x += 34 + ink.width_of(figure, text, ink.SMALL) + 44
    most = max(bar.a_day for bar in chart.bars) or 1.0
    room = across - 2 * ink.EDGE
    for number, bar in enumerate(chart.bars):
        y = top + ROW * number
        rate = say(phrase("{rate:,.1f}", rate=bar.a_day), language)
        taken = ink.width_of(figure, rate, ink.LARGE, bold=True)
        name = ink.fitted(figure, names.written(bar.name), ink.USUAL, room - taken - 40)
        ink.put(figure, (ink.EDGE, y + 32), name, ink.USUAL)
        ink.put(figure, (across - ink.EDGE, y + 32), rate, ink.LARGE, ink.INK, ha="right", weight="bold")
        canvas.add_patch(Rectangle((ink.EDGE, y + 46), room, 22, color=ink.RAISED))
        length = room * bar.a_day / most
        copied = length * bar.copies / bar.articles
        canvas.add_patch(Rectangle((ink.EDGE, y + 46), length - copied, 22, color=ink.BLUE))
        canvas.add_patch(Rectangle((ink.EDGE + length - copied, y + 46), copied, 22, color=ink.QUIET))
        more = ink.fitted(figure, say(said_of(bar), language), ink.SMALL, room)
        ink.put(figure, (ink.EDGE, y + 98), more, ink.SMALL, ink.QUIET)
    if chart.left:
        left = say(phrase("{count:,} more are not shown.", count=chart.left), language)
        ink.put(figure, (ink.EDGE, top + ROW * len(chart.bars) + 26), left, ink.SMALL, ink.QUIET)
    return figure
