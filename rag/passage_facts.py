"""What a reader that sees one passage alone cannot know: of which place, whom and which year the passage speaks.

A county's report says 全县, 集团公司 and 比上年 where the question says 岫阳县, 神溪矿业 and 2022年. Knows rules about
words, no networks.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.consistency import is_look_alike
from rag.earlier_subject import subject_before
from rag.home_place import home_named_in
from rag.query import Query
from rag.reading.reader import PassageReading
from rag.schema import Hit, Quote, documents_of
from rag.sentences import sentences


class PassageFacts:
    """Place, subject and year of passages, as far as one question names them."""

    def __init__(self, query: Query, hits: Sequence[Hit] = ()) -> None:
        """Of passages of ``hits``; where they are given, each speech is seen beside the others."""
        self._query = query
        self._documents = documents_of(hits)

    def told(self, hit: Hit, context: str) -> str:
        """What the question names and the passage means by 全县 or 集团公司, a line each; empty if there is no such thing.

        Args:
            hit: A passage.
            context: What stands above it.
        """
        question, document = self._query.text, hit.document
        place = home_named_in(question, document, self._documents)
        subject = subject_before(question, document, hit.chunk.start, f"{context}\n{hit.text}")
        return "\n".join(one for one in (place, subject) if one and one not in context)

    def settles(self, hit: Hit, reading: PassageReading) -> bool:
        """Whether the sentence in which a passage seems to answer tells of the year and place that are asked about."""
        place, start = reading.best(), hit.chunk.start
        return place is None or not any(
            is_look_alike(
                self._query,
                Quote(hit.document, start + span.start, start + span.end),
                hit,
                self._documents,
            )
            for span in sentences(hit.text)
            if span.start <= place.span.start < span.end
        )
