"""The digest: which events of a window are shown, which are not and why, and how they read; what a chat knows is not decided here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.core.event import headline, outlets, stamps
from bot.core.extract import extracts
from bot.core.message import Action, Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import Event, EventId
from bot.core.wording import counted, outlets_listed, titled_link

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """How much a digest shows: at most `most` events, at most `per_outlet` led by one outlet unless fewer than `least` would remain."""

    most: int = 9
    least: int = 5
    per_outlet: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """An event of the window that is not shown, and why, in words for a reader."""

    event: Event
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
    shown: tuple[Event, ...]
    hidden: tuple[Hidden, ...]


def choose(
    candidates: Sequence[Event], *, since: datetime, until: datetime, articles: int, events: int, settings: DigestSettings
) -> Digest:
    """Decide which of the candidates a reader is shown; their order does not matter.

    `articles` and `events` count all that the window holds, candidates or not.
    """
    ranked = sorted(candidates, key=_corroboration)
    led: Counter[str] = Counter()
    fitting: list[Event] = []
    crowding: list[Event] = []
    for event in ranked:
        outlet = (headline(event).content.outlet or "").casefold()
        if outlet and led[outlet] >= settings.per_outlet:
            crowding.append(event)
        else:
            led[outlet] += 1
            fitting.append(event)
    shown = fitting[: settings.most]
    shown += crowding[: max(0, settings.least - len(shown))]
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
            Hidden(event=event, reason=reasons[0].format(outlet=headline(event).content.outlet) if event.id in crowded else reasons[1])
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
    items = tuple(
        ((titled_link(headline(hidden.event)),), (Text(f"/event {hidden.event.id}  ·  {hidden.reason}", Style.QUIET),))
        for hidden in digest.hidden
    )
    return Message((Heading((Text("Left out of the digest", Style.STRONG),)), Paragraph((Text(receipts(digest)),)), Listing(items)))


def receipts(digest: Digest) -> str:
    """Account for everything that arrived: "214 articles → 31 events → 9 shown"."""
    return f"{counted(digest.articles, 'article')} → {counted(digest.events, 'event')} → {len(digest.shown):,} shown"


def outlets_line(event: Event) -> str:
    """Name who tells an event and how often: "Babel, The Moscow Times +5 · 9 reports, 2 copies"."""
    unattributed = sum(not article.content.outlet for article in event.articles)
    reports = sum(article.copy_of is None for article in event.articles)
    copies = len(event.articles) - reports
    told = counted(reports, "report") + (f", {counted(copies, 'copy')}" if copies else "")
    return f"{outlets_listed(outlets(event.articles, stamps(event.articles)), unattributed)}  ·  {told}"


def _item(event: Event) -> tuple[Line, ...]:
    best = headline(event)
    sentence: tuple[Line, ...] = tuple((Text(quote.sentence),) for quote in extracts(event, best, 1))
    return ((titled_link(best, Style.STRONG),), *sentence, (Text(f"/event {event.id}  ·  {outlets_line(event)}", Style.QUIET),))


def _corroboration(event: Event) -> tuple[int, int, float, EventId]:
    """Sort key: most independent voices first (outlets that wrote a report; each unattributed report may be another), then newest news."""
    reports = [article for article in event.articles if article.copy_of is None]
    named = {article.content.outlet.casefold() for article in reports if article.content.outlet}
    voices = len(named) + sum(not article.content.outlet for article in reports)
    newest = max((stamp.at for stamp in stamps(event.articles).values()), default=_NEVER)
    return (-voices, -len(reports), -(newest - _NEVER).total_seconds(), event.id)
