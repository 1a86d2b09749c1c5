"""Happenings of an invented country, told by several articles each, for the tests of grouping."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.core.grouping.decision import Change, Joined, Opened, Revised
from bot.core.model import Article, ArticleId, Content, DateOrigin, EventId, Precision, SourceId, Stamp

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

QUAKE = (
    (
        "Strong earthquake shakes Arrano province",
        (
            "A magnitude 6.1 earthquake struck Arrano province on Tuesday morning, killing at least 12 people in the "
            "town of Velmora, where the old cathedral collapsed. Governor Ilsa Dorn said 140 people were hurt and schools would stay shut. The quake was felt as "
            "far as the port of Tessin. Rescue teams with dogs searched the market quarter of Velmora through the night."
        ),
    ),
    (
        "Cathedral collapses in Velmora as quake kills 12",
        (
            "Rescuers in Velmora dug through the ruins of the cathedral after an earthquake of magnitude 6.1 hit "
            "Arrano on Tuesday. Twelve people died, the governor Ilsa Dorn told reporters, and 140 were taken to hospital. Residents of Tessin ran into the streets."
        ),
    ),
    (
        "Arrano earthquake: governor closes schools",
        (
            "Schools in Arrano remain closed after the 6.1 quake that destroyed much of Velmora's market quarter. "
            "Ilsa Dorn, the governor, said that twelve had died and that soldiers were clearing the road to Tessin. The cathedral of Velmora is lost."
        ),
    ),
)
OTHER_QUAKE = (
    (
        "Strong earthquake shakes Pellin island",
        (
            "A magnitude 5.4 earthquake struck Pellin island on Thursday evening, injuring 9 people in the fishing town of "
            "Harrowgate, where a quay broke. Mayor Tobin Askel said the ferry service would stop. The quake was felt as far as Quillon. No deaths were reported."
        ),
    ),
    (
        "Quay breaks in Harrowgate after 5.4 quake",
        (
            "Nine people were hurt on Pellin when an earthquake of magnitude 5.4 broke the quay of Harrowgate on Thursday. "
            "The mayor, Tobin Askel, stopped the ferries to Quillon until engineers have looked at the damage."
        ),
    ),
)
BANK = (
    (
        "Central bank of Morravia raises rates to 7 percent",
        (
            "The central bank of Morravia raised its key rate by half a point to 7 percent on Wednesday, citing "
            "food prices. Governor Petra Hulme said inflation of 11 percent was far above the target. The crown gained against the euro, traders in Lindheim said."
        ),
    ),
    (
        "Morravia's key rate climbs to 7 percent",
        (
            "Petra Hulme's central bank lifted borrowing costs in Morravia to 7 percent, the highest in a decade, as inflation "
            "runs at 11 percent. Analysts in Lindheim had expected less, and the crown rose."
        ),
    ),
)


def article(
    number: int,
    words: tuple[str, str],
    *,
    hours: float | None = 0.0,
    outlet: str | None = None,
    revision: int = 1,
    event: int | None = None,
) -> Article:
    """Make an article; `hours` after noon of a day, None without a date."""
    stamp = None if hours is None else Stamp(at=NOON + timedelta(hours=hours), precision=Precision.MINUTE, origin=DateOrigin.FIELD)
    content = Content(title=words[0], titled=True, text=words[1], outlet=outlet, published=stamp, language="en")
    return Article(
        id=ArticleId(number),
        source_id=SourceId(1),
        content=content,
        received_at=NOON,
        revision=revision,
        event_id=None if event is None else EventId(event),
    )


def events_of(changes: Sequence[Change]) -> dict[int, int]:
    """Tell the event of each article that was placed."""
    return {change.article_id: change.event_id for change in changes if isinstance(change, Opened | Joined | Revised)}
