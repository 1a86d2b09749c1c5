"""Fields that somebody wrote above an article: front matter, `Key: value` lines, a ` date …` header; no text is judged here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any, Final

from bot.core.text.dates import field_date, mentions
from bot.sources.parsing.characters import one_line
from bot.sources.parsing.desk_line import desk_line

_FENCE: Final = re.compile(r"\s*(---|\+\+\+)[ \t]*\n")
_CLOSE: Final = {"---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE), "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)}
_LONGEST: Final = 20_000
_HEADER: Final = re.compile(r"\s*date[:\s]\s{0,10}(\d{4}-\d{1,2}-\d{1,2}\S{0,25})(?:[ \t]+|\n|$)", re.IGNORECASE)
_LINE: Final = re.compile(r"[ \t]*[\"']?([A-Za-z_][A-Za-z_ .\-]{0,25}?)[\"']?[ \t]*[:=][ \t]*(\S.{0,600})")

_MEANINGS: Final = {
    "title": "title headline",
    "text": "text body content articlebody article fulltext maintext contenthtml contenttext bodytext story",
    "url": "url link originalurl sourceurl canonicalurl canonical permalink externalurl articleurl",
    "outlet": "outlet publisher source sitename site publication sourcename newspaper website",
    "published": "published datepublished publishedat publishedon publisheddate publishedtime publicationdate pubdate publishdate date "
    "datetime timestamp created createdat datecreated posted",
    "author": "author authors byline creator writer by",
    "language": "language lang inlanguage locale",
    "agency": "agency wire newsagency",
    "summary": "description summary subtitle standfirst lead excerpt abstract teaser",
}
NAMES: Final = {name: meant for meant, names in _MEANINGS.items() for name in names.split()}
"""The usual names of fields, letters only and in lower case, and what they mean here."""


@dataclass(slots=True, kw_only=True)
class Fields:
    """What was said explicitly; empty strings are not kept. `when` is a day and, if it was said with a zone, the moment."""

    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    agency: str | None = None
    language: str | None = None
    when: tuple[date, datetime | None] | None = None


def meaning(key: str) -> str | None:
    """What a field's name means: a key of the table above, None when nothing."""
    return NAMES.get(re.sub(r"[^a-z]", "", key.casefold().rpartition(":")[2]))


def split_fields(text: str) -> tuple[Fields, str]:
    """The fields above an article, and the article below them. Front matter that cannot be read is taken off and says nothing."""
    fields, rest = _fenced(text)
    if fields is None:
        fields, rest = Fields(), text
    header = _HEADER.match(rest)
    if header:
        fields.when = fields.when or field_date(header[1])
        moment = next(mentions(rest[header.start(1) : header.end() + 40]), None)
        if moment and moment.start == 0 and moment.at and fields.when:
            fields.when = (moment.day, moment.at)
            return fields, rest[header.start(1) + moment.end :].lstrip(" \t)")
        return fields, rest[header.end() :]
    return fields, _labelled(rest, fields)


def take(fields: Fields, key: str, value: Any) -> bool:
    """Keep `value` under what `key` means, if that is not known yet; false when the key means nothing to us."""
    name = meaning(key)
    if name is None or name in {"text", "summary"}:
        return False
    if name == "published":
        fields.when = fields.when or _when(value)
        return True
    said = one_line(_words(value))[:1000]
    if said and getattr(fields, name) is None:
        setattr(fields, name, said)
    return True


def _words(value: Any) -> str:
    """A name, several names, or an object that has one, as a line."""
    match value:
        case str():
            return value
        case list():
            return ", ".join(filter(None, (_words(item) for item in value[:20])))
        case {"name": str(name)} | {"title": str(name)}:
            return name
        case int() | float() if not isinstance(value, bool):
            return str(value)
        case _:
            return ""


def _when(value: Any) -> tuple[date, datetime | None] | None:
    match value:
        case bool():
            return None
        case datetime():
            return field_date(value.isoformat())
        case date():
            return field_date(value.isoformat())
        case str() | int() | float():
            return field_date(value)
        case _:
            return None


def _fenced(text: str) -> tuple[Fields | None, str]:
    fence = _FENCE.match(text)
    if not fence:
        return None, text
    close = _CLOSE[fence[1]].search(text, fence.end(), fence.end() + _LONGEST)
    if not close:
        return None, text
    inner = text[fence.end() : close.start()]
    pairs = _yaml(inner) if fence[1] == "---" else None
    fields = Fields()
    if pairs is None:
        # Not YAML: an unquoted colon in a title is enough. Its simple lines are still worth reading.
        pairs = {found[1]: found[2].strip().strip("\"'") for line in inner.split("\n") if (found := _LINE.fullmatch(line))}
    for key, value in pairs.items():
        take(fields, str(key), value)
    # Two rules around ordinary text are no front matter.
    lines = [line for line in inner.split("\n") if line.strip()]
    keyed = all(_LINE.fullmatch(line) or line[0] in " \t-#" or line.rstrip().endswith(":") for line in lines)
    return (fields, text[close.end() :]) if keyed else (None, text)


def _yaml(text: str) -> Mapping[Any, Any] | None:
    # Imported here because few files have front matter. BaseLoader builds strings only: nothing a file says can run or surprise.
    yaml = import_module("yaml")
    # An alias repeats what an anchor holds; a few lines of them are a bomb.
    if re.search(r"(?:^|[\s\[,:])[&*]\w", text):
        return None
    try:
        found = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _labelled(text: str, fields: Fields) -> str:
    """Take `Title: …`, `Date: …`, `Source: …` lines off the top; two of them at least, or one that can hardly be text (URL, date)."""
    taken = 0
    position = 0
    found_fields = Fields()
    sure = False
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end]
        if line.strip():
            found = _LINE.fullmatch(line) if len(line) < 700 else None
            desk = desk_line(line)
            # `Published: 8 March 2025 | The Harbour Paper` says more than a field; it is left to be read as a line.
            if not found or (desk and desk.names) or not take(found_fields, found[1], found[2].strip().strip("\"'")):
                break
            taken += 1
            sure = sure or meaning(found[1]) == "url" or (meaning(found[1]) == "published" and found_fields.when is not None)
        elif taken == 0 and position > 200:
            break
        position = end + 1
    if taken == 0 or (taken == 1 and not sure):
        return text
    for name in ("title", "url", "outlet", "author", "agency", "language", "when"):
        if getattr(fields, name) is None:
            setattr(fields, name, getattr(found_fields, name))
    return text[position:]
