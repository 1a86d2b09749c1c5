"""Full text on both engines: what is a word, how the words of an article are kept, which articles have them. Events: `search`.

SQLite keeps the words in an FTS5 table without a second copy of the texts, PostgreSQL in a tsvector. Whoever writes titles, texts or
outlets calls `forget` before and `index` after: with triggers, SQLite puts the words to disk row by row and recording is slower by half.
Both fold case and diacritics, and both call a run of letters and digits a word.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnClause, Select, bindparam, column, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

# Apostrophes that Unicode counts as letters; the migration tells FTS5 the same ones.
_APOSTROPHES = "\u02b9\u02bb\u02bc\u02be\u02bf\u02c8"
_WORD = re.compile(rf"[^\W_{_APOSTROPHES}]+")

# PostgreSQL refuses a tsvector over 1 MiB and a word over 2 KiB, and counts no positions past 16,383.
_LONGEST_TEXT = 150_000
_LONGEST_WORD = 200
_LAST_POSITION = 16_383

_FORGET_SQLITE = text(
    "INSERT INTO article_words (article_words, rowid, title, text, outlet) "
    "SELECT 'delete', id, title, text, outlet FROM articles WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_INDEX_SQLITE = text("INSERT INTO article_words (rowid, title, text, outlet) VALUES (:id, :title, :text, :outlet)")
_INDEX_POSTGRESQL = text(
    "INSERT INTO article_words (article_id, words) VALUES (:id, CAST(:words AS tsvector)) "
    "ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that must follow one another; with `prefix` the last one may go on."""

    words: tuple[str, ...]
    prefix: bool = False


def split(string: str) -> tuple[str, ...]:
    """Cut a string into its words, unfolded."""
    return tuple(_WORD.findall(string))


def matching(engine_name: str, terms: Sequence[Term], limit: int) -> Select[int]:
    """Select the ids of the `limit` newest articles in which every term occurs; `terms` is not empty."""
    if engine_name == "sqlite":
        query = " AND ".join(f'"{" ".join(term.words)}"{" *" if term.prefix else ""}' for term in terms)
        rowid: ColumnClause[int] = literal_column("rowid", BigInteger)
        found = select(rowid.label("id")).select_from(table("article_words")).where(text("article_words MATCH :query"))
        return found.order_by(rowid.desc()).limit(limit).params(query=query)
    query = " & ".join(f"({_followed(term)})" for term in terms)
    article_id: ColumnClause[int] = column("article_id", BigInteger)
    found = select(article_id.label("id")).select_from(table("article_words")).where(text("words @@ CAST(:query AS tsquery)"))
    return found.order_by(article_id.desc()).limit(limit).params(query=query)


def _followed(term: Term) -> str:
    """Write a term in the language of tsquery: words are letters and digits, so that the quotes cannot be broken."""
    words = [f"'{word[:_LONGEST_WORD]}'" for word in _fold(" ".join(term.words)).split()]
    return " <-> ".join(words) + (":*" if term.prefix else "")


async def forget(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Call this before the articles with these ids are changed: FTS5 must see the old words to take them out."""
    if connection.dialect.name == "sqlite" and ids:
        await connection.execute(_FORGET_SQLITE, {"ids": list(ids)})


async def index(connection: AsyncConnection, articles: Sequence[Mapping[str, object]]) -> None:
    """Call this after articles were written, with their rows (keys id, title, text, outlet)."""
    if not articles:
        return
    if connection.dialect.name == "sqlite":
        await connection.execute(_INDEX_SQLITE, [{name: row[name] for name in ("id", "title", "text", "outlet")} for row in articles])
    else:
        await connection.execute(_INDEX_POSTGRESQL, [{"id": row["id"], "words": _vector(row)} for row in articles])


def _vector(row: Mapping[str, object]) -> str:
    """Write the words of an article with their positions in the language of tsvector, so that no parser of the server decides."""
    positions: dict[str, list[int]] = {}
    last = 0
    for field in (row["title"], row["text"], row["outlet"]):
        for word in _WORD.findall(_fold(str(field or "")[:_LONGEST_TEXT])):
            last += 1
            positions.setdefault(word[:_LONGEST_WORD], []).append(last)
        last += 1  # a phrase does not go on from one field to the next
    return " ".join(
        f"'{word}':{','.join(str(min(position, _LAST_POSITION)) for position in places[:255])}" for word, places in positions.items()
    )


def _fold(string: str) -> str:
    """Forget case and diacritics, as FTS5's unicode61 with remove_diacritics 2 does."""
    if string.isascii():
        return string.lower()
    marked = unicodedata.normalize("NFD", string)
    return unicodedata.normalize("NFC", "".join(character for character in marked if not unicodedata.combining(character))).lower()
