"""A report's first sentence is shown without the place and agency that open it, and never loses a word of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text.dateline import without_dateline

SAID = "Two ferries met in the fog."


@pytest.mark.parametrize(
    "line",
    [
        "OSLO — ",
        "OSLO (Reuters) - ",
        "NEW ORLEANS (AP) — ",
        "Lisbon (dpa) – ",
        "TAMPA, Fla. (Wire/Radio 8) - ",
        "ST. LOUIS -- ",
        "SEOUL, South Korea -- ",
        "(KXTV) — ",
        "— ",
        "-- ",
        "- ",
        "- -- ",
        "ORLIK and VELIA (Reuters) - ",
        "ORLIK, March 10 (Reuters) - ",
        "Orlik, 10 March 2026 (AFP) – ",
        "ORLIK, Mar. 10, 2026 (Reuters) - ",
        "MONTREAL/RIYADH (Reuters) - ",
        "",
    ],
)
@pytest.mark.parametrize("said", [SAID, f'"{SAID}" he said.', "12 people swam ashore."])
def test_what_opens_a_wire_report_is_no_part_of_its_first_sentence(line: str, said: str) -> None:
    assert without_dateline(line + said) == said


@pytest.mark.parametrize(
    "said",
    [
        "US - China talks resume on Monday.",
        "The harbour - the largest of the coast - was closed.",
        "Nobody (not even Orla Finch) — says the mayor — was hurt.",
        "COVID-19 cases rise.",
        "NATO (the alliance) met on Monday.",
        "A - B",
    ],
)
def test_a_dash_inside_a_sentence_stays(said: str) -> None:
    assert without_dateline(said) == said


@given(st.text())
def test_what_is_left_is_the_end_of_what_was_there(text: str) -> None:
    assert text.endswith(without_dateline(text))
