"""/privacy: what is stored of a chat, and deleting it."""

from typing import Final

from bot.commands import guild_channels
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.facts import PrivacyFacts
from bot.core.chats.chat import Address, ChatKind
from bot.core.errors import UsageError
from bot.core.message import Action, Heading, Message, Paragraph, Style, Text
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.wording import counted
from storage.chats import chat_moves, chats, guilds, screens
from storage.chats.chat_moves import Export
from storage.chats.guilds import ChannelWishes, GuildWishes
from storage.engine.database import Connection

LISTS: Final = phrase(
    "Of lists with buttons, the command that asked for them and the number of who asked are kept for 90 days; nothing else that people "
    "write here is."
)
TERMINAL_HISTORY: Final = phrase("What people write here stays in the terminal's history file, nowhere else; who they are is not known.")


async def privacy(desk: Desk, call: Call) -> Answer:
    """Say what is stored of the chat, or delete it."""
    words = tuple(word.casefold() for word in call.words)
    if words not in {(), ("delete",), ("delete", "yes")}:
        raise UsageError(phrase("/privacy says what is stored, /privacy delete deletes it."))
    if words == ("delete", "yes"):
        return await _delete(desk, call)
    async with desk.database.read() as connection:
        chat = await chats.find(connection, call.place.address)
        kept = None if chat is None else await chat_moves.export_of(connection, chat.id)
        wishes = await _wishes(connection, call.place.address)
        whole = GuildWishes() if call.guild is None else await guilds.get(connection, call.place.address.platform, call.guild.id)
    besides = tuple(Paragraph((Text(each),)) for each in (*_of_channel(wishes), *_of_server(whole)))
    never = TERMINAL_HISTORY if call.place.kind is ChatKind.TERMINAL else LISTS
    if kept is None and wishes == ChannelWishes():
        told = phrase("Nothing is stored of this chat: it has chosen nothing and was sent nothing.")
        more = () if call.place.kind is ChatKind.TERMINAL else (Paragraph((Text(never, Style.QUIET),)),)
        return Answer(message=Message((Paragraph((Text(told),)), *besides, *more)))
    if words:
        question = phrase("All of that is deleted, subscriptions too, and nothing more is sent here. /privacy delete yes does it.")
        heading, last = phrase("Delete everything?"), Paragraph((Text(question, Style.WARNING),))
        actions: tuple[Action, ...] = (Action(phrase("Delete everything"), "/privacy delete yes"),)
    else:
        heading, last = phrase("What is stored of this chat"), Paragraph((Text(never, Style.QUIET),))
        actions = (Action(phrase("Delete …"), "/privacy delete"),)
    facts = None if kept is None else _facts(kept)
    stored = () if facts is None else (Paragraph((Text(_stored(facts)),)),)
    blocks = (Heading((Text(heading, Style.STRONG),)), *stored, *besides, last)
    return Answer(message=Message(blocks, actions), facts=facts)


async def _delete(desk: Desk, call: Call) -> Answer:
    async with desk.database.write() as connection:
        # Who only reads has screens and dialogues, and no row in chats.
        await screens.forget(connection, call.place.address)
        wishes = await _wishes(connection, call.place.address)
        chat = await chats.find(connection, call.place.address)
        if chat is not None:
            await chat_moves.forget(connection, chat.id)
        if not call.place.address.thread:  # The wishes of a channel hold for its threads, too, and are not theirs.
            await guilds.forget(connection, call.place.address)
            guild_channels.note(desk.database, call.place.address, ChannelWishes())
    gone = phrase("Nothing is stored of this chat any more.")
    was_stored = chat is not None or wishes != ChannelWishes()
    return sentence(gone if was_stored else phrase("Nothing was stored of this chat."))


async def _wishes(connection: Connection, address: Address) -> ChannelWishes:
    """Give what a channel wishes; nothing for a thread, which deletes nothing of it either."""
    return ChannelWishes() if address.thread else await guilds.of_channel(connection, address)


def _of_channel(wishes: ChannelWishes) -> tuple[str, ...]:
    """Say what a channel wishes, and what its people were told of our rights."""
    threads = (phrase("For this channel: each new card opens a thread."),) if wishes.is_threaded else ()
    roles = joined(", ", [each.name for each in dict.fromkeys(wishes.pings.values())])
    pings = (phrase("For this channel: new cards call {roles}.", roles=roles),) if wishes.pings else ()
    lacks = (
        ()
        if wishes.lacks is None
        else (phrase("For this channel: those who run it were told that I lack rights: {rights}.", rights=wishes.lacks),)
    )
    return (*threads, *pings, *lacks)


def _of_server(whole: GuildWishes) -> tuple[str, ...]:
    """Say what holds for all channels of a server, which is deleted by other commands."""
    role = whole.admin_role
    admins = (
        ()
        if role is None
        else (phrase("What is kept for the whole server: its admin role {role}; /adminrole off deletes that.", role=role.name),)
    )
    begins = (phrase("What is kept for the whole server: what new channels begin with; /defaults off deletes that."),)
    return (*admins, *(() if whole.beginning is None else begins))


def _stored(facts: PrivacyFacts) -> Phrase:
    return phrase(
        "Its address on {platform}, its name, its zone ({zone}) and its settings; {subscriptions}; {follows} that it "
        "follows and {mutes} that it muted; which {told} it was told of, {digests}, {cards}, and the text of {messages} to it.",
        platform=facts.platform,
        zone=facts.zone,
        subscriptions=phrases(facts.subscriptions, "{count} subscription with its filter", "{count:,} subscriptions with their filters"),
        follows=counted(facts.follows, "event"),
        mutes=counted(facts.mutes, "thing"),
        told=counted(facts.told, "event"),
        digests=counted(facts.digests, "digest"),
        cards=counted(facts.cards, "card"),
        messages=counted(facts.messages, "message"),
    )


def _facts(kept: Export) -> PrivacyFacts:
    return PrivacyFacts(
        name=kept.chat.name,
        platform=kept.chat.address.platform,
        zone=kept.chat.zone,
        language=kept.chat.language,
        created_at=kept.chat.created_at,
        subscriptions=len(kept.subscriptions),
        follows=len(kept.follows),
        mutes=len(kept.mutes),
        told=len(kept.told),
        digests=kept.digests,
        cards=kept.cards,
        messages=len(kept.messages),
    )
