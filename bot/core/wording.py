"""How outlets, counts and times are put into words, the same in cards, digests and answers; layout belongs to the messages themselves."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from bot.core.event import Overview
from bot.core.message import Line, Link, Moment, Style, Text
from bot.core.model import Article, Stamp
from bot.core.phrase import Phrase, joined, phrase, phrases

_LONGEST_URL = 2_000
"""Characters; chat platforms refuse buttons and links beyond about 2,048."""

_LONGEST_TITLE = 200
"""Characters of a title that are shown: real headlines end before 150, a sentence that serves as one may not. Guess."""

_LONGEST_OUTLET = 60
_UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))

_NAMED = 2
"""Outlets that a line names; further ones are counted."""


def safe_url(url: str | None) -> str | None:
    """Give the address back if a reader may be sent there: http or https, with a host, short, printable; else None."""
    if not url or len(url) > _LONGEST_URL or not url.isprintable() or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else None


def titled_link(article: Article, style: Style = Style.PLAIN) -> Text | Link:
    """Show the title of an article, linked where its address is safe."""
    title = shortened(article.content.title, _LONGEST_TITLE)
    url = safe_url(article.content.url)
    return Link(title, url, style) if url else Text(title, style)


def shortened(text: str, limit: int) -> str:
    """Cut a text at a blank so that it has at most `limit` characters with the mark that shows the cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_blank, blank, _ = cut.rpartition(" ")
    # A text without blanks in its second half (Chinese, a hostile word) is cut where it must.
    return f"{(at_blank if blank and len(at_blank) > limit // 2 else cut).rstrip()}…"


def outlet_name(article: Article) -> str:
    """Name the outlet; an article that names none goes by its file, so that a reader can find it."""
    if article.content.outlet:
        return shortened(article.content.outlet, _LONGEST_OUTLET)
    return phrase("unattributed ({file})", file=article.file) if article.file else phrase("unattributed")


def moment(stamp: Stamp | None) -> Moment | Text:
    """Show an effective time as exactly as it is known."""
    return Moment(stamp.at, stamp.precision) if stamp else Text(phrase("time unknown"), Style.QUIET)


def counted(number: int, noun: str) -> Phrase:
    """Put a number before its noun, a literal: 1 report, 2 reports, 1,204 copies."""
    one, many = counting(noun)
    return phrases(number, one, many)


def counting(noun: str) -> tuple[str, str]:
    """Give the patterns that count a noun, for one and for many."""
    return f"{{count}} {noun}", f"{{count:,}} {noun[:-1]}ies" if noun.endswith("py") else f"{{count:,}} {noun}s"


def number(value: float) -> Phrase:
    """Write a number that stands by itself, so that it is grouped as its reader groups them."""
    return phrase("{value:,}", value=value)


def outlets_counted(outlets: int, unattributed: int) -> str:
    """Say how many outlets there are: "2 outlets + 3 unattributed", "3 unattributed"."""
    named = [counted(outlets, "outlet")] if outlets else []
    return joined(" + ", [*named, _unattributed(unattributed)] if unattributed else named)


def outlets_listed(outlets: Sequence[str], unattributed: int) -> str:
    """Name the first outlets and count the rest: "Babel, The Moscow Times +5", "Babel and 3 unattributed"."""
    listed = ", ".join(shortened(name, _LONGEST_OUTLET) for name in outlets[:_NAMED])
    if len(outlets) > _NAMED:
        listed += f" +{len(outlets) - _NAMED:,}"
    if not unattributed:
        return listed
    return phrase("{outlets} and {count:,} unattributed", outlets=listed, count=unattributed) if listed else _unattributed(unattributed)


def period(event: Overview) -> Line:
    """Say when the news was: from the first to the last time that an article carries itself, or else that was inferred for it."""
    known = [article for article in event.ordered if article.id in event.times]
    own = [article for article in known if article.content.published is not None]
    chosen = [event.times[article.id] for article in own or known]
    if not chosen:
        return (Text(phrase("time unknown"), Style.QUIET),)
    first, last = chosen[0], chosen[-1]
    if first.at.date() == last.at.date():
        return (moment(first),)
    return (moment(first), Text(" – "), moment(last))


def _unattributed(count: int) -> Phrase:
    return phrase("{count:,} unattributed", count=count)


def length(span: timedelta) -> Phrase:
    """Write a length of time in its largest unit, rounded: "35 min", "5 h", "3 days"."""
    days, hours, minutes, seconds = (round(span / unit) for unit in _UNITS)
    if span >= timedelta(days=1):
        return counted(days, "day")
    if span >= timedelta(hours=1):
        return phrase("{count:,} h", count=hours)
    if span >= timedelta(minutes=1):
        return phrase("{count:,} min", count=minutes)
    return phrase("{count:,} s", count=max(seconds, 1))


def outlets_line(event: Overview) -> str:
    """Name who tells an event and how often: "Babel, The Moscow Times +5 · 9 reports, 2 copies"."""
    told = [counted(event.reports, "report")] + ([counted(event.copies, "copy")] if event.copies else [])
    return joined("  ·  ", (outlets_listed(event.outlets, event.unattributed), joined(", ", told)))
