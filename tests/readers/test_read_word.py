from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from reader_files import NUMBERING, STYLES, W, paragraph, word_file

from rag.errors import ReadError
from rag.readers.numbering import written_number
from rag.schema import Reading

Reader = Callable[[str, bytes], Reading]


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_paragraphs_and_tables_in_their_order(read_bytes: Reader) -> None:
    document = docx.Document()
    document.add_paragraph("在会议上的讲话")
    document.add_paragraph("第一行\n第二行\t列")
    table = document.add_table(2, 3)
    for cell, words in zip(table._cells, ["指标", "去年", "今年", "产值", "3", ""], strict=True):
        cell.text = words
    document.add_paragraph("完")
    reading = read_bytes("a.docx", saved(document))
    assert reading.texts[0].text == (
        "在会议上的讲话\n第一行\n第二行\t列\n指标\t去年\t今年\n产值\t3\n完"
    )
    assert reading.encoding == "docx"


def test_a_cell_that_holds_the_document_keeps_its_lines(read_bytes: Reader) -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "第一段"
    cell.add_paragraph("第二段")
    assert read_bytes("a.docx", saved(document)).texts[0].text.strip() == "第一段\n第二段"


def test_only_what_word_shows_is_read(read_bytes: Reader) -> None:
    body = (
        "<w:p><w:ins><w:r><w:t>加入</w:t></w:r></w:ins><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
        "<w:sdt><w:sdtContent><w:r><w:t>，控件</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:instrText>PAGE</w:instrText><w:noBreakHyphen/><w:t xml:space='preserve'> 尾 </w:t></w:r></w:p>"
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p>"
        "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p>"
        "</w:txbxContent></mc:Fallback></mc:AlternateContent><w:t>段</w:t></w:r></w:p>"
    )
    assert read_bytes("a.docx", word_file(body)).texts[0].text == "加入，控件- 尾 \n框\n段"


def test_list_numbers_are_shown_as_word_shows_them(read_bytes: Reader) -> None:
    body = "".join(
        paragraph(text, level)
        for text, level in [
            ("甲", 0), ("甲一", 1), ("甲二", 1), ("细", 2), ("Latin", 2), ("点", 3), ("乙", 0), ("乙一", 1),
        ]
    )  # fmt: skip
    text = read_bytes("a.docx", word_file(body, numbering=NUMBERING)).texts[0].text
    assert text.split("\n") == [
        "一、甲", "（一）甲一", "（二）甲二", "1.3.细", "1.4. Latin", "点", "二、乙", "（一）乙一",
    ]  # fmt: skip


def test_styles_number_too_and_a_list_starts_anew_where_told(read_bytes: Reader) -> None:
    body = paragraph("甲", 0) + paragraph("乙", style="9") + paragraph("丙", style="10")
    body += paragraph("丁", style="c1")
    text = read_bytes("a.docx", word_file(body, numbering=NUMBERING, styles=STYLES)).texts[0].text
    assert text == "一、甲\n一、乙\n二、丙\n丁"


def test_a_table_of_contents_is_chrome(read_bytes: Reader) -> None:
    body = paragraph("目录") + paragraph("一、甲\t1", style="11") + paragraph("一、甲")
    (text,) = read_bytes("a.docx", word_file(body, styles=STYLES)).texts
    assert [text.text[s.start : s.end] for s in text.chrome] == ["一、甲\t1"]


def test_footnotes_follow_the_text(read_bytes: Reader) -> None:
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator"><w:p><w:r><w:t>线</w:t></w:r></w:p>'
        f"</w:footnote><w:footnote>{paragraph('注释')}</w:footnote></w:footnotes>"
    )
    assert (
        read_bytes("a.docx", word_file(paragraph("文"), footnotes=notes)).texts[0].text
        == "文\n注释"
    )


@pytest.mark.parametrize(
    ("title", "hint"), [("在会议上的讲话", "在会议上的讲话"), ("旧文件", None)]
)
def test_the_title_property_hints_where_the_text_has_it(
    read_bytes: Reader, title: str, hint: str | None
) -> None:
    document = docx.Document()
    document.add_paragraph("在会议上的\u3000讲话")
    document.core_properties.title = title
    document.core_properties.author = "打字员"
    (text,) = read_bytes("a.docx", saved(document)).texts
    assert (text.hinted.title, text.hinted.speaker) == (hint, None)


@pytest.mark.parametrize(
    ("number", "style", "written"),
    [
        (10, "chineseCounting", "十"),
        (21, "chineseCountingThousand", "二十一"),
        (110, "japaneseCounting", "一百一十"),
        (1004, "chineseCounting", "一千零四"),
        (2, "chineseLegalSimplified", "贰"),
        (10, "ideographDigital", "一〇"),
        (3, "ideographTraditional", "丙"),
        (12, "decimalEnclosedCircleChinese", "⑫"),
        (21, "decimalEnclosedCircle", "21"),
        (12, "decimalFullWidth", "１２"),
        (1994, "lowerRoman", "mcmxciv"),
        (28, "upperLetter", "BB"),
        (7, "unheard of", "7"),
        (0, "chineseCounting", "0"),
        (5, "bullet", ""),
    ],
)
def test_numbering_styles(number: int, style: str, written: str) -> None:
    assert written_number(number, style) == written


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (300 << 20))
    return buffer.getvalue()


ENTITIES = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {x} "{f"&{y};" * 10}">' for y, x in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><w:document xmlns:w="w"><w:p><w:r><w:t>一&i;</w:t></w:r></w:p></w:document>'
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 broken", "is damaged"),
        (b"no zip at all", "is no docx file"),
        (word_file("<w:p>"), "is damaged"),
        (word_file("<w:p>" * 400 + "</w:p>" * 400), "is damaged"),
        (word_file(""), "has no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_broken_documents_are_refused(read_bytes: Reader, data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_bytes("a.docx", data)


def test_a_document_that_unpacks_without_end_is_refused(read_bytes: Reader) -> None:
    with pytest.raises(ReadError, match="unpacks to 300 MB"):
        read_bytes("a.docx", bomb())


def test_entities_that_expand_without_end_are_refused(read_bytes: Reader) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", ENTITIES)
    with pytest.raises(ReadError, match="is damaged"):
        read_bytes("a.docx", buffer.getvalue())
