"""Chats: what they want, what they were told, what is on its way to them.

Revision 0004, after 0003. What happened before is no news: the announcer begins behind the newest row of the history.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    make_chats()
    make_digests()
    make_cards()
    make_deliveries()
    make_ledger()
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="cursors_key"),
    )
    op.execute("INSERT INTO cursors (name, position) SELECT 'announced', coalesce(max(id), 0) FROM event_history")


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=f"{table}_key")


def exists(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"{table}_{column}_exists")


def partial(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def make_chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", ID, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("quiet_start", sa.Integer()),
        sa.Column("quiet_end", sa.Integer()),
        sa.Column("when_empty", sa.Text(), nullable=False),
        sa.Column("replies", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.BigInteger()),
        sa.Column("paused_reason", sa.Text()),
        sa.Column("stopped_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("wake_at", sa.BigInteger()),
        sa.Column("held_until", sa.BigInteger()),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("last_success_at", sa.BigInteger()),
        key("chats"),
        sa.UniqueConstraint("platform", "chat", "thread", name="chats_platform_chat_thread_once"),
    )
    partial("chats_awake", "chats", ["platform", "wake_at", "id"], "wake_at IS NOT NULL")
    op.create_table(
        "subscriptions",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("repeat", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer()),
        sa.Column("weekday", sa.Integer()),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("min_reports", sa.Integer()),
        sa.Column("within", sa.BigInteger()),
        sa.Column("cooldown", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("last_date", sa.Date()),
        sa.Column("seen", ID),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        key("subscriptions"),
        exists("subscriptions", "chat_id", "chats"),
    )
    op.create_index("subscriptions_by_chat", "subscriptions", ["chat_id"])
    partial("subscriptions_due", "subscriptions", ["due_at", "id"], "repeat <> 'breaking'")
    partial("subscriptions_breaking", "subscriptions", ["id"], "repeat = 'breaking'")
    op.create_table(
        "follows",
        sa.Column("chat_id", ID, autoincrement=False, nullable=False),
        sa.Column("event_id", ID, autoincrement=False, nullable=False),
        key("follows", "chat_id", "event_id"),
        exists("follows", "chat_id", "chats"),
        exists("follows", "event_id", "events"),
    )
    op.create_index("follows_by_event", "follows", ["event_id"])
    op.create_table(
        "mutes",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("event_id", ID),
        sa.Column("word", sa.Text()),
        sa.Column("until", sa.BigInteger()),
        key("mutes"),
        exists("mutes", "chat_id", "chats"),
        exists("mutes", "event_id", "events"),
    )
    op.create_index("mutes_by_chat", "mutes", ["chat_id"])


def make_digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("subscription_id", ID),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.Text()),
        key("digests"),
        sa.UniqueConstraint("subscription_id", "local_date", name="digests_subscription_id_local_date_once"),
        exists("digests", "chat_id", "chats"),
        exists("digests", "subscription_id", "subscriptions"),
    )
    op.create_index("digests_by_chat", "digests", ["chat_id", "id"])


def make_cards() -> None:
    op.create_table(
        "cards",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("replied_at", sa.BigInteger()),
        sa.Column("closed_at", sa.BigInteger()),
        key("cards"),
        exists("cards", "chat_id", "chats"),
        exists("cards", "event_id", "events"),
    )
    op.create_index("cards_by_event", "cards", ["event_id", "chat_id"])
    living = sa.text("closed_at IS NULL")
    op.create_index("cards_once", "cards", ["chat_id", "event_id"], unique=True, sqlite_where=living, postgresql_where=living)


def make_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("card_id", ID),
        sa.Column("digest_id", ID),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("is_silent", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("leased_until", sa.BigInteger()),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.Column("settled_at", sa.BigInteger()),
        key("deliveries"),
        sa.UniqueConstraint("key", name="deliveries_key_once"),
        exists("deliveries", "chat_id", "chats"),
        exists("deliveries", "card_id", "cards"),
        exists("deliveries", "digest_id", "digests"),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_by_chat", "deliveries", ["chat_id", "due_at", "id"])
    partial("deliveries_waiting", "deliveries", ["created_at"], "due_at IS NOT NULL")
    partial("deliveries_leased", "deliveries", ["chat_id"], "leased_until IS NOT NULL")
    partial("deliveries_of_cards", "deliveries", ["card_id"], "card_id IS NOT NULL")
    partial("deliveries_of_digests", "deliveries", ["digest_id"], "digest_id IS NOT NULL")
    partial("deliveries_troubled", "deliveries", ["state", "id"], "state IN ('ambiguous', 'dead', 'retry')")
    partial("deliveries_finished", "deliveries", ["settled_at"], "state IN ('sent', 'dropped')")
    doubtful = "is_doubtful = 1" if op.get_bind().dialect.name == "sqlite" else "is_doubtful"
    partial("deliveries_doubled", "deliveries", ["id"], f"{doubtful} AND state = 'sent'")


def make_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("delivery_id", ID),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outlets", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("covered_by", ID),
        key("ledger"),
        exists("ledger", "chat_id", "chats"),
        exists("ledger", "event_id", "events"),
    )
    op.create_index("ledger_by_event", "ledger", ["event_id", "chat_id", "id"])
    op.create_index("ledger_by_time", "ledger", ["chat_id", "at"])
    partial("ledger_by_delivery", "ledger", ["delivery_id"], "delivery_id IS NOT NULL")
    partial("ledger_by_cover", "ledger", ["covered_by"], "covered_by IS NOT NULL")
