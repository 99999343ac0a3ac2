"""The answer itself, as a verbatim piece of the sentence that answers.

Where a person, place, moment or figure is asked for, one clause is enough; marks at the ends belong to the sentence.
"""

from __future__ import annotations

import re

from rag.answer_spans import ROLES, Sort, Wanted, spans_of, wanted
from rag.normal_form import normal_form, normalise
from rag.query import Query
from rag.schema import Span
from rag.sentence_scorer import Candidate

_CERTAIN = 0.2  # chance below which a piece is not called the answer
_CLAUSE = re.compile(r"[^,，;；。!！?？\n]+(?:(?<=\d),(?=\d{3})[^,，;；。!！?？\n]+)*")
_LOOSE = " \u3000\t\n,，、;；:："  # at its ends nothing of the answer
_STOPS = "。.!！?？"  # at the end of a piece, not of a whole sentence
# 县财政局局长李明同志: who is asked for is the name, what stands before it is in the quote.
_ENTITLED = re.compile(
    f"(?:.*(?:{ROLES}|经理|委员|常委))?(?![员办处室组们兼])(?P<name>[\u4e00-\u9fff·]{{2,4}}?)(?:同志|先生|女士)?"
)
_BRACKETS = (
    ("（", "）"),
    ("(", ")"),
    ("《", "》"),
    ("“", "”"),
    ("「", "」"),
    ("【", "】"),
    ("〔", "〕"),
    ("‘", "’"),
)


def verbatim(value: str, quote: str) -> str | None:
    """The piece of ``quote`` that says ``value``, compared in the normal form."""
    form, said = normal_form(quote), normalise(value)
    at = form.text.find(said)
    if at < 0 or not said:
        return None
    start, end = form.original(at, at + len(said))
    return quote[start:end]


def short_answer(query: Query, best: Candidate) -> str | None:
    """What of the best sentence is the answer: where a reader sees it, else the piece of the sort that is asked for."""
    text = best.quote.text
    if best.place is not None:
        place = _closed(text, _told_in(text, best.place, wanted(query), normalise(query.text)))
        said = text[place.start : place.end]
        return said if any(map(str.isalnum, said)) else None
    if best.piece is not None and best.piece_probability >= _CERTAIN:
        return text[best.piece.start : best.piece.end]
    return None


def _told_in(text: str, place: Span, asked: Wanted, question: str) -> Span:
    """The first clause of the place that has what is asked for, if the question does not say it; else all of it."""
    if asked.sort is Sort.OTHER:
        return place
    clauses = [Span(m.start(), m.end()) for m in _CLAUSE.finditer(text, place.start, place.end)]
    news = [s for s in spans_of(text, asked) if normalise(text[s.start : s.end]) not in question]
    told = [c for c in clauses if any(c.start <= s.start < c.end for s in news)]
    several = asked.sort in (Sort.PERSON, Sort.PLACE)  # of these, all may be the answer
    place = place if not told or (several and len(told) > 1) else told[0]
    named = _ENTITLED.fullmatch(text, place.start, place.end) if asked.sort is Sort.PERSON else None
    return Span(*named.span("name")) if named else place


def _closed(text: str, place: Span) -> Span:
    """The place without loose marks at its ends, and with both of a pair of brackets or none."""
    whole = any(mark in text[place.start : place.end - 1] for mark in "，,；;。")
    loose = _LOOSE if whole else _LOOSE + _STOPS
    before = None
    while place != before:
        before = place
        said = text[place.start : place.end]
        start, end = place.end - len(said.lstrip(loose)), place.start + len(said.rstrip(loose))
        place = Span(start, max(start, end))
        for opening, closing in _BRACKETS:
            place = _paired(text, place, opening, closing)
    return place


def _paired(text: str, place: Span, opening: str, closing: str) -> Span:
    """With the bracket that is missing if it stands next to the place; else without the lonely one at its end."""
    start, end = place.start, place.end
    said = text[start:end]
    lonely = said.count(opening) - said.count(closing)
    if lonely > 0 and text.startswith(closing, end):
        return Span(start, end + 1)
    if lonely < 0 and start and text.startswith(opening, start - 1):
        return Span(start - 1, end)
    lone = opening if lonely > 0 else closing
    if lonely and said.startswith(lone):
        return Span(start + 1, end)
    if lonely and said.endswith(lone):
        return Span(start, end - 1)
    return place
