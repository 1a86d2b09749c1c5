"""The tables about screens and dialogues: what a message shows, and what somebody was asked. All others are in `tables` and `chat_tables`.

They name chats by their addresses: whoever only reads has screens, and no row in `chats`.
"""

from typing import Final

from sqlalchemy import Column, Index, Table, Text

from storage.schema import chat_tables
from storage.schema.tables import Instant

metadata: Final = chat_tables.metadata

screens = Table(
    "screens",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("chat", Text, primary_key=True),  # as the platform calls it, like the next two
    Column("message_id", Text, primary_key=True),
    Column("thread", Text, nullable=False),  # topic or thread, empty without
    Column("asker", Text, nullable=False),  # the platform's id of who asked; empty when that is not known
    Column("about_chat", Text, nullable=False),  # the chat that its commands are about, on the same platform, like the next four
    Column("about_thread", Text, nullable=False),
    Column("kind", Text, nullable=False),  # see core.chats.chat.ChatKind
    Column("name", Text, nullable=False),
    Column("language", Text),  # null while the platform has not said
    Column("levels", Text, nullable=False),  # JSON, see storage.screens; never queried
    Column("shown_at", Instant, nullable=False),  # when somebody last pressed something
    Index("screens_by_time", "shown_at"),  # prune
    Index("screens_by_subject", "platform", "about_chat"),  # forget, moved
)

dialogues = Table(
    "dialogues",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("person", Text, primary_key=True),  # the platform's id of who was asked
    Column("line", Text, nullable=False),  # the command whose last words are missing
    Column("prompt_id", Text, nullable=False),  # the message that asks
    Column("expires_at", Instant, nullable=False),
    Column("about_chat", Text, nullable=False),  # as in `screens`, like the next four
    Column("about_thread", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text),
)
