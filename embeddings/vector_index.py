"""Nearest unit rows by inner product, under a filter; the only home of faiss.

Rows are kept once, in half precision, under the caller's int64 keys: in a flat list that is
searched whole or, beyond ``EXACT_UP_TO`` rows, in cells of which the nearest are searched. Cells
in a file stay there unchanged: what is added lies beside them, what is removed is passed over.
Knows nothing of where the rows come from, and is not the truth about them: it can be built anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.processor import available_cores

Keys = NDArray[np.int64]
Rows = NDArray[np.float32]  # (n, dim), unit rows
Scores = NDArray[np.float32]
_Faiss = Any  # an object of faiss, whose stubs lack half of what is used here

# Measured with rows like those of the default encoder (benchmarks/vector_index.py): a flat search
# of 100,000 rows takes half as long as encoding the question. In a library that grew to 528,000 rows
# (benchmarks/million.py), recall@10 is .970 with an eighth of 1,024 cells and .983 with a sixth,
# 3.6 and 4.7 ms; a fifth leaves some room.
EXACT_UP_TO = 100_000
_CELLS, _MIN_PROBES, _PROBED_SHARE = 1024, 64, 5
_ROWS_PER_CELL = 1000  # beyond 1,024 cells of so many rows, there are more cells
_TRAINING_ROWS_PER_CELL = 64
_OUTGROWN = 1.25  # all is made anew when so many times the cells would suit the rows
_BESIDE_UP_TO = 20_000  # rows added to or removed from cells in a file: they cost a search 2 ms
_GATHER_UP_TO = 2_000  # scoring so many allowed keys one by one is faster than a filtered search
_UNFINISHED = "unfinished.faiss"
_CHUNK = 65_536  # rows that are held in single precision at a time


class VectorIndex:
    """An index over (key, row) pairs. Searching is safe from several threads, changing is not."""

    def __init__(self, index: _Faiss, *, mapped: bool = False) -> None:
        """Take over a faiss index; ``empty``, ``build`` and ``open`` make one.

        Args:
            index: An ``IndexIDMap2`` or ``IndexIVF`` of the rows under the caller's keys.
            mapped: Its rows lie in a file, where they are not changed.
        """
        self._index = index
        self._beside = _flat(index.d) if mapped else None  # rows that were added since
        self._gone = np.empty(0, dtype=np.int64)  # keys that were removed from the file's since
        self._sorted: Keys | None = None

    @classmethod
    def empty(cls, dim: int) -> Self:
        """An index without rows of length ``dim``."""
        return cls(_flat(dim))

    @classmethod
    def build(cls, keys: Keys, rows: NDArray[Any], *, exact_up_to: int = EXACT_UP_TO) -> Self:
        """An index of these rows, of the kind that suits their number.

        Args:
            keys: (n,) different int64, none negative.
            rows: (n, dim) unit rows, float16 or float32.
            exact_up_to: With more rows than this, the search is approximate.
        """
        return cls._assembled(keys, rows.shape[1], lambda which: rows[which], exact_up_to)

    @classmethod
    def _assembled(
        cls, keys: Keys, dim: int, rows_at: Callable[[Any], NDArray[Any]], exact_up_to: int
    ) -> Self:
        """An index of the rows that ``rows_at`` gives for positions in ``keys`` or a slice."""
        count = len(keys)
        if count <= exact_up_to:
            index = cls.empty(dim)
        else:
            cells = _cells(count)
            index = cls(_inverted(rows_at(_sample(count, cells * _TRAINING_ROWS_PER_CELL)), cells))
        for start in range(0, count, _CHUNK):
            chunk = slice(start, start + _CHUNK)
            index.add(keys[chunk], rows_at(chunk))
        return index

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read what ``save`` wrote; a large index is mapped, so that this takes no time.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: The file is not an index, or is damaged.
        """
        faiss = _faiss()
        if not path.is_file():
            raise FileNotFoundError(f"no vector index at {path}")
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
            if isinstance(index, faiss.IndexIDMap2):
                return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise ValueError(f"{path} is no vector index or is damaged: build it anew") from error
        if not isinstance(index, faiss.IndexIVF):
            raise ValueError(f"{path} holds another kind of index: build it anew")
        return cls(index, mapped=True)

    def save(self, path: Path) -> None:
        """Write to ``path``: whole or not at all, whatever happens.

        One at a time in a folder: all share the unfinished file, so that kills leave one at most.
        """
        new = path.with_name(_UNFINISHED)
        whole = self.rebuilt() if self.changed_beside else self
        _faiss().write_index(whole._index, str(new))
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        new.replace(path)

    def kept_in(self, path: Path) -> Self:
        """As ``save``; gives the same index as if it had been opened: cells lie in the file then."""
        self.save(path)
        return type(self).open(path) if self._cells else self

    def rebuilt(self) -> Self:
        """An index of the same rows, of the kind that suits their number now; this one stays as is.

        Meant for a background thread: meanwhile this index may be searched, but not changed.
        """
        keys = self._keys
        return self._assembled(keys, self.dim, lambda which: self._rows(keys[which]), EXACT_UP_TO)

    @property
    def dim(self) -> int:
        """Length of a row."""
        return int(self._index.d)

    @property
    def _keys(self) -> Keys:
        """(n,) the keys inside, ascending; gathered when they are first needed.

        In a mapped file they lie scattered, and gathering them reads an eighth of it: most questions need none.
        """
        if self._sorted is None:
            self._sorted = np.sort(_stored_keys(self._index))
        return self._sorted

    @property
    def keys(self) -> Keys:
        """(n,) the keys inside, ascending."""
        return self._keys.copy()

    @property
    def outgrown(self) -> bool:
        """Whether ``rebuilt`` would give an index that is faster for the rows it has by now."""
        too_few = len(self) > EXACT_UP_TO and _cells(len(self)) > _OUTGROWN * self._cells
        return too_few or self.changed_beside > _BESIDE_UP_TO

    @property
    def mapped(self) -> bool:
        """Whether rows lie in a file, and changes beside them."""
        return self._beside is not None

    @property
    def changed_beside(self) -> int:
        """How many rows lie beside those in the file, or are passed over there."""
        return len(self._gone) + self._added

    def __len__(self) -> int:
        return int(self._index.ntotal) - len(self._gone) + self._added

    def add(self, keys: Keys, rows: NDArray[Any]) -> None:
        """Add rows under new keys.

        Raises:
            ValueError: A key is inside already, occurs twice or is negative, or shapes do not fit.
        """
        keys, rows = np.asarray(keys, dtype=np.int64), np.ascontiguousarray(rows, dtype=np.float32)
        if rows.shape != (len(keys), self.dim):
            raise ValueError(f"expected rows of shape {(len(keys), self.dim)}, got {rows.shape}")
        merged = np.concatenate([self._keys, keys])
        merged.sort(kind="stable")  # merges the two runs that there usually are
        if (merged[1:] == merged[:-1]).any():
            raise ValueError(
                "a key to add is in the index already, or occurs twice; remove it first"
            )
        if len(keys) and keys.min() < 0:
            raise ValueError(f"keys must not be negative, got {keys.min()}")  # -1 is faiss's "none"
        (self._index if self._beside is None else self._beside).add_with_ids(rows, keys)
        self._sorted = merged

    def remove(self, keys: Keys) -> None:
        """Remove the rows under these keys; keys that are not inside are passed over."""
        if not len(keys):
            return
        keys = self._inside(keys)
        if not len(keys):
            return
        left = self._keys[~np.isin(self._keys, keys)]
        if self._beside is None:
            _remove(self._index, keys)
        else:
            added = np.isin(keys, _stored_keys(self._beside))
            _remove(self._beside, keys[added])
            self._gone = np.union1d(self._gone, keys[~added])
        self._sorted = left

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
        query = self._query(row)
        if allowed is not None and len(allowed) <= _GATHER_UP_TO:
            allowed = self._inside(allowed)
            return _best(allowed, self.scores(row, allowed), k)
        return self._search_index(query, k, allowed)

    def scores(self, row: Rows, keys: Keys) -> Scores:
        """(m,) inner products of the rows under ``keys`` with ``row``, in the order of ``keys``.

        Raises:
            ValueError: A key is not in the index.
        """
        keys, query = np.asarray(keys, dtype=np.int64), self._query(row)
        # one dot product a row, so that equal rows score equally whatever stands beside them
        scores: Scores = np.vecdot(self._rows(keys), query[0])
        return scores

    @property
    def _cells(self) -> int:
        """How many cells there are; 0 in a flat index."""
        return int(getattr(self._index, "nlist", 0))

    @property
    def _added(self) -> int:
        """How many rows lie beside those in the file."""
        return 0 if self._beside is None else int(self._beside.ntotal)

    def _rows(self, keys: Keys) -> Rows:
        """(m, dim) the rows under ``keys``, as float32.

        Raises:
            ValueError: A key is not in the index.
        """
        rows = np.empty((len(keys), self.dim), dtype=np.float32)
        added = np.zeros(len(keys), dtype=np.bool_)
        if self._added:
            added = np.isin(keys, _stored_keys(self._beside))
        if np.isin(keys[~added], self._gone).any():
            raise ValueError("some of these keys have been removed from the index")
        try:
            if added.any() and self._beside is not None:
                rows[added] = self._beside.reconstruct_batch(keys[added])
            if not added.all():
                rows[~added] = self._index.reconstruct_batch(keys[~added])
        except RuntimeError as error:
            raise ValueError("some of these keys are not in the index") from error
        return rows

    def _inside(self, keys: Keys) -> Keys:
        """Those of ``keys`` that are in the index, ascending, each once."""
        keys = np.unique(np.asarray(keys, dtype=np.int64))
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

    def _search_index(self, query: Rows, k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        keys, scores = _nearest(self._index, query, k, self._parameters(allowed))
        if self._beside is None or not self._beside.ntotal:
            return keys, scores
        faiss = _faiss()
        only = faiss.SearchParameters(sel=_selector(allowed, len(self)))
        beside_keys, beside_scores = _nearest(self._beside, query, k, only)
        both = np.concatenate([keys, beside_keys]), np.concatenate([scores, beside_scores])
        return _best(*both, k)

    def _parameters(self, allowed: Keys | None) -> _Faiss:
        """Which rows may be found, and how many cells are searched for them.

        The fewer rows are allowed, the farther away the nearest of them are: the more cells.
        """
        faiss = _faiss()
        selector = _selector(allowed, len(self), self._gone)
        if not self._cells:
            return faiss.SearchParameters(sel=selector)
        widening = 1.0 if allowed is None else (len(self) / len(allowed)) ** 0.5
        probes = max(_MIN_PROBES, int(self._cells / _PROBED_SHARE * widening))
        return faiss.SearchParametersIVF(sel=selector, nprobe=min(self._cells, probes))


def _faiss() -> _Faiss:
    """The library, imported when it is first needed."""
    import faiss

    return faiss


def _flat(dim: int) -> _Faiss:
    faiss = _faiss()
    half, product = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    return faiss.IndexIDMap2(faiss.IndexScalarQuantizer(dim, half, product))


def _inverted(sample: NDArray[Any], cells: int) -> _Faiss:
    """An index without rows whose cells are those of the ``sample``, (m, dim)."""
    faiss = _faiss()
    faiss.omp_set_num_threads(available_cores())
    dim = sample.shape[1]
    half, product = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    near = faiss.IndexFlatL2(dim)  # cells are near by distance: rows share a large common part
    index = faiss.IndexIVFScalarQuantizer(near, dim, cells, half, product, False)
    index.cp.niter = 8
    index.train(np.ascontiguousarray(sample, dtype=np.float32))
    index.set_direct_map_type(faiss.DirectMap.Hashtable)  # rows by key
    return index


def _cells(count: int) -> int:
    """For how many rows how many cells: enough rows in each to learn it from, not too many."""
    return max(1, min(_CELLS, count // 40), count // _ROWS_PER_CELL)


def _sample(count: int, size: int) -> NDArray[np.int64]:
    """Positions of ``size`` of ``count`` rows, the same ones each time."""
    return np.sort(np.random.default_rng(0).permutation(count)[:size])


def _selector(allowed: Keys | None, count: int, gone: Keys | None = None) -> _Faiss:
    """What faiss asks of each row: is it ``allowed``, and not ``gone``? ``None``: all may be found."""
    faiss = _faiss()
    there = (
        faiss.IDSelectorNot(faiss.IDSelectorBatch(gone)) if gone is not None and len(gone) else None
    )
    if allowed is None:
        return there
    among = _among(allowed, count)
    return among if there is None else faiss.IDSelectorAnd(among, there)


def _among(allowed: Keys, count: int) -> _Faiss:
    """A bit for each key where keys lie close, as counted ones do; else a hash set."""
    faiss = _faiss()
    allowed = np.asarray(allowed, dtype=np.int64)
    if allowed.min() < 0 or allowed.max() > 64 * count:
        return faiss.IDSelectorBatch(allowed)
    bits = np.zeros(int(allowed.max()) + 1, dtype=np.bool_)
    bits[allowed] = True
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))


def _nearest(index: _Faiss, query: Rows, k: int, parameters: _Faiss) -> tuple[Keys, Scores]:
    """As ``search``; fetches more while rows that are equal to the last one may lie beyond."""
    fetched = k
    while index.ntotal:
        fetched = min(fetched + 8, index.ntotal)
        found_scores, found_keys = index.search(query, fetched, params=parameters)
        keys, scores = found_keys[0], found_scores[0]
        keys, scores = keys[keys >= 0], scores[keys >= 0]
        if len(keys) < fetched or fetched == index.ntotal or scores[k - 1] > scores[-1]:
            return _best(keys, scores, k)
        fetched *= 4
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)


def _remove(index: _Faiss, keys: Keys) -> None:
    faiss = _faiss()
    by_key = isinstance(index, faiss.IndexIVF)  # its rows are found by their keys, one by one
    index.remove_ids(faiss.IDSelectorArray(keys) if by_key else faiss.IDSelectorBatch(keys))


def _best(keys: Keys, scores: Scores, k: int) -> tuple[Keys, Scores]:
    order = np.lexsort((keys, -scores))[:k]
    return keys[order], scores[order]


def _stored_keys(index: _Faiss) -> Keys:
    faiss = _faiss()
    if isinstance(index, faiss.IndexIDMap2):
        return np.asarray(faiss.vector_to_array(index.id_map), dtype=np.int64)
    lists = index.invlists
    parts = [
        faiss.rev_swig_ptr(lists.get_ids(i), lists.list_size(i)).copy()
        for i in range(lists.nlist)
        if lists.list_size(i)
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
