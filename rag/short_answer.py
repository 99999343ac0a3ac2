"""The figure, date or name itself, as a verbatim piece of the sentence that answers."""

from __future__ import annotations

from collections.abc import Sequence

from rag.dates import dates_in
from rag.normal_form import normal_form, normalise
from rag.quantities import quantities
from rag.query import Kind, Query
from rag.sentence_scorer import Candidate, Weights
from rag.terms import terms


def verbatim(value: str, quote: str) -> str | None:
    """The piece of ``quote`` that says ``value``, compared in the normal form."""
    form, wanted = normal_form(quote), normalise(value)
    at = form.text.find(wanted)
    if at < 0 or not wanted:
        return None
    start, end = form.original(at, at + len(wanted))
    return quote[start:end]


def short_answer(query: Query, chosen: Sequence[Candidate], weights: Weights) -> str | None:
    """The figure or date of the best sentence that stands nearest to the question's words."""
    quote = chosen[0].quote.text
    if query.kind is Kind.FIGURE:
        spans = [(q.span.start, q.span.end) for q in quantities(quote)]
    elif query.kind is Kind.WHEN:
        spans = [(d.start, d.end) for d in dates_in(quote)]
    else:
        return None
    fresh = [(s, e) for s, e in spans if normalise(quote[s:e]) not in normalise(query.text)]
    if not fresh:
        return None
    start, end = min(fresh, key=lambda span: _distance(quote, span, weights))
    return quote[start:end]


def _distance(quote: str, span: tuple[int, int], weights: Weights) -> float:
    """How far the span is from the question's words in the quote: smaller is nearer.

    Words of the question before the figure count more, since the figure follows what it measures.
    """
    start, end = span
    nearness = 0.0
    for word in dict.fromkeys(terms(quote)):
        if word in weights.of:
            at = quote.find(word)
            if at >= 0:
                gap = start - at if at < start else 1.5 * (at - end + 2)
                nearness += weights.of[word] / (4 + max(gap, 0))
    return -nearness
