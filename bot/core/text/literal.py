"""A text as a row of words in which words and phrases are found letter by letter; words of one meaning are brought together in `words`.

Case, accents, elided articles, signs between words and the separators of numbers are taken away, on both sides alike. Scripts that write no
spaces become a row of single characters, so that a word is found inside a sentence without a dictionary.
"""

from collections.abc import Iterator

from bot.core.text.segmentation import LONGEST_PIECE, is_run, number, pieces, tokens
from bot.core.text.words import folded, spoken


def row_of(text: str) -> str:
    """Give the words of a text, each between two blanks: " one two "; a text without words is one blank."""
    return " ".join(["", *filter(None, _words(text)), ""])


def _words(text: str) -> Iterator[str]:
    for piece in pieces(text):
        for start in range(0, len(piece), LONGEST_PIECE):
            for token in tokens(piece[start : start + LONGEST_PIECE]):
                if is_run(token):
                    yield from token
                elif token[0].isdecimal():
                    yield number(token)
                elif token[0].isalnum():
                    yield folded(spoken(token))
