"""Who credits the same origin is one voice, and both counts, by words and by origin, are told and explained."""

from collections.abc import Sequence

import pytest
from invented import article, event, minute

from bot.core.event import Overview, overview
from bot.core.message import Moment
from bot.core.understanding.origins import READ, origins
from bot.core.understanding.origins_wording import explained, origins_line, origins_lines


def of(reports: Sequence[tuple[str, str]]) -> Overview:
    return overview(
        event(
            [
                article(
                    number,
                    "The bridge at Orlik falls",
                    text,
                    outlet=outlet,
                    published=minute(f"2026-03-02T{8 + number // 60:02}:{number % 60:02}"),
                )
                for number, (outlet, text) in enumerate(reports, 1)
            ]
        )
    )


def check(reports: Sequence[tuple[str, str]], *expected: tuple[str | None, tuple[str, ...], int]) -> None:
    """Hold each voice, its carriers and the number of its reports against what is expected."""
    found = origins(of(reports))
    told = [(voice.origin.name if voice.origin else None, voice.carriers, len(voice.reports)) for voice in found.voices]
    assert told == list(expected)


POLICE = "The bridge fell at dawn, Orlik police said."
CHANNEL = "The bridge fell at dawn, as shared via the Telegram channel Nightwatch, Rivernews reports."


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([("A", POLICE), ("B", "Police said the bridge had fallen. Divers search."), ("C", CHANNEL)],
         [("Orlik police", (), 2), ("Telegram channel Nightwatch", ("Rivernews",), 1)]),
        ([("A", POLICE), ("B", "The bridge fell, Orlik police said. A neighbour told Rivernews that it was loud.")], [("Orlik police", (), 2)]),
        ([("A", "A neighbour told the A that the bridge had fallen.")], [("neighbour", (), 1)]),
        ([("A", POLICE), ("B", "The mayor told AFP that nobody was hurt.")], [("Orlik police", (), 1), ("mayor", ("AFP",), 1)]),
        ([("A", "The bridge fell at dawn."), ("B", "It fell into the river.")], [(None, (), 1), (None, (), 1)]),
        ([("A", "As shared via a Telegram channel, the bridge fell."), ("B", "A private Telegram channel shared pictures.")],
         [("Telegram channel", (), 1), ("private Telegram channel", (), 1)]),
        ([], []),
    ],
)  # fmt: skip
def test_reports_of_one_origin_are_one_voice(
    reports: list[tuple[str, str]], expected: list[tuple[str | None, tuple[str, ...], int]]
) -> None:
    if reports:
        check(reports, *expected)
    else:
        assert origins(of([("A", "")])).credited == ()


LONG = "The bridge at Orlik fell at dawn. {} Divers searched the river until noon. " + "Boats came and went on the river. " * 3
"""A report of a ruling or of a happening; what comes behind is told late."""


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        (LONG.format("It was old.") + "A neighbour told AFP that it was loud.", None),
        (LONG.format("It was old, police said.") + "A neighbour told AFP that it was loud.", "police"),
        (LONG.format("It was old.") + "“This is unacceptable,” said Ann Orr, leader of the union of ferrymen.", None),
        (LONG.format("It was old.") + "Orlik police said that a man was missing.", "Orlik police"),
        (LONG.format("It was old.") + "The ferries stopped. " * 6 + "Justice Ann Orr said that the bridge had been hers.", None),
    ],
)
def test_the_news_does_not_come_from_whoever_comments_on_it_late(text: str, origin: str | None) -> None:
    check([("A", text)], (origin, (), 1))


def plain(line: Sequence[object]) -> str:
    return "".join("" if isinstance(span, Moment) else str(getattr(span, "text", "")) for span in line)


def test_a_card_names_origins_and_who_carried_them() -> None:
    found = origins(of([("A", POLICE), ("B", "Police said it fell."), ("C", CHANNEL), ("D", "It fell.")]))
    line = origins_line(found)
    assert line is not None
    assert plain(line) == "2 origins: Orlik police · Telegram channel Nightwatch via Rivernews"
    assert "4 reports have words of their own; they tell with 3 voices" in explained(found)
    assert "1 of them credits nobody" in explained(found)
    told = [plain(line) for voice in origins_lines(found) for line in voice]
    assert POLICE in told
    assert any(each.startswith("D  ") for each in told)


def test_nobody_credited_is_nothing_to_tell() -> None:
    assert origins_line(origins(of([("A", "It fell.")]))) is None


def test_of_very_many_reports_the_first_are_read() -> None:
    found = origins(of([(f"O{number}", POLICE) for number in range(1, 60)] * 2))
    assert (found.read, found.reports) == (READ, 118)
    assert len(found.voices) == 1
