"""The layout of the library's SQLite file, as numbered steps that are never changed once released.

Step n takes a file of version n - 1 to version n; SQLite's ``user_version`` holds the version.
"""

from __future__ import annotations

import sqlite3

from rag.errors import LibraryError

_STEPS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    INSERT INTO meta VALUES ('generation', 0);

    CREATE TABLE sources (
        key INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        sha256 TEXT NOT NULL,            -- of the bytes; '' makes the next ingest read it again
        size INTEGER NOT NULL,
        given TEXT NOT NULL,             -- metadata given beside the file, as JSON
        encoding TEXT NOT NULL,
        notes TEXT NOT NULL,             -- JSON list
        versions TEXT NOT NULL,          -- of parser and chunker
        ingested_at TEXT NOT NULL
    );

    CREATE TABLE documents (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        doc_id TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL,
        metadata TEXT NOT NULL,          -- JSON object, empty fields left out
        sections TEXT NOT NULL,          -- JSON list, always read with the document as a whole
        chrome TEXT NOT NULL,            -- JSON list of [start, end]
        pages TEXT NOT NULL,             -- JSON list of offsets
        described_by INTEGER REFERENCES sources ON DELETE SET NULL,
        given INTEGER NOT NULL,          -- whether its metadata were given, not parsed
        added_at TEXT NOT NULL
    );

    CREATE TABLE source_documents (
        source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        position INTEGER NOT NULL,
        PRIMARY KEY (source, document)
    ) WITHOUT ROWID;
    CREATE INDEX source_documents_document ON source_documents (document);

    CREATE TABLE vectors (
        key INTEGER PRIMARY KEY,
        content BLOB NOT NULL UNIQUE,    -- hash of encoder and indexed text
        row BLOB NOT NULL                -- float16, little-endian
    );

    CREATE TABLE chunks (                -- a document's keys are consecutive
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        start INTEGER NOT NULL,
        end INTEGER NOT NULL,
        section INTEGER,
        vector INTEGER NOT NULL,
        generation INTEGER NOT NULL      -- when it was added
    );
    CREATE INDEX chunks_document ON chunks (document);
    CREATE INDEX chunks_generation ON chunks (generation);

    CREATE TABLE removed_chunks (key INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
    CREATE INDEX removed_chunks_generation ON removed_chunks (generation);

    CREATE TABLE removed_documents (
        doc_id TEXT PRIMARY KEY, title TEXT NOT NULL, removed_at TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE corrections (           -- metadata mended by hand; outlive a new ingest
        doc_id TEXT NOT NULL, field TEXT NOT NULL, value TEXT, corrected_at TEXT NOT NULL,
        PRIMARY KEY (doc_id, field)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE signatures (            -- of texts, to find duplicates
        document INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
        signature BLOB NOT NULL          -- uint32, little-endian
    );
    CREATE TABLE signature_bands (
        band INTEGER NOT NULL,
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        PRIMARY KEY (band, document)
    ) WITHOUT ROWID;
    CREATE INDEX signature_bands_document ON signature_bands (document);

    CREATE TABLE duplicates (            -- pairs of documents that are one speech
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        other INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        similarity REAL NOT NULL,
        PRIMARY KEY (document, other)
    ) WITHOUT ROWID;
    CREATE INDEX duplicates_other ON duplicates (other);

    UPDATE sources SET sha256 = '';      -- the next ingest reads them again and signs their texts
    """,
)
VERSION = len(_STEPS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to ``VERSION``, each step in a transaction of its own.

    Raises:
        LibraryError: A newer program wrote the file.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise LibraryError(
            f"the library has layout {version}, this program knows up to {VERSION}; "
            "install the newer Jianghua that wrote it"
        )
    for number in range(version + 1, VERSION + 1):
        step = _STEPS[number - 1]
        connection.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;")
