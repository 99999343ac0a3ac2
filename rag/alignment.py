"""The best order-keeping match of one sequence inside another, by dynamic programming.

The first sequence is matched as a whole against any stretch of the second. Knows numbers only:
what a pair of elements is worth comes in as a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SKIP = 0.02  # cost of each element of the second sequence that is passed over inside the match
_TIE = 1e-4  # above the rounding errors of float32 at these sizes


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs ``(i, j)``, rising in both, and what they are worth together."""

    pairs: tuple[tuple[int, int], ...]
    score: float


def align(worth: NDArray[np.float32], bonus: NDArray[np.float32]) -> Alignment:
    """The alignment whose worth and bonuses less the skips are greatest.

    Elements of the first sequence may stay unmatched at no cost; elements of the second cost
    ``SKIP`` each between the first and the last match, so that a match stays together.

    Args:
        worth: What it is worth to match ``i`` with ``j``; 0 where they do not match.
            ``(n, m)`` float32.
        bonus: What it is worth besides that ``i`` follows directly on the match of ``i - 1``.
            ``(n,)`` float32.
    """
    if not worth.size:
        return Alignment((), 0.0)
    ending, best = _tables(worth, bonus)
    return Alignment(tuple(_trace(worth, bonus, ending, best)), float(best[-1].max()))


def _tables(
    worth: NDArray[np.float32], bonus: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``(n + 1, m + 1)`` each: best sums over ``i`` and ``j`` elements, and those that end in a match."""
    rows, columns = worth.shape
    slope = np.arange(columns + 1, dtype=np.float32) * np.float32(SKIP)
    best = np.zeros((rows + 1, columns + 1), dtype=np.float32)
    ending = np.full_like(best, -np.inf)
    matched = set(np.nonzero(worth)[0].tolist())
    for i in range(rows):
        if i not in matched:
            best[i + 1] = best[i]
            continue
        before = np.maximum(best[i, :-1], ending[i, :-1] + bonus[i])
        ending[i + 1, 1:] = np.where(worth[i] > 0, before + worth[i], -np.inf)
        row = np.maximum(best[i], ending[i + 1])
        best[i + 1] = np.maximum(np.maximum.accumulate(row + slope) - slope, 0.0)
    return ending, best


def _trace(
    worth: NDArray[np.float32],
    bonus: NDArray[np.float32],
    ending: NDArray[np.float32],
    best: NDArray[np.float32],
) -> list[tuple[int, int]]:
    i, j = worth.shape[0], int(np.argmax(best[-1]))
    pairs: list[tuple[int, int]] = []
    in_run = False  # whether the match behind counted on this one for its bonus
    while i > 0 and j > 0 and (in_run or best[i, j] > _TIE):
        if in_run or ending[i, j] > best[i, j] - _TIE:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
            in_run = bool(ending[i, j] + bonus[i] > best[i, j] + _TIE)
        elif best[i - 1, j] > best[i, j] - _TIE:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]
