"""The slash commands of those who run this installation: each writes a line of the catalogue; who may is decided where it is answered."""

from typing import Literal

from discord import Attachment
from discord.app_commands import Group, Range, autocomplete, describe

from bot.commands.catalogue import NAMED
from bot.core.phrase import phrase
from bot.platforms.discord.slash import ANYHOW, EVENT, FEED, FEED_OR_ALL, RUNNING, WHERE_TOLD, Ask, Asked, Offering, line

Number = Range[int, 1, 2**31 - 1]
Words = Range[str, 1, 100]


def admin(ask: Ask, offer: Offering) -> Group:
    """Give /admin."""
    group = Group(
        name="admin",
        description=phrase("For those who run this installation"),
        allowed_contexts=WHERE_TOLD,
        allowed_installs=ANYHOW,
        default_permissions=RUNNING,
    )
    _feeds(group, ask, offer)
    _lists(group, ask)
    _events(group, ask, offer)
    _health(group, ask)
    return group


def _feeds(group: Group, ask: Ask, offer: Offering) -> None:
    @group.command(description=NAMED["addsource"].summary)
    @describe(url=phrase("The address of a feed, or of a page that has one"))
    async def addsource(interaction: Asked, url: Range[str, 1, 2_000]) -> None:
        await ask(interaction, line("/addsource", url))

    @group.command(description=NAMED["removesource"].summary)
    @describe(feed=FEED)
    @autocomplete(feed=offer.feeds)
    async def removesource(interaction: Asked, feed: Range[str, 1, 200]) -> None:
        await ask(interaction, line("/removesource", feed))

    @group.command(description=NAMED["pause"].summary)
    @describe(feed=FEED_OR_ALL)
    @autocomplete(feed=offer.feeds)
    async def pause(interaction: Asked, feed: Range[str, 1, 200]) -> None:
        await ask(interaction, line("/pause", feed))

    @group.command(description=NAMED["resume"].summary)
    @describe(feed=FEED_OR_ALL)
    @autocomplete(feed=offer.feeds)
    async def resume(interaction: Asked, feed: Range[str, 1, 200]) -> None:
        await ask(interaction, line("/resume", feed))

    @group.command(description=NAMED["check"].summary)
    @describe(feed=FEED_OR_ALL)
    @autocomplete(feed=offer.feeds)
    async def check(interaction: Asked, feed: Range[str, 1, 200]) -> None:
        await ask(interaction, line("/check", feed))

    @group.command(description=NAMED["fulltext"].summary)
    @describe(feed=FEED_OR_ALL, whose=phrase("Whose text"))
    @autocomplete(feed=offer.feeds)
    async def fulltext(interaction: Asked, feed: Range[str, 1, 200], whose: Literal["feed", "page"]) -> None:
        await ask(interaction, line("/fulltext", feed, whose))


def _lists(group: Group, ask: Ask) -> None:
    @group.command(name="import", description=NAMED["import"].summary)
    @describe(file=phrase("An OPML file"), url=phrase("Its address, instead of a file"))
    async def import_(interaction: Asked, file: Attachment | None = None, url: Range[str, 1, 2_000] | None = None) -> None:
        await ask(interaction, line("/import", url), file)

    @group.command(description=NAMED["export"].summary)
    async def export(interaction: Asked) -> None:
        await ask(interaction, "/export")


def _events(group: Group, ask: Ask, offer: Offering) -> None:
    @group.command(description=NAMED["reingest"].summary)
    @describe(
        what=phrase("All, a source, an event; or what becomes of a plan"),
        which=phrase("The source, the event or the number of the plan"),
        dry=phrase("Only show what would change"),
    )
    async def reingest(
        interaction: Asked,
        what: Literal["all", "source", "event", "apply", "cancel", "status"] = "all",
        which: Words | None = None,
        *,
        dry: bool = False,
    ) -> None:
        await ask(interaction, line("/reingest", what, which, "dry-run" if dry else None))

    @group.command(description=NAMED["merge"].summary)
    @describe(event=EVENT, other=phrase("The other event; without it, those that may be the same"))
    @autocomplete(event=offer.events, other=offer.events)
    async def merge(interaction: Asked, event: Words, other: Words | None = None) -> None:
        await ask(interaction, line("/merge", other), event=event)

    @group.command(description=NAMED["split"].summary)
    @describe(event=EVENT, article=phrase("The number of an article of it"))
    @autocomplete(event=offer.events)
    async def split(interaction: Asked, event: Words, article: Number | None = None) -> None:
        await ask(interaction, line("/split", article), event=event)

    @group.command(description=NAMED["undo"].summary)
    @describe(correction=phrase("Its number; without it, the last one that stands"))
    async def undo(interaction: Asked, correction: Number | None = None) -> None:
        await ask(interaction, line("/undo", correction))

    @group.command(description=NAMED["corrections"].summary)
    async def corrections(interaction: Asked) -> None:
        await ask(interaction, "/corrections")

    @group.command(description=NAMED["history"].summary)
    @describe(event=EVENT)
    @autocomplete(event=offer.events)
    async def history(interaction: Asked, event: Words) -> None:
        await ask(interaction, "/history", event=event)


def _health(group: Group, ask: Ask) -> None:
    @group.command(description=NAMED["status"].summary)
    async def status(interaction: Asked) -> None:
        await ask(interaction, "/status")

    @group.command(description=NAMED["errors"].summary)
    async def errors(interaction: Asked) -> None:
        await ask(interaction, "/errors")

    @group.command(description=NAMED["deliveries"].summary)
    @describe(then=phrase("Send again, or let be"), delivery=phrase("Its number, or all"))
    async def deliveries(interaction: Asked, then: Literal["retry", "drop"] | None = None, delivery: Range[str, 1, 18] = "all") -> None:
        await ask(interaction, line("/deliveries", then, delivery if then else None))

    @group.command(description=NAMED["ban"].summary)
    @describe(whom=phrase("The number of a person or a chat; without it, who is banned"))
    async def ban(interaction: Asked, whom: Words | None = None) -> None:
        await ask(interaction, line("/ban", whom))

    @group.command(description=NAMED["allow"].summary)
    @describe(whom=phrase("The number of a person or a chat"))
    async def allow(interaction: Asked, whom: Words) -> None:
        await ask(interaction, line("/allow", whom))
