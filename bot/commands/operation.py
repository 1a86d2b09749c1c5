"""What an operator asks: /status and /errors."""

from collections.abc import Sequence
from typing import Final

from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.facts import ErrorFacts, StatusFacts
from bot.core.errors import UsageError
from bot.core.message import Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Quarantined, SourceHealth, Totals
from bot.core.wording import counted
from storage import files, sources, totals

LISTED: Final = 50
"""Files in quarantine that are listed at once; the rest is counted."""


async def status(desk: Desk, call: Call) -> Answer:
    """Say how much there is and whether everything works."""
    if call.words:
        raise UsageError("This command takes no words.")
    async with desk.database.read() as connection:
        counted_ = await totals.totals(connection)
        failing = [source for source in await sources.health(connection) if source.last_error]
    facts = StatusFacts(
        version=desk.version,
        database=desk.database.engine_name,
        sources=counted_.sources,
        articles=counted_.articles,
        copies=counted_.copies,
        events=counted_.events,
        waiting=counted_.waiting,
        quarantined=counted_.quarantined,
        last_arrival_at=counted_.last_arrival_at,
        failing=tuple(source.name for source in failing),
    )
    verdict: Line = (
        (Text(f"{counted(len(failing), 'source')} failing: /errors says why.", Style.WARNING),)
        if failing
        else (Text("Every source works." if counted_.sources else "There is no source yet."),)
    )
    heading = Heading((Text(f"Slugline {desk.version}", Style.STRONG),))
    return Answer(message=Message((heading, Paragraph(verdict), _table(desk, counted_))), facts=facts)


async def errors(desk: Desk, call: Call) -> Answer:
    """List what needs somebody: failing sources and files in quarantine, the newest first."""
    if call.words:
        raise UsageError("This command takes no words.")
    async with desk.database.read() as connection:
        failing = [source for source in await sources.health(connection) if source.last_error]
        quarantined = await files.quarantined(connection, LISTED)
        refused = (await totals.totals(connection)).quarantined
    facts = ErrorFacts(sources=tuple(failing), quarantined=tuple(quarantined))
    if not failing and not quarantined:
        return sentence("Nothing is wrong: every source works, no file is in quarantine.", facts=facts)
    return Answer(message=Message((*_failing(failing), *_quarantine(quarantined, refused))), facts=facts)


def _table(desk: Desk, counts: Totals) -> Table:
    last: Line = (Moment(counts.last_arrival_at),) if counts.last_arrival_at else (Text("never"),)
    rows: list[tuple[str, Line]] = [
        ("events", (Text(f"{counts.events:,}"),)),
        ("articles", (Text(f"{counts.articles:,}"), Text(f"  ({counted(counts.copies, 'copy')})", Style.QUIET))),
        ("waiting to be grouped", (Text(f"{counts.waiting:,}"),)),
        ("files in quarantine", (Text(f"{counts.quarantined:,}"),)),
        ("sources", (Text(f"{counts.sources:,}"),)),
        ("last arrival", last),
        ("database", (Text(desk.database.engine_name),)),
    ]
    return Table(("", ""), tuple(((Text(name, Style.QUIET),), line) for name, line in rows))


def _failing(failing: Sequence[SourceHealth]) -> tuple[Block, ...]:
    if not failing:
        return ()
    items = tuple(
        ((Text(source.name, Style.STRONG), Text(f"  {source.location}", Style.QUIET)), (Text(source.last_error or "", Style.WARNING),))
        for source in failing
    )
    return (Heading((Text("Failing sources", Style.STRONG),)), Listing(items))


def _quarantine(quarantined: Sequence[Quarantined], refused: int) -> tuple[Block, ...]:
    if not quarantined:
        return ()
    items = tuple(
        ((Text(entry.file, Style.STRONG), Text(f"  in {entry.source}, since ", Style.QUIET), Moment(entry.since)), (Text(entry.reason),))
        for entry in quarantined
    )
    left = refused - len(quarantined)
    more = (Paragraph((Text(f"… and {left:,} more.", Style.QUIET),)),) if left > 0 else ()
    advice = Paragraph((Text("The files are untouched; each is tried again when it changes.", Style.QUIET),))
    return (Heading((Text("Files in quarantine", Style.STRONG),)), Listing(items), *more, advice)
