"""What holds for every row beside its form: it says what can be read (`unreadable`), and fits the other rows (`broken`)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Repeat
from bot.core.chats.schedule import DAY
from bot.core.chats.zone_names import tz
from bot.core.errors import UsageError
from bot.core.grouping.reingest import Figures
from bot.core.model import HistoryEntry
from storage.correcting.corrections import moved_of
from storage.delivery.digests import receipt_of
from storage.delivery.ledger import told_of_json
from storage.news.decisions import PLACING
from storage.news.reasons import reason_of
from storage.schema.chat_tables import cards, chats, digests, subscriptions
from storage.schema.correction_tables import corrections
from storage.schema.guild_tables import guilds
from storage.schema.reingest_tables import reingests
from storage.schema.rows import Values
from storage.schema.tables import MERGED, article_revisions, articles, event_history, events

_target = events.alias("target")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """Rows that there cannot be: `number` says which row it is, `reason` what is wrong with it."""

    kind: str
    number: ColumnElement[Any]
    rows: ColumnElement[bool]
    reason: str

    @property
    def broken_by(self) -> Select[Any]:
        return select(self.number).where(self.rows).order_by(self.number).limit(1)


def _is_half_dated(table: Table) -> ColumnElement[bool]:
    """Say that of a date, its precision and its origin some are there and some not."""
    dated = table.c.published_at.is_(None)
    return or_(*(table.c[name].is_(None) != dated for name in ("published_precision", "published_origin")))


_HALF_DATED: Final = "it has a date without precision and origin, or these without a date"

_RULES: Final = (
    _Rule(
        kind="event",
        number=events.c.id,
        rows=MERGED & exists().where(_target.c.id == events.c.merged_into, _target.c.merged_into.is_not(None)),
        reason="it was merged into an event that was itself merged",
    ),
    _Rule(
        kind="article",
        number=articles.c.id,
        rows=exists().where(_target.c.id == articles.c.event_id, _target.c.merged_into.is_not(None)),
        reason="its event was merged into another",
    ),
    _Rule(
        kind="event",
        number=events.c.id,
        rows=~MERGED & ~exists().where(articles.c.event_id == events.c.id),
        reason="it has no article and was merged into none",
    ),
    _Rule(
        kind="article",
        number=articles.c.id,
        rows=or_(articles.c.event_id.is_(None) != articles.c.grouped_revision.is_(None), articles.c.grouped_revision > articles.c.revision),
        reason="its event and the revision that was grouped do not fit together",
    ),
    _Rule(kind="article", number=articles.c.id, rows=articles.c.copy_of == articles.c.id, reason="it repeats itself"),
    _Rule(kind="article", number=articles.c.id, rows=_is_half_dated(articles), reason=_HALF_DATED),
    _Rule(kind="revision of article", number=article_revisions.c.article_id, rows=_is_half_dated(article_revisions), reason=_HALF_DATED),
)


async def broken(connection: AsyncConnection) -> str | None:
    """Say which row cannot be beside the others and why, None when all can."""
    for rule in _RULES:
        number = await connection.scalar(rule.broken_by)
        if number is not None:
            return f"{rule.kind} {number} cannot be so: {rule.reason}"
    return None


def unreadable(table: Table, values: Values) -> bool:
    """Say whether a row says what Slugline never writes, in JSON or in numbers: it would end whoever reads it."""
    try:
        if (read := _READERS.get(table)) is not None:
            read(values)
    except (LookupError, TypeError, ValueError, AttributeError, UsageError):
        return True
    return False


def _read_history(values: Values) -> None:
    detail = json.loads(values["detail"])
    needed = ("revision", "copy_of") if values["what"] in (*PLACING, "folded") else ("absorbed",) if values["what"] == "merged" else ()
    if any(name not in detail for name in needed):
        raise KeyError(needed)
    reason_of(HistoryEntry(**{name: values[name] for name in ("event_id", "at", "what", "article_id", "detail")}))


def _read_digest(values: Values) -> None:
    if values["receipt"] is not None:
        receipt_of(values["receipt"], values["since"], values["until"])


def _read_chat(values: Values) -> None:
    if values["quiet_start"] is not None:
        _minute(values["quiet_start"])
        _minute(values["quiet_end"])
    tz(values["zone"])


def _read_guild(values: Values) -> None:
    if values["zone"] is not None:
        _read_chat(values)
    if values["digest_at"] is not None:
        _minute(values["digest_at"])
    if values["alert_reports"] is not None and values["alert_reports"] < 1:
        raise ValueError(values["alert_reports"])


def _read_subscription(values: Values) -> None:
    if values["repeat"] != Repeat.BREAKING:
        _minute(values["at"])
    if values["repeat"] == Repeat.WEEKLY and values["weekday"] not in range(7):
        raise ValueError(values["weekday"])


def _minute(minute: int | None) -> None:
    if minute not in range(DAY):
        raise ValueError(minute)


_READERS: Final[Mapping[Table, Callable[[Values], object]]] = {
    event_history: _read_history,
    digests: _read_digest,
    cards: lambda values: told_of_json(values["told"]),
    chats: _read_chat,
    guilds: _read_guild,
    subscriptions: _read_subscription,
    corrections: lambda values: moved_of(values["moved"]),
    reingests: lambda values: Figures(**json.loads(values["figures"])),
}
