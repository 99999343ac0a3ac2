"""The default generator: the evidence itself, verbatim, with fixed connecting words. Cannot invent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from rag.evidence import Selection
from rag.query import Query
from rag.retrieval import Retrieval
from rag.schema import Quote, Statement


class ExtractiveGenerator:
    """Says what the evidence says, in its words."""

    name = "extractive"

    def statements(
        self, query: Query, selection: Selection, retrieval: Retrieval
    ) -> Iterator[Statement]:
        """One statement for each piece of evidence, in the order of the selection."""
        for evidence in selection.evidence:
            words = evidence.words or _in_one_line(evidence.quote)
            yield Statement(words, (evidence.quote,), supported=evidence.verbatim)


def _in_one_line(quote: Quote) -> str:
    """The quote without its line breaks; a heading or paragraph that no stop ends keeps a blank behind it."""
    headings = {section.start - quote.start for section in quote.document.sections}
    lines = quote.text.split("\n")
    said, at = "", 0
    for line, following in zip_longest(lines, lines[1:]):
        ends = following == "" or at in headings
        said += line + (" " if ends and line[-1:].isalnum() and following is not None else "")
        at += len(line) + 1
    return said
