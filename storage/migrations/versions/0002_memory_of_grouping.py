"""What grouping remembers beside its decisions; made from these at the next start.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TOUCHED = sa.text("touched IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "event_memories",
        sa.Column("event_id", ID, autoincrement=False, nullable=False),
        sa.Column("touched", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="event_memories_key"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="event_memories_event_id_exists"),
    )
    op.create_index("event_memories_awake", "event_memories", ["touched"], sqlite_where=TOUCHED, postgresql_where=TOUCHED)
    op.create_table(
        "event_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("event_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "event_id", name="event_words_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_memories",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="report_memories_key"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="report_memories_article_id_exists"),
    )
    op.create_table(
        "word_counts",
        sa.Column("id", ID, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="word_counts_key"),
    )
