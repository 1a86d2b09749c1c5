"""Feeds: how they stand, what was in them, what the operator is told; articles that were old when they came.

Revision 0003, after 0002. Words of articles that wait for grouping are taken out of the full text: grouping puts them in from now on.
"""

import sqlalchemy as sa
from alembic import op

from storage.news.words import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHORT_URL = sa.text("length(url) <= 500")
DUE = sa.text("next_check_at IS NOT NULL")
UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    op.add_column("sources", sa.Column("paused_at", sa.BigInteger()))
    op.add_column("sources", sa.Column("removed_at", sa.BigInteger()))
    op.add_column("articles", sa.Column("backlog", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("articles_by_url", "articles", ["url"], sqlite_where=SHORT_URL, postgresql_where=SHORT_URL)
    op.drop_index("articles_by_event", "articles")
    op.create_index("articles_by_event", "articles", ["event_id", "source_id", "published_at", "published_precision"])
    op.drop_index("articles_by_source", "articles")
    op.create_index("articles_by_source", "articles", ["source_id", "outlet", "copy_of", "received_at", "backlog", "id"])
    make_feeds()
    make_notes()
    forget_waiting()


def make_feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("source_id", ID, autoincrement=False, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("site", sa.Text()),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("full_text", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_digest", sa.Text()),
        sa.Column("fresh_for", sa.BigInteger()),
        sa.Column("checked_at", sa.BigInteger()),
        sa.Column("baselined_at", sa.BigInteger()),
        sa.Column("news_at", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.BigInteger()),
        sa.Column("failure", sa.Text()),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("gone_since", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("moved_to", sa.Text()),
        sa.Column("moved_since", sa.BigInteger()),
        sa.Column("moved_times", sa.Integer(), nullable=False),
        sa.Column("churned_at", sa.BigInteger()),
        sa.Column("next_check_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("source_id", name="feeds_key"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="feeds_source_id_exists"),
    )
    op.create_index("feeds_due", "feeds", ["next_check_at", "host", "source_id"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_table(
        "host_holds",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="host_holds_key"),
    )
    op.create_table(
        "feed_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("guid", sa.BigInteger()),
        sa.Column("url", sa.BigInteger()),
        sa.Column("title", sa.BigInteger()),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="feed_entries_key"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="feed_entries_source_id_exists"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="feed_entries_article_id_exists"),
    )
    for key in ("guid", "url", "title", "words"):
        op.create_index(f"feed_entries_by_{key}", "feed_entries", [key])


def make_notes() -> None:
    op.create_table(
        "page_fetches",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("article_id", name="page_fetches_key"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="page_fetches_article_id_exists"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="page_fetches_source_id_exists"),
    )
    op.create_index("page_fetches_due", "page_fetches", ["next_try_at", "host", "article_id"])
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name="robots_key"),
    )
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="notices_key"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="notices_source_id_exists"),
    )
    op.create_index("notices_untold", "notices", ["id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)


def forget_waiting() -> None:
    """Take the words of waiting articles out, in parts: texts of a large folder that was never grouped fit into no memory together."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        waiting = sa.text(
            "SELECT id, title, text, outlet FROM articles WHERE grouped_revision IS NULL AND id > :last ORDER BY id LIMIT 500"
        )
        forget = sa.text(
            "INSERT INTO article_words (article_words, rowid, title, text, outlet) VALUES ('delete', :id, :title, :text, :outlet)"
        )
        last = 0
        while rows := connection.execute(waiting, {"last": last}).mappings().all():
            connection.execute(forget, [columns(dict(row)) for row in rows])
            last = rows[-1]["id"]
    else:
        connection.execute(
            sa.text("DELETE FROM article_words WHERE article_id IN (SELECT id FROM articles WHERE grouped_revision IS NULL)")
        )
