"""Copies are found whatever newsrooms do to them, and only copies."""

import random
import time
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.grouping.copies import CONTAINMENT, DOUBT, FURNITURE, SIMILAR, STOCK, CopyIndex, Sketch, containment, sketch
from bot.core.model import ArticleId

WORDS = [
    f"{first}{second}" for first in "ba ke li mo nu ra se ti vo zu".split() for second in "dar fen gol hin jas kor lam mer nis pol".split()
]


def text(seed: int, length: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def edited(words: list[str], share: float) -> list[str]:
    chance = random.Random(5)
    return [chance.choice(WORDS) if chance.random() < share else word for word in words]


def check(original: str, other: str, *, copy: bool, title: str = "", other_title: str = "") -> None:
    """Compare two texts both ways round, and through the index."""
    one, two = sketch(original, title), sketch(other, other_title)
    assert (containment(one, two) >= CONTAINMENT) is copy
    assert containment(one, two) == containment(two, one)
    index = CopyIndex()
    index.add(ArticleId(1), one)
    assert bool([share for share, _ in index.matches(two) if share >= CONTAINMENT]) is copy


ORIGINAL = text(1)
STATEMENT = " ".join(text(9, 120))


@pytest.mark.parametrize(
    ("other", "copy"),
    [
        (ORIGINAL, True),
        (ORIGINAL[:150], True),
        (ORIGINAL[:40], True),
        (ORIGINAL[120:], True),
        (text(2, 40) + ORIGINAL[60:], True),
        (text(2, 200) + ORIGINAL + text(3, 150), True),
        (ORIGINAL + text(4), True),
        (edited(ORIGINAL, 0.06), True),
        (edited(ORIGINAL[150:] + ORIGINAL[:150], 0.12), True),
        ([word.upper() for word in ORIGINAL], True),
        (text(4), False),
        (sorted(ORIGINAL), False),
        (ORIGINAL[:12], False),
        (ORIGINAL[:60] + text(5, 240), False),
        (text(5, 240) + ORIGINAL[-60:], False),
        (ORIGINAL[:70] + text(5, 160) + ORIGINAL[-70:], False),
    ],
    ids=[
        "sent again",
        "cut at the end",
        "a note of forty words",
        "cut at the beginning",
        "new lead",
        "other furniture",
        "two agencies in one",
        "lightly edited",
        "heavily edited and reordered",
        "capitals",
        "another text",
        "same words, other order",
        "too short",
        "one passage in common at the top",
        "one passage in common at the end",
        "the same furniture around another text",
    ],
)
def test_a_copy_is_found_and_nothing_else(other: list[str], *, copy: bool) -> None:
    check(" ".join(ORIGINAL), " ".join(other), copy=copy)


def test_texts_that_quote_the_same_statement_are_no_copies() -> None:
    for opening, closing in ("““", '""', "«»", "„“", "「」"):
        one, two = (f"{' '.join(text(seed, 60))} {opening}{STATEMENT}{closing} {' '.join(text(seed + 50, 60))}" for seed in (11, 12))
        check(one, two, copy=False)


def test_a_copy_may_set_its_quotes_as_it_likes() -> None:
    story = f"{' '.join(ORIGINAL[:80])} “{STATEMENT}” {' '.join(ORIGINAL[80:200])}"
    for opening, closing in ('""', "«»", "‘’"):
        check(story, story.replace("“", opening).replace("”", closing), copy=True)


def test_a_quote_that_is_never_closed_hides_nothing() -> None:
    check('"' + " ".join(ORIGINAL), " ".join(ORIGINAL), copy=True)
    check('"\n"' * 500 + " ".join(ORIGINAL), " ".join(ORIGINAL), copy=True)


@pytest.mark.parametrize(
    "change", [str.upper, str.swapcase, lambda words: unicodedata.normalize("NFD", words), lambda words: words.replace(" ", "\n")]
)
def test_case_normal_form_and_line_breaks_make_no_other_text(change: object) -> None:
    story = " ".join(f"{word}é" for word in ORIGINAL)
    assert callable(change)
    assert sketch(change(story)) == sketch(story)


def test_punctuation_makes_no_other_text() -> None:
    assert sketch(" ".join(ORIGINAL)) == sketch(" — ".join(ORIGINAL)) == sketch(".\n".join(ORIGINAL)) == sketch("…\u00a0’".join(ORIGINAL))


SIGNS = [chr(0x4E00 + 37 * number) for number in range(400)]


def characters(seed: int, length: int) -> str:
    chosen = random.Random(seed).choices(SIGNS, k=length)
    return "。".join("".join(chosen[place : place + 18]) for place in range(0, length, 18))


def test_a_script_without_spaces_is_compared_character_by_character() -> None:
    story = characters(1, 500)
    check(story, story[:250], copy=True)
    check(story, characters(2, 30) + story[40:] + characters(3, 50), copy=True)
    check(story, story[:60] + characters(4, 400), copy=False)
    check(story, characters(5, 500), copy=False)


def test_a_headline_alone_is_a_copy_when_it_is_the_same_word_for_word() -> None:
    headline = "Ferry runs aground off Quillon in thick fog"
    check("", "", title=headline, other_title=headline.upper() + "!", copy=True)
    check("", "", title=headline, other_title="Ferry runs aground off Quillon in thick snow", copy=False)
    check("", "", title="Ferry runs aground", other_title="Ferry runs aground", copy=False)
    check("", "", copy=False)
    assert sketch("", headline).window == timedelta(days=2)
    assert sketch(" ".join(ORIGINAL)).window == timedelta(days=14)


def test_a_short_note_is_a_copy_when_it_is_the_same_word_for_word() -> None:
    note = "The ferry to Quillon stays in port on Tuesday, the coast guard of Pellin said, because of fog."
    check(note, note.replace(",", " –"), title="No ferry", other_title="Ferry stays in port", copy=True)
    check(note, note.replace("Tuesday", "Friday"), title="No ferry", other_title="No ferry", copy=False)


NOTICE = (
    "Just one more step. We have sent you a message with a link. Please look into your mailbox and confirm your address to go on reading. "
    "You can close this window. Our service answers every question by telephone on working days, and by letter within a week."
)


def test_a_notice_that_stands_where_the_text_should_be_makes_no_copy() -> None:
    check(NOTICE, NOTICE, title="Bridge collapses near Orlik station", other_title="Minister resigns over harbour contract", copy=False)
    check(NOTICE, NOTICE, title="Readers cannot confirm their address", other_title="Mailbox message puzzles readers", copy=True)


def test_what_many_reports_share_is_furniture() -> None:
    index = CopyIndex()
    around = text(20, 200)
    for number in range(FURNITURE):
        index.add(ArticleId(number), sketch(" ".join(text(30 + number, 60) + around)))
    story = text(60, 60)
    assert all(share < CONTAINMENT for share, _ in index.matches(sketch(" ".join(story + around))))
    index.add(ArticleId(99), sketch(" ".join(story + text(61, 80))))
    assert [article_id for share, article_id in index.matches(sketch(" ".join(story + around))) if share >= CONTAINMENT] == [99]


def test_a_sketch_is_the_same_on_every_machine_and_python() -> None:
    assert sketch("one two three four five six seven eight nine ten, " * 2, "A headline of this and that") == Sketch(
        shingles=(754896016, 1036500176), wording=24728358316507858491
    )


RUNS = st.lists(st.integers(0, 60), max_size=40, unique=True)
SKETCHES = st.builds(Sketch, shingles=RUNS.map(tuple), wording=st.sampled_from([0, 0, 1 << 64, 1 << 65]))


@given(st.lists(st.tuples(st.integers(1, 6), SKETCHES), max_size=25), st.sets(st.integers(1, 6)), SKETCHES)
def test_the_index_finds_what_comparing_with_everything_finds(added: list[tuple[int, Sketch]], gone: set[int], asked: Sketch) -> None:
    index, kept = CopyIndex(), dict[int, Sketch]()
    for article_id, one in added:
        index.add(ArticleId(article_id), one)
        kept[article_id] = one
    for article_id in gone:
        index.discard(ArticleId(article_id))
        kept.pop(article_id, None)
    assert len(index) == len(kept)
    expected = {}
    for article_id, one in kept.items():
        shared, size = len(set(asked.shingles) & set(one.shingles)), min(len(asked.shingles), len(one.shingles))
        if asked.wording == one.wording != 0 or (shared >= STOCK and shared >= SIMILAR * size):
            expected[article_id] = containment(asked, one)
    found = index.matches(asked)
    assert {article_id: share for share, article_id in found} == pytest.approx(expected)
    assert found == sorted(found, key=lambda match: (-match[0], match[1]))


@given(st.lists(st.tuples(st.integers(1, 6), SKETCHES), max_size=25))
def test_an_index_that_let_everything_go_holds_nothing(added: list[tuple[int, Sketch]]) -> None:
    index = CopyIndex()
    for article_id, one in added:
        index.add(ArticleId(article_id), one)
    for article_id in range(1, 7):
        index.discard(ArticleId(article_id))
    assert len(index) == 0
    assert all(not index.matches(one) for _, one in added)


@given(st.text(max_size=400), st.text(max_size=80))
def test_any_text_can_be_sketched_and_is_its_own_copy_if_anything(words: str, title: str) -> None:
    one = sketch(words, title)
    assert containment(one, one) in {1.0, DOUBT, 0.0}


@pytest.mark.parametrize(
    "hostile", ["a" * 3_000_000, '"' * 300_000, "“" * 300_000, "\ufdfa" * 100_000, "\ud800 " * 100_000, "a " * 500_000, "\u0e01" * 300_000]
)
def test_a_hostile_text_costs_no_more_than_a_long_one(hostile: str) -> None:
    before = time.process_time()
    sketch(hostile, hostile)
    assert time.process_time() - before < 0.5
