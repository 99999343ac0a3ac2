"""Reads the first passages again, each with the question, and corrects their scores. Finds none itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.cross_encoder import CrossEncoderScorer
from rag.chunking import indexed_text
from rag.passage_facts import PassageFacts
from rag.reading.context import context_of
from rag.reading.reader import PassageReading, Reader
from rag.schema import Hit

READ = 6  # passages at most; the same whose sentences are looked at for the answer
# The small reader reads so many, and no further one where one of them holds the answer with such log odds. Where four
# do not hold it, two more do not either.
_STAGES = ((1, 3.0), (2, 1.5), (4, 0.0))
_FAR_BEHIND = 0.6  # of fused z-scores; a passage so far behind the one before is not read
_ALONE = 2.0  # the same for the second passage
_READER_WEIGHT = 0.15  # of a log odds against a fused z-score; measured in benchmarks/LOG.md
_OTHER_WEIGHT = 1.0  # of another model's z-scores


@dataclass(frozen=True, slots=True)
class Reread:
    """What comes of reading the first passages again, or the first few of them."""

    corrections: NDArray[np.float32]  # (n,) to add to their scores, in units of fused z-scores
    readings: tuple[PassageReading, ...] = ()  # of a model that also says where the answer stands


class Reranker(Protocol):
    """Reads the first passages again, each together with the question."""

    def reread(self, question: str, hits: Sequence[Hit], facts: PassageFacts) -> Reread:
        """What it makes of the passages, in their order; it may leave the last ones unread.

        Args:
            question: As it is asked of these passages.
            hits: Best first, with their fused scores.
            facts: What a passage alone does not tell.
        """
        ...


class ReaderReranker:
    """The small reader that comes with the package, or one trained with ``train-reader``."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def reread(self, question: str, hits: Sequence[Hit], facts: PassageFacts) -> Reread:
        """The reader's relevance, weighed, and all that it says.

        Passages far behind in what the indexes say are left unread, and so are all after the first, or the
        first two, where one of these holds the answer for sure: that saves more than half of the time (benchmarks/LOG.md).
        Where none of those that were read seems to hold it, the ones far behind are read too.
        """
        rivals = hits[: _rivals([hit.score for hit in hits])]
        readings: tuple[PassageReading, ...] = ()
        for until, sure in _STAGES:
            readings += self._read(question, rivals[len(readings) : until], facts)
            read = zip(rivals, readings, strict=False)
            if any(
                reading.answerable > sure and facts.settles(hit, reading) for hit, reading in read
            ):
                break
        if all(reading.answerable < 0 for reading in readings):
            readings += self._read(question, hits[len(readings) : _STAGES[-1][0]], facts)
        relevance = np.array([reading.relevance for reading in readings], np.float32)
        return Reread(np.float32(_READER_WEIGHT) * relevance, readings)

    def _read(
        self, question: str, hits: Sequence[Hit], facts: PassageFacts
    ) -> tuple[PassageReading, ...]:
        contexts = []
        for hit in hits:
            context = context_of(hit.document, hit.chunk)
            contexts.append("\n".join(filter(None, (context, facts.told(hit, context)))))
        return self._reader.read(question, [hit.text for hit in hits], contexts).passages


class CrossEncoderReranker:
    """Any cross-encoder of sentence-transformers."""

    def __init__(self, scorer: CrossEncoderScorer) -> None:
        self._scorer = scorer

    def reread(self, question: str, hits: Sequence[Hit], facts: PassageFacts) -> Reread:
        """The model's scores on the scale of fused scores."""
        scores = self._scorer.scores(question, [indexed_text(h.document, h.chunk) for h in hits])
        spread = float(scores.std()) if len(scores) else 0.0
        centred = scores - scores.mean() if spread else np.zeros_like(scores)
        return Reread(np.asarray(_OTHER_WEIGHT * centred / (spread or 1.0), np.float32))


def _rivals(scores: Sequence[float]) -> int:
    """How many of the passages, best first, may turn out to be the best."""
    for n in range(1, len(scores)):
        if scores[n - 1] - scores[n] > (_ALONE if n == 1 else _FAR_BEHIND):
            return n
    return len(scores)
