"""The data behind an answer as JSON, for scripts and for people who pipe it, harmless for a terminal; so is the XML of a document."""

import json
import re
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

# Legal inside a JSON string but not on a terminal: C1 controls, line separators, bidirectional and zero-width controls, lone surrogates.
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def to_json(facts: object) -> str:
    """Write facts as indented JSON: text as it is, times as 2024-12-27T04:51:00Z, days as 2024-12-27, lengths of time as seconds.

    What could disturb a terminal is escaped.
    """
    text = json.dumps(_data(facts), ensure_ascii=False, indent=2, default=_written)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def references(xml: str) -> str:
    """Write what could disturb a terminal as references: the same XML wherever it stands in text or attributes."""
    return _UNPRINTABLE.sub(lambda match: f"&#x{ord(match[0]):x};", xml)


def _data(facts: object) -> object:
    if is_dataclass(facts) and not isinstance(facts, type):
        return asdict(facts)
    if isinstance(facts, dict):
        return {name: _data(each) for name, each in facts.items()}
    return [_data(each) for each in facts] if isinstance(facts, tuple | list) else facts


def _written(value: object) -> str | float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"An answer holds {type(value).__name__}, which has no form in JSON.")
