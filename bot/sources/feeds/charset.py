"""The bytes of a feed to sound UTF-8, whatever they are declared to be; what is no text at all is named by `kinds`."""

import codecs
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Final

from bot.sources.parsing.encoding import BOMS

_DECLARATION: Final = re.compile(rb"""(<\?xml[^>]{0,200}?encoding\s{0,3}=\s{0,3})["']([A-Za-z0-9_.:\-]{1,40})["']""")
_CHARSET: Final = re.compile(r"""charset\s{0,3}=\s{0,3}["']?([A-Za-z0-9_.:\-]{1,40})""", re.IGNORECASE)
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_SURROGATES: Final = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_MARKUP: Final = re.compile(rb"<[^>]{0,2000}>|[\x00-\x40\x5b-\x60\x7b-\x7f]+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_RUN: Final = re.compile("[\u00c0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192]{4}")
"""Four accented Latin letters in a row: in no language of Western Europe, in every line of Cyrillic read as Latin."""
_MIXED: Final = re.compile("[a-zA-Z][\u0370-\u06ff]|[\u0370-\u06ff][a-zA-Z]|[\u0430-\u044f\u0451][\u0410-\u042f]")
"""Latin beside Greek, Cyrillic, Hebrew or Arabic letters in one word, or capitals inside a Cyrillic word."""
_CAPITAL: Final = re.compile("[\u0410-\u042f]")
_SMALL: Final = re.compile("[\u0430-\u044f]")
_BYTES: Final = {bytes([byte]).decode("cp1252"): chr(byte) for byte in range(0x80, 0xA0) if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}}
_MANGLED: Final = re.compile("[\u00c2-\u00f4][\u0080-\u00bf" + "".join(_BYTES) + "]")
_SAMPLE: Final = 20_000
"""Bytes above ASCII, with the letters around them, that are looked at: enough for any guess."""
_CANDIDATES: Final = "cp1251 cp1252 koi8_r cp1250 iso8859_2 iso8859_5 cp1253 cp1254 cp1255 cp1256 shift_jis euc_jp euc_kr gb18030 big5"
_WESTERN: Final = frozenset(("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "iso8859-1", "windows-1252", "cp1252"))
_UTF8: Final = frozenset(("utf-8", "utf8", "unicode", ""))


def as_utf8(data: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    """`data` in UTF-8 without mark, control characters or leading blanks, and a warning when it is not what it says it is.

    Believed in this order: a byte order mark, the bytes when they are sound UTF-8, the XML declaration, the header, a guess.
    A declaration of anything but UTF-8 is rewritten. Never fails: what is no text comes out as some text.
    """
    text, warning = _decoded(data, content_type)
    text = text.translate(None, _CONTROLS).lstrip()
    for forbidden in (b"\xef\xbf\xbe", b"\xef\xbf\xbf"):  # U+FFFE and U+FFFF
        text = text.replace(forbidden, b"") if forbidden in text else text
    head = _DECLARATION.search(text, 0, 300)
    if head and head[2].lower() != b"utf-8":
        text = text[: head.start()] + head[1] + b'"utf-8"' + text[head.end() :]
    return text, warning


def unmangled(text: str) -> str:
    """`text`, when somebody took its UTF-8 for Latin-1 and encoded it once more (`CafÃ©`), as it was; feedparser does the same."""
    if text.isascii() or _MANGLED.search(text) is None:
        return text
    try:
        return "".join(_BYTES.get(character, character) for character in text).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _decoded(data: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if encoding != "utf-8":
                return data.decode(encoding, "replace").encode("utf-8", "replace"), None
            break
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace").encode("utf-8", "replace"), "it is UTF-16 without a mark"
    # What is as wide as UTF-16 would have shown itself by now.
    told = [name for name in _told(data, content_type) if name not in _UTF8 and not name.startswith(("utf-16", "utf-32", "ucs-", "utf16"))]
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data, told)
    # These write Japanese and Chinese in seven bits.
    seven_bits = b"\x1b" in data and bool(told) and told[0].startswith(("iso-2022", "hz"))
    return (_by_name(data, told[0]) or data) if seven_bits else data, None


def _not_utf8(data: bytes, told: list[str]) -> tuple[bytes, str | None]:
    whole = _nearly_utf8(data)
    if whole is not None:
        return whole, "some of its characters are damaged"
    sample = _sample(data)
    for name in told:
        text = _by_name(data, name)
        if text is not None and _is_plausible(_by_name(sample, name) or b""):
            return text, None
    guess = _guessed(sample)
    return data.decode(guess, "replace").encode("utf-8", "replace"), f"it is not in the encoding that it declares: it was read as {guess}"


def _told(data: bytes, content_type: str | None) -> Iterator[str]:
    """The encodings that the document and the header name, in lower case."""
    declared = _DECLARATION.search(data, 0, 2000)
    if declared:
        yield declared[2].decode("ascii").lower()
    header = _CHARSET.search(content_type or "")
    if header:
        yield header[1].lower()


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark shows in the first characters of any document, which are ASCII."""
    if data[1:2] == b"\x00" and data[3:4] == b"\x00" and data[:1] != b"\x00" and data[2:3] != b"\x00":
        return "utf-16-le"
    if data[:1] == b"\x00" and data[2:3] == b"\x00" and data[1:2] != b"\x00" and data[3:4] != b"\x00":
        return "utf-16-be"
    return None


def _nearly_utf8(data: bytes) -> bytes | None:
    """UTF-8 with a few damaged characters, or with emoji that some program wrote as two surrogates."""
    if _SURROGATES.search(data):
        try:
            text = data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            text = data.decode("utf-8", "replace")
        else:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    else:
        text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    sound = len(text.encode("utf-8", "replace")) - len(text) - 2 * damaged
    return text.encode("utf-8", "replace") if damaged <= max(3, sound // 20) and sound >= damaged else None


def _by_name(data: bytes, name: str) -> bytes | None:
    """`data` from the encoding `name` to UTF-8; None when it is not in it, or nobody knows it."""
    try:
        # Browsers read Latin-1 as Windows-1252, and so does everybody who writes it.
        codec = codecs.lookup("cp1252" if name in _WESTERN else name)
        if codec.name in {"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"}:
            return None
        return data.decode(codec.name).encode()
    except (LookupError, UnicodeError, ValueError):
        return None


def _sample(data: bytes) -> bytes:
    """The words of a document, mostly those that are not plain ASCII: tags and addresses tell nothing about an encoding."""
    lines = _MARKUP.sub(b" ", data[: 40 * _SAMPLE]).split()
    return b" ".join(line for line in lines if not line.isascii())[:_SAMPLE]


def _is_plausible(sample: bytes) -> bool:
    """Whether words look like words of some language when they are read in an encoding; `sample` is UTF-8."""
    text = sample.decode("utf-8", "replace")
    words = _WORD.findall(text)
    # KOI8-R has small letters where Windows-1251 has capitals.
    if len(_CAPITAL.findall(text)) > len(_SMALL.findall(text)):
        return False
    odd = sum(1 for word in words if _RUN.search(word) or _MIXED.search(word))
    return odd * 3 <= len(words)


def _guessed(sample: bytes) -> str:
    """What charset-normalizer thinks of the words; Windows-1251 or 1252, whichever makes words of them, when it does not know."""
    for name in ("cp1251", "cp1252"):
        text = sample.decode(name, "replace")
        if _is_plausible(text.encode()) and sum(map(str.islower, text)) * 2 > len(text):
            return name
    # Imported here because only a damaged or old feed pays for it.
    best = import_module("charset_normalizer").from_bytes(sample, cp_isolation=_CANDIDATES.split(), enable_fallback=False).best()
    return str(best.encoding) if best else "cp1252"
