"""How a source stands, in words: does it work, how much comes, how early it is; what to do about it is asked elsewhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from bot.core.feeds.feed import FullText
from bot.core.message import Line, Moment, Paragraph, Style, Table, Text
from bot.core.model import SourceHealth
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.wording import counted, length, number, shortened

OUTLETS: Final = 15
"""Outlets in the table of a source; the JSON form has them all."""

WEEK: Final = timedelta(days=7)
"""What "a day" is averaged over."""

_REASON: Final = 300
"""Characters of a reason that are shown; reasons of the door have at most 200. Guess."""


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


def _standing_of(count: int) -> dict[Standing, Phrase]:
    """Say that so many sources stand so."""
    return {
        Standing.WORKING: phrase("{count:,} working", count=count),
        Standing.FAILING: phrase("{count:,} failing", count=count),
        Standing.ENDED: phrase("{count:,} ended", count=count),
        Standing.PAUSED: phrase("{count:,} paused", count=count),
        Standing.WAITING: phrase("{count:,} waiting", count=count),
    }


def summary(feeds: Sequence[SourceHealth], now: datetime) -> str:
    """Say how all feeds stand: "1,950 working, 38 failing, 12 paused; next check in 3 s"."""
    numbers = Counter(map(standing, feeds))
    told = joined(", ", [_standing_of(numbers[each])[each] for each in _SUMMED if numbers[each]])
    next_check = min((each.next_check_at for each in feeds if each.next_check_at is not None), default=None)
    return phrase("{told}; next check {when}", told=told, when=until(next_check, now)) if next_check else told


def outage(since: datetime | None) -> tuple[Paragraph, ...]:
    """Say that our own line is out, and since when; nothing while it is not."""
    if since is None:
        return ()
    told = phrase(
        "So many hosts cannot be reached at once that it must be our own line. No feed is blamed; each is asked again soon. Since "
    )
    return (Paragraph((Text(told, Style.WARNING), Moment(since))),)


def shown_to(source: SourceHealth, *, is_admin: bool) -> SourceHealth:
    """Leave out what is for admins only: where folders lie, and of addresses, which may hold a password or key, all but the host."""
    if is_admin:
        return source
    if source.kind == "feed":
        host = urlsplit(source.location).hostname or ""
        return replace(source, location=host, name=host if source.name == source.location else source.name)
    error = None if source.last_error is None else phrase("It cannot be read at the moment.")
    return replace(source, location="", last_error=error)


def described(source: SourceHealth, now: datetime) -> tuple[Line, ...]:
    """Describe a source in three lines: its name and place, whether it works, what it brings."""
    name = Text(shortened(source.name, 100), Style.STRONG)
    if source.kind != "feed":
        return (
            (name, Text(joined("", ("  ", _kind(source), f" {source.location}".rstrip())), Style.QUIET)),
            (Text(joined(", ", _brings(source, now))),),
            works(source, now),
        )
    location = shortened(source.location, 200) if source.location != source.name else ""
    parts = filter(None, (phrase("feed {id}", id=source.id), location, shortened(source.category, 60)))
    place = Text(joined("", ("  ", joined("  ·  ", tuple(parts)))), Style.QUIET)
    return ((name, place), works(source, now), (Text(joined(", ", _brings(source, now))),))


def _kind(source: SourceHealth) -> str:
    return phrase("folder") if source.kind == "folder" else source.kind


def works(source: SourceHealth, now: datetime) -> Line:
    """Say whether a source works, why not, and when it is looked at next."""
    last = _last_success(source)
    match standing(source):
        case Standing.PAUSED:
            paused = (Moment(source.paused_at),) if source.paused_at else ()
            return (Text(phrase("paused since "), Style.WARNING), *paused, Text("  ·  "), *last)
        case Standing.ENDED:
            return _ended(source, last, now)
        case Standing.FAILING:
            return _failing(source, last, now)
        case Standing.WAITING if source.kind == "feed":
            return (
                Text(phrase("waiting for its first check"), Style.QUIET),
                *_next(source, phrase("  ·  due {when}", when=_when(source, now))),
            )
        case _:
            return (*last, *_next(source, phrase("  ·  next check {when}", when=_when(source, now))))


def _reason(source: SourceHealth) -> str:
    return shortened(source.last_error, _REASON) if source.last_error else phrase("it is gone")


def _last_success(source: SourceHealth) -> Line:
    if source.last_success_at is None:
        never = phrase("it never worked") if source.failures else phrase("nothing came from it yet")
        return (Text(never if source.kind == "feed" else phrase("never scanned"), Style.QUIET),)
    return (Text(phrase("last success "), Style.QUIET), Moment(source.last_success_at))


def _ended(source: SourceHealth, last: Line, now: datetime) -> Line:
    why = Text(phrase("ended: {reason}", reason=_reason(source)), Style.WARNING)
    return (why, Text("  ·  "), *last, *_next(source, phrase("  ·  asked once more {when}", when=_when(source, now))))


def _failing(source: SourceHealth, last: Line, now: datetime) -> Line:
    times = max(1, source.failures)
    told = phrases(times, "failing: {reason}", "failing {count:,} times in a row: {reason}", reason=_reason(source))
    why = Text(told, Style.WARNING)
    return (why, Text("  ·  "), *last, *_next(source, phrase("  ·  next try {when}", when=_when(source, now))))


def _next(source: SourceHealth, told: Phrase) -> Line:
    return () if source.next_check_at is None else (Text(told, Style.QUIET),)


def _when(source: SourceHealth, now: datetime) -> Phrase:
    return until(source.next_check_at or now, now)


def _brings(source: SourceHealth, now: datetime) -> list[str]:
    """Say how much comes, how much of it is copied, and how early it is."""
    told: list[str] = [counted(source.articles, "article")]
    if source.first_at is not None:
        days = min(WEEK, now - source.first_at) / timedelta(days=1)
        if days > 1:
            told.append(phrase("{rate:,.1f} a day", rate=source.articles_week / days))
        told.append(phrase("{share} copies", share=share(source.copies, source.articles)))
        told.append(_first(source) if source.events else phrase("no event with others yet"))
        if source.exclusive:
            told.append(phrase("{count:,} that nobody else told", count=source.exclusive))
        if source.median_lag is not None:
            told.append(_lag(source.median_lag))
    if source.full_text == FullText.PAGE:
        told.append(phrase("full text from its pages"))
    if source.refused:
        told.append(phrases(source.refused, "{count} file in quarantine (/errors)", "{count:,} files in quarantine (/errors)"))
    return told


def _first(source: SourceHealth) -> Phrase:
    return phrases(source.events, "first with {first:,} of {count} event", "first with {first:,} of {count:,} events", first=source.first)


def _lag(lag: timedelta) -> Phrase:
    if lag < timedelta(minutes=1):
        return phrase("usually the first")
    return phrase("usually {length} behind the first", length=length(lag))


def outlets_table(source: SourceHealth, *, alone: bool) -> Table:
    """Show the outlets of a source; `alone` when nothing else could be meant."""
    rows = [
        (
            (Text(outlet.name) if outlet.name else Text(phrase("unattributed"), Style.QUIET),),
            (Text(number(outlet.articles)),),
            (Text(share(outlet.copies, outlet.articles)),),
            (Text(number(outlet.first)),),
        )
        for outlet in source.outlets[:OUTLETS]
    ]
    left = source.outlets[OUTLETS:]
    if left:
        articles, copies = sum(outlet.articles for outlet in left), sum(outlet.copies for outlet in left)
        first = sum(outlet.first for outlet in left)
        others = Text(phrase("{count:,} more", count=len(left)), Style.QUIET)
        rows.append(((others,), (Text(number(articles)),), (Text(share(copies, articles)),), (Text(number(first)),)))
    outlet_of = phrase("Outlet") if alone else phrase("Outlet in {source}", source=source.name)
    return Table((outlet_of, phrase("Articles"), phrase("Copies"), phrase("First")), tuple(rows))


def share(part: int, whole: int) -> str:
    """Write a share in whole per cent: "12 %"; a dash for a share of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def until(at: datetime, now: datetime) -> Phrase:
    """Say when something will be: "in 12 min", "now" when it is due."""
    return phrase("in {length}", length=length(at - now)) if at > now else phrase("now")
