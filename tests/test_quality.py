"""Quality does not fall: the development sets, where they lie beside the checkout, against the floors that are pinned in a file.

`make eval` measures more: languages, orders of arrival, copies.
"""

from pathlib import Path

import pytest

from bot.core.grouping.chosen import JOINING
from bot.evaluation.measurement import EventFacts, Measured, Steps, measure
from bot.evaluation.wanted import OfArticles, OfEvents, Wanted

FLOORS = Path(__file__).parent / "quality_floors.toml"
DATA = Path(__file__).parent.parent.parent / "shared" / "data"
SETS = ("allsides", "gva", "og2021_en", "uci", "ecbplus")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the development sets are not part of the repository")


def files(*names: str) -> tuple[Path, ...]:
    return tuple(DATA / "events" / f"{name}.jsonl" for name in names)


def check(wanted: Wanted) -> Measured:
    """Measure, and let no figure have fallen."""
    found = measure(wanted, JOINING, Steps(lambda _: None, lambda: None))
    assert not found.fallen
    return found


@pytest.mark.timeout(300)
def test_grouping_keeps_its_quality() -> None:
    check(OfEvents(files=files(*SETS), floors=FLOORS))


def test_article_recovery_keeps_its_quality() -> None:
    check(OfArticles(folder=DATA / "articles", floors=FLOORS))


@pytest.mark.parametrize("around", [(), ("og2021_en", "uci")])
def test_look_alikes_of_one_war_stay_apart(around: tuple[str, ...]) -> None:
    found = check(OfEvents(files=files("ukraine_dec2024"), within=files(*around), floors=FLOORS if around else None)).facts
    assert isinstance(found, EventFacts)
    (scores,) = found.sets
    # The capture and the prisoner's death may be one event: some reports tell both.
    assert set(scores.welded) <= {("A2_death", "A_capture")}
    assert not [fragment for fragment in scores.fragments if len(fragment.parts) > 2]
