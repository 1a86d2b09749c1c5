"""Corrections: merges and splits that admins asked for, and the constraints that follow from them.

Revision 0007, after 0005. There were none before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("event_id", ID),
        sa.Column("other_id", ID),
        sa.Column("article_id", ID),
        sa.Column("undoes", ID),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("undone_by", ID),
        sa.Column("moved", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="corrections_key"),
        exists("corrections", "event_id", "events"),
        exists("corrections", "other_id", "events"),
        exists("corrections", "article_id", "articles"),
        exists("corrections", "undoes", "corrections"),
        exists("corrections", "undone_by", "corrections"),
    )
    partial("corrections_asked", "corrections", ["id"], "state = 'asked'")
    op.create_table(
        "constraints",
        sa.Column("correction_id", ID, autoincrement=False, nullable=False),
        sa.Column("article_a", ID, autoincrement=False, nullable=False),
        sa.Column("article_b", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("correction_id", "article_a", "article_b", name="constraints_key"),
        exists("constraints", "correction_id", "corrections"),
        exists("constraints", "article_a", "articles"),
        exists("constraints", "article_b", "articles"),
    )
    partial("constraints_holding", "constraints", ["correction_id"], "ended_at IS NULL")


def exists(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"{table}_{column}_exists")


def partial(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
