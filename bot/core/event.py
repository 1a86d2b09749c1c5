"""What follows from an event's articles: their effective times, the best headline, who was first, which outlets; nothing is shown here."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.core.dates import yearless_days
from bot.core.model import Article, ArticleId, DateOrigin, Event, EventSummary, Precision, Stamp
from bot.core.sentences import sentences
from bot.core.stopwords import STOPWORDS
from bot.core.terms import normal

LEAD_SENTENCES: Final = 2
"""How far a day without a year may stand from the start of an undated article; further down are background dates. Guess."""

LEAD_CHARACTERS: Final = 800
"""Where looking for those sentences ends, for texts without full stops. Guess."""

DAYS_BEFORE: Final = 3
DAYS_AFTER: Final = 1
"""How far a day named in a lead may lie from a dated article of the same event. Guess: reports trail what they tell by hours to days."""

FULL_REPORT_CHARACTERS: Final = 600
"""Text from which an article is a full report and no brief; beyond that, length proves nothing: live blogs are the longest. Guess."""

HEADLINE_WORDS: Final = 8
"""Words, stop words aside, that a headline needs to say what happened; shorter ones are typical of everything. Guess."""

COMPARED: Final = 60
"""Articles, the first in order of time, whose leads tell which headline is typical; bounds the work on the largest events."""

COMPARED_CHARACTERS: Final = 600
"""How much of each text is compared: about two paragraphs. Guess."""

_WORD: Final = re.compile(r"[^\W_]+")


def stamps(articles: Sequence[Article]) -> dict[ArticleId, Stamp]:
    """Give each article its effective time; an article without any, not even of its file, is absent.

    An article's own time stands. An undated one takes, in this order: a day named without a year in its lead that lies near a
    dated article of the event, the day of the earliest dated article, the day of its file; all marked as inferred, at 00:00.
    """
    known = {article.id: article.content.published for article in articles if article.content.published is not None}
    days = sorted({stamp.at.date() for stamp in known.values()})
    effective: dict[ArticleId, Stamp] = {}
    for article in articles:
        stamp = known.get(article.id) or _inferred(article, days)
        if stamp is not None:
            effective[article.id] = stamp
    return effective


def in_order(articles: Sequence[Article], times: Mapping[ArticleId, Stamp]) -> tuple[Article, ...]:
    """Sort by effective time, a bare day before its minutes, then by order of arrival; articles without a time come last."""
    never = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(articles, key=lambda article: (times[article.id].at if article.id in times else never, article.id)))


def outlets(articles: Sequence[Article], times: Mapping[ArticleId, Stamp]) -> tuple[str, ...]:
    """Name the outlets in order of their first appearance, each once however it is capitalised; unattributed articles have none."""
    named: dict[str, str] = {}
    for article in in_order(articles, times):
        if article.content.outlet:
            named.setdefault(article.content.outlet.casefold(), article.content.outlet)
    return tuple(named.values())


def headline(event: Event) -> Article:
    """Choose the article whose title stands for the event.

    A report before a copy, a title of its own before a lent sentence, a named outlet before none, a date of its own before an
    inferred one; then the title whose words most articles share, a full report before a brief, the earlier time. What is equal
    in all that is taken in the order of the titles, so that the order of arrival decides nothing.
    """
    return _best(event.articles, stamps(event.articles))


def first_report(event: Event) -> Article | None:
    """Name the article that was published first, or None when the times do not prove it.

    A time known to the minute may be any second of that minute, one known to the day any minute of that day (UTC): the first must end
    before every other begins. Articles without a time of their own count neither for nor against, but at least two must have one,
    unless the event has a single article. Copies compete too: which of two alike texts is the copy follows arrival, not publication.
    """
    if len(event.articles) == 1:
        return event.articles[0]
    exact = [(article, stamp) for article in event.articles if (stamp := article.content.published) and _is_exact(stamp)]
    spans = sorted(((_latest(stamp), stamp.at, article.id, article) for article, stamp in exact), key=lambda span: span[:3])
    if len(spans) < 2 or any(spans[0][0] > begin for _, begin, _, _ in spans[1:]):
        return None
    return spans[0][3]


def summarise(event: Event) -> EventSummary:
    """Derive what the event's row says about its articles."""
    times = stamps(event.articles)
    moments = [stamp.at for stamp in times.values()]
    first = first_report(event)
    reports = sum(article.copy_of is None for article in event.articles)
    return EventSummary(
        id=event.id,
        headline_article_id=_best(event.articles, times).id,
        first_article_id=first.id if first else None,
        first_at=min(moments, default=None),
        last_at=max(moments, default=None),
        reports=reports,
        copies=len(event.articles) - reports,
        outlets=len(outlets(event.articles, times)),
    )


def _best(articles: Sequence[Article], times: Mapping[ArticleId, Stamp]) -> Article:
    def standing(article: Article) -> tuple[bool, bool, bool, bool]:
        content = article.content
        return (article.copy_of is not None, not content.titled, not content.outlet, content.published is None)

    highest = min(map(standing, articles))
    candidates = [article for article in articles if standing(article) == highest]
    if len(candidates) == 1:
        return candidates[0]
    compared = in_order(articles, times)[:COMPARED]
    spread = Counter(word for article in compared for word in _opening_words(article))
    never = datetime.max.replace(tzinfo=UTC)

    def rank(article: Article) -> tuple[float, bool, datetime, str, ArticleId]:
        content = article.content
        return (
            -_typicality(_words(content.title), spread, len(compared)),
            len(content.text) < FULL_REPORT_CHARACTERS,
            times[article.id].at if article.id in times else never,
            content.title,
            article.id,
        )

    return min(candidates, key=rank)


def _inferred(article: Article, days: Sequence[date]) -> Stamp | None:
    if days:
        lead = " ".join(sentences(article.content.text[:LEAD_CHARACTERS])[:LEAD_SENTENCES])
        near = (_nearest(month, day, days) for month, day in yearless_days(lead))
        return _day(next((day for day in near if day is not None), days[0]), DateOrigin.EVENT)
    return _day(article.file_time.astimezone(UTC).date(), DateOrigin.FILE) if article.file_time else None


def _nearest(month: int, day: int, days: Sequence[date]) -> date | None:
    """Find the year in which a day without one lies near a dated article; around New Year that may be the year before or after."""
    for anchor in days:
        for offset in range(-DAYS_BEFORE, DAYS_AFTER + 1):
            candidate = anchor + timedelta(days=offset)
            if (candidate.month, candidate.day) == (month, day):
                return candidate
    return None


def _day(day: date, origin: DateOrigin) -> Stamp:
    return Stamp(at=datetime.combine(day, time(), UTC), precision=Precision.INFERRED, origin=origin)


def _is_exact(stamp: Stamp) -> bool:
    return stamp.precision is not Precision.INFERRED


def _latest(stamp: Stamp) -> datetime:
    return stamp.at + (timedelta(days=1) if stamp.precision is Precision.DAY else timedelta(minutes=1))


def _words(text: str) -> frozenset[str]:
    return frozenset(normal(word) for word in _WORD.findall(text)) - STOPWORDS


def _opening_words(article: Article) -> frozenset[str]:
    return _words(f"{article.content.title}\n{article.content.text[:COMPARED_CHARACTERS]}")


def _typicality(title: frozenset[str], spread: Counter[str], articles: int) -> float:
    """Share of the articles that have a word of this title, on average; in tenths, so that a word more or less is a tie."""
    return round(sum(spread[word] for word in title) / (max(len(title), HEADLINE_WORDS) * articles), 1)
