"""How sure a figure is, and whether two runs differ. Numbers only; every draw has a fixed seed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]  # (n,)
Draw = NDArray[np.int64]  # (n,) positions, drawn with replacement
Interval = tuple[float, float]

SEED = 20091030
RESAMPLES = 1000
FLIPS = 9999
_Z = 1.959963984540054  # of a two-sided 95 % interval
_SAME = 1e-12  # differences of this size are rounding


def wilson(successes: float, n: int) -> Interval:
    """The 95 % score interval of a share (Wilson, 1927)."""
    share = successes / n
    denominator = 1 + _Z**2 / n
    middle = (share + _Z**2 / (2 * n)) / denominator
    half = _Z / denominator * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(n: int, statistic: Callable[[Draw], float]) -> Interval:
    """The 95 % percentile interval of a statistic over ``n`` things drawn anew (Efron, 1979).

    Draws for which the statistic is not defined (NaN) are left out.
    """
    generator = np.random.default_rng(SEED)
    draws = [statistic(generator.integers(n, size=n)) for _ in range(RESAMPLES)]
    defined = np.array([value for value in draws if not math.isnan(value)])
    low, high = np.quantile(defined, (0.025, 0.975))
    return float(low), float(high)


def are_shares(values: Values) -> bool:
    """Whether each value is 0 or 1."""
    return bool(np.isin(values, (0.0, 1.0)).all())


def pooled_interval(sums: Values, counts: Values) -> Interval:
    """The interval of ``sums.sum() / counts.sum()``, where a question adds to both.

    Wilson's for yes and no, also where all is yes or all is no, of which no draw could differ;
    else questions are drawn anew.
    """
    means = sums / counts
    if are_shares(means) and ((counts == 1).all() or means.min() == means.max()):
        return wilson(float(means.sum()), len(means))
    return bootstrap(len(sums), lambda draw: float(sums[draw].sum() / counts[draw].sum()))


def quantile(values: Values, share: float) -> float:
    """The smallest value that more than this share of all do not exceed; the largest for 1.0."""
    return float(np.sort(values)[min(len(values) - 1, int(share * len(values)))])


def p_of_difference(differences: Values) -> float:
    """Two-sided p of paired differences: exact McNemar for yes and no, else by flipped signs."""
    if np.isin(differences, (-1.0, 0.0, 1.0)).all():
        return mcnemar(int((differences > 0).sum()), int((differences < 0).sum()))
    return sign_flips(differences)


def mcnemar(better: int, worse: int) -> float:
    """Two-sided exact p that as many got better as worse (McNemar, 1947; the binomial form)."""
    changed = better + worse
    tail = sum(math.comb(changed, i) for i in range(min(better, worse) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def sign_flips(differences: Values) -> float:
    """Two-sided p that the mean difference is zero, by flipping signs at random (Fisher, 1935)."""
    generator = np.random.default_rng(SEED)
    least = abs(differences.sum()) - _SAME * len(differences)
    extreme = sum(
        abs(differences @ (2 * generator.integers(2, size=len(differences)) - 1)) >= least
        for _ in range(FLIPS)
    )
    return float(extreme + 1) / (FLIPS + 1)
