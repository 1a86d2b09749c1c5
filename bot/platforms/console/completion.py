"""What the terminal offers while somebody types: commands, numbers of events and feeds, paths of files."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from typing import Final, TypeAlias

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from bot.commands.desk import Command
from bot.core.errors import SluglineError
from bot.core.feeds.feed import FullText
from bot.core.phrase import phrase
from bot.languages import ENGLISH, say
from bot.platforms.console.neutral import neutral

Numbers: TypeAlias = Callable[[str], Awaitable[Sequence[tuple[int, str]]]]
"""Gives numbers with the name of what they stand for, those that fit what is typed so far. Raises SluglineError."""

_TAKING_EVENTS: Final = ("/event", "/sources", "/timeline", "/why", "/follow", "/mute", "/merge", "/split", "/history")
_TAKING_ALL: Final = ("/pause", "/resume", "/check", "/fulltext")
_FEED: Final = re.compile(r"(?:/removesource|/pause|/resume|/fulltext|/check|/sources\s+feed)\s+(?P<typed>.*)", re.IGNORECASE | re.DOTALL)
"""A command that takes a feed, and what is typed of it: a name may have blanks."""

_NAMED: Final = re.compile(r"(?:#?\d+|all)\s.*", re.IGNORECASE | re.DOTALL)
"""The feed stands there already, and what follows is something else."""

_NAME: Final = 60
"""Characters of a headline or name beside its number in the menu of completions."""


class Completions(Completer):
    """Completes names of commands, and what follows those that take a number, a path or a word."""

    def __init__(self, commands: Sequence[Command], events: Numbers, feeds: Numbers, language: Callable[[], str] = lambda: ENGLISH) -> None:
        self._summaries = {f"/{command.name}": command.summary for command in commands} | {"/quit": phrase("Leave")}
        self._language = language
        self._events = events
        self._feeds = feeds
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Complete the name of a command, a path or a fixed word; numbers need the database and come asynchronously."""
        typed = document.text_before_cursor.lstrip()
        name, gap, rest = typed.partition(" ")
        if not gap:
            for each, summary in self._summaries.items():
                if each.startswith(typed.casefold() or "/"):
                    yield Completion(each, start_position=-len(typed), display_meta=say(summary, self._language()))
        elif name.casefold() == "/import":
            yield from self._paths.get_completions(Document(rest), complete_event)
        elif name.casefold() == "/fulltext" and " " in rest:
            word = rest.rpartition(" ")[2]
            yield from (Completion(each, start_position=-len(word)) for each in FullText if each.startswith(word))
        elif name.casefold() in _TAKING_ALL and rest and "all".startswith(rest.casefold()):
            yield Completion("all", start_position=-len(rest))

    async def get_completions_async(self, document: Document, complete_event: CompleteEvent) -> AsyncGenerator[Completion, None]:
        """Complete what `get_completions` does, and numbers of events and feeds."""
        for completion in self.get_completions(document, complete_event):
            yield completion
        line = document.text_before_cursor.lstrip()
        name, gap, typed = line.rpartition(" ")
        if gap and name.strip().casefold() in _TAKING_EVENTS and (not typed or typed.isdecimal()):
            found = await _found(self._events, typed)
        elif (match := _FEED.fullmatch(line)) and not _NAMED.fullmatch(typed := match["typed"]):
            found = await _found(self._feeds, typed)
        else:
            return
        for number, told in found:
            yield Completion(str(number), start_position=-len(typed), display_meta=neutral(told)[:_NAME])


async def _found(numbers: Numbers, typed: str) -> Sequence[tuple[int, str]]:
    try:
        return await numbers(typed)
    except SluglineError:
        # Nobody asked a question: a message in the middle of a half-typed line would only be in the way. The command will say it.
        return ()
