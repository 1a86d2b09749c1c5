"""What outlets agree and differ in: figures that count the same stand together, each with its report, and are never merged."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import article, day, event, minute

from bot.core.event import overview
from bot.core.message import Line, Link, Moment
from bot.core.model import ArticleId, Content, Event
from bot.core.reading.figure import Kind
from bot.core.understanding.matters import KEY, MOST_NOUNS, READ_FIRST, READ_LAST, Matter, Verdict, matters, read_reports
from bot.core.understanding.matters_wording import card_matters, matter_line, matter_lines
from bot.languages import say
from bot.sources.parsing.parse import parse_article

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"

Told = tuple[str, str, str]


def of(reports: Sequence[Told]) -> Event:
    """Make an event of reports: outlet, time and text; all have the same title without a figure."""
    return event(
        [
            article(
                number,
                "Storm hits the town of Veldmark and the people flee",
                f"A storm hit the town of Veldmark. {text}",
                outlet=outlet,
                published=minute(at) if "T" in at else day(at),
                url=f"https://{outlet.casefold().replace(' ', '')}.example/{number}",
            )
            for number, (outlet, at, text) in enumerate(reports, 1)
        ]
    )


def plain(line: Line) -> str:
    return "".join("" if isinstance(span, Moment) else span.text for span in line)


def check(reports: Sequence[Told], *expected: str) -> tuple[Matter, ...]:
    """Hold the card's lines against what is expected, each with its verdict in front."""
    found = card_matters(overview(of(reports)))
    assert [f"{matter.verdict}: {plain(matter_line(matter))}" for matter in found] == list(expected)
    return found


