"""What the Telegram of the tests is made of: users, chats, what they show, and the calls a bot made; what may be done with it is elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any, Final, Literal

Json = dict[str, Any]


class Refused(Exception):
    """The Bot API answers with an error: `status`, its description, and parameters such as retry_after."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


Kind = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

ADMIN_RIGHTS: Final = (
    "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users", "can_restrict_members", "can_pin_messages",
    "can_promote_members", "can_manage_video_chats", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
CHANNEL_RIGHTS: Final = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
GROUP_RIGHTS: Final = ("can_manage_topics",)
"""Rights of administrators, all of them unless a test says otherwise."""

PERMISSIONS: Final = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
    "can_send_voice_notes", "can_send_polls", "can_send_other_messages", "can_add_web_page_previews", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics", "can_edit_tag", "can_react_to_messages",
)  # fmt: skip
"""What who is restricted may still do, likewise."""


@dataclass(eq=False)
class User:
    """A person or a bot; `id` is also the id of the private chat with them."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = "en"
    is_bot: bool = False
    is_deactivated: bool = False

    def json(self) -> Json:
        optional = {"username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | {k: v for k, v in optional.items() if v}


@dataclass(eq=False)
class Member:
    """A user in a chat; `rights` are the deviations from what the status usually gives: {"can_post_messages": False}."""

    user: User
    status: Status = "member"
    is_anonymous: bool = False
    rights: dict[str, bool] = field(default_factory=dict)

    @property
    def is_inside(self) -> bool:
        return self.status not in {"left", "kicked"} and self.may("is_member")

    @property
    def is_admin(self) -> bool:
        return self.status in {"creator", "administrator"}

    def may(self, right: str) -> bool:
        """Whether the member has a right that their status usually gives."""
        return self.rights.get(right, True)

    def json(self, kind: Kind) -> Json:
        """As ChatMember."""
        told: Json = {"user": self.user.json(), "status": self.status}
        match self.status:
            case "creator":
                return told | {"is_anonymous": self.is_anonymous}
            case "administrator":
                names = ADMIN_RIGHTS + (CHANNEL_RIGHTS if kind == "channel" else GROUP_RIGHTS)
                rights = {name: self.may(name) for name in names}
                return told | {"can_be_edited": False, "is_anonymous": self.is_anonymous} | rights
            case "restricted":
                return told | {"is_member": self.may("is_member"), "until_date": 0} | {name: self.may(name) for name in PERMISSIONS}
            case "kicked":
                return told | {"until_date": 0}
            case "member" | "left":
                return told


@dataclass(eq=False)
class Topic:
    """A topic of a forum; `id` is its message_thread_id."""

    id: int
    title: str
    is_closed: bool = False
    is_deleted: bool = False


@dataclass(frozen=True)
class Button:
    """One button under a message: exactly as the bot gave it."""

    label: str
    data: str | None
    url: str | None
    raw: Mapping[str, Any]


@dataclass(eq=False)
class Message:
    """What a chat shows; `texts` are its contents since it was sent, the newest last. `text` has no markup, `entities` tell of it."""

    chat: "Chat"
    id: int
    date: int
    sender: User | None
    texts: list[str] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    thread: int | None = None
    reply_to: int | None = None
    is_silent: bool = False
    preview: Json | None = None  # link_preview_options, as the bot gave them
    document: bytes | None = None
    extra: Json = field(default_factory=dict)  # further fields of the Bot API's Message: service messages, locations, forwards
    parse_mode: str | None = None
    edited: int | None = None
    is_deleted: bool = False
    is_own: bool = False  # the bot's

    @property
    def text(self) -> str:
        return self.texts[-1] if self.texts else ""

    def json(self, *, whole: bool = True) -> Json:
        """As Message; a message inside another (`whole` false) tells of no further ones."""
        if self.is_deleted:
            return {"chat": self.chat.json(), "message_id": self.id, "date": 0}  # InaccessibleMessage
        told: Json = {"message_id": self.id, "chat": self.chat.json(), "date": self.date}
        told |= {"from": self.sender.json()} if self.sender else {}
        told |= {"sender_chat": self.chat.json()} if not self.sender else {}
        told |= {"edit_date": self.edited} if self.edited else {}
        if self.thread is not None:
            told |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.texts:
            names = ("caption", "caption_entities") if self.document is not None else ("text", "entities")
            told |= {name: value for name, value in zip(names, (self.text, self.entities), strict=True) if value}
        told |= {"reply_markup": self.markup} if self.buttons else {}
        told |= {"link_preview_options": self.preview} if self.preview else {}
        replied = self.chat.shown.get(self.reply_to) if self.reply_to else None
        told |= {"reply_to_message": replied.json(whole=False)} if whole and replied else {}
        return told | self.extra

    @property
    def buttons(self) -> list[list[Button]]:
        """The rows of its inline keyboard."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [[Button(one["text"], one.get("callback_data"), one.get("url"), one) for one in row] for row in rows]

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.buttons for button in row]

    def button(self, wanted: str) -> Button:
        """The button with this label or callback data; an AssertionError names those there are."""
        for row in self.buttons:
            for button in row:
                if wanted in {button.label, button.data}:
                    return button
        raise AssertionError(f"no button {wanted!r} among {[(button.label, button.data) for row in self.buttons for button in row]}")


