"""What people do on Telegram, and which updates the bot gets of it; the server that the bot asks is in `bot_api`."""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Self

from bot_api_messages import Asked, remove
from bot_api_places import Places
from bot_api_text import found
from bot_api_updates import KINDS, Updates
from bot_api_world import Chat, Json, Kind, Member, Message, Status, Topic, User, World

Until = Callable[[Callable[[], object], float], Awaitable[None]]

ANONYMOUS: Final = User(1087968824, "Group", "GroupAnonymousBot", None, is_bot=True)
CHANNEL: Final = User(136817688, "Channel", "Channel_Bot", None, is_bot=True)
"""Whom Telegram names as the author of what a hidden administrator, or a channel, says in a group."""


class Press(Asked):
    """A press of a button; `text` and `is_alert` are the toast the bot answered with."""

    def __init__(self, number: str, data: str, until: Until) -> None:
        super().__init__(number)
        self.data = data
        self._until = until

    @property
    def text(self) -> str:
        return str(self.answer.get("text", ""))

    @property
    def is_alert(self) -> bool:
        return bool(self.answer.get("show_alert"))

    @property
    def url(self) -> str | None:
        return self.answer.get("url")

    async def answered(self, *, within: float = 10) -> Self:
        """Wait until the bot has answered it."""
        await self._until(lambda: self.is_answered, within)
        return self


class Inline(Asked):
    """Words typed after the bot's name; `results` are the raw InlineQueryResults, `options` the rest of answerInlineQuery."""

    def __init__(self, number: str, words: str, until: Until) -> None:
        super().__init__(number)
        self.words = words
        self._until = until

    @property
    def results(self) -> list[Json]:
        return list(self.answer.get("results", []))

    @property
    def options(self) -> Json:
        return {name: value for name, value in self.answer.items() if name != "results"}

    async def answered(self, *, within: float = 10) -> Self:
        """Wait until the bot has answered it."""
        await self._until(lambda: self.is_answered, within)
        return self


