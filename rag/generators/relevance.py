"""Whether a true sentence has to do with what is asked.

A weak model quotes rightly and beside the question. What was selected as evidence is the measure: a
sentence that rests on it belongs to the answer, as does one that speaks of as much of what is asked,
or nearly. Does not know whether a sentence is true.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from rag.evidence import Selection
from rag.moments import moments
from rag.quantities import quantities
from rag.query import Kind, Query
from rag.schema import Quote
from rag.sentences import sentences
from rag.terms import terms

_NEARLY = 0.5  # share of what the best evidence says of the matter
_NEARLY_OF_A_FIGURE = 0.7  # the same where a figure is asked for: one of another matter misleads
_OPEN = (Kind.SUMMARY, Kind.OUTLINE, Kind.COMPARISON)  # anything of the speech may belong here


class Relevance:
    """What is asked, and how much of it the evidence speaks of."""

    def __init__(self, query: Query, selection: Selection, passages: Sequence[Quote]) -> None:
        """``passages`` tell which words are common: these say little of what is asked."""
        self._open = query.kind in _OPEN
        self._selected = [evidence.quote for evidence in selection.evidence]
        self._weights = _weights(query.subject, passages)
        said = (f"{e.quote.text} {e.words or ''}" for e in selection.evidence)
        self._best = max(map(self._matter, said), default=0.0)
        short = selection.short_answer or ""
        self._wants_figure = query.kind is Kind.FIGURE and bool(quantities(short))
        self._wants_date = query.kind is Kind.WHEN and bool(moments(short))

    def of(self, text: str, quotes: Sequence[Quote]) -> bool:
        """Whether ``text``, which rests on ``quotes``, belongs to an answer."""
        if self._wants_figure and not quantities(text):
            return False
        if self._wants_date and not moments(text):
            return False
        if self._open or any(_overlap(q, s) for q in quotes for s in self._selected):
            return True
        said = " ".join((text, *(quote.text for quote in quotes)))
        nearly = _NEARLY_OF_A_FIGURE if self._wants_figure else _NEARLY
        return self._matter(said) >= nearly * self._best

    def _matter(self, text: str) -> float:
        """How much of what is asked ``text`` speaks of."""
        return sum(self._weights[term] for term in self._weights.keys() & set(terms(text)))


def _weights(subject: str, passages: Sequence[Quote]) -> dict[str, float]:
    """The terms of what is asked; the fewer sentences of the passages have one, the more it weighs."""
    spoken = [
        set(terms(p.document.text[s.start : s.end]))
        for p in passages
        for s in sentences(p.document.text, p.start, p.end)
    ]
    asked = set(terms(subject))
    counts = Counter(term for said in spoken for term in said & asked)
    return {term: math.log1p(len(spoken) / (counts[term] or 0.5)) for term in asked}


def _overlap(one: Quote, other: Quote) -> bool:
    same = one.document.doc_id == other.document.doc_id
    return same and one.start < other.end and other.start < one.end
