"""A library of speeches in one folder: put in, take out, look up, search; a facade.

Readers in any number of processes go on while one process writes. A ``Library`` may be used from
many threads. What only a change needs is imported for that: parsing speeches takes a tenth of
a second to load, for which no question should wait. Knows nothing of questions, fusion or answers.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from rag.corpus import Corpus, DocumentEntry, EncoderIdentity, corrected
from rag.corpus_writer import CorpusWriter, writing
from rag.derived import Derived
from rag.document_cache import DocumentCache
from rag.errors import (
    EncoderMismatchError,
    LibraryBusyError,
    UnknownDocumentError,
    UnknownLibraryError,
    UsageError,
)
from rag.originals import original_of
from rag.printings import Printings
from rag.schema import Chunk, Document, Holdings, Metadata, Printing
from rag.write_lock import write_lock

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from rag.ingestion import Progress, SourceReport
    from rag.verification import VerifyReport

Found = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Chunk keys (n,) and their scores (n,), best first."""

_FILE = "library.sqlite3"
_LOCK_SECONDS = 1.0  # another process may just be catching up
_CATCH_UP_CHUNKS = 10_000  # new chunks after which a long ingest makes them searchable
_SAVED_GROWN_BY = 0.25  # meanwhile; at the end in any case


class Library:
    """An open library."""

    def __init__(self, root: Path, corpus: Corpus, encoder: Encoder | None) -> None:
        """Take over an open corpus; ``open`` and ``create`` do what is usually wanted."""
        self.root = root
        self._corpus = corpus
        self._encoder = encoder
        self._derived: Derived | None = None
        self._derived_folder = root / "derived"
        self._catching_up = threading.Lock()
        self._cache = DocumentCache(corpus)
        self._printings = Printings(corpus)

    @classmethod
    def open(cls, root: Path, encoder: Encoder | None = None) -> Self:
        """Open the library in the folder ``root``.

        Args:
            root: The library's folder.
            encoder: Needed only to ingest and to correct; checked against the stored vectors.

        Raises:
            UnknownLibraryError: There is no library.
            EncoderMismatchError: The vectors are another encoder's.
            LibraryError: The file is damaged or of a newer layout.
        """
        if not (root / _FILE).is_file():
            raise UnknownLibraryError(
                f"there is no library in {root}; make one with: "
                f"jianghua ingest PATH --library {root}"
            )
        library = cls(root, Corpus(root / _FILE), encoder)
        if encoder is not None:
            library._check_encoder(encoder)
        return library

    @classmethod
    def create(cls, root: Path, encoder: Encoder | None = None) -> Self:
        """Open the library in ``root``, making an empty one where there is none.

        Raises:
            UsageError: The folder cannot be made.
            EncoderMismatchError: The vectors are another encoder's.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"the library folder {root} cannot be made: {error}") from error
        if not (root / _FILE).exists():
            Corpus(root / _FILE).close()
        return cls.open(root, encoder)

    def close(self) -> None:
        """Release the files."""
        self._corpus.close()

    def source_paths(self) -> list[Path]:
        """The files that the library's speeches came from, in order of arrival."""
        return [Path(path) for path in self._corpus.source_paths()]

    def holdings(self) -> Holdings:
        """How much there is in the library, and whose vectors."""
        encoder = self._corpus.encoder
        return Holdings(*self._corpus.counts(), encoder.fingerprint if encoder else None)

    def original(self, doc_id: str) -> Path | None:
        """The file that the document came from, if it is still there with the same bytes.

        Raises:
            UnknownDocumentError: There is no such document.
        """
        return original_of(self._corpus, self._key_of(doc_id))

    def documents(self) -> tuple[DocumentEntry, ...]:
        """All documents without their texts, in order of arrival."""
        return self._corpus.entries()

    def document(self, doc_id: str) -> Document:
        """A document with its text.

        Raises:
            UnknownDocumentError: There is none with this id; says whether there was one.
        """
        return self._cache.load([self._key_of(doc_id)])[0]

    def was_removed(self, doc_id: str) -> bool:
        """Whether the document was in the library once and is no longer."""
        return self._corpus.was_removed(doc_id)

    def printings_of(self, doc_id: str) -> tuple[Printing, ...]:
        """All documents that are the same speech as this one, itself included, earliest first.

        The first of them stands for the speech; empty where there is no other.
        """
        return self._printings.groups().get(doc_id, ())

    def standing_for(
        self,
        keys: NDArray[np.int64],
        within: frozenset[str] | None = None,
    ) -> NDArray[np.int64]:
        """For each chunk key (n,) that of the chunk that stands for it; see ``rag.printings``."""
        return self._printings.standing_for(keys, self._ready().table, within)

    def _key_of(self, doc_id: str) -> int:
        key = self._corpus.key_of(doc_id)
        if key is None:
            state = "no longer" if self.was_removed(doc_id) else "not"
            raise UnknownDocumentError(
                f"the document {doc_id} is {state} in the library {self.root}; "
                "see: jianghua library list"
            )
        return key

    def ingest(
        self, paths: Iterable[Path], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[SourceReport]:
        """Bring files and folders into the library; a report follows each file once it is stored.

        Args:
            paths: Files and folders.
            on_progress: Told after each batch of passages and each file.

        Raises:
            UsageError: A path does not exist, or the library was opened without an encoder.
            LibraryBusyError: Another process is writing.
        """
        from rag.ingestion import Ingestion
        from rag.readers import discover

        encoder = self._needed_encoder()
        files = discover(list(paths)).files
        with self._locked() as writer:
            self._adopt(encoder, writer)
            uncaught = 0
            try:
                run = Ingestion(self._corpus, writer, encoder, on_progress)
                for report in run.run(files):
                    uncaught += report.chunks if report.status in ("added", "updated") else 0
                    if uncaught >= _CATCH_UP_CHUNKS:
                        self._catch_up(grown_by=_SAVED_GROWN_BY)
                        uncaught = 0
                    yield report
            finally:
                self._catch_up()

    def remove(self, doc_ids: Iterable[str]) -> None:
        """Take documents out; ingesting their files again brings them back.

        Raises:
            UnknownDocumentError: One of them is not there; then none is removed.
            LibraryBusyError: Another process is writing.
        """
        keys = [self._key_of(doc_id) for doc_id in dict.fromkeys(doc_ids)]
        with self._locked() as writer:
            writer.remove_documents(keys)
            self._catch_up()

    def correct(self, doc_id: str, field: str, value: str | None) -> None:
        """Mend a metadata field by hand; it stays mended when the file is ingested again.

        Raises:
            ValueError: ``Metadata`` has no such field.
            UnknownDocumentError: There is no such document.
            LibraryBusyError: Another process is writing.
        """
        from rag.ingestion import prepared_document

        names = [f.name for f in fields(Metadata)]
        if field not in names:
            raise ValueError(f"no metadata field {field!r}; expected one of {', '.join(names)}")
        encoder = self._needed_encoder()
        key = self._key_of(doc_id)
        with self._locked() as writer:
            self._adopt(encoder, writer)
            document = self._corpus.documents([key])[key]
            mended = replace(document, metadata=corrected(document.metadata, {field: value}))
            item, texts = prepared_document(self._corpus, mended, encoder.fingerprint, given=False)
            writer.put_vectors(item.contents, encoder.encode_documents(texts))
            writer.put_correction(key, field, value, item)
            self._catch_up()

    def verify(self) -> VerifyReport:
        """Check that what is stored is whole and that the derived indexes agree with it."""
        from rag.verification import VerifyReport, damage_of, disagreements

        problems = list(damage_of(self._corpus).problems)
        if not problems:
            self.refresh()
            problems += disagreements(self._ready(), self._corpus)
        return VerifyReport(*self._corpus.counts(), tuple(problems))

    def repair(self, open_encoder: Callable[[], Encoder] | None = None) -> VerifyReport:
        """Mend what can be mended from what is stored, build the derived indexes anew, and verify.

        Args:
            open_encoder: Called if vectors must be encoded anew and there is no encoder yet.

        Raises:
            UsageError: Vectors must be encoded anew, and there is no encoder.
            EncoderMismatchError: The vectors are another encoder's.
            LibraryBusyError: Another process is writing.
        """
        from rag.repair import mend

        before, unread = self.verify().problems, self._corpus.paths_of("")
        with self._locked() as writer:

            def encoder() -> Encoder:
                self._encoder = self._encoder or (open_encoder() if open_encoder else None)
                self._adopt(encoder := self._needed_encoder(), writer)
                return encoder

            mend(self._corpus, writer, encoder)
            self._derived = None
            shutil.rmtree(self._derived_folder, ignore_errors=True)
            self._catch_up()
        after = self.verify()
        mended = tuple(problem for problem in before if problem not in after.problems)
        marked = tuple(path for path in self._corpus.paths_of("") if path not in unread)
        return replace(after, mended=mended, to_ingest=marked)

    def _needed_encoder(self) -> Encoder:
        if self._encoder is None:
            raise UsageError("this needs an encoder, and the library was opened without one")
        return self._encoder

    def _check_encoder(self, encoder: Encoder) -> None:
        stored = self._corpus.encoder
        if stored is None or stored.fingerprint == encoder.fingerprint:
            return
        if not self._corpus.counts()[2]:  # no vector yet
            return
        raise EncoderMismatchError(
            f"the library {self.root} was built with the encoder {stored.fingerprint} "
            f"({stored.dim} dimensions), now {encoder.fingerprint} ({encoder.dim}) is set; "
            "set the former one, or ingest the files into a new library (--library)"
        )

    def _adopt(self, encoder: Encoder, writer: CorpusWriter) -> None:
        self._check_encoder(encoder)
        if self._corpus.encoder != (own := EncoderIdentity(encoder.fingerprint, encoder.dim)):
            writer.set_encoder(own)
            self._derived = None

    @contextmanager
    def _locked(self) -> Iterator[CorpusWriter]:
        """The right to write, which one process has at a time."""
        with write_lock(self.root, _LOCK_SECONDS), writing(self._corpus.path) as writer:
            yield writer

    @property
    def generation(self) -> int:
        """Grows with each change to what can be found."""
        return self._corpus.generation

    def refresh(self) -> None:
        """See what has been changed since, by other processes too; one small query if nothing was.

        While another thread is catching up, what was there before goes on serving.
        """
        if not self._catching_up.acquire(blocking=self._derived is None):
            return
        try:
            derived = self._derived
            if derived is None or derived.generation != self._corpus.generation:
                derived = self._followed(may_write=False)
            if derived.lags:
                self._mend_on_disk()
        finally:
            self._catching_up.release()

    def _ready(self) -> Derived:
        """The derived indexes, opened on first use."""
        if self._derived is None:
            self.refresh()
        return self._derived or self._followed(may_write=False)

    def _catch_up(self, *, grown_by: float = 0.0) -> None:
        """Bring the derived indexes up to date, and save them where they have grown by so much.

        The caller may write.
        """
        with self._catching_up:
            derived = self._followed(may_write=True)
            derived.grow()
            derived.save(grown_by=grown_by)

    def _mend_on_disk(self) -> None:
        """As ``_catch_up``, unless somebody is writing, who then will do it."""
        try:
            with write_lock(self.root, 0):
                self._followed(may_write=True).save()
        except (LibraryBusyError, PermissionError):
            return

    def _followed(self, *, may_write: bool) -> Derived:
        dim = encoder.dim if (encoder := self._corpus.encoder) is not None else 1
        derived = self._derived
        if derived is None or derived.dim != dim:
            derived = Derived(self._derived_folder, dim)
        derived.catch_up(self._corpus, may_write=may_write)
        self._derived = derived
        return derived

    @property
    def chunk_count(self) -> int:
        """How many chunks can be found."""
        return len(self._ready().table)

    def dense(
        self, row: NDArray[np.float32], k: int, within: frozenset[str] | None = None
    ) -> Found:
        """The chunks whose vectors are nearest to ``row``.

        Args:
            row: Unit row (dim,) of the question.
            k: How many at most.
            within: Only chunks of these documents.

        Returns:
            Keys (n,) and inner products, best first.
        """
        derived = self._ready()
        if not len(derived.table):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        allowed = None if within is None else derived.table.chunks_within(within)
        return _still_there(derived, derived.nearest(row, k, allowed))

    def lexical(self, terms: Sequence[str], k: int, within: frozenset[str] | None = None) -> Found:
        """The chunks that score highest by BM25 for these terms (see ``rag.terms``).

        Args:
            terms: A repeated term weighs as often as it occurs.
            k: How many at most.
            within: Only chunks of these documents.

        Returns:
            Keys (n,) and scores (n,), best first.
        """
        derived = self._ready()
        if derived.lexical is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        allowed = None if within is None else derived.table.documents_within(within)
        return _still_there(derived, derived.lexical.search(terms, k, allowed))

    def dense_scores(
        self, row: NDArray[np.float32], keys: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Inner products (n,) of a unit row with these chunks' vectors; NaN for one removed since."""
        return self._ready().scores(row, keys)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many chunks each term occurs."""
        lexical = self._ready().lexical
        return lexical.document_frequency(terms) if lexical is not None else dict.fromkeys(terms, 0)

    def passages(self, keys: NDArray[np.int64]) -> list[tuple[Document, Chunk]]:
        """The documents and chunks behind these keys, in their order.

        Raises:
            UnknownDocumentError: A chunk has been removed.
        """
        rows = self._corpus.chunks(keys.tolist())
        if len(rows) < len(np.unique(keys)):
            raise UnknownDocumentError("a passage was removed while it was looked up")
        found = [rows[int(key)] for key in keys]
        documents = self._cache.load([document for document, _ in found])
        return [(one, chunk) for one, (_, chunk) in zip(documents, found, strict=True)]

    def present(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each of these chunks (n,) is in the library at this moment.

        Those found by a search may have been removed since; the indexes follow some seconds later.
        """
        return np.isin(keys, list(self._corpus.chunks(keys.tolist())))


def _still_there(derived: Derived, found: Found) -> Found:
    """Without the chunks that another process has added or removed since the last ``refresh``."""
    keys, scores = found
    known = derived.table.documents_of(keys) >= 0
    return keys[known], scores[known]
