"""How much a digest shows, for whoever configures digests without composing any."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """How much a digest shows: at most `per_outlet` led by one outlet unless fewer than `least` would remain.

    Never more than `most`, whatever `least` says. `developing` of them, but never more than half, are kept for what the chat was told and
    has developed. Measured, a daily digest at 08:00 of og2021_en (62 articles a day) and og2021_all (139): on 25 of 29 and 25 of 31
    mornings no more than four had developed, never more than 7, mostly by one report (39 of 60 and 30 of 66).
    """

    most: int = 9
    least: int = 5
    per_outlet: int = 2
    developing: int = 4
