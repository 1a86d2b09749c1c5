"""What an HTTP header says of a page's encoding, handed on to those who only see bytes; what they make of it is in `parsing.encoding`."""

import re
from typing import Final

_CHARSET: Final = re.compile(r"charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{2,30})", re.IGNORECASE)


def declared(data: bytes, content_type: str | None) -> bytes:
    """A page that says nothing of its encoding, with what the header said of it written in front; `decode` believes sound UTF-8 first."""
    said = _CHARSET.search(content_type or "")
    if said is None or data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"charset" in data[:4096].lower() or data.isascii():
        return data
    return b'<meta charset="' + said[1].encode("ascii", "replace") + b'">' + data
