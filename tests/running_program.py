"""The real program as a process: its folder, database, configuration and log; on which platform it is met is its user's matter."""

import asyncio
import json
import os
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Date, select, type_coerce, update

from storage.delivery.ledger import told_json, told_of_json
from storage.engine.database import Database
from storage.schema.ban_tables import metadata
from storage.schema.chat_tables import cards
from storage.schema.tables import MICROSECOND, Instant

ROOT = Path(__file__).parent.parent
PATIENCE = 120.0
"""Seconds: reading and grouping a first article takes one, on a machine that is busy with other tests some more."""

SOUNDS = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]

SAID = frozenset({"published_at", "file_time"})
"""Columns of what articles say of themselves, which no time that passes changes."""

BRIDGE = (
    (
        "Orlik Courier",
        "Road bridge over the river Vel gives way near Orlik",
        (
            "A road bridge over the river Vel near Orlik gave way on Tuesday morning, sending eleven vehicles into the water. "
            "Divers pulled nine people alive from the river, the regional fire service of Orlik said."
        ),
    ),
    (
        "The Daily Vel",
        "Bridge over the Vel near Orlik gives way: nine people pulled from the river",
        (
            "Nine people were pulled alive from the river Vel after the road bridge near Orlik gave way on Tuesday morning. Eleven vehicles fell "
            "into the water. Inspectors had warned of cracks in the pillars of the bridge last autumn, the transport ministry admitted."
        ),
    ),
    (
        "Northern Wire",
        "Orlik bridge over the Vel collapses, eleven vehicles in the river",
        (
            "Eleven vehicles plunged into the river Vel when the road bridge near Orlik collapsed on Tuesday. Rescuers of the fire service and "
            "divers searched the water until dark; nine people were pulled out alive. Police closed the road on both sides of the bridge."
        ),
    ),
    (
        "Harbour Post",
        "After the collapse of the Orlik bridge divers search the Vel",
        (
            "Divers went on searching the river Vel on Tuesday evening after the road bridge near Orlik gave way with eleven vehicles on it. "
            "Nine people were saved. The mayor of Orlik asked everybody to stay away from the river bank and from the broken bridge."
        ),
    ),
)
"""Four outlets of one event: each file is a report of its own."""

OTHERS = {
    "comet": "Comet seen over Tamsk with the naked eye\n\nAstronomers of the observatory in Tamsk photographed a comet with a green tail at "
    "dawn. It comes back every 412 years, said the director Irma Vossel.",
    "bakery": "Bakers of Lisse strike for shorter nights\n\nThe bakers of Lisse put down their work at two in the morning. Their union wants "
    "ovens to stay cold until four, and a tenth more pay for apprentices.",
    "chess": "Girl of nine beats grandmaster in Norrby\n\nNine-year-old Hedda Lund won against grandmaster Pavel Sorin in 61 moves at the "
    "chess festival of Norrby, the youngest player ever to do so in an official game.",
    "glacier": "Lake bursts out of glacier above Quell\n\nMeltwater broke through the ice of the Quell glacier on Sunday night and flooded "
    "two alpine pastures. Hikers had been warned by sirens an hour before.",
    "opera": "Opera house of Zarin reopens after nine years\n\nWith a new roof and an old curtain the opera of Zarin opened its doors. Tickets "
    "for the first season were sold within eleven minutes.",
}
"""Events that have nothing to do with each other."""


