"""Holds every sentence of a draft against the library: ``jianghua check``.

How passages are found comes in as a function; knows nothing of indexes, files or pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.agreement import Difference
from rag.markers import without_list_number, without_markers
from rag.schema import Citation, Hit, Question, Quote, Span
from rag.sentences import sentences
from rag.verifier import Ruling, Verdict, verify

Retrieve = Callable[[str], Sequence[Quote]]
Search = Callable[[Question, int], Sequence[Hit]]

PASSAGES = 20  # look-alike reports crowd out the one that is meant among fewer

_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """One sentence of a draft, what the library says to it, and where."""

    text: str
    span: Span  # in the draft
    verdict: Ruling
    reason: Difference | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A draft, sentence by sentence."""

    sentences: tuple[CheckedSentence, ...]

    @property
    def coverage(self) -> float:
        """The share of the sentences that the library supports; 0 where there is none."""
        if not self.sentences:
            return 0.0
        supported = sum(s.verdict is Ruling.SUPPORTED for s in self.sentences)
        return round(supported / len(self.sentences), 4)


def checker(search: Search, passages: int) -> Callable[[str], CheckReport]:
    """What holds a draft against the ``passages`` best that ``search`` finds for each sentence."""

    def retrieve(sentence: str) -> list[Quote]:
        hits = search(Question(sentence), passages)
        return [Quote(hit.document, hit.chunk.start, hit.chunk.end) for hit in hits]

    return lambda draft: check(draft, retrieve)


def check(draft: str, retrieve: Retrieve) -> CheckReport:
    """Judge each sentence of ``draft`` by the passages that ``retrieve`` finds for it.

    Markers such as [1] and the numbers and bullets of lists are no part of a sentence's claim.
    """
    markers: dict[tuple[str, int, int], int] = {}
    checked = []
    for span in sentences(draft):
        text = draft[span.start : span.end]
        claim = without_markers(without_list_number(text))
        if _WORD.search(claim):
            verdict = verify(claim, retrieve(claim))
            citations = _citations(verdict, markers)
            checked.append(CheckedSentence(text, span, verdict.ruling, verdict.reason, citations))
    return CheckReport(tuple(checked))


def _citations(verdict: Verdict, markers: dict[tuple[str, int, int], int]) -> tuple[Citation, ...]:
    """The evidence as citations; the same quote keeps its marker through the report."""
    found = []
    for passage in verdict.evidence:
        key = (passage.document.doc_id, passage.start, passage.end)
        marker = markers.setdefault(key, len(markers) + 1)
        found.append(Citation(marker, passage.document, passage.start, passage.end))
    return tuple(found)
