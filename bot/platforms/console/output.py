"""Where the terminal's answers go: laid out for people, or as JSON for scripts."""

import os
import sys
from datetime import tzinfo

from bot.commands.desk import Answer
from bot.core.message import Message
from bot.platforms.console.facts import to_json
from bot.platforms.console.neutral import neutral
from bot.platforms.console.render import render
from bot.platforms.console.screen import screen_of


class Printer:
    """Writes answers to standard output and complaints to standard error; `as_json` writes facts instead of messages."""

    def __init__(self, zone: tzinfo, *, as_json: bool = False) -> None:
        self._zone = zone
        self._as_json = as_json

    def answer(self, answer: Answer) -> None:
        """Show an answer; one that has no facts, such as a question not understood, is a complaint where JSON is expected."""
        if not self._as_json:
            self.message(answer.message)
        elif answer.facts is not None:
            sys.stdout.write(to_json(answer.facts) + "\n")
        else:
            sys.stderr.write(render(answer.message, screen_of(sys.stderr, os.environ, self._zone)))

    def message(self, message: Message) -> None:
        """Show a message for people. The width is looked up each time: windows change."""
        sys.stdout.write(render(message, screen_of(sys.stdout, os.environ, self._zone)))
        sys.stdout.flush()

    def title(self, text: str) -> None:
        """Set an answer apart from the one before; scripts get none."""
        if not self._as_json:
            sys.stdout.write(f"\n› {text}\n\n")


def complain(text: str) -> None:
    """Say on standard error what went wrong; line breaks stay, nothing else may move the cursor."""
    sys.stderr.write("".join(f"slugline: {neutral(line)}\n" for line in text.splitlines()))
