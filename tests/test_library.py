import json
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from embeddings.batching import Rows
from embeddings.testing import HashEncoder
from embeddings.vector_index import VectorIndex
from rag.chunking import chunks_of, indexed_text
from rag.corpus import Corpus
from rag.derived import Derived
from rag.errors import (
    EncoderMismatchError,
    LibraryBusyError,
    UnknownDocumentError,
    UnknownLibraryError,
    UsageError,
)
from rag.ingestion import SourceReport
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.schema import Holdings, Printing
from rag.terms import terms


class CountingEncoder(HashEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self, fingerprint: str = "hash-64") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        self.encoded += texts
        return super().encode_documents(texts)


def speech(number: int, sentences: int = 30) -> str:
    """A speech of an invented town whose sentences share few words with any other."""
    chance = random.Random(number)  # noqa: S311  (no secret)
    lines = [f"青岚市第{number}次全市工作会议上的讲话"]
    for position in range(sentences):
        words = "".join(chr(chance.randrange(0x5000, 0x6000)) for _ in range(25))
        lines.append(f"统一思想,{words},新建项目{number * 100 + position}个。")
    return "\n".join(lines)


def write_lines(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rows_of(numbers: Sequence[int]) -> list[dict[str, str]]:
    return [{"id": f"s{n}", "title": f"第{n}次讲话", "text": speech(n)} for n in numbers]


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: CountingEncoder) -> Iterator[Library]:
    opened = Library.create(tmp_path / "library", encoder)
    yield opened
    opened.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "a.jsonl", rows_of(range(1, 6)))


def ingest(library: Library, *paths: Path) -> list[SourceReport]:
    return list(library.ingest(paths))


def passages_of(library: Library) -> list[tuple[str, str]]:
    """All passages as (doc_id, indexed text), computed from the documents."""
    found = []
    for entry in library.documents():
        document = library.document(entry.doc_id)
        found += [(entry.doc_id, indexed_text(document, c)) for c in chunks_of(document)]
    return found


def assert_finds_everything(library: Library, encoder: HashEncoder) -> None:
    """Each passage is the nearest to itself, in both indexes."""
    expected = passages_of(library)
    assert library.chunk_count == len(expected)
    assert library.verify().problems == ()
    for doc_id, text in expected:
        (row,) = encoder.encode_queries([text])
        for keys, _ in (library.dense(row, 1), library.lexical(terms(text), 1)):
            ((document, chunk),) = library.passages(keys)
            assert (document.doc_id, indexed_text(document, chunk)) == (doc_id, text)


