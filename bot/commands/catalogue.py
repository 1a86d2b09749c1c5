"""Which commands there are, and how each is used; what they do lives beside, and how a line becomes one of them in `registry`."""

from collections.abc import Mapping
from typing import Final

from bot.commands.administration import ADMINISTRATION
from bot.commands.desk import Command, Deed
from bot.core.phrase import phrase

COMMANDS_ONLY: Final = frozenset({"discord"})
"""Platforms on which the bot hears nothing but commands."""

COMMANDS: Final = (
    Command(
        name="digest",
        usage=phrase("/digest [24h] [hidden|preview]"),
        summary=phrase("What is new, the most corroborated first"),
        details=phrase(
            "A span such as 12h or 7d sets how far back to look, by arrival here. “hidden” lists what was left out, and why; with the "
            "number of a digest that came by subscription, what that one left out. “preview” shows the next subscribed digest as it stands "
            "now; nothing counts as told."
        ),
        handler=Deed("digest", "digest"),
    ),
    Command(
        name="latest",
        usage=phrase("/latest [n] [words]"),
        summary=phrase("The newest events"),
        details=phrase("By the time of the news. A number says how many, words which: /latest 5 earthquake"),
        handler=Deed("events", "latest"),
        reads=True,
    ),
    Command(
        name="top",
        usage=phrase("/top [24h] [n]"),
        summary=phrase("The most reported events"),
        details=phrase(
            "Among those that changed here in the last 24 hours, or another span such as 90m, 7d or 2w; a number says how many."
        ),
        handler=Deed("events", "top"),
        reads=True,
    ),
    Command(
        name="event",
        usage=phrase("/event ID"),
        summary=phrase("One event: what, who says so, when"),
        details=phrase("The number stands behind each event in a list. The number of a merged event leads to the one it became part of."),
        handler=Deed("card", "event"),
        reads=True,
    ),
    Command(
        name="sources",
        usage=phrase("/sources [event ID|picture]"),
        summary=phrase("Where articles come from, or who tells an event"),
        details=phrase(
            "Without a number: every source with its health, what fails first. With one: every article of that event in order of time, "
            "copies marked. “/sources feed 12” tells more about a feed; “failing”, “paused”, “page 2” or a part of a name choose."
        ),
        handler=Deed("sources", "sources"),
        reads=True,
    ),
    Command(
        name="timeline",
        usage=phrase("/timeline ID [picture]"),
        summary=phrase("How an event came to be told, report by report"),
        details=phrase("Every article of an event in order of time, days and long silences marked, and who was first."),
        handler=Deed("timeline", "timeline"),
        reads=True,
    ),
    Command(
        name="week",
        usage=phrase("/week"),
        summary=phrase("How much came in the last seven days, and what was told most"),
        details=phrase("Articles, reports and new events of each day, the events with most reports, and the same as a picture."),
        handler=Deed("week", "week"),
        reads=True,
    ),
    Command(
        name="why",
        usage=phrase("/why ID [article]"),
        summary=phrase("Why these articles are one event, and why you got it"),
        details=phrase(
            "What was decided about each article when it came: how sure it was, what spoke for it, and which event was next; with the "
            "number of an article, all that was measured. Then what this chat was told of the event, and what held it back."
        ),
        handler=Deed("why", "why"),
        reads=True,
    ),
    Command(
        name="search",
        usage=phrase("/search words"),
        summary=phrase("Events that contain all the words"),
        details=phrase("The last word may be the beginning of one; words in double quotes must follow one another."),
        handler=Deed("events", "search"),
        reads=True,
    ),
    Command(
        name="subscribe",
        usage=phrase("/subscribe [daily|weekdays|weekly DAY|breaking] [HH:MM] [zone] [filter]"),
        summary=phrase("Have a digest come here, or what breaks"),
        details=phrase(
            "/subscribe weekdays 07:30 Kyiv – /subscribe friday 6pm +harbour -sport – /subscribe breaking min:3 within:2h cooldown:30m. "
            "A zone stands behind the time and counts for the whole chat; of a place with words behind it you are asked. /help filter tells"
            " the rest. A digest never repeats what this chat was told."
        ),
        handler=Deed("subscriptions", "subscribe"),
        settles=True,
        acts=True,
    ),
    Command(
        name="unsubscribe",
        usage=phrase("/unsubscribe [ID|all]"),
        summary=phrase("End a subscription"),
        details=phrase("/subscriptions lists them with their numbers; where there is only one, no number is needed."),
        handler=Deed("subscriptions", "unsubscribe"),
        settles=True,
        acts=True,
    ),
    Command(
        name="subscriptions",
        usage=phrase("/subscriptions"),
        summary=phrase("What this chat has subscribed to"),
        details=phrase("Each with its number, its filter, and when it speaks next."),
        handler=Deed("subscriptions", "listed_subscriptions"),
        reads=True,
    ),
    Command(
        name="time",
        usage=phrase("/time [HH:MM]"),
        summary=phrase("When the digest comes"),
        details=phrase(
            "Moves the digest of this chat, or begins one. Where there are several, its number stands before the time: /time 3 07:30"
        ),
        handler=Deed("rhythm", "time"),
        settles=True,
    ),
    Command(
        name="alerts",
        usage=phrase("/alerts [reports|off]"),
        summary=phrase("Be told at once what many report"),
        details=phrase(
            "A number says how many independent reports of an event are enough, within two hours. /subscribe breaking takes more wishes."
        ),
        handler=Deed("rhythm", "alerts"),
        settles=True,
    ),
    Command(
        name="filter",
        usage=phrase("/filter [ID] +word -word “phrase” outlet:x min:3 lang:en"),
        summary=phrase("What a subscription is about"),
        details=phrase(
            "+word is needed, -word excludes, of plain words one is enough; word* is a beginning, /…/ a regular expression; AND, OR, NOT "
            "and brackets combine. “off” lets everything through. Without words it shows the filters."
        ),
        handler=Deed("filtering", "filter_"),
        settles=True,
    ),
    Command(
        name="timezone",
        usage=phrase("/timezone [name]"),
        summary=phrase("The time zone of this chat"),
        details=phrase(
            "A city, Europe/Kyiv, UTC+3, EST, or a place on earth: 50.45,30.52. Digests and quiet hours keep their times on the wall clock."
        ),
        handler=Deed("timezone", "timezone"),
        settles=True,
    ),
    Command(
        name="quiet",
        usage=phrase("/quiet [22:00-07:00|off]"),
        summary=phrase("Hours in which nothing comes"),
        details=phrase("What breaks meanwhile comes together at their end. A digest whose time was chosen within them comes, silently."),
        handler=Deed("preferences", "quiet"),
        settles=True,
    ),
    Command(
        name="language",
        usage=phrase("/language [name]"),
        summary=phrase("The language that Slugline speaks here"),
        details=phrase("A name or a code: /language uk. Headlines and sentences of articles stay in the language of their outlets."),
        handler=Deed("language", "language"),
        settles=True,
    ),
    Command(
        name="settings",
        usage=phrase("/settings [empty line|silence] [replies all|significant|none]"),
        summary=phrase("How this chat is served"),
        details=phrase(
            "“empty”: what a digest with nothing new does. “replies”: which changes of an event are worth a message of their own."
        ),
        handler=Deed("preferences", "settings"),
        settles=True,
    ),
    Command(
        name="follow",
        usage=phrase("/follow [ID [off]]"),
        summary=phrase("Hear of every report of an event"),
        details=phrase("Its card comes here and every new report is a message. Without a number: what this chat follows."),
        handler=Deed("following", "follow"),
        settles=True,
    ),
    Command(
        name="mute",
        usage=phrase("/mute [ID|word [7d|off]]"),
        summary=phrase("Hear nothing of an event, or of a word"),
        details=phrase(
            "For a while such as 12h or 7d, or until you say off. Quote a number that is meant as a word. Without words it lists."
        ),
        handler=Deed("following", "mute"),
        settles=True,
    ),
    Command(
        name="stop",
        usage=phrase("/stop"),
        summary=phrase("Send nothing more here"),
        details=phrase("Settings and subscriptions stay; /start goes on where they are."),
        handler=Deed("preferences", "stop"),
        settles=True,
        acts=True,
    ),
    Command(
        name="privacy",
        usage=phrase("/privacy [delete]"),
        summary=phrase("What is stored of this chat; delete it"),
        details=phrase("“delete” says what would go; it asks once more."),
        handler=Deed("privacy", "privacy"),
        settles=True,
    ),
    Command(
        name="cancel",
        usage=phrase("/cancel"),
        summary=phrase("End a question that you were asked"),
        details=phrase("Where Slugline waits for words of yours, it waits no more. Any other command does that, too."),
        handler=Deed("dialogues", "cancel"),
        acts=True,
    ),
    *ADMINISTRATION,
    Command(
        name="start",
        usage=phrase("/start"),
        summary=phrase("What this is and where to begin"),
        details=phrase("A few sentences for a first visit. In a chat that said /stop, it goes on."),
        handler=Deed("start", "start"),
        acts=True,
    ),
    Command(
        name="help",
        usage=phrase("/help [command]"),
        summary=phrase("This list, or more about one command"),
        details=phrase("For example /help latest"),
        handler=Deed("help", "help_"),
        reads=True,
    ),
)
"""Every command that all platforms have, in the order in which menus list them."""

