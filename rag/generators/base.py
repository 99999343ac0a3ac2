"""What a generator is. Knows no generator by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from rag.evidence import Selection
from rag.query import Query
from rag.retrieval import Retrieval
from rag.schema import Reason, Statement


class Generator(Protocol):
    """Puts the evidence into words."""

    @property
    def name(self) -> str:
        """As it is written in the answer: ``extractive``, ``transformers`` …"""
        ...

    def statements(
        self, query: Query, selection: Selection, retrieval: Retrieval
    ) -> Iterator[Statement | Reason | None]:
        """The answer's sentences, each as soon as it stands.

        A reason instead says that there is no answer, and ends it. ``None`` says that the work goes
        on, so that a caller can stop it.

        Raises:
            GenerationError: nothing, or nothing more, can be said.
        """
        ...
