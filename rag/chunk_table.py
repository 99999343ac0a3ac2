"""Which document each chunk belongs to, for all chunks at once, as arrays in memory.

A document's chunk keys are consecutive, so a document is one run ``[first, first + count)`` and a
library of a million chunks is some ten thousand runs. Knows no text and no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


class ChunkTable:
    """An unchanging picture of the library's chunks at one generation."""

    def __init__(self, runs: NDArray[np.int64], doc_ids: Sequence[str]) -> None:
        """Take over the runs.

        Args:
            runs: (n, 3) rows of document key, first chunk key and number of chunks, by first key.
            doc_ids: The documents' ids, in the same order.
        """
        self._documents, self._first, self._count = runs.T
        self._doc_ids = doc_ids
        self._positions = {doc_id: position for position, doc_id in enumerate(doc_ids)}

    def __len__(self) -> int:
        """Number of chunks."""
        return int(self._count.sum())

    def documents_of(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The document key of each chunk key (n,); -1 where there is no such chunk."""
        if not len(self._first):
            return np.full(len(keys), -1, np.int64)
        positions = np.searchsorted(self._first, keys, side="right") - 1
        inside = (positions >= 0) & (keys < self._first[positions] + self._count[positions])
        return np.where(inside, self._documents[positions], -1)

    def ids_of(self, keys: NDArray[np.int64]) -> list[str]:
        """The ``doc_id`` of each of these chunks, all of which must be there."""
        positions = np.searchsorted(self._first, keys, side="right") - 1
        return [self._doc_ids[position] for position in positions.tolist()]

    def chunks_within(self, doc_ids: Iterable[str]) -> NDArray[np.int64]:
        """All chunk keys of these documents, ascending; unknown ids have none."""
        positions = self._known(doc_ids)
        count = self._count[positions]
        before = np.cumsum(count) - count  # chunks of the documents before this one
        return np.repeat(self._first[positions] - before, count) + np.arange(count.sum())

    def documents_within(self, doc_ids: Iterable[str]) -> list[int]:
        """The keys of these documents; unknown ids are left out."""
        documents: list[int] = self._documents[self._known(doc_ids)].tolist()
        return documents

    def all_chunks(self) -> NDArray[np.int64]:
        """All chunk keys, ascending."""
        return self.chunks_within(self._positions)

    def _known(self, doc_ids: Iterable[str]) -> NDArray[np.intp]:
        known = [self._positions[i] for i in doc_ids if i in self._positions]
        return np.sort(np.array(known, np.intp))
