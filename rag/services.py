"""What the web needs of the assistant and the library; the web constructs neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.errors import JianghuaError
from rag.schema import Answer, Document, Hit, Holdings, Printing, Question
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.corpus import DocumentEntry
    from rag.ingestion import Progress, SourceReport


def said_of(error: JianghuaError, library: Library) -> str:
    """What a visitor is told of an error: everything but where the server keeps its library."""
    said = str(error)
    for root in dict.fromkeys((str(library.root), str(library.root.resolve()))):
        said = said.replace(f"{root}/", "").replace(f" {root}", "").replace(root, "")
    return said


class Assistant(Protocol):
    """Answers questions."""

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The pieces of the answer's text as they come, the complete answer last."""

    def search(self, question: Question, k: int) -> Sequence[Hit]:
        """The ``k`` best passages, best first."""

    def near(self, topic: str) -> Sequence[Hit]:
        """The passages that stand out by their nearness in meaning, nearest first."""


class SettingsDesk(Protocol):
    """Has the settings, and changes them while the server runs."""

    @property
    def settings(self) -> Settings:
        """What holds now."""

    @property
    def fixed(self) -> Mapping[str, str]:
        """The settings that cannot be changed here, with the variable or option that sets them."""

    def adjust(self, changes: Mapping[str, str]) -> None:
        """Changes settings for now and later; raises ``JianghuaError`` and then changes none."""


class Library(Protocol):
    """Keeps the speeches."""

    @property
    def root(self) -> Path:
        """The library's folder."""

    def holdings(self) -> Holdings:
        """How much there is; raises ``LibraryError`` where it cannot be read."""

    def documents(self) -> Sequence[DocumentEntry]:
        """All speeches."""

    def document(self, doc_id: str) -> Document:
        """A speech; raises ``UnknownDocumentError``."""

    def printings_of(self, doc_id: str) -> Sequence[Printing]:
        """All documents that are the same speech, itself included; empty where there is no other."""

    def was_removed(self, doc_id: str) -> bool:
        """Whether there was a speech with this id that is no longer there."""

    def original(self, doc_id: str) -> Path | None:
        """The file that a speech came from, if it is still there and unchanged."""

    def correct(self, doc_id: str, field: str, value: str | None) -> None:
        """Mends a metadata field for good; raises ``UnknownDocumentError``."""

    def ingest(
        self, paths: Iterable[Path], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[SourceReport]:
        """Takes files in, one report each."""

    def remove(self, doc_ids: Iterable[str]) -> None:
        """Takes speeches out; raises ``UnknownDocumentError``."""
