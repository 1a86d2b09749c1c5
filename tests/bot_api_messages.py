"""The methods of the Bot API about messages, buttons and inline mode, with the order of checks that telegram-bot-api has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot_api_places import Access, Method, Places
from bot_api_query import Query
from bot_api_text import caption_text, keyboard, message_text
from bot_api_world import Chat, Json, Message, Refused

NOT_MODIFIED: Final = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and "
    "reply markup of the message"
)
TOO_OLD: Final = "Bad Request: query is too old and response timeout expired or query ID is invalid"
TOAST_LIMIT: Final = 200
RESULTS_LIMIT: Final = 50
FILE_LIMIT: Final = 50 << 20


class Asked:
    """A press or typed words that wait for the bot's answer; after one answer, or when too old, the id is unknown to Telegram."""

    def __init__(self, number: str) -> None:
        self.id = number
        self.is_answered = False
        self.is_expired = False
        self.answer: Json = {}

    def take(self, answer: Json) -> None:
        if self.is_answered or self.is_expired:
            raise Refused(400, TOO_OLD)
        self.is_answered = True
        self.answer = answer


@dataclass
class Messages:
    """Does the methods; `asked` are presses and inline queries by their id."""

    places: Places
    asked: dict[str, Asked] = field(default_factory=dict)

    def methods(self) -> Mapping[str, Method]:
        return {
            "sendMessage": self.send_message,
            "sendDocument": self.send_document,
            "sendPhoto": self.send_photo,
            "editMessageText": self.edit_text,
            "editMessageCaption": self.edit_caption,
            "editMessageReplyMarkup": self.edit_markup,
            "deleteMessage": self.delete_message,
            "deleteMessages": self.delete_messages,
            "answerCallbackQuery": self.answer_press,
            "answerInlineQuery": self.answer_inline,
            "getFile": self.get_file,
        }

    def send_message(self, query: Query) -> Json:
        text, entities = message_text(query.text("text"), query.text("parse_mode"), query.json("entities"), edits=False)
        message = self._send(query, "can_send_messages", "text messages", text, entities)
        message.preview = _preview(query)
        return message.json()

    def send_document(self, query: Query) -> Json:
        text, entities = caption_text(query.text("caption"), query.text("parse_mode"), query.json("caption_entities"))
        if (file := query.file("document")) is not None:
            name, kind, content = file.name, file.kind, file.content
        elif (known := self.places.world.files.get(query.text("document"))) is not None:
            name, kind, content = known[0].rpartition("/")[2], "application/octet-stream", known[1]
        else:
            raise Refused(400, "Bad Request: there is no document in the request")
        if not content:
            raise Refused(400, "Bad Request: file must be non-empty")
        if len(content) > FILE_LIMIT:
            raise Refused(413, "Request Entity Too Large")
        message = self._send(query, "can_send_documents", "documents", text, entities)
        message.document = content
        files = self.places.world.files
        number = f"BQACAgIAAxkD{len(files) + 1:08d}"
        files[number] = (f"documents/{len(files)}/{name}", content)
        told = {"file_id": number, "file_unique_id": number[-8:], "file_name": name, "mime_type": kind, "file_size": len(content)}
        message.extra["document"] = told
        return message.json()

    def send_photo(self, query: Query) -> Json:
        """Takes an upload alone; what is no picture that Telegram can scale is refused, as it refuses it."""
        text, entities = caption_text(query.text("caption"), query.text("parse_mode"), query.json("caption_entities"))
        if (file := query.file("photo")) is None:
            raise Refused(400, "Bad Request: there is no photo in the request")
        if not file.content.startswith(b"\x89PNG\r\n\x1a\n"):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        width, height = (int.from_bytes(file.content[place : place + 4], "big") for place in (16, 20))
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        message = self._send(query, "can_send_photos", "photos", text, entities)
        message.document = file.content
        files = self.places.world.files
        number = f"AgACAgIAAxkD{len(files) + 1:08d}"
        files[number] = (f"photos/{len(files)}.jpg", file.content)
        size = {"file_id": number, "file_unique_id": number[-8:], "width": width, "height": height, "file_size": len(file.content)}
        message.extra["photo"] = [size]
        return message.json()

    def _send(self, query: Query, right: str, what: str, text: str, entities: list[Json]) -> Message:
        replied, without = _reply(query)
        markup = keyboard(query.json("reply_markup"))
        chat = self.places.find(query.text("chat_id"), Access.WRITE)
        if replied and replied not in chat.shown:
            if not without:
                raise Refused(400, "Bad Request: message to be replied not found")
            replied = None
        thread = self.places.thread_of(query, chat)
        if thread is None and replied and chat.is_forum:
            thread = chat.shown[replied].thread
        self.places.check_may_write(chat, thread, right, what)
        world = self.places.world
        message = world.show(chat, world.bot if chat.kind != "channel" else None, text, entities=entities, markup=markup, thread=thread)
        message.reply_to = replied
        message.is_silent = query.flag("disable_notification")
        message.parse_mode = query.text("parse_mode") or None
        message.is_own = True
        self.places.note(query, chat, message.id, is_edit=False)
        return message

    def _edited(self, query: Query) -> Message:
        """The message that is to be edited."""
        chat = self.places.find(query.text("chat_id"), Access.EDIT)
        if (message := chat.shown.get(query.integer("message_id"))) is None:
            raise Refused(400, "Bad Request: message to edit not found")
        me = self.places.world.me(chat)
        if not message.is_own and not (chat.kind == "channel" and me.is_admin and me.may("can_edit_messages")):
            raise Refused(400, "Bad Request: message can't be edited")
        if chat.moved_to is not None:  # what the servers say is not known: a guess
            raise Refused(400, "Bad Request: MESSAGE_ID_INVALID")
        return message

    def edit_text(self, query: Query) -> Json:
        text, entities = message_text(query.text("text"), query.text("parse_mode"), query.json("entities"), edits=True)
        markup = keyboard(query.json("reply_markup"))
        message = self._edited(query)
        if message.document is not None or not message.texts:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        preview = _preview(query)
        self.places.check_blocked(message.chat)
        if (text, entities, markup, preview) == (message.text, message.entities, message.markup, message.preview):
            raise Refused(400, NOT_MODIFIED)
        message.texts.append(text)
        message.entities, message.preview, message.parse_mode = entities, preview, query.text("parse_mode") or None
        return self._note_edit(query, message, markup)

    def edit_caption(self, query: Query) -> Json:
        text, entities = caption_text(query.text("caption"), query.text("parse_mode"), query.json("caption_entities"))
        markup = keyboard(query.json("reply_markup"))
        message = self._edited(query)
        if message.document is None:
            raise Refused(400, "Bad Request: there is no caption in the message to edit")
        self.places.check_blocked(message.chat)
        if (text, entities, markup) == (message.text, message.entities, message.markup):
            raise Refused(400, NOT_MODIFIED)
        message.texts.append(text)
        message.entities = entities
        return self._note_edit(query, message, markup)

    def edit_markup(self, query: Query) -> Json:
        markup = keyboard(query.json("reply_markup"))
        message = self._edited(query)
        self.places.check_blocked(message.chat)
        if markup == message.markup:
            raise Refused(400, NOT_MODIFIED)
        return self._note_edit(query, message, markup)

    def _note_edit(self, query: Query, message: Message, markup: Json | None) -> Json:
        message.markup = markup
        message.edited = self.places.world.now()
        self.places.note(query, message.chat, message.id, is_edit=True)
        return message.json()

    def delete_message(self, query: Query) -> bool:
        chat = self.places.find(query.text("chat_id"), Access.WRITE)
        message = chat.shown.get(query.integer("message_id"))
        if message is None:
            raise Refused(400, "Bad Request: message to delete not found")
        me = self.places.world.me(chat)
        if not (message.is_own or chat.is_private or (me.is_admin and me.may("can_delete_messages"))):
            raise Refused(400, "Bad Request: message can't be deleted")
        remove(message)
        return True

    def delete_messages(self, query: Query) -> bool:
        chat = self.places.find(query.text("chat_id"), Access.WRITE)
        numbers = query.json("message_ids")
        if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
            raise Refused(400, "Bad Request: message identifiers are not specified")
        for number in numbers:
            if number in chat.shown:
                remove(chat.shown[number])
        return True

    def answer_press(self, query: Query) -> bool:
        asked = self.asked.get(query.text("callback_query_id"))
        if asked is None:
            raise Refused(400, TOO_OLD)
        if len(query.text("text")) > TOAST_LIMIT:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        asked.take({"text": query.text("text"), "show_alert": query.flag("show_alert"), "url": query.text("url") or None})
        return True

    def answer_inline(self, query: Query) -> bool:
        results = query.json("results")
        if not isinstance(results, list):
            raise Refused(400, "Bad Request: expected an Array of inline query results")
        if len(results) > RESULTS_LIMIT:
            raise Refused(400, "Bad Request: RESULTS_TOO_MUCH")
        for result in results:
            _check_result(result)
        if len({result["id"] for result in results}) < len(results):
            raise Refused(400, "Bad Request: RESULT_ID_DUPLICATE")
        asked = self.asked.get(query.text("inline_query_id"))
        if asked is None:
            raise Refused(400, TOO_OLD)
        asked.take({name: value for name, value in query.decoded().items() if name != "inline_query_id"})
        return True

    def get_file(self, query: Query) -> Json:
        number = query.text("file_id")
        if (file := self.places.world.files.get(number)) is None:
            raise Refused(400, "Bad Request: invalid file_id")
        return {"file_id": number, "file_unique_id": number[-8:], "file_size": len(file[1]), "file_path": file[0]}


