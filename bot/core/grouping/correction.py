"""Corrections: what an admin asked for, and which articles leave an event by it; what holds from then on is in `constraints`."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.grouping.constraints import CorrectionId
from bot.core.model import Article, ArticleId, Event, EventId
from bot.core.phrase import phrase

THE_TERMINAL: Final = "the terminal"
"""Who asks where nobody has a name."""


def asker(who: str) -> str:
    """Name who asked for something, so that it can be said in other languages."""
    return phrase("the terminal") if who == THE_TERMINAL else who


class CorrectionKind(StrEnum):
    """What was asked for."""

    MERGE = "merge"
    SPLIT = "split"
    UNDO = "undo"


class CorrectionState(StrEnum):
    """What became of it."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What an admin asked for: `who` (the platform's id of a person) in which `chat` (its address as text), and what became of it.

    `event_id` and `other_id` are the events to merge, as they were called then; of a split the event that is left and, once it is done,
    the new one. `article_id` is None but for a split, `undoes` None but for an undo. `reason` is a sentence for people: why it was
    refused, or what could not be put back. `undone_by` is the undo that took it back.
    """

    id: CorrectionId
    kind: CorrectionKind
    asked_at: datetime
    who: str
    chat: str
    event_id: EventId | None = None
    other_id: EventId | None = None
    article_id: ArticleId | None = None
    undoes: CorrectionId | None = None
    state: CorrectionState = CorrectionState.ASKED
    reason: str | None = None
    done_at: datetime | None = None
    undone_by: CorrectionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """The articles of an event that leave it and those that stay, as they are afterwards; `promoted` stay, and are copies no more."""

    leaving: tuple[Article, ...]
    staying: tuple[Article, ...]
    promoted: tuple[Article, ...]

    @property
    def is_possible(self) -> bool:
        """Tell whether both sides have something."""
        return bool(self.leaving and self.staying)


def survivor_first(one: Event, other: Event) -> tuple[Event, Event]:
    """Order two events that become one: the one with more reports goes on, of equals the older."""
    first, second = sorted((one, other), key=lambda event: (-sum(article.copy_of is None for article in event.articles), event.id))
    return first, second


def with_copies(event: Event, article_id: ArticleId) -> frozenset[ArticleId]:
    """Name an article of an event and its copies."""
    return frozenset(article.id for article in event.articles if article_id in (article.id, article.copy_of))


def parting(event: Event, leaving: Collection[ArticleId]) -> Parting:
    """Divide the articles of an event; of copies whose report is on the other side, the first becomes a report, the others its copies."""
    gone = _whole([article for article in event.articles if article.id in leaving])
    left = _whole([article for article in event.articles if article.id not in leaving])
    were_copies = {article.id for article in event.articles if article.copy_of is not None}
    return Parting(leaving=gone, staying=left, promoted=tuple(each for each in left if each.copy_of is None and each.id in were_copies))


def _whole(articles: list[Article]) -> tuple[Article, ...]:
    """Let no article copy one that is not among them."""
    there = {article.id for article in articles}
    instead: dict[ArticleId, ArticleId] = {}
    result = []
    for article in articles:
        if article.copy_of is None or article.copy_of in there:
            result.append(article)
        elif article.copy_of in instead:
            result.append(replace(article, copy_of=instead[article.copy_of]))
        else:
            instead[article.copy_of] = article.id
            result.append(replace(article, copy_of=None))
    return tuple(result)
