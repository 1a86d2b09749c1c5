"""What of an installation is portable: every table is declared here once, exported or left out. What lines look like: `portable_lines`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, case, func, literal, true

from bot.core.chats.chat import ChatKind, Repeat, Replies, WhenEmpty
from bot.core.feeds.feed import Failure, FullText, NoticeKind
from bot.core.grouping.constraints import Bond
from bot.core.grouping.correction import CorrectionKind, CorrectionState
from bot.core.grouping.reingest import ReingestState
from bot.core.model import DateOrigin, Format, Precision
from bot.core.phase import Phase
from storage.delivery import unsent
from storage.schema import ban_tables, chat_tables, correction_tables, guild_tables, screen_tables, tables
from storage.schema.reingest_tables import reingest_steps, reingests


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table whose rows are exported, all or those that fulfil `where`; `kind` is what a line about one of them is called.

    `begins` are columns that are not exported, with what an imported row has in them; `reads` says what is exported in place of a column.
    """

    kind: str
    table: Table
    where: ColumnElement[bool] = field(default_factory=true)
    begins: Mapping[str, object] = field(default_factory=dict)
    reads: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)


# History names reingests by their numbers, which must go on from there; a plan that nobody carried out ends here.
_UNFINISHED: Final = reingests.c.settled_at.is_(None)
_ENDED: Final[Mapping[str, ColumnElement[Any]]] = {
    "state": case((_UNFINISHED, ReingestState.CANCELLED.value), else_=reingests.c.state),
    "settled_at": func.coalesce(reingests.c.settled_at, reingests.c.asked_at),
    "reason": case((_UNFINISHED, "it was not finished when the installation moved"), else_=reingests.c.reason),
}

EXPORTED: Final = (
    Part(kind="source", table=tables.sources),
    Part(kind="feed", table=tables.feeds),
    Part(kind="host_hold", table=tables.host_holds),
    Part(kind="event", table=tables.events),
    Part(kind="article", table=tables.articles),
    Part(kind="revision", table=tables.article_revisions),
    Part(kind="file", table=tables.files),
    Part(kind="feed_entry", table=tables.feed_entries),
    Part(kind="page_fetch", table=tables.page_fetches),
    Part(kind="history", table=tables.event_history),
    Part(kind="notice", table=tables.notices),
    # Its queue stays behind, and so does what holds it.
    Part(kind="chat", table=chat_tables.chats, begins={"wake_at": None, "held_until": None, "waiting": 0}),
    Part(kind="subscription", table=chat_tables.subscriptions),
    Part(kind="digest", table=chat_tables.digests),
    Part(kind="card", table=chat_tables.cards, where=unsent.CARD_WAS_SENT, reads={"content": unsent.CARD_CONTENT}),
    # Deliveries are numbered anew: the old number would be that of another one.
    Part(
        kind="telling",
        table=chat_tables.ledger,
        where=unsent.WAS_TOLD,
        begins={"delivery_id": None},
        reads={"covered_by": unsent.COVERED_BY},
    ),
    Part(kind="correction", table=correction_tables.corrections),
    Part(kind="constraint", table=correction_tables.constraints),
    Part(kind="reingest", table=reingests, reads=_ENDED),
    Part(kind="reingest_step", table=reingest_steps, where=reingest_steps.c.done, reads={"step": literal("{}")}),
    Part(kind="follow", table=chat_tables.follows),
    Part(kind="mute", table=chat_tables.mutes),
    Part(kind="ban", table=ban_tables.bans),
    Part(kind="guild", table=guild_tables.guilds),
    Part(kind="guild_channel", table=guild_tables.guild_channels),
    Part(kind="guild_ping", table=guild_tables.guild_pings),
    Part(kind="cursor", table=chat_tables.cursors),
)
"""In this order: what a row refers to comes before it, but for other rows of its own table."""

LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        tables.event_memories.name: "made anew from the decisions of grouping",
        tables.event_words.name: "made anew from the decisions of grouping",
        tables.report_memories.name: "made anew from the decisions of grouping",
        tables.word_counts.name: "made anew from the decisions of grouping",
        tables.robots.name: "sites are asked again",
        chat_tables.deliveries.name: "the old installation may send them yet, and nobody must get them from both",
        screen_tables.screens.name: "they are of the moment",
        screen_tables.dialogues.name: "they are of the moment",
        "article_words": "made anew from the articles",
        "alembic_version": "stands in the first line",
    }
)
"""Tables that are not exported, each with the reason."""

FILLED_BY_MIGRATIONS: Final = frozenset({"cursors", "alembic_version"})
"""Tables that hold something in an installation that nothing has happened in yet."""

WORDS: Final[Mapping[Column[Any], type[StrEnum]]] = MappingProxyType(
    {
        tables.feeds.c.full_text: FullText,
        tables.feeds.c.failure: Failure,
        tables.notices.c.kind: NoticeKind,
        chat_tables.chats.c.kind: ChatKind,
        chat_tables.chats.c.when_empty: WhenEmpty,
        chat_tables.chats.c.replies: Replies,
        chat_tables.subscriptions.c.repeat: Repeat,
        correction_tables.corrections.c.kind: CorrectionKind,
        correction_tables.corrections.c.state: CorrectionState,
        correction_tables.constraints.c.kind: Bond,
        reingests.c.state: ReingestState,
        guild_tables.guild_pings.c.phase: Phase,
    }
    | {table.c.format: Format for table in (tables.articles, tables.article_revisions)}
    | {table.c.published_precision: Precision for table in (tables.articles, tables.article_revisions)}
    | {table.c.published_origin: DateOrigin for table in (tables.articles, tables.article_revisions)}
)
"""Columns that hold one of a few words."""

JSON: Final = frozenset(
    {
        tables.event_history.c.detail,
        chat_tables.digests.c.receipt,
        chat_tables.cards.c.told,
        correction_tables.corrections.c.moved,
        reingests.c.figures,
        reingest_steps.c.step,
    }
)
"""Columns that hold an object of JSON; it stays the text that it is, so that it comes back to the letter."""
