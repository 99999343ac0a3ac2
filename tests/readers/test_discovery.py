from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.errors import ReadError, UsageError
from rag.readers import discover, given_beside, ocr
from rag.schema import Metadata


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")


def test_folders_are_searched_in_one_order(tmp_path: Path) -> None:
    touch(tmp_path, "b.txt", "a/2.docx", "a/10.pdf", "a/c/x.html", "README", "z.JSONL")
    found = discover([tmp_path])
    assert [str(f.relative_to(tmp_path)) for f in found.files] == [
        "README", "b.txt", "z.JSONL", "a/10.pdf", "a/2.docx", "a/c/x.html",
    ]  # fmt: skip
    assert found.skipped == ()


def test_what_is_skipped_is_named_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    touch(folder, "a.txt", ".hidden.txt", ".git/x.txt", "~$a.docx", "v.mp4", "metadata.csv")
    touch(tmp_path, "secret.txt")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inner.txt").symlink_to(folder / "a.txt")
    (folder / "broken.txt").symlink_to(folder / "missing.txt")
    (folder / "loop").symlink_to(folder)
    found = discover([folder])
    assert found.files == (folder / "a.txt",)
    assert {path.name: reason for path, reason in found.skipped} == {
        "broken.txt": "is no regular file",
        "link.txt": "is a link that leads out of the folder",
        "loop": "is a link to a folder; name that folder itself",
        "v.mp4": "has no reader for .mp4",
        "~$a.docx": "is a lock file of an open document",
    }


def test_what_belongs_to_a_saved_page_is_no_source(tmp_path: Path) -> None:
    touch(
        tmp_path, "讲话.html", "讲话_files/logo.html", "乙.htm", "乙.files/a.txt", "丙_files/c.txt"
    )
    assert [f.name for f in discover([tmp_path]).files] == ["乙.htm", "讲话.html", "c.txt"]


@pytest.mark.skipif(ocr.is_installed(), reason="OCR is installed, so images are read")
def test_images_are_skipped_where_no_ocr_is_installed(tmp_path: Path) -> None:
    touch(tmp_path, "a.png")
    assert discover([tmp_path]).files == ()
    assert discover([tmp_path / "a.png"]).files == (tmp_path / "a.png",)


def test_a_file_that_is_named_is_kept_once(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", ".b.txt", "c.xyz")
    named = [tmp_path / ".b.txt", tmp_path / "c.xyz", tmp_path, tmp_path / "a.txt"]
    found = discover(named)
    assert [f.name for f in found.files] == [".b.txt", "c.xyz", "a.txt"]


def test_a_missing_path_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere does not exist"):
        discover([tmp_path / "nowhere"])


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert discover([tmp_path]).files == ()


def test_a_table_beside_the_files_describes_them(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_bytes(
        "\ufeff文件名,标题,讲话人,讲话日期,其他\n甲.txt,题目,李　炎,2012年3月,x\n"
        "乙,二,,,\n甲.txt,再,,,\n".encode()
    )
    assert given_beside(tmp_path / "甲.txt") == Metadata(
        title="题目", speaker="李　炎", date="2012年3月"
    )
    assert given_beside(tmp_path / "乙.docx") == Metadata(title="二")
    assert given_beside(tmp_path / "丙.txt") == Metadata()


def test_a_changed_table_is_read_again(tmp_path: Path) -> None:
    table = tmp_path / "metadata.csv"
    table.write_text("file,title\na.txt,旧\n", encoding="utf-8")
    assert given_beside(tmp_path / "a.txt").title == "旧"
    table.write_text("file,title\na.txt,新的\n", encoding="utf-8")
    assert given_beside(tmp_path / "a.txt").title == "新的"


@pytest.mark.parametrize(
    ("first", "same_size"),
    [("file,title\na.txt,甲\nb.txt,甲\n", "file,title\na.txt,乙\nb.txt,乙\n"),
     ("filf,title\na.txt,甲\nb.txt,甲\n", "file,title\na.txt,乙\nb.txt,乙\n")],
)  # fmt: skip
def test_a_table_is_read_once_for_all_files_beside_it(
    tmp_path: Path, first: str, same_size: str
) -> None:
    def told(name: str) -> str | None:
        try:
            return given_beside(tmp_path / name).title
        except ReadError as error:
            return str(error)

    table = tmp_path / "metadata.csv"
    table.write_text(first, encoding="utf-8")
    before, stat = told("a.txt"), table.stat()
    table.write_text(same_size, encoding="utf-8")
    os.utime(table, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert told("b.txt") == before != "乙"  # it cannot know, for it has not looked again


def test_no_table_gives_nothing(tmp_path: Path) -> None:
    assert given_beside(tmp_path / "a.txt") == Metadata()


def test_a_table_that_names_no_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("title,date\n甲,2012\n", encoding="utf-8")
    with pytest.raises(ReadError, match="expected a column file"):
        given_beside(tmp_path / "a.txt")
