"""From a question to its evidence: retrieves and selects, for each part of a question that has several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.evidence import Evidence, Selection, Selector
from rag.parts import parts_of
from rag.phrasing import not_told
from rag.query import Query
from rag.retrieval import Retrieval, Retriever
from rag.schema import Reason


class Finder:
    """Finds the evidence for a question, or the reason why there is none."""

    def __init__(self, retriever: Retriever, selector: Selector) -> None:
        self._retriever = retriever
        self._selector = selector

    def find(self, query: Query, k: int) -> tuple[Retrieval, Selection]:
        """The ``k`` best passages for the question as a whole, and the evidence for all its parts."""
        whole = self._retriever.retrieve(query, k)
        parts = parts_of(query)
        if parts:
            found = [self._selector.select(p, self._retriever.retrieve(p, k)) for p in parts]
            if _unknown_speech(parts, found):
                return whole, replace(found[0], reason=Reason.NO_EVIDENCE, confidence=0.0)
            if any(one.reason is None for one in found):
                return whole, _joined(parts, found)
        return whole, self._selector.select(query, whole)


def _unknown_speech(parts: Sequence[Query], found: Sequence[Selection]) -> bool:
    """Whether it is asked who gave a speech, or when, and the library does not have that speech."""
    return any(
        part.facet is not None and part.naming and one.reason is not None
        for part, one in zip(parts, found, strict=True)
    )


def _joined(parts: Sequence[Query], found: Sequence[Selection]) -> Selection:
    """The evidence of the parts one after the other, each quote once; what no part found is said."""
    evidence: dict[tuple[str, int, int], Evidence] = {}
    for selection in found:
        for one in selection.evidence if selection.reason is None else ():
            quote = one.quote
            evidence.setdefault((quote.document.doc_id, quote.start, quote.end), one)
    untold = [part.text for part, one in zip(parts, found, strict=True) if one.reason is not None]
    remark = not_told(untold) if untold else None
    confidence = min(one.confidence for one in found if one.reason is None)
    return Selection(tuple(evidence.values()), confidence=confidence, remark=remark)
