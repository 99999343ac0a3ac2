"""Nearest unit rows by inner product, under a filter; the only home of faiss.

Rows are kept once, in half precision, under the caller's int64 keys. Knows nothing of where they
come from, and is not the truth about them: it can be built anew from the corpus at any time.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import faiss

Keys = NDArray[np.int64]
Rows = NDArray[np.float32]  # (n, dim) unit rows
Scores = NDArray[np.float32]

_GATHER_LIMIT = 20_000  # up to so many allowed keys, scoring each is faster than a filtered search


class VectorIndex:
    """An index over (key, row) pairs. Searching is safe from several threads, changing is not."""

    def __init__(self, index: faiss.IndexIDMap2) -> None:
        """Take over a faiss index; ``empty``, ``build`` and ``open`` make one."""
        self._index = index
        self._keys = np.sort(_stored_keys(index))

    @classmethod
    def empty(cls, dim: int) -> Self:
        """An index without rows of length ``dim``."""
        import faiss

        half = faiss.ScalarQuantizer.QT_fp16
        flat = faiss.IndexScalarQuantizer(dim, half, faiss.METRIC_INNER_PRODUCT)
        return cls(faiss.IndexIDMap2(flat))

    @classmethod
    def build(cls, keys: Keys, rows: Rows) -> Self:
        """An index of these rows, of the kind that suits their number.

        Args:
            keys: (n,) different int64.
            rows: (n, dim) unit rows.
        """
        index = cls.empty(rows.shape[1])
        index.add(keys, rows)
        return index

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read what ``save`` wrote.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: The file is not an index, or is damaged.
        """
        import faiss

        if not path.is_file():
            raise FileNotFoundError(f"no vector index at {path}")
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise ValueError(f"{path} is no vector index or is damaged: build it anew") from error
        if not isinstance(index, faiss.IndexIDMap2):
            raise ValueError(f"{path} holds another kind of index: build it anew")
        return cls(index)

    def save(self, path: Path) -> None:
        """Write to ``path``: whole or not at all, whatever happens meanwhile."""
        import faiss

        handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            faiss.write_index(self._index, name)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    @property
    def dim(self) -> int:
        """Length of a row."""
        return int(self._index.d)

    @property
    def keys(self) -> Keys:
        """(n,) the keys inside, ascending."""
        return self._keys.copy()

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Keys, rows: Rows) -> None:
        """Add rows under new keys.

        Raises:
            ValueError: A key is inside already or occurs twice, or the shapes do not fit.
        """
        keys, rows = np.asarray(keys, dtype=np.int64), np.ascontiguousarray(rows, dtype=np.float32)
        if rows.shape != (len(keys), self.dim):
            raise ValueError(f"expected rows of shape {(len(keys), self.dim)}, got {rows.shape}")
        merged = np.concatenate([self._keys, keys])
        merged.sort(kind="stable")  # two sorted runs in the usual case, which this merges in O(n)
        if (merged[1:] == merged[:-1]).any():
            raise ValueError(
                "a key to add is in the index already, or occurs twice; remove it first"
            )
        self._index.add_with_ids(rows, keys)
        self._keys = merged

    def remove(self, keys: Keys) -> None:
        """Remove the rows under these keys; keys that are not inside are passed over."""
        import faiss

        keys = np.asarray(keys, dtype=np.int64)
        if len(keys):
            self._index.remove_ids(faiss.IDSelectorBatch(keys))
            self._keys = self._keys[~np.isin(self._keys, keys)]

    def search(self, row: Rows, k: int, allowed: Keys | None = None) -> tuple[Keys, Scores]:
        """The ``k`` nearest rows, or fewer where there are no more.

        Args:
            row: (dim,) the query.
            k: How many; at least 1.
            allowed: Only these keys may be found; ``None``: all. Unknown keys are passed over.

        Returns:
            (m,) keys and (m,) inner products, descending; equal ones by ascending key.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        if allowed is not None:
            allowed = self._inside(allowed)
            if len(allowed) <= _GATHER_LIMIT:
                return _best(allowed, self.scores(row, allowed), k)
        return self._search_index(row, k, allowed)

    def scores(self, row: Rows, keys: Keys) -> Scores:
        """(m,) inner products of the rows under ``keys`` with ``row``, in the order of ``keys``.

        Raises:
            ValueError: A key is not in the index.
        """
        keys = np.asarray(keys, dtype=np.int64)
        unknown = len(keys) - len(self._inside(keys, unique=False))
        if unknown:
            raise ValueError(f"{unknown} of {len(keys)} keys are not in the index")
        if not len(keys):
            return np.empty(0, dtype=np.float32)
        rows = self._index.reconstruct_batch(keys)
        # one dot product a row, so that equal rows score equally whatever stands beside them
        result: Scores = np.vecdot(rows, self._query(row)[0])
        return result

    def _inside(self, keys: Keys, *, unique: bool = True) -> Keys:
        """Those of ``keys`` that are in the index."""
        keys = np.asarray(keys, dtype=np.int64)
        keys = np.unique(keys) if unique else keys
        if not len(self._keys):
            return keys[:0]
        places = np.searchsorted(self._keys, keys)
        known: Keys = keys[self._keys[np.minimum(places, len(self._keys) - 1)] == keys]
        return known

    def _query(self, row: Rows) -> Rows:
        query = np.ascontiguousarray(row, dtype=np.float32).reshape(1, -1)
        if query.shape[1] != self.dim:
            raise ValueError(f"expected a query of length {self.dim}, got {query.shape[1]}")
        return query

    def _search_index(self, row: Rows, k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """As ``search``; fetches more while rows that are equal to the last one may lie beyond."""
        import faiss

        parameters = faiss.SearchParameters()
        if allowed is not None:
            parameters.sel = faiss.IDSelectorBatch(allowed)
        fetched = k
        while True:
            fetched = min(fetched + 8, len(self))
            if not fetched:
                return self._keys[:0], np.empty(0, dtype=np.float32)
            scores, keys = self._index.search(self._query(row), fetched, params=parameters)
            scores, keys = scores[0][keys[0] >= 0], keys[0][keys[0] >= 0]
            if len(keys) < fetched or fetched == len(self) or scores[k - 1] > scores[-1]:
                return _best(keys, scores, k)
            fetched *= 4


def _best(keys: Keys, scores: Scores, k: int) -> tuple[Keys, Scores]:
    order = np.lexsort((keys, -scores))[:k]
    return keys[order], scores[order]


def _stored_keys(index: faiss.IndexIDMap2) -> Keys:
    import faiss

    return np.asarray(faiss.vector_to_array(index.id_map), dtype=np.int64)
