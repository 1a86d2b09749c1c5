"""The languages that Slugline speaks, and messages said in them; the texts stand where they are needed, translations in `locales`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from types import MappingProxyType
from typing import Final, TypeAlias

from babel.dates import get_month_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from bot.core.message import Block, Fold, Heading, Line, Link, Listing, Message, Paragraph, Span, Table, Text
from bot.core.phrase import Foreign, Say, Written, said

_Tell: TypeAlias = Callable[[str], str]

ENGLISH: Final = "en"
"""What everything is written in."""

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({ENGLISH: "English", "uk": "Українська"})
"""Names of the languages, each in itself, by ISO 639-1."""


def spoken(language: str | None) -> str:
    """Give the language that somebody is answered in who asks for this one: English where it is not spoken; "uk-UA" is "uk"."""
    short = (language or ENGLISH).partition("-")[0].casefold()
    return short if short in LANGUAGES else ENGLISH


def say(text: str, language: str | None) -> str:
    """Say a text of ours in a language; what is no phrase stays as it is."""
    return _teller(spoken(language), str)(text)


def month(number: int, language: str | None) -> str:
    """Name a month, 1 to 12, in few letters and as it stands beside a day."""
    return _months(spoken(language))[number - 1]


def translated(message: Message, language: str | None, foreign: Foreign = str) -> Message:
    """Say a message in a language; nothing in what is given back is a phrase any more.

    Whatever in its blocks is not of ours goes through `foreign`, so that a platform can tell the words of the world from its own.
    """
    tell, label = _teller(spoken(language), foreign), _teller(spoken(language), str)
    actions = tuple(replace(action, label=label(action.label), asks=label(action.asks)) for action in message.actions)
    return replace(message, blocks=tuple(_block(block, tell) for block in message.blocks), actions=actions)


def _block(block: Block, tell: _Tell) -> Block:
    match block:
        case Heading(line):
            return Heading(_line(line, tell))
        case Paragraph(line):
            return Paragraph(_line(line, tell))
        case Listing(items):
            return replace(block, items=tuple(_lines(item, tell) for item in items))
        case Fold(summary, lines):
            return Fold(_line(summary, tell), _lines(lines, tell))
        case Table(columns, rows):
            return Table(tuple(map(tell, columns)), tuple(_lines(row, tell) for row in rows))


def _lines(lines: tuple[Line, ...], tell: _Tell) -> tuple[Line, ...]:
    return tuple(_line(line, tell) for line in lines)


def _line(line: Line, tell: _Tell) -> Line:
    return tuple(_span(span, tell) for span in line)


def _span(span: Span, tell: _Tell) -> Span:
    match span:
        case Text(text, style):
            return Text(tell(text), style)
        case Link(text, url, style):
            return Link(tell(text), url, style)
        case moment:
            return moment


@cache
def _teller(language: str, foreign: Foreign) -> _Tell:
    if language != ENGLISH:
        return partial(said, say=_sayer(language), written=_written(language), foreign=foreign)
    # A phrase is English already: a plain string is made of it, and anew only where there is something foreign to be changed.
    return str if foreign is str else partial(said, say=_english, written=_as_it_is, foreign=foreign)


def _sayer(language: str) -> Say:
    catalog = _catalog(language)

    def say_pattern(one: str, many: str | None, count: int) -> str:
        return catalog.gettext(one) if many is None else catalog.ngettext(one, many, count)

    return say_pattern


def _english(one: str, many: str | None, count: int) -> str:
    return one if many is None or count == 1 else many


def _as_it_is(value: float) -> float:
    return value


@cache
def _months(language: str) -> tuple[str, ...]:
    names = get_month_names("abbreviated", locale=language)
    return tuple(names[number] for number in range(1, 13))


class _Number:
    """A number that formats itself as Python does, but for the signs between and behind its digits."""

    def __init__(self, value: float, signs: Mapping[int, str]) -> None:
        self._value, self._signs = value, signs

    def __format__(self, how: str) -> str:
        return format(self._value, how).translate(self._signs)


def _written(language: str) -> Written:
    signs = str.maketrans({",": get_group_symbol(language), ".": get_decimal_symbol(language)})
    return lambda value: _Number(value, signs)


def _catalog(language: str) -> GNUTranslations:
    """Read the translations of a language; gettext reads what babel compiles, so that no binary file is kept."""
    text = files("bot").joinpath("locales", f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text), locale=language, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
