"""Where log lines go and what they look like; what is worth a line is decided where it happens."""

import logging
import sys
from typing import Final

import structlog

_QUIET: Final = ("watchfiles", "asyncio", "alembic", "apscheduler")
"""Libraries that narrate; only their warnings are of use."""


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
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
