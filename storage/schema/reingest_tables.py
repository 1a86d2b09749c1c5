"""The tables about reingests: what was planned, who asked for it, and how far it was carried out. All others are in `tables`.

    reingests ──< reingest_steps

A reingest keeps its row. When it is settled, steps that were not done go, and of the others the figures stay.
"""

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text

from storage.schema import correction_tables
from storage.schema.tables import Id, Instant

metadata: Final = correction_tables.metadata

reingests = Table(
    "reingests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("scope", Text, nullable=False),  # "all", "source" or "event" with a number behind
    Column("asked_at", Instant, nullable=False),
    Column("who", Text, nullable=False),  # as in `corrections`, like the next
    Column("chat", Text, nullable=False),
    Column("state", Text, nullable=False),  # see core.grouping.reingest.ReingestState
    Column("figures", Text, nullable=False),  # JSON, see core.grouping.reingest.Figures; never queried
    Column("corrected", Id, nullable=False),  # the last correction that the plan knows, 0 before the first
    Column("decided_by", Text),  # null until somebody says apply or cancel
    Column("settled_at", Instant),  # null until it is done or cancelled
    Column("reason", Text),  # null unless it ended early; a sentence for people
)

reingest_steps = Table(
    "reingest_steps",
    metadata,
    Column("reingest_id", Id, ForeignKey("reingests.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("step", Text, nullable=False),  # JSON, see storage.reingests; never queried
    Column("done", Boolean, nullable=False),
    Column("left", Integer, nullable=False),  # articles that were left where they are, because they changed meanwhile; 0 until it is done
    Column("edits", Integer, nullable=False),  # cards that were edited; 0 until it is done
)
