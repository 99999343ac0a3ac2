"""The figure, date or name itself, as a verbatim piece of the sentence that answers."""

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
    """The figure, date, name or place of the best sentence, where the question asks for such a thing."""
    if best.piece is None or best.piece_probability < _CERTAIN:
        return None
    return best.quote.text[best.piece.start : best.piece.end]
