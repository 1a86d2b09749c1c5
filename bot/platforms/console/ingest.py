"""How the terminal tells what an ingest did."""

from dataclasses import dataclass

from bot.core.message import Action, Message, Paragraph, Style, Text
from bot.core.phrase import joined, phrase, phrases
from bot.core.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What `ingest` did with the `seen` files.

    `unchanged` looked as they did when they were last read; `same` held articles already known; `unsettled` were still being written and
    are left for the next time. `grouped` articles were given their event, also such as came in an earlier run that was interrupted;
    `events` is how many there are now. `grouped_elsewhere` says that a running Slugline groups what came.
    """

    seen: int
    unchanged: int
    new: int
    revised: int
    same: int
    refused: int
    unsettled: int
    grouped: int
    grouped_elsewhere: bool
    events: int


def ingested(outcome: Ingested) -> Message:
    """Put the outcome into a few lines, leaving out what is nothing."""
    parts = [counted(outcome.new, "new article")]
    parts += [phrase("{count:,} revised", count=outcome.revised)] if outcome.revised else []
    parts += [phrase("{count:,} already known", count=outcome.same)] if outcome.same else []
    parts += [phrase("{count:,} unchanged", count=outcome.unchanged)] if outcome.unchanged else []
    grouped, events = counted(outcome.grouped, "article"), counted(outcome.events, "event")
    now = phrase("{articles} grouped, {events} in all.", articles=grouped, events=events)
    lines: list[str] = [phrase("{files}: {parts}. {now}", files=counted(outcome.seen, "file"), parts=joined(", ", parts), now=now)]
    if outcome.grouped_elsewhere:
        lines.append(phrase("Another Slugline is running on this database: it groups what came."))
    if outcome.unsettled:
        told = phrases(
            outcome.unsettled,
            "{count} file still being written: left for the next time.",
            "{count:,} files still being written: left for the next time.",
        )
        lines.append(told)
    refused = (
        [
            Paragraph(
                (
                    Text(
                        phrases(outcome.refused, "{count} file refused: /errors says why.", "{count:,} files refused: /errors says why."),
                        Style.WARNING,
                    ),
                )
            )
        ]
        if outcome.refused
        else []
    )
    actions = (Action(phrase("Errors"), "/errors"),) if outcome.refused else ()
    return Message((*(Paragraph((Text(line),)) for line in lines), *refused), actions)
