"""Every kind of damage, made here, is found by ``verify`` and mended by ``repair`` or named."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from embeddings.batching import Rows
from embeddings.testing import HashEncoder
from embeddings.vector_index import VectorIndex
from rag.chunking import chunks_of, indexed_text
from rag.errors import EncoderMismatchError, LibraryBusyError, LibraryError, UsageError
from rag.lexical import IndexedPassage, LexicalIndex
from rag.library import Library
from rag.terms import terms
from rag.write_lock import write_lock


class CountingEncoder(HashEncoder):
    """Counts what it is asked to encode."""

    encoded = 0

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        self.encoded += len(texts)
        return super().encode_documents(texts)


class OtherEncoder(HashEncoder):
    fingerprint = "other-64"


def speech(number: int) -> str:
    chance = random.Random(number)  # noqa: S311  (no secret)
    lines = [f"在云溪市第{number}次会议上的讲话"]
    for part in "一二三四":
        lines.append(f"{part}、抓好第{part}项工作")
        for _ in range(8):
            words = "".join(chr(chance.randrange(0x5000, 0x6000)) for _ in range(30))
            lines.append(f"{words}。")
    return "\n".join(lines)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    rows = [{"id": f"s{n}", "title": f"第{n}次讲话", "text": speech(n)} for n in range(5)]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def library(tmp_path: Path, source: Path) -> Iterator[Library]:
    with closing(Library.create(tmp_path / "library", HashEncoder())) as opened:
        list(opened.ingest([source]))
        assert opened.verify().problems == ()
        yield opened


def damage(library: Library, *statements: str) -> None:
    with closing(sqlite3.connect(library.root / "library.sqlite3")) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()


def assert_whole(library: Library) -> None:
    """Nothing is wrong, and each passage is the nearest to itself in both indexes."""
    assert library.verify().problems == ()
    encoder = HashEncoder()
    count = 0
    for entry in library.documents():
        document = library.document(entry.doc_id)
        for chunk in chunks_of(document):
            text = indexed_text(document, chunk)
            (row,) = encoder.encode_queries([text])
            for keys, _ in (library.dense(row, 1), library.lexical(terms(text), 1)):
                ((found, passage),) = library.passages(keys)
                assert (found.doc_id, passage) == (entry.doc_id, chunk)
            count += 1
    assert library.chunk_count == count > 0


ENCODED_ANEW = [
    ("UPDATE chunks SET end = 100000 WHERE key = 2", "outside the text"),
    ("UPDATE chunks SET start = -5 WHERE key = 2", "outside the text"),
    ("UPDATE chunks SET start = start + 9 WHERE key = 1", "belongs to no passage"),
    ("UPDATE chunks SET section = 99 WHERE key = 2", "section 99"),
    ("DELETE FROM vectors WHERE key = 3", "vectors are missing"),
    ("UPDATE vectors SET row = x'00' WHERE key = 3", "another length"),
    ("UPDATE vectors SET row = substr(row, 1, 64) WHERE key = 3", "another length"),
    ("UPDATE vectors SET row = zeroblob(128) WHERE key = 3", "not of length one"),
    ("UPDATE vectors SET row = CAST(x'007e' || substr(row, 3) AS BLOB) WHERE key = 3", "not of length one"),
    ("UPDATE vectors SET row = CAST(x'00bc' || substr(row, 3) AS BLOB) WHERE key = 3", "not of length one"),
    ("UPDATE chunks SET vector = 1 WHERE key = 3", "of other texts"),
    ("DELETE FROM chunks WHERE key = 2", "consecutively"),
    ("DELETE FROM chunks WHERE key = (SELECT max(key) FROM chunks)", "belongs to no passage"),
    ("DELETE FROM chunks WHERE document = 2", "belongs to no passage"),
    ("UPDATE meta SET value = 32 WHERE name = 'encoder_dim'", "another length"),
    ("DELETE FROM meta WHERE name = 'encoder'", "another length"),
]  # fmt: skip
MENDED_WITHOUT_ENCODING = [
    ("DELETE FROM source_documents WHERE position = 2", "without a source"),
    ("DELETE FROM signatures WHERE document = 3", "not compared"),
    ("UPDATE meta SET value = 0 WHERE name = 'generation'", "still to come"),
    ("DELETE FROM meta WHERE name = 'generation'", "still to come"),
    ("INSERT INTO removed_chunks VALUES (2, 1)", "noted as removed and are there"),
    ("INSERT INTO source_documents VALUES (1, 99, 9)", "refer to rows that are not there"),
    ("INSERT INTO signatures VALUES (99, x'00')", "refer to rows that are not there"),
    ("INSERT INTO duplicates VALUES (1, 99, 0.9)", "refer to rows that are not there"),
    ("INSERT INTO chunks VALUES (99, 77, 0, 5, NULL, 1, 1)", "refer to rows that are not there"),
    ("UPDATE documents SET described_by = 77 WHERE key = 1", "refer to rows that are not there"),
    ("INSERT INTO sources VALUES (9, '/b', 'x', 1, '{}', 'utf-8', '[]', '1', '')",
     "sources without a document"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "problem"), ENCODED_ANEW)
def test_passages_and_vectors_are_encoded_anew(
    library: Library, statement: str, problem: str
) -> None:
    damage(library, statement)
    with closing(Library.open(library.root)) as light:
        assert problem in " ".join(light.verify().problems)
        with pytest.raises(UsageError, match="encoder"):
            light.repair()
        encoder = CountingEncoder()
        report = light.repair(lambda: encoder)
        assert (report.problems, encoder.encoded > 0) == ((), True)
        assert any(problem in one for one in report.mended)
        assert_whole(light)


@pytest.mark.parametrize(("statement", "problem"), MENDED_WITHOUT_ENCODING)
def test_links_counts_and_generations_are_mended_without_an_encoder(
    library: Library, statement: str, problem: str
) -> None:
    damage(library, statement)
    texts = {entry.doc_id for entry in library.documents()}
    with closing(Library.open(library.root)) as light:
        assert problem in " ".join(light.verify().problems)
        report = light.repair()
        assert report.problems == ()
        assert any(problem in one for one in report.mended)
        assert {entry.doc_id for entry in light.documents()} == texts
        assert_whole(light)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE documents SET sections = '[[1,\"一\",\"一、\",0,3,999999,null]]' WHERE key = 2",
         "impossible offsets"),
        ("UPDATE documents SET sections = json_set(sections, '$[1][3]', 1, '$[1][6]', 0) WHERE key = 2",
         "outside the section above it"),
        ("UPDATE documents SET sections = json_set(sections, '$[1][6]', 1) WHERE key = 2",
         "is said to be part of 1"),
        ("UPDATE documents SET chrome = '[[5, 999999]]' WHERE key = 2", "page chrome lies outside"),
        ("UPDATE documents SET pages = '[999999]' WHERE key = 2", "pages lie outside"),
        ("UPDATE documents SET sections = '[[1,' WHERE key = 2", "s1 is damaged"),
        ("UPDATE documents SET metadata = '{\"colour\": 1}' WHERE key = 2", "s1 is damaged"),
    ],
)  # fmt: skip
def test_what_only_the_file_can_mend_is_named_and_mended_by_the_next_ingest(
    library: Library, source: Path, statement: str, problem: str
) -> None:
    damage(library, statement)
    with closing(Library.open(library.root, HashEncoder())) as opened:
        assert problem in " ".join(opened.verify().problems)
        report = opened.repair()
        assert report.problems == ()
        assert any(problem in one for one in report.mended)
        assert report.to_ingest == (str(source),)
        assert opened.document("s1").text == speech(1)
        assert_whole(opened)
        (again,) = opened.ingest([source])
        assert again.status == "updated"
        assert len(opened.document("s1").sections) == 4
        assert opened.document("s1").title == "第1次讲话"
        assert_whole(opened)


def drop_a_vector(derived: Path) -> None:
    (path,) = derived.glob("vectors-*")
    index = VectorIndex.open(path)
    index.remove(np.array([3]))
    index.save(path)


def add_a_vector(derived: Path) -> None:
    (path,) = derived.glob("vectors-*")
    index = VectorIndex.open(path)
    index.add(np.array([999]), HashEncoder().encode_queries(["外来"]))
    index.save(path)


def change_a_vector(derived: Path) -> None:
    (path,) = derived.glob("vectors-*")
    index = VectorIndex.open(path)
    index.remove(np.array([3]))
    index.add(np.array([3]), HashEncoder().encode_queries(["外来"]))
    index.save(path)


def drop_a_passage(derived: Path) -> None:
    index = LexicalIndex.open(derived / "lexical")
    index.update([], [3], index.generation)


def add_a_passage(derived: Path) -> None:
    index = LexicalIndex.open(derived / "lexical")
    index.update([IndexedPassage(999, 1, ["外来"])], [], index.generation)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (drop_a_vector, "the vector index does not hold"),
        (add_a_vector, "the vector index does not hold"),
        (change_a_vector, "the vector index holds other vectors"),
        (drop_a_passage, "the lexical index does not hold"),
        (add_a_passage, "the lexical index does not hold"),
    ],
)
def test_rows_that_are_missing_or_foreign_in_an_index_are_found(
    library: Library, spoil: Callable[[Path], None], problem: str
) -> None:
    library.close()
    spoil(library.root / "derived")
    with closing(Library.open(library.root)) as light:
        assert problem in " ".join(light.verify().problems)
        assert light.repair().problems == ()
        assert_whole(light)


def test_indexes_of_another_library_are_not_used(library: Library, tmp_path: Path) -> None:
    other = tmp_path / "b.jsonl"
    with closing(Library.create(tmp_path / "other", HashEncoder())) as longer:
        for number in range(3):  # so that its generation is later
            row = {"id": "x", "title": "题", "text": speech(50 + number)}
            other.write_text(json.dumps(row), encoding="utf-8")
            list(longer.ingest([other]))
        assert longer.generation > library.generation
    library.close()
    shutil.rmtree(library.root / "derived")
    shutil.copytree(tmp_path / "other" / "derived", library.root / "derived")
    with closing(Library.open(library.root)) as light:
        assert_whole(light)


def test_a_page_of_the_file_that_is_overwritten_is_named(library: Library) -> None:
    library.close()
    path = library.root / "library.sqlite3"
    damage(library, "PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    for start in range(4096 * 4, len(data), 4096):
        data[start : start + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with pytest.raises(LibraryError, match="damaged"):
        assert Library.open(library.root).verify().problems == ()


def test_another_encoder_mends_nothing(library: Library) -> None:
    damage(library, "DELETE FROM vectors WHERE key = 3")
    with (
        closing(Library.open(library.root)) as light,
        pytest.raises(EncoderMismatchError, match="other-64"),
    ):
        light.repair(OtherEncoder)


def test_nothing_is_repaired_while_another_writes(library: Library) -> None:
    with write_lock(library.root, 0), pytest.raises(LibraryBusyError):
        library.repair()
