"""What Telegram makes of the texts and keyboards that a bot gives: parsed by Telegram's own code (tdjson), refused in the Bot API's own words."""

import html
import json
import re
from functools import cache
from typing import Any, Final

import tdjson
from bot_api_world import Json, Refused

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
ENTITIES_LIMIT: Final = 100
"""Entities beyond it lose their effect; nobody is told."""

LINKS_LIMIT: Final = 9500
"""Bytes of link addresses in one message. Measured by others, not documented."""

RAW_LIMIT: Final = 1 << 15
"""Bytes of a text with its markup (telegram-bot-api, Client::get_formatted_text)."""

BUTTONS_LIMIT: Final = 100
DATA_LIMIT: Final = 64

_TYPES: Final = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough", "Spoiler": "spoiler", "Code": "code",
    "Pre": "pre", "PreCode": "pre", "TextUrl": "text_link", "MentionName": "text_mention", "CustomEmoji": "custom_emoji",
    "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote", "Mention": "mention", "Hashtag": "hashtag",
    "Cashtag": "cashtag", "BotCommand": "bot_command", "Url": "url", "EmailAddress": "email", "PhoneNumber": "phone_number",
    "BankCardNumber": "bank_card_number", "DateTime": "date_time", "MediaTimestamp": "media_timestamp",
}  # fmt: skip
_FOUND: Final = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
_CLOSED: Final = {"code", "pre", "text_link", "text_mention"}
"""Inside these Telegram looks for no mentions or links."""


def execute(query: Json) -> Json:
    """Ask one of TDLib's functions that need no account."""
    _quiet()
    answer = tdjson.td_execute(json.dumps(query).encode())
    assert answer is not None, query
    told: Json = json.loads(answer)
    return told


@cache
def _quiet() -> None:
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())


def units(text: str) -> int:
    """UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def formatted(text: str, parse_mode: str, entities: Any = None) -> tuple[str, list[Json]]:
    """Give the text without markup and its entities, those that Telegram finds by itself (links, mentions, commands) included."""
    if len(text.encode()) > RAW_LIMIT:
        raise Refused(400, "Bad Request: text is too long")
    text = clean(text)
    mode = parse_mode.lower()
    if mode in {"", "none"}:
        marked = _given(text, entities if isinstance(entities, list) else [])
        return _trimmed(text, _with_found(text, marked))
    modes: dict[str, Json] = {
        "html": {"@type": "textParseModeHTML"},
        "markdown": {"@type": "textParseModeMarkdown", "version": 1},
        "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
    }
    if mode not in modes:
        raise Refused(400, "Bad Request: unsupported parse_mode")
    parsed = execute({"@type": "parseTextEntities", "text": text, "parse_mode": modes[mode]})
    if parsed["@type"] == "error":
        raise Refused(400, f"Bad Request: {_lowered(parsed['message'])}")
    plain: str = parsed["text"]
    return _trimmed(plain, _with_found(plain, [_entity(one) for one in parsed["entities"]]))


def found(text: str) -> list[Json]:
    """The entities that Telegram finds by itself."""
    return [_entity(one) for one in execute({"@type": "getTextEntities", "text": text})["entities"]]


def message_text(text: str, parse_mode: str, entities: Any, *, edits: bool) -> tuple[str, list[Json]]:
    """As `formatted`, refusing what no message may contain."""
    if not text:
        raise Refused(400, "Bad Request: message text is empty")
    plain, marked = formatted(text, parse_mode, entities)
    if not plain:
        raise Refused(400, "Bad Request: text must be non-empty")
    if units(plain) > TEXT_LIMIT:
        # TDLib words the server's error only for messages that are sent, not for those edited.
        raise Refused(400, f"Bad Request: {'MESSAGE_TOO_LONG' if edits else 'message is too long'}")
    if sum(len(str(one.get("url", "")).encode()) for one in marked) > LINKS_LIMIT:
        raise Refused(400, "Bad Request: ENTITIES_TOO_LONG")
    return plain, marked[:ENTITIES_LIMIT]


def caption_text(text: str, parse_mode: str, entities: Any) -> tuple[str, list[Json]]:
    """As `formatted`, for the text below a document; it may be empty."""
    plain, marked = formatted(text, parse_mode, entities)
    if units(plain) > CAPTION_LIMIT:
        raise Refused(400, "Bad Request: message caption is too long")
    return plain, marked[:ENTITIES_LIMIT]


def clean(text: str) -> str:
    """As TDLib's clean_input_string: control characters are blanks, returns, bidi embeddings and vertical lines are gone."""
    text = re.sub("[\r\u2028-\u202e\u0333\u033f\u030a]", "", text)
    return re.sub("[\x00-\x09\x0b-\x1f]", " ", text)


