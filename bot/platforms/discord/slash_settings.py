"""The slash commands that settle how a chat is served: each writes a line of the catalogue; who may is decided where it is answered."""

import re
from typing import Any, Literal

from discord import ForumChannel, Role, TextChannel
from discord.app_commands import (
    Command,
    Group,
    Range,
    allowed_contexts,
    allowed_installs,
    autocomplete,
    command,
    default_permissions,
    describe,
    rename,
)

from bot.commands.catalogue import NAMED
from bot.core.chats.schedule import clock_time
from bot.core.chats.zone_names import find_zone
from bot.core.phrase import phrase
from bot.platforms.discord.slash import (
    ANYHOW,
    ANYWHERE,
    BY_SERVERS,
    CHANNEL,
    EVENT,
    FILTER,
    ON_SERVERS,
    RUNNING,
    SPAN,
    SUBSCRIPTION,
    TIME,
    ZONE,
    Ask,
    Asked,
    Offering,
    line,
)

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

Channel = TextChannel | ForumChannel
Subscription = Range[str, 1, 20]
OnOff = Literal["on", "off"]
AnyCommand = Command[Any, ..., None]


def _subscribing(how: str, day: str | None, time: str | None, zone: str | None, wanted: str | None) -> str:
    """Write the line for a subscription, in which each option is what it was given for; a day is one of a weekly digest."""
    if zone is not None and not find_zone(zone):
        return line("/timezone", zone)  # which says that there is none, and which are near
    if time is not None and clock_time(time) is None:
        return line("/time", time)  # which says that it is none
    if how == "breaking":  # at once, by no clock
        return line("/subscribe", how, wanted)
    often = "weekly" if day is not None and how == "daily" else how
    return line("/subscribe", often, day if often == "weekly" else None, time, zone and f"in {zone}", wanted and f"about {wanted}")


def digest(ask: Ask, offer: Offering) -> Group:
    """Give /digest: everybody may ask, and what settles something is answered to those who run the chat."""
    group = Group(name="digest", description=NAMED["digest"].summary, allowed_contexts=ANYWHERE, allowed_installs=ANYHOW)

    @group.command(description=NAMED["digest"].summary)
    @describe(span=SPAN)
    async def now(interaction: Asked, span: Range[str, 2, 10] | None = None) -> None:
        await ask(interaction, line("/digest", span))

    @group.command(description=phrase("What a digest leaves out, and why"))
    @describe(span=phrase("How far back, such as 24h; or the number of a digest that came"))
    async def hidden(interaction: Asked, span: Range[str, 1, 18] | None = None) -> None:
        is_number = span is not None and span.isdecimal()
        await ask(interaction, line("/digest", *(("hidden", span) if is_number else (span, "hidden"))))

    @group.command(description=phrase("The next subscribed digest as it stands now"))
    @describe(subscription=SUBSCRIPTION)
    @autocomplete(subscription=offer.subscriptions)
    async def preview(interaction: Asked, subscription: Subscription | None = None) -> None:
        await ask(interaction, line("/digest preview", subscription))

    @group.command(description=NAMED["subscribe"].summary)
    @describe(
        how=phrase("How often; “breaking” comes at once"),
        day=phrase("The day of a weekly one"),
        time=TIME,
        zone=ZONE,
        wanted=FILTER,
        channel=CHANNEL,
    )
    @autocomplete(zone=offer.zones, wanted=offer.filters)
    @rename(wanted="filter")
    async def subscribe(
        interaction: Asked,
        *,
        how: Literal["daily", "weekdays", "weekly", "breaking"] = "daily",
        day: Day | None = None,
        time: Range[str, 1, 12] | None = None,
        zone: Range[str, 1, 60] | None = None,
        wanted: Range[str, 1, 500] | None = None,
        channel: Channel | None = None,
    ) -> None:
        await ask(interaction, _subscribing(how, day, time, zone, wanted), channel=channel)

    @group.command(description=NAMED["unsubscribe"].summary)
    @describe(subscription=SUBSCRIPTION, channel=CHANNEL)
    @autocomplete(subscription=offer.subscriptions)
    async def unsubscribe(interaction: Asked, subscription: Subscription | None = None, channel: Channel | None = None) -> None:
        await ask(interaction, line("/unsubscribe", subscription), channel=channel)

    @group.command(description=NAMED["subscriptions"].summary)
    @describe(channel=CHANNEL)
    async def subscriptions(interaction: Asked, channel: Channel | None = None) -> None:
        await ask(interaction, "/subscriptions", channel=channel)

    @group.command(description=NAMED["time"].summary)
    @describe(time=TIME, subscription=SUBSCRIPTION)
    @autocomplete(subscription=offer.subscriptions)
    async def time(interaction: Asked, time: Range[str, 1, 12] | None = None, subscription: Subscription | None = None) -> None:
        await ask(interaction, line("/time", subscription, time))

    @group.command(description=NAMED["quiet"].summary)
    @describe(hours=phrase("Such as 22:00-07:00, or off"))
    async def quiet(interaction: Asked, hours: Range[str, 1, 30] | None = None) -> None:
        await ask(interaction, line("/quiet", hours))

    return group


