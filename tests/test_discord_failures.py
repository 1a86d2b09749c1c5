"""What each failed call to Discord means (FAULTS rows 24 to 31)."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from discord import DiscordServerError, Forbidden, HTTPException, LoginFailure, NotFound, Permissions, RateLimited
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import Ambiguous, ChatGone, MessageGone, NotSent, Outcome, Outgoing, Rejected, Rejection, RetryLater, Stopped
from bot.core.message import Message, Paragraph, Text
from bot.platforms.discord.failures import BLOCKED_REST, LONGEST_REST, NAMES, lacking, outcome_of
from bot.platforms.discord.line import NotOpen

PAGE = "<!DOCTYPE html><title>Access denied | discord.com used Cloudflare to restrict access</title>"
WALL = "error code: 1015"
"""What Cloudflare says to programs that it shuts out, in place of a page."""


def outgoing(**changes: Any) -> Outgoing:
    fields: dict[str, Any] = {
        "delivery_id": None,
        "address": Address(platform="discord", chat="5", thread=changes.pop("thread", "")),
        "kind": ChatKind.GROUP,
        "reader": Reader(zone="UTC"),
        "message": Message((Paragraph((Text("Harbour reopens"),)),)),
        "nonce": "1.0",
    }
    return Outgoing(**(fields | changes))


def answer(status: int, code: int = 0, text: str | None = "", *, page: str = "", **headers: str) -> HTTPException:
    said = {"Content-Type": "text/plain; charset=UTF-8" if page else "application/json"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    response: Any = SimpleNamespace(status=status, reason="", headers=said)
    kind = {403: Forbidden, 404: NotFound}.get(status, DiscordServerError if status >= 500 else HTTPException)
    return kind(response, page or {"code": code, "message": text})


def form(**errors: str) -> HTTPException:
    response: Any = SimpleNamespace(status=400, reason="", headers={})
    wrong = {place: {"_errors": [{"code": "X", "message": said}]} for place, said in errors.items()}
    return HTTPException(response, {"code": 50035, "message": "Invalid Form Body", "errors": wrong})


def check(error: Any, outcome: Outcome, sent: Outgoing | None = None) -> None:
    assert outcome_of(error, sent or outgoing()) == outcome


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (404, 10003, "The channel was deleted."),
        (404, 10004, "The bot is not on this server any more."),
        (403, 50007, "The person takes no messages from the bot: it is blocked, or direct messages are off."),
        (403, 50278, "The person shares no server with the bot any more and has not installed it."),
    ],
)
def test_chats_that_are_gone(status: int, code: int, reason: str) -> None:
    """FAULTS rows 27 and 31."""
    check(answer(status, code), ChatGone(reason=reason))


def test_messages_that_are_gone() -> None:
    check(answer(404, 10008), MessageGone(reason="The message was deleted."))
    check(answer(403, 50005), MessageGone(reason="The message is not the bot's own."))
    check(form(message_reference="Unknown message"), MessageGone(reason="The message to answer was deleted."))


def test_rights_that_are_missing_are_named() -> None:
    """FAULTS rows 29 and 31."""
    needs = outcome_of(answer(403, 50013, "Missing Permissions"), outgoing(), ["Embed Links"])
    assert needs == Rejected(why=Rejection.RIGHTS, reason="The bot may not write in this channel: give it the right “Embed Links”.")
    several = outcome_of(answer(403, 50001), outgoing(thread="7"), ["View Channel", "Embed Links", "Manage Threads"])
    assert isinstance(several, Rejected)
    assert several.reason == (
        "The bot may not write in this thread: give it the rights “View Channel”, “Embed Links” and “Manage Threads”."
    )
    unknown = outcome_of(answer(403, 50013), outgoing())
    assert isinstance(unknown, Rejected)
    assert "“Send Messages”" in unknown.reason


def test_which_rights_a_message_needs() -> None:
    nothing, everything = Permissions.none(), Permissions.all()
    assert lacking(everything, outgoing(reply_to="1"), is_inside=False, opens_thread=True) == []
    assert lacking(nothing, outgoing(), is_inside=False, opens_thread=False) == ["View Channel", "Send Messages", "Embed Links"]
    assert lacking(nothing, outgoing(is_plain=True), is_inside=False, opens_thread=False) == ["View Channel", "Send Messages"]
    assert lacking(nothing, outgoing(thread="7", edits="1"), is_inside=True, opens_thread=False) == [
        "View Channel",
        "Send Messages in Threads",
        "Embed Links",
        "Read Message History",
    ]
    assert "Create Public Threads" in lacking(nothing, outgoing(), is_inside=False, opens_thread=True)
    assert all(hasattr(everything, name) for name in NAMES)


@pytest.mark.parametrize("code", [50083, 160005, 160006, 40067])
def test_threads_that_take_nothing(code: int) -> None:
    outcome = outcome_of(answer(400, code), outgoing(thread="7"))
    assert isinstance(outcome, Rejected)
    assert outcome.why is Rejection.TOPIC


def test_a_thread_that_was_deleted_is_not_its_channel() -> None:
    check(answer(404, 10003), Rejected(why=Rejection.TOPIC, reason="The thread was deleted."), outgoing(thread="7"))


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (form(content="Must be 2000 or fewer in length."), Rejection.TOO_LONG),
        (form(embeds="Embed size exceeds maximum size of 6000"), Rejection.TOO_LONG),
        (answer(413, 40005, "Request entity too large"), Rejection.TOO_LONG),
        (answer(413, 0, ""), Rejection.TOO_LONG),
        (form(embeds="Not a well formed URL."), Rejection.FORMAT),
        (form(components="Component custom id cannot be duplicated"), Rejection.FORMAT),
        (answer(400, 50006, "Cannot send an empty message"), Rejection.FORMAT),
        (answer(400, 200000), Rejection.OTHER),
        (answer(400, 99999, "Something new"), Rejection.OTHER),
        (answer(404, 0, "404: Not Found"), Rejection.OTHER),
    ],
)
def test_what_discord_does_not_take_as_it_is(error: HTTPException, why: Rejection) -> None:
    """FAULTS row 29."""
    outcome = outcome_of(error, outgoing())
    assert isinstance(outcome, Rejected)
    assert outcome.why is why
    assert outcome.reason


def rest(outcome: Outcome) -> tuple[float, bool]:
    assert isinstance(outcome, RetryLater)
    return outcome.after.total_seconds(), outcome.is_overall


def test_too_much_at_once() -> None:
    """FAULTS rows 26 and 31: of one route, of the bot as a whole, of the wall before Discord."""
    assert rest(outcome_of(RateLimited(42.5), outgoing())) == (42.5, False)
    assert rest(outcome_of(answer(429, Retry_After="7", Via="1.1 google"), outgoing())) == (7, False)
    assert rest(outcome_of(answer(429, Retry_After="7", X_RateLimit_Global="true"), outgoing())) == (7, True)
    assert rest(outcome_of(answer(429, Retry_After="7", X_RateLimit_Scope="global"), outgoing())) == (7, True)
    assert rest(outcome_of(answer(429, page=PAGE), outgoing())) == (BLOCKED_REST.total_seconds(), True)
    assert rest(outcome_of(answer(429, page=PAGE, Retry_After="3000"), outgoing())) == (3000, True)
    assert rest(outcome_of(answer(403, page=PAGE), outgoing())) == (BLOCKED_REST.total_seconds(), True)
    assert rest(outcome_of(answer(429, page=WALL), outgoing())) == (BLOCKED_REST.total_seconds(), True)
    assert rest(outcome_of(answer(403, page=WALL), outgoing())) == (BLOCKED_REST.total_seconds(), True)
    assert rest(outcome_of(answer(429), outgoing())) == (5, False)
    assert rest(outcome_of(answer(429, 20016, "slow mode", Retry_After="12"), outgoing())) == (12, False)


@given(st.text() | st.floats().map(str) | st.integers().map(str))
def test_whatever_discord_asks_for_the_rest_ends(header: str) -> None:
    after, _ = rest(outcome_of(answer(429, Retry_After=header), outgoing()))
    assert timedelta(seconds=1) <= timedelta(seconds=after) <= LONGEST_REST


@pytest.mark.parametrize(
    "error",
    [
        answer(500, 0, "500: Internal Server Error"),
        answer(503, page=PAGE),
        answer(502, page=PAGE),
        answer(404, page=PAGE),
        answer(404, page=WALL),
        answer(400, 130000, "API resource is currently overloaded"),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError("half"),
        ConnectionResetError(104, "reset"),
        TimeoutError(),
    ],
)
def test_what_may_have_arrived_is_sent_again_with_its_nonce(error: Any) -> None:
    """FAULTS rows 24 and 31."""
    outcome = outcome_of(error, outgoing())
    assert isinstance(outcome, Ambiguous)
    assert "<" not in outcome.reason
    assert outcome.reason


def test_what_never_left_is_known() -> None:
    """FAULTS row 25."""
    key: Any = SimpleNamespace(host="discord.com", port=443, ssl=True, is_ssl=True)
    error = aiohttp.ClientConnectorError(key, OSError(111, "Connection refused"))
    for each in (error, aiohttp.ConnectionTimeoutError("no connection in time"), NotOpen("the line is not open")):
        assert isinstance(outcome_of(each, outgoing()), NotSent)


def test_a_token_that_is_refused_stops_everything() -> None:
    """FAULTS row 30."""
    for error in (answer(401, 0, "401: Unauthorized"), LoginFailure("Improper token has been passed.")):
        outcome = outcome_of(error, outgoing())
        assert isinstance(outcome, Stopped)
        assert "token" in outcome.reason


def test_discords_own_words_are_short_and_on_one_line() -> None:
    outcome = outcome_of(answer(400, 99999, "a\nb " * 400), outgoing())
    assert isinstance(outcome, Rejected)
    assert "\n" not in outcome.reason
    assert len(outcome.reason) < 350