@dataclass(eq=False)
class Chat:
    """A private chat, group, supergroup or channel as Telegram knows it."""

    id: int
    kind: Kind
    title: str = ""
    username: str | None = None
    is_forum: bool = False
    user: User | None = None  # of a private chat
    members: dict[int, Member] = field(default_factory=dict)
    shown: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    moved_to: "Chat | None" = None
    is_deleted: bool = False
    is_general_closed: bool = False

    @property
    def is_private(self) -> bool:
        return self.kind == "private"

    def status(self, user: int) -> Status:
        """What somebody is here."""
        return self.members[user].status if user in self.members else "left"

    def json(self) -> Json:
        told: Json = {"id": self.id, "type": self.kind}
        if self.user is not None:
            told["first_name"] = self.user.first_name
        else:
            told["title"] = self.title
        if username := self.username or (self.user.username if self.user else None):
            told["username"] = username
        return told | ({"is_forum": True} if self.is_forum else {})


@dataclass(eq=False)
class Call:
    """One request of the bot: parameters as decoded from form, multipart or JSON, and what was answered (None: nothing was)."""

    method: str
    parameters: Mapping[str, Any]
    at: float  # of the loop's clock, when it arrived
    status: int | None = None
    answer: Mapping[str, Any] | None = None
    is_done: bool = False  # it has had its effect, or never will


@dataclass(frozen=True)
class Send:
    """An accepted call that Telegram counts against its limits: a message sent or edited."""

    at: float  # of the loop's clock, when it was done
    chat: int
    method: str
    message: int
    is_edit: bool


@dataclass(eq=False)
class World:
    """All of it. In private chats and groups messages are numbered together, as Telegram does; supergroups and channels count by themselves."""

    bot: User
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    sends: list[Send] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # by file_id: path and content
    _last: dict[int, int] = field(default_factory=dict)

    def show(self, chat: Chat, sender: User | None, text: str = "", **more: Any) -> Message:
        """Put a new message into a chat."""
        counter = chat.id if chat.kind in {"supergroup", "channel"} else 0
        self._last[counter] = number = self._last.get(counter, 0) + 1
        message = Message(chat=chat, id=number, date=self.now(), sender=sender, texts=[text] if text else [], **more)
        chat.shown[number] = message
        return message

    def now(self) -> int:
        """The date of what happens now."""
        return int(time())

    def me(self, chat: Chat) -> Member:
        """What the bot is in a chat."""
        return chat.members.get(self.bot.id) or Member(self.bot, "left")

    def knows(self, user: int) -> bool:
        """Whether the bot has met somebody."""
        return any(user in chat.members and self.me(chat).status != "left" for chat in self.chats.values())
