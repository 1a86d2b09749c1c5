"""/start: what somebody sees first, and where links to the bot lead."""

from dataclasses import replace

from bot.commands.card import event
from bot.commands.desk import SETTINGS, Answer, Call, Desk, sentence
from bot.commands.help import with_words
from bot.commands.preferences import serve_again
from bot.commands.subscriptions import subscribe
from bot.core.message import Action, Heading, Message, Paragraph, Style, Text
from bot.core.phrase import phrase


async def start(desk: Desk, call: Call) -> Answer:
    """Greet, and serve the chat again if it was stopped; or follow a link: "e_42" shows event 42, "sub_harbour_strike" subscribes."""
    is_back = call.runs_chat and await serve_again(desk, call)
    kind, underscore, rest = call.rest.partition("_")
    if underscore and kind == "e" and rest.isascii() and rest.isdecimal():
        return await event(desk, replace(call, rest=rest))
    if underscore and kind == "sub":
        if not call.runs_chat:
            return sentence(phrase("/{name} is for those who run this chat.", name="subscribe"), failed=True)
        return await subscribe(desk, replace(call, rest=rest.replace("_", " ").strip()))
    again = (phrase("This chat is served again, with the settings that it had."),) if is_back else ()
    lines = (
        *again,
        phrase("Slugline watches articles, finds out which of them tell the same event, and shows you events."),
        phrase("/digest says what is new, /latest lists the newest events, /event 1 shows one with everyone who reports it."),
        phrase("/subscribe brings a digest here every day, /subscribe breaking what many report at once."),
        with_words(phrase("/help lists every command."), call),
    )
    actions = (Action(phrase("Digest"), "/digest"), Action(phrase("Subscribe"), "/subscribe"), SETTINGS)
    heading = Heading((Text(phrase("Your news desk"), Style.STRONG),))
    return Answer(message=Message((heading, *(Paragraph((Text(line),)) for line in lines)), actions))
