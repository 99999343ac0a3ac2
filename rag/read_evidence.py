"""What the reader's words about the passages mean for their sentences, and for whether there is an answer.

The reader says where in the passages the answer starts and ends, and how likely each holds it. Held against what is
known without it, by two logistic models, this corrects the chances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.answer_sorts import can_answer
from rag.answer_spans import Sort, Wanted, spans_of, wanted
from rag.calibration import Logistic
from rag.normal_form import normalise
from rag.query import Query
from rag.reading.reader import PassageReading, Place
from rag.retrieval import Retrieval
from rag.schema import Span
from rag.sentence_scorer import Candidate

SENTENCE_FEATURES = (
    "before",  # log odds without the reader
    "share",  # of the answer, of 1 in all passages, that lies in this sentence; as a logarithm
    "behind",  # its likeliest place less the likeliest of all
    "likeliest",  # it holds that place
    "relevance_behind",  # the passage's relevance less that of the best
    "answerable",  # log odds that the passage holds the answer
    "fresh",  # share of the place that the question does not say itself
    "other_sort",  # a person, place, moment or figure is asked for, and none is found in the place
    "unfit",  # and it can be none
)
ANSWERABLE_FEATURES = (
    "before",  # log odds without the reader
    "answerable",  # the most of all passages
    "answerable_here",  # of the passage of the best sentence
    "best",  # log odds of the best sentence, with the reader
    "second",
    "share",  # of the answer that lies in the best sentence
    "unfit",  # as above, of the best sentence
    "asks_sort",  # a person, place, moment or figure is asked for: there reader and words are surer than of reasons
)
_FAR = 12.0  # log odds; what is further behind is as good as nothing
_LEAST = 1e-3  # share


@dataclass(frozen=True, slots=True)
class Read:
    """A candidate with what the reader makes of it."""

    candidate: Candidate  # with the corrected probability and the place of the answer
    share: float
    answerable: float
    unfit: float


def read_again(
    query: Query, candidates: Sequence[Candidate], retrieval: Retrieval, model: Logistic
) -> list[Read]:
    """The candidates in their order, with the chances that the reader makes of theirs."""
    if not candidates:
        return []
    rows, places = sentence_features(query, candidates, retrieval)
    chances = model.probabilities(rows)
    told = [SENTENCE_FEATURES.index(name) for name in ("share", "answerable", "unfit")]
    return [
        Read(_with(c, float(p), place, retrieval), *row[told].tolist())
        for c, p, row, place in zip(candidates, chances, rows, places, strict=True)
    ]


def sentence_features(
    query: Query, candidates: Sequence[Candidate], retrieval: Retrieval
) -> tuple[NDArray[np.float64], list[Place | None]]:
    """(n, features) in the order of ``SENTENCE_FEATURES``, and the likeliest place in each."""
    readings = retrieval.readings
    starts = _shares([r.start_scores for r in readings])
    ends = _shares([r.end_scores for r in readings])
    relevance = max(r.relevance for r in readings)
    best = max((p.score for r in readings if (p := r.best()) is not None), default=0.0)
    asked, question = wanted(query), normalise(query.text)
    rows: list[tuple[float, ...]] = []
    places: list[Place | None] = []
    for candidate in candidates:
        before = log_odds(candidate.probability)
        if candidate.rank >= len(readings):
            rows.append((before, float(np.log(_LEAST)), -_FAR, 0.0, -_FAR, 0.0, 0.0, 0.0, 0.0))
            places.append(None)
            continue
        reading = readings[candidate.rank]
        own = _within(candidate, retrieval)
        place = reading.best(own)
        inside = (reading.starts >= own.start) & (reading.ends <= own.end)
        share = (starts[candidate.rank][inside].sum() + ends[candidate.rank][inside].sum()) / 2
        behind = max(-_FAR, place.score - best) if place else -_FAR
        span = Span(place.span.start - own.start, place.span.end - own.start) if place else None
        rows.append(
            (
                before,
                float(np.log(share + _LEAST)),
                behind,
                float(behind == 0),
                max(-_FAR, reading.relevance - relevance),
                reading.answerable,
                _fresh(candidate.quote.text, span, question),
                float(asked.sort is not Sort.OTHER and not _has_piece(candidate, span, asked)),
                float(not _can_answer(candidate, span, asked)),
            )
        )
        places.append(place)
    return np.array(rows, np.float64), places


def answerable_features(
    query: Query, before: float, ranked: Sequence[Read], readings: Sequence[PassageReading]
) -> list[float]:
    """Features in the order of ``ANSWERABLE_FEATURES``.

    Args:
        query: What is asked.
        before: The chance of being answerable without the reader.
        ranked: The candidates, the likeliest first; not empty.
        readings: Of the passages; not empty.
    """
    best = ranked[0]
    second = ranked[1].candidate.probability if len(ranked) > 1 else 0.0
    return [
        log_odds(before),
        max(reading.answerable for reading in readings),
        best.answerable,
        log_odds(best.candidate.probability),
        log_odds(second),
        best.share,
        best.unfit,
        float(wanted(query).sort is not Sort.OTHER),
    ]


def log_odds(chance: float) -> float:
    """Of a probability; those next to 0 and 1 are held back."""
    held = min(max(chance, 1e-4), 1 - 1e-4)
    return float(np.log(held / (1 - held)))


def _with(
    candidate: Candidate, probability: float, place: Place | None, retrieval: Retrieval
) -> Candidate:
    if place is None:
        return replace(candidate, probability=probability)
    shift = retrieval.hits[candidate.rank].chunk.start - candidate.quote.start
    own = Span(place.span.start + shift, place.span.end + shift)
    return replace(candidate, probability=probability, place=own)


def _within(candidate: Candidate, retrieval: Retrieval) -> Span:
    start = retrieval.hits[candidate.rank].chunk.start
    return Span(candidate.quote.start - start, candidate.quote.end - start)


def _fresh(sentence: str, place: Span | None, question: str) -> float:
    """Share of the pairs of characters in a place that the question has not; ``question`` is in the normal form."""
    said = normalise(sentence[place.start : place.end]) if place else ""
    pairs = [said[at : at + 2] for at in range(max(1, len(said) - 1))]
    return float(np.mean([pair not in question for pair in pairs]))


def _has_piece(candidate: Candidate, place: Span | None, asked: Wanted) -> bool:
    """Whether something of the sort that is asked for stands in the place."""
    return place is not None and any(
        span.start < place.end and place.start < span.end
        for span in spans_of(candidate.quote.text, asked)
    )


def _can_answer(candidate: Candidate, place: Span | None, asked: Wanted) -> bool:
    text = candidate.quote.text
    return can_answer(text[place.start : place.end] if place else "", asked)


def _shares(scores: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """The softmax over the tokens of all passages together, a passage each."""
    best = max((float(s.max()) for s in scores if len(s)), default=0.0)
    raised = [np.exp(s - best) for s in scores]
    total = sum(float(r.sum()) for r in raised) or 1.0
    return [r / total for r in raised]
