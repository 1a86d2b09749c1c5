"""Where the terminal's answers go: laid out for people, or as JSON for scripts."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import tzinfo
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

from bot.commands.desk import Answer, Document
from bot.core.errors import SluglineError
from bot.core.message import Message, Paragraph, Style, Text
from bot.languages import ENGLISH
from bot.platforms.console.facts import references, to_json
from bot.platforms.console.neutral import neutral
from bot.platforms.console.render import render
from bot.platforms.console.screen import Screen, screen_of

if TYPE_CHECKING:
    from bot.core.understanding.chart import Chart


class OutputLost(SluglineError):
    """Standard output takes nothing more; the `__cause__` is a BrokenPipeError when its reader has gone."""


class Printer:
    """Writes answers to standard output and complaints to standard error; `as_json` writes facts instead of messages.

    Times are those of `zone` and texts of ours in `language`, both of which may change between two answers.
    """

    def __init__(self, zone: tzinfo, *, language: str = ENGLISH, as_json: bool = False) -> None:
        self.zone = zone
        self.language = language
        self.as_json = as_json
        self._name = ""
        self._parts: dict[str, object] | None = None

    @contextmanager
    def document(self, first: str) -> Iterator[None]:
        """Make one JSON object of all that is answered inside, because that is what a script reads; people see no difference.

        Each answer stands under the title before it, the first one under `first`; one without facts is null, and complained about.
        Nothing is written when the work inside fails.
        """
        self._name, self._parts = first, {}
        try:
            yield
            if self.as_json:
                _write(to_json(self._parts) + "\n")
        finally:
            self._parts = None

    def answer(self, answer: Answer) -> None:
        """Show an answer; one that has no facts, such as a question not understood, is a complaint where JSON is expected."""
        if not self.as_json:
            self.message(answer.message)
            if answer.chart is not None:
                self.chart(answer.chart)
            return
        if answer.facts is None:
            sys.stderr.write(render(answer.message, self._screen(sys.stderr)))
        if self._parts is not None:
            self._parts[self._name] = answer.facts
        elif answer.facts is not None:
            _write(to_json(answer.facts) + "\n")

    def message(self, message: Message) -> None:
        """Show a message for people. The width is looked up each time: windows change."""
        _write(render(message, self._screen(sys.stdout)))

    def chart(self, chart: "Chart") -> None:
        """Draw what an answer tells, in letters, after a blank line."""
        draw: Callable[[Chart, Screen], str] = import_module("bot.platforms.console.chart").draw
        _write("\n" + draw(chart, self._screen(sys.stdout)))

    def _screen(self, stream: TextIO) -> Screen:
        return screen_of(stream, os.environ, self.zone, self.language)

    def whole(self, document: Document) -> None:
        """Write a document and nothing else; towards a terminal, what could disturb it is written as references of XML."""
        data = document.data
        if sys.stdout.isatty():
            data = references(data.decode(errors="replace")).encode()
        _write_bytes(data)

    def title(self, text: str) -> None:
        """Set an answer apart from the one before; in a document it names the answer, without the slash."""
        self._name = text.removeprefix("/")
        if not self.as_json:
            _write(f"\n› {text}\n\n")

    def notice(self, text: str) -> None:
        """Tell one sentence that nobody asked for."""
        self.message(Message((Paragraph((Text(text, Style.WARNING),)),)))


def _write(text: str) -> None:
    with _written_now():
        sys.stdout.write(text)


def _write_bytes(data: bytes) -> None:
    with _written_now():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextmanager
def _written_now() -> Iterator[None]:
    """Flush at the end, so that what cannot be written fails here and not when the interpreter ends."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered is let go, or the interpreter would try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputLost(f"Standard output cannot be written: {error.strerror}.") from error


def complain(text: str) -> None:
    """Say on standard error what went wrong; line breaks stay, nothing else may move the cursor."""
    sys.stderr.write("".join(f"slugline: {neutral(line)}\n" for line in text.splitlines()))
