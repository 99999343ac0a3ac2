from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import ReadError
from rag.readers import read
from rag.readers.reading import MAX_FILE_BYTES
from rag.schema import Metadata, Reading

Reader = Callable[[str, bytes], Reading]
TEXT = "在临川湖区工作会议上的讲话\n（2012年3月4日）\n同志们：\n　　今天的会议很重要。\n"


@pytest.mark.parametrize("name", ["讲话.txt", "讲话", "SPEECH.TXT"])
def test_plain_text_is_kept_as_it_stands(read_bytes: Reader, name: str) -> None:
    reading = read_bytes(name, TEXT.encode("gbk"))
    assert [text.text for text in reading.texts] == [TEXT]
    assert (reading.encoding, reading.notes) == ("gb18030", ())


def test_damaged_characters_are_noted(read_bytes: Reader) -> None:
    reading = read_bytes("a.txt", TEXT.encode() + b"\xff\n")
    assert reading.notes == ("1 damaged characters, shown as \ufffd",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "has no text"),
        (b"\x00\x01\x02\x03" * 50, "is not text"),
        (b"\x7fELF" + bytes(range(32)) * 20, "is not text"),
    ],
)
def test_what_is_no_text_is_refused(read_bytes: Reader, data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_bytes("a.txt", data)


def test_a_file_beyond_the_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    with path.open("wb") as file:
        file.truncate(2 << 30)  # sparse: takes no room on the disk
    with pytest.raises(ReadError, match=f"2048 MB; at most {MAX_FILE_BYTES >> 20} MB"):
        read(path)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be opened"):
        read(tmp_path / "missing.txt")


def test_front_matter_is_given_and_not_text(read_bytes: Reader) -> None:
    page = (
        "---\ntitle: 在春耕会议上的讲话\n讲话人： 李 炎\ndate: '2011-08-31'\ntags:\n  - 农业\n"
        "# 说明\nurl: https://example.org/a:b\n---\n# 一、认清形势\n\n正文 **要点**。\n"
    )
    (text,) = read_bytes("a.md", page.encode()).texts
    assert text.text == "# 一、认清形势\n\n正文 **要点**。\n"
    assert text.given == Metadata(
        title="在春耕会议上的讲话",
        speaker="李 炎",
        date="2011-08-31",
        source_url="https://example.org/a:b",
    )


@pytest.mark.parametrize(
    "page",
    [
        "---\n这是一条分隔线下面的正文。\n---\n再下面\n",
        "---\ntitle: 没有结束\n正文\n",
        "正文\n---\ntitle: 不在开头\n---\n",
        "---\n",
    ],
)
def test_what_only_looks_like_front_matter_stays_text(read_bytes: Reader, page: str) -> None:
    (text,) = read_bytes("a.md", page.encode()).texts
    assert (text.text, text.given) == (page, Metadata())


def test_jsonl_documents_keep_their_id_text_and_fields(read_bytes: Reader) -> None:
    lines = [
        {"id": "d1", "title": "甲", "text": " 首\r\n行 ", "speaker": "李炎", "date": "二〇一一年"},
        {"text": "第二篇", "venue": None, "source_url": "https://example.org", "other": [1]},
        {"id": 7, "text": "第三篇", "year": 2012, "author": "别名", "speaker": "王一"},
    ]
    data = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n"
    first, second, third = read_bytes("a.jsonl", data.encode()).texts
    assert (first.doc_id, first.text) == ("d1", " 首\n行 ")
    assert first.given == Metadata(title="甲", speaker="李炎", date="二〇一一年")
    assert (second.doc_id, second.given) == (None, Metadata(source_url="https://example.org"))
    assert (third.doc_id, third.given, third.hinted) == (
        "7",
        Metadata(speaker="王一"),
        Metadata(date="2012"),
    )


def test_a_bad_line_is_named_and_the_others_go_on(read_bytes: Reader) -> None:
    deep = "[" * 100_000
    data = f'{{"text": "一"}}\n{{"text": }}\n[1]\n{{"title": "无"}}\n{deep}\n{{"text": "二"}}\n'
    reading = read_bytes("a.jsonl", data.encode())
    assert [text.text for text in reading.texts] == ["一", "二"]
    assert [note.split(":")[0] for note in reading.notes] == [f"line {n}" for n in (2, 3, 4, 5)]
    assert "nested too deeply" in reading.notes[3]


def test_many_bad_lines_are_counted_not_listed(read_bytes: Reader) -> None:
    reading = read_bytes("a.jsonl", b'{"text": "x"}\n' + b"bad\n" * 1000)
    assert len(reading.notes) == 21
    assert reading.notes[-1] == "980 more lines are no documents"


def test_jsonl_without_a_document_is_refused(read_bytes: Reader) -> None:
    with pytest.raises(ReadError, match=r'no document; expected an object with "text".*line 1'):
        read_bytes("a.jsonl", b'{"title": "x"}\n')


def test_half_a_surrogate_pair_becomes_a_replacement_character(read_bytes: Reader) -> None:
    (text,) = read_bytes("a.jsonl", b'{"text": "a\\ud800b", "title": "t\\udc00"}\n').texts
    assert (text.text, text.given.title) == ("a\ufffdb", "t\ufffd")


@pytest.mark.parametrize(
    "data", ['[{"text": "一"}, {"text": "二"}]', '{"text": "一"}\n{"text": "二"}']
)
def test_json_lists_and_json_lines_in_a_json_file(read_bytes: Reader, data: str) -> None:
    assert [t.text for t in read_bytes("a.json", data.encode()).texts] == ["一", "二"]


@pytest.mark.parametrize("data", [b"[" * 100_000, b"[1, 2", b"[]", b"1" * 10_000, b'"x"'])
def test_json_that_is_no_document_is_refused(read_bytes: Reader, data: bytes) -> None:
    with pytest.raises(ReadError):
        read_bytes("a.json", data)
