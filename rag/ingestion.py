"""Files into the library: read, split, cut, encode, store; one transaction a source.

Files are read ahead in a thread while passages are encoded; passages of several files are encoded
together. Vectors are stored as soon as they are made, sources in the order they came, so a run that
was cut off goes on where it stopped. Knows nothing of the derived indexes.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from embeddings.encoder import Encoder
from rag.chunking import CHUNKER_VERSION, chunks_of, indexed_text
from rag.corpus import Corpus, DocumentEntry, SourceRecord, corrected, packed
from rag.corpus_writer import CorpusWriter, PreparedDocument
from rag.duplicates import shingles_of, signature_of
from rag.errors import ReadError
from rag.outline import missing_numbers
from rag.readers import Worker, given_beside, read
from rag.schema import Chunk, Document, Metadata, SourceText
from rag.speeches import PARSER_VERSION, documents_of

VERSIONS = f"{PARSER_VERSION}.{CHUNKER_VERSION}"
_WINDOW = 256  # chunks encoded together: enough to sort by length, few enough to be stored soon
_FIRST_WINDOW = 32  # the first are fewer, so that encoding begins before much is read; then doubled
_MOST_NUMBERS = 8  # missing outline numbers that a note lists
_FILES_AHEAD = 64
_BYTES_AHEAD = 32_000_000

Status = Literal["added", "unchanged", "updated", "failed"]


@dataclass(frozen=True, slots=True)
class DocumentName:
    """Which document this is, for reports."""

    doc_id: str
    title: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of one source."""

    path: str
    status: Status
    documents: tuple[DocumentName, ...] = ()
    chunks: int = 0
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest has come."""

    sources_done: int
    sources: int
    chunks_encoded: int  # in this run
    chunks_waiting: int  # read and not yet encoded
    path: str  # the source at hand
    share: float = 0.0  # of the bytes of all sources; the rest tells how long it will take


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A source before its vectors are there, or the report where nothing has to be done."""

    path: Path
    report: SourceReport | None = None
    size: int = 0  # bytes
    record: SourceRecord | None = None
    documents: tuple[PreparedDocument, ...] = ()
    texts: tuple[str, ...] = ()  # the indexed text of each chunk of each document

    @property
    def contents(self) -> list[bytes]:
        return [content for item in self.documents for content in item.contents]


