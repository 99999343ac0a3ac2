from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from reader_files import Rows, xlsx

from rag.errors import ReadError
from rag.schema import Metadata, Reading

Reader = Callable[[str, bytes], Reading]

ROWS: Rows = [
    ["临川湖区领导讲话汇编", None, None, None, None],
    ["序号", "标题", "发言人", "时间", "正文"],
    [1, "在春耕会议上的讲话", "李炎", date(2011, 8, 31), "同志们：\n“要点”，一。"],
    [2, None, None, 2012, "第二篇"],
    [3, "无正文", "王一", None, None],
    [None, None, None, None, None],
]
FIRST = Metadata(title="在春耕会议上的讲话", speaker="李炎", date="2011-08-31")


def xls(rows: Rows) -> bytes:
    xlwt = pytest.importorskip("xlwt", reason="only xlwt writes the old Excel format")
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("一")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell, day if isinstance(cell, date) else xlwt.Style.default_style)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "write"), [("a.xlsx", xlsx), ("a.xls", xls), ("b.xls", xlsx)])
def test_each_row_of_a_workbook_is_a_speech(
    read_bytes: Reader, name: str, write: Callable[[Rows], bytes]
) -> None:
    reading = read_bytes(name, write(ROWS))
    first, second = reading.texts
    assert (first.text, first.given) == ("同志们：\n“要点”，一。", FIRST)
    assert (second.text, second.given) == ("第二篇", Metadata(date="2012"))
    assert (first.doc_id, second.doc_id) == (None, None)
    assert len(reading.notes) == 1
    assert reading.notes[0].endswith("1 rows have no text")


def test_all_sheets_are_read_and_other_tables_named(read_bytes: Reader) -> None:
    reading = read_bytes(
        "a.xlsx", xlsx([["内容"], ["一"]], [["阶段", "年份"], ["x", 1]], [["Text"], ["二"]])
    )
    assert [text.text for text in reading.texts] == ["一", "二"]
    assert reading.notes == ("sheet Sheet1 has the columns 阶段 年份",)


def test_a_speech_typed_into_a_sheet_cell_by_cell(read_bytes: Reader) -> None:
    lines = ["在全县教育会议上的讲话", "同志们：", *["全县上下团结奋进，成绩明显。" * 3] * 9]
    reading = read_bytes("a.xlsx", xlsx([[line] for line in lines]))
    assert [text.text for text in reading.texts] == ["\n".join(lines)]
    assert reading.notes == ("no column of texts: read cell by cell as one speech a sheet",)


def test_a_workbook_without_speeches_says_what_was_expected_and_found(read_bytes: Reader) -> None:
    with pytest.raises(ReadError, match=r"a column 正文 .*has the columns 阶段 年份"):
        read_bytes("a.xlsx", xlsx([["阶段", "年份"], ["x", 1]]))


def test_a_full_cell_is_noted(read_bytes: Reader) -> None:
    reading = read_bytes("a.xlsx", xlsx([["正文"], ["文" * 32_767]]))
    assert "may be cut off" in reading.notes[0]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
def test_csv_of_any_separator_and_encoding(
    read_bytes: Reader, separator: str, encoding: str
) -> None:
    lines = [
        "Title,URL,publish_date,来源,full_text",
        '甲,https://example.org,2012-01-02,日报,"一，\r\n""二"""',
    ]
    data = "\r\n".join(lines).replace(",", separator).encode(encoding)
    (text,) = read_bytes("a.csv", data).texts
    assert text.text == '一，\n"二"'
    assert text.given == Metadata(
        title="甲", source_url="https://example.org", published="2012-01-02", publisher="日报"
    )


def test_a_year_only_hints_since_the_text_may_state_the_date(read_bytes: Reader) -> None:
    (text,) = read_bytes("a.csv", "年份,正文\n2012,甲\n".encode()).texts
    assert (text.given, text.hinted) == (Metadata(), Metadata(date="2012"))


def test_a_source_that_is_a_link_is_the_url(read_bytes: Reader) -> None:
    (text,) = read_bytes("a.csv", "source,text\nhttps://example.org/x,甲\n".encode()).texts
    assert text.given == Metadata(source_url="https://example.org/x")


def test_cells_longer_than_the_csv_modules_limit(read_bytes: Reader) -> None:
    speech = "会议很重要。" * 50_000
    (text,) = read_bytes("a.csv", f'正文,标题\n"{speech}",甲\n'.encode()).texts
    assert text.text == speech


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", "正文,标题\n,甲\n".encode()),
        ("a.csv", b"one cell"),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.xlsx", b"no workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") * 99),
    ],
)
def test_what_is_no_table_of_speeches_is_refused(
    read_bytes: Reader, name: str, data: bytes
) -> None:
    with pytest.raises(ReadError):
        read_bytes(name, data)
