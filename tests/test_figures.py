"""What the numbers of a report count: whom, what became of them, who says so, and which of two is a part or a sum of the other."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Content, DateOrigin, Precision, Stamp
from bot.core.reading.figure import Figure, Kind, Qualifier
from bot.core.reading.figures import figures_in
from bot.core.reading.passages import passages
from bot.sources.parsing.parse import parse_article

LEAD = "A storm hit Veldmark. "
REPORTED = Stamp(at=datetime(2025, 3, 4, tzinfo=UTC), precision=Precision.DAY, origin=DateOrigin.FIELD)


def read(content: Content) -> tuple[Figure, ...]:
    """Find the figures of a report, and hold each one against the place that it names."""
    found = figures_in(content, passages(content))
    for figure in found:
        source = content.title if figure.passage.in_title else content.text
        assert " ".join(source[figure.start : figure.end].split()) == figure.said
        assert figure.passage.start <= figure.start < figure.end <= figure.passage.end
        assert figure.low is None or figure.high is None or figure.low <= figure.high
        assert (figure.low, figure.high) != (None, None) or figure.qualifier is Qualifier.SEVERAL
    return found


def check(sentence: str, *expected: str) -> tuple[Figure, ...]:
    """Hold the figures of a sentence against "kind said", " of what" and " (part)" or " (sum)" behind it."""
    found = read(Content(title="x", titled=False, text=LEAD + sentence, language="en"))
    assert [
        f"{one.kind} {one.said}{' of ' * bool(one.what)}{one.what}{' (part)' * one.is_part}{' (sum)' * one.is_sum}" for one in found
    ] == list(expected)
    return found


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The storm killed 12 people.", "killed 12 of people"),
        ("Twelve people were killed in the storm.", "killed Twelve of people"),
        ("Twelve people have already been killed.", "killed Twelve of people"),
        ("Twelve people died.", "killed Twelve of people"),
        ("12 dead in Veldmark", "killed 12"),
        ("They found two women dead at the pier.", "killed two of women"),
        ("Two men injured at the pier spoke.", "wounded Two of men"),
        ("The storm left at least 12 dead.", "killed at least 12"),
        ("They told of 1,100 Orlik casualties.", "casualties 1,100 of orlik"),
        ("Justin Vell, 34 who was shot, spoke.", "age 34"),
        ("Image 3 of 5 shows 12 people.", "people 12 of people"),
        ("He had 19 prior arrests.", "count 19 of prior arrests"),
        ("All 19 boats stay in port.", "count 19 of boats"),
        ("The storm claimed 12 lives.", "killed 12"),
        ("The death toll, earlier put at 31, was revised down to 28.", "killed 28"),
        ("They found more dead, raising to 19 the death toll.", "killed 19"),
        ("The storm killed 12 dogs.", "count 12 of dogs"),
        ("There were 12 deaths.", "killed 12"),
        ("The death toll rose to 12.", "killed 12"),
        ("The death toll, which had been disputed, stands at 12.", "killed 12"),
        ("The deaths of 12 sailors shook the town.", "killed 12 of sailors"),
        ("He is accused of killing three children.", "killed three of children"),
        ("He shot and killed three children.", "killed three of children"),
        ("Three men were found shot to death.", "killed Three of men"),
        ("A man fatally shot three children.", "killed three of children"),
        ("50 people, mostly women, were killed.", "killed 50 of people"),
        ("Twelve people, including the master, were killed.", "killed Twelve of people"),
        ("Two men who were sleeping were killed.", "killed Two of men"),
        ("One person was killed.", "killed One of person"),
        ("The storm wounded 12 people.", "wounded 12 of people"),
        ("Twelve people were seriously hurt.", "wounded Twelve of people"),
        ("Twelve injured people lay there.", "wounded Twelve of people"),
        ("They found four people with gunshot wounds.", "wounded four of people"),
        ("Four victims were taken to local hospitals.", "wounded Four of victims"),
        ("More than 3,000 Orlik soldiers have been “killed or wounded”.", "casualties More than 3,000 of orlik soldiers"),
        ("Units lost at least 30 soldiers killed and wounded.", "casualties at least 30 of soldiers"),
        ("The number of Orlik soldiers killed and wounded there exceeded 3,000.", "casualties 3,000 of orlik soldiers"),
        ("It put the number of killed or wounded Orliks at 1,000.", "casualties 1,000 of orliks"),
        ("The army suffered 1,100 casualties.", "casualties 1,100"),
        ("Veldmark captured two Orlik soldiers.", "captured two of orlik soldiers"),
        ("Veldmark confirmed the capture of two Orlik soldiers.", "captured two of orlik soldiers"),
        ("Two soldiers were captured alive.", "captured Two of soldiers"),
        ("Three hikers are missing.", "missing Three of hikers"),
        ("Police arrested 20 protesters.", "arrested 20 of protesters"),
        ("About 500 people were evacuated.", "displaced About 500 of people"),
        ("About 500 people fled their homes.", "displaced About 500 of people"),
        ("Some 12,000 Orlik troops have been deployed.", "troops Some 12,000 of orlik troops"),
        ("They have the reported support of over 10,000 soldiers.", "troops over 10,000 of soldiers"),
        ("It puts the number of soldiers now there between 11,000 to 12,000.", "troops between 11,000 to 12,000 of soldiers"),
        ("Orlik has sent over 1,000 missiles.", "weapons over 1,000 of missiles"),
        ("Police found 40 shell casings.", "weapons 40 of shell casings"),
        ("The bill passed with 219 votes.", "votes 219 of votes"),
        ("About 130 people marched.", "people About 130 of people"),
        ("Two suspects fled the scene.", "people Two of suspects"),
        ("It will cost $1.5 million.", "money $1.5 million"),
        ("It rose by 12 per cent.", "percent 12 per cent"),
        ("He got ten years in prison.", "duration ten years"),
        ("The wreck lies 20 km from the pier.", "measure 20 km"),
        ("A boy, 14, saw it.", "age 14"),
        ("It closed 15 schools.", "count 15 of schools"),
        ("Dozens of people were killed.", "killed Dozens of people"),
        ("Total deaths: 45", "killed 45"),
        ("Number of people injured: 120.", "wounded 120 of people"),
        ("Killed or wounded – 1,100.", "casualties 1,100"),
        ("Death toll: 45", "killed 45"),
        ("Soldiers killed: 45.", "killed 45 of soldiers"),
        ("Missing persons: 14", "missing 14 of persons"),
        ("Orlik carried out the executions of three men.", "killed three of men"),
        ("Killed: 12 civilians.", "killed 12 of civilians"),
        ("Killed: 12 houses burned.", "count 12 of houses"),
        ("Coast guard killed: Two suspects are at large.", "people Two of suspects"),
        ("Twelve men were executed.", "killed Twelve of men"),
        ("Prosecutors may seek the executions of three defendants.", "people three of defendants"),
        ("Two tent cities were set up for the displaced.", "count Two of tent cities"),
        ("Orlik captured 12 villages.", "count 12 of villages"),
        ("Three people, one a child, were killed.", "killed Three of people"),
        ("Tens of thousands were displaced.", "displaced Tens of thousands"),
    ],
)
def test_a_number_is_told_with_what_it_counts(sentence: str, expected: str) -> None:
    check(sentence, expected)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "At least 100 Orlik soldiers had been killed and another 1,000 wounded.",
            [
                "killed At least 100 of orlik soldiers",
                "wounded 1,000 of orlik soldiers",
                "casualties At least 100 Orlik soldiers had been killed and another 1,000 of orlik soldiers (sum)",
            ],
        ),
        (
            "The storm killed five people and wounded 12.",
            ["killed five of people", "wounded 12 of people", "casualties five people and wounded 12 of people (sum)"],
        ),
        ("12 dead, 30 injured", ["killed 12", "wounded 30", "casualties 12 dead, 30 (sum)"]),
        ("Five men and three women were killed.", ["killed Five of men", "killed three of women"]),
        ("The storm killed five men and three women.", ["killed five of men", "killed three of women"]),
        ("It killed a guard and two others.", ["killed two"]),
        (
            "Units lost 30 soldiers killed and wounded, and three more went missing.",
            ["casualties 30 of soldiers", "missing three of soldiers"],
        ),
        ("Twelve people were killed, two of them children.", ["killed Twelve of people", "killed two of children (part)"]),
        (
            "There are 12,000 soldiers, including 500 officers and three generals.",
            ["troops 12,000 of soldiers", "troops 500 of officers (part)", "troops three of generals (part)"],
        ),
        (
            "Twelve people, including three children, were killed.",
            ["killed Twelve of people", "killed three of children (part)"],
        ),
        ("Ten of the 12 people were killed.", ["killed Ten of people (part)", "people 12 of people"]),
        ("An 11,000-strong force is there.", ["troops 11,000-strong of force"]),
        ("Five members of a club were among 12 killed.", ["people Five of members", "killed 12"]),
        ("Hundreds of thousands of people fled their homes.", ["displaced Hundreds of thousands of people"]),
        ("Tens of thousands of people fled their homes.", ["displaced Tens of thousands of people"]),
        ("THREE SAILORS KILLED, DOZENS HURT IN ORLIK STORM", ["killed THREE of sailors", "wounded DOZENS of sailors"]),
        ("Attack on 3 mosques leaves 49 dead", ["count 3 of mosques", "killed 49"]),
        ("150 passengers and six crew were hurt.", ["wounded 150 of passengers", "wounded six of crew"]),
        ("21 were wounded; two died.", ["wounded 21", "killed two"]),
        ("Two attacks killed 12 people.", ["count Two of attacks", "killed 12 of people"]),
        ("Four wounded in Veldmark, two suspects at large", ["wounded Four", "people two of suspects"]),
        ("Deaths: 45; injured: 120.", ["killed 45", "wounded 120"]),
        (
            "Dead: at least 12, injured: 30, missing: 4.",
            ["killed at least 12", "wounded 30", "casualties at least 12, injured: 30 (sum)", "missing 4"],
        ),
        ("Two men, one 17 and the other 21, were wounded.", ["wounded Two of men", "age 17", "age 21"]),
        ("Two women, both 22, were hurt.", ["wounded Two of women", "age 22"]),
        ("Three men, ages 54, 33 and 26, and a woman were hurt.", ["wounded Three of men", "age 54", "age 33", "age 26"]),
        ("They captured two soldiers and three tanks.", ["captured two of soldiers", "weapons three of tanks"]),
    ],
)
def test_numbers_of_one_sentence_share_what_they_can(sentence: str, expected: list[str]) -> None:
    check(sentence, *expected)


@pytest.mark.parametrize(
    ("killed", "qualifier", "low", "high"),
    [
        ("100", Qualifier.EXACT, 1100, 1100),
        ("about 100", Qualifier.ABOUT, 1100, 1100),
        ("at least 100", Qualifier.AT_LEAST, 1100, None),
        ("up to 100", Qualifier.AT_MOST, None, 1100),
        ("100 to 120", Qualifier.BETWEEN, 1100, 1120),
    ],
)
def test_a_sum_is_bounded_as_its_parts_are(killed: str, qualifier: Qualifier, low: int | None, high: int | None) -> None:
    said = f"{killed} men were killed and 1,000"
    *_, told = check(f"There {said} wounded.", f"killed {killed} of men", "wounded 1,000 of men", f"casualties {said} of men (sum)")
    assert (told.qualifier, told.low, told.high) == (qualifier, low, high)


@pytest.mark.parametrize(
    "sentence",
    [
        "Two men killed a guard.",
        "They did not kill two men.",
        "It could have killed 12 people.",
        "He planned to kill 12 people.",
        "None of the 12 people was not killed.",
        "The 12 people watched as a man was killed.",
        "Two officers went to the house where a man was killed.",
        "Twelve people say that a man was killed.",
        "Police in 12 cars found a man who was killed.",
        "Two brothers of the man killed on Sunday spoke.",
        "Twelve people were told that he had been arrested.",
        "None of the 200 passengers was injured.",
        "No casualties were reported among 30 workers.",
        "16 feared dead in Veldmark",
        "The last one in the phone of a dead man is known.",
    ],
)
def test_of_whom_nothing_is_said_nothing_is_claimed(sentence: str) -> None:
    found = read(Content(title="x", titled=False, text=LEAD + sentence, language="en"))
    assert {figure.kind for figure in found} <= {Kind.PEOPLE, Kind.COUNT}


@pytest.mark.parametrize(
    "sentence",
    [
        *(
            "One of them is known.",
            "No one was hurt.",
            "One official said so.",
            "He was one of the 2020 Democrats.",
            "In 2014 people fled.",
            "One in five voters stayed away.",
        ),
        *("There were 0 deaths.", "It was day one.", "They live on Pier 12.", "Channel 5 reported it.", "Both men left.", "See page 12."),
        *("Police denied reports that 50 people were killed.", "The ministry rejected the claim that 90 men were captured."),
        *("Claims that 90 people were killed are false.", "A rumour that 40 people died was debunked."),
        *(
            "If 400 people were killed, nobody saw it.",
            "It is unclear if two men were hurt.",
            "Rescuers simulated a fire with 70 people killed.",
        ),
        *("Story 12 tells more.", "Ferry 12 stays in port."),
        *("1e999 people were killed.", "10,0,0 people were killed.", "−5 people were killed.", "٣٤ people were killed."),
    ],
)
def test_what_is_no_figure_is_left_out(sentence: str) -> None:
    check(sentence)


@pytest.mark.parametrize(
    ("sentence", "claimant"),
    [
        ("Mayor Ana Vell said that 12 people were killed.", "Mayor Ana Vell"),
        ("The mayor had previously put the number of dead at 12.", "The mayor"),
        ("According to the coast guard, 12 people were killed.", "the coast guard"),
        ("12 people were killed, according to Sgt. Ana Vell of the harbour police.", "Sgt. Ana Vell of the harbour police"),
        ("12 people were killed, officials said on Tuesday.", "officials"),
        ("“12 people were killed,” said Ana Vell, who saw it.", "Ana Vell"),
        ("It came days after President Ana Vell said that 12 people were killed.", "President Ana Vell"),
        ("Veldmark, alongside Orlik intelligence, estimates the number of dead at 12.", "Veldmark"),
        ("The reported support of 12 people counts.", ""),
        ("As he said, on Sunday 12 people were killed.", ""),
        ("Orlik officials have also previously said that 12 people were killed.", "Orlik officials"),
        ("He said that 12 people were killed.", ""),
        ("12 people were killed.", ""),
    ],
)
def test_whom_the_sentence_credits_stands_beside_the_figure(sentence: str, claimant: str) -> None:
    found = read(Content(title="x", titled=False, text=LEAD + sentence, language="en"))
    assert [figure.claimant for figure in found if figure.kind is not Kind.COUNT] == [claimant]


@pytest.mark.parametrize(
    ("sentence", "past"),
    [
        ("The trial over the December 2023 shooting that killed 12 people opened on Monday.", ["12"]),
        ("He is accused of killing 12 people in December 2023 and was freed on Monday.", ["12"]),
        ("On Monday 12 people were killed beside the memorial of the 2023 fire.", []),
        ("The 2023 fire, which killed 40, was recalled on Monday when 12 people died.", ["40"]),
        ("In the harbour of the 2023 fire, 12 people died on Monday.", []),
        ("Monday’s fire killed 12 people in a street rebuilt in 2023.", []),
        ("Police on Monday arrested 12 men over the December 2023 shooting.", []),
        ("On Monday they recalled the October fire that killed 40.", ["40"]),
    ],
)
def test_what_stands_beside_a_time_that_is_over_is_background_though_today_is_named(sentence: str, past: list[str]) -> None:
    found = read(Content(title="x", titled=False, text=LEAD + sentence, language="en", published=REPORTED))
    assert [figure.said for figure in found if figure.passage.is_background] == past


@pytest.mark.parametrize(
    ("sentence", "past"),
    [
        ("More than 40,000 people have been killed since the war began.", ["More than 40,000"]),
        ("The attack killed 12 people; 40,000 have been killed since the start of the war.", ["40,000"]),
        ("The war has killed 40,000 people.", ["40,000"]),
        ("Twelve people were killed in the deadliest attack since the war.", []),
    ],
)
def test_the_toll_of_a_whole_war_is_background(sentence: str, past: list[str]) -> None:
    found = read(Content(title="x", titled=False, text=LEAD + sentence, language="en"))
    assert [figure.said for figure in found if figure.passage.is_background] == past


def test_figures_of_a_title_have_their_places_in_it() -> None:
    (found,) = read(Content(title="Storm kills 12", titled=True, text="It came at night.", language="en"))
    assert (found.passage.in_title, found.start, found.end) == (True, 12, 14)


def test_a_place_is_right_behind_folded_white_space() -> None:
    (found,) = read(Content(title="x", titled=False, text="The  storm\n killed\u00a0 at  least 12\npeople.", language="en"))
    assert found.said == "at least 12"


def test_in_other_languages_nothing_is_claimed() -> None:
    assert read(Content(title="12 Tote", titled=True, text="12 killed. 1.000 Tote.", language="de")) == ()
    assert read(Content(title="12 Tote", titled=True, text="Bei dem Sturm starben 12 Menschen, sagte die Polizei.")) == ()


WORDS = st.sampled_from(
    "12 1,000 two fifty dozens people soldiers others killed wounded and or , were the of them including captured missiles said at least more "
    "than who not between to $5 % years old . “ ” one deaths toll number Vell".split()
)


@given(st.lists(WORDS, max_size=40))
def test_whatever_words_stand_together_each_figure_lies_in_its_passage(words: list[str]) -> None:
    read(Content(title=" ".join(words), titled=True, text=LEAD + " ".join(words), language="en"))


@pytest.mark.parametrize(
    "shape",
    [
        *("12 dead. ", "1,", "one ", "12 “dead ", "5 men, ", "said 5 men and ", "1. A ", "in 1999 ", "\n ", "9"),
        *("killed: 1, ", "number of the dead: ", ", one 1", "in June 2019 on Monday 12 dead ", "since the war 12 dead ", "ages 1, 1 and "),
    ],
)
def test_a_text_of_hostile_shape_is_read_in_bounded_steps(shape: str) -> None:
    text = shape * (300_000 // len(shape))
    assert len(read(Content(title=text, titled=True, text=text, language="en", published=REPORTED))) < 10_000


SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
GOLD = {
    "000": [
        ("troops", "12000..12000", True),
        ("troops", "500..500", True),
        ("troops", "3..3", True),
        ("troops", "50000..50000", True),
        ("casualties", "30..", True),
        ("missing", "3..3", True),
        ("killed", "100..", True),
        ("wounded", "1000..1000", True),
        ("casualties", "1100..", True),
        ("casualties", "3000..", True),
    ],
    "001": [
        ("troops", "11000..12000", False),
        ("killed", "50..50", False),
        ("wounded", "47..47", False),
        ("casualties", "97..97", False),
    ],
    "002": [("troops", "10000..12000", True)],
    "003": [
        ("troops", "12000..12000", False),
        ("captured", "1..1", False),
        ("casualties", "3000..3000", False),
        ("casualties", "1000..1000", True),
    ],
    "004": [("troops", "10000..", False), ("weapons", "1000..", True)],
}
"""By hand: every figure of troops, casualties and missiles, its bounds, and whether its sentence is background."""


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five real article files are not beside this checkout (../shared/seeds)")
@pytest.mark.parametrize("number", sorted(GOLD))
def test_the_real_files_give_all_their_figures_of_war_and_no_other(number: str) -> None:
    (path,) = SEEDS.glob(f"{number}_*")
    content = parse_article(path.read_bytes(), path.name)
    assert isinstance(content, Content)
    found = read(content)
    of_war = [figure for figure in found if figure.kind not in (Kind.COUNT, Kind.PEOPLE)]
    assert [(figure.kind.value, f"{figure.low or ''}..{figure.high or ''}", figure.passage.is_background) for figure in of_war] == GOLD[
        number
    ]
    assert all(re.search(r"\d|[a-z]", figure.said) and figure.said in figure.passage.text for figure in of_war)
