"""/threads, /adminrole, /pingrole and /defaults: what servers settle for themselves and their channels, where a platform has servers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.commands import guild_channels
from bot.commands.chats import clock, subscribed
from bot.commands.desk import Answer, Call, Desk, Guild, sentence
from bot.core.chats.chat import Chat, Quiet, Repeat, Subscription
from bot.core.errors import UsageError
from bot.core.message import Action, Block, Heading, Message, Paragraph, Style, Text
from bot.core.phase import Phase
from bot.core.phrase import phrase
from bot.core.wording import counted, shortened
from bot.languages import LANGUAGES, spoken
from storage.chats import guilds
from storage.chats.guilds import Beginning, ChannelWishes, GuildWishes, Role

CALLING: Final = (Phase.BREAKING, Phase.DEVELOPING)
"""The events whose new cards may call somebody; one that fades calls nobody."""

LONGEST_NAME: Final = 100
"""Characters of the name of a role; Discord's limit."""

_ROLE: Final = re.compile(r"(?:<@&)?(?P<id>\d{1,20})>?(?:\s+(?P<name>.*))?", re.ASCII | re.DOTALL)
"""`/adminrole 4711 Harbour watch`, as platforms write it that let people choose a role, or the role as people name it in a message."""

_ON: Final = phrase("Each new card here opens a thread.")
_OFF: Final = phrase("Cards here open no threads.")
_NOT_YOURS: Final = phrase("Only who manages the server settles that.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildFacts:
    """What was settled for a server and one of its channels; roles by their ids, null for none; `zone` is null without defaults."""

    threads: bool
    admin_role: str | None
    ping_roles: Mapping[str, str]
    zone: str | None


async def threads(desk: Desk, call: Call) -> Answer:
    """Show or settle whether each card in the channel opens a thread."""
    guild = _guild(call)
    word = call.rest.casefold()
    if word not in {"", "on", "off"}:
        raise UsageError(phrase("Say on or off."))
    if word:
        async with desk.database.write() as connection:
            await guilds.thread(connection, call.place.address, is_threaded=word == "on")
            guild_channels.note(desk.database, call.place.address, await guilds.of_channel(connection, call.place.address))
    channel, whole = await _wishes(desk, call, guild)
    told = _ON if channel.is_threaded else _OFF
    action = Action(phrase("Threads: off"), "/threads off") if channel.is_threaded else Action(phrase("Threads: on"), "/threads on")
    return _panel(phrase("Threads"), (told,), (action,), _facts(channel, whole))


async def adminrole(desk: Desk, call: Call) -> Answer:
    """Show or settle whose bearers settle how channels are served."""
    guild = _guild(call)
    if call.rest:
        if not guild.is_run:
            return sentence(_NOT_YOURS, failed=True)
        role = None if call.rest.casefold() == "off" else _role(call.rest, guild)
        async with desk.database.write() as connection:
            whole = await guilds.get(connection, call.place.address.platform, guild.id)
            await guilds.save(connection, call.place.address.platform, guild.id, replace(whole, admin_role=role))
    channel, whole = await _wishes(desk, call, guild)
    told = phrase("Who manages the server or a channel settles how channels are served.")
    if whole.admin_role is not None:
        told = phrase(
            "Who manages the server or a channel, or has the role {role}, settles how channels are served.", role=whole.admin_role.name
        )
    actions = (Action(phrase("No role"), "/adminrole off"),) if whole.admin_role else ()
    return _panel(phrase("Who settles"), (told,), actions, _facts(channel, whole))


async def pingrole(desk: Desk, call: Call) -> Answer:
    """Show or settle which role new cards in the channel call."""
    guild = _guild(call)
    if call.rest:
        if not guild.is_run:
            return sentence(_NOT_YOURS, failed=True)
        phase, rest = _phase(call.rest)
        role = None if rest.casefold() == "off" else _role(rest, guild)
        async with desk.database.write() as connection:
            await guilds.ping(connection, call.place.address, phase, role)
            guild_channels.note(desk.database, call.place.address, await guilds.of_channel(connection, call.place.address))
    channel, whole = await _wishes(desk, call, guild)
    lines = [_called(phase, role) for phase, role in channel.pings.items()] or [phrase("New cards here call nobody.")]
    lines += [_unheard(role) for role in dict.fromkeys(channel.pings.values()) if role.id in guild.uncallable]
    actions = tuple(Action(_uncalled(phase), f"/pingrole {phase.value} off") for phase in channel.pings)
    return _panel(phrase("Roles that are called"), lines, actions, _facts(channel, whole))


async def defaults(desk: Desk, call: Call) -> Answer:
    """Show or settle what new channels of the server begin with."""
    guild = _guild(call)
    word = call.rest.casefold()
    if word not in {"", "here", "off"}:
        raise UsageError(phrase("Say here or off."))
    if word:
        if not guild.is_run:
            return sentence(_NOT_YOURS, failed=True)
        chat, there = await subscribed(desk, call.place)
        here = Beginning(zone=desk.zone) if chat is None else _as_in(chat, there)
        async with desk.database.write() as connection:
            whole = await guilds.get(connection, call.place.address.platform, guild.id)
            whole = replace(whole, beginning=here if word == "here" else None)
            await guilds.save(connection, call.place.address.platform, guild.id, whole)
    channel, whole = await _wishes(desk, call, guild)
    begins = whole.beginning
    if begins is None:
        lines = [phrase("New channels begin with the zone {zone}, and without quiet hours.", zone=desk.zone)]
    else:
        lines = [phrase("New channels begin with the zone {zone}; quiet hours: {hours}.", zone=begins.zone, hours=_hours(begins.quiet))]
        if begins.language is not None:
            lines.append(phrase("Slugline speaks {language} there.", language=LANGUAGES[spoken(begins.language)]))
        if begins.digest_at is not None:
            lines.append(phrase("Digests come at {time} if nobody says when.", time=clock(begins.digest_at)))
        if begins.reports is not None:
            enough = counted(begins.reports, "report")
            lines.append(phrase("Alerts come from {reports} of an event on if nobody says how many.", reports=enough))
    off = (Action(phrase("No defaults"), "/defaults off"),) if begins else ()
    return _panel(phrase("Defaults"), lines, (Action(phrase("As in this channel"), "/defaults here"), *off), _facts(channel, whole))


def _as_in(chat: Chat, there: Sequence[Subscription]) -> Beginning:
    """Let others begin as a channel is served that has subscribed to this, in the order of its subscriptions."""
    at = next((each.at for each in there if each.repeat is not Repeat.BREAKING), None)
    reports = next((each.min_reports for each in there if each.repeat is Repeat.BREAKING), None)
    return Beginning(zone=chat.zone, language=chat.language, quiet=chat.quiet, digest_at=at, reports=reports)


def _guild(call: Call) -> Guild:
    if call.guild is None:
        raise UsageError(phrase("That is for channels of a server; here is none."))
    return call.guild


def _role(text: str, guild: Guild) -> Role:
    match = _ROLE.fullmatch(text)
    if match is None:
        raise UsageError(phrase("“{text}” is no role.", text=shortened(text, 40)))
    number = str(int(match["id"]))  # The role of everybody has the id of the server, with zeros before it, too.
    if number == guild.id:
        raise UsageError(phrase("That would be everybody: choose a role that people have been given."))
    return Role(id=number, name=shortened(" ".join((match["name"] or "").split()) or number, LONGEST_NAME))


def _phase(text: str) -> tuple[Phase, str]:
    """Read of which events the cards are meant, breaking ones unless it is said; gives the rest, too."""
    word, _, rest = text.partition(" ")
    for phase in CALLING:
        if word.casefold() == phase.value:
            if not rest.strip():
                raise UsageError(phrase("Which role? Or say off."))
            return phase, rest.strip()
    return Phase.BREAKING, text


def _unheard(role: Role) -> str:
    return phrase(
        "{role} would not hear that: let everybody mention it, in the settings of the role, or give me the right "
        "“Mention @everyone, @here, and All Roles” here.",
        role=role.name,
    )


def _called(phase: Phase, role: Role) -> str:
    if phase is Phase.BREAKING:
        return phrase("New cards of breaking events call {role}.", role=role.name)
    return phrase("New cards of developing events call {role}.", role=role.name)


def _uncalled(phase: Phase) -> str:
    return phrase("Breaking: call nobody") if phase is Phase.BREAKING else phrase("Developing: call nobody")


def _hours(quiet: Quiet | None) -> str:
    return phrase("none") if quiet is None else f"{clock(quiet.start)}-{clock(quiet.end)}"


async def _wishes(desk: Desk, call: Call, guild: Guild) -> tuple[ChannelWishes, GuildWishes]:
    async with desk.database.read() as connection:
        channel = await guilds.of_channel(connection, call.place.address)
        return channel, await guilds.get(connection, call.place.address.platform, guild.id)


def _facts(channel: ChannelWishes, whole: GuildWishes) -> GuildFacts:
    return GuildFacts(
        threads=channel.is_threaded,
        admin_role=None if whole.admin_role is None else whole.admin_role.id,
        ping_roles={phase.value: role.id for phase, role in channel.pings.items()},
        zone=None if whole.beginning is None else whole.beginning.zone,
    )


def _panel(title: str, lines: Sequence[str], actions: tuple[Action, ...], facts: GuildFacts) -> Answer:
    blocks: tuple[Block, ...] = (Heading((Text(title, Style.STRONG),)), *(Paragraph((Text(line),)) for line in lines))
    return Answer(message=Message(blocks, actions), facts=facts)
