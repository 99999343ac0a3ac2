"""Notes in the library's SQLite file which documents are the same speech; part of its writer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

import numpy as np

from rag.duplicates import (
    PROMISING,
    SAME,
    Signature,
    bands_of,
    likeness,
    shingles_of,
    similarity,
)
from rag.schema import Document, Span


def sign(sql: sqlite3.Connection, key: int, document: Document, signature: Signature) -> None:
    """Keep the signature of a document's text, and link the documents that are the same speech.

    Args:
        sql: A connection within a transaction.
        key: The document's key.
        document: What it says now.
        signature: Of its text.
    """
    for table in ("signatures", "signature_bands", "duplicates"):
        sql.execute(f"DELETE FROM {table} WHERE document = ?", [key])  # noqa: S608
    sql.execute("DELETE FROM duplicates WHERE other = ?", [key])
    pairs = [(key, other, alike) for other, alike in _same_speech(sql, document, signature)]
    sql.executemany("INSERT INTO duplicates VALUES (?, ?, ?)", pairs)
    stored = signature.astype("<u4").tobytes()
    sql.execute("INSERT INTO signatures VALUES (?, ?)", [key, stored])
    bands = {(band, key) for band in bands_of(signature)}
    sql.executemany("INSERT INTO signature_bands VALUES (?, ?)", bands)


def _same_speech(
    sql: sqlite3.Connection, document: Document, signature: Signature
) -> Iterator[tuple[int, float]]:
    """Other documents that are the same speech, and how alike they are."""
    candidates = sql.execute(
        "SELECT document, signature FROM signatures WHERE document IN (SELECT document"
        " FROM signature_bands WHERE band IN (SELECT value FROM json_each(?)))",
        [json.dumps(bands_of(signature))],
    ).fetchall()
    for key, theirs in candidates:
        if likeness(signature, np.frombuffer(theirs, "<u4")) < PROMISING:
            continue
        text, chrome = sql.execute(
            "SELECT text, chrome FROM documents WHERE key = ?", [key]
        ).fetchone()
        spans = tuple(Span(*span) for span in json.loads(chrome))
        alike = similarity(shingles_of(document), shingles_of(Document("", text, chrome=spans)))
        if alike >= SAME:
            yield key, alike
