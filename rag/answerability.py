"""Whether the library answers a question at all; and whether the source lost the figure that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.normal_form import normalise
from rag.numerals import NUMERAL_CHARACTERS
from rag.query import Kind, Query, years_in
from rag.retrieval import Retrieval
from rag.schema import Quote
from rag.sentence_scorer import Candidate, Weights
from rag.terms import terms

FEATURES = (
    "best_probability",
    "second_probability",
    "best_shared",
    "best_shared_in_context",
    "best_passage_shared",
    "all_shared",  # by the first three passages together
    "rarest_missing",  # weight of the rarest word that the best passage lacks, against the rarest of all
    "cosine",
    "cosine_margin",  # against the mean of the passages
    "score_gap",  # fused score of the first passage less that of the second
    "longest_run",
    "years_missing",  # a year is named and neither passage nor title has it
    "log_words",
)
_FIRST = 3
_SPEAKS_OF_IT = 0.5  # share of the question's words in a sentence that lost its figure


def answerability_features(
    query: Query, retrieval: Retrieval, weights: Weights, ranked: Sequence[Candidate]
) -> list[float]:
    """Features in the order of ``FEATURES``; ``ranked`` is sorted by probability and not empty."""
    best = ranked[0]
    hit = retrieval.hits[best.rank]
    passages = [frozenset(terms(h.document.title + "\n" + h.text)) for h in retrieval.hits[:_FIRST]]
    own = frozenset(terms(hit.document.title + "\n" + hit.text))
    heaviest = max(weights.of.values(), default=1.0)
    missing = [w for word, w in weights.of.items() if word not in own]
    scores = [h.score for h in retrieval.hits]
    cosines = retrieval.dense
    years = years_in(normalise(hit.document.title + (hit.document.metadata.date or "") + hit.text))
    return [
        best.probability,
        ranked[1].probability if len(ranked) > 1 else 0.0,
        best.shared,
        best.features[3],
        weights.share(own),
        weights.share(*passages),
        max(missing, default=0.0) / heaviest,
        float(cosines[best.rank]),
        float(cosines[best.rank] - cosines.mean()),
        scores[0] - scores[1] if len(scores) > 1 else 0.0,
        best.features[7],
        float(bool(query.years - years)),
        float(len(weights.of)) ** 0.5,
    ]


# A measure word that needs a figure before it; after anything else the figure has been lost.
_NUMBER = rf"0-9.{NUMERAL_CHARACTERS}几数每"
_NEEDS_FIGURE = re.compile(
    rf"(?<![{_NUMBER}余多近约])(?:%|百分点|万元|亿元|万吨|公里|平方米|万人|人次|户(?=[农居牧贫困])"
    rf"|名(?=[党干教学职工])|人(?=[,，。;；、])|项(?=[,，。]))"
    rf"|(?<![{_NUMBER}许很众更最诸不太较颇大好])[余多](?:名|户|人|个|家|项|件|次|亩|万元|亿元|公里)"
)
_ASKED_MEASURE = re.compile(
    r"多少(个|名|人|户|家|项|件|起|次|篇|万元|亿元|吨|亩|公里|%|元)?|几(个|名|人|户|家|项|件|起|次|篇)"
)


def missing_figure(query: Query, ranked: Sequence[Candidate], weights: Weights) -> Quote | None:
    """The sentence that speaks of what is asked and has lost its figure, if that is so."""
    asked = _ASKED_MEASURE.search(normalise(query.text))
    if query.kind is not Kind.FIGURE or asked is None:
        return None
    measure = asked[1] or asked[2] or ""
    for candidate in ranked[:2]:
        normal = normalise(candidate.quote.text)
        known = weights.known_share(frozenset(terms(candidate.quote.text)))
        if known < _SPEAKS_OF_IT or (measure and _has_figure(normal, measure)):
            continue
        lost = _NEEDS_FIGURE.search(normal)
        if lost and (not measure or measure in lost.group() or lost.group() == "%"):
            return candidate.quote
    return None


def _has_figure(normal: str, measure: str) -> bool:
    return bool(re.search(rf"[0-9{NUMERAL_CHARACTERS}][余多]?{measure}", normal))
