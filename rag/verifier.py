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
from rag.comparison import Clause, Comparison, Source, compare
from rag.framing import frame_differences, frame_end
from rag.normal_form import normalise
from rag.schema import Document, Span
from rag.sentences import sentences
from rag.surroundings import Surroundings

_WIDENED = 200  # characters on either side in which a cut sentence is completed
_CANDIDATES = 8  # source sentences that are compared in full
_SUPPORT = 0.8  # share of the sentence that the evidence must cover
_CLAUSE_SUPPORT = 0.7  # the same for each clause
_SAME_MATTER = 0.6  # share from which on evidence speaks of the very thing
_ONE_CHARACTER = 1.2  # with a little grammar


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
    closeness: float


def verify(sentence: str, passages: Sequence[Passage]) -> Verdict:
    """Hold ``sentence`` against ``passages``."""
    end = frame_end(sentence)
    frame, body = sentence[:end], sentence[end:]
    outcomes = [_outcome(frame, tokens(body), strip) for strip in _strips(body, passages)]
    if not outcomes:
        return Verdict(Ruling.UNSUPPORTED, Difference.NO_EVIDENCE, (), 0.0, 0.0)
    return max(outcomes, key=_rank)


def _rank(verdict: Verdict) -> tuple[int, float]:
    order = (Ruling.UNSUPPORTED, Ruling.CONTRADICTED, Ruling.SUPPORTED)
    return order.index(verdict.ruling), verdict.closeness


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
        for span in _sentences_of(passage):
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


def _sentences_of(passage: Passage) -> tuple[Span, ...]:
    """The sentences that the passage touches, whole."""
    text, start, end = passage.document.text, passage.start, passage.end
    near = sentences(text, max(0, start - _WIDENED), min(len(text), end + _WIDENED))
    return tuple(s for s in near if s.start < end and start < s.end)


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _outcome(frame: str, claim: Sequence[Token], strip: _Strip) -> Verdict:
    text = strip.document.text
    sources = [
        Source(tokens(text[s.start : s.end]), Surroundings(strip.document, s.start))
        for s in strip.spans
    ]
    comparison = compare(claim, sources)
    framing = tuple(frame_differences(frame, sources[0].around))
    comparison = replace(comparison, differences=(*comparison.differences, *framing))
    used = [strip.spans[n] for n in comparison.used]
    evidence = tuple(Passage(strip.document, s.start, s.end) for s in used)
    ruling, reason = _ruling(comparison)
    return Verdict(ruling, reason, evidence, comparison.coverage, _closeness(comparison))


def _closeness(comparison: Comparison) -> float:
    """How near the evidence is to the sentence: among many look-alikes the one that is meant."""
    apart = len(comparison.differences) + (Difference.FIGURE in comparison.differences) / 2
    return comparison.coverage - 0.1 * apart


def _ruling(comparison: Comparison) -> tuple[Ruling, Difference | None]:
    if comparison.differences:
        if comparison.coverage >= _SAME_MATTER:
            return Ruling.CONTRADICTED, comparison.differences[0]
        return Ruling.UNSUPPORTED, Difference.NO_EVIDENCE
    whole = comparison.coverage >= _SUPPORT
    if whole and all(_is_covered(clause) for clause in comparison.clauses):
        return Ruling.SUPPORTED, None
    return Ruling.UNSUPPORTED, Difference.NO_EVIDENCE


def _is_covered(clause: Clause) -> bool:
    """Whether the evidence speaks of the clause; one character of it may be missing in any case."""
    missing = clause.weight * (1 - clause.coverage)
    return missing <= max(_ONE_CHARACTER, clause.weight * (1 - _CLAUSE_SUPPORT))
