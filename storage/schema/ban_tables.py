"""The table of whom this installation does not answer. All others are in `tables`, `chat_tables` and `screen_tables`."""

from typing import Final

from sqlalchemy import Column, Table, Text

from storage.schema import screen_tables
from storage.schema.tables import Instant

metadata: Final = screen_tables.metadata

bans = Table(
    "bans",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("subject", Text, primary_key=True),  # the platform's id of a person or of a chat
    Column("created_at", Instant, nullable=False),
)
