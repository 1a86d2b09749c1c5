"""The tables about chats: what they are, what they want, what they were told and what is on its way to them. All others are in `tables`.

    chats ──< subscriptions ──< digests ──< deliveries >── cards >── events
      ├──< follows, mutes                      └──< ledger
      └──< ledger >── events

Everything of a chat goes when the chat is forgotten.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, and_, literal_column, text

from storage.schema import tables
from storage.schema.tables import Id, Instant, Span

metadata: Final = tables.metadata

chats = Table(
    "chats",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("chat", Text, nullable=False),  # as the platform calls it
    Column("thread", Text, nullable=False),  # topic or thread, empty without
    Column("kind", Text, nullable=False),  # see core.chats.chat.ChatKind
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),  # IANA name or fixed offset
    Column("language", Text),  # null while the platform has not said
    Column("quiet_start", Integer),  # minutes of the local day; null without quiet hours, like the next
    Column("quiet_end", Integer),
    Column("when_empty", Text, nullable=False),
    Column("replies", Text, nullable=False),
    Column("paused_at", Instant),  # null while the platform takes messages for it, like the next
    Column("paused_reason", Text),
    Column("stopped_at", Instant),  # null until its people say /stop
    Column("created_at", Instant, nullable=False),
    # The queue of the chat, kept by `deliveries`:
    Column("wake_at", Instant),  # when it can be claimed; null while nothing waits for it
    Column("held_until", Instant),  # null unless something is being sent to it, or the platform wants it left alone
    # How many deliveries are not settled. Counting a million of them anew for each `/status` took 0.1 s on SQLite, 0.3 s on PostgreSQL.
    Column("waiting", Integer, nullable=False),
    Column("last_success_at", Instant),  # null until something arrived
    UniqueConstraint("platform", "chat", "thread"),  # find
)
AWAKE = chats.c.wake_at.is_not(None)
Index("chats_awake", chats.c.platform, chats.c.wake_at, chats.c.id, sqlite_where=AWAKE, postgresql_where=AWAKE)  # claim and next_wake

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("repeat", Text, nullable=False),  # see core.chats.chat.Repeat
    Column("at", Integer),  # minutes of the local day; null for breaking
    Column("weekday", Integer),  # 0 is Monday; null unless weekly
    Column("filter", Text, nullable=False),  # normal form, empty for everything
    Column("min_reports", Integer),  # null unless breaking, like the next two
    Column("within", Span),
    Column("cooldown", Span),
    Column("due_at", Instant),  # for breaking the end of its cool-down, null before its first alert
    Column("last_date", Date),  # local date of its last digest; null before, like the next
    Column("seen", Id),  # the row of event_history up to which that digest accounts
    Column("created_at", Instant, nullable=False),
    Index("subscriptions_by_chat", "chat_id"),  # of
)
# Conditions are written out, because both engines use a partial index only for a statement that repeats its condition word by word.
SCHEDULED = text("repeat <> 'breaking'")
Index("subscriptions_due", subscriptions.c.due_at, subscriptions.c.id, sqlite_where=SCHEDULED, postgresql_where=SCHEDULED)  # due
BREAKING = text("repeat = 'breaking'")
Index("subscriptions_breaking", subscriptions.c.id, sqlite_where=BREAKING, postgresql_where=BREAKING)  # breaking

digests = Table(
    "digests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("subscription_id", Id, ForeignKey("subscriptions.id")),  # null once the subscription was removed
    Column("local_date", Date, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("since", Instant, nullable=False),  # its window
    Column("until", Instant, nullable=False),
    Column("receipt", Text),  # JSON, see storage.digests; null until it was composed
    UniqueConstraint("subscription_id", "local_date"),  # open: never two for one date
    Index("digests_by_chat", "chat_id", "id"),  # receipt
)

cards = Table(
    "cards",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("event_id", Id, ForeignKey("events.id"), nullable=False),  # as it was called when it was last saved or followed a merge
    Column("message_id", Text),  # null until it arrived, and when it was deleted in the chat
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False),  # fingerprint of what was last queued
    Column("told", Text, nullable=False),  # JSON, see storage.ledger; never queried
    Column("shown_at", Instant, nullable=False),  # when what was last queued is or was due
    Column("replied_at", Instant),  # null before the first reply
    Column("closed_at", Instant),  # null while it lives: until its message is gone or another card of the chat took over
    Index("cards_by_event", "event_id", "chat_id"),  # of_events, follow_merges; queue
)
LIVING = cards.c.closed_at.is_(None)
Index("cards_once", cards.c.chat_id, cards.c.event_id, unique=True, sqlite_where=LIVING, postgresql_where=LIVING)  # get, save

# What a delivery is about to do is written down before it is done, so ids name messages for ever: none is given a second time.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("kind", Text, nullable=False),  # see core.chats.delivery.DeliveryKind
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),  # see core.chats.delivery.DeliveryState
    Column("card_id", Id, ForeignKey("cards.id")),  # null unless it is a card, its edit or a reply to it; and when the card was left behind
    Column("digest_id", Id, ForeignKey("digests.id")),  # null unless it is a digest
    Column("message", Text, nullable=False),  # JSON, see core.message_text
    Column("part", Integer, nullable=False),  # parts that have arrived
    Column("is_silent", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),  # null once settled
    Column("leased_until", Instant),  # null unless it is being sent
    Column("claims", Integer, nullable=False),  # never set back: tells one claim from the next
    Column("attempts", Integer, nullable=False),  # of this part
    Column("doubts", Integer, nullable=False),  # how often the platform left open whether this part arrived
    Column("lapses", Integer, nullable=False),  # how often the program died over this part
    Column("is_doubtful", Boolean, nullable=False),  # it may be there already; when it is settled: it may be there twice
    Column("reason", Text),  # null until something went wrong; the last time, for people
    Column("message_id", Text),  # null until it arrived, and for edits; of the first part
    Column("settled_at", Instant),  # null until settled
    UniqueConstraint("key"),  # queue
    Index("deliveries_by_chat", "chat_id", "due_at", "id"),  # claim: what is next; pause, forget, export_of
    sqlite_autoincrement=True,
)
WAITING = deliveries.c.due_at.is_not(None)
Index("deliveries_waiting", deliveries.c.created_at, sqlite_where=WAITING, postgresql_where=WAITING)  # counts: the oldest
LEASED = deliveries.c.leased_until.is_not(None)
Index("deliveries_leased", deliveries.c.chat_id, sqlite_where=LEASED, postgresql_where=LEASED)  # claim: what its sender died over
OF_CARDS = deliveries.c.card_id.is_not(None)
Index("deliveries_of_cards", deliveries.c.card_id, sqlite_where=OF_CARDS, postgresql_where=OF_CARDS)  # queue; deleting cards
OF_DIGESTS = deliveries.c.digest_id.is_not(None)
Index("deliveries_of_digests", deliveries.c.digest_id, sqlite_where=OF_DIGESTS, postgresql_where=OF_DIGESTS)  # deleting digests
TROUBLED = text("state IN ('ambiguous', 'dead', 'retry')")
Index("deliveries_troubled", deliveries.c.state, deliveries.c.id, sqlite_where=TROUBLED, postgresql_where=TROUBLED)  # counts, troubled
DOUBLED = and_(deliveries.c.is_doubtful, deliveries.c.state == literal_column("'sent'"))
Index("deliveries_doubled", deliveries.c.id, sqlite_where=DOUBLED, postgresql_where=DOUBLED)  # counts
FINISHED = text("state IN ('sent', 'dropped')")
Index("deliveries_finished", deliveries.c.settled_at, sqlite_where=FINISHED, postgresql_where=FINISHED)  # prune

ledger = Table(
    "ledger",
    metadata,
    Column("id", Id, primary_key=True),  # of several rows about an event the newest counts
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("event_id", Id, ForeignKey("events.id"), nullable=False),  # as it was called then: never re-pointed
    Column("delivery_id", Id),  # what tells it; null when no delivery does. The delivery may have been pruned since.
    Column("revision", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("outlets", Integer, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("headline", Text, nullable=False),
    # The telling of what became of the event, which tells this too; null while this one counts for itself.
    Column("covered_by", Id),
    Index("ledger_by_event", "event_id", "chat_id", "id"),  # told, told_of_all
    Index("ledger_by_time", "chat_id", "at"),  # since
)
TOLD_BY = ledger.c.delivery_id.is_not(None)
Index("ledger_by_delivery", ledger.c.delivery_id, sqlite_where=TOLD_BY, postgresql_where=TOLD_BY)  # untelling what is dropped
COVERED = ledger.c.covered_by.is_not(None)
Index("ledger_by_cover", ledger.c.covered_by, sqlite_where=COVERED, postgresql_where=COVERED)  # untelling

follows = Table(
    "follows",
    metadata,
    Column("chat_id", Id, ForeignKey("chats.id"), primary_key=True, autoincrement=False),
    Column("event_id", Id, ForeignKey("events.id"), primary_key=True, autoincrement=False),  # as it was called then
    Index("follows_by_event", "event_id"),  # followers
)

mutes = Table(
    "mutes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("event_id", Id, ForeignKey("events.id")),  # null when a word is muted
    Column("word", Text),  # null when an event is muted
    Column("until", Instant),  # null for ever
    Index("mutes_by_chat", "chat_id"),  # of
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Id, nullable=False),  # the last row that was seen, or the highest number that was given
)
