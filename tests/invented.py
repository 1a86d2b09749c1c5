"""Invented articles and events for tests of what people read."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.model import Article, ArticleId, Content, DateOrigin, Event, EventId, Precision, SourceId, Stamp

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def day(text: str) -> Stamp:
    return Stamp(at=datetime.fromisoformat(text).replace(tzinfo=UTC), precision=Precision.DAY, origin=DateOrigin.PAGE)


def minute(text: str) -> Stamp:
    return Stamp(at=datetime.fromisoformat(text).replace(tzinfo=UTC), precision=Precision.MINUTE, origin=DateOrigin.PAGE)


def article(
    number: int,
    title: str = "Bridge over the Vel collapses near Orlik",
    text: str = "",
    *,
    outlet: str | None = None,
    published: Stamp | None = None,
    url: str | None = None,
    copy_of: int | None = None,
    titled: bool = True,
    file_time: datetime | None = None,
    received_at: datetime = NOW,
) -> Article:
    return Article(
        id=ArticleId(number),
        source_id=SourceId(1),
        content=Content(title=title, titled=titled, text=text, outlet=outlet, published=published, url=url),
        received_at=received_at,
        file=f"{number:03}.txt",
        file_time=file_time,
        event_id=EventId(1),
        copy_of=None if copy_of is None else ArticleId(copy_of),
    )


def event(articles: Sequence[Article], number: int = 1) -> Event:
    return Event(id=EventId(number), opened_at=NOW, updated_at=NOW, revision=len(articles), articles=tuple(articles))


def bridge() -> Event:
    """One event as six articles tell it: four outlets, one unattributed file, one copy."""
    return event(
        (
            article(
                1,
                text="A road bridge over the river Vel gave way on Tuesday morning, sending eleven vehicles into the water. "
                "Divers pulled nine people alive from the river, the regional fire service said.",
                outlet="Orlik Courier",
                published=minute("2025-03-04T08:12"),
                url="https://orlikcourier.example/2025/03/04/bridge",
            ),
            article(
                2,
                "Two dead as bridge collapses in Orlik district",
                "Two people died when a bridge near Orlik collapsed, the interior minister told parliament. "
                "He said inspectors had warned of cracks in its pillars last autumn.",
                outlet="The Daily Vel",
                published=minute("2025-03-04T11:40"),
                url="https://dailyvel.example/bridge",
            ),
            article(
                3,
                "Brücke über die Vel eingestürzt",
                "In der Region Orlik ist am Dienstag eine Straßenbrücke eingestürzt. Mindestens elf Fahrzeuge stürzten in den Fluss.",
                outlet="Flussbote",
                published=day("2025-03-05"),
            ),
            article(
                4,
                "Road bridge over the river Vel gives way, eleven vehicles in the water",
                "A road bridge over the river Vel gave way on Tuesday morning, sending eleven vehicles into the water. "
                "Divers pulled nine people alive from the river, the regional fire service said. Picture: archive.",
                outlet="Northern Wire",
                published=minute("2025-03-04T09:02"),
                copy_of=1,
            ),
            article(
                5,
                "On 4 March the Orlik bridge was closed to lorries only hours before it fell.",
                "On 4 March the Orlik bridge was closed to lorries only hours before it fell. A closure order signed by the road office "
                "at dawn speaks of a pillar that had moved by eight centimetres overnight.",
                titled=False,
            ),
        )
    )
