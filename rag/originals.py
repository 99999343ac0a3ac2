"""The files that documents came from, where they still are what they were.

A path that was noted long ago may lead to something else by now, so the bytes decide.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from rag.corpus import Corpus


def original_of(corpus: Corpus, document: int) -> Path | None:
    """The first file of the document with this key that has the bytes that were read from it."""
    for entry in corpus.entries_of([document]).values():
        for path in entry.sources:
            record = corpus.source(path)
            if record is not None and _has(Path(path), record.sha256):
                return Path(path)
    return None


def _has(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False
