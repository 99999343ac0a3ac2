"""Chooses the evidence for an answer: a line of metadata, a whole enumeration, or the best sentences.

Says no with a reason where the evidence is not there. Knows no language model and no index.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag import facets
from rag.abbreviations import abbreviation_in
from rag.answerability import (
    answerability_features,
    missing_figure,
    only_mentions,
    speaks_of_the_unknown,
)
from rag.calibration import Calibration
from rag.consistency import fits, is_look_alike
from rag.enumerations import item_spans, matching_enumeration
from rag.naming import contradicts_year, named_document
from rag.phrasing import incomplete, stated, told_beside
from rag.query import Kind, Query, content_of
from rag.read_evidence import answerable_features, log_odds, read_again
from rag.retrieval import Retrieval
from rag.schema import Quote, Reason, documents_of
from rag.sentence_scorer import Candidate, Frequencies, SentenceScorer, Weights
from rag.short_answer import short_answer, verbatim
from rag.terms import terms
from rag.worth_saying import worth_saying

_LOOK_ALIKE = 50.0  # what the odds are divided by where a sentence tells of another year or place
_EXPECTED = 3.0  # what the odds of an answer are multiplied by where one is expected
_LEAST = 0.05  # chance of the best sentence, below which it answers nothing by itself
_UNLIKELY = 0.2  # chance of a best sentence that may owe its rank to look-alikes being doubted
_LIKELY = 0.25
_FAR_LIKELIER = math.log(3)  # in log odds
_MAY_LACK = 0.25  # of the weight of the words that name a speech, in a sentence about that speech
_WHOLE = (Kind.OUTLINE, Kind.LIST, Kind.SUMMARY, Kind.HOW)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that answers, and our own words for it where it does not speak for itself."""

    quote: Quote
    words: str | None = None
    probability: float = 1.0
    verbatim: bool = True  # whether the quote itself says it


@dataclass(frozen=True, slots=True)
class Selection:
    """The evidence in the order in which it is said; with a reason, it is the nearest there is."""

    evidence: tuple[Evidence, ...]
    reason: Reason | None = None
    short_answer: str | None = None
    confidence: float = 1.0  # that the library answers the question
    remark: str | None = None  # what the reader should know of it, in our words


