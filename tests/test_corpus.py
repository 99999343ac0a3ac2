import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.chunk_table import ChunkTable
from rag.corpus import Corpus, EncoderIdentity, SourceRecord
from rag.corpus_writer import CorpusWriter, PreparedDocument, writing
from rag.duplicates import Signature, shingles_of, signature_of
from rag.errors import LibraryError, ReadError
from rag.migrations import VERSION
from rag.schema import Chunk, Document, Metadata, Section, Span

DIM = 4


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    opened = Corpus(tmp_path / "library.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def writer(corpus: Corpus) -> Iterator[CorpusWriter]:
    with writing(corpus.path) as opened:
        opened.set_encoder(EncoderIdentity("fake", DIM))
        yield opened


def record(path: str, sha256: str = "1") -> SourceRecord:
    return SourceRecord(path, sha256, 10, "{}", "utf-8", ("一处损坏",), "1.1")


def document(doc_id: str, text: str, title: str = "讲话") -> Document:
    return Document(
        doc_id,
        text,
        Metadata(title=title, date="2031-05"),
        (Section(1, "一", "一、", 0, 2, len(text)), Section(2, "(一)", "(一)", 1, 2, 3, parent=0)),
        (Span(0, 1),),
        (0, 2),
    )


def signature(one: Document) -> Signature:
    return signature_of(shingles_of(one))


def put(
    writer: CorpusWriter, path: str, *documents: Document, given: bool = False, sha256: str = "1"
) -> None:
    """Store a source whose documents have a chunk for each character."""
    items = []
    for one in documents:
        chunks = tuple(Chunk(i, i + 1, 0) for i in range(len(one.text)))
        contents = tuple(f"{one.metadata.title}:{character}".encode() for character in one.text)
        rows = np.eye(DIM, dtype=np.float32)[[len(content) % DIM for content in contents]]
        writer.put_vectors(contents, rows)
        items.append(PreparedDocument(one, chunks, contents, given, signature(one)))
    writer.put_source(record(path, sha256), items)


def stored(corpus: Corpus, doc_id: str) -> Document:
    key = corpus.key_of(doc_id)
    assert key is not None
    return corpus.documents([key])[key]


def test_a_document_comes_back_as_it_was(corpus: Corpus, writer: CorpusWriter) -> None:
    text = "一、镕𠮷\x00\r\t\u3000末"
    put(writer, "/a.txt", document("d1", text))
    assert stored(corpus, "d1") == document("d1", text)
    assert corpus.source("/a.txt") == record("/a.txt")
    assert corpus.source("/b.txt") is None
    (entry,) = corpus.entries()
    assert (entry.doc_id, entry.title, entry.chunks) == ("d1", "讲话", len(text))
    assert entry.sources == ("/a.txt",)


def test_the_same_text_in_two_sources_is_stored_once(corpus: Corpus, writer: CorpusWriter) -> None:
    put(writer, "/a.txt", document("d1", "同文"))
    generation = corpus.added_since(0)
    put(writer, "/b.txt", document("d1", "同文"))
    assert corpus.counts() == (2, 1, 2)
    assert corpus.added_since(0) == generation
    put(writer, "/a.txt", document("d2", "别的"))
    assert corpus.key_of("d1") is not None
    put(writer, "/b.txt", document("d2", "别的"))
    assert corpus.key_of("d1") is None
    assert corpus.was_removed("d1")
    assert not corpus.was_removed("d2")


def test_a_moved_source_takes_its_documents_along(corpus: Corpus, writer: CorpusWriter) -> None:
    put(writer, "/a.txt", document("d1", "甲"), document("d2", "乙"))
    item = PreparedDocument(document("d1", "甲"), (), (), False, signature(document("d1", "甲")))
    writer.put_source(record("/b.txt"), [item], ["/a.txt"])
    assert corpus.paths_of("1") == ["/b.txt"]
    assert [(entry.doc_id, entry.sources) for entry in corpus.entries()] == [("d1", ("/b.txt",))]
    assert corpus.was_removed("d2")


def test_given_metadata_win_whichever_source_comes_first(
    corpus: Corpus, writer: CorpusWriter
) -> None:
    put(writer, "/a.txt", document("d1", "同文", "猜的"))
    put(writer, "/b.jsonl", document("d1", "同文", "给的"), given=True)
    assert stored(corpus, "d1").title == "给的"
    put(writer, "/c.txt", document("d1", "同文", "又猜的"))
    assert stored(corpus, "d1").title == "给的"


def test_an_id_of_another_sources_text_is_refused_whole(
    corpus: Corpus, writer: CorpusWriter
) -> None:
    put(writer, "/a.txt", document("d1", "甲"))
    before = corpus.generation
    with pytest.raises(ReadError, match=r"d1 .*/a\.txt"):
        put(writer, "/b.txt", document("d2", "乙"), document("d1", "丙"))
    assert corpus.counts() == (1, 1, 1)
    assert corpus.generation == before
    assert stored(corpus, "d1").text == "甲"


def test_a_changed_source_replaces_its_documents_and_leaves_the_rest(
    corpus: Corpus, writer: CorpusWriter
) -> None:
    put(writer, "/a.txt", document("d1", "甲"), document("d2", "乙"))
    kept = corpus.load([corpus.key_of("d2") or 0])
    put(writer, "/a.txt", document("d1", "甲新"), document("d2", "乙"), sha256="2")
    assert stored(corpus, "d1").text == "甲新"
    assert corpus.load([corpus.key_of("d2") or 0]) == kept


def test_the_log_tells_what_came_and_went(corpus: Corpus, writer: CorpusWriter) -> None:
    put(writer, "/a.txt", document("d1", "甲乙"))
    first = corpus.generation
    old = corpus.added_since(0)
    put(writer, "/a.txt", document("d1", "丙丁戊"))
    assert corpus.removed_since(first) == old
    new = corpus.added_since(first)
    assert len(new) == 3
    assert not set(new) & set(old)
    assert corpus.added_since(0) == new
    assert corpus.removed_since(corpus.generation) == corpus.added_since(corpus.generation) == []


def test_removal_makes_the_source_be_read_again(corpus: Corpus, writer: CorpusWriter) -> None:
    put(writer, "/a.txt", document("d1", "甲"), document("d2", "乙"))
    writer.remove_documents([corpus.key_of("d1") or 0])
    source = corpus.source("/a.txt")
    assert source is not None
    assert source.sha256 == ""
    assert corpus.was_removed("d1")
    writer.remove_documents([corpus.key_of("d2") or 0])
    assert corpus.source("/a.txt") is None
    assert corpus.counts() == (0, 0, 0)
    put(writer, "/a.txt", document("d1", "甲"))
    assert not corpus.was_removed("d1")


def test_corrections_outlive_a_new_ingest(corpus: Corpus, writer: CorpusWriter) -> None:
    put(writer, "/a.txt", document("d1", "甲"))
    item = PreparedDocument(document("d1", "甲"), (), (), False, signature(document("d1", "甲")))
    writer.put_correction(corpus.key_of("d1") or 0, "speaker", "林远舟", item)
    writer.put_correction(corpus.key_of("d1") or 0, "date", None, item)
    put(writer, "/a.txt", document("d1", "甲"), sha256="2")
    expected = replace(document("d1", "甲").metadata, speaker="林远舟", date=None)
    assert stored(corpus, "d1").metadata == corpus.entries()[0].metadata == expected


def test_vectors_come_back_by_ascending_key(corpus: Corpus, writer: CorpusWriter) -> None:
    rows = np.random.default_rng(1).normal(size=(3, DIM)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    writer.put_vectors([b"a", b"b", b"c"], rows)
    chunks = tuple(Chunk(i, i + 1) for i in range(3))
    one = document("d1", "一二三")
    item = PreparedDocument(one, chunks, (b"c", b"a", b"b"), False, signature(one))
    writer.put_source(record("/a.txt"), [item])
    keys = corpus.added_since(0)
    found = corpus.vectors([keys[2], keys[0]], DIM)
    np.testing.assert_allclose(found, rows[[2, 1]], atol=1e-3)
    assert corpus.known_vectors([b"a", b"x"]) == {b"a"}


def test_a_missing_vector_is_an_error_that_says_what_to_do(
    corpus: Corpus, writer: CorpusWriter
) -> None:
    put(writer, "/a.txt", document("d1", "甲乙"))
    with sqlite3.connect(corpus.path) as raw:
        raw.execute("DELETE FROM vectors WHERE key = 1")
    with pytest.raises(LibraryError, match="--repair"):
        corpus.vectors(corpus.added_since(0), DIM)


def test_a_snapshot_stays_while_another_writes(corpus: Corpus, writer: CorpusWriter) -> None:
    put(writer, "/a.txt", document("d1", "甲"))
    with corpus.snapshot() as still:
        before = still.counts()
        put(writer, "/b.txt", document("d2", "乙"))
        assert still.counts() == before
    assert corpus.counts() == (2, 2, 2)


def test_a_file_that_is_no_library_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(LibraryError, match="not a library"):
        Corpus(path)


def test_a_newer_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    Corpus(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(LibraryError, match="newer"):
        Corpus(path)


def test_the_chunk_table_agrees_with_the_database(corpus: Corpus, writer: CorpusWriter) -> None:
    put(writer, "/a.txt", document("d1", "甲乙"), document("d2", "丙"))
    put(writer, "/b.txt", document("d3", "丁戊己"))
    put(writer, "/a.txt", document("d1", "甲乙丙丁"), document("d2", "丙"))
    table = ChunkTable(*corpus.chunk_runs())
    keys = corpus.added_since(0)
    assert len(table) == len(keys) == 8
    assert table.all_chunks().tolist() == keys
    probed = np.arange(0, max(keys) + 3)
    owner = dict(corpus.rows("SELECT key, document FROM chunks"))
    assert table.documents_of(probed).tolist() == [owner.get(int(k), -1) for k in probed]
    within = table.chunks_within(["d3", "d1", "unknown"]).tolist()
    wanted = {corpus.key_of("d1"), corpus.key_of("d3")}
    assert within == [key for key in keys if owner[key] in wanted]
    assert set(table.documents_within(["d3", "d1", "unknown"])) == wanted


def test_an_empty_chunk_table_knows_nothing() -> None:
    table = ChunkTable(np.empty((0, 3), np.int64), [])
    assert len(table) == 0
    assert table.documents_of(np.array([0, 5])).tolist() == [-1, -1]
    assert table.chunks_within(["d"]).size == 0


def test_a_library_of_the_first_layout_is_migrated(corpus: Corpus, writer: CorpusWriter) -> None:
    put(writer, "/a.txt", document("d1", "甲乙"))
    corpus.close()
    with sqlite3.connect(corpus.path) as raw:
        raw.executescript(
            "DROP TABLE signatures; DROP TABLE signature_bands; DROP TABLE duplicates;"
            "PRAGMA user_version = 1"
        )
    raw.close()
    migrated = Corpus(corpus.path)
    assert stored(migrated, "d1").text == "甲乙"
    again = migrated.source("/a.txt")
    assert again is not None
    assert again.sha256 == ""
    assert migrated.duplicate_pairs() == []
    migrated.close()
