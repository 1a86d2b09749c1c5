"""A site's robots.txt as it is kept; what it allows is asked in `sources.robots`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsText:
    """The text of a robots.txt, empty when the site has none; good until `expires_at`. Times are aware, UTC."""

    text: str
    fetched_at: datetime
    expires_at: datetime
