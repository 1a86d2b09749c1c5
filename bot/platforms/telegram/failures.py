"""What a failed call to Telegram means for a message: one table of the Bot API's own words; what follows from it is in `chats.sending`.

The Bot API tells most refusals apart by nothing but their text, and python-telegram-bot sorts them coarsely: `BadRequest` and `TimedOut`
are kinds of `NetworkError`. So the types are looked at from the most exact to the widest, then the words. The words are those of
telegram-bot-api and of the servers behind it, whose errors arrive in capitals (core.telegram.org, method messages.sendMessage).
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final, TypeAlias

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.core.chats.ports import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    MessageGone,
    NotModified,
    NotSent,
    Outcome,
    Outgoing,
    Rejected,
    Rejection,
    RetryLater,
    Stopped,
)
from bot.platforms.telegram.wire import NeverSent, refused_token

_Meaning: TypeAlias = Callable[[str], Outcome]
"""Makes an outcome of a sentence for people."""

LONGEST_REASON: Final = 300
"""Characters of Telegram's own words in a reason: a page of HTML from a machine in between is no reading matter."""


def _gone(reason: str) -> Outcome:
    return ChatGone(reason=reason)


def _missing(reason: str) -> Outcome:
    return MessageGone(reason=reason)


def _same(reason: str) -> Outcome:
    del reason
    return NotModified()


def _rejected(why: Rejection) -> _Meaning:
    return lambda reason: Rejected(why=why, reason=reason)


_FORMAT: Final = _rejected(Rejection.FORMAT)
_LONG: Final = _rejected(Rejection.TOO_LONG)
_TOPIC: Final = _rejected(Rejection.TOPIC)
_RIGHTS: Final = _rejected(Rejection.RIGHTS)

_WORDS: Final[tuple[tuple[str, _Meaning, str], ...]] = (
    # nothing to do
    ("message is not modified", _same, ""),
    ("message_not_modified", _same, ""),
    # a message that is not there any more, or not ours to touch
    ("message to edit not found", _missing, "The message was deleted."),
    ("message to be replied not found", _missing, "The message to answer was deleted."),
    ("message to reply not found", _missing, "The message to answer was deleted."),
    ("message_id_invalid", _missing, "The message was deleted."),
    ("message can't be edited", _missing, "The message cannot be changed any more."),
    ("message_edit_time_expired", _missing, "The message is too old to be changed."),
    ("message_author_required", _missing, "The message is not the bot's own."),
    ("there is no text in the message to edit", _missing, "The message has no text to be changed."),
    # rights that somebody in the chat can give; before the chats that are gone, since both come as 403 too
    (
        "need administrator rights in the channel",
        _RIGHTS,
        "The bot may not post in this channel: make it an administrator with the right “Post messages”.",
    ),
    ("chat_admin_required", _RIGHTS, "The bot may not post here: make it an administrator with the right “Post messages”."),
    ("not enough rights to send", _RIGHTS, "The bot may not write in this chat: give it the right “Send messages”."),
    ("have no rights to send", _RIGHTS, "The bot may not write in this chat: give it the right “Send messages”."),
    ("not enough rights to edit", _RIGHTS, "The bot may not change messages here: give it the right “Edit messages”."),
    ("chat_write_forbidden", _RIGHTS, "The bot may not write in this chat: give it the right “Send messages”."),
    ("chat_send_plain_forbidden", _RIGHTS, "The bot may not write in this chat: give it the right “Send messages”."),
    ("chat_send_docs_forbidden", _RIGHTS, "The bot may not send files in this chat: give it the right “Send files”."),
    ("chat_restricted", _RIGHTS, "The bot is restricted in this chat: give it the right “Send messages”."),
    ("user_banned_in_channel", _RIGHTS, "The bot is restricted in this chat: give it the right “Send messages”."),
    # topics
    ("topic_closed", _TOPIC, "The topic is closed: reopen it, or give the bot the right “Manage topics”."),
    ("topic_deleted", _TOPIC, "The topic was deleted."),
    ("message thread not found", _TOPIC, "The topic was deleted."),
    # how a message is written
    ("can't parse entities", _FORMAT, ""),
    ("entity_bounds_invalid", _FORMAT, ""),
    ("entity_text_invalid", _FORMAT, ""),
    ("can't find end of", _FORMAT, ""),
    ("unsupported start tag", _FORMAT, ""),
    ("button_url_invalid", _FORMAT, ""),
    ("button_data_invalid", _FORMAT, ""),
    ("button_text_invalid", _FORMAT, ""),
    ("button_type_invalid", _FORMAT, ""),
    ("inline keyboard button", _FORMAT, ""),
    ("reply markup is too long", _FORMAT, ""),
    ("reply_markup_too_long", _FORMAT, ""),
    ("message is too long", _LONG, ""),
    ("message_too_long", _LONG, ""),
    ("text is too long", _LONG, ""),
    ("entities_too_long", _LONG, ""),
    ("caption is too long", _LONG, ""),
    ("media_caption_too_long", _LONG, ""),
    # chats we are not in any more
    ("bot was blocked by the user", _gone, "The bot was blocked."),
    ("user_is_blocked", _gone, "The bot was blocked."),
    ("user is deactivated", _gone, "The account was deleted."),
    ("user_deactivated", _gone, "The account was deleted."),
    ("input_user_deactivated", _gone, "The account was deleted."),
    ("bot was kicked", _gone, "The bot was removed from the chat."),
    ("bot is not a member", _gone, "The bot is not in the chat any more."),
    ("chat was deleted", _gone, "The chat was deleted."),
    ("chat was deactivated", _gone, "The chat was deleted."),
    ("bot can't initiate conversation", _gone, "The person has not spoken to the bot yet."),
    ("bot can't send messages to", _gone, "The bot may not write to this account."),
    ("bots can't send messages to bots", _gone, "A bot may not write to another bot."),
    ("user_is_bot", _gone, "A bot may not write to another bot."),
    ("chat not found", _gone, "There is no such chat any more, or the bot is not in it."),
    ("peer_id_invalid", _gone, "There is no such chat any more, or the bot is not in it."),
    ("channel_private", _gone, "The bot is not in the chat any more."),
    ("channel_invalid", _gone, "There is no such chat any more."),
)
"""What the Bot API says (in small letters), what that is, and how people are told; "" for its own words. The first that fits counts."""

