"""From an interaction on Discord to its answer: who asks, what for, and whether they are answered; answers are made in `bot.commands`."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

import discord
import structlog
from aiohttp import ClientError
from discord import Attachment, DiscordException, Interaction, InteractionType, Member, Thread
from discord.abc import GuildChannel

from bot.commands import desk as desks
from bot.commands.access import is_banned
from bot.commands.desk import Answer, Desk, Place, Request, sentence
from bot.commands.dialogues import Dialogues
from bot.commands.offers import found_number
from bot.commands.screens import Screens
from bot.commands.together import Together
from bot.core.chats.chat import ChatKind
from bot.core.chats.ports import Outcome, Outgoing
from bot.core.chats.zone_names import find_zone
from bot.core.errors import SluglineError, StorageUnavailable, UsageError
from bot.core.message import Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.pipeline.collect import Clock
from bot.platforms.discord.autocomplete import Autocomplete
from bot.platforms.discord.guilds import Guilds
from bot.platforms.discord.presses import Presses
from bot.platforms.discord.render import pages, toast
from bot.platforms.discord.replies import BROKEN, GOODBYE, Replies, explained
from bot.platforms.discord.rights import Rights, missing
from bot.platforms.discord.slash import Asked
from bot.platforms.discord.slash import line as line_of
from bot.platforms.discord.speech import is_guest, is_hidden, person_of, place_of
from bot.platforms.discord.talk import PATIENCE, Talk
from bot.platforms.discord.tree import sync, tree_of
from bot.platforms.discord.wire import DiscordClient

log = structlog.get_logger(__name__)

MOST_UNDER_WAY: Final = 500
"""Answers at one time; who asks beyond that hears nothing. Guess: more cannot be given within the 3 s that Discord waits."""

LOOKED: Final = 1.0
"""Seconds in which is looked whether somebody is banned: behind it comes the patience of an answer, and Discord waits three in all."""

MOST_OF_ONE: Final = 5
"""Answers at one time to one person, so that nobody keeps the others waiting. Guess: nobody reads faster."""

MOST_TOLD: Final = 2 * MOST_OF_ONE
"""From so many on one person hears nothing at all, not even that it was too much: that takes time and calls, too. Guess."""

BUSY: Final = phrase("One thing after the other, please: that was too much at once.")
BANNED: Final = phrase("This bot does not answer you here; whoever runs it has decided so.")

ENDED: Final = phrase("Slugline is being ended or restarted; please ask again in a moment.")

ENDING: Final = 2.0
"""Seconds that answers under way are given when the program ends. Guess: most take a tenth of that, and the gateway wants its time too."""

SYNC_WAITS: Final = (5.0, 60.0, 600.0)
"""Seconds between two tries to tell Discord the commands. Guess: most often it has them already."""

LARGEST: Final = 10_000_000
"""Bytes of a file that is taken, as in the terminal."""

FILE_SECONDS: Final = 60.0
"""What fetching a file may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A line of the catalogue as somebody wrote it by options; `event` are words of one, or its number, still to be put into the line."""

    line: str
    attachment: Attachment | None = None
    channel: GuildChannel | None = None
    event: str | None = None


class Dispatch:
    """Answers the interactions of one bot, between entering and leaving it, and hears of its servers.

    `admins` are the ids of those who may change this installation, `answer` sends messages under the limits that hold for everything.
    """

    def __init__(
        self,
        client: DiscordClient,
        desk: Desk,
        /,
        *,
        admins: Collection[int],
        answer: Callable[[Outgoing], Awaitable[Outcome]],
        clock: Clock,
    ) -> None:
        self._client = client
        self._desk = desk
        self._admins = frozenset(admins)
        self._clock = clock
        self._tasks = asyncio.TaskGroup()
        self._under_way: set[asyncio.Task[None]] = set()
        self._asking: Counter[int] = Counter()
        self._together = Together(desk)
        self._rights = Rights(desk.database)
        self._guilds = Guilds(client, desk, answer=answer, clock=clock)
        screens = Screens(desk, pages=pages, toast=toast)
        self._replies = Replies(desk, screens, send=answer, begin=self._begin, clock=clock)
        self._presses = Presses(screens, Dialogues(desk), self._replies, who=self._who, clock=clock)
        self.tree = tree_of(client, self.ask, Autocomplete(desk))

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Give what is under way a moment to end, and stop what does not."""
        if error is None and self._under_way:
            await asyncio.wait(self._under_way, timeout=ENDING)
        for task in self._under_way:
            task.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    # -- what happens on Discord

    async def introduce(self) -> None:
        """Tell Discord the commands unless it has them, in the end."""
        await asyncio.to_thread(find_zone, "UTC")  # The first look into the names of zones takes a while.
        for wait in (*SYNC_WAITS, None):
            try:
                if await sync(self._client, self.tree):
                    log.info("Discord was told the commands.")
            except (DiscordException, ClientError, OSError) as error:
                log.warning("Discord could not be told the commands.", reason=str(error), is_tried_again=wait is not None)
                if wait is not None:
                    await asyncio.sleep(wait)
            else:
                return

    async def ready(self) -> None:
        """Look at what changed on servers while nobody listened."""
        await self._guilds.ready()

    async def interaction(self, interaction: Interaction[DiscordClient]) -> None:
        """Answer a press or a form; commands come to `ask` by the tree."""
        if interaction.type in {InteractionType.component, InteractionType.modal_submit}:
            self._take(interaction, partial(self._pressed, interaction), "press")

    async def guild_joined(self, guild: discord.Guild) -> None:
        """Pass on."""
        await self._guilds.guild_joined(guild)

    async def guild_left(self, guild: discord.Guild) -> None:
        """Pass on."""
        await self._guilds.guild_left(guild)

    async def guild_changed(self, guild: discord.Guild) -> None:
        """Pass on."""
        await self._guilds.guild_changed(guild)

    async def channel_changed(self, channel: discord.abc.GuildChannel) -> None:
        """Pass on."""
        await self._guilds.channel_changed(channel)

    async def channel_deleted(self, channel: discord.abc.GuildChannel) -> None:
        """Pass on."""
        await self._guilds.channel_deleted(channel)

    async def thread_opened(self, channel_id: int, thread_id: int) -> None:
        """Pass on."""
        await self._guilds.thread_opened(channel_id, thread_id)

    async def refused(self, channel: GuildChannel | Thread) -> None:
        """Pass on."""
        await self._guilds.refused(channel)

    async def thread_deleted(self, guild_id: int, channel_id: int, thread_id: int) -> None:
        """Pass on."""
        await self._guilds.thread_deleted(guild_id, channel_id, thread_id)

    # -- commands

    async def ask(
        self,
        interaction: Asked,
        line: str,
        attachment: Attachment | None = None,
        /,
        *,
        channel: GuildChannel | None = None,
        event: str | None = None,
    ) -> None:
        """Have a line answered, soon; it may be about another `channel` than the one it is said in, and about an `event`."""
        question = Question(line=line, attachment=attachment, channel=channel, event=event)
        self._take(interaction, partial(self._answer, interaction, question), "command")

    async def _answer(self, interaction: Asked, question: Question) -> None:
        """Answer a line; whoever waits long is told that an answer will come."""
        place = place_of(interaction)
        talk = Talk(interaction)
        if await self._refuses(interaction, place):
            await talk.tell(BANNED)
            return
        hidden = is_hidden(question.line, place)
        try:
            async with asyncio.TaskGroup() as tasks:
                working = tasks.create_task(self._answered(interaction, question, place))
                await asyncio.wait((working,), timeout=talk.left(PATIENCE))
                if not working.done():
                    await talk.promise(hidden=hidden)
        except asyncio.CancelledError:
            if talk.is_promised:
                with suppress(TimeoutError):
                    async with asyncio.timeout(GOODBYE):
                        await talk.tell(ENDED)
            raise
        request, answer = working.result()
        await self._replies.reply(talk, request, answer, hidden=hidden)

    async def _answered(self, interaction: Asked, question: Question, place: Place) -> tuple[Request, Answer]:
        request = self._request(interaction, question.line, place)
        try:
            request = replace(request, text=await self._written(question))
            if question.channel is not None and question.channel != interaction.channel:
                return request, await self._elsewhere(interaction, request, question.channel)
            request = replace(request, runs_chat=await self._runs(interaction, place))
            if request.runs_chat and (refusal := await self._cannot_come(interaction, request.text)):
                return request, refusal
            if question.attachment is not None and request.is_admin:
                request = replace(request, attachment=await _fetched(question.attachment))
            return request, await self._together.respond(request)
        except SluglineError as error:
            return request, explained(error)
        except Exception:
            log.exception("A question could not be answered.", chat=place.address.chat)
            return request, sentence(BROKEN, failed=True)

    async def _written(self, question: Question) -> str:
        """Put the number of an event behind the name of a command; of words that fit several, or none, the search knows more."""
        if question.event is None or not question.event.strip():
            return question.line
        number = await found_number(self._desk, question.event)
        name, _, rest = question.line.partition(" ")
        return line_of(name, number, rest) if number is not None else line_of("/search", question.event)

    async def _elsewhere(self, interaction: Asked, request: Request, channel: GuildChannel) -> Answer:
        """Answer what is asked of another channel, such as a forum, in which nobody can ask; its buttons would be about this one."""
        if not isinstance(interaction.user, Member):
            return sentence(phrase("Only those who run that channel can settle that."), failed=True)
        found = await self._rights.place_of(channel, interaction.user)
        if isinstance(found, Answer):
            return found
        answer = await self._together.respond(replace(request, place=found, runs_chat=True))
        named = Paragraph((Text(f"#{channel.name}", Style.STRONG),))
        return replace(answer, message=replace(answer.message, blocks=(named, *answer.message.blocks), actions=()))

    async def _cannot_come(self, interaction: Asked, line: str) -> Answer | None:
        """Give the answer for a channel in which commands are answered, and into which nothing could be sent: rights are lacking there."""
        is_threaded = line == "/threads on"
        if not is_threaded and (not line.startswith(("/subscribe", "/alerts ", "/follow ", "/time ")) or line.endswith(" off")):
            return None
        if not isinstance(interaction.user, Member) or not isinstance(interaction.channel, GuildChannel | Thread) or is_guest(interaction):
            return None
        if interaction.channel.guild.unavailable:  # What we may do there is not known yet.
            return None
        found = await self._rights.place_of(interaction.channel, interaction.user, is_threaded=is_threaded)
        return found if isinstance(found, Answer) else None

    def _request(self, interaction: Asked, line: str, place: Place) -> Request:
        return Request(
            text=line,
            now=self._clock(),
            is_admin=interaction.user.id in self._admins,
            runs_chat=False,
            place=place,
            person=person_of(interaction),
            guild=self._rights.guild_of(interaction),
            is_guest=is_guest(interaction),
        )

    async def _runs(self, interaction: Asked, place: Place) -> bool:
        """Say whether who asks runs the chat; nobody runs a conversation of other people, in which the bot cannot write."""
        if interaction.guild_id is None:
            return place.kind is ChatKind.PRIVATE
        return await self._rights.runs(interaction)

    # -- presses

    async def _pressed(self, interaction: Asked) -> None:
        talk = Talk(interaction)
        if await self._refuses(interaction, place_of(interaction)):
            await talk.tell(BANNED)
        else:
            await self._presses.receive(talk)
            channel = interaction.channel
            # What was settled by a button may be of no use for want of rights, which is told to who can give them.
            if not is_guest(interaction) and isinstance(channel, GuildChannel | Thread) and missing(channel):
                await self._guilds.guild_changed(channel.guild)

    async def _who(self, interaction: Asked, place: Place | None) -> Request:
        """Say who pressed a button and what they may; screens are about the chat in which they lie."""
        here = place_of(interaction)
        is_here = place is None or place.address == here.address
        request = self._request(interaction, "", here if place is None else place)
        return replace(request, runs_chat=is_here and await self._runs(interaction, here))

    async def _refuses(self, interaction: Asked, place: Place) -> bool:
        """Say whether nothing is answered; while nobody can look soon, everybody is, if only with the reason why not."""
        try:
            async with asyncio.timeout(LOOKED):
                return await is_banned(self._desk, person_of(interaction), place)
        except (StorageUnavailable, TimeoutError):
            return False

    def _take(self, interaction: Asked, step: Callable[[], Awaitable[None]], what: str) -> None:
        """Begin to answer, if there is room; who asks too much at once is told so."""
        who = interaction.user.id
        if len(self._under_way) >= MOST_UNDER_WAY or self._asking[who] >= MOST_TOLD:
            return
        if self._asking[who] >= MOST_OF_ONE:
            step = partial(Talk(interaction).tell, BUSY)
        self._asking[who] += 1
        self._begin(self._surely(step, what)).add_done_callback(lambda _: self._answered_to(who))

    def _answered_to(self, who: int) -> None:
        self._asking[who] -= 1
        if not self._asking[who]:
            del self._asking[who]

    async def _surely(self, step: Callable[[], Awaitable[None]], what: str) -> None:
        """Do a step; what goes wrong with one interaction stops no other."""
        try:
            await step()
        except (DiscordException, ClientError, OSError, StorageUnavailable) as error:
            log.warning("An interaction could not be followed.", what=what, reason=str(error))
        except Exception:
            log.exception("An interaction could not be followed.", what=what)

    def _begin(self, step: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._tasks.create_task(step)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task


async def _fetched(attachment: Attachment) -> desks.Attachment:
    """Fetch a file.

    Raises:
        UsageError: it is too large, or does not come.
    """
    if attachment.size > LARGEST:
        raise UsageError(phrase("That file has more than {most:,} bytes; split it.", most=LARGEST))
    try:
        async with asyncio.timeout(FILE_SECONDS):
            data = await attachment.read()
    except (DiscordException, ClientError, OSError) as error:
        raise UsageError(phrase("Discord did not hand over that file; send it once more.")) from error
    return desks.Attachment(name=attachment.filename, data=data)
