"""Finds the passages for a question: dense and lexical candidates, fused by z-scores.

Named speakers, years and titles lift the passages of their speeches. Decides an order, not an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from rag.candidates import candidates
from rag.errors import UnknownDocumentError
from rag.library import Library
from rag.naming import contradicts_year, named_document, years_of
from rag.passage_facts import PassageFacts
from rag.query import Query, content_of, understand
from rag.reading.reader import PassageReading
from rag.reranking import READ, Reranker
from rag.schema import Chunk, Document, Hit
from rag.terms import terms

CANDIDATES = 100  # from each index; the right passage is within the first 50 in 98 of 100 questions
RERANKED = 40  # of the fused candidates, those whose documents are looked at
LEXICAL_WEIGHT = 0.55
SPEAKER_BONUS = 2.0  # in units of fused z-scores
YEAR_BONUS = 1.5  # for a speech of the year that the question gives it; less as much for another
EARLIER_BONUS = 0.7  # for the speeches that the turn before was about
_EARLIER_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Ranked passages and the two raw scores of each."""

    hits: tuple[Hit, ...]  # best first
    dense: NDArray[np.float32]  # (len(hits),) cosine
    lexical: NDArray[np.float32]  # (len(hits),) BM25, 0 where no term matched
    named: Document | None = None  # the speech that the question names; then all hits are of it
    readings: tuple[PassageReading, ...] = ()  # of the first hits, where a reader has read them

    @classmethod
    def empty(cls) -> Retrieval:
        """Nothing found."""
        return cls((), np.empty(0, np.float32), np.empty(0, np.float32))


class Retriever:
    """Ranks the library's passages for a question."""

    def __init__(
        self, library: Library, encoder: Encoder, reranker: Reranker | None = None
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._reranker = reranker

    def retrieve(self, query: Query, k: int) -> Retrieval:
        """The ``k`` best passages among the documents that the query may use.

        Where the question names a speech that is there, its passages alone.
        """
        asked, found = self._found(query, k)
        return reread(asked, query, found, self._reranker) if self._reranker else found

    def _found(self, query: Query, k: int) -> tuple[str, Retrieval]:
        """What was asked of the passages, and those that were found."""
        earlier = frozenset[str]()
        if query.earlier:
            turn = understand(query.earlier, within=query.within)
            hits = self._ranked(turn, _EARLIER_PASSAGES, earlier).hits
            earlier = frozenset(hit.document.doc_id for hit in hits)
        found = self._ranked(query, k, earlier)
        asks_within = query.naming and query.facet is None  # a facet is told by the title's lines
        named = named_document(query, found.hits, {}) if asks_within else None
        if named is None or contradicts_year(query, named):
            return query.text, found
        asked = replace(
            query,
            text=query.asked,
            content=content_of(query.asked),
            within=frozenset({named.doc_id}),
        )
        return asked.text, replace(self._ranked(asked, k, earlier), named=named)

    def _ranked(self, query: Query, k: int, earlier: frozenset[str]) -> Retrieval:
        library = self._library
        row = self._encoder.encode_queries([query.text])[0]
        words = terms(query.content)
        keys, lexical = candidates(library, row, words, CANDIDATES, query.within)
        dense = library.dense_scores(row, keys)
        there = ~np.isnan(dense)  # others were removed since they were found
        keys, lexical, dense = keys[there], lexical[there], dense[there]
        if not len(keys):
            return Retrieval.empty()
        fused = (1 - LEXICAL_WEIGHT) * _z_scores(dense) + LEXICAL_WEIGHT * _z_scores(lexical)
        first = np.argsort(-fused, kind="stable")[: max(RERANKED, k)]
        first, passages = self._passages(keys, first)
        bonus = _bonuses(query, [document for document, _ in passages], earlier)
        scores = fused[first] + bonus
        order = np.argsort(-scores, kind="stable")[:k]
        found = [(*passages[i], float(scores[i])) for i in order]
        hits = tuple(Hit(document, chunk, score) for document, chunk, score in found)
        return Retrieval(hits, dense[first][order], lexical[first][order])

    def _passages(
        self, keys: NDArray[np.int64], first: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], list[tuple[Document, Chunk]]]:
        """Those of the first places that are there, and their passages; somebody may be removing speeches."""
        while True:
            try:
                return first, self._library.passages(keys[first])
            except UnknownDocumentError:  # the indexes listed them still
                there = self._library.present(keys[first])
                if there.all():
                    raise
                first = first[there]


def reread(question: str, query: Query, retrieval: Retrieval, reranker: Reranker) -> Retrieval:
    """The first passages in the order that the reranker gives them, the others behind them.

    Args:
        question: As it is asked of these passages.
        query: The whole question.
        retrieval: What was found, not yet read again.
        reranker: Reads at most ``READ`` passages.
    """
    again = reranker.reread(question, retrieval.hits[:READ], PassageFacts(query, retrieval.hits))
    first = retrieval.hits[: len(again.corrections)]
    changed = [
        replace(hit, score=hit.score + float(change))
        for hit, change in zip(first, again.corrections, strict=True)
    ]
    order = np.argsort([-hit.score for hit in changed], kind="stable")
    places = np.concatenate([order, np.arange(len(first), len(retrieval.hits))])
    hits = (*(changed[place] for place in order), *retrieval.hits[len(first) :])
    readings = tuple(again.readings[place] for place in order) if again.readings else ()
    dense, lexical = retrieval.dense[places], retrieval.lexical[places]
    return Retrieval(hits, dense, lexical, retrieval.named, readings)


def _z_scores(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)


def _bonuses(
    query: Query, documents: list[Document], earlier: frozenset[str]
) -> NDArray[np.float32]:
    """What the documents' speakers and years add to the scores of their passages."""
    known: dict[str, float] = {}
    for document in documents:
        if document.doc_id not in known:
            known[document.doc_id] = _bonus(query, document, earlier)
    return np.array([known[document.doc_id] for document in documents], np.float32)


def _bonus(query: Query, document: Document, earlier: frozenset[str]) -> float:
    bonus = EARLIER_BONUS if document.doc_id in earlier else 0.0
    if document.metadata.speaker in query.speakers:
        bonus += SPEAKER_BONUS
    years = years_of(document)
    if query.speech_years and years:
        bonus += YEAR_BONUS if query.speech_years & years else -YEAR_BONUS
    return bonus
