"""What is remembered in storage decides as what was kept in memory, and an event that was quiet is joined as if it never had been."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from grouping_samples import BANK, NOON, OTHER_QUAKE, QUAKE, article
from hypothesis import given, settings
from hypothesis import strategies as st
from remembered import Remembered

from bot.core.grouping import memory, state
from bot.core.grouping.decision import Joined, Merged, Opened
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.grouping.live import MEMBERS, LiveEvent
from bot.core.grouping.vectors import Frequencies, vectors
from bot.core.model import Article, ArticleId, Event, EventId
from bot.core.text import terms

CAST = "Arrano Velmora Quillon Dorn Tessin Morravia Hulme Pellin Askel Lindheim Harrowgate Voss Brandt Ostrava Kellan Miro".split()
PLOT = "quake cathedral bank rate crown ferry tugs fog strike court verdict flood bridge train vote budget mayor fire mill school".split()


def news(number: int, events: int, seed: int) -> list[Article]:
    """Invent a stream in which each event has names and words of its own, and reports that come late."""
    draw = random.Random(seed)
    casts = [(draw.sample(CAST, 4), draw.sample(PLOT, 6)) for _ in range(events)]
    stream = []
    for place in range(1, number + 1):
        event = draw.randrange(min(events, place))
        names, words = casts[event]
        title = " ".join([*draw.sample(names, 2), *draw.sample(words, 3)])
        body = " ".join(
            f"the {draw.choice(words)} of {draw.choice(names)} and {draw.choice(PLOT)} {draw.randint(1, 90)}." for _ in range(14)
        )
        hours = None if draw.random() < 0.1 else place + draw.randint(0, 20)
        stream.append(article(place, (title, body), hours=hours, outlet=f"Desk {draw.randint(1, 3)}"))
        if draw.random() < 0.1:
            stream[-1] = replace(stream[-1], content=replace(stream[max(0, place - 4)].content, outlet="Echo"))
    return stream


def batches(stream: Sequence[Article], size: int) -> list[Sequence[Article]]:
    return [stream[start : start + size] for start in range(0, len(stream), size)]


@pytest.mark.parametrize("live_events", [3, 10, 1000])
@pytest.mark.parametrize("seed", range(4))
def test_a_restart_after_any_batch_changes_no_decision(seed: int, live_events: int) -> None:
    stream = batches(news(150, 30, seed), 7)
    chosen = GroupingSettings(live_events=live_events)
    kept, restarted = Remembered(chosen), Remembered(chosen)
    grouper = kept.restored()
    for batch in stream:
        assert restarted.place(restarted.restored(), batch) == kept.place(grouper, batch)
    assert len(kept.awake) <= live_events
    assert kept == restarted


def test_the_counts_of_words_survive_being_written_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "FOLDED_AFTER", 3)
    monkeypatch.setattr("bot.core.grouping.vectors.VOCABULARY", 40)
    kept, restarted = Remembered(GroupingSettings()), Remembered(GroupingSettings())
    grouper = kept.restored()
    for batch in batches(news(60, 10, 1), 4):
        assert restarted.place(restarted.restored(), batch) == kept.place(grouper, batch)
        assert len(kept.counts) <= 3


UNLIKE = ["".join(pair) for pair in zip("bdfgklmnprstvz" * 3, "aeiou" * 9, "lmnrstk" * 6, "eiuoa" * 9, "xzqwvdg" * 6, strict=False)]
FOREIGN = [
    article(100 + place, (f"Mr {word.title()} {word}ro {word}mi", f"Then {word.title()} saw {word}ta of {word}ne. " * 5), hours=place)
    for place, word in enumerate(UNLIKE)
]


def test_a_report_joins_an_event_that_was_quiet() -> None:
    for look in (True, False):
        remembered = Remembered(GroupingSettings(live_events=3))
        grouper = remembered.restored()
        for batch in ([article(number, words, hours=number) for number, words in enumerate(QUAKE[:2])], *batches(FOREIGN, 5)):
            remembered.place(grouper, batch, look=look)
        assert not grouper.is_live(EventId(1))
        (change, *_) = remembered.place(grouper, [article(9, QUAKE[2], hours=2)], look=look)
        assert isinstance(change, Joined if look else Opened)
        assert change.event_id == 1 or not look


def test_a_copy_finds_its_original_in_an_event_that_was_quiet() -> None:
    remembered = Remembered(GroupingSettings(live_events=3))
    grouper = remembered.restored()
    for batch in ([article(1, QUAKE[0], hours=0)], *batches(FOREIGN, 5)):
        remembered.place(grouper, batch)
    (change,) = remembered.place(grouper, [article(9, QUAKE[0], hours=4, outlet="Tessin Mail")])
    assert isinstance(change, Joined)
    assert (change.event_id, change.copy_of) == (1, 1)


def test_an_event_set_apart_is_known_to_be_so_when_its_article_is_revised() -> None:
    remembered = Remembered(GroupingSettings(live_events=3))
    grouper = remembered.restored()
    briefing = article(1, ("Arrano morning briefing", QUAKE[0][1]), hours=0)
    remembered.place(grouper, [briefing])
    grouper = remembered.restored()
    remembered.wake(grouper, [EventId(1)])
    copy = replace(article(2, QUAKE[0], hours=1), copy_of=ArticleId(1), event_id=EventId(1))
    event = Event(id=EventId(1), opened_at=NOON, updated_at=NOON, revision=1, articles=(replace(briefing, event_id=EventId(1)), copy))
    grouper.refill(event, frozenset({ArticleId(2)}))
    assert not grouper.is_live(EventId(1))


def test_the_oldest_reports_are_forgotten_when_there_are_very_many() -> None:
    remembered = Remembered(GroupingSettings(live_events=2))
    grouper = remembered.restored()
    for number in range(40):
        remembered.place(
            grouper, [article(number, (QUAKE[0][0], f"{QUAKE[0][1]} Sent again by desk {number} of {number + 7}."), hours=None)]
        )
    for number, words in enumerate((*QUAKE, *QUAKE[1:], *QUAKE[1:], *QUAKE[1:], *QUAKE[1:]), 50):
        text = f"{words[1]} {' '.join(random.Random(number).sample(PLOT, 15))}"
        remembered.place(grouper, [article(number, (words[0], text), hours=number)])
    assert len(remembered.reports) <= 2 * state.REPORTS_EACH


def test_merged_events_are_one_in_storage() -> None:
    remembered = Remembered(GroupingSettings())
    grouper = Grouper(GroupingSettings(), EventId(3))
    for number, (words, event) in enumerate(zip(QUAKE, (1, 1, 2), strict=True)):
        grouper.replay(article(number, words, hours=number, event=event))
        remembered.places[ArticleId(number)] = EventId(event)
    remembered.place(grouper, [])
    later = (
        "Velmora mourns its cathedral and twelve dead",
        (
            "A day after the earthquake of magnitude 6.1, Velmora mourned twelve dead and its cathedral. Governor Ilsa Dorn of Arrano said that 140 "
            "people had been hurt; the road to Tessin is open again, schools stay shut."
        ),
    )
    _, merged = remembered.place(grouper, [article(9, later, hours=20)])
    assert isinstance(merged, Merged)
    assert list(remembered.awake) == list(remembered.states) == [merged.survivor]
    again = remembered.restored()
    resent = article(12, QUAKE[2], hours=21)
    assert grouper.place(resent) == again.place(resent)


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from([*QUAKE, *OTHER_QUAKE, *BANK, ("東京で地震", "北京发生火灾。 12,5 ٢٥ नमस्ते é"), ("", "")]), min_size=1, max_size=12
    )
)
def test_an_event_comes_back_as_it_was_written(texts: list[tuple[str, str]]) -> None:
    frequencies = Frequencies()
    event = LiveEvent(EventId(7))
    for number, (title, text) in enumerate(texts):
        hours = None if number % 3 == 1 else 10.5 * number
        event.add(
            vectors(terms.terms_of(title, text), frequencies, hours=hours, day=number % 2 == 0, outlet=None if number % 2 else "Desk")
        )
        frequencies.open_event()
    again = memory.event_of(EventId(7), memory.event_text(event))
    assert isinstance(again, LiveEvent)
    assert len(again.members) == min(len(texts), MEMBERS)
    for name in LiveEvent.__slots__:
        if name != "members":
            assert getattr(again, name) == getattr(event, name), name
    assert [replace(member, every=()) for member in again.members] == [replace(member, every=()) for member in event.members]
    assert [set(member.every) for member in again.members] == [set(member.every) for member in event.members]
    assert memory.event_text(again) == memory.event_text(event)


def test_another_way_of_reading_texts_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = memory.fingerprint()
    assert memory.fingerprint() == before
    monkeypatch.setattr("bot.core.grouping.vectors.TITLE_WEIGHT", 4)
    assert memory.fingerprint() != before