A, B, C = "Courier", "Daily Vel", "Flussbote"


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        (
            [(A, "2025-03-04", "It killed at least 30 people."), (B, "2025-03-04", "It killed 34 people.")],
            ["agree: killed: at least 30 Courier · 34 Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed 12 people."), (B, "2025-03-04", "It killed 30 people.")],
            ["differ: killed: 12 Courier · 30 Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed 12 people."), (B, "2025-03-05", "It killed 30 people.")],
            ["moved: killed: 12 Courier → 30 Daily Vel"],
        ),
        (
            [
                (A, "2025-03-04", "It killed 12 people."),
                (B, "2025-03-05", "It killed 30 people."),
                (C, "2025-03-06", "It killed 12 people."),
            ],
            ["differ: killed: 12 Courier, Flussbote · 30 Daily Vel"],
        ),
        (
            [
                (A, "2025-03-04", "It killed at least 12 people."),
                (B, "2025-03-05", "It killed at least 30 people."),
                (C, "2025-03-06", "It killed 300 people."),
            ],
            ["moved: killed: at least 12 Courier → at least 30 Daily Vel → 300 Flussbote"],
        ),
        (
            [(A, "2025-03-04", "It killed 30 people."), (B, "2025-03-05", "It killed 12 people.")],
            ["differ: killed: 12 Daily Vel · 30 Courier"],
        ),
        (
            [(A, "2025-03-04", "Forty people are missing."), (B, "2025-03-05", "30 people are missing.")],
            ["moved: missing: forty Courier → 30 Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed 30 people."), (B, "2025-03-05", "The death toll was revised to 12.")],
            ["moved: killed: 30 Courier → 12 Daily Vel"],
        ),
        (
            [
                (A, "2025-03-04", "It killed 3 people."),
                (B, "2025-03-05", "It killed 4 people. The town knows it. The war has killed 5,000."),
            ],
            ["moved: killed: 3 Courier → 4 Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed more than 10 people."), (A, "2025-03-05", "It killed more than 5,000 people.")],
            ["moved: killed: more than 10 Courier → more than 5,000 Courier"],
        ),
        (
            [(A, "2025-03-04", "It killed more than 10 people."), (B, "2025-03-05", "It killed 14 people.")],
            ["agree: killed: more than 10 Courier · 14 Daily Vel"],
        ),
        (
            [
                (A, "2025-03-04", "It killed at least 10 people."),
                (B, "2025-03-04", "It killed 12 people."),
                (C, "2025-03-05", "It killed 12 people."),
            ],
            ["agree: killed: at least 10 Courier · 12 Daily Vel, Flussbote"],
        ),
        (
            [
                (A, "2025-03-04", "It killed at least 10 people."),
                (B, "2025-03-05", "It killed 12 people."),
                (C, "2025-03-06", "It killed at least 10 people."),
            ],
            ["agree: killed: at least 10 Courier, Flussbote · 12 Daily Vel"],
        ),
        (
            [
                (A, "2025-03-04", "It killed at least 10 people."),
                (B, "2025-03-04", "It killed 12 people."),
                (C, "2025-03-05", "It killed 30 people."),
            ],
            ["moved: killed: at least 10 Courier · 12 Daily Vel → 30 Flussbote"],
        ),
        (
            [(A, "2025-03-04", "More than 20 soldiers were deployed."), (B, "2025-03-05", "At least 25 soldiers were deployed.")],
            [],
        ),
        (
            [(A, "2025-03-04", "It killed twelve people."), (B, "2025-03-04", "There were 12 deaths.")],
            ["agree: killed: twelve Courier, Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed two children."), (B, "2025-03-04", "It killed 12.")],
            ["single: killed (children): two Courier", "single: killed: 12 Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed 12 people."), (B, "2025-03-04", "It killed 30 people, police said. Three were killed at once.")],
            ["differ: killed: 12 Courier · 30 Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed 100 people and wounded 1,000."), (B, "2025-03-04", "There were 3,000 casualties.")],
            ["differ: killed or wounded: 1,100 (100 + 1,000) Courier · 3,000 Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed ten people and wounded 20."), (B, "2025-03-04", "There were 30 casualties.")],
            ["agree: killed or wounded: 30 (ten + 20) Courier · 30 Daily Vel"],
        ),
        (
            [
                (A, "2025-03-04", "The town is old. President Jan Orel said a year ago that more than 40 people had been killed."),
                (B, "2025-03-04", "The town is old. President Jan Orel said that nearly 40 people had been killed."),
            ],
            [],
        ),
        (
            [
                (A, "2025-03-04", "The town is old. Police said a year ago that more than 40 people had been killed."),
                (B, "2025-03-04", "The town is old. Police said that nearly 40 people had been killed."),
            ],
            ["single: killed: nearly 40 Daily Vel"],
        ),
        (
            [
                (A, "2025-03-04", "It killed 12 people. A year ago a storm killed 40 people."),
                (B, "2025-03-04", "A year ago a storm killed 45 people."),
            ],
            ["single: killed: 12 Courier", "differ: background: killed: 40 Courier · 45 Daily Vel"],
        ),
        (
            [(A, "2025-03-04", "It killed one person."), (B, "2025-03-04", "One person was killed.")],
            [],
        ),
        (
            [(A, "2025-03-04", "The town has three bridges."), (B, "2025-03-04", "The town has five bridges.")],
            [],
        ),
        (
            [
                (A, "2025-03-04", "People died. A year ago a storm killed 40 people."),
                (B, "2025-03-04", "A year ago a storm killed 45 people."),
            ],
            ["differ: background: killed: 40 Courier · 45 Daily Vel"],
        ),
    ],
)
def test_what_a_card_says_of_figures(reports: list[Told], expected: list[str]) -> None:
    check(reports, *expected)


def titled(reports: Sequence[tuple[str, str, str]], *expected: str) -> None:
    """Hold the card's lines of reports, each an outlet, a title and a text, against what is expected."""
    told = [
        article(number, title, text, outlet=outlet, published=day("2025-03-04")) for number, (outlet, title, text) in enumerate(reports, 1)
    ]
    assert [plain(matter_line(matter)) for matter in card_matters(overview(event(told)))] == list(expected)