def server(ask: Ask) -> Group:
    """Give /server: what a server settles for itself and its channels."""
    group = Group(
        name="server",
        description=phrase("How this server is served"),
        allowed_contexts=ON_SERVERS,
        allowed_installs=BY_SERVERS,
        default_permissions=RUNNING,
    )

    @group.command(description=NAMED["threads"].summary)
    @describe(threads=phrase("Whether each card opens a thread"))
    async def threads(interaction: Asked, threads: OnOff | None = None) -> None:
        await ask(interaction, line("/threads", threads))

    @group.command(description=NAMED["adminrole"].summary)
    @describe(role=phrase("The role"), off=phrase("No role any more"))
    async def adminrole(interaction: Asked, role: Role | None = None, *, off: bool = False) -> None:
        await ask(interaction, line("/adminrole", "off" if off else _role(role)))

    @group.command(description=NAMED["pingrole"].summary)
    @describe(events=phrase("For cards of which events"), role=phrase("The role"), off=phrase("No role any more"))
    async def pingrole(
        interaction: Asked, events: Literal["breaking", "developing"] | None = None, role: Role | None = None, *, off: bool = False
    ) -> None:
        await ask(interaction, line("/pingrole", events, "off" if off else _role(role)))

    @group.command(description=NAMED["defaults"].summary)
    @describe(take=phrase("From this channel, or off"))
    async def defaults(interaction: Asked, take: Literal["here", "off"] | None = None) -> None:
        await ask(interaction, line("/defaults", take))

    return group


def wishes(ask: Ask, offer: Offering) -> list[AnyCommand]:
    """Give what a chat is told: /filter, /alerts, /follow and /mute."""

    @command(name="filter", description=NAMED["filter"].summary)
    @describe(wanted=FILTER, subscription=SUBSCRIPTION)
    @autocomplete(wanted=offer.filters, subscription=offer.subscriptions)
    @rename(wanted="filter")
    async def filter_(interaction: Asked, wanted: Range[str, 1, 500] | None = None, subscription: Subscription | None = None) -> None:
        await ask(interaction, line("/filter", subscription, wanted and re.sub(r"^(#?\d+)(?= |$)", r'"\1"', wanted)))

    @command(description=NAMED["alerts"].summary)
    @describe(reports=phrase("How many independent reports are enough"), off=phrase("No more alerts"))
    async def alerts(interaction: Asked, reports: Range[int, 1, 1_000] | None = None, *, off: bool = False) -> None:
        await ask(interaction, line("/alerts", "off" if off else reports))

    @command(description=NAMED["follow"].summary)
    @describe(event=EVENT, off=phrase("Follow it no more"))
    @autocomplete(event=offer.events)
    async def follow(interaction: Asked, event: Range[str, 1, 100] | None = None, *, off: bool = False) -> None:
        await ask(interaction, line("/follow", "off" if off and event else None), event=event)

    @command(description=NAMED["mute"].summary)
    @describe(
        event=EVENT,
        word=phrase("A word, instead of an event"),
        span=phrase("For how long, such as 12h or 7d"),
        off=phrase("Mute it no more"),
    )
    @autocomplete(event=offer.events)
    async def mute(
        interaction: Asked,
        event: Range[str, 1, 100] | None = None,
        word: Range[str, 1, 100] | None = None,
        span: Range[str, 2, 10] | None = None,
        *,
        off: bool = False,
    ) -> None:
        said = None if word is None else f'"{word.replace(chr(34), "")}"'
        until = "off" if off else span
        if event is not None:
            await ask(interaction, line("/mute", until), event=event)
        else:
            await ask(interaction, line("/mute", said, until if said else None))

    made: list[AnyCommand] = [filter_, alerts, follow, mute]
    return [_settling(each) for each in made]


def ways(ask: Ask, offer: Offering) -> list[AnyCommand]:
    """Give how a chat is served: /settings, /timezone, /language, /privacy and /stop."""

    @command(description=NAMED["settings"].summary)
    @describe(empty=phrase("What a digest with nothing new does"), replies=phrase("Which changes of an event are worth a message"))
    async def settings(
        interaction: Asked,
        empty: Literal["line", "silence"] | None = None,
        replies: Literal["all", "significant", "none"] | None = None,
    ) -> None:
        await ask(interaction, line("/settings", empty and f"empty {empty}", replies and f"replies {replies}"))

    @command(description=NAMED["timezone"].summary)
    @describe(zone=ZONE)
    @autocomplete(zone=offer.zones)
    async def timezone(interaction: Asked, zone: Range[str, 1, 60] | None = None) -> None:
        await ask(interaction, line("/timezone", zone))

    @command(description=NAMED["language"].summary)
    @describe(language=phrase("Its name"))
    @autocomplete(language=offer.languages)
    async def language(interaction: Asked, language: Range[str, 1, 40] | None = None) -> None:
        await ask(interaction, line("/language", language))

    @command(description=NAMED["privacy"].summary)
    @describe(delete=phrase("Delete it; you are asked once more"))
    async def privacy(interaction: Asked, *, delete: bool = False) -> None:
        await ask(interaction, line("/privacy", "delete" if delete else None))

    @command(description=NAMED["stop"].summary)
    async def stop(interaction: Asked) -> None:
        await ask(interaction, "/stop")

    made: list[AnyCommand] = [settings, timezone, language, privacy, stop]
    return [_settling(each) for each in made]


def _settling(made: AnyCommand) -> AnyCommand:
    """Show a command, on a server, to those who run it."""
    made = allowed_contexts(guilds=True, dms=True, private_channels=False)(made)
    made = allowed_installs(guilds=True, users=True)(made)
    return default_permissions(RUNNING)(made)


def _role(role: Role | None) -> str | None:
    return None if role is None else f"{role.id} {role.name}"
