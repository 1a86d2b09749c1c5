"""The terminal chat: a line in, an answer out, until somebody leaves; what the answers say is decided elsewhere."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout

from bot.commands.desk import Answer, Command, Work, sentence
from bot.core.errors import SluglineError
from bot.core.message import Message, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.core.task_failures import first_failure
from bot.core.understanding.chart import Chart
from bot.languages import ENGLISH, say
from bot.platforms.console.completion import Completions, Numbers
from bot.platforms.console.once import beside, with_place

PROMPT: Final = "› "
LEAVING: Final = ("/quit", "/exit")


async def converse(
    *,
    answer: Callable[[str], Awaitable[Answer]],
    show: Callable[[Message], None],
    commands: Sequence[Command],
    events: Numbers,
    feeds: Numbers,
    history: Path | None,
    language: Callable[[], str] = lambda: ENGLISH,
    draw: Callable[[Chart], None] = lambda _chart: None,
    keyboard: Input | None = None,
    output: Output | None = None,
) -> None:
    """Read lines and answer them until Ctrl-D or /quit; Ctrl-C cancels the line.

    An answer that fails for a reason Slugline can explain is shown as that reason, and the conversation goes on. Work that an answer
    announces goes on beside the conversation, its progress at the right of the prompt; who leaves stops it. Other tasks may print
    meanwhile: standard output is redirected above the prompt. `events` and `feeds` give the numbers that complete a command;
    `history` is the file of earlier lines, None to remember them for this conversation only; `language` says in which language
    commands are explained and progress is told.
    """
    works = _Works(show, language)
    session: PromptSession[str] = PromptSession(
        history=_history(history),
        completer=Completions(commands, events, feeds, language),
        complete_while_typing=False,
        rprompt=works.progress,
        input=keyboard,
        output=output,
    )
    works.changed = session.app.invalidate
    with patch_stdout(raw=True), first_failure():
        async with asyncio.TaskGroup() as tasks:
            while (line := await _line(session)) is not None:
                given = await _answered(answer, line)
                show(given.message)
                if given.chart is not None:
                    draw(given.chart)
                if given.work is not None:
                    tasks.create_task(works.run(given.work))
            works.stop()


async def _line(session: PromptSession[str]) -> str | None:
    """Read the next line that says something; None when somebody leaves."""
    while True:
        try:
            line = (await session.prompt_async(PROMPT)).strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return None
        if line:
            return None if line.casefold() in LEAVING else line


async def _answered(answer: Callable[[str], Awaitable[Answer]], line: str) -> Answer:
    try:
        return await _kept(await answer(line))
    except SluglineError as error:
        return _explained(error)


async def _kept(given: Answer) -> Answer:
    """Save what an answer hands over, and let it say where."""
    return given if given.document is None else with_place(given, await beside(given.document))


def _explained(error: SluglineError) -> Answer:
    return Answer(message=Message((Paragraph((Text(error.told, Style.WARNING),)),)), failed=True)


class _Works:
    """The work that goes on beside the conversation: each piece ends with an answer of its own."""

    def __init__(self, show: Callable[[Message], None], language: Callable[[], str]) -> None:
        self._language = language
        self.changed: Callable[[], None] = lambda: None
        self._show = show
        self._steps: dict[asyncio.Task[None], tuple[int, int]] = {}

    async def run(self, work: Work) -> None:
        """Work to the end, and to the end of the work that may follow."""
        task = asyncio.current_task()
        assert task is not None

        def reach(done: int, total: int) -> None:
            self._steps[task] = (done, total)
            self.changed()

        reach(0, 0)
        try:
            following: Work | None = work
            while following is not None:
                given = await self._finished(following, reach)
                self._show(given.message)
                following = given.work
        except asyncio.CancelledError:
            self._show(sentence(phrase("The work that was going on is stopped; what was done stays done.")).message)
            raise
        finally:
            del self._steps[task]
            self.changed()

    async def _finished(self, work: Work, reach: Callable[[int, int], None]) -> Answer:
        try:
            return await _kept(await work(reach))
        except SluglineError as error:
            return _explained(error)

    def progress(self) -> str:
        """Say how far all of it is: "120 of 2,000", "working" while the end is not known, nothing when nothing goes on."""
        if not self._steps:
            return ""
        done, total = (sum(numbers) for numbers in zip(*self._steps.values(), strict=True))
        told = phrase("{done:,} of {total:,} ", done=done, total=total) if total else phrase("working ")
        return say(told, self._language())

    def stop(self) -> None:
        """End what goes on."""
        for task in self._steps:
            task.cancel()


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


def history_file() -> Path:
    """Where earlier lines are kept: the user's state directory (XDG Base Directory Specification)."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "slugline" / "history"
