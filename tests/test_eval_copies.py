"""Copies are measured right: every edit does what it says, every claim is judged, and the figures add up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.model import Article, ArticleId, Content, DateOrigin, Precision, SourceId, Stamp
from bot.evaluation.copies import JUDGED, PASSES, CopyScores, evaluate_copies
from bot.evaluation.labelled import Labelled
from bot.evaluation.newsroom import COPIES, DESKS, HEADS, LOOK_ALIKES, TAILS, Chance, Draft

EDITS = dict((*COPIES, *LOOK_ALIKES))
PLACES = ("Velmora", "Tessin", "Harrowgate", "Quillon", "Lindheim", "Orlik", "Pellin", "Arrano")
PEOPLE = ("Ilsa Dorn", "Tobin Askel", "Petra Hulme", "Marek Sollin", "Ada Lorn", "Tom Vesk", "Nils Harter", "Eva Brandt")
THINGS = ("warehouse", "ferry", "school", "bridge", "mill", "market", "chapel", "tram")
VERBS = ("burned", "flooded", "collapsed", "closed", "leaked", "cracked", "sank", "stalled")


def story(number: int) -> Draft:
    """Invent a report of about 130 words; neighbours have hardly a phrase in common."""
    place, person, thing, verb = (names[number % 8] for names in (PLACES, PEOPLE, THINGS, VERBS))
    other = PLACES[(number + 3) % 8]
    chance = Chance(f"story {number}")
    filler = ["".join(chance.choice(("ka", "lo", "mi", "re", "su", "ta", "vo", "ne")) for _ in range(3)) for _ in range(60)]
    return Draft(
        f"Old {thing} {verb} near {place}, mayor says",
        f"An old {thing} {verb} near {place} on Tuesday and {10 + number} people were led to safety, the mayor {person} told reporters there.\n\n"
        f"Teams from {other} brought {3 + number} pumps and {20 + number} blankets. {' '.join(filler[:20]).capitalize()} in {place}.\n\n"
        f"“We have never seen the {thing} like this,” said {person}. {' '.join(filler[20:40]).capitalize()} at {other} {verb}.\n\n"
        f"Trains between {place} and {other} run {40 + number} minutes late. {' '.join(filler[40:]).capitalize()} until {number + 2} o'clock.",
    )


def labelled(number: int, draft: Draft, *, event: str = "", hours: int = 0, outlet: str = "The Arrano Post") -> Labelled:
    stamp = Stamp(
        at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=30 * number + hours), precision=Precision.MINUTE, origin=DateOrigin.FIELD
    )
    content = Content(title=draft.title, titled=True, text=draft.text, outlet=outlet, published=stamp)
    article = Article(id=ArticleId(number), source_id=SourceId(0), content=content, received_at=datetime(2026, 3, 1, tzinfo=UTC))
    return Labelled(f"a{number}", event or f"event {number}", article)


STREAM = [labelled(number, story(number)) for number in range(1, 41)]


def measured(stream: Sequence[Labelled]) -> CopyScores:
    steps: list[None] = []
    scores = evaluate_copies("set", stream, lambda: steps.append(None))
    assert len(steps) in {0, PASSES * len(stream)}
    return scores


def test_what_newsrooms_do_is_found_and_nothing_else() -> None:
    scores = measured(STREAM)
    made = {(edit.kind, edit.is_copy): edit.made for edit in scores.edits}
    assert scores.articles == len(STREAM)
    assert made["articles as they are", False] == len(STREAM)
    assert {kind for kind, is_copy in made if is_copy} >= {"sent again", "cut to 50 %", "new lead", "other furniture", "light edit"}
    assert all(0 <= edit.claimed <= edit.made for edit in scores.edits)
    assert scores.precision is not None
    assert scores.precision >= 0.98
    assert scores.recall is not None
    assert scores.recall >= 0.85
    assert scores.repeats == 0
    assert scores.rate > 0


def test_the_figures_are_the_same_each_time() -> None:
    assert replace(measured(STREAM), rate=0) == replace(measured(STREAM), rate=0)


def test_articles_that_repeat_each_other_in_the_set_are_told_from_wrong_claims() -> None:
    again = labelled(41, story(5), event="event 5", outlet="Tessin Mail")
    again = replace(
        again, article=replace(again.article, content=replace(again.article.content, published=STREAM[4].article.content.published))
    )
    right = measured([*STREAM, again])
    assert (right.repeats, [wrong for wrong in right.wrong if wrong.kind == "articles as they are"]) == (1, [])
    wrong = measured([*STREAM, replace(again, event="another event")])
    (found,) = (one for one in wrong.wrong if one.kind == "articles as they are")
    assert (wrong.repeats, found.article, found.original, found.share) == (0, "a41", "a5", 1.0)
    assert wrong.precision is not None
    assert right.precision is not None
    assert wrong.precision < right.precision


def test_a_set_of_headlines_has_nothing_to_measure() -> None:
    scores = measured([labelled(number, Draft(story(number).title, "")) for number in range(5)])
    assert (scores.articles, scores.edits, scores.precision, scores.recall, scores.wrong, scores.rate) == (0, (), None, None, (), 0)


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_is_the_same_for_the_same_seed_and_changes_what_it_says(kind: str) -> None:
    draft, other = story(1), story(2)
    edited = EDITS[kind](draft, other, Chance("seed"))
    assert edited == EDITS[kind](draft, other, Chance("seed"))
    if kind not in {"two sentences as a note", "quotes left alone"}:
        assert edited is not None
        assert (edited == draft) is (kind == "sent again")


@pytest.mark.parametrize("kind", EDITS)
@pytest.mark.parametrize("text", ["", "One.", "词。" * 80, "no stop " * 80, "9" * 9000 + " dead. ", '"“«' * 40, "\n\n\n"])
def test_an_edit_takes_any_text(kind: str, text: str) -> None:
    edited = EDITS[kind](Draft("A headline", text), Draft("Another", text), Chance("seed"))
    assert edited is None or isinstance(edited.text, str)


def edit(kind: str, draft: Draft) -> str:
    edited = EDITS[kind](draft, story(2), Chance("seed"))
    assert edited is not None
    return edited.text


def test_edits_do_to_the_text_what_they_are_called() -> None:
    draft = story(1)
    words = len(draft.text.split())
    for kind, share in (("cut to 70 %", 0.7), ("cut to 50 %", 0.5), ("cut to 35 %", 0.35)):
        kept = edit(kind, draft)
        assert draft.text.startswith(kept)
        assert share <= len(kept.split()) / words <= share + 0.2
    assert draft.text in edit("other furniture", draft)
    assert draft.text in edit("agency's desk line", draft)
    assert draft.text in edit("two agencies in one", draft)
    lead, rest = draft.text.split("\n\n", 1)
    assert edit("new lead", draft).endswith(rest)
    assert lead not in edit("new lead", draft)
    assert "“We have never seen the ferry like this,”" in edit("quotes left alone", draft)
    assert edit("set anew", draft).casefold().split() == draft.text.casefold().replace("'", "’").split()
    changed = sum(one != two for one, two in zip(draft.text.split(), edit("one figure updated", draft).split(), strict=True))
    assert changed == 1
    series = edit("other figures", draft)
    assert not any(figure in series.split() for figure in ("11", "4", "21", "41", "3"))
    assert "Harrowgate" in series or "Tessin" in series
    happening = edit("other names and figures", draft)
    assert not any(name in happening for name in ("Tessin", "Askel", "Lindheim", " 11 ", " 41 "))
    assert len(happening.split()) == words


def test_invented_furniture_is_long_enough_to_be_mistaken_for_a_text() -> None:
    assert all(len((head + tail).split()) > 40 for head, tail in zip(HEADS, TAILS, strict=True))
    assert len(DESKS) > 1
    assert JUDGED > 50
