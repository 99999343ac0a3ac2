"""Answers what is asked about a speech as such: who gave it, when, at which meeting, under which title.

The value comes from the metadata; the quote is the line of the source that states it. A speech must be named
by the question; otherwise nothing is answered here.
"""

from __future__ import annotations

from rag.dates import dates_in
from rag.normal_form import normal_form, normalise
from rag.query import Facet
from rag.schema import Document, Quote, Span


def stated(facet: Facet, document: Document) -> Quote | None:
    """The line of the document that states its speaker, date, meeting or title."""
    span = _SEEKERS[facet](document)
    return Quote(document, span.start, span.end) if span else None


def headline(document: Document) -> Quote:
    """The title where it stands in the text, else its first line: for a value that came beside the text."""
    span = _title(document)
    if span is None:
        start = len(document.text) - len(document.text.lstrip())
        end = document.text.find("\n", start)
        span = Span(start, min(start + 80, end if end > 0 else len(document.text)))
    return Quote(document, span.start, span.end)


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