def test_what_was_ingested_is_found(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    (report,) = ingest(library, source)
    assert (report.status, report.error, report.path) == ("added", None, str(source))
    assert [d.doc_id for d in report.documents] == [f"s{n}" for n in range(1, 6)]
    assert report.documents[0].metadata == library.documents()[0].metadata
    assert report.chunks == len(passages_of(library)) > 5
    assert library.document("s3").text == speech(3)
    assert_finds_everything(library, encoder)


def test_the_same_bytes_cost_no_encoding(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    (first,) = ingest(library, source)
    encoder.encoded.clear()
    (second,) = ingest(library, source)
    assert second.status == "unchanged"
    assert (second.documents, second.chunks) == (first.documents, first.chunks)
    assert encoder.encoded == []


def test_a_moved_file_costs_no_encoding(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    encoder.encoded.clear()
    (report,) = ingest(library, source.rename(source.with_name("moved.jsonl")))
    assert report.status == "added"
    assert encoder.encoded == []
    assert len(library.documents()) == 5
    moved = source.with_name("moved.jsonl")
    assert {path for entry in library.documents() for path in entry.sources} == {str(moved)}
    ingest(library, write_lines(moved, rows_of([1])))
    assert [entry.doc_id for entry in library.documents()] == ["s1"]


def test_a_changed_file_replaces_its_documents_and_encodes_what_is_new(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    encoder.encoded.clear()
    write_lines(source, rows_of([1, 2, 7]))
    (report,) = ingest(library, source)
    assert report.status == "updated"
    assert {entry.doc_id for entry in library.documents()} == {"s1", "s2", "s7"}
    assert encoder.encoded == [text for doc_id, text in passages_of(library) if doc_id == "s7"]
    assert library.was_removed("s3")
    assert not library.was_removed("s1")
    assert_finds_everything(library, encoder)


def test_one_bad_file_does_not_stop_the_rest(
    library: Library, tmp_path: Path, source: Path
) -> None:
    (tmp_path / "0.txt").write_bytes(b"")
    good = tmp_path / "z.txt"
    good.write_text(speech(30), encoding="utf-8")
    reports = ingest(library, tmp_path / "0.txt", source, good)
    assert [r.status for r in reports] == ["failed", "added", "added"]
    assert reports[0].error
    assert len(library.documents()) == 6


def test_an_id_taken_by_another_source_fails_that_source_alone(
    library: Library, tmp_path: Path, source: Path
) -> None:
    thief = write_lines(tmp_path / "b.jsonl", [{"id": "s1", "title": "题", "text": speech(50)}])
    reports = ingest(library, source, thief)
    assert [r.status for r in reports] == ["added", "failed"]
    assert "s1" in (reports[1].error or "")
    assert library.document("s1").text == speech(1)


def test_a_missing_path_is_refused_before_anything_is_done(
    library: Library, tmp_path: Path, source: Path
) -> None:
    with pytest.raises(UsageError):
        ingest(library, source, tmp_path / "missing.txt")
    assert library.documents() == ()


def test_search_stays_within_the_documents_named(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    (row,) = encoder.encode_queries(["统一思想"])
    for keys, scores in (
        library.dense(row, 100, frozenset({"s2", "s4"})),
        library.lexical(terms("统一思想"), 100, frozenset({"s2", "s4"})),
    ):
        found = library.passages(keys)
        assert {d.doc_id for d, _ in found} == {"s2", "s4"}
        assert len(found) == sum(d in ("s2", "s4") for d, _ in passages_of(library))
        assert (np.diff(scores) <= 0).all()
    assert library.dense(row, 5, frozenset({"nobody"}))[0].size == 0
    assert library.lexical(terms("统一思想"), 5, frozenset())[0].size == 0


def test_dense_scores_are_inner_products(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    (row,) = encoder.encode_queries(["新建项目"])
    keys, scores = library.dense(row, 7)
    texts = [indexed_text(document, chunk) for document, chunk in library.passages(keys)]
    np.testing.assert_allclose(encoder.encode_documents(texts) @ row, scores, atol=2e-3)
    np.testing.assert_allclose(library.dense_scores(row, keys[::-1]), scores[::-1], atol=1e-6)


def test_removed_documents_are_gone_and_known_to_be(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    library.remove(["s2"])
    assert_finds_everything(library, encoder)
    with pytest.raises(UnknownDocumentError, match="no longer"):
        library.document("s2")
    with pytest.raises(UnknownDocumentError, match="s9 is not in"):
        library.document("s9")
    encoder.encoded.clear()
    (report,) = ingest(library, source)
    assert report.status == "updated"
    assert (encoder.encoded, library.was_removed("s2")) == ([], False)
    assert_finds_everything(library, encoder)


def test_removing_an_unknown_document_removes_none(library: Library, source: Path) -> None:
    ingest(library, source)
    with pytest.raises(UnknownDocumentError):
        library.remove(["s1", "s9"])
    assert len(library.documents()) == 5


def test_a_library_is_opened_as_it_was_left(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    library.close()
    again = Library.open(library.root, encoder)
    assert_finds_everything(again, encoder)
    again.close()


def damage_nothing(_: Path) -> None:
    """What is saved is as it should be."""


def drop_vectors(derived: Path) -> None:
    for path in derived.glob("vectors-*"):
        path.unlink()


def cut_vectors(derived: Path) -> None:
    for path in derived.glob("vectors-*"):
        path.write_bytes(path.read_bytes()[:100])


def drop_lexical(derived: Path) -> None:
    for path in (derived / "lexical").iterdir():
        path.unlink()


def cut_lexical(derived: Path) -> None:
    for path in (derived / "lexical").glob("*.idx"):
        path.write_bytes(path.read_bytes()[:10])


@pytest.mark.parametrize(
    "damage", [damage_nothing, drop_vectors, cut_vectors, drop_lexical, cut_lexical]
)
def test_derived_indexes_are_rebuilt_without_encoding(
    library: Library, encoder: CountingEncoder, source: Path, damage
) -> None:
    ingest(library, source)
    library.close()
    damage(library.root / "derived")
    encoder.encoded.clear()
    again = Library.open(library.root, encoder)
    assert_finds_everything(again, encoder)
    assert encoder.encoded == []
    generation, passages = again.generation, len(passages_of(again))
    again.close()
    saved = library.root / "derived"
    assert LexicalIndex.open(saved / "lexical").generation == generation
    (vectors,) = saved.glob("vectors-*")
    assert len(VectorIndex.open(vectors)) == passages


def test_indexes_that_lag_catch_up_on_opening(
    library: Library, encoder: CountingEncoder, source: Path, tmp_path: Path
) -> None:
    ingest(library, source)
    run = library.ingest([write_lines(tmp_path / "b.jsonl", rows_of([8, 9]))])
    next(run)  # stored, and the indexes not yet told
    behind = Library.open(library.root, encoder)
    assert behind.chunk_count == len(passages_of(behind))
    keys, _ = behind.lexical(terms(speech(8)), 100)
    assert "s8" not in {document.doc_id for document, _ in behind.passages(keys)}
    run.close()
    behind.refresh()
    assert_finds_everything(behind, encoder)
    behind.close()


def test_a_reader_of_an_empty_library_sees_the_first_documents(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    reader = Library.open(library.root, encoder)
    assert reader.chunk_count == 0
    ingest(library, source)
    reader.refresh()
    assert_finds_everything(reader, encoder)
    reader.close()


def test_a_library_that_has_outgrown_its_vector_index_gets_a_larger_one(
    library: Library,
    encoder: CountingEncoder,
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ingest(library, source)
    reader = Library.open(library.root, encoder)
    monkeypatch.setattr("embeddings.vector_index.EXACT_UP_TO", library.chunk_count)
    ingest(library, write_lines(tmp_path / "b.jsonl", rows_of(range(20, 40))))
    (saved,) = (library.root / "derived").glob("vectors-*")
    assert not VectorIndex.open(saved).outgrown
    reader.refresh()
    for opened in (library, reader):
        assert_finds_everything(opened, encoder)
    reader.close()


def test_another_library_object_sees_changes_after_refresh(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    reader = Library.open(library.root, encoder)
    before = reader.chunk_count
    write_lines(source, rows_of([1, 11, 12]))
    ingest(library, source)
    assert reader.chunk_count == before
    reader.refresh()
    assert_finds_everything(reader, encoder)
    reader.close()


def test_a_second_writer_is_told_that_the_library_is_busy(library: Library, source: Path) -> None:
    with FileLock(library.root / "write.lock"), pytest.raises(LibraryBusyError, match="another"):
        ingest(library, source)
    assert ingest(library, source)[0].status == "added"


WRITER = """
import sys
from pathlib import Path
from embeddings.testing import HashEncoder
from rag.library import Library

class Waiting(HashEncoder):
    def encode_documents(self, texts):
        print("encoding", flush=True)
        sys.stdin.readline()
        return super().encode_documents(texts)

library = Library.open(Path(sys.argv[1]), Waiting())
print([report.status for report in library.ingest([Path(sys.argv[2])])], flush=True)
"""


def test_while_one_process_writes_others_read_and_a_second_writer_is_refused(
    library: Library, source: Path, tmp_path: Path
) -> None:
    ingest(library, source)
    more = write_lines(tmp_path / "b.jsonl", rows_of([8]))
    root, home = str(library.root), Path(__file__).parent.parent

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "rag", "library", *words, "--library", root]
        return subprocess.run(line, capture_output=True, text=True, cwd=home, check=False)

    with subprocess.Popen(
        [sys.executable, "-c", WRITER, root, str(more)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=home,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "encoding\n"
        assert command("list").stdout.count("\n") == 5
        assert command("text", "s1").stdout == speech(1)
        assert command("verify").stdout == "The library is whole.\n"
        refused = command("remove", "s1")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "another process is writing" in refused.stderr
        assert "Traceback" not in refused.stderr
        told, _ = writer.communicate("\n")
    assert told == "['added']\n"
    assert command("list").stdout.count("\n") == 6
    assert command("remove", "s1").returncode == 0
    assert command("list").stdout.count("\n") == 5


def test_a_process_reads_while_another_writes(library: Library, source: Path) -> None:
    ingest(library, source)
    run = library.ingest([source])
    next(run)
    script = (
        "import sys; from pathlib import Path; from rag.library import Library;"
        "library = Library.open(Path(sys.argv[1]));"
        "print(len(library.documents()), library.chunk_count, library.document('s1').doc_id)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script, str(library.root)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    run.close()
    assert shown.stdout.split() == ["5", str(library.chunk_count), "s1"]


def test_an_unknown_library_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(UnknownLibraryError, match="jianghua ingest"):
        Library.open(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_another_encoder_is_refused_unless_the_library_is_empty(
    library: Library, source: Path
) -> None:
    other = CountingEncoder("other")
    Library.open(library.root, other).close()
    ingest(library, source)
    with pytest.raises(EncoderMismatchError, match=r"hash-64.*other"):
        Library.open(library.root, other)


def test_a_library_without_encoder_cannot_ingest(library: Library, source: Path) -> None:
    light = Library.open(library.root)
    with pytest.raises(UsageError, match="encoder"):
        ingest(light, source)
    light.close()


def test_an_empty_library_finds_nothing(library: Library, encoder: CountingEncoder) -> None:
    (row,) = encoder.encode_queries(["问题"])
    assert library.chunk_count == 0
    assert library.dense(row, 5)[0].size == library.lexical(["问题"], 5)[0].size == 0
    assert library.passages(np.empty(0, np.int64)) == []
    assert library.verify().ok


def test_a_correction_is_shown_found_and_kept(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    library.correct("s2", "speaker", "欧阳听雪")
    write_lines(source, rows_of(range(1, 7)))
    ingest(library, source)
    assert library.document("s2").metadata.speaker == "欧阳听雪"
    keys, _ = library.lexical(terms("欧阳听雪"), 1)
    assert library.passages(keys)[0][0].doc_id == "s2"
    assert_finds_everything(library, encoder)
    with pytest.raises(ValueError, match="colour"):
        library.correct("s2", "colour", "红")


def test_an_original_is_offered_only_with_the_bytes_that_were_read(
    library: Library, source: Path, tmp_path: Path
) -> None:
    ingest(library, source)
    assert library.original("s2") == source
    bytes_read = source.read_bytes()
    source.write_bytes(b"something private")
    assert library.original("s2") is None
    source.unlink()
    assert library.original("s2") is None
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(bytes_read)
    ingest(library, copy)
    assert library.original("s2") == copy
    with pytest.raises(UnknownDocumentError):
        library.original("never")


def test_a_library_tells_how_much_it_holds(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    assert library.holdings() == Holdings(0, 0, 0, None)
    ingest(library, source)
    assert library.holdings() == Holdings(1, 5, library.chunk_count, encoder.fingerprint)


def test_progress_counts_sources_and_chunks(library: Library, source: Path) -> None:
    told = []
    reports = list(library.ingest([source, source], told.append))
    assert [p.sources_done for p in told] == sorted(p.sources_done for p in told)
    assert told[-1].sources_done == told[-1].sources == len(reports)
    assert told[0].chunks_encoded + told[0].chunks_waiting == reports[0].chunks
    assert (told[-1].chunks_encoded, told[-1].chunks_waiting) == (reports[0].chunks, 0)


def test_many_threads_search_while_one_ingests(
    library: Library, encoder: CountingEncoder, tmp_path: Path
) -> None:
    ingest(library, write_lines(tmp_path / "0.jsonl", rows_of([0])))
    (row,) = encoder.encode_queries(["新建项目"])
    failures: list[Exception] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            try:
                library.refresh()
                library.passages(library.dense(row, 5)[0])
                library.passages(library.lexical(terms("项目"), 5)[0])
            except Exception as error:  # noqa: BLE001
                failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 6):
        ingest(library, write_lines(tmp_path / f"{number}.jsonl", rows_of([number])))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert_finds_everything(library, encoder)


def test_what_stays_is_found_rightly_while_other_speeches_come_and_go(
    library: Library, encoder: CountingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while cells in a file are changed beside it, made anew and written again."""
    monkeypatch.setattr("embeddings.vector_index.EXACT_UP_TO", 60)
    monkeypatch.setattr("embeddings.vector_index._BESIDE_UP_TO", 12)
    ingest(library, write_lines(tmp_path / "stay.jsonl", rows_of(range(20))))
    saved = library.root / "derived"
    assert VectorIndex.open(next(saved.glob("vectors-*"))).mapped
    staying = {text: encoder.encode_queries([text])[0] for _, text in passages_of(library)}
    texts, rows = list(staying), np.array(list(staying.values()))
    failures: list[str] = []
    stop = threading.Event()

    def search() -> None:
        asked = 0
        while not stop.is_set() or asked < 20:
            own, row = texts[asked % len(texts)], rows[asked % len(texts)]
            asked += 1
            keys, _ = library.dense(row, 10)
            there = keys[library.present(keys)]  # others were removed since they were found
            try:
                passages = library.passages(there)
            except UnknownDocumentError:  # and another one since then
                continue
            found = [indexed_text(document, chunk) for document, chunk in passages]
            stayed = [text for text in found if text in staying]
            best = np.sort(rows @ row)[::-1][: len(stayed)]
            right = [staying[text] @ row for text in stayed]
            if stayed[:1] != [own] or not np.allclose(right, best, atol=1e-3):
                failures.append(f"for {own}: {found}")

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    kept = set()
    for number in range(20, 28):
        ingest(library, write_lines(tmp_path / f"{number}.jsonl", rows_of([number])))
        kept |= {path.name for path in saved.glob("vectors-*")}
        if number % 2:
            library.remove([f"s{number}"])
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert 1 < len(kept) < 8  # written anew now and then, not for each change
    assert_finds_everything(library, encoder)
    again = Library.open(library.root, encoder)
    assert_finds_everything(again, encoder)
    again.close()


def printings(library: Library, doc_id: str) -> list[str]:
    return [one.doc_id for one in library.printings_of(doc_id)]


def reprint(number: int, headline: str) -> str:
    """The speech under another headline and with a line of the page below it."""
    _, _, body = speech(number).partition("\n")
    return f"{headline}\n{body}\n(责任编辑:某某)"


def test_reprints_are_one_speech_and_the_earliest_stands_for_it(
    library: Library, source: Path, tmp_path: Path
) -> None:
    later = {"id": "later", "title": "论坛", "date": "2032-02-01", "text": reprint(2, "本报讯")}
    early = {"id": "early", "title": "原稿", "date": "2031-12-30", "text": reprint(2, "全文如下")}
    ingest(library, source, write_lines(tmp_path / "b.jsonl", [later, early]))
    for member in ("s2", "early", "later"):
        assert printings(library, member) == ["early", "later", "s2"]
    assert library.printings_of("early")[0] == Printing("early", "原稿", "2031-12-30")
    assert printings(library, "s1") == []
    library.remove(["early"])
    assert printings(library, "s2") == ["later", "s2"]
    write_lines(tmp_path / "b.jsonl", [later | {"text": speech(77)}])
    ingest(library, tmp_path / "b.jsonl")
    assert printings(library, "s2") == []


def test_the_same_text_under_two_given_ids_is_one_speech(
    library: Library, source: Path, tmp_path: Path
) -> None:
    twin = write_lines(tmp_path / "b.jsonl", [{"id": "twin", "title": "题", "text": speech(3)}])
    ingest(library, source, twin)
    assert printings(library, "twin") == ["s3", "twin"]


def test_an_older_parsers_documents_are_parsed_again_without_encoding(
    library: Library, encoder: CountingEncoder, source: Path
) -> None:
    ingest(library, source)
    encoder.encoded.clear()
    with sqlite3.connect(library.root / "library.sqlite3") as raw:
        raw.execute("UPDATE sources SET versions = '0.0'")
        raw.execute("UPDATE documents SET metadata = '{\"title\": \"旧\"}' WHERE doc_id = 's1'")
    raw.close()
    assert ingest(library, source)[0].status == "updated"
    assert library.document("s1").title == "第1次讲话"
    assert encoder.encoded == []
    assert ingest(library, source)[0].status == "unchanged"


def test_metadata_beside_an_unchanged_file_are_taken_in(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(speech(1), encoding="utf-8")
    assert ingest(library, path)[0].status == "added"
    (tmp_path / "metadata.csv").write_text("file,speaker\na.txt,欧阳听雪\n", encoding="utf-8")
    (report,) = ingest(library, path)
    assert (report.status, report.documents[0].metadata.speaker) == ("updated", "欧阳听雪")
    assert library.documents()[0].metadata.speaker == "欧阳听雪"
    keys, _ = library.lexical(terms("欧阳听雪"), 1)
    assert keys.size == 1


def test_a_long_ingest_saves_the_vector_index_only_when_it_has_grown(tmp_path: Path) -> None:
    with closing(Library.create(tmp_path / "library", HashEncoder())) as library:
        list(library.ingest([write_lines(tmp_path / "a.jsonl", rows_of(range(8)))]))
        corpus = Corpus(library.root / "library.sqlite3")
        derived = Derived(tmp_path / "derived", HashEncoder.dim)

        def saved() -> list[str]:
            return [path.name for path in (tmp_path / "derived").glob("vectors-*.faiss")]

        derived.catch_up(corpus, may_write=True)
        derived.save(grown_by=0.5)
        first = saved()
        list(library.ingest([write_lines(tmp_path / "b.jsonl", rows_of([8]))]))
        derived.catch_up(corpus, may_write=True)
        derived.save(grown_by=0.5)
        assert len(first) == 1
        assert saved() == first
        derived.save()
        assert len(saved()) == 1
        assert saved() != first
        corpus.close()