class People:
    """Plays everybody but the bot. What a test may do is listed in `bot_api`, which inherits from this."""

    world: World
    privacy: bool = True  # bots in groups hear only commands, replies to them and mentions, unless they are administrators

    def __init__(self, places: Places, updates: Updates, asked: dict[str, Asked], until: Until) -> None:
        self.world = places.world
        self._places = places
        self._updates = updates
        self._asked = asked
        self._until = until
        self._numbers = itertools.count(1)

    # -- people and places (nothing is told to the bot)

    def person(self, name: str, *, language: str | None = "en", username: str | None = None) -> User:
        """A new user, who has not yet spoken to the bot: it may not write to them before they did."""
        user = User(1_000_000 + next(self._numbers), name, username, language)
        self.world.users[user.id] = user
        self.world.chats[user.id] = Chat(user.id, "private", user=user)
        return user

    def private(self, user: User) -> Chat:
        """The private chat with them."""
        return self.world.chats[user.id]

    def group(
        self,
        title: str,
        *,
        admins: Sequence[User] = (),
        members: Sequence[User] = (),
        kind: Kind = "supergroup",
        is_forum: bool = False,
        username: str | None = None,
        bot: Status = "member",
    ) -> Chat:
        """A new group, the bot in it as `bot`; the first of `admins` made it. `kind` "group" can `migrate`."""
        base = -4_000_000_000 if kind == "group" else -1_001_000_000_000
        chat = Chat(base - next(self._numbers), kind, title, username, is_forum)
        self.world.chats[chat.id] = chat
        for number, user in enumerate(admins):
            self.add_member(chat, user, "administrator" if number else "creator")
        for user in members:
            self.add_member(chat, user)
        self.add_member(chat, self.world.bot, bot)
        return chat

    def channel(self, title: str, *, admins: Sequence[User] = (), username: str | None = None, bot: Status = "administrator") -> Chat:
        """A new channel, the bot in it as `bot` with all rights."""
        return self.group(title, admins=admins, kind="channel", username=username, bot=bot)

    def add_member(self, chat: Chat, user: User, status: Status = "member", *, is_anonymous: bool = False, **rights: bool) -> None:
        """Put a user into a chat, or change what they are there: `add_member(group, ada, "administrator", can_change_info=False)`."""
        chat.members[user.id] = Member(user, status, is_anonymous, rights)

    def topic(self, chat: Chat, title: str) -> int:
        """Make a topic in a forum and give its message_thread_id."""
        assert chat.is_forum, f"{chat.title} has no topics"
        first = self.world.show(chat, self._owner(chat), extra={"forum_topic_created": {"name": title, "icon_color": 0x6FB9F0}})
        first.thread = first.id
        chat.topics[first.id] = Topic(first.id, title)
        return first.id

    # -- acting as a user (the bot gets an update, if Telegram would give it one)

    def say(
        self,
        user: User,
        text: str,
        chat: Chat | None = None,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
        is_anonymous: bool = False,
        forwarded_from: User | None = None,
        via: Chat | None = None,
    ) -> Message:
        """Write into the private chat or into `chat`; commands, mentions and links get their entities.

        `is_anonymous`: as an administrator who hides behind the group. `via`: as a channel (sender_chat).
        In a channel the post is the channel's own, whoever wrote it.
        """
        place = self._place(user, chat)
        extra: Json = {}
        sender: User | None = user
        if is_anonymous or (user.id in place.members and place.members[user.id].is_anonymous):
            sender, extra["sender_chat"] = ANONYMOUS, place.json()
        elif via is not None:
            sender, extra["sender_chat"] = CHANNEL, via.json()
        if forwarded_from is not None:
            origin = {"type": "user", "sender_user": forwarded_from.json(), "date": self.world.now()}
            extra["forward_origin"] = origin
        if reply_to is not None and place.kind == "supergroup" and not place.is_forum:
            extra["message_thread_id"] = reply_to.id  # a thread that is no topic
        sender = None if place.kind == "channel" else sender
        message = self.world.show(place, sender, text, entities=found(text), thread=thread, extra=extra)
        message.reply_to = reply_to.id if reply_to else None
        self._tell(message)
        return message

    def rewrite(self, message: Message, text: str) -> None:
        """Edit what a user said."""
        message.texts.append(text)
        message.entities = found(text)
        message.edited = self.world.now()
        self._tell(message, edited=True)

    def locate(self, user: User, latitude: float, longitude: float, chat: Chat | None = None) -> Message:
        """Send a location."""
        return self._service(self._place(user, chat), user, {"location": {"latitude": latitude, "longitude": longitude}})

    def share_chat(self, user: User, chat: Chat, *, request_id: int) -> Message:
        """Choose a chat after pressing a request-chat button of the private chat."""
        return self._service(self._place(user, None), user, {"chat_shared": {"request_id": request_id, "chat_id": chat.id}})

    def press(self, message: Message, button: str, *, by: User | None = None, forged: bool = False) -> Press:
        """Press a button, given by its label or its callback data; `by` is needed outside private chats.

        `forged` sends data that no button of the message has, as a program of a user can. A deleted message can still be pressed: a
        program that shows it has not heard of the deletion.
        """
        who = by or message.chat.user
        assert who is not None, "say who presses: by=…"
        data = button if forged else message.button(button).data
        assert data is not None, f"{button!r} has no callback data"
        press = Press(f"{who.id}{next(self._numbers):06d}", data, self._until)
        self._asked[press.id] = press
        told = {"id": press.id, "from": who.json(), "message": message.json(), "chat_instance": str(message.chat.id), "data": data}
        self._updates.add("callback_query", told, queue=f"user {who.id}")
        return press

    def inline(self, user: User, words: str, *, offset: str = "", chat_type: str = "sender") -> Inline:
        """Type `@bot words` somewhere."""
        query = Inline(f"{user.id}{next(self._numbers):06d}", words, self._until)
        self._asked[query.id] = query
        told = {"id": query.id, "from": user.json(), "query": words, "offset": offset, "chat_type": chat_type}
        self._updates.add("inline_query", told, queue=f"inline {user.id}")
        return query

    def expire(self, asked: Asked) -> None:
        """Let a press or an inline query be too old to be answered."""
        asked.is_expired = True

    def delete(self, message: Message) -> None:
        """Delete a message, the bot's or another; bots are not told."""
        remove(message)

    def add_bot(self, chat: Chat, by: User, status: Status = "member", **rights: bool) -> None:
        """Add the bot, or change its status and rights: `add_bot(channel, ada, "administrator", can_post_messages=False)`."""
        was_inside = self.world.me(chat).is_inside
        self._places.change(chat, by=Member(by), to=Member(self.world.bot, status, rights=rights))
        if not was_inside and chat.kind != "channel" and self.world.me(chat).is_inside:
            self._service(chat, by, {"new_chat_members": [self.world.bot.json()]})

    def remove_bot(self, chat: Chat, by: User, status: Status = "kicked") -> None:
        """Kick the bot out of a group or channel."""
        self._places.change(chat, by=Member(by), to=Member(self.world.bot, status))

    def block(self, user: User) -> None:
        """Stop the bot."""
        self._places.change(self.private(user), by=Member(user), to=Member(self.world.bot, "kicked"))

    def unblock(self, user: User) -> None:
        """Let it write again."""
        self._places.change(self.private(user), by=Member(user), to=Member(self.world.bot, "member"))

    def deactivate(self, user: User) -> None:
        """Delete the account; the bot is not told."""
        user.is_deactivated = True

    def delete_chat(self, chat: Chat) -> None:
        """Delete a group or channel; the bot is not told."""
        chat.is_deleted = True

    def migrate(self, chat: Chat) -> Chat:
        """Make a group a supergroup: the old chat answers with migrate_to_chat_id from now on, and both tell it in a service message."""
        assert chat.kind == "group"
        assert chat.moved_to is None
        new = Chat(-1_001_000_000_000 - next(self._numbers), "supergroup", chat.title, members=dict(chat.members))
        self.world.chats[new.id] = new
        by = self._owner(chat)
        self._service(chat, by, {"migrate_to_chat_id": new.id})
        chat.moved_to = new
        self._service(new, by, {"migrate_from_chat_id": chat.id})
        return new

    def close_topic(self, chat: Chat, thread: int | None) -> None:
        """Close a topic (None: "General"), so that only administrators may write."""
        self._open_or_close(chat, thread, is_closed=True)

    def reopen_topic(self, chat: Chat, thread: int | None) -> None:
        """Open it again."""
        self._open_or_close(chat, thread, is_closed=False)

    def delete_topic(self, chat: Chat, thread: int) -> None:
        """Delete a topic with all in it."""
        chat.topics[thread].is_deleted = True
        for message in [one for one in chat.shown.values() if one.thread == thread]:
            remove(message)

    def update(self, **fields: Any) -> int:
        """Give the bot a raw update, e.g. `update(message={…})`; returns its update_id."""
        ((kind, body),) = fields.items()
        assert kind in KINDS, f"there is no update called {kind!r}"
        return self._updates.add(kind, body, queue="raw")

    # -- what Telegram makes of it

    def _place(self, user: User, chat: Chat | None) -> Chat:
        """Where somebody writes; writing to the bot lets it answer."""
        place = chat or self.private(user)
        assert place.moved_to is None, f"{place.title} has become {place.moved_to}"
        if place.is_private:
            if place.status(self.world.bot.id) == "kicked":
                self.unblock(user)
            place.members |= {one.id: Member(one) for one in (user, self.world.bot)}
        return place

    def _owner(self, chat: Chat) -> User | None:
        return next((one.user for one in chat.members.values() if one.status == "creator"), ANONYMOUS)

    def _service(self, chat: Chat, by: User | None, extra: Json, thread: int | None = None) -> Message:
        message = self.world.show(chat, by, extra=extra, thread=thread)
        self._tell(message)
        return message

    def _open_or_close(self, chat: Chat, thread: int | None, *, is_closed: bool) -> None:
        if thread is None:
            chat.is_general_closed = is_closed
        else:
            chat.topics[thread].is_closed = is_closed
        self._service(chat, self._owner(chat), {"forum_topic_closed" if is_closed else "forum_topic_reopened": {}}, thread)

    def _tell(self, message: Message, *, edited: bool = False) -> None:
        if self._is_heard(message):
            kind = ("edited_" if edited else "") + ("channel_post" if message.chat.kind == "channel" else "message")
            self._updates.add(kind, message.json(), queue=f"chat {message.chat.id}")

    def _is_heard(self, message: Message) -> bool:
        """Whether the bot gets to know of a message: a bot with privacy mode hears little in groups."""
        chat = message.chat
        me = self.world.me(chat)
        if not me.is_inside:
            return False
        if chat.is_private or chat.kind == "channel" or me.is_admin or not self.privacy:
            return True
        if not message.texts:
            return "location" not in message.extra  # what is left are service messages, which everybody hears
        replied = chat.shown.get(message.reply_to) if message.reply_to else None
        return (replied is not None and replied.is_own) or self._is_named(message)

    def _is_named(self, message: Message) -> bool:
        """Whether a message mentions the bot, or holds a command that is not another bot's."""
        named = f"@{self.world.bot.username}".lower()
        units = message.text.encode("utf-16-le", "surrogatepass")
        for one in message.entities:
            part = units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le", "replace").lower()
            if one["type"] == "mention" and part == named:
                return True
            if one["type"] == "bot_command" and ("@" not in part or part.endswith(named)):
                return True
        return False
