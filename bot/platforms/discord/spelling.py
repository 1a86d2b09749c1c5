"""How commands of the catalogue are spelled on Discord, where they stand in groups; so that what we say of them can be typed there."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_GROUPS: Final = (
    ("news", ("latest", "top", "search", "event", "why", "timeline", "week")),
    ("digest", ("subscribe", "unsubscribe", "subscriptions", "time", "quiet")),
    ("server", ("threads", "adminrole", "pingrole", "defaults")),
    (
        "admin",
        tuple(
            "status errors deliveries ban allow addsource removesource pause resume check fulltext import export".split()
            + "reingest merge split undo corrections history".split()
        ),
    ),
)

SPELLED: Final[Mapping[str, str]] = MappingProxyType(
    {name: f"{group} {name}" for group, names in _GROUPS for name in names}
    | {"digest": "digest now", "digest hidden": "digest hidden", "digest preview": "digest preview"}
    | {"sources": "sources list", "sources feed": "sources feed", "sources event": "sources event"}
)
"""The commands that are spelled in another way than in the catalogue; two words where the second one makes it another command."""

_COMMAND: Final = re.compile(rf"(?<![\w/.:<])/({'|'.join(sorted(SPELLED, key=len, reverse=True))})(?![\w/])(?! list\|)")
_OF_EVENT: Final = re.compile(r"(?<![\w/.:<])/sources(?= (?:\d|ID))")


def spelled(text: str) -> str:
    """Spell the commands in a text of ours as they are typed on Discord."""
    if "/" not in text:
        return text
    text = _OF_EVENT.sub("/sources event", text.replace("/sources [", "/sources list|event ["))
    return _COMMAND.sub(lambda found: f"/{SPELLED[found[1]]}", text)
