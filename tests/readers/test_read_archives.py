from __future__ import annotations

import zipfile
from collections.abc import Callable

import pytest
from reader_files import packed

from rag.errors import ReadError
from rag.schema import Metadata, Reading

Reader = Callable[[str, bytes], Reading]


def test_members_are_read_in_turn_and_failures_named(read_bytes: Reader) -> None:
    data = packed(
        {
            "甲.txt": "第一篇".encode("gbk"),
            "年/乙.html": "<html><p>第二篇".encode(),
            "年/丙.docx": b"PK\x03\x04",
            "__MACOSX/甲.txt": b"x",
            "年/~$丁.docx": b"x",
            "年/.hidden": b"x",
            "空.txt": b"",
            "里.zip": packed({"a.txt": b"x"}),
            "图.xyz": b"x",
        }
    )
    reading = read_bytes("a.zip", data)
    assert [text.text for text in reading.texts] == ["第一篇", "第二篇"]
    assert reading.encoding == "zip"
    assert [note.split(" ")[0] for note in reading.notes] == [
        "年/丙.docx",
        "空.txt",
        "里.zip",
        "图.xyz",
    ]
    assert "archive inside an archive" in reading.notes[2]


def test_a_table_in_the_archive_describes_its_folder(read_bytes: Reader) -> None:
    data = packed(
        {
            "metadata.csv": "文件名,标题\n甲.txt,外面的题目\n".encode(),
            "内/metadata.csv": "file,speaker,title\n甲,李炎,\n".encode("gbk"),
            "内/甲.txt": "第一篇".encode(),
            "内/乙.txt": "第二篇".encode(),
        }
    )
    first, second = read_bytes("a.zip", data).texts
    assert (first.given, second.given) == (Metadata(speaker="李炎"), Metadata())


def test_paths_that_lead_out_of_the_archive_touch_nothing(read_bytes: Reader) -> None:
    data = packed(
        {"../../outside.txt": "文".encode(), "/abs.txt": "字".encode(), "..\\w.txt": b"w"}
    )
    assert [text.text for text in read_bytes("a.zip", data).texts] == ["文", "字", "w"]


def test_names_written_in_gbk_are_readable(read_bytes: Reader) -> None:
    name = "领导讲话.xyz".encode("gbk")
    placeholder = b"q" * len(name)  # zipfile itself would write the name in UTF-8
    data = packed({"a.txt": b"x", placeholder.decode(): b"x"})
    assert (
        read_bytes("a.zip", data.replace(placeholder, name))
        .notes[0]
        .startswith("领导讲话.xyz has the unknown suffix")
    )


def test_an_archive_that_unpacks_without_end_is_refused(read_bytes: Reader) -> None:
    with pytest.raises(ReadError, match="which no archive of texts does"):
        read_bytes("a.zip", packed({"a.txt": b" " * (64 << 20)}))


def test_an_archive_of_too_many_files_is_refused(read_bytes: Reader) -> None:
    with pytest.raises(ReadError, match="has 10001 files"):
        read_bytes("a.zip", packed({f"{n}.txt": b"x" for n in range(10_001)}, zipfile.ZIP_STORED))


def test_a_member_of_a_false_size_is_named(read_bytes: Reader) -> None:
    data = packed({"a.txt": b"good", "b.txt": b"b" * 100}, zipfile.ZIP_STORED)
    size = (100).to_bytes(4, "little")
    broken = data.replace(size, (9).to_bytes(4, "little"))
    reading = read_bytes("a.zip", broken)
    assert [text.text for text in reading.texts] == ["good"]
    assert reading.notes[0].startswith("b.txt is damaged")


@pytest.mark.parametrize(
    "data", [b"no archive", b"PK\x03\x04 broken", packed({}), packed({"a.xyz": b"x"})]
)
def test_what_holds_nothing_readable_is_refused(read_bytes: Reader, data: bytes) -> None:
    with pytest.raises(ReadError):
        read_bytes("a.zip", data)
