"""Where log lines go and what they look like; what is worth a line is decided where it happens."""

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final

import structlog

_QUIET: Final = ("watchfiles", "asyncio", "alembic", "apscheduler", "telegram", "discord", "httpx", "httpcore", "aiohttp")
"""Libraries that narrate; only their warnings are of use."""

_TOKEN: Final = re.compile(r"(?<!\d)\d{1,20}(?::|%3[Aa])[A-Za-z0-9_-]{30,}|(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}", re.ASCII)
"""What may be the token of a bot, Telegram's or Discord's, alone or inside an address. Libraries put it into addresses that they log, and
into errors."""

_CIRCUMSTANCES: Final = frozenset(("event", "reason", "exception", "level", "logger", "timestamp"))
"""What a line says about itself, and what a notice says in its own place."""


def set_up(*, level: str, json: bool) -> None:
    """Send structlog and the standard library's loggers to standard error, one line each, foreign characters escaped."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    # Both write strings as literals: a title with an escape sequence or a line break stays on its line and moves no cursor.
    last = structlog.processors.JSONRenderer() if json else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Formatter(foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last])
    )
    sys.excepthook = _tell_last_words
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def without_tokens(text: str) -> str:
    """Leave out what may be the token of a bot."""
    return _TOKEN.sub("…", text)


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Writes a line, tracebacks included, without tokens."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as structlog does."""
        return without_tokens(super().format(record))


def _tell_last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write why the program ends that nothing caught, as Python does."""
    sys.stderr.write(without_tokens("".join(traceback.format_exception(kind, error, trace))))


@contextmanager
def shown(show: Callable[[str], None]) -> Iterator[None]:
    """Give `show` what is logged as a sentence while somebody talks with us in the terminal, where log lines would break into the prompt.

    Standard error still gets its lines when it leads elsewhere, to a file perhaps; the conversation then only hears of warnings.
    """
    root = logging.getLogger()
    lines = root.handlers[:]
    elsewhere = not sys.stderr.isatty()
    root.handlers[:] = [_Notices(show, logging.WARNING if elsewhere else logging.NOTSET), *(lines if elsewhere else [])]
    try:
        yield
    finally:
        root.handlers[:] = lines


class _Notices(logging.Handler):
    """Shows each record as one sentence."""

    def __init__(self, show: Callable[[str], None], level: int) -> None:
        super().__init__(level)
        self._show = show

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record; structlog hands over its values, other libraries a text."""
        said = record.msg if isinstance(record.msg, dict) else {"event": record.getMessage()}
        event, reason = str(said["event"]), said.get("reason")
        details = [str(value) for name, value in said.items() if name not in _CIRCUMSTANCES]
        # Of a traceback only what went wrong, not where.
        details += str(said.get("exception", "")).splitlines()[-1:]
        without_reason = f"{event.removesuffix('.')}: {', '.join(details)}" if details else event
        self._show(without_tokens(without_reason if reason is None else f"{event} {reason}"))
