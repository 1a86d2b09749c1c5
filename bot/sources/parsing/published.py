"""When an article was published, from everything its file says, in the order of trust; how dates are written is known to `text.dates`."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

from bot.core.model import DateOrigin, Precision, Stamp
from bot.core.text.dates import Mention, mentions, url_date

PUBLISHED: Final = re.compile(
    r"\b(?:published|posted|created|issued|first|on|dated?|publi[ée]e?|publicado|veröffentlicht|erstellt|stand|pubblicato"
    r"|opublikowano|опублик\w+|date)\b|公開|発行|등록|입력",
    re.IGNORECASE,
)
"""Words that label a date as the one of publication."""
UPDATED: Final = re.compile(
    r"\b(?:updated?|modified|edited|revised|mis à jour|actualizado|atualizado|aktualisiert|aggiornato|обновлено|оновлено|uppdaterad"
    r"|oppdatert)\b|更新|수정",
    re.IGNORECASE,
)
"""Words that label a date as the one of the last change."""
YEAR: Final = re.compile(r"(?:19|20)\d\d")
"""What a full date cannot do without; asked first because it is quick."""
_LONGEST_LINE: Final = 220
_OPENING: Final = 300
"""Characters of the text in which a full date still dates the article: about the first two sentences."""


def day_stamp(day: date, origin: DateOrigin) -> Stamp:
    """A stamp that knows the day only."""
    return Stamp(at=datetime(day.year, day.month, day.day, tzinfo=UTC), precision=Precision.DAY, origin=origin)


def stamp(day: date, at: datetime | None, origin: DateOrigin) -> Stamp:
    """A stamp of the moment when there is one, else of the day."""
    return day_stamp(day, origin) if at is None else Stamp(at=at, precision=Precision.MINUTE, origin=origin)


def published(
    *,
    field: tuple[date, datetime | None] | None = None,
    lines: Iterable[str] = (),
    url: str | None = None,
    opening: str = "",
) -> Stamp | None:
    """The best stamp: an explicit field, a line of the page, the URL, a full date in the opening of the text; None when there is none.

    A line that names the same day as the field, with a time and a zone, makes it exact to the minute.
    """
    on_page = _page_date(list(lines), url_date(url) if url else None)
    if field is not None:
        if field[1] is None and on_page is not None and on_page.at is not None and on_page.day == field[0]:
            return stamp(on_page.day, on_page.at, DateOrigin.PAGE)
        return stamp(field[0], None if _is_midnight(field[1]) else field[1], DateOrigin.FIELD)
    if on_page is not None:
        return stamp(on_page.day, on_page.at, DateOrigin.PAGE)
    in_url = url_date(url) if url else None
    if in_url is not None:
        return day_stamp(in_url, DateOrigin.URL)
    first = next(mentions(opening[:_OPENING]), None) if YEAR.search(opening[:_OPENING]) else None
    return stamp(first.day, first.at, DateOrigin.TEXT) if first else None


def _is_midnight(at: datetime | None) -> bool:
    """Tell whether a field holds a midnight, which is what programs write who know the day only."""
    return at is not None and (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)


def is_dateline(line: str) -> bool:
    """Whether a short line holds little else than a full date: it is furniture, not text."""
    if len(line) > _LONGEST_LINE or not YEAR.search(line):
        return False
    found = list(mentions(line))
    covered = sum(mention.end - mention.start for mention in found)
    return bool(found) and (covered * 2 > len(line) or (len(line) < 140 and bool(UPDATED.search(line) or PUBLISHED.match(line))))


def is_labelled(line: str) -> bool:
    """Whether a line says of a date that it is the one of publication or change."""
    return len(line) <= _LONGEST_LINE and bool(YEAR.search(line)) and bool(PUBLISHED.search(line[:60]) or UPDATED.search(line[:60]))


def _page_date(lines: list[str], known: date | None) -> Mention | None:
    """The date of publication among a page's lines: said to be published, else plain, else said to be updated; earlier lines first."""
    dated = [line for line in lines if len(line) <= _LONGEST_LINE and YEAR.search(line)]
    month_first = _order([mention for line in dated for mention in mentions(line)], dated, known)
    best: tuple[int, Mention] | None = None
    for line in dated:
        for mention in mentions(line, month_first=month_first):
            before = line[max(0, mention.start - 40) : mention.start]
            rank = _rank(before)
            if best is None or rank < best[0] or (rank == best[0] and best[1].at is None and mention.at and mention.day == best[1].day):
                best = (rank, mention)
    return best[1] if best else None


def _rank(before: str) -> int:
    published_at = max((found.end() for found in PUBLISHED.finditer(before)), default=-1)
    updated_at = max((found.end() for found in UPDATED.finditer(before)), default=-1)
    if published_at > updated_at:
        return 0
    return 1 if updated_at < 0 else 2


def _order(found: list[Mention], lines: list[str], known: date | None) -> bool | None:
    """Whether the page writes the month first, when other figures, other dates of the page or its URL prove it."""
    proofs = {mention.month_first for mention in found if mention.month_first is not None}
    if len(proofs) == 1:
        return proofs.pop()
    swapped = {mention.day for line in lines for mention in mentions(line, month_first=True)}
    plain = {mention.day for line in lines for mention in mentions(line, month_first=False)}
    certain = (plain & swapped) | ({known} if known else set())
    return True if (swapped - plain) & certain else None
