"""When two recovered articles are the same article, whatever their files are called; near-copies live in `core.grouping.copies`."""

import unicodedata
from hashlib import sha256

from bot.core.model import Content


def identity(content: Content) -> str:
    """SHA-256 in hexadecimal over outlet, URL, title and text; white space and Unicode normal form make no difference.

    Date, author and agency are left out on purpose: under another name, the same article with a better known date is still the same
    article. Whether they changed under the same name, which makes a revision, is for `storage` to see.
    """
    fields = (content.outlet, content.url, content.title, content.text)
    return sha256("\x00".join(_normal(field or "") for field in fields).encode("utf-8", "replace")).hexdigest()


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
