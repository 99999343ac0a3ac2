"""Answers questions: understand, retrieve, select evidence, generate, cite.

Composes the parts it is given and constructs none. ``stream`` is the one way through; ``ask`` is its end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.citations import Numbering, coverage
from rag.conversation import Conversations
from rag.errors import GenerationError
from rag.evidence import Selection, Selector
from rag.finding import Finder
from rag.generators.base import Generator
from rag.generators.extractive import ExtractiveGenerator
from rag.library import Library
from rag.phrasing import cut_short, quoted_instead, refusal
from rag.query import Query
from rag.retrieval import Retrieval, Retriever
from rag.schema import Answer, Citation, Hit, Question, Reason, Statement


class Assistant:
    """Answers from one library; ``quoting`` takes over where ``generator`` has nothing to say."""

    def __init__(
        self,
        library: Library,
        conversations: Conversations,
        retriever: Retriever,
        selector: Selector,
        generator: Generator,
        quoting: ExtractiveGenerator,
        passages: int = 10,
    ) -> None:
        self._library = library
        self._conversations = conversations
        self._retriever = retriever
        self._finder = Finder(retriever, selector)
        self._generator = generator
        self._quoting = quoting
        self._passages = passages

    def ask(self, question: Question) -> Answer:
        """The complete answer."""
        *_, answer = self.stream(question)
        if not isinstance(answer, Answer):
            raise TypeError("a stream ends with its answer")
        return answer

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The answer's text piece by piece as it comes, then the complete answer.

        The pieces put together are the complete answer's text.
        """
        started = time.perf_counter()
        for piece in self._pieces(question):
            if isinstance(piece, Answer):
                citations = self._with_printings(piece.citations, question.within)
                seconds = time.perf_counter() - started
                yield replace(piece, citations=citations, seconds=seconds)
            else:
                yield piece

    def _with_printings(
        self, citations: tuple[Citation, ...], within: frozenset[str] | None
    ) -> tuple[Citation, ...]:
        """The citations, each naming the other printings of its speech that the question allows."""
        return tuple(
            replace(
                citation,
                also_in=tuple(
                    one
                    for one in self._library.printings_of(citation.document.doc_id)
                    if one.doc_id != citation.document.doc_id
                    and (within is None or one.doc_id in within)
                ),
            )
            for citation in citations
        )

    def search(self, question: Question, k: int) -> tuple[Hit, ...]:
        """The ``k`` best passages, best first, without an answer."""
        self._library.refresh()
        return self._retriever.retrieve(self._conversations.query(question), k).hits

    def _pieces(self, question: Question) -> Iterator[str | Answer]:
        self._library.refresh()
        if not self._library.chunk_count:
            yield from self._refused(question, Reason.EMPTY_LIBRARY, Retrieval.empty())
            return
        if not question.text.strip():
            yield from self._refused(question, Reason.NO_EVIDENCE, Retrieval.empty())
            return
        query = self._conversations.query(question)
        retrieval, selection = self._finder.find(query, self._passages)
        if selection.reason is not None:
            yield from self._refused(question, selection.reason, retrieval, selection)
            return
        yield from self._answered(question, query, selection, retrieval)

    def _answered(
        self, question: Question, query: Query, selection: Selection, retrieval: Retrieval
    ) -> Iterator[str | Answer]:
        """What the generator says; where it says nothing for a reason that passes, what is quoted."""
        grown, generator, trouble = _Growing(), self._generator, ""
        try:
            for said in generator.statements(query, selection, retrieval):
                if isinstance(said, Reason):
                    yield from self._refused(question, said, retrieval, selection)
                    return
                yield grown.add(said) if said else ""  # lets a caller that is gone stop the work
        except GenerationError as error:
            trouble = str(error)
        notice = cut_short(trouble) if trouble else None
        if trouble and not grown.statements:
            generator, notice = self._quoting, quoted_instead(trouble)
            yield from map(grown.add, generator.statements(query, selection, retrieval))
        if not grown.statements:
            yield from self._refused(question, Reason.UNVERIFIED, retrieval, selection)
            return
        if generator is self._quoting:
            yield from map(grown.add, _remark(selection))
        yield Answer(
            question=question.text,
            text=grown.text,
            answered=True,
            short_answer=_cited(selection.short_answer, grown.numbering.citations),
            citations=grown.numbering.citations,
            hits=retrieval.hits,
            coverage=coverage(grown.statements),
            confidence=selection.confidence,
            generator=generator.name,
            notice=notice,
        )

    def _refused(
        self,
        question: Question,
        reason: Reason,
        retrieval: Retrieval,
        selection: Selection | None = None,
    ) -> Iterator[str | Answer]:
        """A short sentence that says why there is no answer, with the nearest passage if any."""
        numbering = Numbering()
        nearest = selection.evidence[:1] if selection else ()
        statement = Statement(refusal(reason), tuple(e.quote for e in nearest), supported=False)
        text = numbering.cited(statement)
        yield text
        yield Answer(
            question=question.text,
            text=text,
            answered=False,
            reason=reason,
            citations=numbering.citations,
            hits=retrieval.hits,
            confidence=selection.confidence if selection else None,
            generator=self._generator.name,
        )


class _Growing:
    """An answer as it grows."""

    def __init__(self) -> None:
        self.numbering = Numbering()
        self.statements: list[Statement] = []
        self.text = ""

    def add(self, statement: Statement) -> str:
        """The statement with its markers, which the text now ends with."""
        piece = self.numbering.cited(statement)
        self.statements.append(statement)
        self.text += piece
        return piece


def _cited(short_answer: str | None, citations: Sequence[Citation]) -> str | None:
    """The short answer, if what was said rests on a quote that has it."""
    if short_answer and any(short_answer in citation.quote for citation in citations):
        return short_answer
    return None


def _remark(selection: Selection) -> Iterator[Statement]:
    """What the reader should know of the evidence: a part without an answer, a point that is missing."""
    if selection.remark:
        yield Statement(selection.remark, (), supported=False, is_remark=True)
