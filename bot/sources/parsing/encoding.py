"""Bytes of a file to text: which encoding they are in, and what is no text at all; what the text says is read elsewhere."""

import re
from importlib import import_module
from typing import Final

from bot.core.model import Refused
from bot.sources.parsing.characters import readable

SIGNATURES: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"OggS", "an audio file"),
    (b"ID3", "an audio file"),
    (b"RIFF", "an audio, video or WebP file"),
)
"""Leading bytes of formats that people drop into folders, or take for a feed, by mistake."""
_SIGNATURES: Final = (*SIGNATURES, (b"GIF87a", "a GIF image"), (b"GIF89a", "a GIF image"), (b"{\\rtf", "an RTF document"))
BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARED: Final = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,100}?encoding)\s{0,3}=\s{0,3}["']?\s{0,3}([a-zA-Z0-9_\-]{2,30})""",
    re.IGNORECASE,
)
_NEXT: Final = "; an article as plain text, Markdown, HTML or JSON would be read"
_SAMPLE: Final = 60_000
"""Bytes that the guesser sees: enough for any article, and it is slow."""
_CANDIDATES: Final = "cp1252 cp1251 koi8_r cp1250 iso8859_2 cp1253 cp1254 cp1255 cp1256 shift_jis euc_jp euc_kr gb18030 big5"
_LOOK: Final = 4000
_WESTERN: Final = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜ“”‘’„‚–—…«»‹›©®™°€£¿¡·•§ªº\u00a0")
"""What Western European text in Windows-1252 is made of; scarce among plain letters, it settles the matter before guessing starts."""
_WORDLIKE: Final = re.compile(r"[\w\s!-~]+")
_ODD: Final = re.compile("[\ufffd\x00-\x08\x0e-\x1a\x1c-\x1f]+")


def decode(data: bytes) -> str | Refused:
    """The text of a file, readable; refused when the bytes are no text."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return Refused(reason=f"this is {kind}, not an article{_NEXT}")
    if data[4:8] == b"ftyp":
        return Refused(reason=f"this is a video or HEIC image, not an article{_NEXT}")
    if not data.strip(b" \t\r\n\x00"):
        return Refused(reason="the file is empty; it is read again when something has been written into it")
    text, sure = _by_mark(data), True
    if text is None and b"\x00" in data:
        text = _wide(data)
        if text is None:
            return Refused(reason=f"the file holds NUL bytes and is no UTF-16 text: it is binary or damaged{_NEXT}")
    if text is None:
        text = _utf8(data)
    if text is None:
        text, sure = _declared(data) or _guessed(data), False
    if _is_damaged(text) or not (sure or _is_wordlike(text)):
        return Refused(reason=f"the bytes are no text in any known encoding{_NEXT}")
    return readable(text)


def _by_mark(data: bytes) -> str | None:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark shows by where the zero bytes stand; a few stray NULs inside ordinary text are dropped."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * 0.1 and even < odd * 0.1:
        return data.decode("utf-16-le", "replace")
    if even > half * 0.1 and odd < even * 0.1:
        return data.decode("utf-16-be", "replace")
    if data.count(0) <= max(4, len(data) // 200):
        return _utf8(data.replace(b"\x00", b""))
    return None


def _utf8(data: bytes) -> str | None:
    """UTF-8, also with a few damaged characters in it: a cut or a bad byte is no reason to read the rest as something else."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    sound = sum(1 for character in text[:_SAMPLE] if character > "\x7f") - text[:_SAMPLE].count("\ufffd")
    return text if damaged <= max(3, sound // 20) and sound > damaged else None


def _declared(data: bytes) -> str | None:
    """The encoding that an HTML page declares, if the page is true to it."""
    found = _DECLARED.search(data, 0, 4096)
    if not found:
        return None
    try:
        return data.decode(_browser_name(found[1].decode("ascii")))
    except (LookupError, UnicodeError):
        return None


def _browser_name(name: str) -> str:
    """Browsers read Latin-1 as Windows-1252, and so does everybody who writes it."""
    folded = name.casefold().replace("_", "-")
    return "cp1252" if folded in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "utf-8", "utf8"} else folded


def _guessed(data: bytes) -> str:
    """What charset-normalizer thinks; Windows-1252, which every byte of a Western page is in, when it does not know."""
    western = data[:_SAMPLE].decode("cp1252", "replace")
    high = [character for character in western if character > "\x7f"]
    if len(high) * 5 < sum(map(str.isalpha, western)) and _WESTERN.issuperset(high):
        return data.decode("cp1252", "replace")
    # Imported here because only a damaged or old file pays for it.
    best = import_module("charset_normalizer").from_bytes(data[:_SAMPLE], cp_isolation=_CANDIDATES.split(), enable_fallback=False).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


def _is_damaged(text: str) -> bool:
    """Whether control characters and replacements are more than an accident."""
    sample = text.lstrip()[:_LOOK]
    return sum(map(len, _ODD.findall(sample))) > max(4, len(sample) // 10)


def _is_wordlike(text: str) -> bool:
    """Whether a guessed encoding makes words of the bytes; what is sound UTF-8 needs no such proof and may be all emoji."""
    sample = text.lstrip()[:_LOOK]
    return sum(map(len, _WORDLIKE.findall(sample))) >= len(sample) // 4
