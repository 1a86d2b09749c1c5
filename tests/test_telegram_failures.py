"""What Telegram says becomes what is to be done (FAULTS rows 24 to 30); the words are those of the real Bot API."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.core.chats.chat import Address, ChatKind, Reader
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
from bot.core.message import Message
from bot.platforms.telegram.failures import LONGEST_REST, outcome_of
from bot.platforms.telegram.wire import NeverSent

OUTGOING = Outgoing(
    delivery_id=None,
    address=Address(platform="telegram", chat="-42", thread="7"),
    kind=ChatKind.GROUP,
    reader=Reader(zone="UTC"),
    message=Message(()),
    nonce="1.0",
)


def check(error: TelegramError, wanted: type[Outcome] | Rejection) -> Outcome:
    outcome = outcome_of(error, OUTGOING)
    if isinstance(wanted, Rejection):
        assert isinstance(outcome, Rejected)
        assert outcome.why is wanted
    else:
        assert isinstance(outcome, wanted), outcome
    return outcome


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        # row 24: nobody knows
        (TimedOut(), Ambiguous),
        (NetworkError("the connection to Telegram broke (ServerDisconnectedError)"), Ambiguous),
        (NetworkError("Internal Server Error"), Ambiguous),
        (NetworkError("Bad Gateway"), Ambiguous),
        (NetworkError("Gateway Timeout (504)"), Ambiguous),
        (TelegramError("Invalid server response"), Ambiguous),
        (Conflict("Conflict: whatever"), Ambiguous),
        # row 25: never sent
        (NeverSent("Telegram cannot be reached: no connection in time"), NotSent),
        # row 26
        (RetryAfter(3600), RetryLater),
        (NetworkError("Too Many Requests: retry after 17"), RetryLater),
        (NetworkError("Too Many Requests"), RetryLater),
        # row 27
        (Forbidden("Forbidden: bot was blocked by the user"), ChatGone),
        (Forbidden("Forbidden: user is deactivated"), ChatGone),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), ChatGone),
        (Forbidden("Forbidden: bot was kicked from the channel chat"), ChatGone),
        (Forbidden("Forbidden: bot is not a member of the channel chat"), ChatGone),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), ChatGone),
        (Forbidden("Forbidden: the group chat was deleted"), ChatGone),
        (Forbidden("Forbidden: something new"), ChatGone),
        (BadRequest("Bad Request: chat not found"), ChatGone),
        (BadRequest("Bad Request: PEER_ID_INVALID"), ChatGone),
        (BadRequest("Bad Request: group chat was deactivated"), ChatGone),
        # row 28
        (ChatMigrated(-1001234567890), ChatMoved),
        # row 29
        (BadRequest('Bad Request: can\'t parse entities: unsupported start tag "x" at byte offset 3'), Rejection.FORMAT),
        (BadRequest("Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL"), Rejection.FORMAT),
        (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Rejection.FORMAT),
        (BadRequest("Bad Request: message is too long"), Rejection.TOO_LONG),
        (BadRequest("Bad Request: MESSAGE_TOO_LONG"), Rejection.TOO_LONG),
        (BadRequest("Bad Request: text is too long"), Rejection.TOO_LONG),
        (NetworkError("Request Entity Too Large"), Rejection.TOO_LONG),
        (BadRequest("Bad Request: TOPIC_CLOSED"), Rejection.TOPIC),
        (BadRequest("Bad Request: TOPIC_DELETED"), Rejection.TOPIC),
        (BadRequest("Bad Request: message thread not found"), Rejection.TOPIC),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Rejection.RIGHTS),
        (BadRequest("Bad Request: need administrator rights in the channel chat"), Rejection.RIGHTS),
        (BadRequest("Bad Request: have no rights to send a message"), Rejection.RIGHTS),
        (Forbidden("Forbidden: CHAT_WRITE_FORBIDDEN"), Rejection.RIGHTS),
        (BadRequest("Bad Request: message text is empty"), Rejection.OTHER),
        # edits
        (
            BadRequest(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current "
                "content and reply markup of the message"
            ),
            NotModified,
        ),
        (BadRequest("Bad Request: message to edit not found"), MessageGone),
        (BadRequest("Bad Request: message can't be edited"), MessageGone),
        (BadRequest("Bad Request: MESSAGE_ID_INVALID"), MessageGone),
        (BadRequest("Bad Request: message to be replied not found"), MessageGone),
        # row 30
        (InvalidToken("Unauthorized"), Stopped),
        (InvalidToken("Not Found"), Stopped),
    ],
)
def test_each_answer_has_its_meaning(error: TelegramError, wanted: type[Outcome] | Rejection) -> None:
    check(error, wanted)


def test_a_rest_is_as_long_as_telegram_says() -> None:
    """FAULTS row 26."""
    check_rest(RetryAfter(3600), timedelta(hours=1))
    check_rest(RetryAfter(timedelta(seconds=90)), timedelta(seconds=90))
    check_rest(NetworkError("Too Many Requests: retry after 17"), timedelta(seconds=17))
    check_rest(NetworkError("Too Many Requests: retry after 99999999999999999999"), LONGEST_REST)


def check_rest(error: TelegramError, after: timedelta) -> None:
    outcome = check(error, RetryLater)
    assert isinstance(outcome, RetryLater)
    assert outcome.after == after
    assert not outcome.is_overall


def test_a_group_that_became_a_supergroup_keeps_its_platform() -> None:
    """FAULTS row 28."""
    outcome = check(ChatMigrated(-1001234567890), ChatMoved)
    assert isinstance(outcome, ChatMoved)
    assert outcome.address == Address(platform="telegram", chat="-1001234567890", thread="7")


def test_a_missing_right_is_named() -> None:
    """FAULTS row 29."""
    outcome = check(BadRequest("Bad Request: need administrator rights in the channel chat"), Rejection.RIGHTS)
    assert isinstance(outcome, Rejected)
    assert "“Post messages”" in outcome.reason


def test_a_page_of_a_machine_in_between_stops_nothing() -> None:
    """A 404 that is none of the Bot API's says nothing about the token."""
    error = InvalidToken("Not Found (404). Parsing the server response failed")
    error.__cause__ = TelegramError("Invalid server response")
    check(error, Ambiguous)


@given(st.text(max_size=2_000), st.sampled_from([BadRequest, Forbidden, NetworkError, TimedOut, InvalidToken, TelegramError, NeverSent]))
def test_whatever_telegram_says_there_is_an_outcome_with_a_short_reason(words: str, kind: type[TelegramError]) -> None:
    outcome = outcome_of(kind(words), OUTGOING)
    reason = getattr(outcome, "reason", "")
    assert len(reason) < 400 or kind is NeverSent
