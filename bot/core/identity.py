"""When two recovered articles are the same article, whatever their files are called; near-copies live in `core.copies`."""

import unicodedata
from hashlib import sha256

from bot.core.model import Content


def identity(content: Content) -> str:
    """SHA-256 in hexadecimal over outlet, URL, title and text; white space and Unicode normal form make no difference.

    The date is left out on purpose: the same article saved again with a better known date is still the same article.
    """
    fields = (content.outlet, content.url, content.title, content.text)
    return sha256("\x00".join(_normal(field or "") for field in fields).encode("utf-8", "replace")).hexdigest()


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
