"""What goes wrong for a while, told when it begins and when it ends, not each time in between; what is tried again is decided elsewhere."""

import structlog

from bot.core.errors import SluglineError

log = structlog.get_logger(__name__)


class Troubles:
    """The troubles of one loop, by what they are about."""

    def __init__(self) -> None:
        self._reasons: dict[str, set[str]] = {}

    def begin(self, subject: str, error: SluglineError, told: str, **more: str) -> None:
        """Tell each reason once for as long as the trouble lasts."""
        reason = str(error)
        if reason not in (reasons := self._reasons.setdefault(subject, set())):
            reasons.add(reason)
            log.warning(told, reason=reason, **more)

    def end(self, subject: str, told: str, **more: str) -> None:
        """Tell the end of a trouble as loudly as its beginning."""
        if self._reasons.pop(subject, None):
            log.warning(told, **more)
