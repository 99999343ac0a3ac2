"""Reads the first passages again, each with the question, and corrects their scores. Finds none itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.cross_encoder import CrossEncoderScorer
from rag.chunking import indexed_text
from rag.reading.context import context_of
from rag.reading.reader import Reader
from rag.schema import Hit

READ = 5  # passages; ten moved the right one no further and cost twice as much
_WINDOW = 200  # characters of a passage that are read, the most like the question
_READER_WEIGHT = 0.15  # of a log odds against a fused z-score; measured in benchmarks/LOG.md
_OTHER_WEIGHT = 1.0  # of another model's z-scores


class Reranker(Protocol):
    """Says how much to add to the scores of the first passages."""

    def corrections(self, question: str, hits: Sequence[Hit]) -> NDArray[np.float32]:
        """(len(hits),) what to add to each hit's score, in units of fused z-scores."""
        ...


class ReaderReranker:
    """The small reader that comes with the package, or one trained with ``train-reader``."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def corrections(self, question: str, hits: Sequence[Hit]) -> NDArray[np.float32]:
        """The reader's relevance, weighed."""
        contexts = [context_of(hit.document, hit.chunk) for hit in hits]
        reading = self._reader.read(question, [hit.text for hit in hits], contexts, most=_WINDOW)
        return np.asarray(_READER_WEIGHT * reading.relevance, np.float32)


class CrossEncoderReranker:
    """Any cross-encoder of sentence-transformers."""

    def __init__(self, scorer: CrossEncoderScorer) -> None:
        self._scorer = scorer

    def corrections(self, question: str, hits: Sequence[Hit]) -> NDArray[np.float32]:
        """The model's scores on the scale of fused scores."""
        scores = self._scorer.scores(question, [indexed_text(h.document, h.chunk) for h in hits])
        spread = float(scores.std()) if len(scores) else 0.0
        centred = scores - scores.mean() if spread else np.zeros_like(scores)
        return np.asarray(_OTHER_WEIGHT * centred / (spread or 1.0), np.float32)
