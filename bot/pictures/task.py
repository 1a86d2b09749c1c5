"""What runs in the process that draws: nothing of matplotlib is loaded anywhere else, because it takes 60 MB and half a second."""

import os
from datetime import tzinfo
from importlib import import_module
from pathlib import Path

from bot.core.understanding.chart import Chart
from bot.pictures.drawn import Drawn


def draw(chart: Chart, zone: tzinfo, language: str | None, cache: Path) -> Drawn:
    """Draw; matplotlib keeps the list of fonts, and whatever else it writes, in the folder `cache`."""
    os.environ["MPLCONFIGDIR"] = str(cache)
    drawn: Drawn = import_module("bot.pictures.draw").draw(chart, zone, language)
    return drawn
