"""What a reader that sees one passage alone cannot know: of which place and year the passage speaks.

A county's report says 全县 and 比上年 where the question says 岫阳县 and 2022年. Knows rules about places and years, no
networks.
"""

from __future__ import annotations

from rag.consistency import is_look_alike
from rag.home_place import home_named_in
from rag.query import Query
from rag.reading.reader import PassageReading
from rag.schema import Hit, Quote
from rag.sentences import sentences


class PassageFacts:
    """Place and year of passages, as far as one question names them."""

    def __init__(self, query: Query) -> None:
        self._query = query

    def place(self, hit: Hit, context: str) -> str:
        """The place of the question if the speech means it by 全县; empty if it does not, or the context names it.

        Args:
            hit: A passage.
            context: What stands above it.
        """
        place = home_named_in(self._query.text, hit.document)
        return place if place and place not in context else ""

    def settles(self, hit: Hit, reading: PassageReading) -> bool:
        """Whether the sentence in which a passage seems to answer tells of the year and place that are asked about."""
        place, start = reading.best(), hit.chunk.start
        return place is None or not any(
            is_look_alike(
                self._query, Quote(hit.document, start + span.start, start + span.end), hit
            )
            for span in sentences(hit.text)
            if span.start <= place.span.start < span.end
        )
