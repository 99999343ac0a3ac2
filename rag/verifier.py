"""Whether passages support a sentence, contradict it, or say nothing of it.

Deterministic and without a model: figures, dates, names, negations and quotations are compared one
by one, the rest by how much of the sentence the evidence covers. Knows nothing of retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from rag.agreement import Difference
from rag.claims import tokens
from rag.comparison import Clause, Comparison, Source, comparisons
from rag.distribution import distributed
from rag.framing import frame_differences, frame_end
from rag.moments import names_plan
from rag.normal_form import normalise
from rag.numerals import NUMERAL_CHARACTERS, numeral_value
from rag.schema import Document, Quote, Span
from rag.sentences import sentences
from rag.surroundings import Surroundings

_WIDENED = 200  # characters on either side in which a cut sentence is completed
_CANDIDATES = 8  # source sentences that are compared in full
_ALIKE = 0.2  # share of the best sentence's common words that another one must have
_NEAR = 0.5  # the same for the first sentence of a speech
_SUPPORT = 0.8  # share of the sentence that the evidence must cover
_CLAUSE_SUPPORT = 0.7  # the same for each clause
_ONE_CHARACTER = 1.2  # weight of one character with a little grammar
_SAME_MATTER = 0.72  # share from which on evidence speaks of the very thing
_SAME_SENTENCE = 0.9  # share from which on another common noun makes it another matter
_NO_ANSWER = frozenset({Difference.NO_EVIDENCE, Difference.MATTER})
_QUOTED = re.compile('“([^“”]{2,})”|「([^「」]{2,})」|『([^『』]{2,})』|"([^"]{2,})"')
_NAME = 12  # characters up to which words in quotation marks are a name, and no quotation
_SEMICOLON = re.compile("[；;]")
_PART = 8  # characters that a part between semicolons needs to be judged for itself
_NO_WORD = re.compile(r"\W")
_NUMERAL = re.compile(f"[{NUMERAL_CHARACTERS}]{{2,}}")


class Ruling(StrEnum):
    """What the evidence says of a sentence."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ruling on a sentence, why, and the source sentences that it rests on."""

    ruling: Ruling
    reason: Difference | None
    evidence: tuple[Quote, ...]
    coverage: float  # share of the sentence that the evidence speaks of
    closeness: float  # orders verdicts of one ruling: how near the evidence is to the sentence


