"""What Discord takes for a message, as the pages Create Message and Embed Limits of its documentation say, and what is to be read of one."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from aiohttp import web
from discord_api_faults import refusal

LONGEST: Final = MappingProxyType({"title": 256, "description": 4_096})


async def body_of(request: web.Request) -> Any:
    """Read what was sent: JSON, alone or beside files, which become the content of its attachments ("Uploading Files")."""
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return json.loads(text) if text else None
    form = await request.post()
    body = json.loads(str(form["payload_json"]))
    for attachment in body.get("attachments", ()):
        file = form[f"files[{attachment['id']}]"]
        assert isinstance(file, web.FileField)
        attachment |= {"filename": file.filename, "content": file.file.read(), "url": f"https://cdn.example/{file.filename}"}
        attachment |= {"size": len(attachment["content"]), "proxy_url": attachment["url"]}
    return body


def text_of(message: Mapping[str, Any]) -> str:
    """What is to be read of a message."""
    embeds = [part for embed in message["embeds"] for part in (embed.get("title"), embed.get("description"))]
    return "\n".join(part for part in (message["content"], *embeds) if part)


def fault_of(body: Mapping[str, Any]) -> web.Response | None:
    """What Discord has against a message."""
    content, embeds, components = body.get("content") or "", body.get("embeds") or [], body.get("components") or []
    if not (content or embeds or components or body.get("attachments")):
        return refusal(400, 50006, "Cannot send an empty message")
    errors = _of_embeds(embeds) | _of_components(components)
    if len(content) > 2_000:
        errors["content"] = "Must be 2000 or fewer in length."
    if len(str(body.get("nonce") or "")) > 25:
        errors["nonce"] = "Must be 25 or fewer in length."
    if not errors:
        return None
    told = {name: {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": text}]} for name, text in errors.items()}
    return refusal(400, 50035, "Invalid Form Body", errors=told)


def _of_embeds(embeds: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    errors = {
        f"embeds.{number}.{name}": f"Must be {most} or fewer in length."
        for number, embed in enumerate(embeds)
        for name, most in LONGEST.items()
        if len(embed.get(name) or "") > most
    }
    if len(embeds) > 10:
        errors["embeds"] = "Must be 10 or fewer in length."
    if sum(len(text_of({"content": "", "embeds": [embed]})) for embed in embeds) > 6_000:
        errors["embeds"] = "Embed size exceeds maximum size of 6000"
    return errors


def _of_components(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    ids = [each["custom_id"] for row in rows for each in row.get("components", ()) if "custom_id" in each]
    if len(rows) > 5 or any(len(row.get("components", ())) > 5 for row in rows):
        return {"components": "Must be between 1 and 5 in length."}
    return {"components": "Component custom id cannot be duplicated"} if len(set(ids)) < len(ids) else {}
