"""Which commands there are, and how a line that a person typed becomes one of them; what they do lives beside."""

import re
from difflib import get_close_matches
from typing import Final

from bot.commands.adding import addsource
from bot.commands.deliveries import deliveries
from bot.commands.desk import Answer, Call, Command, Desk, Request, sentence
from bot.commands.digest import digest
from bot.commands.events import event, latest, search, top
from bot.commands.facts import CommandFacts
from bot.commands.feeds import check, fulltext, pause, removesource, resume
from bot.commands.following import follow, mute
from bot.commands.lists import export, import_
from bot.commands.operation import errors, status
from bot.commands.preferences import privacy, quiet, serve_again, settings, stop, timezone
from bot.commands.sources import sources
from bot.commands.subscriptions import filter_, listed_subscriptions, subscribe, unsubscribe
from bot.core.errors import UsageError
from bot.core.message import Action, Heading, Message, Paragraph, Style, Table, Text

_COMMAND: Final = re.compile(r"/(\w*)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


async def respond(desk: Desk, request: Request) -> Answer:
    """Answer one line: a command, with or without `@bot` behind its name and in any case, or words to search for.

    What is not understood is answered too, with what would be; so is what only an admin may ask.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    text = request.text.strip()
    if not text.startswith("/"):
        call = _call(request, text)
        return await (search(desk, call) if text else _start(desk, call))
    match = _COMMAND.fullmatch(text)
    name = (match[1] if match else text[1:].split(maxsplit=1)[0]).casefold()
    command = NAMED.get(name or "help")
    if command is None or match is None:
        return sentence(f"There is no /{name[:40]}. {_nearest(name)}", failed=True, misused=True)
    if command.admin and not request.is_admin:
        return sentence(f"/{command.name} is for the admins of this installation.", failed=True)
    if command.settles and not request.runs_chat:
        return sentence(f"/{command.name} is for those who run this chat.", failed=True)
    try:
        return await command.handler(desk, _call(request, (match[2] or "").strip()))
    except UsageError as error:
        usage = Paragraph((Text("Usage: "), Text(command.usage, Style.STRONG), Text(f" – {command.summary}", Style.QUIET)))
        return Answer(message=Message((Paragraph((Text(str(error)),)), usage)), failed=True, misused=True)


def _call(request: Request, rest: str) -> Call:
    return Call(
        rest=rest,
        now=request.now,
        attachment=request.attachment,
        is_admin=request.is_admin,
        runs_chat=request.runs_chat,
        place=request.place,
    )


async def _start(desk: Desk, call: Call) -> Answer:
    again = ("This chat is served again, with the settings that it had.",) if call.runs_chat and await serve_again(desk, call) else ()
    lines = (
        *again,
        "Slugline watches articles, finds out which of them tell the same event, and shows you events.",
        "/digest says what is new, /latest lists the newest events, /event 1 shows one with everyone who reports it.",
        "/subscribe brings a digest here every day, /subscribe breaking what many report at once.",
        "/help lists every command. Words without a slash are searched for.",
    )
    actions = (Action("Digest", "/digest"), Action("Latest", "/latest"), Action("Subscribe", "/subscribe"), Action("Help", "/help"))
    heading = Heading((Text("Your news desk", Style.STRONG),))
    return Answer(message=Message((heading, *(Paragraph((Text(line),)) for line in lines)), actions))


async def _help(desk: Desk, call: Call) -> Answer:
    del desk
    if len(call.words) > 1:
        raise UsageError("One command at a time.")
    if call.words:
        name = call.words[0].removeprefix("/").casefold()
        command = NAMED.get(name)
        if command is None:
            return sentence(f"There is no /{name[:40]}. {_nearest(name)}", failed=True)
        blocks = (Heading((Text(command.usage, Style.STRONG),)), Paragraph((Text(command.summary),)), Paragraph((Text(command.details),)))
        return Answer(message=Message(blocks), facts=_facts(command))
    commands = [command for command in COMMANDS if call.is_admin or not command.admin]
    rows = tuple(((Text(command.usage, Style.STRONG),), (Text(command.summary),)) for command in commands)
    more = Paragraph((Text("/help and a name says more about one. Words without a slash are searched for.", Style.QUIET),))
    heading = Heading((Text("Commands", Style.STRONG),))
    return Answer(message=Message((heading, Table(("", ""), rows), more)), facts=tuple(_facts(command) for command in commands))


COMMANDS: Final = (
    Command(
        name="digest",
        usage="/digest [24h] [hidden|preview]",
        summary="What is new, the most corroborated first",
        details=(
            "A span such as 12h or 7d sets how far back to look, by arrival here. “hidden” lists what was left out, and why; with the "
            "number of a digest that came by subscription, what that one left out. “preview” shows the next subscribed digest as it stands "
            "now; nothing counts as told."
        ),
        handler=digest,
    ),
    Command(
        name="latest",
        usage="/latest [n] [words]",
        summary="The newest events",
        details="By the time of the news. A number says how many, words which: /latest 5 earthquake",
        handler=latest,
    ),
    Command(
        name="top",
        usage="/top [24h] [n]",
        summary="The most reported events",
        details="Among those that changed here in the last 24 hours, or another span such as 90m, 7d or 2w; a number says how many.",
        handler=top,
    ),
    Command(
        name="event",
        usage="/event ID",
        summary="One event: what, who says so, when",
        details="The number stands behind each event in a list. The number of a merged event leads to the one it became part of.",
        handler=event,
    ),
    Command(
        name="sources",
        usage="/sources [event ID]",
        summary="Where articles come from, or who tells an event",
        details=(
            "Without a number: every source with its health, what fails first. With one: every article of that event in order of time, "
            "copies marked. “/sources feed 12” tells more about a feed; “failing”, “paused”, “page 2” or a part of a name choose."
        ),
        handler=sources,
    ),
    Command(
        name="search",
        usage="/search words",
        summary="Events that contain all the words",
        details="The last word may be the beginning of one; words in double quotes must follow one another.",
        handler=search,
    ),
    Command(
        name="subscribe",
        usage="/subscribe [daily|weekdays|weekly DAY|breaking] [HH:MM] [zone] [filter]",
        summary="Have a digest come here, or what breaks",
        details=(
            "/subscribe weekdays 07:30 Kyiv – /subscribe friday 6pm +harbour -sport – /subscribe breaking min:3 within:2h cooldown:30m. "
            "A zone stands behind the time and counts for the whole chat; of a place with words behind it you are asked. /help filter tells"
            " the rest. A digest never repeats what this chat was told."
        ),
        handler=subscribe,
        settles=True,
    ),
    Command(
        name="unsubscribe",
        usage="/unsubscribe [ID|all]",
        summary="End a subscription",
        details="/subscriptions lists them with their numbers; where there is only one, no number is needed.",
        handler=unsubscribe,
        settles=True,
    ),
    Command(
        name="subscriptions",
        usage="/subscriptions",
        summary="What this chat has subscribed to",
        details="Each with its number, its filter, and when it speaks next.",
        handler=listed_subscriptions,
    ),
    Command(
        name="filter",
        usage="/filter [ID] +word -word “phrase” outlet:x min:3 lang:en",
        summary="What a subscription is about",
        details=(
            "+word is needed, -word excludes, of plain words one is enough; word* is a beginning, /…/ a regular expression; AND, OR, NOT "
            "and brackets combine. “off” lets everything through. Without words it shows the filters."
        ),
        handler=filter_,
        settles=True,
    ),
    Command(
        name="timezone",
        usage="/timezone [name]",
        summary="The time zone of this chat",
        details="A city, Europe/Kyiv, UTC+3 or EST. The times of its digests and its quiet hours stay the same on the wall clock.",
        handler=timezone,
        settles=True,
    ),
    Command(
        name="quiet",
        usage="/quiet [22:00-07:00|off]",
        summary="Hours in which nothing comes",
        details="What breaks meanwhile comes together at their end. A digest whose time was chosen within them comes, silently.",
        handler=quiet,
        settles=True,
    ),
    Command(
        name="settings",
        usage="/settings [empty line|silence] [replies all|significant|none]",
        summary="How this chat is served",
        details="“empty”: what a digest with nothing new does. “replies”: which changes of an event are worth a message of their own.",
        handler=settings,
        settles=True,
    ),
    Command(
        name="follow",
        usage="/follow [ID [off]]",
        summary="Hear of every report of an event",
        details="Its card comes here and every new report is a message. Without a number: what this chat follows.",
        handler=follow,
        settles=True,
    ),
    Command(
        name="mute",
        usage="/mute [ID|word [7d|off]]",
        summary="Hear nothing of an event, or of a word",
        details="For a while such as 12h or 7d, or until you say off. Quote a number that is meant as a word. Without words it lists.",
        handler=mute,
        settles=True,
    ),
    Command(
        name="stop",
        usage="/stop",
        summary="Send nothing more here",
        details="Settings and subscriptions stay; /start goes on where they are.",
        handler=stop,
        settles=True,
    ),
    Command(
        name="privacy",
        usage="/privacy [delete]",
        summary="What is stored of this chat; delete it",
        details="“delete” says what would go; it asks once more.",
        handler=privacy,
        settles=True,
    ),
    Command(
        name="status",
        usage="/status",
        summary="How much there is, and whether it works",
        details="Articles, events, what waits to be grouped or to be sent, what is in quarantine, when something last arrived.",
        handler=status,
        admin=True,
    ),
    Command(
        name="deliveries",
        usage="/deliveries [retry|drop ID|all]",
        summary="Messages that could not be sent",
        details="“retry” sends again what was refused or may not have arrived; the latter may then be there twice. “drop” lets it be.",
        handler=deliveries,
        admin=True,
    ),
    Command(
        name="errors",
        usage="/errors",
        summary="Failing sources and files in quarantine",
        details="Each with the reason. Files in quarantine are untouched and tried again when they change.",
        handler=errors,
        admin=True,
    ),
    Command(
        name="addsource",
        usage="/addsource URL",
        summary="Watch a feed, or the feed of a page",
        details="RSS, Atom, RDF or JSON Feed. What the feed holds now is stored without a word; what comes from then on is news.",
        handler=addsource,
        admin=True,
    ),
    Command(
        name="removesource",
        usage="/removesource ID",
        summary="Stop watching a feed",
        details="By its number, address or a part of its name. Its articles stay; /addsource brings it back.",
        handler=removesource,
        admin=True,
    ),
    Command(
        name="pause",
        usage="/pause ID|all",
        summary="Leave a feed alone for now",
        details="It is not asked until somebody resumes it.",
        handler=pause,
        admin=True,
    ),
    Command(
        name="resume",
        usage="/resume ID|all",
        summary="Ask a paused feed again",
        details="It is asked soon; what came meanwhile and is still in the feed is news.",
        handler=resume,
        admin=True,
    ),
    Command(
        name="check",
        usage="/check ID|all",
        summary="Ask a feed now",
        details="Without waiting for its next check. A host that asked to be left alone for a while is still left alone.",
        handler=check,
        admin=True,
    ),
    Command(
        name="fulltext",
        usage="/fulltext ID|all feed|page",
        summary="Whose text an article has",
        details="“feed”: what the feed gives. “page”: where the feed only teases, the text of the page, as far as robots.txt allows it.",
        handler=fulltext,
        admin=True,
    ),
    Command(
        name="import",
        usage="/import FILE|URL",
        summary="Watch the feeds of an OPML file",
        details="Attach the file, or say its address; in the terminal, its path. It says what was added and what was refused, and why.",
        handler=import_,
        admin=True,
    ),
    Command(
        name="export",
        usage="/export",
        summary="All feeds as an OPML file",
        details="Any feed reader can read it, and /import too.",
        handler=export,
        admin=True,
    ),
    Command(
        name="start",
        usage="/start",
        summary="What this is and where to begin",
        details="Three sentences for a first visit.",
        handler=_start,
    ),
    Command(
        name="help",
        usage="/help [command]",
        summary="This list, or more about one command",
        details="For example /help latest",
        handler=_help,
    ),
)
"""Every command, in the order in which /help lists them."""

NAMED: Final = {command.name: command for command in COMMANDS}


def _nearest(name: str) -> str:
    near = get_close_matches(name, NAMED, n=1, cutoff=0.5)
    return f"Did you mean /{near[0]}?" if near else "/help lists what there is."


def _facts(command: Command) -> CommandFacts:
    return CommandFacts(name=command.name, usage=command.usage, summary=command.summary)
