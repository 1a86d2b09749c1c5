"""Texts of ours that can be said in another language: English strings that remember their pattern and what was put into it.

To everybody who does not ask, a phrase is the English text. Which languages there are is known in `bot.languages`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Self, TypeAlias

Say: TypeAlias = Callable[[str, str | None, int], str]
"""Gives the pattern of another language for an English one; with the pattern for many and their number where the text counts something."""


Written: TypeAlias = Callable[[int | float], object]
"""Gives what formats itself as a number is written in another language."""


Foreign: TypeAlias = Callable[[str], str]
"""Gives a text of the world, or of a person, as a platform can show it beside texts of ours."""


class Phrase(str):
    """An English text; `pattern.format_map(values)`, or with `many` instead of `pattern` where `number` is not 1.

    The values come from the world or are phrases themselves. A phrase that becomes part of an f-string stays English: put it into a value.
    """

    __slots__ = ("many", "number", "pattern", "values")

    pattern: str
    many: str | None
    number: int
    values: Mapping[str, object]

    def __new__(cls, pattern: str, many: str | None, number: int, values: Mapping[str, object]) -> Self:
        """Put the values into the pattern."""
        self = super().__new__(cls, (pattern if many is None or number == 1 else many).format_map(values))
        self.pattern, self.many, self.number, self.values = pattern, many, number, values
        return self

    def __reduce__(self) -> tuple[type["Phrase"], tuple[str, str | None, int, Mapping[str, object]]]:
        """Let a phrase be copied, and sent to another process, as what it is."""
        return Phrase, (self.pattern, self.many, self.number, self.values)


def phrase(pattern: str, /, **values: object) -> Phrase:
    """Say something: `phrase("There is no /{name}.", name=name)`. The pattern is a literal, by which translations are looked up."""
    return Phrase(pattern, None, 1, values)


def phrases(count: int, one: str, many: str, /, **values: object) -> Phrase:
    """Say something that counts: `phrases(3, "{count} report", "{count:,} reports")`."""
    return Phrase(one, many, count, {"count": count} | values)


def verbatim(text: str) -> Phrase:
    """Give a text of ours that is the same in every language, such as a command line that the reader can say."""
    return Phrase(text.replace("{", "{{").replace("}", "}}"), None, 1, {})


def joined(separator: str, parts: Sequence[str]) -> str:
    """Join phrases, as `separator.join` does, so that each can still be said in another language; the separator has no letters."""
    if not any(isinstance(part, Phrase) for part in parts):
        return separator.join(parts)
    names = [f"part{number}" for number in range(len(parts))]
    literal = separator.replace("{", "{{").replace("}", "}}")
    return Phrase(literal.join(f"{{{name}}}" for name in names), None, 1, dict(zip(names, parts, strict=True)))


def said(text: str, say: Say, written: Written, foreign: Foreign = str) -> str:
    """Say a text in another language, with all phrases inside and numbers as they are `written` there; what is no phrase is `foreign`."""
    if not isinstance(text, Phrase):
        return foreign(text)
    values = {name: _value(value, say, written, foreign) for name, value in text.values.items()}
    return say(text.pattern, text.many, text.number).format_map(values)


def _value(value: object, say: Say, written: Written, foreign: Foreign) -> object:
    if isinstance(value, str):
        return said(value, say, written, foreign)
    return written(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