def test_attackers_who_were_killed_are_told_apart_from_their_victims() -> None:
    check(
        [
            (A, "2025-03-04", "Three people were killed."),
            (B, "2025-03-04", "Five people were killed."),
            (C, "2025-03-04", "Soldiers killed two kidnappers."),
        ],
        "differ: killed: three Courier · five Daily Vel",
    )
    check([(A, "2025-03-04", "Soldiers killed two kidnappers.")], "single: killed (kidnappers): two Courier")


def test_on_the_page_of_sources_no_heading_stands_twice() -> None:
    told = [(A, "2025-03-04", "It killed 12 people. It cost $3 million. The mayor gave $20 to a boy who sold lemons at his school.")]
    told += [(B, "2025-03-04", "It killed two Orlik soldiers and two Veldmark nurses. They paid $9 for a taxi.")]
    lines = [plain(line) for line in matter_lines(matters(overview(of(told))))]
    headings = [line for line in lines if line.endswith(":")]
    assert len(headings) == len(set(headings))
    assert len(lines) - len(headings) == sum(len(matter.claims) for matter in matters(overview(of(told))))


def test_seats_of_two_parties_are_not_held_against_each_other() -> None:
    text = "The count of the votes in the north of Veldmark was over at noon."
    titled([(A, "Labour wins 120 seats", text), (B, "Greens win 80 seats", text)])
    titled([(A, "Labour wins 120 seats", text), (B, "Labour wins 118 seats", text)], "seats: 118 Daily Vel · 120 Courier")


def test_the_dead_of_two_past_disasters_are_no_disagreement() -> None:
    told = [(A, "2025-03-04", "A storm in 2004 killed 900 people."), (B, "2025-03-04", "In 2011 a storm killed 40 people.")]
    check(told)
    check([*told, (C, "2025-03-04", "In 2004 a storm killed 850 people.")], "differ: background: killed: 850 Flussbote · 900 Courier")


def test_a_sum_that_two_outlets_begin_with_is_what_the_event_is() -> None:
    text = "The town was promised $500 million in aid by the council of Orlik."
    titled([(A, "Orlik pledges aid to Veldmark", text), (B, "Orlik helps", text)], "money: $500 million Courier, Daily Vel")
    titled([(A, "Orlik pledges aid to Veldmark", text), (B, "Orlik helps", f"It was said in the morning. They left. {text}")])


def test_a_text_says_in_full_what_its_title_shortens() -> None:
    seven = (A, "Storm kills seven in Veldmark", "At least seven people were killed by the storm in the town of Veldmark.")
    titled([seven, (B, "Storm in Veldmark", "It was a storm. Nine people were killed.")], "killed: at least seven Courier · nine Daily Vel")


def test_how_strong_an_earthquake_was_is_compared() -> None:
    told = (A, "Magnitude 6.1 earthquake hits Veldmark", "The town of Veldmark was hit by an earthquake.")
    other = "An earthquake of magnitude 6.2 hit the town of Veldmark."
    titled([told, (B, "Earthquake in Veldmark", other)], "magnitude: 6.1 Courier · 6.2 Daily Vel")
    titled([told, (A, "Earthquake in Veldmark", other)])


def test_every_figure_leads_to_its_report() -> None:
    found = check(
        [(A, "2025-03-04", "It killed 12 people."), (B, "2025-03-04", "It killed 30."), (C, "2025-03-04", "It killed 30.")],
        "differ: killed: 12 Courier · 30 Daily Vel, Flussbote",
    )
    links = {span.text: span.url for span in matter_line(found[0]) if isinstance(span, Link)}
    assert links == {"12": "https://courier.example/1", "30": "https://dailyvel.example/2", C: "https://flussbote.example/3"}
    assert [plain(line).split("  ")[0] for line in matter_lines(found[:1])[1:]] == ["12", "30", "30"]


