"""From a question to its evidence: retrieves and selects, for each part of a question that has several.

An indicator that has several names is asked for in each of them, a role with its verb too; the surest answer counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answer_spans import Sort, spans_of, wanted
from rag.coordination import JOINS
from rag.evidence import Evidence, Selection, Selector
from rag.indicators import Named, in_its_names
from rag.normal_form import normalise
from rag.parts import asks_apart, parts_of
from rag.phrasing import not_told
from rag.query import Query, understand
from rag.retrieval import Retrieval, Retriever
from rag.roles import in_other_words
from rag.schema import Quote, Reason

_JOIN = f"(?:{'|'.join(JOINS)})"


class Finder:
    """Finds the evidence for a question, or the reason why there is none."""

    def __init__(self, retriever: Retriever, selector: Selector) -> None:
        self._retriever = retriever
        self._selector = selector

    def find(self, query: Query, k: int) -> tuple[Retrieval, Selection]:
        """The ``k`` best passages for the question as a whole, and the evidence for all its parts."""
        parts = parts_of(query)
        together = None if parts and asks_apart(query) else self._surest(query, k)
        if not parts or (together and _tells_of_all(parts, together[1])):
            return together or self._surest(query, k)
        found = self._each(parts, k)
        retrieval = together[0] if together else self._retriever.retrieve(query, k)
        if _unknown_speech(parts, found):
            return retrieval, replace(found[0], reason=Reason.NO_EVIDENCE, confidence=0.0)
        if any(one.reason is None for one in found):
            return retrieval, _joined(parts, found)
        return together or self._surest(query, k)

    def _each(self, parts: Sequence[Query], k: int) -> list[Selection]:
        """What is found for each part; where one is answered, the others are likelier to be."""
        found = [self._surest(part, k) for part in parts]
        expected = any(selection.reason is None for _, selection in found)
        told: list[Selection] = []
        for position, (part, (retrieval, selection)) in enumerate(zip(parts, found, strict=True)):
            taken = _taken(part, selection, [s for n, (_, s) in enumerate(found) if n != position])
            if taken:
                told.append(self._selector.select(replace(part, taken=taken), retrieval))
            elif expected and selection.reason is Reason.NO_EVIDENCE:
                told.append(self._selector.select(replace(part, is_expected=True), retrieval))
            else:
                told.append(selection)
        return told

    def _surest(self, query: Query, k: int) -> tuple[Retrieval, Selection]:
        """What is found for the question as it is, or in another name of its indicator if that is not told."""
        retrieval = self._retriever.retrieve(query, k)
        best = retrieval, self._selector.select(query, retrieval)
        names = in_its_names(query.text) or in_other_words(query.text)
        if not names or _tells(query, names[0], best[1]):
            return best
        for named in names[1:]:
            other = replace(
                understand(named.question, query.speakers, query.within),
                earlier=query.earlier,
                is_part=query.is_part,
                member=query.member if query.member in named.question else "",
                beside=query.beside,
                is_expected=query.is_expected,
            )
            retrieval = self._retriever.retrieve(other, k)
            selection = self._selector.select(other, retrieval)
            if _tells(other, named, selection) and (
                not _has_its_sort(query, best[1]) or _is_surer(selection, best[1])
            ):
                best = retrieval, selection
        return best


def _taken(
    part: Query, selection: Selection, others: Sequence[Selection]
) -> tuple[tuple[str, int, int], ...]:
    """The quotes for one member of a list that are likelier to tell of another, and do not name this one."""
    if not part.member or selection.reason is not None:
        return ()
    elsewhere = [one for other in others if other.reason is None for one in other.evidence]
    return tuple(
        (one.quote.document.doc_id, one.quote.start, one.quote.end)
        for one in selection.evidence
        if part.member not in normalise(one.quote.document.title + one.quote.text)
        and any(
            _contains(other.quote, one.quote) and other.probability > one.probability
            for other in elsewhere
        )
    )


def _tells(query: Query, named: Named, selection: Selection) -> bool:
    """Whether it answers, in words that have that name, and with a figure where one is asked for."""
    return _has_its_sort(query, selection) and any(
        named.is_told_in(one.quote.text) for one in selection.evidence
    )


def _has_its_sort(query: Query, selection: Selection) -> bool:
    """Whether it answers, with a figure where one is asked for."""
    asked = wanted(query)
    return selection.reason is None and (
        asked.sort is not Sort.FIGURE
        or any(spans_of(one.quote.text, asked) for one in selection.evidence)
    )


def _is_surer(selection: Selection, other: Selection) -> bool:
    """Whether the one answers, and the other does not or is less sure."""
    return other.reason is not None or selection.confidence > other.confidence


def _tells_of_all(parts: Sequence[Query], selection: Selection) -> bool:
    """Whether one quote has the list, in any order: 中国和东盟何时签约 has one answer."""
    if selection.reason is not None or not all(part.member for part in parts):
        return False
    members = {part.member for part in parts}
    member = f"(?:{'|'.join(map(re.escape, members))})"
    listed = re.compile(f"{member}(?:{_JOIN}{member})+")
    return any(
        all(one in found.group() for one in members)
        for evidence in selection.evidence
        for found in listed.finditer(normalise(evidence.quote.text))
    )


def _unknown_speech(parts: Sequence[Query], found: Sequence[Selection]) -> bool:
    """Whether it is asked who gave a speech, or when, and the library does not have that speech."""
    return any(
        part.facet is not None and part.naming and one.reason is not None
        for part, one in zip(parts, found, strict=True)
    )


def _joined(parts: Sequence[Query], found: Sequence[Selection]) -> Selection:
    """The evidence of the parts one after the other, no words twice; what no part found is said."""
    evidence: list[Evidence] = []
    for selection in found:
        for one in selection.evidence if selection.reason is None else ():
            if not any(_contains(other.quote, one.quote) for other in evidence):
                evidence = [e for e in evidence if not _contains(one.quote, e.quote)] + [one]
    untold = [part.text for part, one in zip(parts, found, strict=True) if one.reason is not None]
    remark = not_told(untold) if untold else None
    confidence = min(one.confidence for one in found if one.reason is None)
    return Selection(tuple(evidence), confidence=confidence, remark=remark)


def _contains(one: Quote, other: Quote) -> bool:
    same = one.document.doc_id == other.document.doc_id
    return same and one.start <= other.start and other.end <= one.end
