"""Labelled sets of articles: JSON lines with the gold event of each article, read in their order of arrival."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import UsageError
from bot.core.model import Article, ArticleId, Content, DateOrigin, Precision, SourceId, Stamp

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


def _labelled(number: int, row: dict[str, str], place: int) -> Labelled:
    title, text = row.get("title") or "", row.get("text") or ""
    published = None
    if row.get("date"):
        at = datetime.fromisoformat(row["date"])
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        published = Stamp(at=at.astimezone(UTC), precision=Precision.MINUTE, origin=DateOrigin.FIELD)
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
