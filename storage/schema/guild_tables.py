"""The tables about servers on platforms that have such (Discord's guilds), and about what they wish of a channel. Others are in `tables`.

    guilds ··· guild_channels ──< guild_pings

Channels are named as in `chats`, without threads; a row may be there before anything was subscribed to, and stays when that ends.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Integer, Table, Text

from storage.schema import reingest_tables

metadata: Final = reingest_tables.metadata

guilds = Table(
    "guilds",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("guild", Text, primary_key=True),  # as the platform calls it
    Column(
        "admin_role", Text
    ),  # the platform's id of the role whose bearers settle how channels are served; null without one, like the next
    Column("admin_role_name", Text),
    Column("zone", Text),  # what new channels begin with; null while nobody has said, like the next three
    Column("language", Text),
    Column("quiet_start", Integer),  # minutes of the local day; null without quiet hours, like the next
    Column("quiet_end", Integer),
    Column("digest_at", Integer),  # minute of the local day for digests of which nobody says when; null for the usual one
    Column("alert_reports", Integer),  # so many reports are enough to be told at once if nobody says; null for the usual number
)

guild_channels = Table(
    "guild_channels",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("threaded", Boolean, nullable=False),  # whether each card opens a thread
    Column("lacks", Text),  # the rights that its people were told the bot lacks there; null while they were told of none
)

guild_pings = Table(
    "guild_pings",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("phase", Text, primary_key=True),  # see core.phase.Phase: of the events whose new cards call the role
    Column("role", Text, nullable=False),  # the platform's id of it
    Column("role_name", Text, nullable=False),
)