def test_a_copy_says_nothing_that_its_report_does_not() -> None:
    reports = of([(A, "2025-03-04", "It killed 12 people."), (B, "2025-03-05", "It killed 30 people.")])
    copied = replace(reports, articles=(reports.articles[0], replace(reports.articles[1], copy_of=ArticleId(1))))
    assert [len(matter.claims) for matter in matters(overview(copied)) if matter.kind is Kind.KILLED] == [1]


def test_of_many_reports_the_first_and_the_last_are_read() -> None:
    many = overview(of([(f"Outlet {number}", f"2025-03-{1 + number // 24:02}T{number % 24:02}:00", "x") for number in range(80)]))
    read = [one.id for one in read_reports(many)]
    assert read == [*range(1, READ_FIRST + 1), *range(81 - READ_LAST, 81)]


@given(st.lists(st.tuples(st.sampled_from((A, B, C)), st.integers(1, 9), st.integers(2, 40)), min_size=1, max_size=7))
def test_no_figure_is_lost_or_told_twice_and_verdicts_hold(told: list[tuple[str, int, int]]) -> None:
    reports = of([(outlet, f"2025-03-0{at}", f"It killed {number} people.") for outlet, at, number in told])
    (matter,) = matters(overview(reports))
    assert sorted(int(claim.figure.low or 0) for claim in matter.claims) == sorted(number for *_, number in told)
    numbers = {number for *_, number in told}
    assert (matter.verdict in (Verdict.AGREE, Verdict.SINGLE)) == (len(numbers) == 1 or len(told) == 1)
    if matter.verdict is Verdict.MOVED:
        days = {number: [at for _, at, each in told if each == number] for number in numbers}
        spans = sorted((min(each), max(each)) for each in days.values())
        assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_the_seeds_differ_in_who_was_killed_or_wounded() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the five seeds stand beside the checkout only where the project is built")
    articles = []
    for number, path in enumerate(sorted(SEEDS.glob("*.txt")), 1):
        content = parse_article(path.read_bytes(), path.name)
        assert isinstance(content, Content)
        articles.append(replace(article(number), content=content, file=path.name))
    found = matters(overview(event(articles)))
    own = [matter for matter in found if matter.kind in KEY and not matter.is_background]
    losses = [matter for matter in found if matter.kind is Kind.CASUALTIES and len(matter.claims) > 1]
    assert {(matter.is_background, str(matter.verdict)) for matter in losses} == {(True, "differ")}
    assert all(claim.figure.is_sum for matter in own if matter.kind is Kind.CASUALTIES for claim in matter.claims)
    assert {str(matter.verdict) for matter in own if matter.kind is Kind.TROOPS} == {"agree"}


def test_what_figures_count_is_said_in_the_language_of_the_reader() -> None:
    found = card_matters(overview(of([(A, "2025-03-04", "It killed 12 people."), (B, "2025-03-05", "It killed 30 people.")])))
    shown = [matter_line(found[0])[0], matter_lines(found[:1])[0][0]]
    assert [say(span.text, "uk") for span in shown if not isinstance(span, Moment)] == ["загинуло:", "загинуло:"]


def test_of_an_event_made_of_numbers_a_bounded_part_is_compared() -> None:
    nouns = [f"{'abcdefgh'[n % 8]}{'aeiou'[n % 5]}{'klmnprst'[n // 8 % 8]}o{'klmnprst'[n // 64]}" for n in range(400)]
    text = [" ".join(f"It sold {n + 2} {noun}s." for n, noun in enumerate(nouns[at : at + 40], at)) for at in range(0, 400, 40)]
    found = matters(overview(of([(f"Outlet {n}", "2025-03-04", each) for n, each in enumerate(text)])))
    assert 0 < sum(len(matter.claims) for matter in found if matter.kind is Kind.COUNT) <= MOST_NOUNS


def test_hostile_reports_are_cheap() -> None:
    text = "It killed " + " and ".join(f"{number} dogs{number}" for number in range(3_000)) + "."
    assert len(card_matters(overview(of([(A, "2025-03-04", text), (B, "2025-03-05", text)])))) <= 3
