"""How a source stands, in words: does it work, how much comes, how early it is; what to do about it is asked elsewhere."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.feed import FullText
from bot.core.message import Line, Moment, Paragraph, Style, Table, Text
from bot.core.model import SourceHealth
from bot.core.wording import counted, shortened

OUTLETS: Final = 15
"""Outlets in the table of a source; the JSON form has them all."""

WEEK: Final = timedelta(days=7)
"""What "a day" is averaged over."""

_REASON: Final = 300
"""Characters of a reason that are shown; reasons of the door have at most 200. Guess."""

_SPANS: Final = ((timedelta(days=1), "day"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"), (timedelta(seconds=1), "s"))


class Standing(StrEnum):
    """Whether a source works, in the word that `/sources` takes to list those."""

    FAILING = "failing"
    ENDED = "ended"
    PAUSED = "paused"
    WAITING = "waiting"
    WORKING = "working"

    @property
    def needs_somebody(self) -> bool:
        """Whether something is wrong that an operator may want to look at."""
        return self in {Standing.FAILING, Standing.ENDED}


_SUMMED: Final = (Standing.WORKING, Standing.FAILING, Standing.ENDED, Standing.PAUSED, Standing.WAITING)


def standing(source: SourceHealth) -> Standing:
    """Say how a source stands; what a person decided goes before what happened."""
    if source.paused_at is not None:
        return Standing.PAUSED
    if source.ended_at is not None:
        return Standing.ENDED
    if source.last_error is not None:
        return Standing.FAILING
    return Standing.WAITING if source.last_success_at is None else Standing.WORKING


def summary(feeds: Sequence[SourceHealth], now: datetime) -> str:
    """Say how all feeds stand: "1,950 working, 38 failing, 12 paused; next check in 3 s"."""
    numbers = Counter(map(standing, feeds))
    parts = [f"{numbers[each]:,} {each}" for each in _SUMMED if numbers[each]]
    next_check = min((each.next_check_at for each in feeds if each.next_check_at is not None), default=None)
    return f"{', '.join(parts)}{f'; next check {until(next_check, now)}' if next_check else ''}"


def outage(since: datetime | None) -> tuple[Paragraph, ...]:
    """Say that our own line is out, and since when; nothing while it is not."""
    if since is None:
        return ()
    told = "So many hosts cannot be reached at once that it must be our own line. No feed is blamed; each is asked again soon. Since "
    return (Paragraph((Text(told, Style.WARNING), Moment(since))),)


def described(source: SourceHealth, now: datetime) -> tuple[Line, ...]:
    """Describe a source in three lines: its name and place, whether it works, what it brings."""
    name = Text(shortened(source.name, 100), Style.STRONG)
    if source.kind != "feed":
        return (
            (name, Text(f"  {source.kind} {source.location}", Style.QUIET)),
            (Text(", ".join(_brings(source, now))),),
            works(source, now),
        )
    location = shortened(source.location, 200) if source.location != source.name else ""
    place = Text("  " + "  ·  ".join(filter(None, (f"feed {source.id}", location, shortened(source.category, 60)))), Style.QUIET)
    return ((name, place), works(source, now), (Text(", ".join(_brings(source, now))),))


def works(source: SourceHealth, now: datetime) -> Line:
    """Say whether a source works, why not, and when it is looked at next."""
    last = _last_success(source)
    match standing(source):
        case Standing.PAUSED:
            paused = (Moment(source.paused_at),) if source.paused_at else ()
            return (Text("paused since ", Style.WARNING), *paused, Text("  ·  "), *last)
        case Standing.ENDED:
            return (Text(f"ended: {_reason(source)}", Style.WARNING), Text("  ·  "), *last, *_next(source, now, "asked once more"))
        case Standing.FAILING:
            times = f" {source.failures:,} times in a row" if source.failures > 1 else ""
            return (Text(f"failing{times}: {_reason(source)}", Style.WARNING), Text("  ·  "), *last, *_next(source, now, "next try"))
        case Standing.WAITING if source.kind == "feed":
            return (Text("waiting for its first check", Style.QUIET), *_next(source, now, "due"))
        case _:
            return (*last, *_next(source, now, "next check"))


def _reason(source: SourceHealth) -> str:
    return shortened(source.last_error or "it is gone", _REASON)


def _last_success(source: SourceHealth) -> Line:
    if source.last_success_at is None:
        never = "it never worked" if source.failures else "nothing came from it yet"
        return (Text(never if source.kind == "feed" else "never scanned", Style.QUIET),)
    return (Text("last success ", Style.QUIET), Moment(source.last_success_at))


def _next(source: SourceHealth, now: datetime, words: str) -> Line:
    return () if source.next_check_at is None else (Text(f"  ·  {words} {until(source.next_check_at, now)}", Style.QUIET),)


def _brings(source: SourceHealth, now: datetime) -> list[str]:
    """Say how much comes, how much of it is copied, and how early it is."""
    told = [counted(source.articles, "article")]
    if source.first_at is not None:
        days = min(WEEK, now - source.first_at) / timedelta(days=1)
        if days > 1:
            told.append(f"{source.articles_week / days:,.1f} a day")
        told.append(f"{share(source.copies, source.articles)} copies")
        told.append(f"first with {source.first:,} of {counted(source.events, 'event')}" if source.events else "no event with others yet")
        if source.median_lag is not None:
            told.append(_lag(source.median_lag))
    if source.full_text == FullText.PAGE:
        told.append("full text from its pages")
    if source.refused:
        told.append(f"{counted(source.refused, 'file')} in quarantine (/errors)")
    return told


def _lag(lag: timedelta) -> str:
    return "usually the first" if lag < timedelta(minutes=1) else f"usually {length(lag)} behind the first"


def outlets_table(source: SourceHealth, *, alone: bool) -> Table:
    """Show the outlets of a source; `alone` when nothing else could be meant."""
    rows = [
        (
            (Text(outlet.name) if outlet.name else Text("unattributed", Style.QUIET),),
            (Text(f"{outlet.articles:,}"),),
            (Text(share(outlet.copies, outlet.articles)),),
            (Text(f"{outlet.first:,}"),),
        )
        for outlet in source.outlets[:OUTLETS]
    ]
    left = source.outlets[OUTLETS:]
    if left:
        articles, copies = sum(outlet.articles for outlet in left), sum(outlet.copies for outlet in left)
        first = sum(outlet.first for outlet in left)
        others = Text(f"{len(left):,} more", Style.QUIET)
        rows.append(((others,), (Text(f"{articles:,}"),), (Text(share(copies, articles)),), (Text(f"{first:,}"),)))
    return Table(("Outlet" if alone else f"Outlet in {source.name}", "Articles", "Copies", "First"), tuple(rows))


def share(part: int, whole: int) -> str:
    """Write a share in whole per cent: "12 %"; a dash for a share of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def until(at: datetime, now: datetime) -> str:
    """Say when something will be: "in 12 min", "now" when it is due."""
    return f"in {length(at - now)}" if at > now else "now"


def length(span: timedelta) -> str:
    """Write a length of time in its largest unit, rounded: "35 min", "5 h", "3 days"."""
    for unit, word in _SPANS:
        number = round(span / unit)
        if span >= unit:
            return counted(number, word) if word == "day" else f"{number:,} {word}"
    return "1 s"
