"""Looks for damage in a library: links, offsets and vectors in SQLite, and indexes that disagree.

Finds, and leaves mending to ``repair``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rag.chunking import indexed_text
from rag.corpus import Corpus, EncoderIdentity, StoredDocument
from rag.derived import Derived
from rag.errors import LibraryError
from rag.ingestion import VERSIONS, content_hash
from rag.schema import Document

_DOCUMENTS_AT_ONCE = 100
_COMPARED_VECTORS = 200
_LENGTH_TOLERANCE = 0.01  # of a unit row in half precision

_COUNTED = (
    (
        "documents without a source",
        "SELECT count(*) FROM documents WHERE key NOT IN (SELECT document FROM source_documents)",
    ),
    (
        "sources without a document",
        "SELECT count(*) FROM sources WHERE key NOT IN (SELECT source FROM source_documents)",
    ),
    (
        "passages that are noted as removed and are there",
        "SELECT count(*) FROM chunks WHERE key IN (SELECT key FROM removed_chunks)",
    ),
    (
        "passages of a generation that is still to come",
        "SELECT count(*) FROM (SELECT generation FROM chunks"
        " UNION ALL SELECT generation FROM removed_chunks) WHERE generation >"
        " (SELECT coalesce(max(value), 0) FROM meta WHERE name = 'generation')",
    ),
)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a library holds, what is wrong with it, and what a repair has mended."""

    sources: int
    documents: int
    chunks: int
    problems: tuple[str, ...]
    mended: tuple[str, ...] = ()
    to_ingest: tuple[str, ...] = ()  # files that only another ingest can make whole

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong in SQLite, and the keys of the documents that it concerns."""

    problems: tuple[str, ...]
    documents: tuple[int, ...] = ()  # must be cut and encoded anew
    unsigned: tuple[int, ...] = ()  # lack the signature by which duplicates are found
    misplaced: tuple[int, ...] = ()  # have an outline or chrome that their text contradicts
    unreadable: tuple[int, ...] = ()  # have metadata, outline or chrome that are no JSON


def damage_of(corpus: Corpus) -> Damage:
    """Check the truth itself."""
    with corpus.snapshot() as now:
        problems = [*_file_problems(now), *_count_problems(now)]
        unsigned = _unsigned(now)
        if unsigned:
            problems.append(f"{len(unsigned)} documents are not compared with others")
        encoder, current = now.encoder, _current(now)
        recut: list[int] = []
        misplaced: list[int] = []
        unreadable: list[int] = []
        for key, stored in _documents(now):
            if isinstance(stored, LibraryError):
                problems.append(str(stored))
                unreadable.append(key)
                continue
            broken = list(_document_problems(stored.document))
            found = list(_chunk_problems(stored))
            sound = not found and not broken
            found += _cover_problems(stored) if sound else []
            found += _vector_problems(now, stored, encoder, sound and key in current)
            (misplaced if broken else recut).extend([key] if broken or found else [])
            problems += [f"document {stored.document.doc_id}: {what}" for what in found + broken]
    return Damage(
        tuple(problems), tuple(recut), tuple(unsigned), tuple(misplaced), tuple(unreadable)
    )


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
            yield f"the file {now.path} is damaged ({message}); ingest the speeches into a new library"
    broken = len(now.rows("PRAGMA foreign_key_check"))
    if broken:
        yield f"{broken} rows refer to rows that are not there"


def _count_problems(now: Corpus) -> Iterator[str]:
    for name, query in _COUNTED:
        ((count,),) = now.rows(query)
        if count:
            yield f"{count} {name}"


def _unsigned(now: Corpus) -> list[int]:
    rows = now.rows(
        "SELECT key FROM documents WHERE key NOT IN (SELECT document FROM signatures) ORDER BY key"
    )
    return [key for (key,) in rows]


def _current(now: Corpus) -> frozenset[int]:
    """The documents that this version of parser and chunker has made."""
    rows = now.rows(
        "SELECT documents.key FROM documents JOIN sources ON sources.key = described_by"
        " WHERE versions = ?",
        [VERSIONS],
    )
    return frozenset(key for (key,) in rows)


def _documents(now: Corpus) -> Iterator[tuple[int, StoredDocument | LibraryError]]:
    """All documents by their keys; one that cannot be read is the error that says so."""
    keys = [key for (key,) in now.rows("SELECT key FROM documents ORDER BY key")]
    for start in range(0, len(keys), _DOCUMENTS_AT_ONCE):
        block = keys[start : start + _DOCUMENTS_AT_ONCE]
        try:
            yield from now.load(block).items()
        except LibraryError:
            for key in block:
                yield key, _loaded(now, key)


def _loaded(now: Corpus, key: int) -> StoredDocument | LibraryError:
    try:
        return now.load([key])[key]
    except LibraryError as error:
        return error


def _chunk_problems(stored: StoredDocument) -> Iterator[str]:
    size, sections = len(stored.document.text), len(stored.document.sections)
    for chunk in stored.chunks:
        if not 0 <= chunk.start < chunk.end <= size:
            yield f"passage {chunk.start}–{chunk.end} lies outside the text of {size} characters"
        if chunk.section is not None and not 0 <= chunk.section < sections:
            yield f"passage {chunk.start}–{chunk.end} is in section {chunk.section}, which is not"


def _cover_problems(stored: StoredDocument) -> Iterator[str]:
    """Text that no passage covers, and page chrome that one covers."""
    text, chrome = stored.document.text, stored.document.chrome
    end = 0
    spans = sorted([(c.start, c.end) for c in stored.chunks] + [(s.start, s.end) for s in chrome])
    for start, stop in [*spans, (len(text), len(text))]:
        if text[end:start].strip():
            yield f"the text {end}–{start} belongs to no passage"
        end = max(end, stop)
    for span in chrome:
        if any(c.start < span.end and span.start < c.end for c in stored.chunks):
            yield f"the page chrome {span.start}–{span.end} is in a passage"


def _document_problems(document: Document) -> Iterator[str]:
    """Offsets that the text does not have; only the file itself can tell the right ones."""
    size, sections = len(document.text), document.sections
    for position, section in enumerate(sections):
        above = section.parent
        parent = sections[above] if above is not None and 0 <= above < position else None
        if not 0 <= section.start <= section.heading_end <= section.end <= size:
            offsets = f"{section.start}–{section.heading_end}–{section.end}"
            yield f"section {position} has the impossible offsets {offsets} of {size}"
        elif above is not None and parent is None:
            yield f"section {position} is said to be part of {above}, which does not precede it"
        elif parent and not (parent.start <= section.start and section.end <= parent.end):
            yield f"section {position} lies outside the section above it"
    if any(not 0 <= span.start <= span.end <= size for span in document.chrome):
        yield "its page chrome lies outside the text"
    if any(not 0 <= page <= size for page in document.pages):
        yield "its pages lie outside the text"


def _vector_problems(
    now: Corpus, stored: StoredDocument, encoder: EncoderIdentity | None, checks_texts: bool
) -> Iterator[str]:
    rows = now.rows(
        "SELECT chunks.key, content, row FROM chunks LEFT JOIN vectors ON vectors.key = vector"
        " WHERE document = ? ORDER BY chunks.key",
        [stored.key],
    )
    if rows and rows[-1][0] - rows[0][0] != len(rows) - 1:
        yield "its passages are not numbered consecutively"
    dim = encoder.dim if encoder is not None else 0
    blobs = [blob for *_, blob in rows]
    if encoder is None or any(blob is None or len(blob) != 2 * dim for blob in blobs):
        if rows:
            yield "vectors are missing or have another length"
        return
    vectors = np.frombuffer(b"".join(blobs), dtype="<f2").astype(np.float32).reshape(-1, dim)
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(lengths - 1) < _LENGTH_TOLERANCE):  # also where one is not finite
        yield "vectors are not of length one"
    texts = [indexed_text(stored.document, chunk) for chunk in stored.chunks if checks_texts]
    contents = [content_hash(encoder.fingerprint, text) for text in texts]
    if checks_texts and contents != [content for _, content, _ in rows]:
        yield "vectors are of other texts"
