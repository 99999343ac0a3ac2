from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from rag.errors import ReadError
from rag.readers import Worker
from rag.readers.formats import Format

PAGE = "<html><p>今天的会议很重要。"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "a.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_file_that_takes_too_long_costs_itself_alone(tmp_path: Path, page: Path) -> None:
    slow = tmp_path / "slow.html"
    slow.write_text("<div>" * 1_000_000, encoding="utf-8")  # lexbor takes minutes for it
    with Worker() as worker:
        with pytest.raises(ReadError, match="took more than 1 s"):
            worker.read(slow, Format.HTML, seconds=1)
        assert worker.read(page, Format.HTML).texts[0].text == "今天的会议很重要。"


def test_a_file_that_eats_memory_costs_itself_alone(tmp_path: Path, page: Path) -> None:
    hungry = tmp_path / "hungry.docx"
    with zipfile.ZipFile(hungry, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", " " * (200 << 20))
    with Worker(most_memory=400 << 20) as worker:
        with pytest.raises(ReadError, match=r"the docx reader broke down \(MemoryError"):
            worker.read(hungry, Format.DOCX)
        assert worker.read(page, Format.HTML).texts[0].text == "今天的会议很重要。"


def test_a_refusal_keeps_the_process(tmp_path: Path, page: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.write_text("<html>", encoding="utf-8")
    with Worker() as worker:
        for _ in range(2):
            with pytest.raises(ReadError, match="without visible text"):
                worker.read(empty, Format.HTML)
            assert worker.read(page, Format.HTML).encoding == "utf-8"


def test_a_reader_that_breaks_down_says_how(tmp_path: Path, page: Path) -> None:
    with Worker() as worker:
        with pytest.raises(ReadError, match=r"the text reader broke down \(KeyError"):
            worker.read(page, Format.TEXT)  # text is not read in the child process
        assert worker.read(page, Format.HTML).texts[0].text == "今天的会议很重要。"


def test_a_closed_worker_starts_anew(page: Path) -> None:
    worker = Worker()
    worker.close()
    first = worker.read(page, Format.HTML)
    worker.close()
    assert worker.read(page, Format.HTML) == first
    worker.close()
