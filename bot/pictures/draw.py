"""From a chart to its picture, by the one who draws its kind; loads matplotlib, so that only a process of its own imports this."""

from datetime import tzinfo

from bot.core.understanding.chart import Chart, SourcesChart, TimelineChart, WeekChart
from bot.pictures import ink
from bot.pictures.drawn import Drawn
from bot.pictures.sources import sources
from bot.pictures.timeline import timeline
from bot.pictures.week import week


def draw(chart: Chart, zone: tzinfo, language: str | None) -> Drawn:
    """Draw a chart `ink.WIDTH` pixels wide, with times of this zone and words of this language."""
    names = ink.Names()
    match chart:
        case TimelineChart():
            figure = timeline(chart, zone, language, names)
        case SourcesChart():
            figure = sources(chart, language, names)
        case WeekChart():
            figure = week(chart, language, names)
    return Drawn(png=ink.png(figure), unwritten=names.unwritten)
