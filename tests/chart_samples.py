"""Charts of an invented harbour, small and large, friendly and hostile."""

import random
from datetime import UTC, date, datetime, timedelta

from bot.core.model import EventId
from bot.core.understanding.chart import Change, Day, Dot, Mark, Row, SourceBar, SourcesChart, TimelineChart, TopEvent, WeekChart

BEGIN = datetime(2026, 11, 10, 6, tzinfo=UTC)

FERRY = TimelineChart(
    number=EventId(7),
    title="Ferry adrift off Orlyk",
    outlets=3,
    rows=(
        Row(name="Flussbote", dots=(Dot(at=BEGIN, mark=Mark.FIRST), Dot(at=BEGIN + timedelta(hours=30), mark=Mark.REPORT))),
        Row(
            name="Harbour Post",
            dots=(Dot(at=BEGIN + timedelta(hours=2), mark=Mark.REPORT), Dot(at=BEGIN + timedelta(hours=9), mark=Mark.COPY)),
        ),
        Row(name="Портовий вісник", dots=(Dot(at=datetime(2026, 11, 11, tzinfo=UTC), mark=Mark.REPORT, is_day=True),)),
    ),
    changes=(Change(at=BEGIN + timedelta(hours=8), label="aboard: 40 → 43"), Change(at=BEGIN + timedelta(hours=30), label="towed home")),
)

FEEDS = SourcesChart(
    bars=(
        SourceBar(name="Flussbote", a_day=40.0, articles=280, copies=70, first=12, events=40, lag=timedelta(minutes=35)),
        SourceBar(name="Harbour Post", a_day=8.5, articles=60, copies=0, first=3, events=9, lag=timedelta(0)),
        SourceBar(name="Quiet Bay", a_day=0.0, articles=2, copies=2, first=0, events=0, lag=None),
    ),
    left=4,
)

WEEK = WeekChart(
    days=tuple(
        Day(day=date(2026, 11, 16) + timedelta(days=number), articles=articles, reports=articles * 3 // 5, events=articles // 5)
        for number, articles in enumerate((214, 180, 199, 320, 260, 0, 41))
    ),
    top=(
        TopEvent(number=EventId(7), title="Ferry adrift off Orlyk", reports=34, outlets=11),
        TopEvent(number=EventId(9), title="Dockers strike for a second week", reports=20, outlets=8),
    ),
)


def large() -> TimelineChart:
    """Two hundred reports of sixteen outlets over ten days."""
    draw = random.Random(3)
    rows = [
        tuple(
            Dot(at=BEGIN + timedelta(hours=min(240.0, draw.expovariate(1 / 50))), mark=draw.choice((Mark.COPY, Mark.REPORT, Mark.REPORT)))
            for _ in range(max(3, 25 - 2 * number))
        )
        for number in range(16)
    ]
    return TimelineChart(
        number=EventId(1),
        title="Ferry " * 40,
        outlets=16,
        rows=tuple(Row(name=f"Outlet {number}", dots=dots) for number, dots in enumerate(rows)),
    )


def named(name: str) -> tuple[TimelineChart, SourcesChart, WeekChart]:
    """All kinds of charts with this for every name, title and label."""
    bar = SourceBar(name=name, a_day=3.0, articles=21, copies=1, first=1, events=2, lag=None)
    timeline = TimelineChart(
        number=EventId(1),
        title=name,
        outlets=1,
        rows=tuple(Row(name=name, dots=row.dots) for row in FERRY.rows),
        changes=(Change(at=BEGIN, label=name),),
    )
    week = WeekChart(days=WEEK.days, top=(TopEvent(number=EventId(1), title=name, reports=1, outlets=1),))
    return timeline, SourcesChart(bars=(bar, bar)), week
