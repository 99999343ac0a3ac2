"""One question's answer held against its labels: what was expected, what came, and what of it is right.

Judges; counts nothing. Everything that figures are made of is in an ``Outcome``, so that a kept run can be counted anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from rag.evaluation.gold import Labelled, Part, asked_whole, equals, holds, overlap
from rag.schema import Answer, Citation, Hit


class Verdict(StrEnum):
    """What became of a question."""

    RIGHT = "right"  # answered with what was asked for
    WRONG = "wrong"  # answered with something else
    REFUSED = "refused"  # declined, though the library answers it
    DECLINED = "declined"  # declined, as it must be
    UNFOUNDED = "unfounded"  # answered, though the library has no answer


@dataclass(frozen=True, slots=True)
class JudgedHit:
    """A retrieved passage; its text is left out."""

    doc_id: str
    title: str
    start: int
    end: int
    score: float
    right: bool | None  # whether it is of a right document; None where the labels name none
    holds: bool  # whether it says what is asked for


@dataclass(frozen=True, slots=True)
class JudgedCitation:
    """A citation."""

    marker: int
    doc_id: str
    title: str
    start: int
    end: int
    quote: str
    right: bool | None  # as for passages
    exact: bool  # whether the quote stands in the stored text at its offsets
    marked: bool  # whether the answer has its marker


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, its labels, its answer, and how far the one fits the other."""

    id: str
    question: str
    kind: str | None
    expected: tuple[Part, ...]  # none: it must be declined
    whole: bool  # all of these are asked for
    documents: tuple[str, ...] | None  # ids of the right ones; None where the labels name none
    verdict: Verdict
    answer: str
    answered: bool
    reason: str | None
    short_answer: str | None
    confidence: float | None
    seconds: float
    short_exact: bool  # the short answer is one of the expected
    short_f1: float
    supported: bool  # the quotes from right documents hold what is asked for
    hits: tuple[JudgedHit, ...]
    citations: tuple[JudgedCitation, ...]

    @property
    def answerable(self) -> bool:
        """Whether the labels say that the library has an answer."""
        return bool(self.expected)

    @property
    def succeeded(self) -> bool:
        """Answered rightly, or declined as it must be."""
        return self.verdict in (Verdict.RIGHT, Verdict.DECLINED)

    @property
    def ranked(self) -> tuple[str, ...]:
        """The ids of the documents found, each where its first passage stands."""
        return tuple(dict.fromkeys(hit.doc_id for hit in self.hits))


def judged(
    labelled: Labelled,
    documents: tuple[str, ...] | None,
    answer: Answer,
    stored: Callable[[str], str],
) -> Outcome:
    """Holds an answer against its question's labels.

    Args:
        labelled: The question.
        documents: Ids of the right documents; ``None`` where the labels name none.
        answer: What came.
        stored: The stored text of a document.
    """
    short = answer.short_answer or ""
    return Outcome(
        id=labelled.id,
        question=labelled.question.text,
        kind=labelled.kind,
        expected=labelled.answers,
        whole=asked_whole(labelled.answers, labelled.whole),
        documents=documents,
        verdict=_verdict(labelled, answer),
        answer=answer.text,
        answered=answer.answered,
        reason=answer.reason.value if answer.reason else None,
        short_answer=answer.short_answer,
        confidence=answer.confidence,
        seconds=answer.seconds,
        short_exact=bool(short) and equals(short, labelled.answers),
        short_f1=overlap(short, labelled.answers),
        supported=_supported(labelled, documents, answer.citations),
        hits=tuple(_hit(hit, labelled, documents) for hit in answer.hits),
        citations=tuple(_citation(c, answer.text, documents, stored) for c in answer.citations),
    )


def _verdict(labelled: Labelled, answer: Answer) -> Verdict:
    if not labelled.answers:
        return Verdict.UNFOUNDED if answer.answered else Verdict.DECLINED
    if not answer.answered:
        return Verdict.REFUSED
    right = holds(answer.text, labelled.answers, labelled.whole)
    return Verdict.RIGHT if right else Verdict.WRONG


def _supported(
    labelled: Labelled, documents: tuple[str, ...] | None, citations: tuple[Citation, ...]
) -> bool:
    quotes = [c.quote for c in citations if _right(c.document.doc_id, documents) is not False]
    return holds("".join(quotes), labelled.answers, labelled.whole)


def _right(doc_id: str, documents: tuple[str, ...] | None) -> bool | None:
    return None if documents is None else doc_id in documents


def _hit(hit: Hit, labelled: Labelled, documents: tuple[str, ...] | None) -> JudgedHit:
    document = hit.document
    return JudgedHit(
        doc_id=document.doc_id,
        title=document.title,
        start=hit.chunk.start,
        end=hit.chunk.end,
        score=hit.score,
        right=_right(document.doc_id, documents),
        holds=holds(hit.text, labelled.answers, labelled.whole),
    )


def _citation(
    citation: Citation,
    text: str,
    documents: tuple[str, ...] | None,
    stored: Callable[[str], str],
) -> JudgedCitation:
    document, quote = citation.document, citation.quote
    return JudgedCitation(
        marker=citation.marker,
        doc_id=document.doc_id,
        title=document.title,
        start=citation.start,
        end=citation.end,
        quote=quote,
        right=_right(document.doc_id, documents),
        exact=stored(document.doc_id)[citation.start : citation.end] == quote,
        marked=f"[{citation.marker}]" in text,
    )
