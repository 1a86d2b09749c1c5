"""JSON lines of strangers, read one by one and refused with file, line and reason; what the rows mean is said where they are used."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from bot.core.errors import UsageError

LONGEST_LINE: Final = 16_000_000
"""Bytes beyond which a line is no article but a file of another kind. Guess: a hundred times the longest article we saw."""

Row: TypeAlias = dict[str, Any]


def rows_of(file: Path) -> Iterator[tuple[int, Row]]:
    """Give the objects of a JSON lines file with their line numbers, from 1; blank lines and a byte-order mark are passed over.

    Raises UsageError for what is no UTF-8, no JSON, no object, or longer than `LONGEST_LINE`.
    """
    for number, line in _lines(file):
        try:
            row = json.loads(line)
        except RecursionError as error:
            raise UsageError(f"{file}, line {number}: the JSON is nested too deeply for an article") from error
        except ValueError as error:
            raise UsageError(f"{file}, line {number}: this is no JSON ({error}); expected one object in each line") from error
        if not isinstance(row, dict):
            raise UsageError(f"{file}, line {number}: this is {type(row).__name__}, expected a JSON object")
        yield number, row


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that are not blank. Only a line feed ends a line: JSON may hold the other separators inside its strings."""
    number = 0
    try:
        with file.open("rb") as opened:
            while line := opened.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise UsageError(f"{file}, line {number}: longer than {LONGEST_LINE // 1_000_000} MB; is the file JSON lines?")
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if text:
                    yield number, text
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}, line {number}: expected UTF-8 ({error.reason} at byte {error.start} of the line)") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
