"""English verbs in the past tense, by their endings and a list of irregular ones; what a verb means is not known here."""

import re
from typing import Final

_WORD: Final = re.compile(r"(?<![\w’'-])[a-z]+(?![\w’'-])")
_IRREGULAR: Final = frozenset(
    "was were had did shot died sank hit struck broke fell burst rose won lost began met left sent found took made gave came went held fled"
    " led sued put set cut quit spoke threw drove fought caught bought sold told said spent stood sought swept tore wrote became".split()
)


def past_verbs(text: str) -> list[str]:
    """Give the words in small letters that may be verbs of the past, participles too, in order."""
    return [word for word in _WORD.findall(text) if word in _IRREGULAR or (word.endswith("ed") and len(word) > len("need"))]
