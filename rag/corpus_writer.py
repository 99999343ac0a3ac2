"""Writes to the library's SQLite file: one transaction for one source, all of it or nothing.

The caller holds the library's write lock; readers go on meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.corpus import EncoderIdentity, SourceRecord, connect, packed, translated
from rag.duplicate_links import sign
from rag.duplicates import Signature
from rag.errors import ReadError
from rag.schema import Chunk, Document

_READ_AFRESH = (
    "UPDATE sources SET sha256 = '' WHERE key IN"
    " (SELECT source FROM source_documents WHERE document = ?)"
)
_STRAYS = (  # rows of documents or sources that are not there, and a document without its link
    "DELETE FROM source_documents WHERE source NOT IN (SELECT key FROM sources)"
    " OR document NOT IN (SELECT key FROM documents)",
    "DELETE FROM chunks WHERE document NOT IN (SELECT key FROM documents)",
    "DELETE FROM removed_chunks WHERE key IN (SELECT key FROM chunks)",
    "DELETE FROM signatures WHERE document NOT IN (SELECT key FROM documents)",
    "DELETE FROM signature_bands WHERE document NOT IN (SELECT key FROM documents)",
    "DELETE FROM duplicates WHERE document NOT IN (SELECT key FROM documents)"
    " OR other NOT IN (SELECT key FROM documents)",
    "UPDATE documents SET described_by = NULL WHERE described_by NOT IN (SELECT key FROM sources)",
    "UPDATE sources SET sha256 = '' WHERE key IN (SELECT described_by FROM documents"
    " WHERE key NOT IN (SELECT document FROM source_documents))",
    "INSERT INTO source_documents SELECT described_by, key, key FROM documents"
    " WHERE described_by IS NOT NULL AND key NOT IN (SELECT document FROM source_documents)",
)


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document ready to be stored; chunk i's vector lies under the hash ``contents[i]``."""

    document: Document
    chunks: tuple[Chunk, ...]
    contents: tuple[bytes, ...]
    given: bool  # whether any of its metadata came beside the text
    signature: Signature  # of its text


@contextmanager
def writing(path: Path) -> Iterator[CorpusWriter]:
    """A writer with its own connection, closed at the end."""
    connection = connect(path)
    try:
        with translated(path):
            yield CorpusWriter(connection)
    finally:
        connection.close()


