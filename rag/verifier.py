"""Whether passages support a sentence, contradict it, or say nothing of it.

Deterministic and without a model: figures, dates, names, negations and quotations are compared one
by one, the rest by how much of the sentence the evidence covers. Knows nothing of retrieval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.agreement import Difference
from rag.claims import Token, tokens
from rag.comparison import Comparison, compare
from rag.normal_form import normalise
from rag.schema import Document, Span
from rag.sentences import sentences
from rag.surroundings import Surroundings

_CANDIDATES = 8  # source sentences that are compared in full
_SUPPORT = 0.8  # share of the sentence that the evidence must cover
_CLAUSE_SUPPORT = 0.6  # the same for each clause
_SAME_MATTER = 0.6  # share from which on evidence speaks of the very thing
_LIGHT_CLAUSE = 2.0  # a clause below this weight cannot be judged on its own


class Ruling(StrEnum):
    """What the evidence says of a sentence."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a speech that is cited or retrieved."""

    document: Document
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ruling on a sentence, why, and the source sentences that it rests on, best first."""

    ruling: Ruling
    reason: Difference | None
    evidence: tuple[Passage, ...]
    coverage: float


def verify(sentence: str, passages: Sequence[Passage]) -> Verdict:
    """Hold ``sentence`` against ``passages``."""
    claim = tokens(sentence)
    outcomes = [_outcome(claim, strip) for strip in _strips(sentence, passages)]
    if not outcomes:
        return Verdict(Ruling.UNSUPPORTED, Difference.NO_EVIDENCE, (), 0.0)
    return max(outcomes, key=_rank)


def _rank(verdict: Verdict) -> tuple[int, float]:
    order = (Ruling.UNSUPPORTED, Ruling.CONTRADICTED, Ruling.SUPPORTED)
    return order.index(verdict.ruling), verdict.coverage


@dataclass(frozen=True, slots=True)
class _Strip:
    document: Document
    spans: tuple[Span, ...]


def _strips(sentence: str, passages: Sequence[Passage]) -> Iterator[_Strip]:
    said = _bigrams(normalise(sentence))
    scored: list[tuple[float, int, Span]] = []
    documents: dict[int, Document] = {}
    seen: set[tuple[int, int]] = set()
    for passage in passages:
        documents[id(passage.document)] = passage.document
        text = passage.document.text
        for span in sentences(text, *_widened(text, passage)):
            key = (id(passage.document), span.start)
            if key not in seen:
                seen.add(key)
                found = _bigrams(normalise(text[span.start : span.end]))
                scored.append((len(said & found), id(passage.document), span))
    best = sorted(scored, key=lambda s: -s[0])[:_CANDIDATES]
    for identity, document in documents.items():
        spans = sorted((s for n, d, s in best if d == identity and n), key=lambda s: s.start)
        if spans:
            yield _Strip(document, tuple(spans))


def _widened(text: str, passage: Passage) -> tuple[int, int]:
    start = text.rfind("\n", 0, passage.start) + 1
    end = text.find("\n", passage.end)
    return start, len(text) if end < 0 else end


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _outcome(claim: Sequence[Token], strip: _Strip) -> Verdict:
    source: list[Token] = []
    owner: list[int] = []
    clause = 0
    for number, span in enumerate(strip.spans):
        found = tokens(strip.document.text[span.start : span.end])
        source += [replace(t, clause=t.clause + clause) for t in found]
        owner += [number] * len(found)
        clause += found[-1].clause + 1 if found else 0
    around = Surroundings(strip.document, strip.spans[0].start)
    comparison = compare(claim, source, around)
    used = sorted({owner[j] for j in comparison.matched}) or [0]
    evidence = tuple(
        Passage(strip.document, strip.spans[n].start, strip.spans[n].end) for n in used
    )
    ruling, reason = _ruling(comparison)
    return Verdict(ruling, reason, evidence, comparison.coverage)


def _ruling(comparison: Comparison) -> tuple[Ruling, Difference | None]:
    if comparison.differences:
        if comparison.coverage >= _SAME_MATTER:
            return Ruling.CONTRADICTED, comparison.differences[0]
        return Ruling.UNSUPPORTED, Difference.NO_EVIDENCE
    whole = comparison.coverage >= _SUPPORT
    each = all(
        c.coverage >= _CLAUSE_SUPPORT for c in comparison.clauses if c.weight >= _LIGHT_CLAUSE
    )
    if whole and each:
        return Ruling.SUPPORTED, None
    return Ruling.UNSUPPORTED, Difference.NO_EVIDENCE
