"""The merge score as a person reads it: every feature's part adds up to the score."""

import math

import pytest

from bot.core.grouping.features import FEATURES
from bot.core.grouping.logistic import LogisticModel, probability
from bot.core.grouping.merge_model import MODEL


def test_the_parts_add_up_to_the_score() -> None:
    values = (0.3, 1.2, 2.0, 1.0, 0.25, 0.0)
    parts = MODEL.explain(values)
    assert MODEL.intercept + sum(part.logits for part in parts) == pytest.approx(MODEL.logit(values), abs=0.01)
    assert [abs(part.logits) for part in parts] == sorted((abs(part.logits) for part in parts), reverse=True)


def test_the_shipped_model_has_a_slope_for_each_feature_in_their_order() -> None:
    assert tuple(feature for feature, _ in MODEL.slopes) == FEATURES


def test_a_score_for_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        LogisticModel(0.0, (("words", 1.0),)).logit((1.0, 2.0))


@pytest.mark.parametrize(("logit", "expected"), [(0.0, 0.5), (math.log(3), 0.75), (1e4, 1.0), (-1e4, 0.0)])
def test_any_logit_is_a_probability(logit: float, expected: float) -> None:
    assert probability(logit) == pytest.approx(expected)