_NOTHING = Verdict(Ruling.UNSUPPORTED, Difference.NO_EVIDENCE, (), 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The sentences of one speech that have most in common with the claim."""

    document: Document
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """All of it, in the order of the speech."""
        return "".join(self.document.text[s.start : s.end] for s in self.spans)


def verify(sentence: str, passages: Sequence[Quote]) -> Verdict:
    """Hold ``sentence`` against ``passages``.

    Each speech is judged for itself, so that no clause is supported by pieces of several; only
    what stands between semicolons may rest on different speeches. The verdict is that of the
    speech that supports the sentence, or of the one that comes nearest to it. An unsupported
    sentence keeps no evidence.
    """
    whole = _verify(sentence, passages)
    parts = [part for part in _SEMICOLON.split(sentence) if part.strip()]
    if whole.ruling is Ruling.SUPPORTED or min(map(len, parts)) < _PART or len(parts) < 2:
        return whole
    verdicts = [_verify(part, passages) for part in parts]
    if any(v.ruling is not Ruling.SUPPORTED for v in verdicts):
        return whole
    evidence = tuple(dict.fromkeys(p for v in verdicts for p in v.evidence))
    return Verdict(Ruling.SUPPORTED, None, evidence, 1.0, 1.0)


def _verify(claim: str, passages: Sequence[Quote]) -> Verdict:
    """The best verdict on the claim as it stands, or, as a report of a speech, without its frame."""
    whole = _best("", claim, passages)
    end = frame_end(claim)
    if whole.ruling is Ruling.SUPPORTED or not end:
        return whole
    reported = _best(claim[:end], claim[end:], passages)
    return whole if reported.ruling is Ruling.UNSUPPORTED else reported


def _best(frame: str, claim: str, passages: Sequence[Quote]) -> Verdict:
    """The verdict of the first speech that supports the claim, else of the nearest one."""
    best = _NOTHING
    for evidence in _evidence(claim, passages):
        verdict = _verdict(frame, claim, evidence)
        if verdict.ruling is Ruling.SUPPORTED:
            return verdict
        best = max(best, verdict, key=_rank)
    return best


def _rank(verdict: Verdict) -> tuple[int, float]:
    order = (Ruling.UNSUPPORTED, Ruling.CONTRADICTED, Ruling.SUPPORTED)
    return order.index(verdict.ruling), verdict.closeness


# --- evidence --------------------------------------------------------------------------------


def _evidence(claim: str, passages: Sequence[Quote]) -> list[_Evidence]:
    """The source sentences most like the claim, speech by speech."""
    said = _bigrams(claim)
    shared: dict[tuple[int, Span], int] = {}
    documents = {id(p.document): p.document for p in passages}
    for passage in passages:
        text = passage.document.text
        for span in _sentences_of(passage):
            common = len(said & _bigrams(text[span.start : span.end]))
            shared[id(passage.document), span] = common
    nearest = max(shared.values(), default=0)
    enough = max(1.0, _ALIKE * nearest)
    alike = [key for key, common in shared.items() if common >= enough]
    best = sorted(alike, key=lambda key: -shared[key])[:_CANDIDATES]
    found: dict[int, list[Span]] = {}
    for identity, span in best:  # the nearest first
        if identity in found or shared[identity, span] >= _NEAR * nearest:
            found.setdefault(identity, []).append(span)
    return [
        _Evidence(documents[identity], tuple(sorted(spans, key=lambda s: s.start)))
        for identity, spans in found.items()
    ]


def _sentences_of(passage: Quote) -> tuple[Span, ...]:
    """The sentences that the passage touches, whole."""
    return _sentences_touching(passage.document.text, passage.start, passage.end)


@lru_cache(maxsize=1024)  # the sentences of a draft or a reply share passages
def _sentences_touching(text: str, start: int, end: int) -> tuple[Span, ...]:
    near = sentences(text, max(0, start - _WIDENED), min(len(text), end + _WIDENED))
    return tuple(s for s in near if s.start < end and start < s.end)


@lru_cache(maxsize=8192)
def _bigrams(text: str) -> frozenset[str]:
    """Pairs of characters, numerals written in digits: 一九五八年 has those of 1958年."""
    text = _NUMERAL.sub(_in_digits, _words_only(text))
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def _in_digits(numeral: re.Match[str]) -> str:
    value = numeral_value(numeral[0])
    return numeral[0] if value is None else str(value)


@lru_cache(maxsize=8)
def _words_of(speech: str) -> str:
    return _words_only(speech)


def _words_only(text: str) -> str:
    return _NO_WORD.sub("", normalise(text))


# --- verdicts --------------------------------------------------------------------------------


def _verdict(frame: str, claim: str, evidence: _Evidence) -> Verdict:
    text = evidence.document.text
    sources = [
        Source(tokens(text[s.start : s.end]), Surroundings(evidence.document, s.start))
        for s in evidence.spans
    ]
    about = tuple(frame_differences(frame, sources[0].around))
    own = tokens(claim)
    told = {n: placed for n, s in enumerate(sources) if (placed := distributed(s.tokens))}
    lists = [replace(s, tokens=told.get(n, s.tokens)) for n, s in enumerate(sources)]
    own_list = distributed(own)
    if own_list is not None:
        readings = [(own, sources), (own_list, lists)] if told else [(own, sources)]
    else:
        readings = [(own, lists), (own, sources)] if told else [(own, sources)]
    found: list[Verdict] = []
    for said, held in readings:
        for comparison in comparisons(said, held):
            found.append(_judged(claim, evidence, comparison, about))
            if found[-1].ruling is Ruling.SUPPORTED:
                return found[-1]
        if own_list is None and found[0].ruling is Ruling.CONTRADICTED:
            break  # the figure of another member of the list
    return found[0]


def _judged(
    claim: str, evidence: _Evidence, comparison: Comparison, about: Sequence[Difference]
) -> Verdict:
    """The verdict by one way to match the claim; ``about`` is what its frame has wrong."""
    differences = [*comparison.differences, *about]
    if not differences and _misquotes(claim, evidence):
        differences.append(Difference.QUOTE)
    ruling, reason = _ruling(comparison, differences)
    used = () if ruling is Ruling.UNSUPPORTED else comparison.used
    spans = dict.fromkeys(evidence.spans[n] for n in used)
    return Verdict(
        ruling,
        reason,
        tuple(Quote(evidence.document, s.start, s.end) for s in spans),
        comparison.coverage,
        _closeness(comparison, differences),
    )


def _misquotes(claim: str, evidence: _Evidence) -> bool:
    """Whether something stands in quotation marks that the speech does not have.

    The evidence has it word for word, or, as a name, the speech elsewhere; “十四五” is a date.
    """
    marked = ("".join(match.groups("")) for match in _QUOTED.finditer(claim))
    quotes = [quote for quote in marked if not names_plan(quote)]
    strange = [quote for quote in quotes if _wording(quote) not in _wording(evidence.text)]
    return any(
        len(quote) > _NAME or _words_only(quote) not in _words_of(evidence.document.text)
        for quote in strange
    )


def _wording(text: str) -> str:
    """The words of ``text`` without punctuation; a figure may be written in any way."""
    words = []
    for token in tokens(text):
        figure = token.quantity
        words.append(
            _words_only(text[token.span.start : token.span.end])
            if figure is None
            else f"<{figure.value.normalize()} {figure.upper} {figure.unit} {figure.qualifier}>"
        )
    return "".join(words)


def _ruling(
    comparison: Comparison, differences: Sequence[Difference]
) -> tuple[Ruling, Difference | None]:
    if differences == [Difference.MATTER] and comparison.coverage >= _SAME_SENTENCE:
        return Ruling.CONTRADICTED, Difference.NAME
    if not _NO_ANSWER.isdisjoint(differences):
        return Ruling.UNSUPPORTED, Difference.NO_EVIDENCE
    if differences and comparison.coverage >= _SAME_MATTER:
        return Ruling.CONTRADICTED, differences[0]
    whole = comparison.coverage >= _SUPPORT
    if not differences and whole and all(map(_is_covered, comparison.clauses)):
        return Ruling.SUPPORTED, None
    return Ruling.UNSUPPORTED, Difference.NO_EVIDENCE


def _is_covered(clause: Clause) -> bool:
    """Whether the evidence speaks of the clause; one character of it may be missing in any case."""
    missing = clause.weight * (1 - clause.coverage)
    return missing <= max(_ONE_CHARACTER, clause.weight * (1 - _CLAUSE_SUPPORT))


def _closeness(comparison: Comparison, differences: Sequence[Difference]) -> float:
    """Coverage less the differences: among look-alike speeches, the one that is meant.

    Look-alike reports have the same sentence with other figures, so a figure counts for more.
    """
    return comparison.coverage - 0.1 * len(differences) - 0.05 * (Difference.FIGURE in differences)
