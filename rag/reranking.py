"""Reads the first passages again, each with the question, and corrects their scores. Finds none itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.cross_encoder import CrossEncoderScorer
from rag.chunking import indexed_text
from rag.reading.context import context_of
from rag.reading.reader import PassageReading, Reader
from rag.schema import Hit

READ = 6  # passages; the same whose sentences are looked at for the answer
_READER_WEIGHT = 0.15  # of a log odds against a fused z-score; measured in benchmarks/LOG.md
_OTHER_WEIGHT = 1.0  # of another model's z-scores


@dataclass(frozen=True, slots=True)
class Reread:
    """What comes of reading passages again."""

    corrections: NDArray[np.float32]  # (n,) to add to their scores, in units of fused z-scores
    readings: tuple[PassageReading, ...] = ()  # of a model that also says where the answer stands


class Reranker(Protocol):
    """Reads the first passages again, each together with the question."""

    def reread(self, question: str, hits: Sequence[Hit]) -> Reread:
        """What it makes of the passages, in their order."""
        ...


class ReaderReranker:
    """The small reader that comes with the package, or one trained with ``train-reader``."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def reread(self, question: str, hits: Sequence[Hit]) -> Reread:
        """The reader's relevance, weighed, and all that it says."""
        contexts = [context_of(hit.document, hit.chunk) for hit in hits]
        reading = self._reader.read(question, [hit.text for hit in hits], contexts)
        return Reread(np.float32(_READER_WEIGHT) * reading.relevance, reading.passages)


class CrossEncoderReranker:
    """Any cross-encoder of sentence-transformers."""

    def __init__(self, scorer: CrossEncoderScorer) -> None:
        self._scorer = scorer

    def reread(self, question: str, hits: Sequence[Hit]) -> Reread:
        """The model's scores on the scale of fused scores."""
        scores = self._scorer.scores(question, [indexed_text(h.document, h.chunk) for h in hits])
        spread = float(scores.std()) if len(scores) else 0.0
        centred = scores - scores.mean() if spread else np.zeros_like(scores)
        return Reread(np.asarray(_OTHER_WEIGHT * centred / (spread or 1.0), np.float32))
