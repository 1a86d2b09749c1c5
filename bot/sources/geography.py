"""Where on earth: which time zone a point lies in; names of places are understood in `core.chats.zone_names`."""

import re
from importlib import import_module
from typing import Final

_POINT: Final = re.compile(r"([+-]?\d{1,2}(?:\.\d{1,15})?)\s*[,;]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)", re.ASCII)


def point_of(text: str) -> tuple[float, float] | None:
    """Read "50.45,30.52", latitude and longitude in degrees; None when it is no point on earth."""
    match = _POINT.fullmatch(text.strip())
    if match is None:
        return None
    latitude, longitude = float(match[1]), float(match[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def zone_at(latitude: float, longitude: float) -> str:
    """Name the time zone at a point, an IANA name; at sea one such as Etc/GMT-3. Not on the event loop: the first call takes 0.3 s."""
    # The library brings the borders of all zones: measured, 34 MB of memory that nobody pays who sends no location.
    return str(import_module("tzfpy").get_tz(longitude, latitude))
