"""Labelled sets of articles: JSON lines with the gold event of each article, read in their order of arrival."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from bot.core.errors import UsageError
from bot.core.model import Article, ArticleId, Content, DateOrigin, Precision, SourceId, Stamp

NOON = time(12)
ARRIVAL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with the gold event it belongs to; `key` is its id in the set."""

    key: str
    event: str
    article: Article


def load(file: Path) -> list[Labelled]:
    """Read a set: each line an object with `event`, `title` or `text`, and if known `id`, `date` (ISO), `lang`, `source`, `url`.

    The result is ordered by date, then by line; undated articles come first. Raises UsageError naming file and line.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: the labelled set cannot be read: {error}") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append((number, json.loads(line)))
            _check(rows[-1][1])
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(f'{file}, line {number}: expected a JSON object with "event" and "title" or "text" ({error})') from error
    rows.sort(key=lambda row: (row[1].get("date") or "", row[0]))
    return [_labelled(number, row, place) for place, (number, row) in enumerate(rows, 1)]


def _check(row: dict[str, str]) -> None:
    if not row["event"] or not (row.get("title") or row.get("text")):
        raise ValueError("an event and a title or a text are needed")
    if row.get("date"):
        datetime.fromisoformat(row["date"])


def _stamp(at: datetime) -> Stamp:
    """Read a time; midnight and noon to the second are how labelled sets write that they know the day only."""
    utc = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    if at.time() in (time(0), NOON):
        return Stamp(at=datetime.combine(at.date(), time(0), UTC), precision=Precision.DAY, origin=DateOrigin.FIELD)
    return Stamp(at=utc, precision=Precision.MINUTE, origin=DateOrigin.FIELD)


def _labelled(number: int, row: dict[str, str], place: int) -> Labelled:
    title, text = row.get("title") or "", row.get("text") or ""
    published = None
    if row.get("date"):
        published = _stamp(datetime.fromisoformat(row["date"]))
    content = Content(
        title=title or text[:150],
        titled=bool(title),
        text=text,
        outlet=row.get("source") or None,
        url=row.get("url") or None,
        published=published,
        language=row.get("lang") or None,
    )
    article = Article(id=ArticleId(place), source_id=SourceId(0), content=content, received_at=ARRIVAL)
    return Labelled(key=row.get("id") or f"line {number}", event=row["event"], article=article)