class Ingestion:
    """One run over a list of files."""

    def __init__(
        self,
        corpus: Corpus,
        writer: CorpusWriter,
        encoder: Encoder,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._corpus = corpus
        self._writer = writer
        self._encoder = encoder
        self._on_progress = on_progress
        self._done = self._total = self._encoded = self._waiting = 0
        self._bytes = self._bytes_done = 0

    def run(self, paths: Sequence[Path]) -> Iterator[SourceReport]:
        """Ingest the files in order; a report follows when its source is safely stored."""
        sized = [(path, path.stat().st_size if path.is_file() else 0) for path in paths]
        self._total, self._bytes = len(sized), sum(size for _, size in sized)
        waiting: list[_Prepared] = []
        chunks, window = 0, _FIRST_WINDOW
        for prepared in self._read_ahead(sized):
            waiting.append(prepared)
            chunks += len(prepared.texts)
            if chunks >= window or (chunks == 0 and prepared.report is not None):
                yield from self._finish(waiting)
                window = min(2 * window, _WINDOW) if chunks else window
                waiting, chunks = [], 0
        yield from self._finish(waiting)

    def _read_ahead(self, sized: Sequence[tuple[Path, int]]) -> Iterator[_Prepared]:
        """Prepare files in a thread, a bounded stretch ahead of the one that is taken."""
        ahead: deque[tuple[Future[_Prepared], int]] = deque()
        held = 0
        rest = iter(sized)
        pool = ThreadPoolExecutor(1, "jianghua-reader")
        worker = Worker()
        try:
            following = next(rest, None)
            while following is not None or ahead:
                while following is not None and len(ahead) < _FILES_AHEAD and held < _BYTES_AHEAD:
                    path, size = following
                    ahead.append((pool.submit(self._prepare, path, worker), size))
                    held += size
                    following = next(rest, None)
                future, size = ahead.popleft()
                held -= size
                yield replace(future.result(), size=size)
        finally:
            pool.shutdown(cancel_futures=True)
            worker.close()

    def _prepare(self, path: Path, worker: Worker) -> _Prepared:
        try:
            return self._prepared(path, worker)
        except ReadError as error:
            return _Prepared(path, _failure(path, str(error)))
        except OSError as error:
            return _Prepared(path, _failure(path, f"cannot be opened: {error.strerror}"))

    def _prepared(self, path: Path, worker: Worker) -> _Prepared:
        name = source_name(path)
        sha256 = _sha256(path)
        given = given_beside(path)
        known = self._corpus.source(name)
        if known is not None and (known.sha256, known.given, known.versions) == (
            sha256,
            packed(given),
            VERSIONS,
        ):
            return _Prepared(path, _report(path, "unchanged", known, self._corpus.entries(name)))
        reading = read(path, worker)
        items, texts = self._documents(reading.texts, given)
        if not items:
            raise ReadError("has no text that could be a speech")
        record = SourceRecord(
            name,
            sha256,
            path.stat().st_size,
            packed(given),
            reading.encoding,
            (*reading.notes, *_outline_notes([item.document for item in items])),
            VERSIONS,
        )
        return _Prepared(path, record=record, documents=tuple(items), texts=tuple(texts))

    def _documents(
        self, texts: Sequence[SourceText], given: Metadata
    ) -> tuple[list[PreparedDocument], list[str]]:
        """The documents of a source, each once, and the indexed texts of all their chunks."""
        seen: dict[str, Document] = {}
        items: list[PreparedDocument] = []
        indexed: list[str] = []
        for text in texts:
            told = replace(text, given=text.given.filled_from(given))
            for document in documents_of(told):
                if _is_repeated(document, seen):
                    continue
                item, own = prepared_document(
                    self._corpus,
                    document,
                    self._encoder.fingerprint,
                    given=told.given != Metadata(),
                )
                items.append(item)
                indexed += own
        return items, indexed

    def _finish(self, waiting: Sequence[_Prepared]) -> Iterator[SourceReport]:
        self._encode(waiting)
        for prepared in waiting:
            report = prepared.report or self._store(prepared)
            self._done += 1
            self._bytes_done += prepared.size
            self._tell(prepared.path)
            yield report

    def _encode(self, waiting: Sequence[_Prepared]) -> None:
        """Make the vectors that are not there yet, and keep them at once."""
        texts = {
            content: text
            for prepared in waiting
            for content, text in zip(prepared.contents, prepared.texts, strict=True)
        }
        known = self._corpus.known_vectors(list(texts))
        missing = [content for content in texts if content not in known]
        self._waiting = len(missing)
        for start in range(0, len(missing), _WINDOW):
            block = missing[start : start + _WINDOW]
            rows = self._encoder.encode_documents([texts[content] for content in block])
            self._writer.put_vectors(block, rows)
            self._encoded += len(block)
            self._waiting -= len(block)
            share = (start + len(block)) / len(missing)
            self._tell(waiting[0].path, share * sum(prepared.size for prepared in waiting))

    def _store(self, prepared: _Prepared) -> SourceReport:
        record = prepared.record
        if record is None:
            raise ValueError("a prepared source has either a report or a record")
        status: Status = "updated" if self._corpus.source(record.path) else "added"
        try:
            self._writer.put_source(record, prepared.documents, self._former_paths(record))
        except ReadError as error:
            return _failure(prepared.path, str(error))
        return _report(prepared.path, status, record, self._corpus.entries(record.path))

    def _former_paths(self, record: SourceRecord) -> list[str]:
        """Where a file lay that has since been moved, so that it does not count twice."""
        known = self._corpus.paths_of(record.sha256)
        return [path for path in known if path != record.path and not Path(path).exists()]

    def _tell(self, path: Path, bytes_encoded: float = 0.0) -> None:
        """Say how far the run has come; ``bytes_encoded`` are of sources not yet stored."""
        if self._on_progress is not None:
            share = (self._bytes_done + bytes_encoded) / max(self._bytes, 1)
            self._on_progress(
                Progress(self._done, self._total, self._encoded, self._waiting, str(path), share)
            )


def prepared_document(
    corpus: Corpus, document: Document, fingerprint: str, *, given: bool
) -> tuple[PreparedDocument, list[str]]:
    """A document ready to be stored, and the indexed text of each of its chunks.

    It is cut and indexed under its corrected metadata, and stored with its own.
    """
    corrections = corpus.corrections(document.doc_id)
    mended = replace(document, metadata=corrected(document.metadata, corrections))
    chunks: tuple[Chunk, ...] = chunks_of(mended)
    texts = [indexed_text(mended, chunk) for chunk in chunks]
    contents = tuple(content_hash(fingerprint, text) for text in texts)
    signature = signature_of(shingles_of(document))
    return PreparedDocument(document, chunks, contents, given, signature), texts


def content_hash(fingerprint: str, text: str) -> bytes:
    """Where the vector lies that this encoder makes of this text."""
    return hashlib.blake2b(f"{fingerprint}\0{text}".encode(), digest_size=16).digest()


def source_name(path: Path) -> str:
    """The name under which a file is known: its absolute path, unreadable bytes written out."""
    name = str(path.absolute())
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_repeated(document: Document, seen: dict[str, Document]) -> bool:
    """Whether the source brought this document already; note it as brought.

    Raises:
        ReadError: Its id stands for two texts.
    """
    earlier = seen.setdefault(document.doc_id, document)
    if earlier.text != document.text:
        raise ReadError(f"the id {document.doc_id} is given to two different texts")
    return earlier is not document


def _outline_notes(documents: Sequence[Document]) -> list[str]:
    """What the outlines of a source's speeches leave out: 一、 三、 without 二."""
    notes = []
    for document in documents:
        missing = missing_numbers(document.sections)
        if missing:
            listed = " ".join(missing[:_MOST_NUMBERS]) + " …" * (len(missing) > _MOST_NUMBERS)
            whose = f"{document.title}: " if len(documents) > 1 else ""
            notes.append(f"{whose}the outline leaves out {listed}")
    return notes


def _failure(path: Path, error: str) -> SourceReport:
    return SourceReport(str(path), "failed", error=error)


def _report(
    path: Path, status: Status, record: SourceRecord, documents: Sequence[DocumentEntry]
) -> SourceReport:
    return SourceReport(
        str(path),
        status,
        tuple(DocumentName(entry.doc_id, entry.title, entry.metadata) for entry in documents),
        sum(entry.chunks for entry in documents),
        record.encoding,
        record.notes,
    )
