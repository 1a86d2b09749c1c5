"""File names of strangers: which are articles, which are passed over, how any of them is shown; no file is touched here."""

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".json")
UNFINISHED = (
    "~",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".opdownload",
    ".tmp",
    ".temp",
    ".swp",
    ".swo",
    ".swx",
    ".bak",
)
"""How the names end that editors, browsers and copy programs give to files that are not there yet, or no longer."""


def printable(raw: bytes) -> str:
    r"""Any file name as one line of readable text.

    Different names stay different: bytes that are not UTF-8 and ASCII controls become `\xNN`, other invisible characters
    (line separators, marks that change the direction of writing) `\uNNNN`, and a backslash is doubled.
    """
    text = raw.decode("utf-8", "surrogateescape")
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if character.isprintable():
        return character
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def is_passed_over(name: str) -> bool:
    """Whether a file or folder is nobody's article: hidden, an editor's copy, a download in progress, an office lock.

    It is left without a word, because it comes and goes by itself and its owner has not offered it.
    """
    between_hashes = name.startswith("#") and name.endswith("#")
    return between_hashes or name.startswith((".", "~$")) or name.lower().endswith(UNFINISHED)


def is_article(name: str) -> bool:
    """Whether the suffix, in capitals or not, is one that the parser knows."""
    return name.lower().endswith(SUFFIXES)
