"""Foreign text made literal for Discord: what its clients would read as markdown, a mention or an address is shown as the signs it is.

The rules are those of its clients as others found them out (discord/SimpleAST, Khan/simple-markdown, jeremy-rifkin/discord-markdown):
a backslash makes any sign a sign; mentions and addresses are broken by an invisible U+2060 besides, since servers look for those too.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

from bot.core.text.neutral import JOINER

LONGEST_ADDRESS: Final = 2_000
"""Characters of an address, as `wording.safe_url` has it; Discord takes 2,048 behind the title of an embed (Embed Limits)."""

REMEMBERED: Final = 2_048
"""Addresses whose written form is remembered: a card is laid out several times. Guess."""

_SEEN: Final = re.compile(r"[\\*_~|`<>\[\]@#:./+-]|^\s*\d")
_MARKUP: Final = re.compile(r"[\\*_~|`<>\[\]]|:(?=[\w~+-]+:)")
"""What opens or closes something wherever it stands. A name between colons is drawn as an emoji by itself."""

_START: Final = re.compile(r"^(\s*)(?:(?=[#+-])|(?P<number>\d+)(?=[.)]))")
"""What makes a heading, a list or small print at the start of a line, and at the start of bold text there."""

_LIVE: Final = re.compile(r"(?<=@)(?=[\w!&])|(?<=\S)(?=://)|(?i:discord(?:app)?(?=\.\w)|dis(?=\.gd))")
"""A mention; an address with a scheme; an invitation or gift, of which Discord makes a card without any."""

_ADDRESS: Final = re.compile(r"https?://\S*[\w/=&%~-]", re.ASCII)
"""What is good to be copied: it is shown as code, in which nothing is live."""

_NO_CODE: Final = re.compile(r"`|@(?:everyone|here)|<[@#]")
"""What code cannot hold: its own end, and mentions, which servers look for in it too."""

_MASKED: Final = re.compile(r"(?i)h\s*t\s*t\s*p\s*s?\s*[:\u02d0\u05c3\u2236\ua789\ufe13\ufe55]|[/\u2044\u2215\u2571\u29f8\u27cb]{2}")
"""In the text of a link, Discord takes an address for a trick, look-alikes of its signs too, and shows the whole link as it is written."""

_BRACKETS: Final = str.maketrans("[]", "［］")
"""Signs inside the text of a link that look like those around it: there Discord counts brackets, escaped or not."""

_HOST: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+(?:[a-z][a-z0-9-]*[a-z0-9])\.?")
_PATH: Final = "/:!$&+,;=%~?#-._"
"""What stays as it is in an address; all else, brackets, stars and mentions among it, is written in per cent."""


def escaped(text: str) -> str:
    """Write a neutral text so that Discord shows it as it is, wherever it stands; tests hold this against a reading of Discord's rules."""
    if not _SEEN.search(text):
        return text
    text = _LIVE.sub(lambda found: found[0] + JOINER, text)
    text = _MARKUP.sub(lambda found: "\\" + found[0], text)
    return _START.sub(lambda found: f"{found[0]}\\", text)


def masking(text: str) -> str:
    """Write a neutral text so that it can be the text of a link."""
    return escaped(text.translate(_BRACKETS))


def can_mask(text: str) -> bool:
    """Tell whether Discord lets this neutral text lead somewhere: it has to be no address itself."""
    plain = unicodedata.normalize("NFKC", text.replace(JOINER, ""))
    return not _MASKED.search(plain) and "```" not in text


def pieces(text: str) -> list[tuple[str, bool]]:
    """Take a neutral text apart: addresses, which are best copied (true), and what stands between."""
    if "://" not in text:
        return [(text, False)]
    found = [match for match in _ADDRESS.finditer(text) if not _NO_CODE.search(match[0])]
    parts: list[tuple[str, bool]] = []
    start = 0
    for match in found:
        parts += [(text[start : match.start()], False), (match[0], True)]
        start = match.end()
    return [part for part in (*parts, (text[start:], False)) if part[0]]


def joint(before: str, after: str) -> str:
    """Give what must stand between two written texts, so that nothing is found across them."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    return JOINER


@lru_cache(maxsize=REMEMBERED)
def address(url: str) -> str | None:
    """Write an address so that it can stand between parentheses and stars, or behind a title; None where Discord would not follow it.

    A name before an @, a host without a dot or of other signs, and any scheme but http and https only deceive, or are refused.
    """
    if len(url) > LONGEST_ADDRESS or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host) or port == 0:
        return None
    end = parts.path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    written = f"{parts.scheme.lower()}://{host}{f':{port}' if port else ''}{quote(end, safe=_PATH) or '/'}"
    # Discord leaves such a sign at the end to the sentence around it, and then there is no link.
    if written[-1] in ".,:;":
        written = f"{written[:-1]}%{ord(written[-1]):02X}"
    return written if len(written) <= LONGEST_ADDRESS else None
