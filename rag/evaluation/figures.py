"""The figures of a run, each with its interval. Counts outcomes; asks nothing, draws nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.catalogue import CUTOFFS, MEASURES, Samples
from rag.evaluation.outcomes import Outcome
from rag.evaluation.ranking import ranking_measures
from rag.evaluation.refusal import Confidences, mean_risk, refusal_auc
from rag.evaluation.statistics import Draw, Values, bootstrap, pooled_interval, quantile


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval over ``n`` questions."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Series:
    """What each question adds to a mean: ``sums.sum() / counts.sum()``."""

    sums: Values  # (questions,)
    counts: Values  # (questions,) 0 where a question has no say

    @classmethod
    def of(cls, samples: Sequence[Samples]) -> Series:
        """The series of some samples a question."""
        return cls(
            np.array([sum(values) for values in samples], np.float64),
            np.array([len(values) for values in samples], np.float64),
        )

    @property
    def means(self) -> Values:
        """(questions,) each question's own mean; NaN where it has no say."""
        with np.errstate(invalid="ignore"):
            return self.sums / self.counts

    @property
    def heard(self) -> Draw:
        """Positions of the questions that have a say."""
        return np.flatnonzero(self.counts)


def table(outcomes: Sequence[Outcome], passages: int) -> dict[str, Series]:
    """What each question adds to each measure that is a mean, by name.

    Args:
        outcomes: The questions.
        passages: How many a question lists; measures that look at more are left out.
    """
    cutoffs = [k for k in CUTOFFS if k <= passages]
    ranked = ranking_measures(outcomes, cutoffs)
    found = {name: _ranked(values) for name, values in ranked.items()}
    short = any(o.short_answer for o in outcomes)
    for measure in MEASURES:
        left_out = measure.name.startswith("short_") and not short  # this run gives none
        if measure.samples and measure.passages <= passages and not left_out:
            found[measure.name] = Series.of([measure.samples(o) for o in outcomes])
    return {m.name: found[m.name] for m in MEASURES if m.name in found}


def _ranked(values: Sequence[float | None]) -> Series:
    return Series.of([() if value is None else (value,) for value in values])


def figures(outcomes: Sequence[Outcome], passages: int) -> dict[str, Figure]:
    """All figures that these questions allow, by name, in the order of the catalogue."""
    series = table(outcomes, passages)
    found = {name: pooled(one) for name, one in series.items() if len(one.heard)}
    found |= _of_confidence(outcomes) | _of_time(outcomes)
    return {m.name: found[m.name] for m in MEASURES if m.name in found}


def by_kind(outcomes: Sequence[Outcome], passages: int) -> dict[str, dict[str, Figure]]:
    """The figures of each kind of question, for what has a kind."""
    kinds = sorted({o.kind for o in outcomes if o.kind})
    return {kind: figures([o for o in outcomes if o.kind == kind], passages) for kind in kinds}


def pooled(series: Series) -> Figure:
    """The figure of a series in which at least one question has a say."""
    sums, counts = series.sums[series.heard], series.counts[series.heard]
    low, high = pooled_interval(sums, counts)
    return Figure(float(sums.sum() / counts.sum()), low, high, len(sums))


def _of_confidence(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    values = Confidences.of(outcomes)
    found = {
        "mean_risk": _drawn(len(outcomes), lambda draw: mean_risk(values.drawn(draw))),
        "refusal_auc": _drawn(len(outcomes), lambda draw: refusal_auc(values.drawn(draw))),
    }
    return {name: figure for name, figure in found.items() if figure is not None}


def _of_time(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    seconds = np.array([o.seconds for o in outcomes], np.float64)
    found = {
        "seconds_p50": _drawn(len(seconds), lambda draw: quantile(seconds[draw], 0.5)),
        "seconds_p95": _drawn(len(seconds), lambda draw: quantile(seconds[draw], 0.95)),
    }
    return {name: figure for name, figure in found.items() if figure is not None}


def _drawn(n: int, statistic: Callable[[Draw], float]) -> Figure | None:
    """A statistic of all ``n`` questions with its interval; ``None`` where it is not defined."""
    value = statistic(np.arange(n))
    if math.isnan(value):
        return None
    low, high = bootstrap(n, statistic)
    return Figure(value, low, high, n)
