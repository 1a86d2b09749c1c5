"""The terminal chat: a line in, an answer out, until somebody leaves; what the answers say is decided elsewhere."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout

from bot.commands.desk import Command
from bot.core.errors import SluglineError
from bot.core.message import Message, Paragraph, Style, Text
from bot.core.model import EventId
from bot.platforms.console.neutral import neutral

PROMPT: Final = "› "
LEAVING: Final = ("/quit", "/exit")
_TAKING_EVENTS: Final = ("/event", "/sources")
_HEADLINE: Final = 60
"""Characters of a headline beside its number in the menu of completions."""


async def converse(
    *,
    answer: Callable[[str], Awaitable[Message]],
    show: Callable[[Message], None],
    commands: Sequence[Command],
    events: Callable[[], Awaitable[Sequence[tuple[EventId, str]]]],
    history: Path | None,
    keyboard: Input | None = None,
    output: Output | None = None,
) -> None:
    """Read lines and answer them until Ctrl-D or /quit; Ctrl-C cancels the line.

    An answer that fails for a reason Slugline can explain is shown as that reason, and the conversation goes on. Other tasks may print
    meanwhile: standard output is redirected above the prompt. `events` gives the numbers and headlines that complete a command;
    `history` is the file of earlier lines, None to remember them for this conversation only.
    """
    session: PromptSession[str] = PromptSession(
        history=_history(history), completer=Completions(commands, events), complete_while_typing=False, input=keyboard, output=output
    )
    with patch_stdout(raw=True):
        while True:
            try:
                line = (await session.prompt_async(PROMPT)).strip()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if line.casefold() in LEAVING:
                return
            if line:
                show(await _answered(answer, line))


async def _answered(answer: Callable[[str], Awaitable[Message]], line: str) -> Message:
    try:
        return await answer(line)
    except SluglineError as error:
        return Message((Paragraph((Text(str(error), Style.WARNING),)),))


def _history(path: Path | None) -> History:
    """Open the history file for its owner alone; where it cannot be written, lines are remembered until the end only."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("ab"):
            return FileHistory(path)
    except OSError:
        return InMemoryHistory()


class Completions(Completer):
    """Completes names of commands, and numbers of events behind those that take one."""

    def __init__(self, commands: Sequence[Command], events: Callable[[], Awaitable[Sequence[tuple[EventId, str]]]]) -> None:
        self._summaries = {f"/{command.name}": command.summary for command in commands} | {"/quit": "Leave"}
        self._events = events

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Complete the name of a command; numbers of events need the database and come asynchronously."""
        del complete_event
        typed = document.text_before_cursor.lstrip()
        if " " not in typed:
            for name, summary in self._summaries.items():
                if name.startswith(typed.casefold() or "/"):
                    yield Completion(name, start_position=-len(typed), display_meta=summary)

    async def get_completions_async(self, document: Document, complete_event: CompleteEvent) -> AsyncGenerator[Completion, None]:
        """Complete the name of a command or the number of an event."""
        for completion in self.get_completions(document, complete_event):
            yield completion
        name, gap, typed = document.text_before_cursor.lstrip().partition(" ")
        if gap and name.casefold() in _TAKING_EVENTS and (not typed or typed.isdecimal()):
            for event_id, headline in await self._found():
                if str(event_id).startswith(typed):
                    yield Completion(str(event_id), start_position=-len(typed), display_meta=neutral(headline)[:_HEADLINE])

    async def _found(self) -> Sequence[tuple[EventId, str]]:
        try:
            return await self._events()
        except SluglineError:
            # Nobody asked a question: a message in the middle of a half-typed line would only be in the way. The command will say it.
            return ()


def history_file() -> Path:
    """Where earlier lines are kept: the user's state directory (XDG Base Directory Specification)."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "slugline" / "history"
