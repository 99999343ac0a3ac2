"""Answers what is asked about a speech as such: who gave it, when, at which meeting, under which title.

The value comes from the metadata; the quote is the line of the source that states it. A speech must be named
by the question; otherwise nothing is answered here.
"""

from __future__ import annotations

import re

from rag.dates import dates_in
from rag.normal_form import normal_form, normalise
from rag.query import Facet, Query
from rag.retrieval import Retrieval, years_of
from rag.schema import Document, Quote, Span
from rag.sentence_scorer import Weights
from rag.terms import terms

_NAMED = 0.75  # share of the question's words that title, speaker, meeting and year must have
# Words that every such question has; they tell no speech from another.
_COMMON = re.compile("讲话|报告|发言|演讲|致辞|会议|会上|大会|作的|作了|发表|题目|标题|日期|时间|在|上|的|是|由|所")


def named_document(query: Query, retrieval: Retrieval, weights: Weights) -> Document | None:
    """The speech that the question names, if one of the retrieved ones is named clearly enough."""
    words = dict.fromkeys(terms(_COMMON.sub(" ", query.content)))
    shares = {}
    for hit in retrieval.hits:
        document = hit.document
        if document.doc_id not in shares:
            shares[document.doc_id] = (_share(words, document, weights), document)
    best = max(shares.values(), key=lambda pair: pair[0], default=None)
    if best is None or best[0] < _NAMED:
        return None
    return best[1]


def _share(words: dict[str, None], document: Document, weights: Weights) -> float:
    metadata = document.metadata
    described = " ".join(
        part
        for part in (
            document.title,
            metadata.subtitle,
            metadata.speaker,
            metadata.office,
            metadata.venue,
            f"{(metadata.date or '')[:4]}年",
        )
        if part
    )
    known = set(terms(described))
    total = sum(weights.of.get(word, 1.0) for word in words)
    return sum(weights.of.get(word, 1.0) for word in words if word in known) / total if total else 1.0


def stated(facet: Facet, document: Document) -> Quote | None:
    """The line of the document that states its speaker, date, meeting or title."""
    span = _SEEKERS[facet](document)
    return Quote(document, span.start, span.end) if span else None


def _line_of(document: Document, start: int, end: int) -> Span:
    """The line around a span, without blanks at its edges; a long line only from start to end."""
    text = document.text
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    if len(line) > 80:
        return Span(start, end)
    stripped = line.strip(" \t　")
    begin = first + line.index(stripped)
    return Span(begin, begin + len(stripped))


def _seek(document: Document, wanted: str | None) -> Span | None:
    """The first line that has these words, compared in the normal form."""
    if not wanted:
        return None
    form = normal_form(document.text)
    at = form.text.find(normalise(wanted))
    if at < 0:
        return None
    start, end = form.original(at, at + len(normalise(wanted)))
    return _line_of(document, start, end)


def _speaker(document: Document) -> Span | None:
    return _seek(document, document.metadata.speaker)


def _date(document: Document) -> Span | None:
    for found in dates_in(document.text):
        if found.iso == document.metadata.date:
            return _line_of(document, found.start, found.end)
    return None


def _venue(document: Document) -> Span | None:
    return _seek(document, document.metadata.venue)


def _title(document: Document) -> Span | None:
    return _seek(document, document.metadata.title)


_SEEKERS = {
    Facet.SPEAKER: _speaker,
    Facet.DATE: _date,
    Facet.VENUE: _venue,
    Facet.TITLE: _title,
}


def value_of(facet: Facet, document: Document) -> str | None:
    """What the metadata says."""
    metadata = document.metadata
    return {
        Facet.SPEAKER: metadata.speaker,
        Facet.DATE: metadata.date,
        Facet.VENUE: metadata.venue,
        Facet.TITLE: metadata.title,
    }[facet]


def contradicts_year(query: Query, document: Document) -> bool:
    """Whether the question names a year and the speech is of another one."""
    known = years_of(document)
    return bool(query.speech_years and known and not query.speech_years & known)
