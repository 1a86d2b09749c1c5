"""Which filters of many an event matches, in one pass over its text, and why one does not; how filters are typed is in `filters`.

The words of all filters are found at once (Aho and Corasick 1975), and only filters that can match for what was found are looked at. So an
event costs what its text and its hits cost, however many words the filters have.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar, assert_never

from ahocorasick_rs import AhoCorasick

from bot.core.chats.filter_terms import (
    Clause,
    Either,
    Every,
    Filter,
    Group,
    Language,
    Outlet,
    Part,
    Pattern,
    Reports,
    Sign,
    Term,
    Words,
    terms,
)
from bot.core.text.literal import row_of
from bot.core.text.patterns import compiled, searchable
from bot.core.wording import counted

K = TypeVar("K")

NAMED: Final = 3
"""Words that a reason names; further ones are counted."""

LONGEST_NAMED: Final = 80
"""Characters of what a reason quotes from a filter."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What of an event filters are compared with; `reports` counts independent ones, `languages` are ISO 639."""

    title: str
    text: str
    outlets: frozenset[str]
    reports: int
    languages: frozenset[str]


class Matcher(Generic[K]):
    """Many filters, ready to be compared with event after event; takes 0.1 s for 10,000 words, so keep it while the filters stay."""

    def __init__(self, filters: Mapping[K, Filter]) -> None:
        self._filters = filters
        self._finder = _Finder(word.row for each in filters.values() for word in terms(each.root) if isinstance(word, Words))
        self._always: list[K] = []
        self._by_row: defaultdict[str, list[K]] = defaultdict(list)
        for key, each in filters.items():
            rows = None if each.root is None else _needed(each.root)
            if rows is None:
                self._always.append(key)
            for row in rows or ():
                self._by_row[row].append(key)

    def matches(self, subject: Subject) -> frozenset[K]:
        """Give the filters that an event matches. CPU work: some milliseconds, and as much again for each hostile expression."""
        view = _View(subject, self._finder)
        possible = dict.fromkeys((*self._always, *(key for row in view.rows for key in self._by_row.get(row, ()))))
        return frozenset(key for key in possible if _holds(self._filters[key].root, view))


def reason(one: Filter, subject: Subject) -> str:
    """Say in words for a reader why an event does not match a filter; empty when it does."""
    view = _View(subject, _finder(one))
    return "" if one.root is None or _holds(one.root, view) else _lack(one.root, view)


class _Finder:
    """Finds all of many rows of words in a text at once."""

    def __init__(self, rows: Iterable[str]) -> None:
        self._rows = list(dict.fromkeys(rows))
        self._automaton = AhoCorasick(self._rows)

    def found(self, text: str) -> frozenset[str]:
        """Give those that the text has; rows begin and end with the blank between words, hence the overlap."""
        return frozenset(self._rows[index] for index in {hit[0] for hit in self._automaton.find_matches_as_indexes(text, overlapping=True)})


@lru_cache(maxsize=16)
def _finder(one: Filter) -> _Finder:
    """The finder of one filter, remembered, because a digest explains one filter for many events. Some MB for 10,000 words."""
    return _Finder(word.row for word in terms(one.root) if isinstance(word, Words))


@lru_cache(maxsize=128)
def _row(subject: Subject) -> str:
    """Title and text as rows of words, remembered, because a digest explains many filters for few events.

    Two blanks stand between title and text, so that no phrase reaches across.
    """
    return row_of(subject.title) + row_of(subject.text)


class _View:
    """An event as filters see it; each expression is run when it is first asked for, once."""

    def __init__(self, subject: Subject, finder: _Finder) -> None:
        self.subject = subject
        self.rows = finder.found(_row(subject))
        self.outlets = frozenset(map(_outlet_row, subject.outlets))
        self._searchable: tuple[bytes, bytes] | None = None
        self._found: dict[str, bool] = {}

    def has(self, pattern: Pattern) -> bool:
        """Tell whether an expression is in the title or in the text."""
        if pattern.source not in self._found:
            if self._searchable is None:
                self._searchable = searchable(self.subject.title), searchable(self.subject.text)
            search = compiled(pattern.source).search
            self._found[pattern.source] = any(search(text) is not None for text in self._searchable)
        return self._found[pattern.source]


@lru_cache(maxsize=1024)
def _outlet_row(name: str) -> str:
    return row_of(name)


