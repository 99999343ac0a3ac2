"""Looks for damage in a library: links, offsets and vectors in SQLite, and indexes that disagree.

Finds, and leaves mending to the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rag.corpus import Corpus, StoredDocument
from rag.derived import Derived
from rag.schema import Document

_DOCUMENTS_AT_ONCE = 100
_COMPARED_VECTORS = 200
_LENGTH_TOLERANCE = 0.01  # of a unit row in half precision

_LINKS = (
    (
        "documents without a source",
        "SELECT count(*) FROM documents WHERE key NOT IN (SELECT document FROM source_documents)",
    ),
    (
        "sources without a document",
        "SELECT count(*) FROM sources WHERE key NOT IN (SELECT source FROM source_documents)",
    ),
)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a library holds and what is wrong with it."""

    sources: int
    documents: int
    chunks: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong in SQLite, and the keys of the documents that must be cut and encoded anew."""

    problems: tuple[str, ...]
    documents: tuple[int, ...]


def damage_of(corpus: Corpus) -> Damage:
    """Check the truth itself."""
    with corpus.snapshot() as now:
        problems = [*_file_problems(now), *_link_problems(now)]
        encoder = now.encoder
        documents = []
        for stored in _documents(now):
            found = list(_chunk_problems(stored))
            found += _vector_problems(now, stored, encoder.dim if encoder is not None else 0)
            if found:
                documents.append(stored.key)
            found += _outline_problems(stored.document)
            problems += [f"document {stored.document.doc_id}: {problem}" for problem in found]
    return Damage(tuple(problems), tuple(documents))


def disagreements(derived: Derived, corpus: Corpus) -> list[str]:
    """Where the derived indexes differ from the truth."""
    keys = np.array(corpus.added_since(0), dtype=np.int64)
    problems = []
    if not np.array_equal(derived.vector_keys, keys):
        problems.append(_differ("vector", len(derived.vector_keys), len(keys)))
    elif not _rows_agree(derived, corpus, keys):
        problems.append("the vector index holds other vectors than the library; run --repair")
    lexical = derived.lexical
    if lexical is None or not np.array_equal(lexical.keys, keys):
        problems.append(_differ("lexical", 0 if lexical is None else len(lexical), len(keys)))
    return problems


def _differ(name: str, found: int, expected: int) -> str:
    return (
        f"the {name} index does not hold the library's chunks ({found} in it, {expected} in the "
        "library); run --repair"
    )


def _rows_agree(derived: Derived, corpus: Corpus, keys: np.ndarray) -> bool:
    """Compare a sample, spread over the library: a row's product with itself is one."""
    encoder = corpus.encoder
    if encoder is None or not len(keys):
        return True
    sample = keys[:: max(1, len(keys) // _COMPARED_VECTORS)]
    rows = corpus.vectors([int(key) for key in sample], encoder.dim)
    products = [
        derived.scores(row.astype(np.float32), key)[0]
        for row, key in zip(rows, sample[:, None], strict=True)
    ]
    return bool(np.all(np.abs(np.array(products) - 1) < _LENGTH_TOLERANCE))


def _file_problems(now: Corpus) -> Iterator[str]:
    for (message,) in now.rows("PRAGMA integrity_check(5)"):
        if message != "ok":
            yield f"the file {now.path} is damaged: {message}"
    broken = len(now.rows("PRAGMA foreign_key_check"))
    if broken:
        yield f"{broken} rows refer to rows that are not there"


def _link_problems(now: Corpus) -> Iterator[str]:
    for name, query in _LINKS:
        ((count,),) = now.rows(query)
        if count:
            yield f"{count} {name}"


def _documents(now: Corpus) -> Iterator[StoredDocument]:
    keys = [key for (key,) in now.rows("SELECT key FROM documents ORDER BY key")]
    for start in range(0, len(keys), _DOCUMENTS_AT_ONCE):
        yield from now.load(keys[start : start + _DOCUMENTS_AT_ONCE]).values()


def _chunk_problems(stored: StoredDocument) -> Iterator[str]:
    size, sections = len(stored.document.text), len(stored.document.sections)
    for chunk in stored.chunks:
        if not 0 <= chunk.start < chunk.end <= size:
            yield f"passage {chunk.start}–{chunk.end} lies outside the text of {size} characters"
        if chunk.section is not None and not 0 <= chunk.section < sections:
            yield f"passage {chunk.start}–{chunk.end} is in section {chunk.section}, which is not"


def _outline_problems(document: Document) -> Iterator[str]:
    size, sections = len(document.text), document.sections
    for position, section in enumerate(sections):
        parent = None if section.parent is None else sections[section.parent]
        if not 0 <= section.start <= section.heading_end <= section.end <= size:
            offsets = f"{section.start}–{section.heading_end}–{section.end}"
            yield f"section {position} has the impossible offsets {offsets} of {size}"
        elif parent and not (parent.start <= section.start and section.end <= parent.end):
            yield f"section {position} lies outside the section above it"


def _vector_problems(now: Corpus, stored: StoredDocument, dim: int) -> Iterator[str]:
    rows = now.rows(
        "SELECT chunks.key, row FROM chunks LEFT JOIN vectors ON vectors.key = vector"
        " WHERE document = ? ORDER BY chunks.key",
        [stored.key],
    )
    if rows and rows[-1][0] - rows[0][0] != len(rows) - 1:
        yield "its passages are not numbered consecutively"
    blobs = [blob for _, blob in rows]
    if any(blob is None or len(blob) != 2 * dim for blob in blobs):
        yield "vectors are missing or have another length"
        return
    vectors = np.frombuffer(b"".join(blobs), dtype="<f2").astype(np.float32).reshape(-1, dim or 1)
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(lengths - 1) < _LENGTH_TOLERANCE):  # also where one is not finite
        yield "vectors are not of length one"
