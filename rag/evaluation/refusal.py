"""What the confidence behind answers and refusals is worth: what another threshold would do.

A declined question has no answer that could be judged; so risk is known up to the share that was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.outcomes import Outcome
from rag.evaluation.statistics import Draw, Values
from rag.schema import Reason


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """If only answers of at least this confidence were given."""

    confidence: float
    coverage: float  # share of all questions that would be answered
    risk: float  # share of these answers that are wrong


@dataclass(frozen=True, slots=True)
class RefusalPoint:
    """If questions of at least this confidence were answered."""

    confidence: float
    answered: float  # share of the answerable questions
    declined: float  # share of the others


@dataclass(frozen=True, slots=True)
class Confidences:
    """Arrays over the questions of a run."""

    confidence: Values  # (n,) 0 where a question would be declined under any threshold
    answerable: Values  # (n,) 0 or 1
    answered: Values
    wrong: Values

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Confidences:
        """Those of these questions."""
        return cls(
            np.array([_confidence(o) for o in outcomes], np.float64),
            np.array([o.answerable for o in outcomes], np.float64),
            np.array([o.answered for o in outcomes], np.float64),
            np.array([o.answered and not o.succeeded for o in outcomes], np.float64),
        )

    def drawn(self, draw: Draw) -> Confidences:
        """Those of these positions."""
        fields = (self.confidence, self.answerable, self.answered, self.wrong)
        return Confidences(*(field[draw] for field in fields))


def _confidence(outcome: Outcome) -> float:
    if not outcome.answered and outcome.reason != Reason.NO_EVIDENCE:
        return 0.0  # a lost figure is lost however sure the library is of the sentence
    return 0.0 if outcome.confidence is None else outcome.confidence


def risk_coverage(values: Confidences) -> list[RiskPoint]:
    """A point for each confidence of a given answer, the surest first."""
    given = values.answered > 0
    order = np.argsort(-values.confidence[given], kind="stable")
    confidence = values.confidence[given][order]
    wrong = np.cumsum(values.wrong[given][order])
    ends = np.flatnonzero(np.append(np.diff(confidence) != 0, len(confidence) > 0))
    n = len(values.confidence)
    return [
        RiskPoint(float(confidence[i]), float((i + 1) / n), float(wrong[i] / (i + 1))) for i in ends
    ]


def mean_risk(values: Confidences) -> float:
    """The area under ``risk_coverage`` by its width: the mean risk over all thresholds that answer less.

    NaN where nothing was answered.
    """
    points = risk_coverage(values)
    if not points:
        return float("nan")
    widths = np.diff([0.0, *(point.coverage for point in points)])
    risks = np.array([point.risk for point in points])
    return float(widths @ risks / points[-1].coverage)


def refusal_curve(values: Confidences) -> list[RefusalPoint]:
    """A point for each confidence, the surest first."""
    inside, outside = _split(values)
    if not len(inside) or not len(outside):
        return []
    levels = np.unique(values.confidence)[::-1]
    answered = 1 - np.searchsorted(inside, levels, side="left") / len(inside)
    declined = np.searchsorted(outside, levels, side="left") / len(outside)
    columns = (levels.tolist(), answered.tolist(), declined.tolist())
    return [RefusalPoint(*point) for point in zip(*columns, strict=True)]


def refusal_now(values: Confidences) -> RefusalPoint | None:
    """What was answered and declined; ``None`` where there are only questions of one sort."""
    answerable, given = values.answerable > 0, values.answered > 0
    if not given.any() or answerable.all() or not answerable.any():
        return None
    lowest = float(values.confidence[given].min())
    answered, declined = given[answerable].mean(), 1 - given[~answerable].mean()
    return RefusalPoint(lowest, float(answered), float(declined))


def refusal_auc(values: Confidences) -> float:
    """The chance that an answerable question has more confidence than another; a tie counts half.

    NaN where there are only questions of one sort.
    """
    inside, outside = _split(values)
    if not len(inside) or not len(outside):
        return float("nan")
    below = np.searchsorted(outside, inside, side="left")
    not_above = np.searchsorted(outside, inside, side="right")
    return float((below + not_above).sum() / (2 * len(inside) * len(outside)))


def _split(values: Confidences) -> tuple[Values, Values]:
    """The confidences of the answerable questions, and of the others, ascending."""
    answerable = values.answerable > 0
    return np.sort(values.confidence[answerable]), np.sort(values.confidence[~answerable])
