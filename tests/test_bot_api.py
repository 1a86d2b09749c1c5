"""The Bot API that the bot is tested against answers like Telegram's, case by case.

The cases of `TEXTS` and `CALLS` are those of a probe of 73 calls whose answers were taken from Telegram's documents and sources. The server
passes 66; the bot has no need of the others, which get "method not found":

| calls | why not |
| --- | --- |
| sendPhoto: address that nobody answers | the bot uploads its pictures |
| sendMediaGroup | likewise |
| pinChatMessage | the bot pins nothing |
| forwardMessage | the bot forwards nothing |
"""

import html
import json
from collections.abc import Callable
from typing import Any

import pytest
from bot_api_client import Client, station
from bot_api_text import formatted
from hypothesis import given
from hypothesis import strategies as st
from rate_windows import exceeded

Check = Callable[[Any], bool]


def shows(text: str, *types: str) -> Check:
    return lambda told: told["text"] == text and [one["type"] for one in told.get("entities", [])] == list(types)


def starts(text: str) -> Check:
    return lambda told: told["text"].startswith(text)


HTML = {"parse_mode": "HTML"}
PARSE = "can't parse entities: "

TEXTS: dict[str, tuple[dict[str, Any], str | Check]] = {
    "a plain text": ({"text": "plain"}, shows("plain")),
    "digits are text": ({"text": "2026"}, shows("2026")),
    "quotes are text": ({"text": '"quoted"'}, shows('"quoted"')),
    "brackets are text": ({"text": "[1, 2]"}, shows("[1, 2]")),
    "none": ({"text": ""}, "message text is empty"),
    "blanks": ({"text": "  \n "}, "text must be non-empty"),
    "blanks around": ({"text": "\n\n  a b \n"}, shows("a b")),
    "4,096 letters": ({"text": "x" * 4096}, starts("xxx")),
    "4,097 letters": ({"text": "x" * 4097}, "message is too long"),
    "2,100 emoji are 4,200 units": ({"text": "\U0001f600" * 2100}, "message is too long"),
    "markup does not count": ({"text": "<b>" + "x" * 3000 + "</b>" + "&amp;" * 300, **HTML}, starts("xxx")),
    "33,000 bytes with markup": ({"text": "<b></b>" * 4800 + "x", **HTML}, "text is too long"),
    "entities in order": (
        {"text": '<b>A</b> <a href="https://e.org/?a=1&amp;b=2">L</a> <code>c</code> <blockquote expandable>q</blockquote>', **HTML},
        shows("A L c q", "bold", "text_link", "code", "expandable_blockquote"),
    ),
    "a tag without its end": ({"text": "<b>x", **HTML}, PARSE + "Can't find end tag"),
    "a heading": ({"text": "<h1>x</h1>", **HTML}, PARSE + 'Unsupported start tag "h1"'),
    "a line break": ({"text": "a<br>b", **HTML}, PARSE + 'Unsupported start tag "br"'),
    "a bare less-than": ({"text": "a < b", **HTML}, PARSE + "Unsupported start tag"),
    "a bare ampersand": ({"text": "AT&T & R&D;", **HTML}, shows("AT&T & R&D;")),
    "an unknown entity": ({"text": "a&nbsp;b", **HTML}, shows("a&nbsp;b")),
    "crossed tags": ({"text": "<b><i>x</b></i>", **HTML}, PARSE + "Unmatched end tag"),
    "an emoji of one's own": ({"text": '<tg-emoji emoji-id="5368324170671202286">\U0001f44d</tg-emoji>', **HTML}, shows("\U0001f44d", "custom_emoji")),
    "a moment": ({"text": '<tg-time unix="1795000000" format="wDT">then</tg-time>', **HTML}, shows("then", "date_time")),
    "only tags": ({"text": "<b></b>", **HTML}, "text must be non-empty"),
    "Markdown unescaped": ({"text": "v1.0", "parse_mode": "MarkdownV2"}, PARSE + "Character '.' is reserved"),
    "Markdown": ({"text": "*b* _i_ [l](https://e.org)", "parse_mode": "MarkdownV2"}, shows("b i l", "bold", "italic", "text_link")),
    "entities of one's own": ({"text": "bold", "entities": [{"type": "bold", "offset": 0, "length": 4}]}, shows("bold", "bold")),
    "an unknown parse_mode": ({"text": "x", "parse_mode": "HTMLL"}, "unsupported parse_mode"),
    "what Telegram finds": ({"text": "@somebody #tag /cmd https://e.org"}, shows("@somebody #tag /cmd https://e.org", "mention", "hashtag", "bot_command", "url")),
    "nothing found in links and code": (
        {"text": '<a href="https://e.org">https://x.org</a> <code>@somebody</code>', **HTML},
        shows("https://x.org @somebody", "text_link", "code"),
    ),
    "bidi embeddings are gone": ({"text": "a\u202eb\u2067c\u2069\td"}, shows("ab\u2067c\u2069 d")),
    "no preview": ({"text": "x https://e.org", "link_preview_options": {"is_disabled": True}}, lambda told: told["link_preview_options"]["is_disabled"]),
    "links of 9,600 bytes": ({"text": "".join(f'<a href="https://e.org/{"x" * 960}">{n}</a>' for n in range(10)), **HTML}, "ENTITIES_TOO_LONG"),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS)
