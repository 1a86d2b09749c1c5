"""From an update of Telegram to its answer: who asks, what for, and whether they are answered; answers are made in `bot.commands`."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import structlog
from telegram import Bot, CallbackQuery, ChatShared, InlineQuery, Message, Update, User
from telegram.error import TelegramError

from bot.commands.access import is_banned
from bot.commands.desk import Answer, Desk, Place, Request, sentence
from bot.commands.dialogues import Dialogues
from bot.commands.registry import NAMED
from bot.commands.screens import Screens
from bot.commands.together import Together
from bot.core.chats.chat import Address, ChatKind
from bot.core.chats.ports import Outcome, Outgoing
from bot.core.errors import SluglineError, StorageUnavailable
from bot.core.phrase import phrase
from bot.pipeline.collect import Clock
from bot.platforms.telegram.attachments import attached
from bot.platforms.telegram.crowd import Crowd, Share
from bot.platforms.telegram.dialogues import unasked
from bot.platforms.telegram.inline import Inline
from bot.platforms.telegram.managed import Managed
from bot.platforms.telegram.membership import Membership
from bot.platforms.telegram.presses import Presses, address_of
from bot.platforms.telegram.render import pages, toast
from bot.platforms.telegram.replies import BROKEN, Replies, explained, remembered
from bot.platforms.telegram.rights import Rights
from bot.platforms.telegram.speech import (
    CHOOSING,
    PLATFORM,
    Said,
    is_too_late,
    person_of,
    place_of,
    replied_to,
    said,
    speaker_of,
    speaks_for_chat,
)

log = structlog.get_logger(__name__)

T = TypeVar("T")

MOST_ANSWERED: Final = 10_000
"""Messages of which it is remembered that they were answered; an edit counts for a minute only."""

ENDING: Final = 5.0
"""Seconds that answers under way are given when the program ends. Guess, as for deliveries."""

UNREACHABLE: Final = phrase("Telegram does not answer at the moment; please ask once more.")
FORWARDED: Final = phrase("That command was forwarded. It is carried out only when you type it yourself.")


class Dispatch:
    """Answers the updates of one bot, between entering and leaving it.

    `bot` is initialized, `admins` are the ids of those who may change this installation, `answer` sends and edits messages under the
    limits that hold for everything.
    """

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        *,
        admins: Collection[int],
        answer: Callable[[Outgoing], Awaitable[Outcome]],
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._desk = desk
        self._admins = frozenset(admins)
        self._clock = clock
        self._tasks = asyncio.TaskGroup()
        self._under_way: set[asyncio.Task[None]] = set()
        self._crowd = Crowd(self._begin)
        self._together = Together(desk)
        # Guesses: nobody types faster for long; pages are turned, and letters typed, faster than commands.
        self._questions = Share(burst=10, per_second=1)
        self._presses_of = Share(burst=20, per_second=3)
        self._letters = Share(burst=20, per_second=3)
        self._answered: OrderedDict[tuple[int, int], None] = OrderedDict()
        screens = Screens(desk, pages=remembered(pages), toast=toast)
        self._dialogues = Dialogues(desk)
        self._rights = Rights(bot)
        self._managed = Managed(bot, self._rights)
        self._replies = Replies(bot, desk, screens, send=answer, begin=self._go_on, clock=clock)
        self._presses = Presses(bot, screens, self._dialogues, who=self._presser, answer=answer, reply=self._replies.reply)
        self._inline = Inline(bot, desk)
        self._membership = Membership(desk, self._rights, tell=partial(self._replies.reply, reply_to=None), clock=clock)

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

    async def receive(self, update: Update) -> None:
        """Take an update, to be answered soon; waits only while far too many wait already. Raises nothing that Telegram or storage does."""
        await self._crowd.has_room()
        if update.callback_query is not None:
            query = update.callback_query
            if self._presses_of.takes(query.from_user.id, _time()):
                self._begin(self._surely(partial(self._pressed, query), "press"))
        elif update.inline_query is not None:
            letters = update.inline_query
            if self._letters.takes(letters.from_user.id, _time()):
                self._begin(self._surely(partial(self._searched, letters), "inline query"))
        elif update.my_chat_member is not None:
            change = update.my_chat_member
            self._put(change.chat.id, partial(self._membership.changed, change), may_be_dropped=False)
        elif update.message is not None:
            self._hear(update.message)
        elif update.edited_message is not None and not is_too_late(update.edited_message):
            self._hear(update.edited_message, is_edited=True)

    def _hear(self, message: Message, *, is_edited: bool = False) -> None:
        """Queue what is said to the bot, as far as its speaker may say so much."""
        chat = message.chat.id
        if message.migrate_to_chat_id is not None:
            self._put(chat, partial(self._membership.moved, chat, message.migrate_to_chat_id), may_be_dropped=False)
        elif message.migrate_from_chat_id is not None:
            self._put(chat, partial(self._membership.moved, message.migrate_from_chat_id, chat), may_be_dropped=False)
        elif message.chat_shared is not None and message.from_user is not None:
            if self._questions.takes(speaker_of(message), _time()):
                self._put(chat, partial(self._choose, message, message.chat_shared, message.from_user))
        else:
            heard = said(message, self._bot.username)
            if heard is None or (is_edited and heard.command is None) or not self._questions.takes(speaker_of(message), _time()):
                return
            self._put(chat, partial(self._answer, message, heard, is_edited=is_edited))

    async def _answer(self, message: Message, heard: Said, *, is_edited: bool) -> None:
        """Answer what was said, unless it was answered before it was edited."""
        key = (message.chat.id, message.message_id)
        if is_edited and key in self._answered:
            return
        address = address_of(message)
        request = self._request(message, heard.line)
        if await self._refuses(request.person, request.place):
            return
        in_reply = None if request.place.kind is ChatKind.PRIVATE else str(message.message_id)
        asked = await self._told(self._asked(message, heard, request), address.chat)
        if asked is None:
            return
        if isinstance(asked, Answer):
            answer = asked
        else:
            request = asked
            answer = await self._told(self._respond(request), address.chat)
        if not answer.failed:
            self._note(key)
        await self._replies.reply(request, answer, address, in_reply)

    async def _asked(self, message: Message, heard: Said, request: Request) -> Request | Answer | None:
        """Complete a request: which chat it is about, what whoever asks may there, what came with it; None when nothing is asked."""
        is_private = request.place.kind is ChatKind.PRIVATE
        if message.forward_origin is not None and heard.command is not None:
            log.info("A forwarded command was refused.", command=heard.command, chat=request.place.address.chat, person=request.person)
            return sentence(FORWARDED, failed=True) if is_private else None
        about: Place | Answer | None = None
        if heard.command is None:
            taken = await self._dialogues.taken(
                request.place.address,
                request.person,
                heard.line,
                reply_to=replied_to(message),
                is_private=is_private,
                now=request.now,
            )
            if taken is None and not is_private:
                return None
            request = replace(request, text=unasked(message, heard.line) if taken is None else taken.line)
            if taken is not None and taken.place is not None and message.from_user is not None:
                about = await self._managed.place(int(taken.place.address.chat), message.from_user)
        elif heard.command != "cancel":
            await self._dialogues.end(request.place.address, request.person)
        if heard.command == CHOOSING and is_private:
            await self._managed.offer(message)
            return None
        if is_private and message.from_user is not None and (meant := await self._managed.meant(request.text, message.from_user)):
            line, about = meant
            request = replace(request, text=line)
        if about is not None:
            return about if isinstance(about, Answer) else replace(request, place=about)
        if heard.command == "import" and request.is_admin:
            request = replace(request, attachment=await attached(self._bot, message))
        return replace(request, runs_chat=await self._runs(message, request))

    def _request(self, message: Message, line: str) -> Request:
        """Say who asks where; what they may there is found out when it matters."""
        person = person_of(message)
        place = place_of(message.chat, thread=address_of(message).thread, person=message.from_user)
        is_admin = bool(person) and int(person) in self._admins
        is_private = place.kind is ChatKind.PRIVATE
        return Request(text=line, now=self._clock(), is_admin=is_admin, runs_chat=is_private, place=place, person=person)

    async def _runs(self, message: Message, request: Request) -> bool:
        """Say whether who asks runs the chat; Telegram is only asked for commands to which it makes a difference."""
        if request.runs_chat or speaks_for_chat(message):
            return True
        command = NAMED.get(request.text.split(maxsplit=1)[0].removeprefix("/").casefold()) if request.text else None
        if command is None or not request.person or not (command.settles or command.name == "start"):
            return False
        return await self._rights.runs(message.chat.id, request.place.kind, int(request.person))

    async def _told(self, step: Awaitable[T], chat: str) -> T | Answer:
        """Take a step to an answer; if it fails, the answer says so."""
        try:
            return await step
        except TelegramError as error:
            log.warning("Telegram could not be asked what an answer depends on.", chat=chat, reason=str(error))
            return sentence(UNREACHABLE, failed=True)
        except SluglineError as error:
            return explained(error)
        except Exception:
            log.exception("A question could not be answered.", chat=chat)
            return sentence(BROKEN, failed=True)

    async def _respond(self, request: Request) -> Answer:
        return await self._together.respond(request)

    async def _choose(self, message: Message, shared: ChatShared, person: User) -> None:
        """Show how the chat is served that somebody has chosen to manage."""
        request = self._request(message, "/settings")
        if await self._refuses(request.person, request.place):
            return
        home = request.place.address
        chosen = await self._told(self._managed.place(shared.chat_id, person), home.chat)
        await self._managed.take_back(message, chosen)
        if isinstance(chosen, Answer):
            await self._replies.reply(request, chosen, home, None)
            return
        about = replace(request, place=chosen, runs_chat=True)
        await self._replies.reply(about, await self._told(self._respond(about), home.chat), home, None)

    async def _pressed(self, query: CallbackQuery) -> None:
        if query.message is not None and await self._refuses(str(query.from_user.id), place_of(query.message.chat)):
            return
        await self._presses.receive(query)

    async def _searched(self, query: InlineQuery) -> None:
        home = Address(platform=PLATFORM, chat=str(query.from_user.id))
        if await self._refuses(str(query.from_user.id), Place(address=home, kind=ChatKind.PRIVATE, name=query.from_user.full_name)):
            return
        await self._inline.receive(query)

    async def _presser(self, query: CallbackQuery, place: Place | None) -> Request:
        """Say who pressed a button and what they may in a chat: that of the message, or one that is managed from there."""
        person = query.from_user
        if place is None:
            assert query.message is not None
            place = place_of(query.message.chat, thread=address_of(query.message).thread, person=person)
        runs = await self._rights.runs(int(place.address.chat), place.kind, person.id)
        return Request(text="", now=self._clock(), is_admin=person.id in self._admins, runs_chat=runs, place=place, person=str(person.id))

    async def _refuses(self, person: str, place: Place) -> bool:
        """Say whether nothing is answered; while nobody can look, everybody is, if only with the reason why there is no answer."""
        try:
            return await is_banned(self._desk, person, place)
        except StorageUnavailable:
            return False

    def _note(self, key: tuple[int, int]) -> None:
        """Remember that a message was answered."""
        self._answered[key] = None
        if len(self._answered) > MOST_ANSWERED:
            self._answered.popitem(last=False)

    def _put(self, chat: int, step: Callable[[], Awaitable[None]], *, may_be_dropped: bool = True) -> None:
        self._crowd.put(chat, partial(self._surely, step, "message"), may_be_dropped=may_be_dropped)

    async def _surely(self, step: Callable[[], Awaitable[None]], what: str) -> None:
        """Do a step; what goes wrong with one update stops no other."""
        try:
            await step()
        except (TelegramError, StorageUnavailable) as error:
            log.warning("An update could not be followed.", what=what, reason=str(error))
        except Exception:
            log.exception("An update could not be followed.", what=what)

    def _go_on(self, step: Callable[[], Awaitable[None]]) -> None:
        self._begin(self._surely(step, "work"))

    def _begin(self, step: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.create_task(step)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


def _time() -> float:
    return asyncio.get_running_loop().time()
