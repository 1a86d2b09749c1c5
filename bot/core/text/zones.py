"""Time zones as news desks abbreviate them; what a date looks like lives in `core.text.dates`."""

import re
from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

# Hours from UTC. An abbreviation that several countries use stands for the one whose news desks print it:
# IST is India (Israel and Ireland write local time), BST Britain, CST America's Central time, GST the Gulf.
_HOURS: Final[dict[str, float]] = {
    **dict.fromkeys(("UTC", "GMT", "Z", "WET"), 0),
    **dict.fromkeys(("BST", "CET", "MEZ", "WAT", "WEST"), 1),
    **dict.fromkeys(("CEST", "MESZ", "EET", "SAST", "CAT"), 2),
    **dict.fromkeys(("EEST", "MSK", "МСК", "EAT", "TRT"), 3),
    **dict.fromkeys(("IRST",), 3.5),
    **dict.fromkeys(("GST", "SAMT"), 4),
    **dict.fromkeys(("AFT",), 4.5),
    **dict.fromkeys(("PKT", "UZT"), 5),
    **dict.fromkeys(("IST",), 5.5),
    **dict.fromkeys(("NPT",), 5.75),
    **dict.fromkeys(("WIB", "ICT"), 7),
    **dict.fromkeys(("HKT", "SGT", "MYT", "PHT", "AWST", "WITA"), 8),
    **dict.fromkeys(("JST", "KST", "WIT"), 9),
    **dict.fromkeys(("ACST",), 9.5),
    **dict.fromkeys(("AEST",), 10),
    **dict.fromkeys(("ACDT",), 10.5),
    **dict.fromkeys(("AEDT",), 11),
    **dict.fromkeys(("NZST",), 12),
    **dict.fromkeys(("NZDT",), 13),
    **dict.fromkeys(("BRT", "ART"), -3),
    **dict.fromkeys(("EDT",), -4),
    **dict.fromkeys(("EST", "CDT"), -5),
    **dict.fromkeys(("CST", "MDT"), -6),
    **dict.fromkeys(("MST", "PDT"), -7),
    **dict.fromkeys(("PST", "AKDT"), -8),
    **dict.fromkeys(("AKST",), -9),
    **dict.fromkeys(("HST",), -10),
}
# Written without saying whether summer time is meant: the date decides.
_PLACES: Final = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}

AMERICAN: Final = frozenset({"ET", "EST", "EDT", "CT", "CST", "CDT", "MT", "MST", "MDT", "PT", "PST", "PDT", "AKST", "AKDT", "HST"})
"""Abbreviations beside which a date in figures is written month first."""

ZONE: Final = (
    r"(?:(?:UTC|GMT)[ ]?[+\-−]\d{1,2}(?::?\d{2})?|[+\-−]\d{2}:?\d{2}|"
    + "|".join(sorted((*_HOURS, *_PLACES), key=len, reverse=True))
    + r")(?![^\W\d_])"
)
"""A regular expression for one zone or offset; case matters, because `Est` and `Pt` are words."""

_OFFSET: Final = re.compile(r"(?:UTC|GMT)?[ ]?([+\-−])(\d{1,2}):?(\d{2})?")


def zone_of(name: str) -> tzinfo | None:
    """The zone behind an abbreviation (`IST`), an offset (`+05:30`) or both (`GMT+3`); None when it is not known or impossible."""
    if name in _PLACES:
        return ZoneInfo(_PLACES[name])
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name]))
    found = _OFFSET.fullmatch(name)
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))