async def test_texts_are_taken_and_refused_as_by_telegram(case: str) -> None:
    parameters, expected = TEXTS[case]
    async with station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "/start")
        await check(client, "sendMessage", {"chat_id": ada.id, **parameters}, expected)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_escaped_text_arrives_as_it_is(text: str) -> None:
    """Row 16: whatever somebody writes into a title, escaped HTML of it shows the same as the bare text, with the same links found."""
    assert formatted(html.escape(text), "HTML") == formatted(text, "")


async def test_parameters_may_come_as_json_or_in_the_address() -> None:
    async with station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "/start")
        url = f"{api.url}/bot{api.token}/SENDMESSAGE"
        keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "d"}]]}
        async with client.session.post(url, json={"chat_id": ada.id, "text": "2026", "reply_markup": keyboard, "entities": None}) as answer:
            assert (await answer.json())["ok"] is True
        async with client.session.get(url, params={"chat_id": str(ada.id), "text": "true"}) as answer:
            assert (await answer.json())["ok"] is True
        assert [(one.text, one.labels) for one in api.messages(ada)] == [("2026", ["More"]), ("true", [])]
        for body in ("{", "[1]"):
            async with client.session.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
                assert answer.status == 400


async def test_text_that_is_none_is_refused() -> None:
    """Row 12."""
    async with station() as (api, client):
        body = json.dumps({"chat_id": 1, "text": "\ud800"})
        headers = {"Content-Type": "application/json"}
        async with client.session.post(f"{api.url}/bot{api.token}/sendMessage", data=body, headers=headers) as answer:
            assert (await answer.json())["description"] == "Bad Request: strings must be encoded in UTF-8"


async def test_what_was_sent_and_when_is_remembered_for_tests_of_limits() -> None:
    async with station() as (api, client):
        ada, bea = api.person("Ada"), api.person("Bea")
        for user in (ada, bea):
            api.say(user, "/start")
        for user in (ada, ada, bea):
            await client.done("sendMessage", chat_id=user.id, text="x")
        await client.refused("sendMessage", chat_id=ada.id, text="")
        assert [one.chat for one in api.sends] == [ada.id, ada.id, bea.id]
        assert exceeded([one.at for one in api.sends], most=2, span=60)
        assert not exceeded([one.at for one in api.sends if one.chat == bea.id], most=1, span=60)


async def check(client: Client, method: str, parameters: dict[str, Any], expected: str | Check) -> None:
    """A text is how the words of a refusal with 400 begin, anything else must hold of the result."""
    if isinstance(expected, str):
        status, words = await client.refused(method, **parameters)
        assert status == 400
        assert words.startswith(f"Bad Request: {expected}")
    else:
        assert expected(await client.done(method, **parameters))


