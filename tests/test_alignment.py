"""The alignment against trying every order-keeping match."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.alignment import SKIP, align


def score(pairs: tuple[tuple[int, int], ...], worth: np.ndarray, bonus: np.ndarray) -> float | None:
    """What a match is worth, or ``None`` where it pairs what may not be paired."""
    if any(worth[i, j] <= 0 for i, j in pairs):
        return None
    total = sum(float(worth[i, j]) for i, j in pairs)
    for (i, j), (k, m) in pairwise(pairs):
        follows = (k, m) == (i + 1, j + 1)
        total += float(bonus[k]) if follows else -SKIP * (m - j - 1)
    return total


def best_by_trial(worth: np.ndarray, bonus: np.ndarray) -> float:
    rows, columns = worth.shape
    best = 0.0
    for size in range(1, min(rows, columns) + 1):
        for left in combinations(range(rows), size):
            for right in combinations(range(columns), size):
                value = score(tuple(zip(left, right, strict=True)), worth, bonus)
                best = max(best, value or 0.0)
    return best


WORTHS = st.integers(1, 4).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: st.lists(
            st.lists(
                st.sampled_from([0.0, 0.0, 0.5, 1.0, 2.0]), min_size=columns, max_size=columns
            ),
            min_size=rows,
            max_size=rows,
        )
    )
)


@settings(deadline=None)
@given(WORTHS, st.lists(st.sampled_from([0.0, 0.4, 0.8]), min_size=4, max_size=4))
def test_no_match_is_worth_more(rows: list[list[float]], bonuses: list[float]) -> None:
    worth = np.array(rows, dtype=np.float32)
    bonus = np.array(bonuses[: len(rows)], dtype=np.float32)
    found = align(worth, bonus)
    assert found.score == pytest.approx(best_by_trial(worth, bonus), abs=1e-3)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(found.pairs))
    assert score(found.pairs, worth, bonus) == pytest.approx(found.score, abs=1e-3)


def test_nothing_to_match() -> None:
    assert align(np.zeros((0, 3), dtype=np.float32), np.zeros(0, dtype=np.float32)).pairs == ()
    assert align(np.zeros((2, 3), dtype=np.float32), np.zeros(2, dtype=np.float32)).pairs == ()


def test_a_match_stays_together() -> None:
    worth = np.zeros((2, 6), dtype=np.float32)
    worth[0, [0, 3]] = worth[1, [4, 5]] = 1.0
    assert align(worth, np.array([0.4, 0.4], dtype=np.float32)).pairs == ((0, 3), (1, 4))
