"""What Discord's clients see in a text: a reading of their markdown of our own, after what others found out about it.

Sources: Discord's pages "Message Formatting" and "Markdown Text 101", discord/SimpleAST (its open Android rules), Khan/simple-markdown, on
which the other clients rest, and jeremy-rifkin/discord-markdown, which was held against the desktop client case by case. Where those
differ, this reads what is live in any of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

TITLE, DESCRIPTION, ALL, EMBEDS, CONTENT = 256, 4_096, 6_000, 10, 2_000
LABEL, CUSTOM_ID, ROWS, IN_ROW, OPENED = 80, 100, 5, 5, 512

ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
FENCE = re.compile(r"```(.*?[^\n].*?)```", re.DOTALL)
CODE = re.compile(r"(``?)(.*?[^`].*?)(?<!`)\1(?!`)|(``?)(.*?)\3", re.DOTALL)
QUOTE = re.compile(r" *>>> (?P<all>.+)| *>(?!>>) (?P<line>[^\n]*\n?)", re.DOTALL)
HEADING = re.compile(r" *#{1,3} +(?!#)(?P<line>[^\n]+\n?)")
SMALL = re.compile(r" *-# (?!-#) *(?P<line>[^\n]+\n?)")
LIST = re.compile(r" *(?:[+*-]|\d+[.)]) +(?P<line>[^\n]+\n?)")
HREF = re.compile(r"\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"].*?['\"])?\s*\)", re.DOTALL)
ADDRESS = re.compile(r"(?:https?|steam|discord|ftp)://[^\s<]+[^<.,:;\"')\]\s]", re.IGNORECASE)
INVITATION = re.compile(
    r"discord(?:\.(?:gg|gift|new)|(?:app)?\.com/(?:invite|gifts|channels|events|template))/?\w|dis\.gd/\w", re.IGNORECASE
)
ANGLED = (
    ("mention", re.compile(r"<@[!&]?\d+>")),
    ("mention", re.compile(r"<#\d+>")),
    ("mention", re.compile(r"<id:[\w:-]+>")),
    ("mention", re.compile(r"</[^>:\n]+:\d+>")),
    ("emoji", re.compile(r"<a?:\w+:\d+>")),
    ("link", re.compile(r"<[a-z][a-z0-9+.-]*:/{0,2}[^\s<>]+>", re.IGNORECASE)),
    ("link", re.compile(r"<[^\s<>@]+@[^\s<>@]+\.[^\s<>]+>")),
    ("link", re.compile(r"<\+\d[\d ()-]+>")),
)
TIME = re.compile(r"<t:(-?\d{1,17})(?::[tTdDfFR])?>")
EVERYBODY = re.compile(r"@(?:everyone|here)\b")
EMOJI = re.compile(r":[\w~+-]+?:")
STYLES = (
    ("bold", re.compile(r"\*\*(.+?)\*\*(?!\*)", re.DOTALL)),
    ("underlined", re.compile(r"__(.+?)__(?!_)", re.DOTALL)),
    ("italic", re.compile(r"_((?:__|\\.|[^\\_])+?)_(?!\w)", re.DOTALL)),
    ("italic", re.compile(r"\*(?=\S)((?:\*\*|\\.|\s+(?:\\.|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)", re.DOTALL)),
    ("struck", re.compile(r"~~(.+?)~~", re.DOTALL)),
    ("hidden", re.compile(r"\|\|(.+?)\|\|", re.DOTALL)),
)
PLAIN = re.compile(r"\n|[0-9A-Za-z\u00c0-\uffff]|[^\n]", re.DOTALL)


@dataclass
class Reading:
    """The text that people see, and what in it looks or acts differently; times are seen as <t>."""

    text: str = ""
    found: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    def of(self, kind: str) -> list[str]:
        return [text for each, text in self.found if each == kind]

    @property
    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.found}


Rule: TypeAlias = Callable[[str, str], tuple[str, int] | None]


class _Reader:
    def __init__(self, *, code_first: bool) -> None:
        self.reading = Reading()
        early: tuple[Rule, ...] = (self._escape, self._code, self._styles) if code_first else (self._escape, self._styles, self._code)
        self.rules: tuple[Rule, ...] = (*early, self._lines, self._link, self._angled, self._live)
        self.at_start = True
        self.in_quote = False
        self.in_link = False

    def read(self, text: str) -> str:
        """Give what is seen of a text, and note the rest."""
        seen = ""
        while text:
            shown, length = self._next(text, seen)
            seen += shown
            text = text[length:]
        return seen

    def _next(self, text: str, seen: str) -> tuple[str, int]:
        for rule in self.rules:
            found = rule(text, seen)
            if found is not None:
                return found
        match = PLAIN.match(text)
        assert match is not None
        self.at_start = match[0] == "\n" or (self.at_start and match[0] == " ")
        return match[0], match.end()

    def _note(self, kind: str, text: str) -> None:
        self.reading.found.append((kind, text))

    def _escape(self, text: str, _: str) -> tuple[str, int] | None:
        match = ESCAPE.match(text)
        if match is None or (match[1] == "]" and self.in_link):
            return None
        self.at_start = False
        return match[1], match.end()

    def _styles(self, text: str, seen: str) -> tuple[str, int] | None:
        for kind, pattern in STYLES:
            match = pattern.match(text)
            if match is None or (text[0] == "_" and text[1:2] != "_" and seen[-1:].isalnum()):
                continue
            inner = self.read(match[1])
            self._note(kind, inner)
            return inner, match.end()
        return None

    def _code(self, text: str, _: str) -> tuple[str, int] | None:
        if match := FENCE.match(text):
            self._note("fence", match[1])
            return match[1], match.end()
        if (match := CODE.match(text)) and (inner := match[2] or match[4] or "").strip("`"):
            self._note("code", inner)
            self.at_start = False
            return inner, match.end()
        return None

    def _lines(self, text: str, _: str) -> tuple[str, int] | None:
        if not self.at_start or self.in_link:
            return None
        for kind, pattern in (("quote", QUOTE), ("heading", HEADING), ("small", SMALL), ("list", LIST)):
            match = pattern.match(text)
            if match is None or (kind == "quote" and self.in_quote):
                continue
            whole = match["line"] if kind != "quote" or match["line"] is not None else match["all"]
            before, self.in_quote = self.in_quote, self.in_quote or kind == "quote"
            inner = self.read(whole.rstrip("\n"))
            self.in_quote = before
            self._note(kind, inner)
            self.at_start = True
            return inner + "\n" * whole.endswith("\n"), match.end()
        return None

    def _link(self, text: str, _: str) -> tuple[str, int] | None:
        if not text.startswith("[") or self.in_link:
            return None
        depth = 0
        for place, sign in enumerate(text):
            depth += (sign == "[") - (sign == "]" and depth > 0)
            match = HREF.match(text, place + 1) if sign == "]" and not depth else None
            if match is None or not ADDRESS.fullmatch(match[1]):
                continue
            label = text[1:place]
            if ADDRESS.search(label) or FENCE.search(label):
                self._note("refused", label)
                return text[: match.end()], match.end()
            self.in_link = True
            inner = self.read(label)
            self.in_link = False
            self.reading.links.append((inner, match[1]))
            self.at_start = False
            return inner, match.end()
        return None

    def _angled(self, text: str, _: str) -> tuple[str, int] | None:
        if match := TIME.match(text):
            self.reading.times.append(int(match[1]))
            self.at_start = False
            return "<t>", match.end()
        for kind, pattern in ANGLED:
            if match := pattern.match(text):
                self._note(kind, match[0])
                return match[0], match.end()
        return None

    def _live(self, text: str, _: str) -> tuple[str, int] | None:
        for kind, pattern in (("mention", EVERYBODY), ("emoji", EMOJI), ("link", ADDRESS), ("invitation", INVITATION)):
            match = pattern.match(text)
            if match:
                self._note(kind, match[0])
                self.at_start = False
                return match[0], match.end()
        return None


def read(text: str, *, code_first: bool = False) -> Reading:
    """Read a message, or the description or title of an embed; clients do not agree whether code or bold text is looked for first."""
    reader = _Reader(code_first=code_first)
    reader.reading.text = reader.read(text.strip())
    return reader.reading


PINGED = re.compile(r"@everyone|@here|<@[!&]?\d+>|<#\d+>")


def pinged(text: str) -> list[str]:
    """Whom a server would find in a text, which knows nothing of markdown."""
    return PINGED.findall(text)


# What we draw ourselves: quotations, small print, bold and leaning text, code; links and times stand apart.
OURS = {"bold", "italic", "code", "quote", "small"}
