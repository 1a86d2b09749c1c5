"""Every table that Slugline keeps, as prose, but for the words of the articles (`words`); statements live beside their functions.

    sources ──< files >── articles >── events ──< event_history
       └── feeds             ├──< article_revisions
       └──< feed_entries >───┘

Articles, revisions, events and history are never deleted: a file that disappears keeps its row and its article, a merged event keeps its
row and points to the survivor, a feed that is removed keeps its rows. Only a file that never held an article is forgotten when it
disappears.
Foreign keys that would make a circle (an event's first article is an article of that event) are left to the functions that write them,
because SQLite cannot add a constraint to a table that exists.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    func,
    literal_column,
    or_,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as integer microseconds since 1970 in UTC: the same order and the same precision on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Raise TypeError for a naive time, which would silently be taken for UTC."""
        del dialect
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give back what was bound."""
        del dialect
        return None if value is None else EPOCH + value * MICROSECOND


class Span(TypeDecorator[timedelta]):
    """A length of time, kept as integer microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Count the microseconds."""
        del dialect
        return None if value is None else value // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Give back what was bound."""
        del dialect
        return None if value is None else value * MICROSECOND


# SQLite makes a column an alias of the row id, which is the fast way in, only if it is called INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_exists",
        "uq": "%(table_name)s_%(column_0_N_name)s_once",
    }
)

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),  # "folder", "feed"
    Column("location", Text, nullable=False),  # the folder's path as it was configured and made absolute; the feed's address
    Column("name", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("last_success_at", Instant),  # null until a scan or check went well
    Column("last_error", Text),  # null while the last one went well; else a sentence for people
    Column("paused_at", Instant),  # null while it is read; for feeds only, like the next
    Column("removed_at", Instant),  # null until somebody removes it; its articles stay
    UniqueConstraint("kind", "location"),  # find, ensure_folder; feeds.add, save and find
)