def button(**more: Any) -> dict[str, Any]:
    return {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "t", **more}]]}}


CALLS: list[tuple[str, dict[str, Any], str | Check]] = [
    ("getMe", {}, lambda told: told["is_bot"] and told["first_name"] and told["username"] and told["id"]),
    ("deleteWebhook", {"drop_pending_updates": False}, lambda told: told is True),
    ("getWebhookInfo", {}, lambda told: told["pending_update_count"] == 1),
    ("setMyCommands", {"commands": [{"command": "start", "description": "go"}]}, lambda told: told is True),
    ("setMyCommands", {"commands": [{"command": "Bad-Name!", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": 77}}, "chat not found"),
    ("setMyCommands", {"commands": [], "language_code": "english"}, "invalid language code"),
    ("setMyCommands", {"commands": [{"command": f"c{number}", "description": "x"} for number in range(101)]}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "scope": {"type": "everybody"}}, "can't parse BotCommandScope"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat_administrators", "chat_id": 1_000_001}}, "can't use specified scope in private chats"),
    ("setMyCommands", {}, "expected an Array of BotCommand"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "SHORTDESCRIPTION_TOO_LONG"),
    ("getChatMenuButton", {}, lambda told: told == {"type": "commands"}),
    ("setChatMenuButton", {"menu_button": {"type": "a door"}}, "can't parse menu button"),
    ("setMyDescription", {"description": "x" * 513}, "DESCRIPTION_TOO_LONG"),
    ("setChatMenuButton", {"menu_button": {"type": "commands"}}, lambda told: told is True),
    ("sendMessage", {"chat_id": 987654321012, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody_at_all", "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "", "text": "x"}, "chat_id is empty"),
    ("sendMessage", button(callback_data="d" * 65), "BUTTON_DATA_INVALID"),
    ("sendMessage", button(callback_data="ї" * 33), "BUTTON_DATA_INVALID"),
    ("sendMessage", button(), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ("sendMessage", {"text": "x", "reply_markup": [1]}, "object expected as reply markup"),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [{"text": "t"}]}}, 'field "inline_keyboard"'),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [["t"]]}}, "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": " ", "callback_data": "d"}]]}}, "BUTTON_TEXT_INVALID"),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[]]}}, lambda told: "reply_markup" not in told),
    ("sendMessage", {"text": "x", "entities": [{"type": "glow", "offset": 0, "length": 1}]}, "can't parse MessageEntity: Unsupported type"),
    ("sendMessage", {"text": "x", "reply_parameters": {}}, "object expected as reply parameters"),
    ("sendMessage", {"text": "x", "link_preview_options": [1]}, "object expected as link preview options"),
    ("sendMessage", {"text": "x", "reply_to_message_id": 99, "allow_sending_without_reply": True}, lambda told: told["text"] == "x"),
    ("sendMessage", button(url="not a url"), "inline keyboard button URL 'not a url' is invalid"),
    ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "t", "callback_data": "d"}] * 8] * 13}}, "reply markup is too long"),
    ("sendMessage", {"text": "x", "reply_markup": {"keyboard": [[{"text": "a"}]], "resize_keyboard": True}}, lambda told: "reply_markup" not in told),
    ("sendMessage", {"text": "x", "reply_markup": {"force_reply": True}}, lambda told: told["text"] == "x"),
    ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 99, "allow_sending_without_reply": True}}, lambda told: "reply_to_message" not in told),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 1}}, lambda told: told["reply_to_message"]["text"] == "/start"),
    ("sendMessage", {"text": "x", "message_thread_id": 5}, "message thread not found"),
    ("editMessageText", {"message_id": 99, "text": "e"}, "message to edit not found"),
    ("editMessageText", {"message_id": 1, "text": "e"}, "message can't be edited"),
    ("editMessageText", {"message_id": 1, "text": "x" * 4097}, "MESSAGE_TOO_LONG"),
    ("deleteMessages", {"message_ids": []}, "message identifiers are not specified"),
    ("deleteMessages", {"message_ids": [1, 99]}, lambda told: told is True),
    ("getFile", {"file_id": "x"}, "invalid file_id"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "query is too old"),
    ("deleteMessage", {"message_id": 99}, "message to delete not found"),
    ("answerCallbackQuery", {"callback_query_id": "424242"}, "query is too old"),
    ("answerInlineQuery", {"inline_query_id": "424242", "results": []}, "query is too old"),
    ("sendDocument", {}, "there is no document in the request"),
    ("sendChatAction", {"action": "typing"}, lambda told: told is True),
    ("sendChatAction", {"action": "dancing"}, "wrong parameter action"),
    ("getChat", {}, lambda told: told["type"] == "private"),
    ("getChatMember", {"user_id": 1_000_001}, lambda told: told["status"] == "member"),
    ("getChatMember", {"user_id": 5}, "user not found"),
    ("getChatAdministrators", {}, "there are no administrators in the private chat"),
    ("leaveChat", {}, "chat member status can't be changed in private chats"),
    ("setWebhook", {"url": "http://example.org/h"}, "bad webhook: An HTTPS URL must be provided"),
    ("setWebhook", {"url": "https://127.0.0.1:8443/h", "secret_token": "a b"}, "secret token contains unallowed characters"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CALLS)))
