"""Zones that somebody may live in who reads a language, the likeliest first; which zone a name means is found in `zone_names`."""

from collections.abc import Sequence
from typing import Final

MOST: Final = 8
"""Zones to choose from: what a person looks through at a glance."""

_EVERYWHERE: Final = "Europe/London Europe/Berlin Europe/Kyiv America/New_York America/Chicago America/Los_Angeles Asia/Kolkata Asia/Tokyo"

# By where most speakers of a language live, and then by where else many do. Guesses: one press, or the name of a city, corrects them.
_BY_LANGUAGE: Final = {
    "ar": "Africa/Cairo Asia/Riyadh Asia/Dubai Asia/Baghdad Africa/Casablanca Africa/Algiers Asia/Beirut",
    "be": "Europe/Minsk Europe/Warsaw Europe/Vilnius",
    "bg": "Europe/Sofia",
    "bn": "Asia/Dhaka Asia/Kolkata",
    "cs": "Europe/Prague",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin Europe/Vienna Europe/Zurich",
    "el": "Europe/Athens Asia/Nicosia",
    "en": "Europe/London America/New_York America/Chicago America/Denver America/Los_Angeles Asia/Kolkata Africa/Lagos Australia/Sydney",
    "es": "Europe/Madrid America/Mexico_City America/Bogota America/Lima America/Santiago America/Argentina/Buenos_Aires",
    "et": "Europe/Tallinn",
    "fa": "Asia/Tehran Asia/Kabul Europe/Berlin",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris Europe/Brussels Europe/Zurich America/Toronto Africa/Abidjan Africa/Kinshasa",
    "he": "Asia/Jerusalem",
    "hi": "Asia/Kolkata",
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "hy": "Asia/Yerevan",
    "id": "Asia/Jakarta Asia/Makassar Asia/Jayapura",
    "it": "Europe/Rome Europe/Zurich",
    "ja": "Asia/Tokyo",
    "ka": "Asia/Tbilisi",
    "kk": "Asia/Almaty",
    "ko": "Asia/Seoul",
    "lt": "Europe/Vilnius",
    "lv": "Europe/Riga",
    "nl": "Europe/Amsterdam Europe/Brussels",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw Europe/London Europe/Berlin",
    "pt": "America/Sao_Paulo Europe/Lisbon America/Manaus Africa/Luanda Africa/Maputo",
    "ro": "Europe/Bucharest Europe/Chisinau",
    "ru": "Europe/Kyiv Asia/Almaty Europe/Moscow Europe/Berlin Asia/Jerusalem Asia/Yekaterinburg Asia/Novosibirsk Asia/Vladivostok",
    "sk": "Europe/Bratislava",
    "sr": "Europe/Belgrade",
    "sv": "Europe/Stockholm Europe/Helsinki",
    "th": "Asia/Bangkok",
    "tr": "Europe/Istanbul Europe/Berlin",
    "uk": "Europe/Kyiv Europe/Warsaw Europe/Berlin Europe/Prague Europe/London America/New_York",
    "uz": "Asia/Tashkent Asia/Samarkand",
    "vi": "Asia/Ho_Chi_Minh",
    "zh": "Asia/Shanghai Asia/Taipei Asia/Hong_Kong Asia/Singapore",
}


def guessed_zones(language: str | None) -> Sequence[str]:
    """Guess where somebody lives from the language they read (ISO 639-1): at most `MOST` zones; places everywhere when it says nothing."""
    return tuple(_BY_LANGUAGE.get(language or "", _EVERYWHERE).split())


def city(zone: str) -> str:
    """Call a zone by its city: "New York", "UTC+03:00"."""
    return zone.rpartition("/")[2].replace("_", " ")
