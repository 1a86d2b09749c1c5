"""Which events are told in these words: from what a person typed to ids of events. How words are kept: `words`."""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import EventId
from storage.news.events import NEWEST_FIRST
from storage.news.words import Term, matching, split
from storage.schema.tables import articles, events

# More words than this narrow nothing down any more; a person types five.
MOST_TERMS = 16
# Only the newest so many matching articles are looked at, so that a word that is in every article costs no more than a rare one (guess).
WINDOW = 5_000

_PIECE = re.compile(r'"([^"]*)("|$)|[^\s"]+')


async def search(connection: AsyncConnection, words: str, limit: int) -> list[EventId]:
    """Give the events of which an article contains all the words in title, text or outlet, newest news first; no word at all: no event.

    The last word may be the beginning of one; words in double quotes must follow one another. Nothing else in `words` has a meaning.
    """
    terms = parse(words)
    if not terms or limit <= 0:
        return []
    found = matching(connection.dialect.name, terms, WINDOW).subquery()
    statement = (
        select(events.c.id)
        .select_from(found)
        .join(articles, articles.c.id == found.c.id)
        .join(events, events.c.id == articles.c.event_id)
        .where(events.c.merged_into.is_(None))
        .group_by(events.c.id)
        .order_by(*NEWEST_FIRST)
        .limit(limit)
    )
    return [EventId(id_) for id_ in await connection.scalars(statement)]


def parse(words: str) -> list[Term]:
    """Read what a person typed; what is neither letter nor digit only separates, an open quote ends with the line."""
    terms: list[Term] = []
    for piece in _PIECE.finditer(words):
        quoted = piece.group(1)
        found = split(piece.group() if quoted is None else quoted)
        if found:
            terms.append(Term(words=tuple(found[:MOST_TERMS]), prefix=quoted is None and piece.end() == len(words.rstrip())))
        if len(terms) == MOST_TERMS:
            break
    return terms