async def test_methods_answer_as_telegram_does(number: int) -> None:
    method, parameters, expected = CALLS[number]
    async with station() as (api, client):
        ada = api.person("Ada")
        assert ada.id == 1_000_001
        api.say(ada, "/start")
        await check(client, method, {"chat_id": ada.id, **parameters}, expected)


async def test_who_has_the_wrong_token_or_method_is_told_so() -> None:
    async with station() as (api, client):
        assert (await client.call("getMe", token="1:WRONG"))[0] == 401
        assert (await client.call("getMe", token="nonsense"))[0] == 404
        assert await client.refused("noSuchMethod") == (404, "Not Found: method not found")
        api.revoke()
        assert await client.refused("getMe") == (401, "Unauthorized")


async def test_the_menu_is_kept_by_scope_and_language() -> None:
    async with station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "/start")
        one, two = ([{"command": name, "description": "go"}] for name in ("one", "two"))
        await client.done("setMyCommands", commands=one)
        await client.done("setMyCommands", commands=two, scope={"chat_id": ada.id, "type": "chat"}, language_code="uk")
        assert (await client.done("getMyCommands"), api.commands()) == (one, one)
        assert api.commands({"type": "chat", "chat_id": ada.id}, "uk") == two
        assert await client.done("getMyCommands", scope={"type": "chat", "chat_id": ada.id}) == []
        await client.done("deleteMyCommands")
        assert api.commands() == []
        await client.done("setMyName", name="Назва", language_code="uk")
        assert (api.about("Name", "uk"), api.about("Name")) == ("Назва", "Slugline")
        assert await client.done("getMyName", language_code="uk") == {"name": "Назва"}