_ON_DISCORD: Final = (
    Command(
        name="threads",
        usage=phrase("/threads [on|off]"),
        summary=phrase("A thread for each event"),
        details=phrase("With “on”, each new card in this channel opens a thread, and what is new of its event comes in there."),
        handler=Deed("guild", "threads"),
        settles=True,
        only="discord",
    ),
    Command(
        name="adminrole",
        usage=phrase("/adminrole [role|off]"),
        summary=phrase("Who settles how channels are served"),
        details=phrase("Beside those who manage the server or a channel: the bearers of one role. Only who manages the server names it."),
        handler=Deed("guild", "adminrole"),
        settles=True,
        only="discord",
    ),
    Command(
        name="pingrole",
        usage=phrase("/pingrole [breaking|developing] [role|off]"),
        summary=phrase("A role that new cards here call"),
        details=phrase(
            "Nobody is ever called unless it is settled here: the bearers of a role by the cards of breaking events, or of developing "
            "ones. Only who manages the server says so; edits, digests and what comes in quiet hours call nobody."
        ),
        handler=Deed("guild", "pingrole"),
        settles=True,
        only="discord",
    ),
    Command(
        name="defaults",
        usage=phrase("/defaults [here|off]"),
        summary=phrase("What new channels of this server begin with"),
        details=phrase(
            "“here” takes zone, language and quiet hours of this channel for all channels that nothing was settled for yet, and the time "
            "of its digest and the threshold of its alerts for subscriptions that do not say."
        ),
        handler=Deed("guild", "defaults"),
        settles=True,
        only="discord",
    ),
)

NAMED: Final = {command.name: command for command in (*COMMANDS, *_ON_DISCORD)}
"""Every command of any platform."""


_OF_WORDS: Final = frozenset({"cancel"})
"""What nobody needs where only commands are heard: a question is a form there, and whoever does not want to answer closes it."""


def named_on(platform: str) -> Mapping[str, Command]:
    """Give the commands that a platform has."""
    without = _OF_WORDS if platform in COMMANDS_ONLY else frozenset()
    return {name: command for name, command in NAMED.items() if command.only in {"", platform} and name not in without}


def load() -> None:
    """Load what every command does, as whoever serves wants it: later it would keep all chats waiting."""
    for command in NAMED.values():
        command.handler.load()