def _holds(part: Part | None, view: _View) -> bool:
    match part:
        case None:
            return True
        case Group():
            return next(_failing(part, view), None) is None
        case Every(parts):
            return all(_holds(each, view) for each in parts)
        case Either(parts):
            return any(_holds(each, view) for each in parts)
        case _:
            return _is_there(part, view)


def _is_there(term: Term, view: _View) -> bool:
    match term:
        case Words():
            return term.row in view.rows
        case Pattern():
            return view.has(term)
        case Outlet():
            return any(_is_outlet(term, row) for row in view.outlets)
        case Reports(least):
            return view.subject.reports >= least
        case Language(code):
            return code in view.subject.languages
        case _:
            assert_never(term)


def _is_outlet(term: Outlet, row: str) -> bool:
    """Compare with the name of an outlet; The Times calls itself Times as often."""
    if term.is_exact:
        return row.removeprefix(" the ").strip() == _outlet_row(term.name).removeprefix(" the ").strip()
    return _outlet_row(term.name) in row


def _failing(group: Group, view: _View) -> Iterator[tuple[Clause, ...]]:
    """Give what keeps an event out of a group: one clause that is against it, or all those of which none is there."""
    welcome: dict[str, list[Clause]] = {}
    for clause in group.clauses:
        match clause.sign:
            case Sign.WELCOME:
                welcome.setdefault(_kind(clause.part), []).append(clause)
            case Sign.NEEDED | Sign.EXCLUDED:
                if _holds(clause.part, view) is (clause.sign is Sign.EXCLUDED):
                    yield (clause,)
    yield from (tuple(clauses) for clauses in welcome.values() if not any(_holds(clause.part, view) for clause in clauses))


def _kind(part: Part) -> str:
    """Tell of which clauses one is enough: of words, expressions and brackets together, of outlets, of languages."""
    match part:
        case Outlet():
            return "outlet"
        case Language():
            return "lang"
        case Reports(least):
            return f"min:{least}"
        case _:
            return ""


def _needed(part: Part) -> frozenset[str] | None:
    """Give words of which a text must have one to match; None when it can match without any."""
    match part:
        case Words():
            return frozenset({part.row})
        case Every(parts):
            return _fewest(map(_needed, parts))
        case Either(parts):
            return _all(map(_needed, parts))
        case Group(clauses):
            welcome = [clause.part for clause in clauses if clause.sign is Sign.WELCOME and not _kind(clause.part)]
            needed = [_needed(clause.part) for clause in clauses if clause.sign is Sign.NEEDED]
            return _fewest([*needed, _all(map(_needed, welcome)) if welcome else None])
        case Pattern() | Outlet() | Reports() | Language():
            return None
        case _:
            assert_never(part)


def _fewest(choices: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    return min((rows for rows in choices if rows is not None), key=len, default=None)


def _all(choices: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    together: set[str] = set()
    for rows in choices:
        if rows is None:
            return None
        together |= rows
    return frozenset(together)


def _lack(part: Part, view: _View) -> str:
    """Say what a part of a filter that does not hold misses."""
    match part:
        case Group():
            clauses = next(_failing(part, view))
            if clauses[0].sign is Sign.EXCLUDED:
                return f"the filter leaves out {_quoted(clauses[0].part)}"
            return _lack_of([clause.part for clause in clauses], view)
        case Every(parts):
            return next(_lack(each, view) for each in parts if not _holds(each, view))
        case Either(parts):
            return _lack_of(parts, view)
        case _:
            return _lack_of((part,), view)


def _lack_of(parts: Iterable[Part], view: _View) -> str:
    """Say that none of these is there."""
    missing = list(parts)
    first = missing[0]
    if len(missing) == 1:
        match first:
            case Group() | Every() | Either():
                return _lack(first, view)
            case Reports(least):
                return f"{counted(view.subject.reports, 'report')}, the filter asks for {least:,}"
            case Outlet():
                return f"no report is from {_quoted(first)}"
            case Language(code):
                return f"no report is in “{code}”"
            case Words() | Pattern():
                return f"{_quoted(first)} is not in it"
    named = ", ".join(map(_quoted, missing[:NAMED])) + (f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else "")
    return f"it has none of {named}"


def _quoted(part: Part) -> str:
    """Quote a part of a filter as people read it."""
    match part:
        case Words(text) | Outlet(text):
            return f"“{text}”"
        case _:
            text = str(part)
            return text if len(text) <= LONGEST_NAMED else f"{text[: LONGEST_NAMED - 1]}…"
