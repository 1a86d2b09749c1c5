"""What a failed call to Discord means for a message: one table of its error codes; what follows from it is in `core.chats.sending`.

The codes are those of Discord's page "Opcodes and Status Codes"; the words are told to people. Which right is missing Discord does not say:
`lacking` finds out from what is known of the channel.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final, TypeAlias

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError
from discord import DiscordException, Forbidden, HTTPException, LoginFailure, Permissions, RateLimited

from bot.commands.guild_membership import REFUSED
from bot.core.chats.ports import (
    Ambiguous,
    ChatGone,
    MessageGone,
    NotSent,
    Outcome,
    Outgoing,
    Rejected,
    Rejection,
    RetryLater,
    Stopped,
)
from bot.platforms.discord.line import NotOpen

_Meaning: TypeAlias = Callable[[str], Outcome]
"""Makes an outcome of a sentence for people."""

Failure: TypeAlias = DiscordException | ClientError | OSError | asyncio.TimeoutError
"""What a call to Discord raises."""

LONGEST_REASON: Final = 300
"""Characters of Discord's own words in a reason."""

LONGEST_REST: Final = timedelta(days=1)
"""For so long at most nothing is sent, whatever Discord says. Guess."""

UNSAID_REST: Final = timedelta(seconds=5)
"""How long nothing is sent when Discord has enough and does not say for how long. Guess."""

BLOCKED_REST: Final = timedelta(minutes=10)
"""How long nothing is sent when Cloudflare shuts us out: 10,000 refused calls in ten minutes lead there (Rate Limits, Invalid Requests)."""

ARCHIVED: Final = 50083
LOCKED: Final = 160005
HAS_THREAD: Final = 160004
UNKNOWN_CHANNEL: Final = 10003
NO_ACCESS: Final = 50001
NO_RIGHTS: Final = 50013
OVERLOADED: Final = 130000

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "view_channel": "View Channel",
        "send_messages": "Send Messages",
        "send_messages_in_threads": "Send Messages in Threads",
        "create_public_threads": "Create Public Threads",
        "embed_links": "Embed Links",
        "read_message_history": "Read Message History",
        "manage_threads": "Manage Threads",
    }
)
"""The rights that we ever need in a channel, as Discord's settings name them."""


THREAD_SHUT: Final[Mapping[int, str]] = MappingProxyType(
    {
        ARCHIVED: "The thread is archived: reopen it, or give the bot the right “Manage Threads”.",
        LOCKED: "The thread is locked: unlock it, or give the bot the right “Manage Threads”.",
    }
)
"""Why nothing can be written into a thread that somebody can open again."""


def _gone(reason: str) -> Outcome:
    return ChatGone(reason=reason)


def _missing(reason: str) -> Outcome:
    return MessageGone(reason=reason)


def _stopped(reason: str) -> Outcome:
    return Stopped(reason=reason)


def _later(after: timedelta) -> _Meaning:
    return lambda reason: RetryLater(after=after, reason=reason)


def _rejected(why: Rejection) -> _Meaning:
    return lambda reason: Rejected(why=why, reason=reason)


_FORMAT: Final = _rejected(Rejection.FORMAT)
_LONG: Final = _rejected(Rejection.TOO_LONG)
_TOPIC: Final = _rejected(Rejection.TOPIC)
_RIGHTS: Final = _rejected(Rejection.RIGHTS)
_OTHER: Final = _rejected(Rejection.OTHER)
_SOON: Final = _later(timedelta(minutes=1))

_CODES: Final[Mapping[int, tuple[_Meaning, str]]] = MappingProxyType(
    {
        # chats we are not in any more
        UNKNOWN_CHANNEL: (_gone, "The channel was deleted."),
        10004: (_gone, "The bot is not on this server any more."),
        10013: (_gone, "The account was deleted."),
        50007: (_gone, "The person takes no messages from the bot: it is blocked, or direct messages are off."),
        50278: (_gone, "The person shares no server with the bot any more and has not installed it."),
        # a message that is not there any more, or not ours to touch
        10008: (_missing, "The message was deleted."),
        50005: (_missing, "The message is not the bot's own."),
        50021: (_missing, "The message cannot be changed or answered."),
        # threads and posts
        ARCHIVED: (_TOPIC, THREAD_SHUT[ARCHIVED]),
        LOCKED: (_TOPIC, THREAD_SHUT[LOCKED]),
        160006: (_TOPIC, "The server has no room for another open thread: close some."),
        40067: (_TOPIC, "Every post of this forum has to have a tag, and there is none that the bot may set."),
        # rights
        160002: (_RIGHTS, "The bot may not answer messages in this channel: give it the right “Read Message History”."),
        50008: (_RIGHTS, "The bot cannot write in a channel of this kind."),
        50024: (_RIGHTS, "The bot cannot write in a channel of this kind."),
        40058: (_RIGHTS, "The bot cannot write in a forum but in its posts."),
        # how a message is written
        50006: (_FORMAT, ""),
        40005: (_LONG, ""),
        200000: (_OTHER, "The server's AutoMod took the message for spam."),
        200001: (_OTHER, "The server's AutoMod took the name of the thread for spam."),
        20009: (_OTHER, "Discord takes the message for explicit."),
        240000: (_OTHER, "Discord takes an address in the message for harmful."),
        # too much at once
        20016: (_SOON, "The channel has slow mode on."),
        20022: (_SOON, "The announcement was changed too often."),
        20028: (_SOON, "Too much was written in this channel."),
        20029: (_SOON, "Too much was written on this server."),
        30046: (_later(timedelta(hours=1)), "Too many old messages were changed."),
        40003: (_SOON, "Too many conversations were opened at once."),
        40062: (_SOON, "Discord has too much to do."),
        # nothing at all
        40001: (_stopped, "Discord does not take the bot's token any more: make a new one and put it into the configuration."),
        40002: (_stopped, "Discord wants the account of the bot's owner to be verified first."),
    }
)


