"""One answer from its beginning to its end, for a program that leaves afterwards: text, document, and the work that it announces."""

import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from bot.commands.desk import Answer, Document
from bot.core.message import Message, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.languages import translated
from bot.platforms.console.files import save
from bot.platforms.console.output import Printer
from bot.platforms.console.progress import Progress

Keep: TypeAlias = Callable[[Document], Awaitable[str | None]]
"""Puts a document where it belongs; gives the sentence that says where, None when the document was all there is to show."""


async def deliver(answer: Answer, printer: Printer, keep: Keep | None = None) -> Answer:
    """Show an answer, and what follows it once its work is done; gives the last answer, by which the whole is judged.

    An answer that only announces work is not shown but as the title of a progress bar: who waits wants the outcome. A document is saved
    in the working directory unless `keep` puts it elsewhere; scripts, which read facts, get one only then.
    Raises SluglineError when the work fails or a document cannot be written.
    """
    while answer.work is not None:
        with _Bar(sentences(translated(answer.message, printer.language))) as bar:
            answer = await answer.work(bar.reach)
    if answer.document is not None and (keep or not printer.as_json):
        told = await (keep or beside)(answer.document)
        if told is None:
            return answer
        answer = with_place(answer, told)
    printer.answer(answer)
    return answer


class _Bar(ExitStack):
    """A progress bar from the first step that is told: work that tells none may show bars of its own."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._progress: Progress | None = None

    def reach(self, done: int, total: int) -> None:
        """Say how many steps are done, of how many."""
        if self._progress is None:
            self._progress = self.enter_context(Progress(sys.stderr, self._title))
        self._progress.reach(done, total)


async def beside(document: Document) -> str:
    """Save a document in the working directory, under a free name."""
    return phrase("Saved as {path}.", path=str(await save(document, Path())))


def with_place(answer: Answer, told: str) -> Answer:
    """Let an answer say where its document went."""
    blocks = (*answer.message.blocks, Paragraph((Text(told, Style.QUIET),)))
    return replace(answer, message=Message(blocks, answer.message.actions))


def sentences(message: Message) -> str:
    """Give the running text of a message as one line."""
    lines = [block.line for block in message.blocks if isinstance(block, Paragraph)]
    return " ".join("".join(span.text for span in line if isinstance(span, Text)) for line in lines)