def is_link(url: str) -> bool:
    """Whether Telegram takes it for an address of the web or of itself."""
    parsed = execute(
        {"@type": "parseTextEntities", "text": f'<a href="{html.escape(url)}">x</a>', "parse_mode": {"@type": "textParseModeHTML"}}
    )
    return bool(parsed.get("entities"))


def keyboard(markup: Any) -> Json | None:
    """Check a reply_markup and give it; None for an empty one."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise Refused(400, "Bad Request: object expected as reply markup")
    for name in ("keyboard", "inline_keyboard"):
        rows = markup.get(name, [])
        if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
            raise Refused(400, f'Bad Request: field "{name}" of the InlineKeyboardMarkup must be an Array of Arrays')
    rows = [row for row in markup.get("inline_keyboard", []) if row]
    for row in rows:
        for button in row:
            _check_button(button)
    if sum(map(len, rows)) > BUTTONS_LIMIT:
        raise Refused(400, "Bad Request: reply markup is too long")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": rows} if rows else None
    return markup or None


def _check_button(button: Any) -> None:
    parsing = "Bad Request: can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise Refused(400, f"{parsing}InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise Refused(400, f'{parsing}Can\'t find field "text"')
    if not clean(button["text"]).strip():
        raise Refused(400, "Bad Request: BUTTON_TEXT_INVALID")
    if url := button.get("url"):
        if not is_link(url):
            raise Refused(400, f"Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    elif data := button.get("callback_data"):
        if len(str(data).encode()) > DATA_LIMIT:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    elif not any(kind in button for kind in ("switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat")):
        raise Refused(400, f"{parsing}Text buttons are unallowed in the inline keyboard")


def _given(text: str, entities: list[Any]) -> list[Json]:
    """Entities that the bot gave itself, without those it may not give."""
    length = units(text)
    taken = []
    for one in entities:
        if not isinstance(one, dict) or not isinstance(one.get("offset"), int) or not isinstance(one.get("length"), int):
            raise Refused(400, "Bad Request: can't parse MessageEntity: expected an Object with offset and length")
        if one.get("type") not in _TYPES.values():
            raise Refused(400, "Bad Request: can't parse MessageEntity: Unsupported type specified")
        if one["type"] not in _FOUND and one["offset"] >= 0 and one["offset"] + one["length"] <= length and one["length"] > 0:
            taken.append(one)
    return taken


def _entity(one: Json) -> Json:
    kind = one["type"]
    name = kind["@type"].removeprefix("textEntityType")
    told = {"offset": one["offset"], "length": one["length"], "type": _TYPES[name]}
    match name:
        case "TextUrl":
            return told | {"url": kind["url"]}
        case "PreCode":
            return told | {"language": kind["language"]}
        case "CustomEmoji":
            return told | {"custom_emoji_id": kind["custom_emoji_id"]}
        case "MentionName":
            return told | {"user": {"id": kind["user_id"], "is_bot": False, "first_name": "Somebody"}}
        case "DateTime":
            return told | {"unix_time": kind["unix_time"], "date_time_format": _letters(kind["formatting_type"])}
        case _:
            return told


def _letters(kind: Json | None) -> str:
    """How a moment is to be shown, in the letters of the tag."""
    if kind is None:
        return ""
    if kind["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    letters = ("t", kind["time_precision"]), ("d", kind["date_precision"])
    shown = {letter: precision["@type"].removeprefix("dateTimePartPrecision") for letter, precision in letters}
    chosen = [letter.upper() if shown[letter] == "Long" else letter for letter in "dt" if shown[letter] != "None"]
    return "".join((["w"] if kind["show_day_of_week"] else []) + chosen)


def _with_found(text: str, marked: list[Json]) -> list[Json]:
    closed = [(one["offset"], one["offset"] + one["length"]) for one in marked if one["type"] in _CLOSED]
    more = [
        one for one in found(text)
        if one["type"] in _FOUND and not any(one["offset"] < end and begin < one["offset"] + one["length"] for begin, end in closed)
    ]  # fmt: skip
    return sorted([*marked, *more], key=lambda one: (one["offset"], -one["length"]))


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without blanks at the ends; at the beginning only those before the first entity."""
    first = min((one["offset"] for one in entities), default=len(text))
    lead = min(len(text) - len(text.lstrip(" \n")), first) if text.strip(" \n") else len(text)
    cut = text[lead:].rstrip(" \n")
    length = units(cut)
    kept = []
    for one in entities:
        offset = one["offset"] - lead
        if (size := min(one["length"], length - offset)) > 0:
            kept.append(one | {"offset": offset, "length": size})
    return cut, kept


def _lowered(words: str) -> str:
    """As telegram-bot-api begins what TDLib says, unless it is a code in capitals."""
    return words if len(words) > 1 and (words[1] == "_" or words[1].isupper()) else words[:1].lower() + words[1:]
