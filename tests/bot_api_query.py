"""One request to the Bot API as it came: form, multipart, JSON or in the address; what it asks for is elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from bot_api_world import Refused


@dataclass(frozen=True)
class File:
    """An uploaded file."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Query:
    """A method and its parameters, all of them text as in telegram-bot-api, with the readings that it has."""

    method: str
    values: Mapping[str, str]
    files: Mapping[str, File] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "yes", "1"}

    def json(self, name: str) -> Any:
        """Decode a parameter that is JSON; None when it is not given."""
        if not self.text(name):
            return None
        try:
            return json.loads(self.text(name))
        except ValueError:
            raise Refused(400, f"Bad Request: can't parse {name.replace('_', ' ')} JSON object") from None

    def file(self, name: str) -> File | None:
        """An uploaded file, also one that is named by attach://…"""
        return self.files.get(self.text(name).removeprefix("attach://") or name) or self.files.get(name)

    def decoded(self) -> dict[str, Any]:
        """The parameters for tests to look at: JSON, numbers and booleans decoded, texts as they are."""
        return {name: value if name in _TEXTS else _decoded(value) for name, value in self.values.items()} | dict(self.files)


_TEXTS = {
    "text",
    "caption",
    "name",
    "description",
    "short_description",
    "url",
    "secret_token",
    "callback_query_id",
    "inline_query_id",
    "parse_mode",
}


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


async def query_of(request: web.BaseRequest, method: str) -> Query:
    """Read the parameters of a request."""
    query = await _read(request, method)
    try:
        "".join(query.values.values()).encode()
    except UnicodeEncodeError:
        raise Refused(400, "Bad Request: strings must be encoded in UTF-8") from None
    return query


async def _read(request: web.BaseRequest, method: str) -> Query:
    values: dict[str, str] = dict(request.query)
    files: dict[str, File] = {}
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise Refused(400, "Bad Request: can't parse request JSON object") from None
        if not isinstance(body, dict):
            raise Refused(400, "Bad Request: Can't parse request: expected an Object")
        values |= {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items() if value is not None}
        return Query(method, values)
    for name, given in (await request.post()).items():
        if isinstance(given, web.FileField):
            files[name] = File(given.filename, given.content_type, given.file.read())
            given.file.close()
        else:
            values[name] = given if isinstance(given, str) else given.decode()
    return Query(method, values, files)
