"""Characters made readable: nothing invisible, nothing that steers a terminal, one normal form; what they say is read elsewhere."""

import re
import unicodedata
from typing import Final

# Line ends of every system become one kind before this is asked. Tabs count as blanks.
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Joiners belong to the spelling of Persian, Arabic and Indian scripts, and are invisible noise everywhere else.
_LOOSE_JOINER: Final = re.compile("(?<![\u0620-\u0dff])[\u200c\u200d]+|[\u200c\u200d]+(?![\u0620-\u0dff])")
_TERMINAL: Final = re.compile("\x1b\\[[0-9;?]{0,30}[A-Za-z]")
_LINE_END: Final = re.compile("\r\n|[\r\u0085\u2028\u2029\x0b\x0c]")
_BLANKS: Final = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_RUNS: Final = re.compile(r" {2,}")


def readable(text: str) -> str:
    """`text` in NFC, line feeds at line ends, plain blanks, and no control, zero-width, bidi or surrogate characters."""
    if text.isascii() and text.isprintable():
        return text
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    text = _LINE_END.sub("\n", text)
    text = _BLANKS.sub(" ", text)
    text = _UNWANTED.sub("", text)
    if text.isascii():
        return text
    if "\u200c" in text or "\u200d" in text:
        text = _LOOSE_JOINER.sub("", text)
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """`text` readable and on one line, blanks folded."""
    return _RUNS.sub(" ", readable(text).replace("\n", " ")).strip()
