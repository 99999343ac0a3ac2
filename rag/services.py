"""What the web needs of the assistant and the library; the web constructs neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from rag.schema import Answer, Document, Hit, Metadata, Question


class Assistant(Protocol):
    """Answers questions."""

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The pieces of the answer's text as they come, the complete answer last."""

    def search(self, question: Question, k: int) -> Passages:
        """The ``k`` best passages."""


class Passages(Protocol):
    """What a search found."""

    @property
    def hits(self) -> Sequence[Hit]:
        """Passages, best first."""


class Summary(Protocol):
    """A line of the list of speeches."""

    @property
    def doc_id(self) -> str:
        """The speech's id."""

    @property
    def title(self) -> str:
        """Its title, or its first words."""

    @property
    def metadata(self) -> Metadata:
        """What is known about it."""


class Named(Protocol):
    """A speech in a report."""

    @property
    def title(self) -> str:
        """Its title, or its first words."""


class Progress(Protocol):
    """How far an ingest has come."""

    @property
    def sources_done(self) -> int:
        """Files that are in, or failed."""

    @property
    def sources(self) -> int:
        """All files."""

    @property
    def path(self) -> str:
        """The file at hand."""


class SourceReport(Protocol):
    """What became of one file."""

    @property
    def path(self) -> str:
        """The file as it was named."""

    @property
    def status(self) -> str:
        """added, unchanged, updated or failed."""

    @property
    def documents(self) -> Sequence[Named]:
        """The speeches that it holds."""

    @property
    def chunks(self) -> int:
        """How many passages they were cut into."""

    @property
    def encoding(self) -> str | None:
        """The encoding or format that was read."""

    @property
    def notes(self) -> Sequence[str]:
        """What a person should look at."""

    @property
    def error(self) -> str | None:
        """Why it could not be read."""


class Library(Protocol):
    """Keeps the speeches."""

    @property
    def root(self) -> Path:
        """The library's folder."""

    def documents(self) -> Sequence[Summary]:
        """All speeches."""

    def document(self, doc_id: str) -> Document:
        """A speech; raises ``UnknownDocumentError``."""

    def was_removed(self, doc_id: str) -> bool:
        """Whether there was a speech with this id that is no longer there."""

    def ingest(
        self, paths: Iterable[Path], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[SourceReport]:
        """Takes files in, one report each."""

    def remove(self, doc_ids: Iterable[str]) -> None:
        """Takes speeches out; raises ``UnknownDocumentError``."""
