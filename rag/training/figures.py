"""How well a reader does on examples that it has not learned from. Knows readers and examples, no libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.gold import equals, overlap
from rag.reading.reader import PassageReading, Reader
from rag.training.examples import Candidate, Example

RANKED = 10  # passages a question that are read
BLEND = 0.15  # of the reader's relevance, added to retrieval's score; .1 to .3 did alike on NCP's held-out half


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of the examples, 0 to 1; ``None`` where there is nothing to count."""

    questions: int
    first_retrieved: float | None  # retrieval's first passage holds the answer
    first_read: float | None  # the reader's
    first_blended: float | None  # the first of both together
    exact: float | None  # the place in the right passage is the answer and nothing else
    overlap: float | None  # F1 of its characters
    told_apart: float | None  # area under the curve: answerable, or answer removed

    def as_json(self) -> dict[str, float | int | None]:
        """Rounded, for the card."""
        return {k: round(v, 4) if v is not None else None for k, v in asdict(self).items()}


def figures_of(reader: Reader, examples: Sequence[Example]) -> Figures:
    """Reads each example and counts."""
    firsts: list[tuple[bool, bool, bool]] = []
    places: list[tuple[bool, float]] = []
    chances: list[float] = []
    answered: list[bool] = []
    for example in examples:
        retrieved = [c for c in example.candidates if c.score is not None][:RANKED]
        readings = _read(reader, example, retrieved)
        if retrieved:
            firsts += [_firsts(retrieved, readings)] if example.answers else []
            chances.append(max(r.answerable for r in readings))
            answered.append(any(c.holds for c in retrieved))
        places += _places(reader, example)
    return Figures(
        questions=len(examples),
        first_retrieved=_mean([retrieved for retrieved, _, _ in firsts]),
        first_read=_mean([read for _, read, _ in firsts]),
        first_blended=_mean([blended for _, _, blended in firsts]),
        exact=_mean([exact for exact, _ in places]),
        overlap=_mean([overlap for _, overlap in places]),
        told_apart=area(np.array(chances), np.array(answered, bool)),
    )


def area(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float | None:
    """Area under the ROC curve: the chance that a positive one scores higher than a negative one."""
    ours, theirs = scores[positive], scores[~positive]
    if not len(ours) or not len(theirs):
        return None
    higher = np.sign(np.subtract.outer(ours, theirs))
    return float((higher + 1).mean() / 2)


def _read(
    reader: Reader, example: Example, candidates: Sequence[Candidate]
) -> tuple[PassageReading, ...]:
    passages, contexts = [c.passage for c in candidates], [c.context for c in candidates]
    return reader.read(example.question, passages, contexts).passages


def _firsts(
    candidates: Sequence[Candidate], readings: Sequence[PassageReading]
) -> tuple[bool, bool, bool]:
    relevance = np.array([r.relevance for r in readings])
    retrieved = np.array([c.score or 0.0 for c in candidates])
    best = (retrieved, relevance, retrieved + BLEND * relevance)
    first, read, blended = (candidates[int(scores.argmax())].holds for scores in best)
    return first, read, blended


def _places(reader: Reader, example: Example) -> list[tuple[bool, float]]:
    right = next((c for c in example.candidates if c.holds), None)
    if right is None:
        return []
    place = _read(reader, example, [right])[0].best()
    said = right.passage[place.span.start : place.span.end] if place else ""
    return [(equals(said, example.answers), overlap(said, example.answers))]


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