class CorpusWriter:
    """The changes that can be made to a library, each in a transaction of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._sql.execute("ROLLBACK")
            raise
        self._sql.execute("COMMIT")

    @contextmanager
    def _change(self) -> Iterator[int]:
        """A transaction under a new generation."""
        with self._transaction():
            self._sql.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
            yield self._sql.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()[
                0
            ]

    def set_encoder(self, encoder: EncoderIdentity) -> None:
        """Note whose vectors the library holds; those of any other encoder are dropped."""
        with self._transaction():
            self._sql.execute("DELETE FROM vectors")
            self._sql.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [("encoder", encoder.fingerprint), ("encoder_dim", encoder.dim)],
            )

    def put_vectors(self, contents: Sequence[bytes], rows: NDArray[np.float32]) -> None:
        """Keep the vectors (n, dim) of these content hashes, for this run and any later one."""
        blobs = [row.tobytes() for row in rows.astype("<f2")]
        with self._transaction():
            self._sql.executemany(
                "INSERT INTO vectors (content, row) VALUES (?, ?)"
                " ON CONFLICT (content) DO UPDATE SET row = excluded.row",
                zip(contents, blobs, strict=True),
            )

    def drop_unused_vectors(self) -> int:
        """Forget vectors that no chunk refers to; returns how many."""
        with self._transaction():
            return self._sql.execute(
                "DELETE FROM vectors WHERE key NOT IN (SELECT vector FROM chunks)"
            ).rowcount

    def put_source(
        self,
        record: SourceRecord,
        documents: Sequence[PreparedDocument],
        former_paths: Sequence[str] = (),
    ) -> None:
        """Store a source and its documents in place of what it brought before.

        Args:
            record: The source.
            documents: All its documents, in order.
            former_paths: Where the same file lay before; these sources are forgotten.

        Raises:
            ReadError: A document's id belongs to another text of another source.
        """
        with self._change() as generation:
            source = self._put_record(record)
            before = self._linked(source).union(*map(self._forget, former_paths))
            after = [self._put_document(source, item, generation) for item in documents]
            self._sql.execute("DELETE FROM source_documents WHERE source = ?", [source])
            self._sql.executemany(
                "INSERT INTO source_documents VALUES (?, ?, ?)",
                [(source, document, position) for position, document in enumerate(after)],
            )
            self._delete_unlinked(before - set(after), generation)

    def remove_documents(self, keys: Sequence[int]) -> None:
        """Remove documents; their sources are read afresh when they are ingested again."""
        with self._change() as generation:
            for key in keys:
                self._sql.execute(_READ_AFRESH, [key])
                self._delete_document(key, generation)
            self._sql.execute(
                "DELETE FROM sources WHERE key NOT IN (SELECT source FROM source_documents)"
            )

    def put_correction(
        self, document: int, field: str, value: str | None, item: PreparedDocument
    ) -> None:
        """Mend a metadata field by hand and index the document under it.

        Args:
            document: Key of the document.
            field: A field of ``Metadata``.
            value: What is right; ``None`` where nothing is known.
            item: The document's chunks and hashes as they are under the corrected metadata.
        """
        with self._change() as generation:
            self._sql.execute(
                "INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?)",
                [item.document.doc_id, field, value, _now()],
            )
            self._reindex(document, item, generation)

    def reindex(self, document: int, item: PreparedDocument) -> None:
        """Put new chunks in place of the document's own."""
        with self._change() as generation:
            self._reindex(document, item, generation)

    def sign(self, document: int, content: Document, signature: Signature) -> None:
        """Note the signature of a document's text, and which documents are the same speech."""
        with self._change():
            sign(self._sql, document, content, signature)

    def leave_out(self, misplaced: Sequence[int], unreadable: Sequence[int]) -> None:
        """Forget the outline, page chrome and pages of documents until their sources are read anew.

        Args:
            misplaced: Documents whose metadata stay.
            unreadable: Documents whose metadata are forgotten as well.
        """
        keys = [(document,) for document in (*misplaced, *unreadable)]
        with self._change():
            self._sql.executemany(
                "UPDATE documents SET sections = '[]', chrome = '[]', pages = '[]' WHERE key = ?",
                keys,
            )
            self._sql.executemany(
                "UPDATE documents SET metadata = '{}' WHERE key = ?",
                [(document,) for document in unreadable],
            )
            self._sql.executemany(_READ_AFRESH, keys)

    def remove_strays(self) -> None:
        """Put right what refers to nothing, and a generation that is behind what it counts.

        A document that lost its source is linked to the one that described it, or removed; then the
        sources are read afresh when they are ingested again, so that nothing stays lost.
        """
        self._sql.execute("REINDEX")
        with self._transaction():
            self._sql.execute(
                "INSERT OR REPLACE INTO meta SELECT 'generation', max(value) FROM ("
                "SELECT value FROM meta WHERE name = 'generation' UNION ALL SELECT 0"
                " UNION ALL SELECT max(generation) FROM chunks"
                " UNION ALL SELECT max(generation) FROM removed_chunks)"
            )
        with self._change() as generation:
            self._sql.execute(
                "INSERT OR IGNORE INTO removed_chunks SELECT key, ? FROM chunks"
                " WHERE document NOT IN (SELECT key FROM documents)",
                [generation],
            )
            for statement in _STRAYS:
                self._sql.execute(statement)
            orphans = self._sql.execute(
                "SELECT key FROM documents WHERE key NOT IN (SELECT document FROM source_documents)"
            ).fetchall()
            for (key,) in orphans:
                self._delete_document(key, generation)
            if orphans:
                self._sql.execute("UPDATE sources SET sha256 = ''")
            self._sql.execute(
                "DELETE FROM sources WHERE key NOT IN (SELECT source FROM source_documents)"
            )

    def _put_record(self, record: SourceRecord) -> int:
        path, sha256, size, given, encoding, notes, versions = astuple(record)
        key: int = self._sql.execute(
            "INSERT INTO sources"
            " (path, sha256, size, given, encoding, notes, versions, ingested_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET"
            " sha256 = excluded.sha256, size = excluded.size, given = excluded.given,"
            " encoding = excluded.encoding, notes = excluded.notes,"
            " versions = excluded.versions, ingested_at = excluded.ingested_at RETURNING key",
            [
                path,
                sha256,
                size,
                given,
                encoding,
                json.dumps(notes, ensure_ascii=False),
                versions,
                _now(),
            ],
        ).fetchone()[0]
        return key

    def _forget(self, path: str) -> set[int]:
        """Delete a source; returns the documents it held, which may have no source any more."""
        (key,) = self._sql.execute("SELECT key FROM sources WHERE path = ?", [path]).fetchone()
        documents = self._linked(key)
        self._sql.execute("DELETE FROM sources WHERE key = ?", [key])
        return documents

    def _linked(self, source: int) -> set[int]:
        rows = self._sql.execute("SELECT document FROM source_documents WHERE source = ?", [source])
        return {document for (document,) in rows}

    def _put_document(self, source: int, item: PreparedDocument, generation: int) -> int:
        """Insert or bring up to date; returns the key.

        A text that several sources hold is described by the first of them, unless a later one
        gives metadata and the first did not.
        """
        row = self._sql.execute(
            "SELECT key, text, described_by, given FROM documents WHERE doc_id = ?",
            [item.document.doc_id],
        ).fetchone()
        if row is None:
            return self._insert(source, item, generation)
        key, text, described_by, given = row
        if text != item.document.text:
            self._refuse_if_shared(key, source, item.document.doc_id)
        elif described_by not in (source, None) and not (item.given and not given):
            return int(key)
        if not self._is_current(key, item):
            self._describe(key, item, generation)
        self._sql.execute(
            "UPDATE documents SET described_by = ?, given = ? WHERE key = ?",
            [source, item.given, key],
        )
        return int(key)

    def _refuse_if_shared(self, document: int, source: int, doc_id: str) -> None:
        other = self._sql.execute(
            "SELECT path FROM source_documents JOIN sources ON key = source"
            " WHERE document = ? AND source != ?",
            [document, source],
        ).fetchone()
        if other is not None:
            raise ReadError(
                f"the id {doc_id} belongs to another text, from {other[0]}; "
                "give this document another id, or remove the other one first"
            )

    def _insert(self, source: int, item: PreparedDocument, generation: int) -> int:
        key: int = self._sql.execute(
            "INSERT INTO documents"
            " (doc_id, text, metadata, sections, chrome, pages, described_by, given, added_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key",
            [item.document.doc_id, *_columns(item), source, item.given, _now()],
        ).fetchone()[0]
        self._sql.execute("DELETE FROM removed_documents WHERE doc_id = ?", [item.document.doc_id])
        self._put_chunks(key, item, generation)
        sign(self._sql, key, item.document, item.signature)
        return key

    def _is_current(self, key: int, item: PreparedDocument) -> bool:
        """Whether the stored document and its chunks are these already."""
        columns = self._sql.execute(
            "SELECT text, metadata, sections, chrome, pages FROM documents WHERE key = ?", [key]
        ).fetchone()
        chunks = self._sql.execute(
            "SELECT start, end, section, content FROM chunks JOIN vectors ON vectors.key = vector"
            " WHERE document = ? ORDER BY chunks.key",
            [key],
        ).fetchall()
        new = zip(item.chunks, item.contents, strict=True)
        return list(columns) == _columns(item) and chunks == [(*astuple(c), h) for c, h in new]

    def _describe(self, key: int, item: PreparedDocument, generation: int) -> None:
        self._sql.execute(
            "UPDATE documents SET text = ?, metadata = ?, sections = ?, chrome = ?, pages = ?"
            " WHERE key = ?",
            [*_columns(item), key],
        )
        self._reindex(key, item, generation)
        sign(self._sql, key, item.document, item.signature)

    def _reindex(self, key: int, item: PreparedDocument, generation: int) -> None:
        self._delete_chunks(key, generation)
        self._put_chunks(key, item, generation)

    def _put_chunks(self, document: int, item: PreparedDocument, generation: int) -> None:
        self._sql.executemany(
            "INSERT INTO chunks (document, start, end, section, vector, generation)"
            " VALUES (?, ?, ?, ?, (SELECT key FROM vectors WHERE content = ?), ?)",
            [
                (document, chunk.start, chunk.end, chunk.section, content, generation)
                for chunk, content in zip(item.chunks, item.contents, strict=True)
            ],
        )

    def _delete_unlinked(self, documents: set[int], generation: int) -> None:
        for key in sorted(documents):
            linked = self._sql.execute(
                "SELECT 1 FROM source_documents WHERE document = ?", [key]
            ).fetchone()
            if linked is None:
                self._delete_document(key, generation)

    def _delete_document(self, key: int, generation: int) -> None:
        self._delete_chunks(key, generation)
        doc_id, text, metadata = self._sql.execute(
            "DELETE FROM documents WHERE key = ? RETURNING doc_id, substr(text, 1, 200), metadata",
            [key],
        ).fetchone()
        title = json.loads(metadata).get("title") or Document(doc_id, text).title
        self._sql.execute(
            "INSERT OR REPLACE INTO removed_documents VALUES (?, ?, ?)", [doc_id, title, _now()]
        )

    def _delete_chunks(self, document: int, generation: int) -> None:
        self._sql.execute(
            "INSERT INTO removed_chunks SELECT key, ? FROM chunks WHERE document = ?",
            [generation, document],
        )
        self._sql.execute("DELETE FROM chunks WHERE document = ?", [document])


def _columns(item: PreparedDocument) -> list[str]:
    document = item.document
    return [
        document.text,
        packed(document.metadata),
        json.dumps([astuple(section) for section in document.sections], ensure_ascii=False),
        json.dumps([astuple(span) for span in document.chrome]),
        json.dumps(document.pages),
    ]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