def outcome_of(error: Failure, outgoing: Outgoing, lacking: Sequence[str] = ()) -> Outcome:
    """Say what became of a message whose sending raised this; `lacking` are the rights that the bot seems not to have there."""
    match error:
        case RateLimited():
            return _resting(timedelta(seconds=error.retry_after))
        case LoginFailure() | HTTPException(status=401):
            return _stopped(_CODES[40001][1])
        case HTTPException():
            return _of_answer(error, outgoing, lacking)
        case ClientConnectorError() | ConnectionTimeoutError() | NotOpen():
            return NotSent(reason=f"Discord cannot be reached: {_short(str(error))}")
        case TimeoutError():
            return Ambiguous(reason="Discord did not answer in time.")
        case _:
            return Ambiguous(reason=f"The line to Discord broke: {_short(str(error)) or type(error).__name__}")


def _of_answer(error: HTTPException, outgoing: Outgoing, lacking: Sequence[str]) -> Outcome:
    is_page = _is_page(error)
    match error:
        case HTTPException(status=429):
            return _of_excess(error, is_page=is_page)
        case Forbidden() if is_page:
            return RetryLater(after=BLOCKED_REST, reason="Cloudflare lets nothing through to Discord from here.", is_overall=True)
        case HTTPException(code=50001 | 50013) | Forbidden(code=0):
            return _RIGHTS(_told(lacking, outgoing))
        case _ if error.status >= 500 or error.code == OVERLOADED or is_page:
            return Ambiguous(reason=_quoted(error))
        case _:
            return _of_code(error, outgoing)


def _is_page(error: HTTPException) -> bool:
    """Tell whether somebody before Discord answered: Discord says what it has to say as JSON, others as a page or a line of text."""
    kind = error.response.headers.get("Content-Type", "")
    return not error.code and bool(kind) and not kind.startswith("application/json")


def _of_code(error: HTTPException, outgoing: Outgoing) -> Outcome:
    if error.code == UNKNOWN_CHANNEL and outgoing.address.thread:
        return _TOPIC("The thread was deleted.")
    if error.code == 50035:
        return _of_form(error, outgoing)
    meaning, told = _CODES.get(error.code, (_LONG if error.status == 413 else _OTHER, ""))
    return meaning(told or _quoted(error))


def _of_excess(error: HTTPException, *, is_page: bool) -> Outcome:
    """Judge a 429: of one route, of the bot as a whole, or of Cloudflare, which answers with a page for people."""
    headers = error.response.headers
    is_global = bool(headers.get("X-RateLimit-Global")) or headers.get("X-RateLimit-Scope") == "global"
    asked = _seconds(headers.get("Retry-After"))
    if is_page:
        return _resting(max(asked or BLOCKED_REST, BLOCKED_REST), is_overall=True)
    return _resting(asked or UNSAID_REST, is_overall=is_global)


def _seconds(header: str | None) -> timedelta | None:
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return timedelta(seconds=min(seconds, LONGEST_REST.total_seconds())) if seconds > 0 else None


def _of_form(error: HTTPException, outgoing: Outgoing) -> Outcome:
    """Judge what Discord has against the form of a call by the names that it gives each fault (Error Messages)."""
    said = error.text.casefold()
    if "message_reference" in said:
        return _missing("The message to answer was deleted.")
    if "or fewer in length" in said or "exceeds maximum size" in said or "max_length" in said:
        return _LONG(_quoted(error))
    if "not snowflake" in said and not outgoing.address.chat.isdecimal():
        return _gone("There is no such channel.")
    return _FORMAT(_quoted(error))


def lacking(permissions: Permissions, outgoing: Outgoing, *, is_inside: bool, opens_thread: bool) -> list[str]:
    """Name the rights that a message needs and the bot does not have; `is_inside` is what goes into a thread or post."""
    needed = {
        "view_channel": True,
        "send_messages_in_threads": is_inside,
        "send_messages": not is_inside,
        "create_public_threads": opens_thread,
        "embed_links": not outgoing.is_plain,
        "read_message_history": outgoing.reply_to is not None or outgoing.edits is not None,
    }
    return [NAMES[name] for name, is_needed in needed.items() if is_needed and not getattr(permissions, name)]


def _told(names: Sequence[str], outgoing: Outgoing) -> str:
    where = "thread" if outgoing.address.thread else "channel"
    if not names:
        every = "“View Channel”, “Send Messages”, “Embed Links” and “Read Message History”"
        return f"{REFUSED} {where}: give it the rights {every}."
    quoted = [f"“{name}”" for name in names]
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return f"{REFUSED} {where}: give it the {'right' if len(quoted) == 1 else 'rights'} {listed}."


def _resting(asked: timedelta, *, is_overall: bool = False) -> Outcome:
    rest = min(max(asked, timedelta(seconds=1)), LONGEST_REST)
    return RetryLater(after=rest, reason=f"Discord wants to be left alone for {rest.total_seconds():,.0f} s.", is_overall=is_overall)


def _quoted(error: HTTPException) -> str:
    """Repeat what Discord said, unless it is a page for people."""
    return f"Discord says: {error.status if _is_page(error) else _short(error.text) or error.status}"


def _short(text: str) -> str:
    said = " ".join(text.split())
    return f"{said[:LONGEST_REASON]}…" if len(said) > LONGEST_REASON else said
