"""Full text on both engines: what is a word, how the words of an article are kept, which articles have them. Events: `search`.

One function, `split`, cuts texts and questions alike, so that neither engine has a say in it: SQLite keeps the words in an FTS5 table
without texts, PostgreSQL in a tsvector. Only grouped articles have words, because a search finds events: grouping calls `index`, and
whoever changes an article calls `forget` before and `index` after. With triggers, SQLite would put the words to disk row by row, and
recording would be slower by half.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import BigInteger, ColumnClause, Select, bindparam, column, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema.tables import articles

# Marks that may be left out in writing: accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs of Arabic. The signs of Indian
# scripts are no such marks: without its vowels a word is another word.
_DIACRITICS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]+"
)
# Characters that only say how their neighbours are drawn or where a line may break.
_UNSEEN = frozenset("\u00ad\u034f\u200c\u200d\u2060\ufeff")
_APOSTROPHES = frozenset("\u02b9\u02bb\u02bc\u02be\u02bf\u02c8")  # letters, says Unicode
# Scripts without blanks between words: each character is a word, and a run of them in a question is a phrase.
_UNSPACED = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Myanmar
    range(0x1780, 0x1800),  # Khmer
    range(0x3005, 0x3008),  # ideographic iteration mark, closing mark and zero
    range(0x3041, 0x3100),  # Hiragana, Katakana
    range(0x31F0, 0x3200),  # small Katakana
    range(0x3400, 0xA000),  # Chinese characters
    range(0xF900, 0xFB00),
    range(0x20000, 0x40000),
)
_ASCII_WORD = re.compile("[a-z0-9]+")
# All that is not ASCII in most English articles; they separate words in any case, and without them 2 kB take 38 µs instead of 56.
_TYPOGRAPHY = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0"

# PostgreSQL counts no positions past 16,383, takes words of at most 2 kB, 1 MB of different words, and only the first 255 places of a word:
# in a text of many thousand words it may miss a phrase of very frequent ones. The other limits are made to hold on both engines.
_LAST_POSITION = 16_000
_LONGEST_WORD = 200
_LONGEST_TEXT = 150_000  # characters of all words together

# Articles whose words are cut before the event loop does something else: 50 of 2 kB take 3 ms.
_INDEXED_TOGETHER = 50

_FORGET_SQLITE = text(
    "INSERT INTO article_words (article_words, rowid, title, text, outlet) VALUES ('delete', :id, :title, :text, :outlet)"
)
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


class _Letters(dict[int, str]):
    """What `split` makes of each character: itself, nothing, a blank, or a word of its own; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = made = self._made(code, character)
        return made

    @staticmethod
    def _made(code: int, character: str) -> str:
        if character in _UNSEEN:
            return ""
        if character in _APOSTROPHES or unicodedata.category(character)[0] not in "LMN":
            return " "
        return f" {character} " if any(code in script for script in _UNSPACED) else character


_LETTERS = _Letters()


def split(string: str) -> list[str]:
    """Fold a string (case, diacritics, compatibility forms such as full-width letters) and cut it into words.

    A word is a run of letters, digits and their marks; in scripts that do not put blanks between words, a single character.
    """
    for mark in _TYPOGRAPHY if not string.isascii() else "":
        string = string.replace(mark, " ")
    if string.isascii():
        found = _ASCII_WORD.findall(string.lower())
    else:
        bare = _DIACRITICS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", string).casefold()))
        found = unicodedata.normalize("NFC", bare).translate(_LETTERS).split()
    return [word[:_LONGEST_WORD] for word in found]


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
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "")


async def forget(connection: AsyncConnection, ids: Collection[int]) -> list[int]:
    """Call this before the articles with these ids are changed, and `index` afterwards with those that it gives: those that have words.

    FTS5 must be told the old words to take them out.
    """
    worded = (articles.c.id.in_(bindparam("changed", expanding=True)), articles.c.grouped_revision.is_not(None))
    if connection.dialect.name != "sqlite":
        return list(await connection.scalars(select(articles.c.id).where(*worded), {"changed": list(ids)}))
    old = select(articles.c.id, articles.c.title, articles.c.text, articles.c.outlet).where(*worded)
    rows = [columns(dict(row)) for row in (await connection.execute(old, {"changed": list(ids)})).mappings()]
    if rows:
        await connection.execute(_FORGET_SQLITE, rows)
    return [id_ for row in rows if isinstance(id_ := row["id"], int)]


async def index(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep the words of articles that were grouped for the first time, or changed; rows with the keys id, title, text, outlet."""
    for start in range(0, len(rows), _INDEXED_TOGETHER):
        some = rows[start : start + _INDEXED_TOGETHER]
        if connection.dialect.name == "sqlite":
            await connection.execute(_INDEX_SQLITE, [columns(row) for row in some])
        else:
            await connection.execute(_INDEX_POSTGRESQL, [{"id": row["id"], "words": _vector(row)} for row in some])


def columns(row: Mapping[str, object]) -> dict[str, object]:
    """Give the words of an article as FTS5 takes them: its tokenizer "ascii" cuts at the blanks and folds nothing that is left."""
    title, body, outlet = (" ".join(found) for found in _fields(row))
    return {"id": row["id"], "title": title, "text": body, "outlet": outlet}


def _vector(row: Mapping[str, object]) -> str:
    """Write the words of an article with their positions in the language of tsvector, so that no parser of the server decides."""
    positions: dict[str, list[int]] = {}
    last = 0
    for found in _fields(row):
        for word in found:
            last += 1
            positions.setdefault(word, []).append(last)
        last += 1  # a phrase does not go on from one field to the next
    return " ".join(f"'{word}':{','.join(map(str, places[:255]))}" for word, places in positions.items())


def _fields(row: Mapping[str, object]) -> Iterator[list[str]]:
    """Give the words of title, text and outlet, the first so many of all of them together."""
    words, characters = _LAST_POSITION, _LONGEST_TEXT
    for name in ("title", "text", "outlet"):
        found = list(islice(split(str(row[name] or "")[:_LONGEST_TEXT]), words))
        while sum(map(len, found)) > characters:
            found = found[: len(found) // 2]
        words -= len(found)
        characters -= sum(map(len, found))
        yield found
