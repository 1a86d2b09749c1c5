"""The digest: which events of a window are shown, which are not and why, and how they read; what a chat was told is given to it."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.core.chats.chat import DigestId, Told
from bot.core.event import Overview, overview
from bot.core.message import Action, Block, Heading, Line, Link, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import ArticleId, Event, EventId
from bot.core.phrase import Phrase, joined, phrase, phrases, verbatim
from bot.core.telling.digest_settings import DigestSettings
from bot.core.telling.ledger import Delta, Developing, Known, New, change_since, classify, grown, reads_as_told
from bot.core.understanding.changes import Change
from bot.core.understanding.changes_wording import change_line
from bot.core.understanding.extract import extracts
from bot.core.wording import counted, outlet_name, outlets_line, safe_url, titled_link

HIDDEN_LISTED: Final = 50
"""Events that the list of what was left out names; nobody reads more. Guess."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_NOTHING: Final[Mapping[EventId, str]] = MappingProxyType({})
_UNTOLD: Final[Mapping[EventId, Told]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """An event of the window that is not shown, and why, in words for a reader."""

    event: Overview
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Developed:
    """An event that the chat was told, and what came since: `change` weighs most of what changed, None when it is only more."""

    event: Overview
    told: Told
    delta: Delta
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The events of one window (what came to this installation since `since` and until `until`): most corroborated first.

    `articles` counts what arrived in the window, `events` what it touched, `backlog` what came too and was old already; `hidden` are the
    next best of those that are not shown. `shown` are new to the reader, `developing` are not.
    """

    since: datetime
    until: datetime
    articles: int
    events: int
    shown: tuple[Overview, ...]
    hidden: tuple[Hidden, ...]
    developing: tuple[Developed, ...] = ()
    backlog: int = 0

    @property
    def told(self) -> tuple[Overview, ...]:
        """All events that the reader is told of."""
        return (*self.shown, *(each.event for each in self.developing))


Item: TypeAlias = tuple[Line, ...]
"""How one event reads."""


def choose(
    candidates: Sequence[Event], *, since: datetime, until: datetime, articles: int, events: int, settings: DigestSettings
) -> Digest:
    """Decide which of the candidates a reader is shown who was told nothing; their order does not matter.

    Looks into every article of every candidate: milliseconds each, so not on the event loop.
    `articles` and `events` count all that the window holds, candidates or not.
    """
    window = Digest(since=since, until=until, articles=articles, events=events, shown=(), hidden=())
    return arrange(window, ranked(list(map(overview, candidates))), settings=settings)


def ranked(candidates: Sequence[Overview]) -> list[Overview]:
    """Put events in the order of a digest: the most corroborated first."""
    return sorted(candidates, key=_corroboration)


def arrange(
    window: Digest,
    candidates: Sequence[Overview],
    *,
    settings: DigestSettings,
    told: Mapping[EventId, Told] = _UNTOLD,
    excluded: Mapping[EventId, str] = _NOTHING,
    backlog: Collection[ArticleId] = frozenset(),
) -> Digest:
    """Decide which of the candidates, `ranked` already, a chat is shown that was `told` of some; `window` says what is counted.

    `excluded` are those that it does not want, each with the reason; `backlog` names the articles that were old when they came.
    """
    reasons = dict(excluded)
    new: list[Overview] = []
    developed: list[Developed] = []
    for event in candidates:
        if event.id in reasons:
            continue
        match classify(event, told.get(event.id), backlog):
            case New():
                new.append(event)
            case Developing(delta):
                developed.append(Developed(event=event, told=told[event.id], delta=delta))
            case Known():
                reasons[event.id] = phrase("already told, and nothing new since")
    places = settings.most - min(len(developed), settings.developing, settings.most // 2)
    shown, crowded = _fitting(new, settings, places)
    developed.sort(key=lambda each: (-each.delta.outlets, -each.delta.reports, each.event.id))
    developing = tuple(
        replace(each, change=change_since(each.event, each.told, backlog)) for each in developed[: settings.most - len(shown)]
    )
    is_told = {event.id for event in shown} | {each.event.id for each in developing}
    beyond = phrase("beyond the {most} most corroborated", most=settings.most)
    return Digest(
        since=window.since,
        until=window.until,
        articles=window.articles,
        events=window.events,
        backlog=window.backlog,
        shown=tuple(shown),
        developing=developing,
        hidden=tuple(
            Hidden(event=event, reason=reasons.get(event.id) or crowded.get(event.id) or beyond)
            for event in candidates
            if event.id not in is_told
        ),
    )


def _fitting(candidates: Sequence[Overview], settings: DigestSettings, places: int) -> tuple[list[Overview], dict[EventId, str]]:
    """Choose what fits, and name what is crowded out by other events that the same outlet leads."""
    led: Counter[str] = Counter()
    fitting: list[Overview] = []
    crowding: list[Overview] = []
    for event in candidates:
        outlet = (event.headline.content.outlet or "").casefold()
        if outlet and led[outlet] >= settings.per_outlet:
            crowding.append(event)
        else:
            led[outlet] += 1
            fitting.append(event)
    shown = fitting[:places]
    shown += crowding[: max(0, min(settings.least, places) - len(shown))]
    ids = {event.id for event in shown}
    return [event for event in candidates if event.id in ids], {event.id: _crowded(event, settings.per_outlet) for event in crowding}


def _crowded(event: Overview, most: int) -> str:
    return phrase("more than {most} led by {outlet}", most=most, outlet=event.headline.content.outlet or "")


def item(event: Overview) -> Item:
    """Write an event that is new: its headline, one sentence, its outlets. Milliseconds; the same for every reader."""
    sentence: Item = tuple((Text(quote.sentence),) for quote in extracts(event, 1))
    return ((titled_link(event.headline, Style.STRONG),), *sentence, (_numbered(event, outlets_line(event)),))


def _numbered(event: Overview, told: str) -> Text:
    return Text(joined("", (verbatim(f"/event {event.id}  ·  "), told)), Style.QUIET)


def gathered(event: Overview) -> Message:
    """Write what broke while a chat was left in peace."""
    heading = Heading((Text(phrase("While it was quiet"), Style.STRONG),))
    return Message((heading, Listing((item(event),), numbered=True)), (_card(event),))


def together(earlier: Message | None, later: Message) -> Message:
    """Put what broke into one message, each event as it was told last; both are of `gathered` or of this."""
    if earlier is None:
        return later
    listed = {
        action: each
        for message in (earlier, later)
        for block in message.blocks
        if isinstance(block, Listing)
        for action, each in zip(message.actions, block.items, strict=True)
    }
    return Message((later.blocks[0], Listing(tuple(listed.values()), numbered=True)), tuple(listed))


def compose(digest: Digest, *, number: DigestId | None = None, items: Callable[[Overview], Item] = item) -> Message:
    """Write the digest: window and receipts, then per event its headline, one sentence and its outlets; one line when nothing is new.

    What developed says only what is new. `number` is that of a digest that is kept, so that its reader can ask what it left out; `items`
    is for who writes many digests of the same events.
    """
    window: Line = (Moment(digest.since), Text(" – "), Moment(digest.until))
    left_out = (Action(phrase("Hidden"), "/digest hidden" if number is None else f"/digest hidden {number}"),) if digest.hidden else ()
    if not digest.told:
        told: Line = (Text(phrase("Nothing new since ")), Moment(digest.since), Text("."))
        counts: Line = (Text(joined("", (" ", receipts(digest), ".")), Style.QUIET),) if digest.hidden else ()
        return Message((Paragraph((*told, *counts)),), left_out)
    blocks: list[Block] = [
        Heading((Text(phrase("Digest"), Style.STRONG),)),
        Paragraph(window),
        Paragraph((Text(receipts(digest), Style.QUIET),)),
    ]
    if digest.shown:
        blocks += [Paragraph((Text(phrase("New"), Style.STRONG),))] if digest.developing else []
        blocks.append(Listing(tuple(items(event) for event in digest.shown), numbered=True))
    if digest.developing:
        blocks += [Paragraph((Text(phrase("Developing"), Style.STRONG),)), Listing(tuple(_development(each) for each in digest.developing))]
    return Message(tuple(blocks), (*map(_card, digest.told), *left_out))


def _card(event: Overview) -> Action:
    return Action(phrase("Event {id}", id=event.id), f"/event {event.id}")


def compose_hidden(digest: Digest) -> Message:
    """List what a digest left out, each with the reason."""
    old = phrases(
        digest.backlog,
        "{count} article of back-catalogues came too; they were old already, and nobody is told of them.",
        "{count:,} articles of back-catalogues came too; they were old already, and nobody is told of them.",
    )
    backlog: tuple[Paragraph, ...] = (Paragraph((Text(old, Style.QUIET),)),) if digest.backlog else ()
    if not digest.hidden:
        nothing: Line = (Text(phrase("The digest left nothing out. ")), Text(receipts(digest), Style.QUIET))
        return Message((Paragraph(nothing), *backlog))
    listed = digest.hidden[:HIDDEN_LISTED]
    left = digest.events - len(digest.told) - len(listed)
    more: tuple[Paragraph, ...] = (
        (Paragraph((Text(phrase("… and {count:,} more with fewer reports.", count=left), Style.QUIET),)),) if left > 0 else ()
    )
    items = tuple(((titled_link(hidden.event.headline),), (_numbered(hidden.event, hidden.reason),)) for hidden in listed)
    heading = Heading((Text(phrase("Left out of the digest"), Style.STRONG),))
    return Message((heading, Paragraph((Text(receipts(digest)),)), Listing(items), *more, *backlog))


def receipts(digest: Digest) -> Phrase:
    """Account for everything that arrived: "214 articles → 31 events → 9 shown"."""
    arrived, became = counted(digest.articles, "article"), counted(digest.events, "event")
    return phrase("{articles} → {events} → {shown:,} shown", articles=arrived, events=became, shown=len(digest.told))


def _development(each: Developed) -> Item:
    """Write what developed: the headline that the chat knows, what came since, and no word of what it was told."""
    address = safe_url(each.event.headline.content.url) if reads_as_told(each.event, each.told) else None
    known: Line = (Link(each.told.headline, address, Style.STRONG),) if address else (Text(each.told.headline, Style.STRONG),)
    if each.delta.headline:
        news: Item = ((Text(phrase("now: ")), titled_link(each.event.headline)),)
    elif each.delta.latest is not None:
        news = (
            (
                Text(phrase("latest: ")),
                titled_link(each.delta.latest),
                Text(joined("", (" — ", outlet_name(each.delta.latest))), Style.QUIET),
            ),
        )
    else:
        news = ()
    changed: Item = (change_line(each.change),) if each.change is not None else ()
    return (known, *news, *changed, (_numbered(each.event, grown(each.delta)),))


def _corroboration(event: Overview) -> tuple[int, int, float, EventId]:
    """Sort key: most independent voices first (outlets that wrote a report; each unattributed report may be another), then newest news."""
    reports = [article for article in event.ordered if article.copy_of is None]
    named = {article.content.outlet.casefold() for article in reports if article.content.outlet}
    voices = len(named) + sum(not article.content.outlet for article in reports)
    newest = max((stamp.at for stamp in event.times.values()), default=_NEVER)
    return (-voices, -event.reports, -(newest - _NEVER).total_seconds(), event.id)
