"""The commands that change an installation or tell of its inside, for its admins, and how each is used; what they do lives beside."""

from typing import Final

from bot.commands.desk import Command, Deed
from bot.core.phrase import phrase

ADMINISTRATION: Final = (
    Command(
        name="status",
        usage=phrase("/status"),
        summary=phrase("How much there is, and whether it works"),
        details=phrase("Articles, events, what waits to be grouped or to be sent, what is in quarantine, when something last arrived."),
        handler=Deed("operation", "status"),
        reads=True,
        admin=True,
    ),
    Command(
        name="deliveries",
        usage=phrase("/deliveries [retry|drop ID|all]"),
        summary=phrase("Messages that could not be sent"),
        details=phrase(
            "“retry” sends again what was refused or may not have arrived; the latter may then be there twice. “drop” lets it be."
        ),
        handler=Deed("deliveries", "deliveries"),
        admin=True,
    ),
    Command(
        name="errors",
        usage=phrase("/errors"),
        summary=phrase("Failing sources and files in quarantine"),
        details=phrase("Each with the reason. Files in quarantine are untouched and tried again when they change."),
        handler=Deed("operation", "errors"),
        reads=True,
        admin=True,
    ),
    Command(
        name="ban",
        usage=phrase("/ban [ID]"),
        summary=phrase("Answer somebody no more"),
        details=phrase(
            "The number of a person or of a chat, on this platform or as telegram/123. Nothing more is sent there. "
            "Without a number: who is banned."
        ),
        handler=Deed("access", "ban"),
        admin=True,
    ),
    Command(
        name="allow",
        usage=phrase("/allow ID"),
        summary=phrase("Answer somebody again"),
        details=phrase("What they had subscribed to comes again once they say /start."),
        handler=Deed("access", "allow"),
        admin=True,
    ),
    Command(
        name="addsource",
        usage=phrase("/addsource URL"),
        summary=phrase("Watch a feed, or the feed of a page"),
        details=phrase("RSS, Atom, RDF or JSON Feed. What the feed holds now is stored without a word; what comes from then on is news."),
        handler=Deed("adding", "addsource"),
        admin=True,
    ),
    Command(
        name="removesource",
        usage=phrase("/removesource ID"),
        summary=phrase("Stop watching a feed"),
        details=phrase("By its number, address or a part of its name. Its articles stay; /addsource brings it back."),
        handler=Deed("feeds", "removesource"),
        admin=True,
    ),
    Command(
        name="pause",
        usage=phrase("/pause ID|all"),
        summary=phrase("Leave a feed alone for now"),
        details=phrase("It is not asked until somebody resumes it."),
        handler=Deed("feeds", "pause"),
        admin=True,
    ),
    Command(
        name="resume",
        usage=phrase("/resume ID|all"),
        summary=phrase("Ask a paused feed again"),
        details=phrase("It is asked soon; what came meanwhile and is still in the feed is news."),
        handler=Deed("feeds", "resume"),
        admin=True,
    ),
    Command(
        name="check",
        usage=phrase("/check ID|all"),
        summary=phrase("Ask a feed now"),
        details=phrase("Without waiting for its next check. A host that asked to be left alone for a while is still left alone."),
        handler=Deed("feeds", "check"),
        admin=True,
    ),
    Command(
        name="fulltext",
        usage=phrase("/fulltext ID|all feed|page"),
        summary=phrase("Whose text an article has"),
        details=phrase(
            "“feed”: what the feed gives. “page”: where the feed only teases, the text of the page, as far as robots.txt allows it."
        ),
        handler=Deed("feeds", "fulltext"),
        admin=True,
    ),
    Command(
        name="import",
        usage=phrase("/import FILE|URL"),
        summary=phrase("Watch the feeds of an OPML file"),
        details=phrase(
            "Attach the file, or say its address; in the terminal, its path. It says what was added and what was refused, and why."
        ),
        handler=Deed("lists", "import_"),
        admin=True,
        acts=True,
    ),
    Command(
        name="export",
        usage=phrase("/export"),
        summary=phrase("All feeds as an OPML file"),
        details=phrase("Any feed reader can read it, and /import too."),
        handler=Deed("lists", "export"),
        admin=True,
        acts=True,
    ),
    Command(
        name="reingest",
        usage=phrase("/reingest [source NAME|event ID|all] [dry-run]"),
        summary=phrase("Read and group everything once more"),
        details=phrase(
            "With today's program. First it says what would change, and nothing does until you say /reingest apply and the number of the "
            "plan; /reingest cancel ends it, also half-way, /reingest status says how it stands. Nobody is told anything: cards are "
            "edited. What came by feeds is grouped anew, but not fetched again. “dry-run” only shows."
        ),
        handler=Deed("reingest", "reingest"),
        admin=True,
        acts=True,
    ),
    Command(
        name="merge",
        usage=phrase("/merge A [B]"),
        summary=phrase("Make two events one"),
        details=phrase(
            "The one with more reports keeps its number, and the other number leads there. Later articles and reingests keep to it. "
            "With one number it lists the events that may be the same."
        ),
        handler=Deed("corrections", "merge"),
        admin=True,
    ),
    Command(
        name="split",
        usage=phrase("/split ID [ARTICLE]"),
        summary=phrase("Take an article out of an event"),
        details=phrase("With its copies it becomes an event of its own, for good. Without an article it lists those of the event."),
        handler=Deed("corrections", "split"),
        admin=True,
    ),
    Command(
        name="undo",
        usage=phrase("/undo [N]"),
        summary=phrase("Take a merge or a split back"),
        details=phrase("The last one that stands, or the one with this number in /corrections."),
        handler=Deed("corrections", "undo"),
        admin=True,
        acts=True,
    ),
    Command(
        name="corrections",
        usage=phrase("/corrections"),
        summary=phrase("Who merged and split what"),
        details=phrase("The newest first, with who asked for it, in which chat, and what became of it."),
        handler=Deed("corrections", "listed"),
        reads=True,
        admin=True,
    ),
    Command(
        name="history",
        usage=phrase("/history ID"),
        summary=phrase("The life of an event"),
        details=phrase("What came, left, was merged or split, when, and who did it."),
        handler=Deed("corrections", "history"),
        reads=True,
        admin=True,
    ),
)
"""The commands of admins, in the order in which menus list them."""
