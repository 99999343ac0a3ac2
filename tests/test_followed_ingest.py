"""An upload that is followed while it is read."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from web_fakes import MemoryLibrary

from rag.editing import EditorsOnly, NotAnEditorError
from rag.errors import LibraryBusyError
from rag.followed_ingest import followed
from rag.ingestion import Progress, SourceReport
from rag.users import Role
from rag.visitors import Visitor, current_visitor, note_visitor


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{i}.txt" for i in range(3)]
    for path in paths:
        path.write_text(f"讲话{path.stem}", encoding="utf-8")
    return paths


def test_every_file_is_reported_in_its_order(files: list[Path], tmp_path: Path) -> None:
    library = MemoryLibrary(root=tmp_path)
    told = list(followed(library, files))
    reports = [one for one in told if isinstance(one, SourceReport)]
    assert [Path(report.path).name for report in reports] == ["0.txt", "1.txt", "2.txt"]


def test_progress_comes_before_the_file_is_read(files: list[Path], tmp_path: Path) -> None:
    library = MemoryLibrary(root=tmp_path)
    library.reading.clear()
    told = followed(library, files)
    first = next(told)
    assert isinstance(first, Progress)
    assert (first.sources_done, first.sources) == (0, 3)
    library.reading.set()
    list(told)


def test_who_stops_following_does_not_stop_the_work(files: list[Path], tmp_path: Path) -> None:
    library = MemoryLibrary(root=tmp_path)
    library.reading.clear()
    told = followed(library, files)
    next(told)
    told.close()
    library.reading.set()
    for _ in range(200):
        if {"0", "1", "2"} <= library.held.keys():
            return
        library.reading.wait(0.01)
        time.sleep(0.01)
    pytest.fail("the files are not in the library")


class Busy(MemoryLibrary):
    """Somebody else writes."""

    def ingest(
        self, paths: Iterable[Path], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[SourceReport]:
        raise LibraryBusyError("another process writes")


def test_what_ended_it_early_is_raised(files: list[Path]) -> None:
    with pytest.raises(LibraryBusyError):
        list(followed(Busy(), files))


def test_the_work_is_done_in_the_name_of_who_asked_for_it(files: list[Path]) -> None:
    inner = MemoryLibrary()
    library = EditorsOnly(inner, current_visitor, "只有编辑可以。")

    def taken_in_by(role: Role) -> None:
        note_visitor({}, Visitor("x", role))
        list(followed(library, files))

    with pytest.raises(NotAnEditorError):
        contextvars.copy_context().run(taken_in_by, Role.READER)
    assert "0" not in inner.held
    contextvars.copy_context().run(taken_in_by, Role.EDITOR)
    assert {"0", "1", "2"} <= inner.held.keys()
