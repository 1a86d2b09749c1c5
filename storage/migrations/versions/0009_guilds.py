"""Servers: who settles how their channels are served, and what channels wish that other chats cannot.

Revision 0009, after 0008. There were none before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guilds",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("guild", sa.Text(), nullable=False),
        sa.Column("admin_role", sa.Text()),
        sa.Column("admin_role_name", sa.Text()),
        sa.Column("zone", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("quiet_start", sa.Integer()),
        sa.Column("quiet_end", sa.Integer()),
        sa.PrimaryKeyConstraint("platform", "guild", name="guilds_key"),
    )
    op.create_table(
        "guild_channels",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("threaded", sa.Boolean(), nullable=False),
        sa.Column("lacks", sa.Text()),
        sa.PrimaryKeyConstraint("platform", "chat", name="guild_channels_key"),
    )
    op.create_table(
        "guild_pings",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("role_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "chat", "phase", name="guild_pings_key"),
    )
