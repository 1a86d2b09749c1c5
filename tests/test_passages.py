"""Sentences with their places: the slices are exact, days are resolved, and what is past is told from what is new."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Content, DateOrigin, Precision, Stamp
from bot.core.reading.passages import READ, Passage, is_english, passages

REPORTED = Stamp(at=datetime(2025, 3, 4, tzinfo=UTC), precision=Precision.DAY, origin=DateOrigin.FIELD)
LEAD = "A ferry ran aground off Veldmark on Tuesday. Tugs took off all who were aboard."


def check(text: str, *, title: str = "", language: str | None = "en", published: Stamp | None = REPORTED) -> tuple[Passage, ...]:
    """Cut a report into passages, and hold each one against the place that it names."""
    content = Content(title=title or text[:40] or "x", titled=bool(title), text=text, language=language, published=published)
    found = passages(content)
    for passage in found:
        source = content.title if passage.in_title else content.text
        assert " ".join(source[passage.start : passage.end].split()) == passage.text
        assert passage.in_title is (passage.position == -1)
    told = [passage for passage in found if not passage.in_title]
    assert [passage.position for passage in told[:1]] == [0] * bool(told)
    assert all(other.position - one.position in {0, 1} for one, other in pairwise(told))
    assert all(one.end <= other.start and one.paragraph <= other.paragraph for one, other in pairwise(told))
    return found


def test_the_title_comes_first_and_sentences_keep_their_places() -> None:
    found = check("One  line\nthat is torn. Another one.\n\n“Quoted. Twice,” he said. Dr. Vell left.", title="A title")
    assert [(passage.position, passage.paragraph, passage.text) for passage in found] == [
        (-1, 0, "A title"),
        (0, 0, "One line that is torn."),
        (1, 0, "Another one."),
        (2, 1, "“Quoted. Twice,” he said."),
        (3, 1, "Dr. Vell left."),
    ]


def test_a_report_without_a_title_of_its_own_has_no_title_passage() -> None:
    assert [passage.position for passage in check(LEAD)] == [0, 1]
    assert check("") == ()


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("It ran aground on 26 December.", date(2024, 12, 26)),
        ("It ran aground on March 3.", date(2025, 3, 3)),
        ("It ran aground on Feb. 26th, 2024.", date(2024, 2, 26)),
        ("It ran aground on 2024-11-30.", date(2024, 11, 30)),
        ("It sails again on March 5-6.", date(2025, 3, 5)),
        ("It ran aground on February 29.", date(2024, 2, 29)),
        ("It may carry 30 cars.", None),
        ("It ran aground on Tuesday with 140 aboard.", None),
        ("It ran aground on February 30.", None),
    ],
)
def test_a_day_without_a_year_is_the_nearest_to_the_report(sentence: str, day: date | None) -> None:
    assert check(sentence)[0].day == day


def test_a_day_without_a_year_is_none_in_an_undated_report() -> None:
    assert check("It ran aground on 26 December.", published=None)[0].day is None
    assert check("It ran aground on 26 December 2024.", published=None)[0].day == date(2024, 12, 26)


@pytest.mark.parametrize(
    "sentence",
    [
        "Previously, the operator had lost two ferries.",
        "Earlier, another ferry sank in the same place.",
        "The coast guard had earlier warned of the northern pier.",
        "Last year 12 people died on the same route.",
        "Two years ago a ferry sank with 30 aboard.",
        "In recent years the fleet lost 12 ships.",
        "In 2019, a ferry burned out in the harbour.",
        "A ferry burned out there on June 3, 2019.",
        "The fleet lost 12 ships in October.",
        "It was the latest in a string of accidents.",
        "About 400 ships run aground every year.",
        "In May 2024, 53 people died on the same route.",
        "In 2024, 45 people drowned there.",
        "Since a 2016 collision that killed 70 the pier is guarded.",
        "More than 40 people have drowned there this year.",
    ],
)
def test_a_sentence_of_the_past_is_background(sentence: str) -> None:
    assert [passage.is_background for passage in check(f"{LEAD} {sentence}")] == [False, False, True]


@pytest.mark.parametrize(
    "sentence",
    [
        "Two people were hurt, officials said earlier on Tuesday.",
        "A previously unknown rock lies there.",
        "The ferry left Orlik on March 3.",
        "The master, who is 58, has sailed since February.",
        "Repairs will cost 2 million euros.",
        "At least 12 people drowned when the pier, built 40 years ago, collapsed.",
        "Nineteen people drowned, said the mayor, who was elected last year.",
        "Nineteen people drowned, seven more than previously thought.",
        "The hospital, which opened in 2019, treats 45 people.",
        "He was sentenced on Monday for a 2019 collision.",
    ],
)
def test_a_sentence_of_the_happening_is_not(sentence: str) -> None:
    assert not any(passage.is_background for passage in check(f"{LEAD} {sentence}"))


def test_a_report_begins_with_its_own_happening_whatever_its_words() -> None:
    assert [passage.is_background for passage in check("Two years ago a ferry sank. Two years ago it was raised.")] == [False, True]


def test_what_goes_on_from_the_past_is_past() -> None:
    found = check(f"{LEAD} Last year a ferry sank. It had 30 aboard. The new one has 140.")
    assert [passage.is_background for passage in found] == [False, False, True, True, False]


PARTED = f"{LEAD}\n\nThe harbour stays closed.\n\n%s\n\n%s Twelve ships were lost.\n\nFour were raised.%s"


def test_lines_that_are_no_sentences_are_not_counted() -> None:
    found = check("Orlik Courier\n\nBy Ida Varr\n\nA ferry sank off Orlik.\n\nImage Credit: ANI\n\nForty people are safe.")
    assert [(passage.position, passage.text) for passage in found if passage.text.endswith(".")] == [
        (0, "A ferry sank off Orlik."),
        (1, "Forty people are safe."),
    ]


def test_below_a_subheading_that_heads_history_all_is_background() -> None:
    found = check(PARTED % ("Ferries of the northern line", "The line was founded in May 1998.", ""))
    assert [passage.is_background for passage in found] == [False, False, False, True, True, True, True]
    found = check(PARTED % ("Ferries of the northern line", "It began on January 3.", "\n\nWhat the harbour does now\n\nTugs wait."))
    assert [passage.is_background for passage in found][-6:] == [True, True, True, True, False, False]


@pytest.mark.parametrize(
    "heading", ["What the master says", "ADVERTISEMENT HERE AND THERE", "Read more about ferries", "See https://a.example/b now"]
)
def test_other_short_lines_part_nothing_off(heading: str) -> None:
    found = check(PARTED % (heading, "He is well." if heading.startswith("What") else "The line was founded in May 1998.", ""))
    assert not found[-1].is_background
    assert not found[-2].is_background


def test_in_other_languages_no_word_is_taken_for_a_sign_of_the_past() -> None:
    text = "Die Fähre lief am Dienstag auf Grund. Last year ist Englisch. Zuvor gab es 12 Tote."
    assert not any(passage.is_background for passage in check(text, language="de"))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "…", True),
        ("de", LEAD, False),
        (None, LEAD, True),
        (None, "Die Fähre lief am Dienstag vor Veldmark auf Grund, sagte die Küstenwache.", False),
        (None, "Паром сел на мель у Велдмарка, сообщила береговая охрана.", False),
        (None, "12 12 12", False),
        ("en", "Ferry don run aground for Veldmark and 12 pesin die, na so di police tok. Di ferry wey dey carry dem no get light.", False),
        ("en", "Police said they saw the dogs on Di Maggio Street. “Dis na wetin dey,” she said. " + LEAD * 9, True),
    ],
)
def test_english_is_what_says_so_or_reads_so(language: str | None, text: str, *, expected: bool) -> None:
    assert is_english(Content(title=text, titled=False, text=text, language=language)) is expected


@given(st.text(st.sampled_from('aA .!?…\n\t\u00a0“”"()1。！」Mr'), max_size=120), st.sampled_from(("", "A title")))
def test_whatever_a_text_holds_its_passages_are_slices_of_it_that_leave_out_white_space_only(text: str, title: str) -> None:
    found = check(text, title=title)
    covered = [range(passage.start, passage.end) for passage in found if not passage.in_title]
    assert all(text[place].isspace() for place in set(range(len(text))).difference(*covered))


def test_of_a_text_without_end_a_bounded_part_is_read() -> None:
    assert check("Ab. " * 200_000)[-1].end <= READ
