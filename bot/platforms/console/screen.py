"""What a terminal can show: its width, colours, links, and the zone and language of its reader."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, TextIO

from bot.languages import ENGLISH

NARROWEST: Final = 20
"""Columns below which nothing can be laid out; a narrower window wraps by itself."""

PLAIN_WIDTH: Final = 80
"""Columns of what is not a terminal: a pipe, a file, a log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where an answer is shown, and in which language.

    `width` is in columns; `styled` allows bold and dim, `coloured` colours too, `linked` OSC 8 links.
    """

    zone: tzinfo
    language: str = ENGLISH
    width: int = PLAIN_WIDTH
    styled: bool = False
    coloured: bool = False
    linked: bool = False


def screen_of(stream: TextIO, environment: Mapping[str, str], zone: tzinfo, language: str = ENGLISH) -> Screen:
    """Find out what a stream can show; colours follow no-color.org, and a dumb terminal or a pipe gets plain text.

    COLUMNS, where set, is taken for the width.
    """
    columns = environment.get("COLUMNS", "")
    asked = int(columns) if columns.isascii() and columns.isdecimal() and 0 < len(columns) < 5 else 0
    if not stream.isatty():
        return Screen(zone=zone, language=language, width=max(NARROWEST, asked or PLAIN_WIDTH))
    try:
        width = asked or os.get_terminal_size(stream.fileno()).columns or PLAIN_WIDTH
    except OSError:
        # Some terminals, such as a bare serial line, do not tell their size.
        width = PLAIN_WIDTH
    able = environment.get("TERM", "") not in {"", "dumb"}
    return Screen(
        zone=zone,
        language=language,
        width=max(NARROWEST, width),
        styled=able,
        coloured=able and not environment.get("NO_COLOR"),
        linked=able and environment.get("TERM") != "linux",
    )
