"""Sources, files, articles, events, history and the words of the articles.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MERGED = sa.text("merged_into IS NOT NULL")
WAITING = sa.text("grouped_revision IS NULL OR grouped_revision < revision")


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("last_success_at", sa.BigInteger()),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="sources_key"),
        sa.UniqueConstraint("kind", "location", name="sources_kind_location_once"),
    )
    op.create_table(
        "events",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_article_id", ID),
        sa.Column("first_at", sa.BigInteger()),
        sa.Column("last_at", sa.BigInteger()),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("outlets", sa.Integer(), nullable=False),
        sa.Column("merged_into", ID),
        sa.PrimaryKeyConstraint("id", name="events_key"),
        sa.ForeignKeyConstraint(["merged_into"], ["events.id"], name="events_merged_into_exists"),
    )
    op.create_index("events_by_news_time", "events", ["last_at", "id"])
    op.create_index("events_by_change", "events", ["updated_at"])
    op.create_index("events_by_survivor", "events", ["merged_into"], sqlite_where=MERGED, postgresql_where=MERGED)
    op.create_index("events_by_first", "events", ["first_article_id"])
    op.create_table(
        "articles",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("grouped_revision", sa.Integer()),
        sa.Column("event_id", ID),
        sa.Column("copy_of", ID),
        *contents(),
        sa.PrimaryKeyConstraint("id", name="articles_key"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="articles_source_id_exists"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="articles_event_id_exists"),
        sa.ForeignKeyConstraint(["copy_of"], ["articles.id"], name="articles_copy_of_exists"),
        sa.UniqueConstraint("identity", name="articles_identity_once"),
    )
    op.create_index("articles_by_event", "articles", ["event_id"])
    op.create_index("articles_by_copied", "articles", ["copy_of"])
    op.create_index("articles_by_source", "articles", ["source_id", "outlet", "copy_of", "received_at", "id"])
    op.create_index("articles_waiting", "articles", ["published_at", "id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "article_revisions",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("replaced_at", sa.BigInteger(), nullable=False),
        *contents(),
        sa.PrimaryKeyConstraint("article_id", "revision", name="article_revisions_key"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="article_revisions_article_id_exists"),
    )
    op.create_index("article_revisions_by_identity", "article_revisions", ["identity"])
    op.create_table(
        "files",
        sa.Column("source_id", ID, autoincrement=False, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("article_id", ID),
        sa.Column("reason", sa.Text()),
        sa.Column("refused_since", sa.BigInteger()),
        sa.PrimaryKeyConstraint("source_id", "path", name="files_key"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="files_source_id_exists"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="files_article_id_exists"),
    )
    op.create_index("files_by_article", "files", ["article_id"])
    op.create_index("files_by_refusal", "files", ["refused_since"])
    op.create_table(
        "event_history",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("article_id", ID),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="event_history_key"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="event_history_event_id_exists"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="event_history_article_id_exists"),
    )
    op.create_index("event_history_by_event", "event_history", ["event_id", "id"])
    for statement in WORDS[op.get_bind().dialect.name]:
        op.execute(statement)


def contents() -> list[sa.Column[object]]:
    return [
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titled", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text()),
        sa.Column("agency", sa.Text()),
        sa.Column("author", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("published_at", sa.BigInteger()),
        sa.Column("published_precision", sa.Text()),
        sa.Column("published_origin", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("file", sa.Text()),
        sa.Column("file_time", sa.BigInteger()),
    ]


# FTS5 keeps no texts (content=''): storage.words cuts them into folded words, which the tokenizer "ascii" leaves as they are.
WORDS = {
    "sqlite": ("CREATE VIRTUAL TABLE article_words USING fts5(title, text, outlet, content='', tokenize='ascii')",),
    "postgresql": (
        """CREATE TABLE article_words (article_id BIGINT NOT NULL PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
            words TSVECTOR NOT NULL)""",
        "CREATE INDEX article_words_by_word ON article_words USING gin (words)",
    ),
}
