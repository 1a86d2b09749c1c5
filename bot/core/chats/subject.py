"""What of an event filters and mutes are compared with; what they say about it is decided in `matching`."""

from functools import lru_cache
from typing import Final

from bot.core.chats.filters import parse
from bot.core.chats.matching import Subject, reason
from bot.core.errors import UsageError
from bot.core.event import Overview

READ: Final = 20
"""Articles whose titles and texts count, the first in order of time: bounds the work on the largest events. Guess."""

READ_CHARACTERS: Final = 3_000
"""How much of each text counts: what a report mentions further down is seldom what it is about. Guess."""


def subject_of(event: Overview) -> Subject:
    """Give what an event is about: titles and the beginnings of texts as they were published, copies left out, and who tells it."""
    reports = [article for article in event.ordered if article.copy_of is None][:READ] or event.ordered[:READ]
    return Subject(
        title="\n".join(article.content.title for article in reports),
        text="\n\n".join(article.content.text[:READ_CHARACTERS] for article in reports),
        outlets=frozenset(event.outlets),
        reports=event.reports,
        languages=frozenset(article.content.language for article in event.ordered if article.content.language),
    )


def mentions(subject: Subject, word: str) -> bool:
    """Tell whether a muted word or phrase stands in what an event is about; what no filter can look for is in nothing."""
    text = worded(word)
    return bool(text) and not reason(parse(text), subject)


@lru_cache(maxsize=10_000)
def worded(word: str) -> str:
    """Give the filter that wants a word or phrase; empty when there is none, because it has neither letter nor digit."""
    text = '"' + " ".join(word.replace('"', " ").split()) + '"'
    try:
        parse(text)
    except UsageError:
        return ""
    return text
