"""Finds the passages for a question: dense and lexical candidates, fused by z-scores.

Named speakers, years and titles lift the passages of their speeches. Decides an order, not an answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from rag.lexical import terms
from rag.library import Library
from rag.normal_form import normalise
from rag.query import Query, years_in
from rag.schema import Document, Hit

CANDIDATES = 100  # from each index; the right passage is within the first 50 in 98 of 100 questions
RERANKED = 40  # of the fused candidates, those whose documents are looked at
LEXICAL_WEIGHT = 0.6
SPEAKER_BONUS = 2.0  # in units of fused z-scores
YEAR_BONUS = 1.0


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Ranked passages and the two raw scores of each."""

    hits: tuple[Hit, ...]  # best first
    dense: NDArray[np.float32]  # (len(hits),) cosine
    lexical: NDArray[np.float32]  # (len(hits),) BM25, 0 where no term matched

    @classmethod
    def empty(cls) -> Retrieval:
        """Nothing found."""
        return cls((), np.empty(0, np.float32), np.empty(0, np.float32))


class Retriever:
    """Ranks the library's passages for a question."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self._library = library
        self._encoder = encoder

    def retrieve(self, query: Query, k: int) -> Retrieval:
        """The ``k`` best passages among the documents that the query may use."""
        row = self._encoder.encode_queries([query.text])[0]
        library = self._library
        dense_keys, _ = library.dense(row, CANDIDATES, query.within)
        lexical_keys, lexical_scores = library.lexical(
            terms(query.content), CANDIDATES, query.within
        )
        keys = np.union1d(dense_keys, lexical_keys)
        if not len(keys):
            return Retrieval.empty()
        dense = library.dense_scores(row, keys)
        lexical = np.zeros(len(keys), np.float32)
        lexical[np.searchsorted(keys, lexical_keys)] = lexical_scores
        fused = (1 - LEXICAL_WEIGHT) * _z_scores(dense) + LEXICAL_WEIGHT * _z_scores(lexical)
        first = np.argsort(-fused, kind="stable")[: max(RERANKED, k)]
        passages = library.passages(keys[first])
        bonus = _bonuses(query, [document for document, _ in passages])
        scores = fused[first] + bonus
        order = np.argsort(-scores, kind="stable")[:k]
        hits = tuple(Hit(*passages[i], score=float(scores[i])) for i in order)
        return Retrieval(hits, dense[first][order], lexical[first][order])


def _z_scores(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)


def _bonuses(query: Query, documents: list[Document]) -> NDArray[np.float32]:
    """What the documents' speakers and years add to the scores of their passages."""
    known: dict[str, float] = {}
    for document in documents:
        if document.doc_id not in known:
            known[document.doc_id] = _bonus(query, document)
    return np.array([known[document.doc_id] for document in documents], np.float32)


def _bonus(query: Query, document: Document) -> float:
    bonus = 0.0
    if query.speakers:
        bonus += SPEAKER_BONUS if document.metadata.speaker in query.speakers else 0.0
    if query.years:
        titled = years_in(normalise(document.title))
        dated = {(document.metadata.date or "")[:4]}
        if query.years & titled or (not titled and query.years & dated):
            bonus += YEAR_BONUS
        elif titled:
            bonus -= YEAR_BONUS
    return bonus
