"""The default generator: the evidence itself, verbatim, with fixed connecting words. Cannot invent."""

from __future__ import annotations

from collections.abc import Iterator

from rag.evidence import Selection
from rag.query import Query
from rag.retrieval import Retrieval
from rag.schema import Statement


class ExtractiveGenerator:
    """Says what the evidence says, in its words."""

    name = "extractive"

    def statements(
        self, query: Query, selection: Selection, retrieval: Retrieval
    ) -> Iterator[Statement]:
        """One statement for each piece of evidence, in the order of the selection."""
        for evidence in selection.evidence:
            words = evidence.words or "".join(evidence.quote.text.split("\n"))
            yield Statement(words, (evidence.quote,), supported=evidence.verbatim)
