"""Reads a question with each of some passages: how relevant, whether the answer is there, and where.

Works on the default encoder's lower layers. Knows nothing of libraries, retrieval or answers; it takes texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.packaged import default_model_folder
from embeddings.processor import available_cores, has_bfloat16
from rag.reading.pairs import Numbers, Pair, Tokenizer, pairs_of
from rag.schema import Span

if TYPE_CHECKING:
    from rag.reading.model import Model

PACKAGED = Path(__file__).parent / "packaged" / "reader.safetensors"
LONGEST_ANSWER = 120  # tokens
_CORE_TOKENS = 512  # tokens that a core works on at once; fewer would leave it idle between, more the other core
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage may hold the answer, and the sum of the log odds of both its ends."""

    span: Span  # in the passage
    score: float


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the reader makes of one passage. Scores may be compared among the passages of a question."""

    relevance: float
    answerable: float  # log odds that the passage holds the answer
    starts: Numbers  # (tokens,) offset in the passage of each token's first character
    ends: Numbers  # (tokens,) offset after its last
    start_scores: Scores  # (tokens,) log odds that the answer starts with the token
    end_scores: Scores  # (tokens,) log odds that it ends with it

    def best(self, within: Span | None = None) -> Place | None:
        """The likeliest place of the answer; ``None`` if there is no token, or none ``within``."""
        keep = np.arange(len(self.starts))
        if within is not None:
            keep = np.flatnonzero((self.starts >= within.start) & (self.ends <= within.end))
        if not len(keep):
            return None
        sums = self.start_scores[keep, None] + self.end_scores[None, keep]
        far = np.subtract.outer(keep, keep)  # start - end
        sums = np.where((far <= 0) & (far > -LONGEST_ANSWER), sums, -np.inf)
        first, last = np.unravel_index(int(sums.argmax()), sums.shape)
        span = Span(int(self.starts[keep[first]]), int(self.ends[keep[last]]))
        return Place(span, float(sums[first, last]))

    def score(self, span: Span) -> float | None:
        """Log odds of both ends of a place; ``None`` if no token lies in it."""
        inside = np.flatnonzero((self.ends > span.start) & (self.starts < span.end))
        if not len(inside):
            return None
        return float(self.start_scores[inside[0]] + self.end_scores[inside[-1]])

    def masses(self, spans: Sequence[Span]) -> Scores:
        """(spans,) the share of the answer, of 1 in the passage, that lies in each, by its two ends."""
        if not len(self.starts):
            return np.zeros(len(spans), np.float32)
        chances = (_softmax(self.start_scores) + _softmax(self.end_scores)) / 2
        middles = (self.starts + self.ends) / 2
        shares = [chances[(middles >= s.start) & (middles < s.end)].sum() for s in spans]
        return np.array(shares, np.float32)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a question's passages, in their order."""

    passages: tuple[PassageReading, ...]

    @property
    def relevance(self) -> Scores:
        """(n,) to rank by."""
        return np.array([p.relevance for p in self.passages], np.float32)

    @property
    def answerable(self) -> Scores:
        """(n,) log odds that each passage holds the answer."""
        return np.array([p.answerable for p in self.passages], np.float32)


class Reader:
    """A trained reader. Safe to use from several threads."""

    def __init__(self, model: Model, tokenizer: Tokenizer, threads: int = 1) -> None:
        """Take over a model; ``load`` does what is usually wanted."""
        self._model = model
        self._tokenizer = tokenizer
        self._threads = threads

    @classmethod
    def load(
        cls,
        weights: Path = PACKAGED,
        encoder_folder: Path | None = None,
        *,
        threads: int | None = None,
        cache: Path | None = None,
        tokenizer: Tokenizer | None = None,
    ) -> Self:
        """Load a trained reader.

        Args:
            weights: Its file, as ``jianghua train-reader`` writes it.
            encoder_folder: The encoder that it was trained on; ``None``: the packaged one.
            threads: Batches that are read side by side; ``None``: one for each available core.
            cache: Where the packaged encoder's folder is kept.
            tokenizer: The encoder's, if it is in memory; ``None``: it is read from the folder.

        Raises:
            FileNotFoundError: The weights or the encoder are missing.
            ValueError: The file holds no reader, or one that was trained on another encoder.
        """
        from rag.reading.inference import ready, tokenizer_of
        from rag.reading.model import load_model

        if not weights.is_file():
            raise FileNotFoundError(
                f"there is no reader in {weights}; train one with: jianghua train-reader"
            )
        folder = encoder_folder or default_model_folder(cache)
        half = has_bfloat16()
        model = ready(load_model(weights, folder, half=half), half=half)
        return cls(model, tokenizer or tokenizer_of(folder), threads or available_cores())

    def read(
        self,
        question: str,
        passages: Sequence[str],
        contexts: Sequence[str] | None = None,
    ) -> Reading:
        """Read ``question`` with each passage.

        Args:
            question: As it was asked, or made whole.
            passages: As they are stored; all offsets count their characters.
            contexts: What ``context_of`` says of each passage; ``None``: nothing.
        """
        if not passages:
            return Reading(())
        around = contexts if contexts is not None else [""] * len(passages)
        pairs = pairs_of(self._tokenizer, question, passages, around)
        found: dict[int, PassageReading] = {}
        batches = list(_batches(pairs))
        if len(batches) == 1 or self._threads == 1:
            readings = [self._read(pairs, batch) for batch in batches]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                readings = list(pool.map(lambda batch: self._read(pairs, batch), batches))
        for reading in readings:
            found.update(reading)
        return Reading(tuple(found[n] for n in range(len(pairs))))

    def _read(self, pairs: Sequence[Pair], batch: Sequence[int]) -> dict[int, PassageReading]:
        from rag.reading.inference import scores_of

        own = [pairs[n] for n in batch]
        return {
            n: PassageReading(
                relevance,
                answerable,
                pair.starts,
                pair.ends,
                start[pair.first : pair.first + len(pair.starts)],
                end[pair.first : pair.first + len(pair.starts)],
            )
            for n, pair, (relevance, answerable, start, end) in zip(
                batch, own, scores_of(self._model, own), strict=True
            )
        }


def _batches(pairs: Sequence[Pair]) -> Iterator[list[int]]:
    """Positions of pairs that one core reads together, longest first."""
    batch: list[int] = []
    tokens = 0
    for n in sorted(range(len(pairs)), key=lambda n: -len(pairs[n].tokens)):
        if batch and tokens + len(pairs[n].tokens) > _CORE_TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(n)
        tokens += len(pairs[n].tokens)
    if batch:
        yield batch


def _softmax(scores: Scores) -> Scores:
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()  # type: ignore[no-any-return]