_TOO_MANY: Final = re.compile(r"too many requests(?:: retry after (\d+))?", re.IGNORECASE)

LONGEST_REST: Final = timedelta(days=1)
"""For so long at most a chat is left alone, whatever Telegram says: it has been seen to say a few hours. Guess."""

UNSAID_REST: Final = timedelta(seconds=5)
"""How long nothing is sent when Telegram has enough and does not say for how long. Guess."""


def outcome_of(error: TelegramError, outgoing: Outgoing) -> Outcome:
    """Say what became of a message whose sending raised this."""
    match error:
        case NeverSent():
            return NotSent(reason=error.message)
        case RetryAfter():
            return _resting(error.retry_after)
        case ChatMigrated():
            return ChatMoved(address=replace(outgoing.address, chat=str(error.new_chat_id)))
        case InvalidToken() if error.__cause__ is None:
            return Stopped(reason=refused_token())
        case BadRequest() | Forbidden():
            return _refusal(error)
        case _:
            return _of_other(error)


def _refusal(error: BadRequest | Forbidden) -> Outcome:
    said = error.message.casefold()
    for words, meaning, told in _WORDS:
        if words in said:
            return meaning(told or _quoted(error))
    if isinstance(error, Forbidden):
        # Every 403 that is known says that a chat has shut us out.
        return ChatGone(reason=_quoted(error))
    return Rejected(why=Rejection.OTHER, reason=_quoted(error))


def _of_other(error: TelegramError) -> Outcome:
    """Judge what was no refusal in the Bot API's usual form: silence, a break, a fault of the servers, an answer that cannot be read."""
    if found := _TOO_MANY.search(error.message):
        return _resting(int(found[1]) if found[1] else UNSAID_REST)
    if "request entity too large" in error.message.casefold():
        return Rejected(why=Rejection.TOO_LONG, reason=_quoted(error))
    return Ambiguous(reason=_quoted(error))


def _resting(after: int | timedelta) -> Outcome:
    asked = after if isinstance(after, timedelta) else timedelta(seconds=min(after, LONGEST_REST.total_seconds()))
    rest = min(max(asked, timedelta(seconds=1)), LONGEST_REST)
    return RetryLater(after=rest, reason=f"Telegram wants to be left alone for {rest.total_seconds():,.0f} s.")


def _quoted(error: TelegramError) -> str:
    said = " ".join(error.message.split())
    return f"Telegram says: {said[:LONGEST_REASON]}{'…' if len(said) > LONGEST_REASON else ''}"
