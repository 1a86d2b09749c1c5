"""What became of whom, as a report announces it: said of whom, and not when it is denied, feared, planned, long past or an idiom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import day

from bot.core.model import Content
from bot.core.reading.passages import passages
from bot.core.reading.status import Status
from bot.core.reading.statuses import statuses_in

LEAD = "A storm hit Veldmark and the people of the town went out to see it. "


def read(content: Content) -> tuple[Status, ...]:
    """Find the states of a report, and hold each one against the place that it names."""
    found = statuses_in(content, passages(content))
    for status in found:
        source = content.title if status.passage.in_title else content.text
        assert status.passage.start <= status.start < status.end <= status.passage.end
        assert source[status.start : status.end].strip()
        assert not status.passage.is_background
    return found


def check(sentence: str, *expected: str) -> None:
    """Hold the states of a sentence of a text against "state of whom"."""
    found = read(Content(title="x", titled=False, text=LEAD + sentence, language="en", published=day("2025-03-04")))
    assert [f"{one.state} of {one.subject}".removesuffix(" of ") for one in found] == list(expected)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The soldier was captured on Friday.", "captured of soldier"),
        ("Orlik forces have captured a wounded soldier.", "captured of soldier"),
        ("The soldier later died in captivity.", "dead of soldier"),
        ("Officials said that the captain had died.", "dead of captain"),
        ("Jan Orel, 33, was pronounced dead at the scene.", "dead of jan orel"),
        ("A man in a red coat was arrested.", "arrested of man"),
        ("Police arrested a sailor from Orlik.", "arrested of sailor"),
        ("Orel is in police custody.", "arrested of orel"),
        ("The harbour master was taken into custody.", "arrested of harbour master"),
        ("Orel turned himself in.", "arrested of orel"),
        ("Orel was charged with arson.", "charged of orel"),
        ("Prosecutors have charged Orel with arson.", "charged of orel"),
        ("Orel was found guilty of arson.", "convicted of orel"),
        ("Orel pleaded guilty to arson.", "convicted of orel"),
        ("Orel was sentenced to ten years.", "sentenced of orel"),
        ("Orel was acquitted of arson.", "acquitted of orel"),
        ("Orel was released on bail.", "released of orel"),
        ("The two divers were found alive.", "found of two divers"),
        ("The crew was rescued by a trawler.", "rescued of crew"),
        ("The harbour minister resigned on Monday.", "resigned of harbour minister"),
        ("Parliament passed the harbour bill.", "adopted of harbour bill"),
        ("A ceasefire agreement was signed.", "adopted of ceasefire agreement"),
        ("Police have made an arrest.", "arrested of arrest"),
        ("Orel is guilty of arson.", "convicted of orel"),
        ("The president signed the harbour bill.", "enacted of harbour bill"),
        ("The regatta was cancelled.", "cancelled of regatta"),
        ("The ministry denied the reports.", "denied of ministry"),
        ("An army spokesman denied the attack.", "denied of army spokesman"),
        ("Officials denied that a ferry had been hit.", "denied of officials"),
        ("Orel denied knowing the sailor.", "denied of orel"),
        ("A sailor is facing charges.", "charged of sailor"),
        ("Orel is facing a weapons charge.", "charged of orel"),
        ("Orel pleaded not guilty.", "denied of orel"),
        ("Orel was sentenced on Friday to ten years in prison.", "sentenced of orel"),
        ("Orel was extradited to Velia.", "extradited of orel"),
        ("The harbour minister stepped down on Monday.", "resigned of harbour minister"),
        ("The harbour director was fired on Monday.", "resigned of harbour director"),
        ("Officials lifted the evacuation order.", "ended of evacuation order"),
        ("The dock strike ended on Monday.", "ended of dock strike"),
    ],
)
def test_what_a_sentence_announces(sentence: str, expected: str) -> None:
    check(sentence, expected)


def test_two_states_of_the_same_one_are_both_told() -> None:
    check("Orel, 41, was arrested and charged with arson.", "arrested of orel", "charged of orel")


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody has been arrested.",
        "Orel has not been charged with anything.",
        "No suspect is in custody yet.",
        "They drove away before the shooting.No one is in custody yet.",
        "Orel may have died.",
        "Two sailors are feared to have died.",
        "Orel will be charged with arson.",
        "If he is convicted of arson, he faces ten years.",
        "Orel was allegedly captured on Friday.",
        "Was Orel arrested?",
        "The man who died was Orel.",
        "I was arrested.",
        "The race ended in a dead heat and charged batteries.",
        "The fire alarm charged with dust was arrested.",
        "The engine died.",
        "The wind died down.",
        "The moment was captured on video.",
        "The ministry denied him entry.",
        "The ministry released a report.",
        "Orel was arrested in 2011.",
        "Last year the minister resigned.",
        "The judge denied bail.",
        "The newly elected officials met.",
        "The minister was charged a fee.",
    ],
)
def test_what_a_sentence_does_not_announce(sentence: str) -> None:
    check(sentence)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Suspect arrested in Orlik harbour fire", ["arrested of suspect"]),
        ("Police arrest suspect in harbour fire", ["arrested of suspect"]),
        ("Man charged with arson", ["charged of man"]),
        ("2 arrested in connection with harbour fire", ["arrested of 2"]),
        ("Three charged over harbour fire", ["charged of three"]),
        ("Sailor faces arson charges", ["charged of sailor"]),
        ("Senate passes harbour bill", ["adopted of harbour bill"]),
        ("Sailor gets 20 years for arson", ["sentenced of sailor"]),
        ("Sailor gets life in prison", ["sentenced of sailor"]),
        ("Sailor gets 20 dollars back", []),
        ("Mayor fires harbour director", ["resigned of harbour director"]),
        ("Police fired tear gas in Orlik", []),
        ("Velia pulls out of regatta", ["withdrawn of velia"]),
        ("Harbour bill fails in Senate", ["rejected of harbour bill"]),
        ("Harbour bill fails to convince sailors", []),
        ("Judge blocks minister from closing harbour", ["rejected of minister"]),
        ("Truck blocks road to harbour", []),
        ("Court strikes down harbour law", ["rejected of harbour law"]),
        ("Court upholds fishing ban", ["upheld of fishing ban"]),
        ("Storm warning lifted in Orlik", ["ended of storm warning"]),
        ("Sailor lifted from sea", []),
        ("Harbour road reopens", ["ended of harbour road"]),
        ("Murder charges in Orlik", []),
        ("Arrest made in Orlik", ["arrested of arrest"]),
    ],
)
def test_headlines_leave_words_out(title: str, expected: list[str]) -> None:
    found = read(Content(title=title, titled=True, text=LEAD, language="en"))
    assert [f"{one.state} of {one.subject}" for one in found] == expected


@pytest.mark.parametrize("language", ["de", "uk", "fr"])
def test_other_languages_say_nothing(language: str) -> None:
    assert read(Content(title="Orel was arrested", titled=True, text="Orel was arrested.", language=language)) == ()


WORDS = (
    "the Orel was has been not had arrested charged with died custody in , and who , captured denied that on bail \n\n . “ ” 33, found dead"
)


@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=60))
def test_whatever_is_written_places_are_true(words: list[str]) -> None:
    read(Content(title=" ".join(words[:12]) or "x", titled=True, text=" ".join(words), language="en"))
