"""A JSON file that holds one article, to that article; what its text holds besides text is judged in `document`."""

import json
import math
import re
from collections import Counter
from typing import Any, Final

from bot.core.model import Content, Format, Refused
from bot.sources.parsing.blocks import blocks_of
from bot.sources.parsing.characters import readable
from bot.sources.parsing.document import content_of
from bot.sources.parsing.front_matter import Fields, meaning, take
from bot.sources.parsing.html_file import plain_lines

_EXPECTED: Final = "; an object with a title and a text would be read"
_MARKUP: Final = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|a|strong|em|b|i|span|blockquote|figure|img|article|section)\b[^<>]{0,2000}>", re.IGNORECASE
)
# What a field must hold to be one; of the others, what cannot be read is left out.
_TYPES: Final[dict[str, tuple[type, ...]]] = {"title": (str,), "text": (str, list), "url": (str,), "published": (str, int, float)}
_KINDS: Final = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number", str: "a text"}


class _Unfit(ValueError):
    """What the JSON holds is well formed and still no article."""


def parse_json(text: str) -> Content | Refused:
    """The article in a JSON text: an object with its fields under their usual names, its text plain, HTML or a list of paragraphs."""
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer)
        return _article(found)
    except RecursionError:
        return Refused(reason=f"the JSON is nested too deeply for an article{_EXPECTED}")
    except json.JSONDecodeError as error:
        cut = error.msg.startswith("Unterminated") or (error.pos >= len(text.rstrip()) and error.msg != "Extra data")
        what = "the JSON ends in the middle: the file is half-written or was cut off" if cut else f"the JSON cannot be read: {error.msg}"
        return Refused(reason=f"{what} (line {error.lineno}, column {error.colno}){_EXPECTED}")
    except _Unfit as error:
        return Refused(reason=f"{error}{_EXPECTED}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _Unfit(f"the JSON names “{readable(twice)[:60]}” twice in one object, and only one of them can be meant")
    return found


def _constant(name: str) -> float:
    raise _Unfit(f"the JSON holds {name}, which is no JSON number")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _Unfit(f"the JSON holds a number that is too large ({digits[:20]})")
    return value


def _integer(digits: str) -> int:
    if len(digits) > 30:
        raise _Unfit(f"the JSON holds a number that is too large ({digits[:20]}…)")
    return int(digits)


def _article(found: Any) -> Content | Refused:
    if isinstance(found, list):
        raise _Unfit(f"the JSON is a list of {len(found)} items, but one file is one article: write each item into a file of its own")
    if not isinstance(found, dict):
        raise _Unfit(f"the JSON is {_KINDS.get(type(found), 'null')}, not an article")
    fields = Fields()
    texts: dict[str, str] = {}
    for key, value in _unwrapped(found).items():
        name = meaning(key)
        if name is None or value is None:
            continue
        fit = _fit(key, name, value)
        if name in {"text", "summary"}:
            # Of several texts the longest is the whole one.
            texts[name] = max(texts.get(name, ""), _text(key, fit), key=len)
        else:
            take(fields, key, _plain(fit) if name == "title" else fit)
    text = texts.get("text") or texts.get("summary") or ""
    if not text.strip():
        raise _Unfit("the JSON has no text (looked for text, body, content and articleBody)")
    return content_of(blocks_of(text), fields, Format.JSON, extracted=True)


def _unwrapped(found: dict[str, Any]) -> dict[str, Any]:
    """The article's own object, when it is wrapped in one that says nothing else about it."""
    inner = [
        value for key, value in found.items() if key in {"article", "data", "item", "entry", "post", "story"} and isinstance(value, dict)
    ]
    return (
        inner[0]
        if len(inner) == 1 and not any(meaning(key) == "text" and isinstance(value, str) for key, value in found.items())
        else found
    )


def _fit(key: str, name: str, value: Any) -> Any:
    """`value` when its type is one that the field may have."""
    # WordPress wraps its texts.
    fit = value["rendered"] if isinstance(value, dict) and isinstance(value.get("rendered"), str) else value
    types = _TYPES.get(name)
    if types and (not isinstance(fit, types) or isinstance(fit, bool)):
        raise _Unfit(f"“{readable(key)[:60]}” is {_KINDS.get(type(fit), 'null')} where an article has {_KINDS[types[0]]}")
    return fit


def _text(key: str, value: Any) -> str:
    match value:
        case str():
            return _plain(value)
        case list() if all(isinstance(part, str) for part in value):
            return "\n\n".join(_plain(part) for part in value)
        case list() if meaning(key) == "text":
            raise _Unfit(f"“{readable(key)[:60]}” is a list of other things than paragraphs")
        case _:
            return ""


def _plain(value: str) -> str:
    text = readable(value)
    return plain_lines(text) if _MARKUP.search(text) else text
