"""The texts of ours that can be said in another language, found in the source as translators need them: literals, and where they stand."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final

import bot
from bot.core.wording import counting

_MAKERS: Final = {"phrase": (0,), "phrases": (1, 2), "counted": (1,)}
"""Which words of a call are literals, by what is called."""

_UNREAD: Final = frozenset({"core/phrase.py", "core/wording.py:counted"})
"""What makes phrases of the literals that it is given."""


_SHOWING: Final = frozenset({"Text", "Link", "Action", "sentence", "UsageError"})
"""What shows its first word to a person."""

_NO_WORDS: Final = re.compile(r"/[a-z]+(?: [a-z]+ [a-z]+(?:\|[a-z]+)+)?|Slugline")
_WORD: Final = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, with that for many where it counts, and where it stands."""

    one: str
    many: str | None
    place: str


def patterns_of(source: str, name: str) -> Iterator[Pattern | str]:
    """Give the patterns of one file, and the places of calls in which no translator finds any because they give no literal."""
    tree = ast.parse(source)
    unread = {
        id(call) for each in tree.body if isinstance(each, ast.FunctionDef) and f"{name}:{each.name}" in _UNREAD for call in ast.walk(each)
    }
    for node in ast.walk(tree):
        if id(node) in unread or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _MAKERS:
            continue
        place = f"{name}:{node.lineno}"
        given = [node.args[at] if at < len(node.args) else None for at in _MAKERS[node.func.id]]
        texts = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if len(texts) < len(given):
            yield place
        elif node.func.id == "counted":
            yield Pattern(*counting(texts[0]), place)
        else:
            yield Pattern(texts[0], texts[1] if len(texts) > 1 else None, place)


def patterns() -> Iterator[Pattern | str]:
    """Give those of the whole program."""
    for name, source in sources():
        if name not in _UNREAD:
            yield from patterns_of(source, name)


def sources() -> Iterator[tuple[str, str]]:
    """Give every file of the program by its name."""
    root = Path(bot.__file__).parent
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix(), path.read_text("utf-8")


def values_in(pattern: str) -> set[str]:
    """Give the names of the values that a pattern takes."""
    return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}


def says_something(pattern: str) -> bool:
    """Tell whether a pattern has a word of its own, and not only values and signs between them."""
    return any(character.isalpha() for text, _, _, _ in Formatter().parse(pattern) for character in text)


def plain_texts(source: str, name: str) -> Iterator[str]:
    """Give the places where words of ours are shown that nobody can say in another language; commands and our name are no words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SHOWING:
            shown = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "asks")]
            if any(_WORD.search(_NO_WORDS.sub("", text)) for each in shown for text in _literals(each)):
                yield f"{name}:{node.lineno}"


def _literals(node: ast.expr) -> Iterator[str]:
    """Give the literal text in what is shown, if it is plain: not that inside of a call, which makes something of it."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "…" for part in parts)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from _literals(one)
            yield from _literals(other)
        case ast.BoolOp(values=some):
            for each in some:
                yield from _literals(each)
        case _:
            return
