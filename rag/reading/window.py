"""The part of a long passage that is worth reading for a question; reading costs by the character."""

from __future__ import annotations

from rag.normal_form import normalise
from rag.schema import Span
from rag.sentences import sentences


def window_of(passage: str, question: str, most: int) -> Span:
    """Whole sentences in a row, up to ``most`` characters, that share most with the question.

    What is shared is counted in different bigrams of the normal form. Of equals the first; a first sentence
    that is longer than ``most`` is cut off.
    """
    if len(passage) <= most:
        return Span(0, len(passage))
    spans = sentences(passage) or (Span(0, len(passage)),)
    asked = _bigrams(question)
    shared = [_bigrams(passage[s.start : s.end]) & asked for s in spans]
    best, most_shared = Span(0, most), -1
    for first, start in enumerate(s.start for s in spans):
        last, found = first, set(shared[first])
        while last + 1 < len(spans) and spans[last + 1].end - start <= most:
            last += 1
            found |= shared[last]
        if len(found) > most_shared:
            best, most_shared = Span(start, min(spans[last].end, start + most)), len(found)
    return best


def _bigrams(text: str) -> frozenset[str]:
    normal = normalise(text)
    return frozenset(normal[i : i + 2] for i in range(len(normal) - 1))
