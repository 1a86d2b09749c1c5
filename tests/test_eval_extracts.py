"""What cards tell is measured against a report that they were not chosen from."""

from datetime import UTC, datetime

import pytest

from bot.core.model import Article, ArticleId, Content, SourceId
from bot.evaluation.extracts import ExtractScores, evaluate_extracts
from bot.evaluation.labelled import Labelled, edited

BRIDGE = "The old bridge over the Vel at Orlik fell into the river early on Monday while nobody was on it, the mayor said."
SHIPS = "Ships on the Vel wait above Orlik until divers have cleared the wreck of the bridge from the river, which may take days."
SCHOOL = "Schools in Orlik stay closed on Tuesday because buses cannot cross the river without the bridge, the town told parents."
WEATHER = "A cool front brings showers to the northern hills on Thursday and a pleasant, dry weekend to the southern valleys of the coast."
CAKE = "The baker of the month bakes a plum cake whose recipe came to the islands with her grandmother seventy years ago by sailing boat."


def labelled(number: int, title: str, *said: str, event: str = "bridge") -> Labelled:
    text = "\n\n".join((*said, WEATHER, CAKE))
    content = Content(title=title, titled=True, text=text, outlet=f"Outlet {number}", language="en")
    article = Article(id=ArticleId(number), source_id=SourceId(0), content=content, received_at=datetime(2026, 3, 1, tzinfo=UTC))
    return Labelled(f"a{number}", event, article)


def measured(*stream: Labelled) -> ExtractScores:
    steps: list[None] = []
    scores = evaluate_extracts("set", stream, lambda: steps.append(None))
    assert len(steps) == len(stream)
    return scores


def test_sentences_that_the_next_report_tells_too_score_higher_than_a_lead_that_it_does_not() -> None:
    weak = labelled(1, "Bridge at Orlik falls", CAKE, BRIDGE, SHIPS)
    scores = measured(weak, labelled(2, "Orlik bridge in the river", SHIPS, BRIDGE), labelled(3, "Vel closed at Orlik", BRIDGE, SHIPS))
    assert scores.events == 1
    assert scores.chosen.rouge_1 > scores.lead.rouge_1 > 0
    assert scores.chosen.rouge_2 > scores.lead.rouge_2
    assert scores.repeated < 0.5


def test_the_same_words_are_all_of_the_same() -> None:
    twice = [labelled(number, "Bridge at Orlik falls", BRIDGE, SHIPS, SCHOOL) for number in (1, 2, 3)]
    alone = measured(*twice)
    assert alone.chosen.rouge_2 == pytest.approx(alone.lead.rouge_2, abs=0.2)


@pytest.mark.parametrize("reports", [0, 1, 2])
def test_too_few_reports_are_not_measured(reports: int) -> None:
    scores = measured(*(labelled(number, "Bridge falls", BRIDGE) for number in range(reports)))
    assert (scores.events, scores.chosen.rouge_1, scores.repeated) == (0, 0, 0)


def test_reports_without_a_text_are_passed_over() -> None:
    bare = [edited(labelled(number, "Bridge at Orlik falls"), text="") for number in (1, 2, 3)]
    assert measured(*bare).events == 0
