"""What new channels of a server begin with: when their digest comes, and how many reports are enough to be told at once, too.

Revision 0010, after 0009. Where defaults were settled before, both are null: nobody has said.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("guilds", sa.Column("digest_at", sa.Integer()))
    op.add_column("guilds", sa.Column("alert_reports", sa.Integer()))