async def test_a_message_is_edited_answered_and_deleted() -> None:
    async with station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "/start")
        keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "d"}]]}
        sent = await client.done("sendMessage", chat_id=ada.id, text="one", reply_markup=keyboard, disable_notification=True)
        where = {"chat_id": ada.id, "message_id": sent["message_id"]}
        edited = await client.done("editMessageText", **where, text="two", reply_markup=keyboard)
        assert (edited["text"], edited["reply_markup"]) == ("two", keyboard)
        assert "not modified" in (await client.refused("editMessageText", **where, text="two", reply_markup=keyboard))[1]
        assert "reply_markup" not in await client.done("editMessageText", **where, text="three")
        await client.done("editMessageReplyMarkup", **where, reply_markup=keyboard)
        assert "no caption" in (await client.refused("editMessageCaption", **where, caption="z"))[1]
        (shown,) = api.messages(ada)
        assert (shown.texts, shown.labels, shown.is_silent) == (["one", "two", "three"], ["More"], True)
        assert [one.is_edit for one in api.sends] == [False, True, True, True]

        press = api.press(shown, "More")
        (update,) = (await client.updates())[1:]
        assert update["callback_query"]["data"] == "d"
        assert update["callback_query"]["message"]["text"] == "three"
        await client.done("answerCallbackQuery", callback_query_id=press.id, text="Done")
        assert (await press.answered()).text == "Done"
        assert "too old" in (await client.refused("answerCallbackQuery", callback_query_id=press.id))[1]
        late = api.press(shown, "d")
        api.expire(late)
        assert "too old" in (await client.refused("answerCallbackQuery", callback_query_id=late.id))[1]

        await client.done("deleteMessage", **where)
        assert api.messages(ada) == []
        assert "not found" in (await client.refused("deleteMessage", **where))[1]
        assert "not found" in (await client.refused("editMessageText", **where, text="x"))[1]


async def test_a_document_arrives_and_can_be_fetched_again() -> None:
    async with station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "/start")
        _, answer = await client.call(
            "sendDocument", chat_id=ada.id, caption="<b>c</b>", parse_mode="HTML", files={"document": ("a.csv", b"a,b\n")}
        )
        sent = answer["result"]
        assert (sent["document"]["file_name"], sent["caption"], sent["caption_entities"][0]["type"]) == ("a.csv", "c", "bold")
        assert api.messages(ada)[0].document == b"a,b\n"
        _, answer = await client.call("sendDocument", chat_id=ada.id, files={"document": ("b.csv", b"x" * (3 << 20))})
        assert answer["result"]["document"]["file_size"] == 3 << 20
        where = {"chat_id": ada.id, "message_id": sent["message_id"]}
        assert (await client.done("editMessageCaption", **where, caption="d"))["caption"] == "d"
        assert "not modified" in (await client.refused("editMessageCaption", **where, caption="d"))[1]
        assert "caption is too long" in (await client.refused("editMessageCaption", **where, caption="x" * 1025))[1]
        again = await client.done("sendDocument", chat_id=ada.id, document=sent["document"]["file_id"])
        assert again["document"]["file_name"] == "a.csv"
        path = (await client.done("getFile", file_id=sent["document"]["file_id"]))["file_path"]
        async with client.session.get(f"{api.url}/file/bot{api.token}/{path}") as file:
            assert await file.read() == b"a,b\n"
        assert "no text" in (await client.refused("editMessageText", chat_id=ada.id, message_id=sent["message_id"], text="x"))[1]


async def test_inline_queries_are_answered_once_with_results_that_telegram_takes() -> None:
    def result(number: str, text: str = "<b>x</b>", **more: Any) -> dict[str, Any]:
        return {
            "type": "article",
            "id": number,
            "title": "T",
            "input_message_content": {"message_text": text, "parse_mode": "HTML"},
            **more,
        }

    async with station() as (api, client):
        query = api.inline(api.person("Ada"), "harbour")
        assert (await client.updates())[0]["inline_query"]["query"] == "harbour"
        for results, words in (
            ([result("1"), result("1")], "RESULT_ID_DUPLICATE"),
            ([result("1" * 65)], "RESULT_ID_INVALID"),
            ([result(str(number)) for number in range(51)], "RESULTS_TOO_MUCH"),
            ([result("1", "<b>x")], "can't parse entities"),
            ([result("1", title="")], "can't parse inline query result"),
            ([result("1", **button(callback_data="d" * 65))], "BUTTON_DATA_INVALID"),
        ):
            assert words in (await client.refused("answerInlineQuery", inline_query_id=query.id, results=results))[1]
        await client.done("answerInlineQuery", inline_query_id=query.id, results=[result("1")], cache_time=30)
        assert ((await query.answered()).results, query.options) == ([result("1")], {"cache_time": 30})
