"""BM25 over the terms of passages, kept on disk by tantivy; the only home of tantivy.

Passages are known by an integer key and by the integer key of their document. Terms arrive ready
made (``rag.terms``), so nothing a user types is ever parsed as a query. Knows nothing of SQLite:
the generation stored with the passages is a number to it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from rag.terms import terms

if TYPE_CHECKING:
    import tantivy

__all__ = ["IndexedPassage", "LexicalIndex", "terms"]

_TOKENIZER = "blanks"
_HEAP_BYTES = 64_000_000
_MOST_DELETED = 0.5  # of all passages on disk; deleted ones still count in BM25's statistics


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """One passage on its way into the index."""

    key: int
    document: int
    terms: Sequence[str]


class LexicalIndex:
    """A BM25 index of passages; many threads may search while one updates."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._searcher = index.searcher()

    @classmethod
    def create(cls, folder: Path) -> Self:
        """A new, empty index in ``folder`` in place of what is there."""
        import tantivy  # slow to import

        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return cls._prepared(tantivy.Index(_schema(), path=str(folder)))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index in ``folder``.

        Raises:
            ValueError: There is no index, or it is damaged or of another layout.
        """
        import tantivy

        if not (folder / "meta.json").is_file():
            raise ValueError(f"no lexical index in {folder}")
        try:
            return cls._prepared(tantivy.Index(_schema(), path=str(folder)))
        except ValueError as error:
            raise ValueError(f"the lexical index in {folder} is damaged: {error}") from error

    @classmethod
    def _prepared(cls, index: tantivy.Index) -> Self:
        import tantivy

        blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer(_TOKENIZER, blanks)
        index.config_reader("manual")
        index.reload()
        return cls(index)

    def __len__(self) -> int:
        """How many passages can be found."""
        markers = 1 if self.generation else 0
        return int(self._searcher.num_docs) - markers

    @property
    def keys(self) -> NDArray[np.int64]:
        """The keys of all passages, ascending."""
        found = self._searcher.search(_query().exists_query("key"), max(1, len(self)), count=False)
        values = self._searcher.fast_field_values("key", [address for _, address in found.hits])
        return np.sort(np.array(values, dtype=np.int64))

    @property
    def generation(self) -> int:
        """The generation given with the last update; 0 for a new index."""
        marker = self._searcher.search(_query().exists_query("generation"), 1)
        values = self._searcher.fast_field_values("generation", [a for _, a in marker.hits])
        return int(values[0] or 0) if values else 0

    @property
    def wants_rebuilding(self) -> bool:
        """Whether deleted passages have come to weigh on size and scores."""
        on_disk = int(self._searcher.doc_freq("kind", "passage"))
        return on_disk > 1000 and len(self) < (1 - _MOST_DELETED) * on_disk

    def update(
        self, added: Iterable[IndexedPassage], removed: Sequence[int], generation: int
    ) -> None:
        """Remove, then add passages, and note the generation reached: all of it, or nothing.

        Raises:
            ValueError: Another process is updating this index.
        """
        import tantivy

        writer = self._index.writer(_HEAP_BYTES, 1)  # one thread: segments in order of arrival
        if removed:
            writer.delete_documents_by_query(_any_of("key", removed))
        writer.delete_documents_by_query(tantivy.Query.exists_query("generation"))
        for passage in added:
            writer.add_document(
                tantivy.Document(
                    key=passage.key,
                    document=passage.document,
                    kind="passage",
                    terms=" ".join(passage.terms),
                )
            )
        writer.add_document(tantivy.Document(generation=generation))
        writer.commit()
        writer.wait_merging_threads()
        self.reload()

    def reload(self) -> None:
        """See what another process has written since."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(
        self, terms: Sequence[str], k: int, documents: Sequence[int] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The passages that score highest for a disjunction of ``terms``.

        Args:
            terms: A term that is repeated weighs as often as it occurs.
            k: How many passages at most.
            documents: Keys of the documents to search in; ``None`` for all.

        Returns:
            Keys (n,) and BM25 scores (n,), n <= k, best first, ties by key.
        """
        if not terms or k < 1 or (documents is not None and not documents):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        searcher = self._searcher
        found = searcher.search(_disjunction(terms, documents), k, count=False).hits
        values = searcher.fast_field_values("key", [address for _, address in found])
        keys = np.array(values, dtype=np.int64)
        scores = np.array([score for score, _ in found], dtype=np.float32)
        order = np.lexsort((keys, -scores))
        return keys[order], scores[order]

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each of the terms occurs (recently deleted ones included)."""
        return {term: int(self._searcher.doc_freq("terms", term)) for term in set(terms)}


@lru_cache(maxsize=1)
def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_integer_field("document", indexed=True)
    builder.add_integer_field("generation", indexed=True, fast=True)  # of the one marker alone
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name=_TOKENIZER, index_option="freq")
    return builder.build()


def _query() -> type[tantivy.Query]:
    import tantivy

    return tantivy.Query


def _any_of(field: str, values: Sequence[int]) -> tantivy.Query:
    return _query().term_set_query(_schema(), field, list(values))


def _disjunction(terms: Sequence[str], documents: Sequence[int] | None) -> tantivy.Query:
    import tantivy

    query = tantivy.Query
    any_term = query.boolean_query(
        [
            (tantivy.Occur.Should, query.term_query(_schema(), "terms", term, "freq"))
            for term in terms
        ]
    )
    if documents is None:
        return any_term
    inside = query.boost_query(query.const_score_query(_any_of("document", documents), 1.0), 0.0)
    return query.boolean_query([(tantivy.Occur.Must, any_term), (tantivy.Occur.Must, inside)])
