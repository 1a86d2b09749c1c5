"""Where sentences begin and end in running text of any language; which of them matter is not decided here."""

import re
from collections.abc import Iterator
from typing import Final

# What may end a sentence, with the quotes and brackets that close behind it.
# Possessive, and never begun inside a run, so that a million full stops cost a million steps. The first mark comes before all conditions:
# so the engine looks for it alone, five times as fast.
_END: Final = re.compile(r"[.!?…。！？](?:(?<=[.!?…])(?<![.!?…]{2})[.!?…]*+[\"”’»)\]]*+(?=\s|$)|(?<=[。！？])[。！？]*+[」』”’）]*+)")
_CLOSERS: Final = '"”’»)]」』）'
_STOPS: Final = (".", "!", "?", "…", "。", "！", "？")
_PARAGRAPH: Final = re.compile(r"\n\s*\n")
# A full stop behind one of these, or behind a single letter (J. R. Smith, U.S.), ends no sentence.
_SHORTENED: Final = """
mr mrs ms dr prof gen maj col lt capt sgt cpl adm cmdr rev hon sen sens rep reps gov pres st ft mt vs etc inc ltd corp bros jr sr approx
dept z.b d.h bzw nr usw гг ул им тыс млн млрд тис грн
"""
_ABBREVIATIONS: Final = frozenset(_SHORTENED.split())
# Behind one of these it ends none when a number follows (Dec. 26, No. 7).
_COUNTED: Final = "jan feb mar apr jun jul aug sep sept oct nov dec no nos fig art sec pp ст"
_BEFORE_NUMBERS: Final = frozenset(_COUNTED.split())
_LAST_WORD: Final = re.compile(r"[^\W\d_][^\s(\"“«]*$")
_FOLLOWING: Final = re.compile(r"\s*+(\S)")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_PAIRS: Final = (("“", "”"), ("«", "»"), ("「", "」"), ("(", ")"))
_ANY_QUOTE: Final = re.compile('["“”«»「」()]')


def sentences(text: str) -> tuple[str, ...]:
    """Split text at the ends of sentences and paragraphs; a quotation or a bracket is never cut in the middle.

    White space inside a sentence is folded to single blanks. Headings and torn paragraphs come out as they are: see `is_whole`.
    """
    found: list[str] = []
    for paragraph in _PARAGRAPH.split(text):
        folded = " ".join(paragraph.split())
        found.extend(folded[start:end] for start, end in sentence_spans(folded))
    return tuple(found)


def sentence_spans(paragraph: str) -> Iterator[tuple[int, int]]:
    """Find where the sentences of one paragraph begin and end, white space around them left out; they stand there as they are."""
    begin = scanned = 0
    depth = (0,) * (len(_PAIRS) + 1)
    quoted = _ANY_QUOTE.search(paragraph) is not None
    for match in _END.finditer(paragraph):
        end = match.end()
        if quoted and _ANY_QUOTE.search(paragraph, scanned, end):
            depth = tuple(before + more for before, more in zip(depth, _quotes(paragraph[scanned:end]), strict=True))
        scanned = end
        if (not quoted or _is_balanced(depth)) and _ends(paragraph, match):
            yield begin + _blanks(paragraph[begin:end]), end
            begin = end
            depth = (0,) * (len(_PAIRS) + 1)
    rest = paragraph[begin:].rstrip()
    blanks = _blanks(rest)
    if blanks < len(rest):
        yield begin + blanks, begin + len(rest)


def is_whole(sentence: str) -> bool:
    """Tell whether this is one finished sentence: it ends as sentences do, begins like one, and closes every quote it opens."""
    start = sentence.lstrip('"“‘«([「『—–- ')
    return bool(start) and not start[0].islower() and sentence.rstrip(_CLOSERS).endswith(_STOPS) and _closes(sentence)


def _closes(sentence: str) -> bool:
    straight, *pairs = _quotes(sentence)
    return straight % 2 == 0 and not any(pairs)


def _blanks(text: str) -> int:
    """Count the white space that a text begins with."""
    return len(text) - len(text.lstrip())


def _ends(paragraph: str, match: re.Match[str]) -> bool:
    follows = _FOLLOWING.match(paragraph, match.end())
    if follows is None:
        return True
    after = follows.group(1)
    if match.group()[0] == ".":
        last = _LAST_WORD.search(paragraph, max(0, match.start() - 24), match.start())
        word = last.group().casefold() if last else ""
        if (len(word) == 1 and word.isalpha()) or word in _ABBREVIATIONS or _INITIALS.fullmatch(word):
            return False
        if word in _BEFORE_NUMBERS and after.isdigit():
            return False
    return not after.islower()


def _quotes(text: str) -> tuple[int, ...]:
    """Count what each kind of quote and bracket opens minus what it closes; straight quotes are simply counted."""
    return (text.count('"'), *(text.count(opening) - text.count(closing) for opening, closing in _PAIRS))


def _is_balanced(depth: tuple[int, ...]) -> bool:
    """Tell whether no quotation is open; one that closes what an earlier paragraph opened does not keep the next sentence waiting."""
    straight, *pairs = depth
    return straight % 2 == 0 and all(open_quotes <= 0 for open_quotes in pairs)
