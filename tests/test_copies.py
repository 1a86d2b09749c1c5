"""Copies are found whatever newsrooms do to them, and only copies."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.copies import CONTAINMENT, SMALLEST, CopyIndex, Sketch, containment, sketch
from bot.core.model import ArticleId

WORDS = [
    f"{first}{second}" for first in "ba ke li mo nu ra se ti vo zu".split() for second in "dar fen gol hin jas kor lam mer nis pol".split()
]


def text(seed: int, length: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def edited(words: list[str], share: float) -> list[str]:
    chance = random.Random(5)
    return [chance.choice(WORDS) if chance.random() < share else word for word in words]


ORIGINAL = text(1)


@pytest.mark.parametrize(
    ("copy", "found"),
    [
        (ORIGINAL, True),
        (ORIGINAL[:150], True),
        (ORIGINAL[120:], True),
        (text(2, 40) + ORIGINAL + text(3, 40), True),
        (edited(ORIGINAL, 0.06), True),
        ([word.upper() for word in ORIGINAL], True),
        (text(4), False),
        (sorted(ORIGINAL), False),
        (ORIGINAL[:20], False),
    ],
    ids=[
        "sent again",
        "cut at the end",
        "new lead",
        "other furniture",
        "lightly edited",
        "capitals",
        "another text",
        "same words, other order",
        "too short",
    ],
)
def test_a_copy_is_found(copy: list[str], *, found: bool) -> None:
    share = containment(sketch(" ".join(ORIGINAL)), sketch(" ".join(copy)))
    assert (share >= CONTAINMENT) is found


def test_punctuation_and_line_breaks_make_no_other_text() -> None:
    assert sketch(" ".join(ORIGINAL)) == sketch(".\n".join(ORIGINAL))


SKETCHES = st.frozensets(st.integers(0, 60), min_size=0, max_size=40)


@given(st.lists(st.tuples(st.integers(1, 6), SKETCHES), max_size=25), st.sets(st.integers(1, 6)), SKETCHES)
def test_the_index_finds_what_comparing_with_everything_finds(added: list[tuple[int, Sketch]], gone: set[int], asked: Sketch) -> None:
    index, kept = CopyIndex(), dict[int, Sketch]()
    for article_id, one in added:
        index.add(ArticleId(article_id), one)
        kept[article_id] = one
    for article_id in gone:
        index.discard(ArticleId(article_id))
        kept.pop(article_id, None)
    near = {article_id: containment(asked, one) for article_id, one in kept.items()}
    expected = {article_id for article_id, share in near.items() if share >= 0.12 and min(len(asked), len(kept[article_id])) >= SMALLEST}
    found = index.matches(asked)
    assert {article_id for _, article_id in found} == expected
    assert all(share == pytest.approx(near[article_id]) for share, article_id in found)
    assert found == sorted(found, key=lambda match: (-match[0], match[1]))
