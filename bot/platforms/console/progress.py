"""How far a long work is, on a terminal's standard error; silent everywhere else."""

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from bot.platforms.console.neutral import neutral


class Progress:
    """A bar while the context lasts; it disappears afterwards, so that a log or an answer stands alone."""

    def __init__(self, stream: TextIO, description: str) -> None:
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            console=Console(file=stream, force_terminal=stream.isatty(), legacy_windows=False),
            transient=True,
            disable=not stream.isatty(),
        )
        self._description = neutral(description)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        self._task = self._bars.add_task(self._description, total=None)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bars.stop()

    def expect(self, total: int) -> None:
        """Say how many steps there are, once that is known or when it changes."""
        if self._task is not None:
            self._bars.update(self._task, total=total)

    def advance(self, steps: int = 1) -> None:
        """Note that steps are done."""
        if self._task is not None:
            self._bars.advance(self._task, steps)

    def reach(self, done: int, total: int) -> None:
        """Say how many steps are done in all, and how many there are; 0 while that is not known."""
        if self._task is not None:
            self._bars.update(self._task, completed=done, total=total or None)