events = Table(
    "events",
    metadata,
    # Chosen by the one grouper: its memory names an event before the row is written.
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("opened_at", Instant, nullable=False),  # installation time, like updated_at
    Column("updated_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False),  # counts the changes of membership and text
    Column("first_article_id", Id),  # null until summarised, and while the times of the reports do not tell who was first
    Column("first_at", Instant),  # news time of the earliest article; null while no article has a date
    Column("last_at", Instant),  # news time of the latest article; null while no article has a date
    Column("reports", Integer, nullable=False),  # the three counts are 0 until summarised
    Column("copies", Integer, nullable=False),
    Column("outlets", Integer, nullable=False),
    Column("merged_into", Id, ForeignKey("events.id")),  # null while the event lives; else the living event, never a merged one
    Index("events_by_news_time", "last_at", "id"),  # latest
    Index("events_by_change", "updated_at"),  # top and touched_count
    Index("events_by_first", "first_article_id"),  # health: which article was first
)

SURVIVOR = func.coalesce(events.c.merged_into, events.c.id)  # the living event that an event is today
MERGED = events.c.merged_into.is_not(None)
# History, and re-pointing when a survivor is merged in its turn. If the living were in it, SQLite would prefer it to the order of the news.
Index("events_by_survivor", events.c.merged_into, sqlite_where=MERGED, postgresql_where=MERGED)


def _contents() -> list[Column[object]]:
    """What an article said in one revision: the columns that `articles` and `article_revisions` share."""
    return [
        Column("identity", Text, nullable=False),  # digest of the recovered content: the same words are the same article
        Column("title", Text, nullable=False),
        Column("titled", Boolean, nullable=False),
        Column("text", Text, nullable=False),
        Column("outlet", Text),  # null when the article does not say, like the three below
        Column("agency", Text),
        Column("author", Text),
        Column("url", Text),
        Column("published_at", Instant),  # null when no full date was found, and then the two below are null too
        Column("published_precision", Text),
        Column("published_origin", Text),
        Column("language", Text),  # null when unsure
        Column("format", Text, nullable=False),
        Column("file", Text),  # path inside the source's folder; null for an article of a feed
        Column("file_time", Instant),  # null for an article of a feed
    ]


articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # chosen under the writers' lock, in order of arrival
    Column("source_id", Id, ForeignKey("sources.id"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("grouped_revision", Integer),  # the revision that grouping has seen; null until it was grouped for the first time
    Column("event_id", Id, ForeignKey("events.id")),  # null until grouped; always a living event
    Column("copy_of", Id, ForeignKey("articles.id")),  # the report whose text this repeats; null for a report
    Column("backlog", Boolean, nullable=False, server_default=false()),  # it was old when it came: stored and grouped, never announced
    *_contents(),
    UniqueConstraint("identity"),  # the same words under another name are the same article
    # load of events, merging; health reads when each source told an event from this index alone
    Index("articles_by_event", "event_id", "source_id", "published_at", "published_precision"),
    Index("articles_by_copied", "copy_of"),  # PostgreSQL's and SQLite's foreign-key checks
    # health and totals read this index alone, never the texts
    Index("articles_by_source", "source_id", "outlet", "copy_of", "received_at", "backlog", "id"),
)
WAITING = or_(articles.c.grouped_revision.is_(None), articles.c.grouped_revision < articles.c.revision)
Index(  # ungrouped and totals; only the few articles that wait are in it
    "articles_waiting", articles.c.published_at, articles.c.id, sqlite_where=WAITING, postgresql_where=WAITING
)

# entries: is what lies at this address known from another source? An index row of PostgreSQL holds 2,700 bytes; addresses are seldom longer
# than 200 characters, and those past 500, which no `canonical` address of ours needs, are not looked for. The number is written out: both
# engines use a partial index only for a statement that repeats its condition word by word.
SHORT_URL = func.length(articles.c.url) <= literal_column("500")
Index("articles_by_url", articles.c.url, sqlite_where=SHORT_URL, postgresql_where=SHORT_URL)

article_revisions = Table(
    "article_revisions",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("replaced_at", Instant, nullable=False),
    *_contents(),
    Index("article_revisions_by_identity", "identity"),  # record: is this content an old revision of something?
)

files = Table(
    "files",
    metadata,
    Column("source_id", Id, ForeignKey("sources.id"), primary_key=True, autoincrement=False),
    Column("path", Text, primary_key=True),  # inside the source's folder, printable
    Column("size", BigInteger, nullable=False),  # -1: read it again however it looks
    Column("mtime_ns", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256, empty when the file could not be read or is to be read again
    Column("seen_at", Instant, nullable=False),  # when it was last read
    Column("article_id", Id),  # null while the file has never held an article; kept while it is in quarantine
    Column("reason", Text),  # null unless in quarantine
    Column("refused_since", Instant),  # null unless in quarantine
    ForeignKeyConstraint(["article_id"], ["articles.id"]),
    Index("files_by_article", "article_id"),  # record: does another file still hold this article?
    Index("files_by_refusal", "refused_since"),  # quarantined, newest first
)

event_history = Table(
    "event_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", Id, ForeignKey("events.id"), nullable=False),  # as it was called then: never re-pointed
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("article_id", Id, ForeignKey("articles.id")),  # null when it is about the whole event (merged, closed)
    Column("detail", Text, nullable=False),  # JSON, see storage.events; never queried
    Index("event_history_by_event", "event_id", "id"),  # history
)

# What grouping remembers beside its decisions, so that a start and an event that was quiet for long cost what they need and no more. It
# follows from the decisions, and is made anew from them when the program reads texts differently than the one that wrote it.

event_memories = Table(
    "event_memories",
    metadata,
    Column("event_id", Id, ForeignKey("events.id"), primary_key=True, autoincrement=False),
    Column("touched", BigInteger),  # order in which events were touched; null while the event is quiet: not in the grouper's memory
    Column("state", Text, nullable=False),  # JSON, see core.grouping.memory; never queried
)
TOUCHED = event_memories.c.touched.is_not(None)
Index("event_memories_awake", event_memories.c.touched, sqlite_where=TOUCHED, postgresql_where=TOUCHED)  # awake, and the next number

event_words = Table(
    "event_words",
    metadata,
    Column("word", Text, primary_key=True),
    Column("event_id", Id, primary_key=True, autoincrement=False),  # an event that was quiet once, perhaps merged since
    sqlite_with_rowid=False,  # the key is the whole row
)

report_memories = Table(
    "report_memories",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),  # JSON, see core.grouping.memory; never queried
)

word_counts = Table(
    "word_counts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("fingerprint", Text, nullable=False),  # of the program that wrote all these memories; empty while they are made anew
    Column("events", Integer, nullable=False),  # events to add up over all rows, like the counts
    Column("counts", Text, nullable=False),  # JSON: word → in how many events; never queried
)

# Feeds: what a restart must not forget. `sources.last_success_at` and `last_error` of a feed are written together with its row here.

feeds = Table(
    "feeds",
    metadata,
    Column("source_id", Id, ForeignKey("sources.id"), primary_key=True, autoincrement=False),
    Column("host", Text, nullable=False),  # of the address, for politeness
    Column("site", Text),  # null when neither the feed nor the list that named it says
    Column("category", Text, nullable=False),  # path of folders in the list that named it, empty without
    Column("full_text", Text, nullable=False),  # "feed", "page"
    Column("etag", Text),  # null when the last answer had none, like the next
    Column("last_modified", Text),
    Column("body_digest", Text),  # null until a body came
    Column("fresh_for", Span),  # null when neither server nor feed says
    Column("checked_at", Instant),  # null until it was asked
    Column("baselined_at", Instant),  # null until the first check went well: what comes then is back-catalogue
    Column("news_at", Instant),  # null until something new came
    Column("failures", Integer, nullable=False),  # in a row
    Column("failing_since", Instant),  # null while it works, like the next
    Column("failure", Text),
    Column("told", Boolean, nullable=False),  # the operator knows that it fails
    Column("gone_since", Instant),  # null unless the last answers were 410
    Column("ended_at", Instant),  # null unless it counts as dead
    Column("moved_to", Text),  # null unless the last answer came by permanent redirects, like the next
    Column("moved_since", Instant),
    Column("moved_times", Integer, nullable=False),
    Column("churned_at", Instant),  # null until most of its guids were new at once; then the last time that they were
    Column("next_check_at", Instant),  # null while paused or removed
)
DUE = feeds.c.next_check_at.is_not(None)
# claim and next_due: what is due is chosen among the hosts in this index alone
Index("feeds_due", feeds.c.next_check_at, feeds.c.host, feeds.c.source_id, sqlite_where=DUE, postgresql_where=DUE)

host_holds = Table(
    "host_holds",
    metadata,
    Column("host", Text, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("reason", Text, nullable=False),  # a sentence for people
)

feed_entries = Table(
    "feed_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id"), nullable=False),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    # Digests with the source in them, see core.feeds.entry_identity. Of the first three, no two rows have the same one: the newest has it.
    Column(
        "guid", BigInteger
    ),  # null when the feed gave none, when several entries had it, or when another entry has it now; so the next two
    Column("url", BigInteger),
    Column("title", BigInteger),
    Column("words", BigInteger, nullable=False),  # title and text as the feed last gave them
    Column("seen_at", Instant, nullable=False),  # when it first stood in the feed
    # record: what is known of an entry
    Index("feed_entries_by_guid", "guid"),
    Index("feed_entries_by_url", "url"),
    Index("feed_entries_by_title", "title"),
    Index("feed_entries_by_words", "words"),
)

page_fetches = Table(
    "page_fetches",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("source_id", Id, ForeignKey("sources.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text),  # null until a try failed; else a sentence for people
    Index("page_fetches_due", "next_try_at", "host", "article_id"),  # claim and next_due
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),  # scheme, host and port
    Column("text", Text, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),  # see core.feeds.feed.NoticeKind
    Column("source_id", Id, ForeignKey("sources.id"), nullable=False),
    Column("text", Text, nullable=False),  # a sentence for people
    Column("told_at", Instant),  # null until the operator was told
)
UNTOLD = notices.c.told_at.is_(None)
Index("notices_untold", notices.c.id, sqlite_where=UNTOLD, postgresql_where=UNTOLD)
