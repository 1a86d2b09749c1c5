"""How the terminal tells what an ingest did."""

from dataclasses import dataclass

from bot.core.message import Action, Message, Paragraph, Style, Text
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
    parts = [f"{counted(outcome.new, 'new article')}"]
    parts += [f"{outcome.revised:,} revised"] if outcome.revised else []
    parts += [f"{outcome.same:,} already known"] if outcome.same else []
    parts += [f"{outcome.unchanged:,} unchanged"] if outcome.unchanged else []
    now = f"{counted(outcome.grouped, 'article')} grouped, {counted(outcome.events, 'event')} in all."
    lines = [f"{counted(outcome.seen, 'file')}: {', '.join(parts)}. {now}"]
    if outcome.grouped_elsewhere:
        lines.append("Another Slugline is running on this database: it groups what came.")
    if outcome.unsettled:
        lines.append(f"{counted(outcome.unsettled, 'file')} still being written: left for the next time.")
    refused = (
        [Paragraph((Text(f"{counted(outcome.refused, 'file')} refused: /errors says why.", Style.WARNING),))] if outcome.refused else []
    )
    actions = (Action("Errors", "/errors"),) if outcome.refused else ()
    return Message((*(Paragraph((Text(line),)) for line in lines), *refused), actions)
