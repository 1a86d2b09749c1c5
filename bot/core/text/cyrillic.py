"""Cyrillic words without their endings, in Latin letters, so that names meet across the Slavic languages and those of the Latin script.

The letters are those of English news (near BGN/PCGN, the systems of 1947 and 1965) rather than a reversible standard, because what must
meet are names as agencies print them: Зеленський, Зеленского and Zelenskyy; Харків and Kharkiv.
"""

import re
from enum import Enum
from typing import Final


class Reading(Enum):
    """How the letters of a text are read: they stand for other sounds, and Serbian has a Latin spelling of its own."""

    RUSSIAN = 1
    UKRAINIAN = 2
    SERBIAN = 3


SHORTEST: Final = 3
"""Letters that stay when an ending is cut. Guess."""

_TELLING: Final = {
    Reading.UKRAINIAN: ("і", "ї", "є", "ґ", "ськ", "цьк"),
    Reading.SERBIAN: ("ј", "љ", "њ", "ћ", "ђ", "џ"),
}
"""Letters and spellings that Russian does not have; Belarusian is read as Ukrainian, Macedonian as Serbian, Bulgarian as Russian."""

_CASES_OF_NAME: Final = re.compile("(?<=..енк)(?:о|а|у|ом|ові)$")

# Endings of nouns, names and adjectives in Russian and Ukrainian, after the Snowball stemmer for Russian, longest first. Left out are those
# of verbs, and -ов, -ев, -ин and -ей, which are part of names.
_ENDINGS: Final = tuple(
    sorted(
        """
        ого его ому ему ыми ими ые ие ый ий ой ым им ом ем ых их ую юю ая яя ою ами ями иями иям иях ией ием ия ии ию ам ям ах ях
        ье ья ью ьи а я о е у ю ы и ь ього ьому ої ій ії ію ією ієм ія єю еві ові єм і ї є
        """.split(),
        key=len,
        reverse=True,
    )
)
"""Measured on Russian headlines: BCubed F1 82.2 with this cutting, 75.5 without, 81.8 with the Snowball stemmer."""

_LETTERS: Final = dict(
    pair.split(":")
    for pair in """
    а:a б:b в:v г:g д:d е:e ж:zh з:z и:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch ъ: ы:y ь: э:e ю:yu я:ya й:y
    ё:e і:i ї:i є:e ґ:g ў:u ј:j љ:lj њ:nj ћ:c ђ:d џ:dz ѓ:g ќ:k ѕ:dz
    """.split()
)
_TABLES: Final = {
    Reading.RUSSIAN: str.maketrans(_LETTERS),
    Reading.UKRAINIAN: str.maketrans(_LETTERS | {"г": "h", "и": "y"}),
    Reading.SERBIAN: str.maketrans(_LETTERS | {"ж": "z", "х": "h", "ц": "c", "ч": "c", "ш": "s"}),
}


def is_cyrillic(word: str) -> bool:
    """Tell by the first letter."""
    return "\u0400" <= word[:1] <= "\u052f"


def reading_of(text: str) -> Reading:
    """Tell how a text is to be read; what has no telling letter, or is not Cyrillic at all, as Russian.

    A name in the spelling of its own country does not turn a Russian text: its letters are fewer than those that only Russian has, which
    Belarusian shares.
    """
    if not text.isascii():
        russian = 0 if "ў" in text else sum(map(text.count, "ыэёъ"))
        for reading, telling in _TELLING.items():
            if sum(map(text.count, telling)) > russian:
                return reading
    return Reading.RUSSIAN


def latin(word: str, reading: Reading) -> str:
    """Cut the ending of a word in lower case and write the rest in Latin letters."""
    stem = _stem(word)
    if reading is Reading.SERBIAN:
        return stem.translate(_TABLES[reading])
    opening = "y" if stem[:1] in {"е", "є", "ї"} else ""
    return opening + stem.replace("дж", "ј").translate(_TABLES[reading])


def _stem(word: str) -> str:
    name = _CASES_OF_NAME.search(word)
    if name is not None:
        return word[: name.start()]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word
