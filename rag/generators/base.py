"""What a generator is. Knows no generator by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from rag.evidence import Selection
from rag.query import Query
from rag.retrieval import Retrieval
from rag.schema import Statement


class Generator(Protocol):
    """Puts the evidence into words."""

    @property
    def name(self) -> str:
        """As it is written in the answer: ``extractive``, ``transformers`` …"""
        ...

    def statements(
        self, query: Query, selection: Selection, retrieval: Retrieval
    ) -> Iterator[Statement]:
        """The answer's sentences, each as soon as it stands."""
        ...
