"""Events in two languages meet by what their headlines mean: what is read, what is usual, and what makes two events one."""

import json
from array import array

import pytest
from meaning_samples import BACKGROUND, Encoder, backwards, hissing

from bot.core.grouping.crosslang import BAR, told_elsewhere
from bot.core.grouping.live import LiveEvent, LiveIndex
from bot.core.grouping.meaning import TITLES, WARM, Languages, Meaning, meaning_of
from bot.core.grouping.merging import Merge
from bot.core.grouping.vectors import Frequencies, vectors
from bot.core.model import EventId
from bot.core.text.terms import terms_of

QUAKE = "Strong earthquake shakes Velmora cathedral"
FERRY = "Pellin ferry sinks off Quillon"


class Stage:
    """Live events and what is usual in each language, as the grouper keeps them."""

    def __init__(self, background: int = len(BACKGROUND)) -> None:
        self.encoder = Encoder()
        self.index = LiveIndex()
        self.languages = Languages(self.encoder)
        for number, title in enumerate(BACKGROUND[:background], 1000):
            self.tell(number, title if number % 2 else backwards(title), "en" if number % 2 else "ne", hours=-200)

    def tell(self, event_id: int, title: str, language: str | None, *, hours: float | None = 0) -> LiveEvent:
        self.index.add(EventId(event_id), vectors(terms_of(title, ""), Frequencies(), hours=hours, day=False, outlet=None))
        event = self.index.get(EventId(event_id))
        assert event is not None
        if language:
            event.meaning = self.languages.told(event.meaning, title, language)
        return event

    def look(self, event: LiveEvent) -> Merge | None:
        return told_elsewhere(event, self.index, self.languages)


def test_only_the_first_headlines_of_an_event_are_read() -> None:
    stage = Stage()
    before = stage.encoder.read
    for _ in range(3 * TITLES):
        stage.tell(1, QUAKE, "en")
    assert stage.encoder.read == before + TITLES


def test_nothing_is_read_where_all_reports_are_in_one_language() -> None:
    encoder = Encoder()
    languages = Languages(encoder)
    for number, title in enumerate(BACKGROUND):
        languages.told(None, title, "ne" if number < 3 else "en")
    assert encoder.read == 0


def test_the_languages_of_an_event_are_known_even_where_nothing_is_read() -> None:
    stage = Stage()
    event = stage.tell(1, QUAKE, "en")
    assert event.meaning is not None
    read = event.meaning.vector
    stage.tell(1, QUAKE, "xx")
    assert event.meaning.languages == frozenset({"en", "xx"})
    assert (event.meaning.titles, event.meaning.vector) == (1, read)


def test_what_is_known_comes_back_bit_for_bit() -> None:
    stage, other = Stage(), Stage(background=0)
    stage.languages.told(None, QUAKE, "xx")
    other.languages.learn(stage.languages.written())
    assert other.languages.written() == stage.languages.written()
    mine, theirs = (each.tell(1, QUAKE, "en").meaning for each in (stage, other))
    assert mine is not None
    assert theirs is not None
    again = meaning_of(json.loads(json.dumps(mine.written())))
    for each in (theirs, again):
        assert [getattr(each, name) for name in Meaning.__slots__] == [getattr(mine, name) for name in Meaning.__slots__]
    unread = Meaning({"xx"}, 0, array("f"))
    assert meaning_of(unread.written()).written() == unread.written()
    assert mine.cosine(mine) == pytest.approx(1)
    assert unread.cosine(mine) == 0


def test_nothing_is_compared_before_it_is_known_what_is_usual() -> None:
    stage = Stage(background=WARM - 20)
    stage.tell(1, QUAKE, "en")
    assert stage.look(stage.tell(2, backwards(QUAKE), "ne", hours=1)) is None


def test_an_event_meets_its_translation_with_evidence_to_read() -> None:
    stage = Stage()
    stage.tell(1, QUAKE, "en")
    stage.tell(3, FERRY, "en")
    found = stage.look(stage.tell(2, backwards(QUAKE), "ne", hours=1))
    assert found is not None
    assert (found.survivor.id, found.absorbed.id) == (1, 2)
    assert found.evidence.threshold == BAR <= (found.evidence.score or 0)
    assert [part.feature for part in found.evidence.contributions] == ["meaning alike", "words alike", "silence between"]
    assert sum(part.logits for part in found.evidence.contributions) == pytest.approx(found.evidence.score, abs=1e-3)


@pytest.mark.parametrize(
    ("title", "language", "hours"),
    [
        pytest.param(backwards(QUAKE), "ne", 24 * 15, id="weeks later: the anniversary, or another one"),
        pytest.param(backwards(FERRY), "ne", 1, id="something else"),
        pytest.param(backwards(QUAKE), "xx", 1, id="a language the model does not know"),
        pytest.param(backwards(QUAKE), None, 1, id="no language"),
        pytest.param("Powerful tremor jolts Velmoran minster", "en", 1, id="the same language: there, words decide"),
    ],
)
def test_an_event_does_not_meet(title: str, language: str | None, hours: float) -> None:
    stage = Stage()
    stage.tell(1, QUAKE, "en")
    assert stage.look(stage.tell(2, title, language, hours=hours)) is None


def test_an_event_without_a_time_must_be_more_alike() -> None:
    scores = []
    for hours in (0, None):
        stage = Stage()
        stage.tell(1, QUAKE, "en", hours=hours)
        found = stage.look(stage.tell(2, backwards(QUAKE), "ne"))
        assert found is not None
        scores.append(found.evidence.score or 0)
    assert scores[1] < scores[0] - 0.2


@pytest.mark.parametrize(
    ("title", "are_one"),
    [
        pytest.param("Velmora cathedral falls in strong earthquake", True, id="their words allow it"),
        pytest.param("Powerful tremor jolts Velmoran minster", False, id="their words do not"),
    ],
)
def test_events_with_a_common_language_meet_through_another_if(title: str, *, are_one: bool) -> None:
    stage = Stage()
    for number, filler in enumerate(BACKGROUND[:40], 2000):
        stage.tell(number, hissing(filler), "ss", hours=-200)
    stage.tell(1, QUAKE, "en")
    stage.tell(1, backwards(QUAKE), "ne")
    stage.tell(2, title, "en")
    event = stage.tell(2, hissing(QUAKE), "ss", hours=1)
    assert (stage.look(event) is not None) == are_one


def test_an_event_looks_when_it_opens_and_less_and_less_often_as_it_grows() -> None:
    stage = Stage()
    stage.tell(1, QUAKE, "en")
    looked = [stage.look(stage.tell(2, backwards(QUAKE), "ne")) is not None for _ in range(8)]
    assert looked == [True, True, True, True, False, True, False, True]
