"""Whom a report credits is found by how it says so, with the exact words, whatever stands around them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Content
from bot.core.reading.credit import Credit, CreditKind
from bot.core.reading.credits import credits_in, key_of
from bot.core.reading.passages import passages
from bot.sources.parsing.parse import parse_article

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


def credited(text: str, *, title: str = "Bridge falls", language: str = "en", agency: str | None = None) -> tuple[Credit, ...]:
    content = Content(title=title, titled=True, text=text, language=language, agency=agency)
    found = credits_in(content, passages(content))
    for one in found:
        if one.passage is not None:
            source = title if one.passage.in_title else text
            assert one.passage.start <= one.start < one.end <= one.passage.end
            assert source[one.start : one.end].strip()
    return found


def check(text: str, *expected: str) -> None:
    """Hold sort, name and, behind an arrow, origin of each credit against what is expected."""
    assert [f"{one.kind}: {one.name}" + (f" < {one.source}" if one.source else "") for one in credited(text)] == list(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge fell at dawn, police said.", ["official: police"]),
        ("According to the ministry of transport, nobody was hurt.", ["official: ministry of transport"]),
        ("“It was dark,” said witness Ada Lorn.", ["person: witness Ada Lorn"]),
        ("Mayor Petra Hulme told Reuters that the bridge was closed.", ["official: Mayor Petra Hulme", "agency: Reuters < hulme"]),
        ("Mayor Petra Hulme spoke. Hulme said it was old.", ["official: Hulme"]),
        ("Mayor Petra Hulme said it fell. Hulme said it was old.", ["official: Mayor Petra Hulme", "official: Mayor Petra Hulme"]),
        ("The bridge fell at dawn, Orlik Courier reported.", ["outlet: Orlik Courier"]),
        ("The Telegram channel Nightwatch shared a video of the bridge.", ["channel: Telegram channel Nightwatch"]),
        ("The spy service of Orlik said so. This is reported by the national agency Interfax.",
         ["official: spy service of Orlik", "agency: national agency Interfax < spy service of orlik"]),
        ("The bridge fell, citing sources in the army.", ["anonymous: sources"]),
        ("A spokeswoman for the fire service, Ilsa Dorn, said eleven cars fell.", ["official: Ilsa Dorn"]),
        ("The National Bridge Office (NBO) said it was safe. NBO denied cracks.",
         ["official: National Bridge Office", "official: National Bridge Office"]),
        ("It fell, as shared via the Telegram channel Nightwatch, Rivernews reports.",
         ["channel: Telegram channel Nightwatch", "outlet: Rivernews < telegram channel nightwatch"]),
        ("(With inputs from agencies.)", ["agency: agencies"]),
        ("OSLO (AP) — The bridge fell at dawn.", ["agency: AP"]),
        ("His lawyer, Tom Vesk, denied it.", ["person: Tom Vesk"]),
        ("He said nothing. They told us so. It is said to be old. The report of the council said so.", []),
        ("The mayor visited the bridge. Nobody knows who reported the cracks.", []),
    ],
)  # fmt: skip
def test_who_is_credited_is_found_with_whom_he_has_it_from(text: str, expected: list[str]) -> None:
    check(text, *expected)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Bridge unsafe for years: police", "police"),
        ("Zelensky: Bridge will stand", "Zelensky"),
        ("Police say bridge was old", "Police"),
    ],
)
def test_headlines_credit_too(title: str, name: str) -> None:
    (found,) = credited("On Monday Zelensky walked over the bridge.", title=title)
    assert (found.name, found.passage is not None and found.passage.in_title) == (name, True)


def test_the_agency_of_the_byline_has_it_from_whom_the_report_names_first() -> None:
    byline, police = credited("The bridge fell at dawn, police said.", agency="AFP")
    assert (byline.kind, byline.name, byline.passage, byline.source) == (CreditKind.AGENCY, "AFP", None, police.key)


def test_what_is_not_read_credits_only_its_byline() -> None:
    assert [one.name for one in credited("Der Bürgermeister sagte, die Brücke sei alt.", language="de", agency="dpa")] == ["dpa"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zelensky", "Zelenskyy"),
        ("Zelenskiy", "Zelenskyi"),
        ("the NIS", "NIS"),
        ("South Korea’s NIS", "South Korea's NIS"),
        ("José", "Jose"),
    ],
)
def test_spellings_of_a_name_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(["police", "said", "Ada Lorn", ",", ".", "“", "”", "told", "AFP", "according to", "\n", "(", ")"]), max_size=40
    ).map(" ".join)
)
def test_whatever_a_text_says_its_credits_lie_in_it(text: str) -> None:
    credited(text)


def test_hostile_texts_are_read_in_time() -> None:
    for piece in ("said ", "according to ", "A, ", "told The ", "Telegram channel ", "(AP) — ", "X said Y, ", "of of of "):
        credited(piece * 20_000)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five real article files are not beside this checkout (../shared/seeds)")
def test_the_chains_of_the_real_articles_are_found() -> None:
    chains = set()
    for path in sorted(SEEDS.glob("*.txt")):
        content = parse_article(path.read_bytes(), path.name)
        assert isinstance(content, Content)
        found = credits_in(content, passages(content))
        names = {one.key: one.name for one in found}
        chains |= {(one.name.split()[-1], names[one.source].split()[-1]) for one in found if one.source}
    assert {("Yonhap", "Service"), ("Militarnyi", "Warshal"), ("AFP", "officials")} <= chains
