"""Candidate passages for a question out of both indexes, each speech counted once.

A passage of a later printing is replaced by that of the earliest that says the same, where their days are known,
and the search goes on until there are as many different candidates as were asked for. Ranks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from rag.library import Found, Library

_MOST = 8  # times as many passages as wanted are searched for where printings crowd out others


def candidates(
    library: Library,
    row: NDArray[np.float32],
    words: Sequence[str],
    number: int,
    within: frozenset[str] | None,
) -> Found:
    """The passages nearest to ``row`` and those that score highest for ``words``, together.

    Args:
        library: Where to search.
        row: Unit row (dim,) of the question.
        words: Its terms.
        number: How many passages each of the two indexes gives at most.
        within: Only passages of these documents.

    Returns:
        Chunk keys (n,), ascending, and their BM25 scores (n,), 0 where no term matched.
    """

    def found_once(search: Callable[[int], Found]) -> Found:
        return _found_once(search, lambda keys: library.standing_for(keys, within), number)

    with ThreadPoolExecutor(1) as beside:
        dense = beside.submit(found_once, lambda k: library.dense(row, k, within))
        lexical_keys, scores = found_once(lambda k: library.lexical(words, k, within))
        dense_keys, _ = dense.result()
    keys = np.union1d(dense_keys, lexical_keys)
    lexical = np.zeros(len(keys), np.float32)
    lexical[np.searchsorted(keys, lexical_keys)] = scores
    return keys, lexical


def _found_once(
    search: Callable[[int], Found],
    standing_for: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    number: int,
) -> Found:
    """The ``number`` best of a search, each under the passage that stands for it and only once."""
    wanted = number
    while True:
        keys, scores = search(wanted)
        standing, first = np.unique(standing_for(keys), return_index=True)
        if len(standing) >= number or len(keys) < wanted or wanted >= _MOST * number:
            best = np.argsort(first)[:number]  # a passage's first place is its best
            return standing[best], scores[first[best]]
        wanted *= 2
