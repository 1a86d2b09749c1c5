"""/language: in which language a chat is answered; the languages themselves are in `bot.languages`."""

from dataclasses import replace

from bot.commands.chats import found_chat, language_of, written_chat
from bot.commands.desk import SETTINGS, Answer, Call, Desk
from bot.core.errors import UsageError
from bot.core.message import Action, Heading, Message, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.core.wording import shortened
from bot.languages import LANGUAGES
from storage.chats import chats


async def language(desk: Desk, call: Call) -> Answer:
    """Show or change the language of the chat."""
    if not call.words:
        return await _panel(desk, call)
    chosen = _meant(call.rest)
    async with desk.database.write() as connection:
        chat = replace(await written_chat(connection, desk, call), language=chosen)
        await chats.save(connection, chat)
    told = phrase("Slugline speaks {language} here from now on.", language=LANGUAGES[chosen])
    return Answer(message=Message((Paragraph((Text(told),)),), (SETTINGS,)))


def _meant(text: str) -> str:
    """Read a language: its name in itself, or its code, with or without a country."""
    word = text.strip().casefold()
    for code, name in LANGUAGES.items():
        if word in {name.casefold(), code} or word.startswith((f"{code}-", f"{code}_")):
            return code
    names = ", ".join(f"{name} ({code})" for code, name in LANGUAGES.items())
    told = phrase("Slugline does not speak “{text}”, but {languages}.", text=shortened(text, 40), languages=names)
    raise UsageError(told)


async def _panel(desk: Desk, call: Call) -> Answer:
    now = language_of(desk, call.place, await found_chat(desk, call.place))
    heading = Heading((Text(phrase("Language"), Style.STRONG),))
    told = Paragraph((Text(phrase("Slugline speaks {language} here.", language=LANGUAGES[now])),))
    note = phrase("Headlines and sentences of articles stay in the language of their outlets.")
    actions = tuple(Action(f"✓ {name}" if code == now else name, f"/language {code}") for code, name in LANGUAGES.items())
    return Answer(message=Message((heading, told, Paragraph((Text(note, Style.QUIET),))), actions))
