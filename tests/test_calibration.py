"""The weights that ship fit the features that are computed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rag import answer_spans, answerability, sentence_scorer
from rag.calibration import Logistic, load_calibration


def test_the_weights_are_those_of_the_features_in_their_order() -> None:
    calibration = load_calibration()
    assert calibration.piece.features == answer_spans.FEATURES
    assert calibration.sentence.features == sentence_scorer.FEATURES
    assert calibration.answerable.features == answerability.FEATURES


def test_the_numbers_can_be_used() -> None:
    calibration = load_calibration()
    for model in (calibration.piece, calibration.sentence, calibration.answerable):
        assert (model.scales > 0).all()
        for column in (model.means, model.scales, model.weights):
            assert column.shape == (len(model.features),)
            assert np.isfinite(column).all()
        assert math.isfinite(model.bias)
    assert 0 < calibration.threshold < 1


def test_a_probability_is_that_of_the_standardised_features() -> None:
    means, scales, weights = np.array([1.0, 2.0]), np.array([2.0, 4.0]), np.array([3.0, -1.0])
    model = Logistic(("a", "b"), means, scales, weights, 0.5)
    found = model.probabilities(np.array([[1.0, 2.0], [3.0, 6.0]]))
    assert found == pytest.approx([1 / (1 + math.exp(-0.5)), 1 / (1 + math.exp(-2.5))])


def test_stricter_asks_for_higher_odds_with_a_reader_and_without() -> None:
    fitted = load_calibration()
    assert fitted.read is not None
    strict = fitted.stricter(3.0)
    assert strict.read is not None
    for before, after in (
        (fitted.threshold, strict.threshold),
        (fitted.read.threshold, strict.read.threshold),
    ):
        assert after / (1 - after) == pytest.approx(3 * before / (1 - before))
    assert fitted.stricter(1.0).threshold == pytest.approx(fitted.threshold)
