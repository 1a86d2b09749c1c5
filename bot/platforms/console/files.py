"""Files between the terminal and the conversation: what a request attaches, what an answer hands over; not what is in them."""

import asyncio
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.commands.desk import Attachment, Document, Request
from bot.core.errors import SluglineError, UsageError
from bot.core.phrase import phrase
from bot.sources.names import printable

LARGEST: Final = 10_000_000
"""Bytes of a file that may be attached: OPML of 20,000 feeds has about 4,000,000."""

_MOST_NAMES: Final = 1_000
"""Names that are tried until one is free; whoever has saved that often in one folder is told to tidy up."""

_ATTACHING: Final = re.compile(r"\s*/import(?:@\w+)?\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_QUOTED: Final = re.compile(r"(['\"])(.+)\1", re.DOTALL)
"""Terminals quote the path of a file that is dropped into their window."""


async def request_of(line: str, now: datetime) -> Request:
    """Make a request of a line; where it names a file for `/import`, that file is attached.

    Raises UsageError when the file cannot be read, or is no file, or has more than `LARGEST` bytes.
    """
    match = _ATTACHING.fullmatch(line)
    if match is None or _ADDRESS.match(match[1]):
        return Request(text=line, now=now)
    named = match[1].strip()
    quoted = _QUOTED.fullmatch(named)
    return Request(text="/import", now=now, attachment=await asyncio.to_thread(_read, Path(quoted[2] if quoted else named)))


def _read(path: Path) -> Attachment:
    shown = printable(os.fsencode(path))
    try:
        path = path.expanduser()
        if path.exists() and not path.is_file():
            raise UsageError(phrase("{file} is not a file. Name an OPML file, or its address beginning with https://.", file=shown))
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        told = phrase("{file}: {reason}. Name an OPML file, or its address beginning with https://.", file=shown, reason=reason)
        raise UsageError(told) from error
    if len(data) > LARGEST:
        raise UsageError(phrase("{file} has more than {most:,} bytes; split it.", file=shown, most=LARGEST))
    return Attachment(name=printable(os.fsencode(path.name)), data=data)


async def save(document: Document, folder: Path) -> Path:
    """Write a document into a folder without touching what is there: a taken name gets a number, as in feeds-2.opml.

    Raises SluglineError when it cannot be written.
    """
    return await asyncio.to_thread(_save, document, folder)


def _save(document: Document, folder: Path) -> Path:
    name = Path(document.name)
    names = (document.name, *(f"{name.stem}-{number}{name.suffix}" for number in range(2, _MOST_NAMES)))
    for candidate in names:
        path = folder / candidate
        try:
            with path.open("xb") as file:
                file.write(document.data)
        except FileExistsError:
            continue
        except OSError as error:
            raise SluglineError(_unwritten(path, str(error.strerror))) from error
        return path
    taken = printable(os.fsencode(folder / document.name))
    raise SluglineError(phrase("{file} and {most:,} more names are taken: move some away.", file=taken, most=_MOST_NAMES))


async def write(document: Document, path: Path) -> None:
    """Write a document to the file that somebody named, in place of what was there.

    Raises SluglineError when it cannot be written.
    """
    try:
        await asyncio.to_thread(path.write_bytes, document.data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SluglineError(_unwritten(path, reason)) from error


def _unwritten(path: Path, reason: str) -> str:
    return phrase("{file} cannot be written: {reason}.", file=printable(os.fsencode(path)), reason=reason)
