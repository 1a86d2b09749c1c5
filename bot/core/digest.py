"""The digest: which events of a window are shown, which are not and why, and how they read; what a chat knows is not decided here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.core.event import Overview, overview
from bot.core.extract import extracts
from bot.core.message import Action, Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import Event, EventId
from bot.core.wording import counted, outlets_listed, titled_link

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """How much a digest shows: at most `per_outlet` led by one outlet unless fewer than `least` would remain.

    Never more than `most`, whatever `least` says.
    """

    most: int = 9
    least: int = 5
    per_outlet: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """An event of the window that is not shown, and why, in words for a reader."""

    event: Overview
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The events of one window (arrival at this installation, `since` ≤ t < `until`): most corroborated first.

    `articles` counts what arrived in the window, `events` what it touched; `hidden` are the next best of those that are not shown.
    """

    since: datetime
    until: datetime
    articles: int
    events: int
    shown: tuple[Overview, ...]
    hidden: tuple[Hidden, ...]


def choose(
    candidates: Sequence[Event], *, since: datetime, until: datetime, articles: int, events: int, settings: DigestSettings
) -> Digest:
    """Decide which of the candidates a reader is shown; their order does not matter.

    Looks into every article of every candidate: milliseconds each, so not on the event loop.
    `articles` and `events` count all that the window holds, candidates or not.
    """
    ranked = sorted(map(overview, candidates), key=_corroboration)
    led: Counter[str] = Counter()
    fitting: list[Overview] = []
    crowding: list[Overview] = []
    for event in ranked:
        outlet = (event.headline.content.outlet or "").casefold()
        if outlet and led[outlet] >= settings.per_outlet:
            crowding.append(event)
        else:
            led[outlet] += 1
            fitting.append(event)
    shown = fitting[: settings.most]
    shown += crowding[: max(0, min(settings.least, settings.most) - len(shown))]
    ids = {event.id for event in shown}
    crowded = {event.id for event in crowding}
    reasons = (f"more than {settings.per_outlet} led by {{outlet}}", f"beyond the {settings.most} most corroborated")
    return Digest(
        since=since,
        until=until,
        articles=articles,
        events=events,
        shown=tuple(event for event in ranked if event.id in ids),
        hidden=tuple(
            Hidden(event=event, reason=reasons[0].format(outlet=event.headline.content.outlet) if event.id in crowded else reasons[1])
            for event in ranked
            if event.id not in ids
        ),
    )


def compose(digest: Digest) -> Message:
    """Write the digest: window and receipts, then per event its headline, one sentence and its outlets; one line when nothing is new."""
    window: Line = (Moment(digest.since), Text(" – "), Moment(digest.until))
    if not digest.shown:
        return Message((Paragraph((Text("Nothing new since "), Moment(digest.since), Text("."))),))
    blocks: list[Block] = [
        Heading((Text("Digest", Style.STRONG),)),
        Paragraph(window),
        Paragraph((Text(receipts(digest), Style.QUIET),)),
        Listing(tuple(_item(event) for event in digest.shown), numbered=True),
    ]
    actions = [Action(f"Event {event.id}", f"/event {event.id}") for event in digest.shown]
    if digest.hidden:
        actions.append(Action("Hidden", "/digest hidden"))
    return Message(tuple(blocks), tuple(actions))


def compose_hidden(digest: Digest) -> Message:
    """List what a digest left out, each with the reason."""
    if not digest.hidden:
        return Message((Paragraph((Text("The digest left nothing out. "), Text(receipts(digest), Style.QUIET))),))
    left = digest.events - len(digest.shown) - len(digest.hidden)
    more: tuple[Paragraph, ...] = (Paragraph((Text(f"… and {left:,} more with fewer reports.", Style.QUIET),)),) if left > 0 else ()
    items = tuple(
        ((titled_link(hidden.event.headline),), (Text(f"/event {hidden.event.id}  ·  {hidden.reason}", Style.QUIET),))
        for hidden in digest.hidden
    )
    return Message((Heading((Text("Left out of the digest", Style.STRONG),)), Paragraph((Text(receipts(digest)),)), Listing(items), *more))


def receipts(digest: Digest) -> str:
    """Account for everything that arrived: "214 articles → 31 events → 9 shown"."""
    return f"{counted(digest.articles, 'article')} → {counted(digest.events, 'event')} → {len(digest.shown):,} shown"


def outlets_line(event: Overview) -> str:
    """Name who tells an event and how often: "Babel, The Moscow Times +5 · 9 reports, 2 copies"."""
    told = counted(event.reports, "report") + (f", {counted(event.copies, 'copy')}" if event.copies else "")
    return f"{outlets_listed(event.outlets, event.unattributed)}  ·  {told}"


def _item(event: Overview) -> tuple[Line, ...]:
    sentence: tuple[Line, ...] = tuple((Text(quote.sentence),) for quote in extracts(event, 1))
    return ((titled_link(event.headline, Style.STRONG),), *sentence, (Text(f"/event {event.id}  ·  {outlets_line(event)}", Style.QUIET),))


def _corroboration(event: Overview) -> tuple[int, int, float, EventId]:
    """Sort key: most independent voices first (outlets that wrote a report; each unattributed report may be another), then newest news."""
    reports = [article for article in event.ordered if article.copy_of is None]
    named = {article.content.outlet.casefold() for article in reports if article.content.outlet}
    voices = len(named) + sum(not article.content.outlet for article in reports)
    newest = max((stamp.at for stamp in event.times.values()), default=_NEVER)
    return (-voices, -event.reports, -(newest - _NEVER).total_seconds(), event.id)
