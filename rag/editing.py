"""A library that only editors change, whatever page or route the change comes by.

The guard in front of all routes sees addresses; behind one address Gradio has many functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import JianghuaError
from rag.schema import Document, Holdings, Printing
from rag.services import Library
from rag.users import Role
from rag.visitors import Who

if TYPE_CHECKING:
    from rag.corpus import DocumentEntry
    from rag.ingestion import Progress, SourceReport


class NotAnEditorError(JianghuaError):
    """Only editors change the library."""


class EditorsOnly:
    """Reads for everybody and changes for editors."""

    def __init__(self, library: Library, who: Who, refusal: str) -> None:
        """Take the library, who says who asks, and what those are told who may not."""
        self._library = library
        self._who = who
        self._refusal = refusal

    def correct(self, doc_id: str, field: str, value: str | None) -> None:
        """Mends a metadata field for good, for an editor."""
        self._check()
        self._library.correct(doc_id, field, value)

    def ingest(
        self, paths: Iterable[Path], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[SourceReport]:
        """Takes files in, for an editor."""
        self._check()
        return self._library.ingest(paths, on_progress)

    def remove(self, doc_ids: Iterable[str]) -> None:
        """Takes speeches out, for an editor."""
        self._check()
        self._library.remove(doc_ids)

    def _check(self) -> None:
        if not self._who().may(Role.EDITOR):
            raise NotAnEditorError(self._refusal)

    # ---- reading

    @property
    def root(self) -> Path:
        """The library's folder."""
        return self._library.root

    def holdings(self) -> Holdings:
        """How much there is."""
        return self._library.holdings()

    def documents(self) -> Sequence[DocumentEntry]:
        """All speeches."""
        return self._library.documents()

    def document(self, doc_id: str) -> Document:
        """A speech."""
        return self._library.document(doc_id)

    def printings_of(self, doc_id: str) -> Sequence[Printing]:
        """All documents that are the same speech."""
        return self._library.printings_of(doc_id)

    def was_removed(self, doc_id: str) -> bool:
        """Whether there was a speech with this id that is no longer there."""
        return self._library.was_removed(doc_id)

    def original(self, doc_id: str) -> Path | None:
        """The file that a speech came from."""
        return self._library.original(doc_id)
