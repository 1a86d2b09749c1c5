"""The tables about corrections: what admins asked for, and what holds between articles because of it. All others are in `tables`.

    corrections ──< constraints >── articles

Neither loses a row: what was taken back says so.
"""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Table, Text, text

from storage.schema import ban_tables
from storage.schema.tables import Id, Instant

metadata: Final = ban_tables.metadata

corrections = Table(
    "corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),  # see core.grouping.correction.CorrectionKind
    Column("asked_at", Instant, nullable=False),
    Column("who", Text, nullable=False),  # the platform's id of a person, or what else says who it was
    Column("chat", Text, nullable=False),  # address of the chat where it was asked for, as text
    Column("event_id", Id, ForeignKey("events.id")),  # as it was called then; null for an undo
    Column("other_id", Id, ForeignKey("events.id")),  # the event to merge with; of a split the new event, null until done; null for an undo
    Column("article_id", Id, ForeignKey("articles.id")),  # null but for a split
    Column("undoes", Id, ForeignKey("corrections.id")),  # null but for an undo
    Column("state", Text, nullable=False),  # see core.grouping.correction.CorrectionState
    Column("reason", Text),  # null unless it was refused, or not everything could be done; a sentence for people
    Column("done_at", Instant),  # null until it was done or refused
    Column("undone_by", Id, ForeignKey("corrections.id")),  # null while it stands
    Column("moved", Text),  # JSON, see storage.corrections; null until a merge or split is done; never queried
)
ASKED = text("state = 'asked'")  # written out, as in `chat_tables`
Index("corrections_asked", corrections.c.id, sqlite_where=ASKED, postgresql_where=ASKED)  # next_asked, whenever grouping begins

constraints = Table(
    "constraints",
    metadata,
    Column("correction_id", Id, ForeignKey("corrections.id"), primary_key=True, autoincrement=False),
    Column("article_a", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("article_b", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # see core.grouping.constraints.Bond
    Column("ended_at", Instant),  # null while it holds
)
HOLDING = constraints.c.ended_at.is_(None)
Index("constraints_holding", constraints.c.correction_id, sqlite_where=HOLDING, postgresql_where=HOLDING)  # holding
