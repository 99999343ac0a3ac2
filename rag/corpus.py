"""What the library holds, in one SQLite file: the only truth. Opens it and reads from it.

Documents and chunks are known by integer keys inside the library and by ``doc_id`` outside. Writing
is in ``corpus_writer``; nothing here knows of FAISS, tantivy or an encoder's workings.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import LibraryError
from rag.migrations import migrate
from rag.schema import Chunk, Document, Metadata, Section, Span

_BUSY_SECONDS = 30.0  # a writer's transaction lasts well under a second
_BLOCK = 20_000  # rows of one IN list or of one block of vectors


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A file that has been ingested."""

    path: str
    sha256: str
    size: int
    given: str  # metadata beside the file, as JSON
    encoding: str
    notes: tuple[str, ...]
    versions: str  # of parser and chunker


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document without its text, for lists."""

    doc_id: str
    metadata: Metadata
    title: str
    characters: int
    chunks: int
    sources: tuple[str, ...]
    added_at: str


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its chunks; ``chunks[i]`` has the key ``first_chunk + i``."""

    key: int
    document: Document
    first_chunk: int
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Which encoder made the vectors."""

    fingerprint: str
    dim: int


class Corpus:
    """An open library file. Methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, creating or migrating it where needed.

        Raises:
            LibraryError: The file is not a library, is damaged, or is of a newer layout.
        """
        self.path = path
        self._lock = threading.RLock()
        self._reader = connect(path)
        with translated(path):
            migrate(self._reader)

    @contextmanager
    def snapshot(self) -> Iterator[Corpus]:
        """The library as it is now, whatever is written meanwhile: for reads that must agree."""
        still = Corpus(self.path)
        try:
            still._reader.execute("BEGIN")
            yield still
        finally:
            still.close()

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._reader.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query; for this module and ``verification``."""
        with self._lock, translated(self.path):
            return self._reader.execute(sql, values).fetchall()

    def _rows_of(self, sql: str, keys: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query whose ``IN (?)`` takes ``keys``, in blocks."""
        for start in range(0, len(keys), _BLOCK):
            block = [int(key) for key in keys[start : start + _BLOCK]]
            yield from self.rows(
                sql.replace("(?)", "(SELECT value FROM json_each(?))"), [json.dumps(block)]
            )

    @property
    def generation(self) -> int:
        """Grows with each transaction that changes what can be found; 0 where it was lost."""
        return sum(v for (v,) in self.rows("SELECT value FROM meta WHERE name = 'generation'"))

    @property
    def encoder(self) -> EncoderIdentity | None:
        """The encoder of the stored vectors; ``None`` before the first ingest."""
        values = dict(self.rows("SELECT name, value FROM meta WHERE name LIKE 'encoder%'"))
        if "encoder" not in values:
            return None
        return EncoderIdentity(values["encoder"], values["encoder_dim"])

    def counts(self) -> tuple[int, int, int]:
        """How many sources, documents and chunks there are."""
        tables = ("sources", "documents", "chunks")
        sources, documents, chunks = (
            int(self.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608
            for table in tables
        )
        return sources, documents, chunks

    def source(self, path: str) -> SourceRecord | None:
        """The record of an ingested file."""
        names = [field.name for field in fields(SourceRecord)]
        rows = self.rows(f"SELECT {', '.join(names)} FROM sources WHERE path = ?", [path])  # noqa: S608
        if not rows:
            return None
        record = SourceRecord(*rows[0])
        return replace(record, notes=tuple(json.loads(rows[0][names.index("notes")])))

    def source_paths(self) -> list[str]:
        """The names of all ingested files, in order of arrival."""
        return [path for (path,) in self.rows("SELECT path FROM sources ORDER BY key")]

    def paths_of(self, sha256: str) -> list[str]:
        """The ingested files that had these bytes."""
        return [p for (p,) in self.rows("SELECT path FROM sources WHERE sha256 = ?", [sha256])]

    def _documents_of_source(self, path: str) -> list[int]:
        return [
            key
            for (key,) in self.rows(
                "SELECT document FROM source_documents JOIN sources ON source = key"
                " WHERE path = ? ORDER BY position",
                [path],
            )
        ]

    def entries(self, source: str | None = None) -> tuple[DocumentEntry, ...]:
        """All documents in order of arrival, or those of one file in its order."""
        if source is None:
            keys = [key for (key,) in self.rows("SELECT key FROM documents ORDER BY key")]
        else:
            keys = self._documents_of_source(source)
        return tuple(self.entries_of(keys).values())

    def entries_of(self, keys: Sequence[int]) -> dict[int, DocumentEntry]:
        """The documents with these keys, in their order; without unknown keys."""
        chunks = self._rows_of(
            "SELECT document, count(*) FROM chunks WHERE document IN (?) GROUP BY document", keys
        )
        counts, sources = dict(chunks), self._sources_of(keys)
        corrections = self._corrections()
        found = {
            key: DocumentEntry(
                doc_id,
                known := _metadata(doc_id, stored, corrections.get(doc_id, {})),
                Document(doc_id, head, known).title,
                length,
                counts.get(key, 0),
                tuple(sources.get(key, ())),
                added_at,
            )
            for key, doc_id, stored, head, length, added_at in self._rows_of(
                "SELECT key, doc_id, metadata, substr(text, 1, 200), length(text), added_at"
                " FROM documents WHERE key IN (?)",
                keys,
            )
        }
        return {key: found[key] for key in keys if key in found}

    def _sources_of(self, documents: Sequence[int]) -> dict[int, list[str]]:
        sources: dict[int, list[str]] = {}
        for document, path in self._rows_of(
            "SELECT document, path FROM source_documents JOIN sources ON source = key"
            " WHERE document IN (?) ORDER BY key",
            documents,
        ):
            sources.setdefault(document, []).append(path)
        return sources

    def key_of(self, doc_id: str) -> int | None:
        """The document's key, or ``None`` where the library has no such document."""
        rows = self.rows("SELECT key FROM documents WHERE doc_id = ?", [doc_id])
        return rows[0][0] if rows else None

    def was_removed(self, doc_id: str) -> bool:
        """Whether the library had this document once and has it no longer."""
        return bool(self.rows("SELECT 1 FROM removed_documents WHERE doc_id = ?", [doc_id]))

    def documents(self, keys: Sequence[int]) -> dict[int, Document]:
        """The documents with these keys, corrected; without unknown keys."""
        corrections = self._corrections()
        return {
            key: _document(columns, corrections.get(columns[0], {}))
            for key, *columns in self._rows_of(
                "SELECT key, doc_id, text, metadata, sections, chrome, pages FROM documents"
                " WHERE key IN (?)",
                keys,
            )
        }

    def chunks(self, keys: Sequence[int]) -> dict[int, tuple[int, Chunk]]:
        """The chunks with these keys, each with its document's key; without unknown keys."""
        return {
            key: (document, Chunk(start, end, section))
            for key, document, start, end, section in self._rows_of(
                "SELECT key, document, start, end, section FROM chunks WHERE key IN (?)", keys
            )
        }

    def load(self, keys: Sequence[int]) -> dict[int, StoredDocument]:
        """The documents with these keys and all their chunks; without unknown keys."""
        chunks: dict[int, list[tuple[int, Chunk]]] = {}
        for document, key, start, end, section in self._rows_of(
            "SELECT document, key, start, end, section FROM chunks"
            " WHERE document IN (?) ORDER BY key",
            keys,
        ):
            chunks.setdefault(document, []).append((key, Chunk(start, end, section)))
        loaded = {}
        for key, document in self.documents(keys).items():
            own = chunks.get(key, [])
            first = own[0][0] if own else 0
            loaded[key] = StoredDocument(key, document, first, tuple(chunk for _, chunk in own))
        return loaded

    def corrections(self, doc_id: str) -> dict[str, str | None]:
        """Metadata fields of this document that were mended by hand."""
        return self._corrections().get(doc_id, {})

    def _corrections(self) -> dict[str, dict[str, str | None]]:
        found: dict[str, dict[str, str | None]] = {}
        for doc_id, field, value in self.rows("SELECT doc_id, field, value FROM corrections"):
            found.setdefault(doc_id, {})[field] = value
        return found

    def duplicate_pairs(self) -> list[tuple[int, int]]:
        """Keys of documents that are the same speech."""
        return self.rows("SELECT document, other FROM duplicates ORDER BY 1, 2")

    def chunk_runs(self) -> tuple[NDArray[np.int64], list[str]]:
        """Each document's chunk keys: rows (document, first key, count), and its ``doc_id``.

        Ordered by first key. Documents without chunks are left out.
        """
        rows = self.rows(
            "SELECT document, min(key) AS first, count(*) FROM chunks GROUP BY document ORDER BY first"
        )
        # out of the index on doc_id: each document by its key would be read from among the texts
        names = dict(self.rows("SELECT key, doc_id FROM documents ORDER BY doc_id"))
        runs = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return runs, [names[document] for document, _, _ in rows]

    def added_since(self, generation: int) -> list[int]:
        """Keys of the chunks that came after ``generation`` and are still there, ascending."""
        # + keeps SQLite from going through all chunks in their order instead of the index on generations
        rows = self.rows("SELECT key FROM chunks WHERE generation > ? ORDER BY +key", [generation])
        return [key for (key,) in rows]

    def removed_since(self, generation: int) -> list[int]:
        """Keys of the chunks that went after ``generation``."""
        rows = self.rows("SELECT key FROM removed_chunks WHERE generation > ?", [generation])
        return [key for (key,) in rows]

    def documents_of_chunks(self, keys: Sequence[int]) -> list[int]:
        """Keys of the documents these chunks belong to, each once."""
        rows = self._rows_of("SELECT document FROM chunks WHERE key IN (?) ORDER BY key", keys)
        return list(dict.fromkeys(document for (document,) in rows))

    def vectors(self, keys: Sequence[int], dim: int) -> NDArray[np.float16]:
        """The rows of these chunks (n, dim), of length one within rounding, by ascending key.

        Raises:
            LibraryError: A vector is missing or has another size.
        """
        rows = np.empty((len(keys), dim), dtype=np.float16)
        for start in range(0, len(keys), _BLOCK):
            block = keys[start : start + _BLOCK]
            found = self._rows_of(
                "SELECT row FROM chunks JOIN vectors ON vectors.key = chunks.vector"
                " WHERE chunks.key IN (?) ORDER BY chunks.key",
                block,
            )
            data = b"".join(row for (row,) in found)
            if len(data) != 2 * dim * len(block):
                raise LibraryError(
                    f"{self.path}: vectors are missing or damaged; "
                    "run: jianghua library verify --repair"
                )
            rows[start : start + len(block)] = np.frombuffer(data, "<f2").reshape(-1, dim)
        return rows

    def known_vectors(self, contents: Sequence[bytes]) -> set[bytes]:
        """Which of these content hashes have a vector already."""
        known: set[bytes] = set()
        for start in range(0, len(contents), 500):
            block = contents[start : start + 500]
            marks = ",".join("?" * len(block))
            rows = self.rows(f"SELECT content FROM vectors WHERE content IN ({marks})", block)  # noqa: S608
            known.update(content for (content,) in rows)
        return known


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, its settings made.

    Raises:
        LibraryError: The file is not an SQLite database or cannot be opened.
    """
    with translated(path):
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing; after a power cut the last transactions may be missing,
        # whole, and the next ingest brings them again.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into errors that say what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LibraryError(f"{path} cannot be used: {error}") from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise LibraryError(f"{path} is not a library or is damaged ({error})") from error


def packed(metadata: Metadata) -> str:
    """Metadata as JSON without its empty fields."""
    known = {name: value for name, value in asdict(metadata).items() if value is not None}
    return json.dumps(known, ensure_ascii=False, sort_keys=True)


def corrected(metadata: Metadata, corrections: dict[str, str | None]) -> Metadata:
    """The metadata with the fields mended by hand."""
    return replace(metadata, **corrections)


@contextmanager
def _readable(doc_id: str) -> Iterator[None]:
    """Turn what damaged JSON raises into an error with a way out."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise LibraryError(
            f"the document {doc_id} is damaged ({error}); run: jianghua library verify --repair"
        ) from error


def _metadata(doc_id: str, stored: str, corrections: dict[str, str | None]) -> Metadata:
    with _readable(doc_id):
        return corrected(Metadata(**json.loads(stored)), corrections)


def _document(columns: Sequence[str], corrections: dict[str, str | None]) -> Document:
    doc_id, text, metadata, sections, chrome, pages = columns
    with _readable(doc_id):
        return Document(
            doc_id,
            text,
            _metadata(doc_id, metadata, corrections),
            tuple(Section(*section) for section in json.loads(sections)),
            tuple(Span(*span) for span in json.loads(chrome)),
            tuple(json.loads(pages)),
        )