def remove(message: Message) -> None:
    """Take a message out of its chat."""
    message.is_deleted = True
    del message.chat.shown[message.id]


def _reply(query: Query) -> tuple[int | None, bool]:
    """To which message, and whether to send without it when it is gone."""
    given = query.json("reply_parameters")
    if given is None:
        return query.integer("reply_to_message_id") or None, query.flag("allow_sending_without_reply")
    if not isinstance(given, dict) or not isinstance(given.get("message_id"), int):
        raise Refused(400, "Bad Request: object expected as reply parameters")
    return max(given["message_id"], 0) or None, bool(given.get("allow_sending_without_reply"))


def _preview(query: Query) -> Json | None:
    given = query.json("link_preview_options")
    if given is not None and not isinstance(given, dict):
        raise Refused(400, "Bad Request: object expected as link preview options")
    return given or ({"is_disabled": True} if query.flag("disable_web_page_preview") else None)


def _check_result(result: Any) -> None:
    parsing = "Bad Request: can't parse inline query result: "
    if not isinstance(result, dict) or not isinstance(result.get("type"), str):
        raise Refused(400, f"{parsing}InlineQueryResult must be an Object")
    if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
        raise Refused(400, "Bad Request: RESULT_ID_INVALID")
    if result["type"] == "article" and not result.get("title"):
        raise Refused(400, f'{parsing}Can\'t find field "title"')
    content = result.get("input_message_content")
    if not isinstance(content, dict) or not content.get("message_text"):
        raise Refused(400, f'{parsing}Can\'t find field "input_message_content"')
    message_text(content["message_text"], content.get("parse_mode", ""), content.get("entities"), edits=False)
    keyboard(result.get("reply_markup"))


def own(chat: Chat, thread: int | None = None) -> list[Message]:
    """What the bot has put into a chat and is still there."""
    return [one for one in chat.shown.values() if one.is_own and (thread is None or one.thread == thread)]
