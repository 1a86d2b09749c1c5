"""Labelled sets of articles: JSON lines with the gold event of each article, read in their order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

from bot.core.errors import UsageError
from bot.core.model import Article, ArticleId, Content, DateOrigin, Precision, SourceId, Stamp
from bot.evaluation.rows import Row, rows_of

NOON: Final = time(12)
ARRIVAL: Final = datetime(1970, 1, 1, tzinfo=UTC)

LANGUAGES: Final = dict(
    pair.split(":")
    for pair in (
        "ara:ar bul:bg ces:cs chi:zh dan:da deu:de dut:nl ell:el eng:en est:et fas:fa fin:fi fra:fr fre:fr ger:de heb:he hin:hi "
        "hrv:hr hun:hu ind:id ita:it jpn:ja kor:ko lav:lv lit:lt nld:nl nor:no pol:pl por:pt ron:ro rus:ru slk:sk slv:sl spa:es "
        "srp:sr swe:sv tha:th tur:tr ukr:uk vie:vi zho:zh"
    ).split()
)
"""ISO 639-2 and 639-3 codes, as labelled sets write languages, to the ISO 639-1 codes of `Content`; others stay as they are."""


LABELS: Final = frozenset({"id", "event"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with the gold event it belongs to; `key` is its id in the set."""

    key: str
    event: str
    article: Article


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    event: str
    at: datetime | None
    content: Content


def load(file: Path) -> list[Labelled]:
    """Read a set: each line an object with `event`, `title` or `text`, and if known `id`, `date` (ISO), `lang`, `source`, `url`.

    The result is ordered by the moment of `date` (without a zone: UTC), then by line; undated articles come first. Lines that repeat
    an id stay articles of their own. Raises UsageError naming file and line.
    """
    rows = []
    for number, row in rows_of(file):
        try:
            rows.append(_row(number, row))
        except (ValueError, TypeError, OverflowError) as error:
            raise UsageError(f'{file}, line {number}: expected a JSON object with "event" and "title" or "text" ({error})') from error
    if not rows:
        raise UsageError(f"{file}: the labelled set holds no article; expected JSON lines with an event and a title or a text")
    rows.sort(key=lambda row: (row.at is not None, row.at or ARRIVAL))
    return [Labelled(row.key, row.event, _article(row.content, place)) for place, row in enumerate(rows, 1)]


def renumbered(stream: Sequence[Labelled]) -> list[Labelled]:
    """Give articles the ids of their places, as an installation would that receives them in this order."""
    return [replace(one, article=replace(one.article, id=ArticleId(place))) for place, one in enumerate(stream, 1)]


def edited(one: Labelled, **changes: Any) -> Labelled:
    """Give an article with other contents: `text`, `published` or any field of `Content`."""
    return replace(one, article=replace(one.article, content=replace(one.article.content, **changes)))


def _row(number: int, row: Row) -> _Row:
    event, title, text = _text(row, "event"), _text(row, "title"), _text(row, "text")
    if not event or not (title or text):
        raise ValueError("an event and a title or a text are needed")
    date, language = _text(row, "date"), _text(row, "lang")
    at = datetime.fromisoformat(date) if date else None
    content = Content(
        title=title or text[:150],
        titled=bool(title),
        text=text,
        outlet=_text(row, "source") or None,
        url=_text(row, "url") or None,
        published=_stamp(at) if at else None,
        language=LANGUAGES.get(language, language) or None,
    )
    return _Row(_text(row, "id") or f"line {number}", event, _utc(at) if at else None, content)


def _text(row: Row, key: str) -> str:
    """Read a text; a label may be a number and stands for its digits, half a surrogate pair becomes a question mark."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | None if key in LABELS else str | None):
        raise TypeError(f'"{key}" holds {type(value).__name__}, expected a text')
    return "" if value is None else str(value).strip().encode("utf-8", "replace").decode()


def _utc(at: datetime) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _stamp(at: datetime) -> Stamp:
    """Read a time; midnight and noon to the second are how labelled sets write that they know the day only."""
    if at.time() in (time(0), NOON):
        return Stamp(at=datetime.combine(at.date(), time(0), UTC), precision=Precision.DAY, origin=DateOrigin.FIELD)
    return Stamp(at=_utc(at), precision=Precision.MINUTE, origin=DateOrigin.FIELD)


def _article(content: Content, place: int) -> Article:
    return Article(id=ArticleId(place), source_id=SourceId(0), content=content, received_at=ARRIVAL)
