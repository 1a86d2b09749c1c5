"""The slash commands that only ask: each writes a line of the catalogue."""

from discord.app_commands import Command, Group, Range, allowed_contexts, allowed_installs, autocomplete, command, describe

from bot.commands.catalogue import NAMED
from bot.commands.events import LISTED
from bot.core.phrase import phrase
from bot.platforms.discord.slash import ANYHOW, ANYWHERE, COUNT, EVENT, FEED, SPAN, WORDS, Ask, Asked, Offering, line


def news(ask: Ask, offer: Offering) -> Group:
    """Give /news."""
    group = Group(name="news", description=phrase("Events, and who reports them"), allowed_contexts=ANYWHERE, allowed_installs=ANYHOW)

    @group.command(description=NAMED["latest"].summary)
    @describe(count=COUNT, words=WORDS)
    async def latest(interaction: Asked, count: Range[int, 1, 50] | None = None, words: Range[str, 1, 200] | None = None) -> None:
        is_like_count = count is None and words is not None and words.split()[:1] and words.split()[0].isdecimal()
        await ask(interaction, line("/latest", LISTED if is_like_count else count, words))

    @group.command(description=NAMED["top"].summary)
    @describe(span=SPAN, count=COUNT)
    async def top(interaction: Asked, span: Range[str, 2, 10] | None = None, count: Range[int, 1, 50] | None = None) -> None:
        await ask(interaction, line("/top", span, count))

    @group.command(description=NAMED["search"].summary)
    @describe(words=WORDS)
    async def search(interaction: Asked, words: Range[str, 1, 200]) -> None:
        await ask(interaction, line("/search", words))

    @group.command(description=NAMED["event"].summary)
    @describe(event=EVENT)
    @autocomplete(event=offer.events)
    async def event(interaction: Asked, event: Range[str, 1, 100]) -> None:
        await ask(interaction, "/event", event=event)

    @group.command(description=NAMED["why"].summary)
    @describe(event=EVENT, article=phrase("The number of an article of it"))
    @autocomplete(event=offer.events)
    async def why(interaction: Asked, event: Range[str, 1, 100], article: Range[int, 1, 2**31 - 1] | None = None) -> None:
        await ask(interaction, line("/why", article), event=event)

    @group.command(description=NAMED["timeline"].summary)
    @describe(event=EVENT)
    @autocomplete(event=offer.events)
    async def timeline(interaction: Asked, event: Range[str, 1, 100]) -> None:
        await ask(interaction, "/timeline", event=event)

    @group.command(description=NAMED["week"].summary)
    async def week(interaction: Asked) -> None:
        await ask(interaction, "/week")

    return group


def sources(ask: Ask, offer: Offering) -> Group:
    """Give /sources."""
    told = phrase("Where articles come from")
    group = Group(name="sources", description=told, allowed_contexts=ANYWHERE, allowed_installs=ANYHOW)

    @group.command(name="list", description=phrase("Every source with its health, what fails first"))
    @describe(which=phrase("Only these: failing, paused, or a part of a name"), page=phrase("Which page"))
    async def listed(interaction: Asked, which: Range[str, 1, 100] | None = None, page: Range[int, 1, 9_999] | None = None) -> None:
        await ask(interaction, line("/sources", which, f"page {page or 1}" if which or page else None))

    @group.command(description=phrase("Who tells an event, report by report"))
    @describe(event=EVENT)
    @autocomplete(event=offer.events)
    async def event(interaction: Asked, event: Range[str, 1, 100]) -> None:
        await ask(interaction, "/sources", event=event)

    @group.command(description=phrase("More about one feed"))
    @describe(feed=FEED)
    @autocomplete(feed=offer.feeds)
    async def feed(interaction: Asked, feed: Range[str, 1, 200]) -> None:
        await ask(interaction, line("/sources feed", feed))

    @group.command(description=phrase("The busiest sources side by side, as a picture too"))
    async def picture(interaction: Asked) -> None:
        await ask(interaction, "/sources picture")

    return group


def helping(ask: Ask, offer: Offering) -> list[Command[Group, ..., None]]:
    """Give /help and /start."""

    @command(name="help", description=NAMED["help"].summary)
    @describe(command=phrase("The command to be explained"))
    @autocomplete(command=offer.commands)
    @allowed_contexts(guilds=True, dms=True, private_channels=True)
    @allowed_installs(guilds=True, users=True)
    async def help_(interaction: Asked, command: Range[str, 1, 50] | None = None) -> None:
        await ask(interaction, line("/help", command and command.rpartition(" ")[2]))

    @command(description=NAMED["start"].summary)
    @allowed_contexts(guilds=True, dms=True, private_channels=True)
    @allowed_installs(guilds=True, users=True)
    async def start(interaction: Asked) -> None:
        await ask(interaction, "/start")

    return [help_, start]
