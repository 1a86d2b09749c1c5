"""Export: all that an installation keeps as lines of JSON, in one moment of its database; `import_` reads them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.pipeline.collect import Advance
from storage.delivery import unsent
from storage.engine.database import Database
from storage.engine.upgrade import NEWEST
from storage.portability import portable

FORMAT: Final = 1
"""Counts the ways in which lines were written. A program reads its own and every older one; it counts up when an older program would read
something wrongly, not when a column or a kind of line is added: these an older program refuses by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: so many lines after the first, of them the named; `unsent` messages stayed behind, which nobody has seen yet."""

    lines: int
    articles: int
    events: int
    chats: int
    unsent: int


async def export(
    database: Database, write: Callable[[bytes], object], *, program: str, now: datetime, expect: Advance, advance: Advance
) -> Exported:
    """Write everything; the first line says by what and when, and how many lines follow.

    What was written by a program that runs meanwhile is there as it was at the beginning. Raises whatever `write` raises.
    """
    async with database.read() as connection:
        counts = await portable.count(connection)
        total = sum(counts.values())
        expect(total)
        first = {"kind": "export", "format": FORMAT, "program": program, "schema": NEWEST, "at": now.isoformat(), "lines": total}
        write(json.dumps(first, separators=(",", ":")).encode() + b"\n")
        async for page in portable.lines(connection):
            write("".join(page).encode())
            advance(len(page))
        waiting = await unsent.count(connection)
    return Exported(lines=total, articles=counts["article"], events=counts["event"], chats=counts["chat"], unsent=waiting)
