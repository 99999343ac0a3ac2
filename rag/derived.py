"""The two indexes that are derived from the library's SQLite file, and how they keep up with it.

Each says which generation of the corpus it reflects: the FAISS file in its name, the tantivy folder
inside its last commit. What is missing is taken from SQLite, which encodes nothing; what is broken
is built anew. Knows nothing of sources or of questions.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.vector_index import VectorIndex
from rag.chunk_table import ChunkTable
from rag.chunking import indexed_text
from rag.corpus import Corpus
from rag.lexical import IndexedPassage, LexicalIndex
from rag.terms import terms

_REOPENED = 0.1  # of the vectors: with more new ones, a saved index is opened rather than added to
_BLOCK = 20_000  # chunks whose vectors or texts are in memory at once
_AT_ONCE = 1_000  # vectors that are added while questions wait: 10 ms


class Derived:
    """Both indexes and the chunk table, as of ``generation``."""

    def __init__(self, folder: Path, dim: int) -> None:
        """Nothing is read before ``catch_up``.

        Args:
            folder: Where the indexes are kept.
            dim: Length of a vector.
        """
        self._folder = folder
        self.dim = dim
        self._vectors_generation = 0
        self._saved_generation: int | None = None  # of the vector index on disk
        self._saved_rows = 0  # when it was saved; 0 for one that was opened
        self._vectors = VectorIndex.empty(dim)
        self._using_vectors = threading.Lock()  # the index must not change while it is searched
        self.lexical: LexicalIndex | None = None
        self.table = ChunkTable(np.empty((0, 3), np.int64), [])
        self.generation = -1

    def catch_up(self, corpus: Corpus, *, may_write: bool) -> None:
        """Reflect the corpus as it is now.

        Args:
            corpus: Where to read from.
            may_write: Whether the write lock is held; without it the lexical index on disk stays
                as it is: it lags, or is missing, until whoever writes has brought it up to date.
        """
        with corpus.snapshot() as now:
            generation = now.generation
            self._update_vectors(now, generation)
            self._update_lexical(now, generation, may_write)
            self.table = ChunkTable(*now.chunk_runs())
            self.generation = generation

    @property
    def lags(self) -> bool:
        """Whether the indexes on disk are missing, or the lexical one is of an older generation."""
        if self.lexical is None or self._saved_generation is None:
            return True
        return self.lexical.generation < self.generation

    def nearest(
        self, row: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The chunks nearest to a unit row (dim,): keys and inner products, best first."""
        with self._using_vectors:
            return self._vectors.search(row, k, allowed)

    def scores(self, row: NDArray[np.float32], keys: NDArray[np.int64]) -> NDArray[np.float32]:
        """Inner products (n,) of a unit row with the vectors of these chunks.

        NaN where a chunk has been removed since it was found.
        """
        with self._using_vectors:
            try:
                return self._vectors.scores(row, keys)
            except ValueError:
                known = np.isin(keys, self._vectors.keys)
                scores = np.full(len(keys), np.nan, np.float32)
                scores[known] = self._vectors.scores(row, keys[known])
                return scores

    @property
    def vector_keys(self) -> NDArray[np.int64]:
        """The chunks in the vector index, ascending."""
        with self._using_vectors:
            return self._vectors.keys

    def grow(self) -> None:
        """Take the kind of vector index that suits the number of vectors by now.

        Takes a minute for a million vectors; they may be searched meanwhile.
        """
        if not self._vectors.outgrown:
            return
        larger = self._vectors.rebuilt()
        with self._using_vectors:
            self._vectors = larger
        self._saved_generation = None

    def save(self, *, grown_by: float = 0.0) -> None:
        """Keep the vector index on disk, so that the next start need not build it.

        Where cells lie in a file and little has changed since, that file is left as it is: the next
        start adds what is missing.

        Args:
            grown_by: Only if it has grown by this share since it was saved last. It is written
                whole, and a few rows are sooner added again than a million are written.
        """
        path = self._vectors_path(self._vectors_generation)
        if self._saved_generation == self._vectors_generation or self._vectors.mapped:
            return
        if grown_by and len(self._vectors) < (1 + grown_by) * self._saved_rows:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        if grown_by:  # more is to come, which is sooner added in memory
            self._vectors.save(path)
        else:
            kept = self._vectors.kept_in(path)
            with self._using_vectors:
                self._vectors = kept
        self._saved_generation = self._vectors_generation
        self._saved_rows = len(self._vectors)
        for other in self._saved():
            if other != path:
                other.unlink(missing_ok=True)

    @property
    def _lexical_folder(self) -> Path:
        return self._folder / "lexical"

    def _vectors_path(self, generation: int) -> Path:
        return self._folder / f"vectors-{generation:012d}.faiss"

    def _saved(self) -> list[Path]:
        """The vector indexes on disk, newest first."""
        return sorted(self._folder.glob("vectors-*.faiss"), reverse=True)

    def _open_vectors(self, generation: int) -> None:
        for path in self._saved():
            saved = int(path.stem.removeprefix("vectors-"))
            if saved > generation:  # of another library that was here before
                continue
            if saved <= self._vectors_generation:
                return
            try:
                index = VectorIndex.open(path)
            except (ValueError, OSError):
                continue  # damaged: SQLite has everything
            if index.dim == self.dim:
                self._vectors, self._vectors_generation = index, saved
                self._saved_generation = saved
                return

    def _update_vectors(self, now: Corpus, generation: int) -> None:
        if self._vectors_generation == 0:
            self._open_vectors(generation)
        added = now.added_since(self._vectors_generation)
        if len(added) > _REOPENED * len(self._vectors) or self._vectors.outgrown:
            self._open_vectors(generation)  # another process may have saved what is missing
            added = now.added_since(self._vectors_generation)
        if self._vectors_generation == 0:
            keys = np.array(added, dtype=np.int64)
            self._vectors = VectorIndex.build(keys, now.vectors(added, self.dim))
        else:
            removed = now.removed_since(self._vectors_generation)
            with self._using_vectors:
                self._vectors.remove(np.array(removed, dtype=np.int64))
            for start in range(0, len(added), _BLOCK):
                block = added[start : start + _BLOCK]
                self._add(np.array(block, dtype=np.int64), now.vectors(block, self.dim))
        self._vectors_generation = generation

    def _add(self, keys: NDArray[np.int64], rows: NDArray[np.float16]) -> None:
        for start in range(0, len(keys), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            with self._using_vectors:
                self._vectors.add(keys[some], rows[some])

    def _update_lexical(self, now: Corpus, generation: int, may_write: bool) -> None:
        index = self._opened_lexical(generation)
        if may_write and (index is None or index.wants_rebuilding):
            index = LexicalIndex.create(self._lexical_folder)
        if index is not None and may_write and index.generation < generation:
            added = now.added_since(index.generation)
            removed = now.removed_since(index.generation)
            index.update(_passages(now, added), removed, generation)
        self.lexical = index

    def _opened_lexical(self, generation: int) -> LexicalIndex | None:
        try:
            index = LexicalIndex.open(self._lexical_folder)
        except ValueError:
            return None
        return index if index.generation <= generation else None


def _passages(corpus: Corpus, keys: Sequence[int]) -> Iterator[IndexedPassage]:
    """What is to be indexed of these chunks, document by document."""
    for start in range(0, len(keys), _BLOCK):
        block = keys[start : start + _BLOCK]
        wanted = set(block)
        documents = corpus.documents_of_chunks(block)
        for first in range(0, len(documents), 100):
            loaded = corpus.load(documents[first : first + 100])
            for stored in loaded.values():
                for position, chunk in enumerate(stored.chunks):
                    key = stored.first_chunk + position
                    if key in wanted:
                        text = indexed_text(stored.document, chunk)
                        yield IndexedPassage(key, stored.key, terms(text))
