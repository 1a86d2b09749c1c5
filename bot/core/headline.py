"""Which report's title stands for an event, and what its words share with the others; times are worked out elsewhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from bot.core.model import Article, ArticleId, Stamp
from bot.core.text.terms import words_of

FULL_REPORT_CHARACTERS: Final = 600
"""Text from which an article is a full report and no brief; beyond that, length proves nothing: live blogs are the longest. Guess."""

HEADLINE_WORDS: Final = 8
"""Words, stop words aside, that a headline needs to say what happened; shorter ones are typical of everything. Guess."""

COMPARED: Final = 60
"""Articles, the first in order of time, whose leads tell which headline is typical; bounds the work on the largest events."""

COMPARED_CHARACTERS: Final = 600
"""How much of each text is compared: about two paragraphs. Guess."""


def best_report(ordered: Sequence[Article], times: Mapping[ArticleId, Stamp]) -> Article:
    """Choose from articles in order of time the one whose title stands for the event.

    A report before a copy, a title of its own before a lent sentence, a named outlet before none, a date of its own before an
    inferred one; then the title whose words most articles share, a full report before a brief, the earlier time. What is equal
    in all that is taken in the order of the titles, so that the order of arrival decides nothing.
    """

    def standing(article: Article) -> tuple[bool, bool, bool, bool]:
        content = article.content
        return (article.copy_of is not None, not content.titled, not content.outlet, content.published is None)

    highest = min(map(standing, ordered))
    candidates = [article for article in ordered if standing(article) == highest]
    if len(candidates) == 1:
        return candidates[0]
    compared = ordered[:COMPARED]
    spread = Counter(word for article in compared for word in _opening_words(article))
    never = datetime.max.replace(tzinfo=UTC)

    def rank(article: Article) -> tuple[float, bool, datetime, str, ArticleId]:
        content = article.content
        return (
            -_typicality(words_of(content.title), spread, len(compared)),
            len(content.text) < FULL_REPORT_CHARACTERS,
            times[article.id].at if article.id in times else never,
            content.title,
            article.id,
        )

    return min(candidates, key=rank)


def _opening_words(article: Article) -> frozenset[str]:
    return words_of(f"{article.content.title}\n{article.content.text[:COMPARED_CHARACTERS]}")


def _typicality(title: frozenset[str], spread: Counter[str], articles: int) -> float:
    """Share of the articles that have a word of this title, on average; in tenths, so that a word more or less is a tie."""
    return round(sum(spread[word] for word in title) / (max(len(title), HEADLINE_WORDS) * articles), 1)
