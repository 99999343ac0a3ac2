"""The best order-keeping match of one token sequence inside another, by dynamic programming.

The first sequence is matched as a whole against any stretch of the second. Knows numbers only:
what a pair of tokens is worth comes in as a matrix.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SKIP = np.float32(0.02)  # for each element of the second sequence that is passed over
_TIE = 1e-4


def align(worth: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Pairs ``(i, j)``, rising in both, whose summed worth less the skipping costs is greatest.

    Elements of the first sequence may stay unmatched at no cost; elements of the second cost
    ``0.02`` each between the first and the last match, so that a match stays together.

    Args:
        worth: What it is worth to match ``i`` with ``j``; 0 or less where they do not match.
            ``(n, m)`` float32.
    """
    if not worth.size:
        return []
    return _trace(worth, _table(worth))


def _table(worth: NDArray[np.float32]) -> NDArray[np.float32]:
    """``table[i, j]``: the best sum with the first ``i`` elements, ending at or before ``j``."""
    rows, columns = worth.shape
    slope = _SKIP * np.arange(columns + 1, dtype=np.float32)
    table = np.zeros((rows + 1, columns + 1), dtype=np.float32)
    for i in range(rows):
        row = table[i].copy()
        gain = worth[i]
        np.maximum(row[1:], np.where(gain > 0, table[i, :-1] + gain, 0.0), out=row[1:])
        table[i + 1] = np.maximum(np.maximum.accumulate(row + slope) - slope, 0.0)
    return table


def _trace(worth: NDArray[np.float32], table: NDArray[np.float32]) -> list[tuple[int, int]]:
    i, j = table.shape[0] - 1, int(np.argmax(table[-1]))
    pairs: list[tuple[int, int]] = []
    while i > 0 and j > 0 and table[i, j] > _TIE:
        here = table[i, j]
        gain = worth[i - 1, j - 1]
        if gain > 0 and abs(table[i - 1, j - 1] + gain - here) < _TIE:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif abs(table[i - 1, j] - here) < _TIE:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]
