"""The answer itself, as a verbatim piece of the sentence that answers."""

from __future__ import annotations

from rag.normal_form import normal_form, normalise
from rag.sentence_scorer import Candidate


def verbatim(value: str, quote: str) -> str | None:
    """The piece of ``quote`` that says ``value``, compared in the normal form."""
    form, wanted = normal_form(quote), normalise(value)
    at = form.text.find(wanted)
    if at < 0 or not wanted:
        return None
    start, end = form.original(at, at + len(wanted))
    return quote[start:end]


_CERTAIN = 0.2  # chance below which a piece is not called the answer


def short_answer(best: Candidate) -> str | None:
    """What of the best sentence is the answer: where a reader sees it, else the piece of the sort that is asked for."""
    span = best.place
    if span is None and best.piece_probability >= _CERTAIN:
        span = best.piece
    return best.quote.text[span.start : span.end] if span is not None else None