@dataclass
class Running:
    """Slugline as an operator runs it, with its token in its environment: `given` is what it is told there of the platform.

    `log` holds every line it wrote to standard error, in all its lives, `said` what it wrote to standard output, and `command_lines` what
    everybody on the machine saw of it.
    """

    folder: Path
    url: str
    given: dict[str, str]
    log: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    command_lines: list[str] = field(default_factory=list)
    process: Process | None = None
    _readers: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def seeds(self) -> Path:
        """The folder it watches."""
        return self.folder / "seeds"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def logged(self) -> list[dict[str, Any]]:
        """The lines of its log, in all its lives."""
        return [json.loads(line) for line in self.log if line.startswith("{")]

    def warnings(self) -> list[str]:
        """What it complained of."""
        return [line["event"] for line in self.logged if line["level"] in {"warning", "error", "critical"}]

    async def start(self, **more: str) -> None:
        """Start `slugline run`; `more` are further variables of its environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SLUGLINE_")}
        given = {
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder),
            "SLUGLINE_STORAGE__URL": self.url,
            "SLUGLINE_SOURCES__SETTLE_SECONDS": "0.1",
            "SLUGLINE_CONSOLE__ZONE": "UTC",
            "SLUGLINE_LOG__LEVEL": "info",
            "SLUGLINE_LOG__FORMAT": "json",
            **self.given,
            **more,
        }
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=self.folder, env=kept | given, stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE, stderr=PIPE, limit=2**24,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.command_lines.append(self._command_line())
        self._readers = [
            asyncio.create_task(_read(self.process.stdout, self.said)),
            asyncio.create_task(_read(self.process.stderr, self.log)),
        ]

    def _command_line(self) -> str:
        """What everybody on the machine sees of it."""
        return Path(f"/proc/{self.pid}/cmdline").read_text(encoding="utf-8")

    async def ended(self, within: float = PATIENCE) -> int:
        """Wait until it has ended by itself, and give its exit code."""
        assert self.process is not None
        async with asyncio.timeout(within):
            code = await self.process.wait()
            await asyncio.gather(*self._readers)
        self.process = None
        return code

    async def stop(self) -> int:
        """Tell it to end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        """Let it die in the middle of whatever it does."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    async def heard(self, words: str, times: int = 1, within: float = PATIENCE) -> None:
        """Wait until it has said something in its log."""
        await until(lambda: sum(words in line for line in self.log) >= times, within)

    def drop(self, name: str, text: str) -> None:
        """Put an article file into its folder, whole at once."""
        hidden = self.folder / f"{name}.part"
        hidden.write_text(text, encoding="utf-8")
        hidden.rename(self.seeds / f"{name}.txt")

    def report(self, *numbers: int) -> None:
        """Let outlets tell of the bridge."""
        for number in numbers:
            outlet, title, text = BRIDGE[number]
            self.drop(f"bridge-{number}", f"Title: {title}\nSource: {outlet}\nDate: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n{text}\n")

    async def lapse(self, span: timedelta) -> None:
        """While it does not run, let time pass: all that it wrote down happened so much earlier, and what it had planned is so much nearer."""
        assert self.process is None
        database = await Database.open(self.url, now=datetime.now(UTC))
        async with database.write() as connection:
            for table in metadata.sorted_tables:
                instants = [each for each in table.c if isinstance(each.type, Instant) and each.name not in SAID]
                moved = {each: type_coerce(each, BigInteger) - span // MICROSECOND for each in instants}
                if moved:
                    await connection.execute(update(table).values(moved))
                for column in [column for column in table.c if isinstance(column.type, Date)]:
                    for (day,) in (await connection.execute(select(column).distinct().where(column.is_not(None)).order_by(column))).all():
                        await connection.execute(update(table).where(column == day).values({column: day - timedelta(days=span.days)}))
            for row in (await connection.execute(select(cards.c.id, cards.c.told))).all():
                told = told_of_json(row.told)
                earlier = told_json(replace(told, at=told.at - span))
                await connection.execute(update(cards).where(cards.c.id == row.id).values(told=earlier))
        await database.close()

    def check_unsaid(self, secret: str, *shown: str) -> None:
        """FAULTS row 48: what makes a token a secret is nowhere that anybody could see it: not in what it said, nor in what was `shown`."""
        for lines in (self.log, self.said, shown, self.command_lines):
            assert not [line for line in lines if secret in line]


async def until(is_so: Callable[[], object], within: float = PATIENCE) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.01)


async def _read(stream: asyncio.StreamReader, into: list[str]) -> None:
    while line := await stream.readline():
        into.append(line.decode().rstrip("\n"))


def story(dice: random.Random) -> str:
    """Invent an article whose words no other has: an event of its own. Its title is the first line."""

    def words(count: int) -> list[str]:
        return ["".join(dice.choices(SOUNDS, k=4)) for _ in range(count)]

    title = " ".join(words(3)).title()
    return "\n\n".join([title, *(" ".join(words(9)).capitalize() + "." for _ in range(6))])


def to_next_minute() -> float:
    """Seconds until the clock shows another minute."""
    return 60 - time.time() % 60
