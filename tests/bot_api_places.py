"""Which chats the bot may read, edit in and write to, in telegram-bot-api's words (Client::check_chat_access), and what it learns about them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from bot_api_query import Query
from bot_api_updates import Updates
from bot_api_world import Chat, Json, Member, Refused, Send, World

Method = Callable[[Query], Any]

_ACTIONS: Final = frozenset(
    "cancel typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location "
    "record_video_note upload_video_note".split()
)


class Access(IntEnum):
    """What a method wants to do with a chat."""

    READ = 0
    MEMBERS = 1
    EDIT = 2
    WRITE = 3


@dataclass(frozen=True)
class Places:
    """Finds chats for methods, and does the methods that are about them."""

    world: World
    updates: Updates

    def methods(self) -> Mapping[str, Method]:
        return {
            "getMe": lambda _: self.get_me(),
            "getChat": self.get_chat,
            "getChatMember": self.get_chat_member,
            "getChatAdministrators": self.get_chat_administrators,
            "sendChatAction": self.send_chat_action,
            "leaveChat": self.leave_chat,
        }

    def find(self, given: str, access: Access) -> Chat:
        """The chat with this id or @name, if the bot may do such things there."""
        chat = self._named(given)
        if chat.is_private:
            self._check_private(chat, access)
        elif chat.kind == "group":
            self._check_group(chat, access)
        else:
            self._check_supergroup(chat, access)
        return chat

    def _named(self, given: str) -> Chat:
        if not given:
            raise Refused(400, "Bad Request: chat_id is empty")
        if given.startswith("@"):
            name = given[1:].lower()
            found = next((one for one in self.world.chats.values() if not one.is_private and (one.username or "").lower() == name), None)
        else:
            found = self.world.chats.get(int(given)) if given.removeprefix("-").isdecimal() else None
        if found is None:
            raise Refused(400, "Bad Request: chat not found")
        return found

    def _check_private(self, chat: Chat, access: Access) -> None:
        assert chat.user is not None
        if chat.user.is_deactivated and access >= Access.EDIT:
            raise Refused(403, "Forbidden: user is deactivated")
        if chat.status(self.world.bot.id) == "left":
            if not self.world.knows(chat.user.id):
                raise Refused(400, "Bad Request: chat not found")
            if access >= Access.EDIT:
                raise Refused(403, "Forbidden: bot can't initiate conversation with a user")

    def _check_group(self, chat: Chat, access: Access) -> None:
        if chat.moved_to is not None and access in {Access.MEMBERS, Access.WRITE}:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, text, migrate_to_chat_id=chat.moved_to.id)
        if chat.is_deleted and access != Access.READ:
            raise Refused(403, "Forbidden: the group chat was deleted")
        if access != Access.READ and chat.moved_to is None:
            self._check_inside(chat)

    def _check_supergroup(self, chat: Chat, access: Access) -> None:
        if chat.is_deleted or chat.status(self.world.bot.id) == "kicked":
            raise Refused(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        if access >= Access.EDIT or not chat.username:
            self._check_inside(chat)

    def _check_inside(self, chat: Chat) -> None:
        if chat.status(self.world.bot.id) == "kicked":
            raise Refused(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        if not self.world.me(chat).is_inside:
            raise Refused(403, f"Forbidden: bot is not a member of the {chat.kind} chat")

    def check_blocked(self, chat: Chat) -> None:
        """What the servers say, after everything that telegram-bot-api finds by itself."""
        if chat.is_private and chat.status(self.world.bot.id) == "kicked":
            raise Refused(403, "Forbidden: bot was blocked by the user")

    def check_may_write(self, chat: Chat, thread: int | None, right: str, what: str) -> None:
        """Whether the bot may put something new here."""
        self.check_blocked(chat)
        me = self.world.me(chat)
        if chat.kind == "channel" and not (me.status == "administrator" and me.may("can_post_messages")):
            raise Refused(400, "Bad Request: need administrator rights in the channel chat")
        if me.status == "restricted" and not (me.may("can_send_messages") and me.may(right)):
            raise Refused(400, f"Bad Request: not enough rights to send {what} to the chat")
        may_manage = me.is_admin and me.may("can_manage_topics")
        is_closed = chat.topics[thread].is_closed if thread is not None else chat.is_forum and chat.is_general_closed
        if is_closed and not may_manage:
            raise Refused(400, "Bad Request: TOPIC_CLOSED")

    def thread_of(self, query: Query, chat: Chat) -> int | None:
        """The topic that is asked for."""
        thread = query.integer("message_thread_id")
        if thread <= 0:
            return None
        if thread not in chat.topics or chat.topics[thread].is_deleted:
            raise Refused(400, "Bad Request: message thread not found")
        return thread

    def note(self, query: Query, chat: Chat, message: int, *, is_edit: bool) -> None:
        """Remember what counts against Telegram's limits."""
        now = asyncio.get_running_loop().time()
        self.world.sends.append(Send(at=now, chat=chat.id, method=query.method, message=message, is_edit=is_edit))

    def get_me(self) -> Json:
        told = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}
        more = {"can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False}
        return {key: value for key, value in self.world.bot.json().items() if key != "language_code"} | told | more

    def get_chat(self, query: Query) -> Json:
        chat = self.find(query.text("chat_id"), Access.READ)
        gifts = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False)
        told = chat.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
        return told | ({"active_usernames": [told["username"]]} if "username" in told else {})

    def get_chat_member(self, query: Query) -> Json:
        chat = self.find(query.text("chat_id"), Access.MEMBERS)
        user = self.world.users.get(query.integer("user_id"))
        if user is None or not (user is self.world.bot or self.world.knows(user.id) or user.id in chat.members):
            raise Refused(
                400, "Bad Request: user not found" if chat.kind in {"private", "group"} else "Bad Request: PARTICIPANT_ID_INVALID"
            )
        if chat.kind == "channel" and not self.world.me(chat).is_admin:
            raise Refused(400, "Bad Request: member list is inaccessible")
        if chat.is_private:
            if user is not self.world.bot and user is not chat.user:
                raise Refused(400, "Bad Request: user not found")
            return Member(user).json("private")
        return chat.members.get(user.id, Member(user, "left")).json(chat.kind)

    def get_chat_administrators(self, query: Query) -> list[Json]:
        chat = self.find(query.text("chat_id"), Access.MEMBERS)
        if chat.is_private:
            raise Refused(400, "Bad Request: there are no administrators in the private chat")
        if chat.kind == "channel" and not self.world.me(chat).is_admin:
            raise Refused(400, "Bad Request: member list is inaccessible")
        return [
            one.json(chat.kind)
            for one in chat.members.values()
            if one.is_admin and (not one.user.is_bot or one.user is self.world.bot)
        ]  # fmt: skip

    def send_chat_action(self, query: Query) -> bool:
        if query.text("action") not in _ACTIONS:
            raise Refused(400, "Bad Request: wrong parameter action in request")
        chat = self.find(query.text("chat_id"), Access.WRITE)
        if query.integer("message_thread_id") != 1:  # here, and only here, "General" has a number
            self.thread_of(query, chat)
        self.check_blocked(chat)
        return True

    def leave_chat(self, query: Query) -> bool:
        chat = self.find(query.text("chat_id"), Access.READ)
        if chat.is_private:
            raise Refused(400, "Bad Request: chat member status can't be changed in private chats")
        self.change(chat, by=self.world.me(chat), to=Member(self.world.bot, "left"))
        return True

    def change(self, chat: Chat, *, by: Member, to: Member) -> None:
        """Let the bot be something else in a chat, and tell it so."""
        before = self.world.me(chat)
        chat.members[self.world.bot.id] = to
        told = {"chat": chat.json(), "from": by.user.json(), "date": self.world.now()}
        members = {"old_chat_member": before.json(chat.kind), "new_chat_member": to.json(chat.kind)}
        self.updates.add("my_chat_member", told | members, queue=f"me {chat.id}")