class Selector:
    """Chooses evidence from retrieved passages."""

    def __init__(
        self, frequencies: Frequencies, total: Callable[[], int], calibration: Calibration
    ) -> None:
        self._scorer = SentenceScorer(frequencies, total, calibration.sentence, calibration.piece)
        self._calibration = calibration

    def select(self, query: Query, retrieval: Retrieval) -> Selection:
        """The evidence for an answer, or the reason why there is none."""
        if not retrieval.hits or _of_no_such_year(query, retrieval):
            return Selection(_nearest(retrieval), Reason.NO_EVIDENCE, confidence=0.0)
        if retrieval.named is not None:  # the words that name it have done their work
            query = replace(query, subject=content_of(query.asked))
        weights = self._scorer.weights(query)
        return _from_metadata(query, retrieval, weights) or self._from_text(
            query, retrieval, weights
        )

    def _from_text(self, query: Query, retrieval: Retrieval, weights: Weights) -> Selection:
        """What the passages say: an abbreviation in full, an enumeration, or the best sentences."""
        ranked = self._ranked(query, retrieval, weights)
        if not ranked:
            return Selection(_nearest(retrieval), Reason.NO_EVIDENCE, confidence=0.0)
        judged = self._judged(query, retrieval, weights, ranked)
        if _is_of_another_speech(query, weights, ranked[0]):
            judged = replace(judged, answers=False)
        spelled_out = _spelled_out(query, judged.ranked)
        if spelled_out is not None:
            return Selection((Evidence(spelled_out),), confidence=judged.confidence)
        points = _from_outline(query, retrieval, weights)
        if points is not None and (judged.answers or _is_named(query)):
            return replace(points, confidence=judged.confidence)
        return _from_sentences(query, weights, judged)

    def _ranked(self, query: Query, retrieval: Retrieval, weights: Weights) -> list[Candidate]:
        """The sentences of the passages that can be about what the question names, best first."""
        fitting = [fits(query, hit) for hit in retrieval.hits]
        found = self._scorer.candidates(query, retrieval, weights)
        beside = documents_of(retrieval.hits)
        told = (
            replace(c, look_alike=is_look_alike(query, c.quote, retrieval.hits[c.rank], beside))
            for c in found
            if fitting[c.rank]
        )
        return sorted(map(_unless_look_alike, told), key=lambda c: -c.probability)

    def _judged(
        self, query: Query, retrieval: Retrieval, weights: Weights, ranked: Sequence[Candidate]
    ) -> _Judged:
        """The candidates, the likeliest first, and the chance that the library answers the question."""
        if speaks_of_the_unknown(query, weights):
            return _Judged(ranked, 0.0, answers=False)
        features = np.array([answerability_features(query, retrieval, weights, ranked)])
        chance = float(self._calibration.answerable.probabilities(features)[0])
        if ranked[0].look_alike:
            chance = _doubted(chance)
        models = self._calibration.read
        if models is None or not retrieval.readings:
            return _Judged(ranked, chance, _is_enough(query, chance, self._calibration.threshold))
        again = [
            replace(read, candidate=_unless_look_alike(read.candidate))
            for read in read_again(query, ranked, retrieval, models.sentence)
        ]
        again.sort(key=lambda read: -read.candidate.probability)
        row = np.array([answerable_features(query, chance, again, retrieval.readings)])
        chance = float(models.answerable.probabilities(row)[0])
        if _rests_on_look_alike([read.candidate for read in again]):
            chance = _doubted(chance)
        answers = _is_enough(query, chance, models.threshold)
        return _Judged([read.candidate for read in again], chance, answers)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Candidates, the likeliest first, and whether they are enough for an answer."""

    ranked: Sequence[Candidate]
    confidence: float
    answers: bool


def _from_sentences(query: Query, weights: Weights, judged: _Judged) -> Selection:
    best = judged.ranked[0]
    lost = missing_figure(query, judged.ranked, weights)
    if lost is not None:
        evidence = (Evidence(lost),)
        return Selection(evidence, Reason.FIGURE_MISSING, confidence=judged.confidence)
    doubtful = best.look_alike or (not query.is_part and best.probability < _LEAST)
    chosen = worth_saying(query, judged.ranked) if judged.answers and not doubtful else []
    if not chosen or only_mentions(query, [c.quote.text for c in chosen]):
        nearest = (Evidence(best.quote, probability=best.probability),)
        return Selection(nearest, Reason.NO_EVIDENCE, confidence=judged.confidence)
    return Selection(_merged(chosen), None, short_answer(query, best), judged.confidence)


def _is_of_another_speech(query: Query, weights: Weights, best: Candidate) -> bool:
    """Whether it is asked who gave a speech, or when, and the sentence speaks of a speech that is not the one named.

    The library does not have the speech by that name, or its metadata would have answered.
    """
    if query.facet is None or not query.naming:
        return False
    named = [word for word in terms(query.naming) if word in weights.of]
    return weights.missing(named, frozenset(terms(best.quote.text))) > _MAY_LACK


def _rests_on_look_alike(ranked: Sequence[Candidate]) -> bool:
    """Whether the best sentence is a look-alike, or an unlikely one beside a look-alike that would have been far likelier."""
    best = ranked[0]
    if best.look_alike or best.probability >= _UNLIKELY:
        return best.look_alike
    likeliest = max((c.probability for c in ranked if c.look_alike), default=0.0)
    undoubted = _with_odds_times(_LOOK_ALIKE, likeliest)
    return undoubted >= _LIKELY and log_odds(undoubted) - log_odds(best.probability) > _FAR_LIKELIER


def _unless_look_alike(candidate: Candidate) -> Candidate:
    """The candidate, less likely where it tells of another year or place than the one asked about."""
    if not candidate.look_alike:
        return candidate
    return replace(candidate, probability=_doubted(candidate.probability))


def _is_enough(query: Query, chance: float, threshold: float) -> bool:
    if query.is_expected:
        chance = _with_odds_times(_EXPECTED, chance)
    return chance >= threshold


def _doubted(chance: float) -> float:
    return _with_odds_times(1 / _LOOK_ALIKE, chance)


def _with_odds_times(factor: float, chance: float) -> float:
    odds = factor * chance / max(1 - chance, 1e-9)
    return odds / (1 + odds)


def _of_no_such_year(query: Query, retrieval: Retrieval) -> bool:
    """Whether a speech of a certain year is named and none of the speeches found is of that year."""
    documents = documents_of(retrieval.hits)
    return bool(query.naming) and all(contradicts_year(query, one) for one in documents)


def _nearest(retrieval: Retrieval) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(Quote(hit.document, hit.chunk.start, hit.chunk.end), probability=0.0)
        for hit in retrieval.hits[:1]
    )


def _from_metadata(query: Query, retrieval: Retrieval, weights: Weights) -> Selection | None:
    if query.facet is None:
        return None
    document = named_document(query, retrieval.hits, weights.of)
    if document is None or contradicts_year(query, document):
        return None
    value = facets.value_of(query.facet, document)
    if value is None:
        return None
    quote = facets.stated(query.facet, document)
    if quote is None:
        words = told_beside(query.facet, value)
        return Selection((Evidence(facets.headline(document), words, verbatim=False),))
    words = stated(query.facet, value)
    return Selection((Evidence(quote, words),), None, verbatim(value, quote.text))


def _from_outline(query: Query, retrieval: Retrieval, weights: Weights) -> Selection | None:
    if query.kind not in _WHOLE:
        return None
    found = matching_enumeration(query, retrieval.hits, weights)
    if found is None:
        return None
    spans = item_spans(found, headings=query.kind is Kind.OUTLINE)
    remark = None
    if found.declared is not None and not found.complete:
        remark = incomplete(found.declared, len(found.items))
    evidence = tuple(Evidence(Quote(found.document, s.start, s.end)) for s in spans)
    return Selection(evidence, remark=remark)


def _spelled_out(query: Query, ranked: Sequence[Candidate]) -> Quote | None:
    """The sentence that says what the abbreviation stands for that the question asks about."""
    asked = abbreviation_in(query.text)
    if asked is None:
        return None
    return next((c.quote for c in ranked if asked.spelled_out_in(c.quote.text)), None)


def _is_named(query: Query) -> bool:
    """Whether the question names whose points it wants, or asks for a speech's parts."""
    return bool(query.speakers or query.naming) or query.kind is Kind.OUTLINE


def _merged(chosen: Sequence[Candidate]) -> tuple[Evidence, ...]:
    """In the order of the source within a document; neighbours become one quote."""
    first: dict[str, int] = {}
    for position, candidate in enumerate(chosen):
        first.setdefault(candidate.quote.document.doc_id, position)
    ordered = sorted(chosen, key=lambda c: (first[c.quote.document.doc_id], c.quote.start))
    merged: list[Evidence] = []
    for candidate in ordered:
        quote, last = candidate.quote, merged[-1].quote if merged else None
        if last is not None and _touch(last, quote):
            joined = Quote(last.document, last.start, max(last.end, quote.end))
            best = max(merged[-1].probability, candidate.probability)
            merged[-1] = Evidence(joined, probability=best)
        else:
            merged.append(Evidence(quote, probability=candidate.probability))
    return tuple(merged)


def _touch(one: Quote, other: Quote) -> bool:
    """Whether nothing but blanks stands between two quotes of one document."""
    if one.document.doc_id != other.document.doc_id:
        return False
    return other.start <= one.end or not one.document.text[one.end : other.start].strip()
