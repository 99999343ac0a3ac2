from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from reader_files import ODT, RTF, STYLE_NAMES, compound_file, odt, word_97

from rag.errors import ReadError
from rag.readers import office
from rag.schema import Reading

Reader = Callable[[str, bytes], Reading]


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "renamed.docx"])
def test_the_pieces_of_an_old_word_file_are_put_together(read_bytes: Reader, name: str) -> None:
    data = word_97("在会议上的讲话\r同志们：朱镕基、王㐂明，", "2012 nian\r", "共１２项。\r")
    reading = read_bytes(name, data)
    assert reading.texts[0].text == "在会议上的讲话\n同志们：朱镕基、王㐂明，2012 nian\n共１２项。"
    assert (reading.encoding, reading.notes) == ("doc", ())


def test_the_other_table_stream_and_footnotes(read_bytes: Reader) -> None:
    data = word_97("文\r", "\x02注\r", "页眉\r", notes=3 + 3, flags=0)
    assert read_bytes("a.doc", data).texts[0].text == "文\n注\n页眉"


def test_only_what_word_shows_is_read(read_bytes: Reader) -> None:
    data = word_97(
        "见\x13 HYPERLINK \x13 PAGE \x147\x15 \x14此处\x15。\x0b次行\x1e尾\x0c下页\r"
        "指标\x07数值\x07\x07产值\x073\x07\x07完\x01\x08\r"
    )
    assert read_bytes("a.doc", data).texts[0].text == (
        "见此处。\n次行-尾\n下页\n指标\t数值\n产值\t3\n完"
    )


@pytest.mark.skipif(office.program() is not None, reason="LibreOffice works out the numbers")
def test_lists_that_cannot_be_read_are_noted(read_bytes: Reader) -> None:
    assert read_bytes("a.doc", word_97("文\r", lists=10)).notes == (office.LISTS_NOT_READ,)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (word_97("文\r", flags=0x0300), "protected by a password"),
        (word_97("文\r")[:1500], "is damaged"),
        (word_97("文\r").replace(b"\x01\x03\x00xyz", b"\x07\x03\x00xyz"), "plan of its text"),
        (compound_file({"Other": b"x" * 4096}), "neither a Word document nor an Excel table"),
    ],
)
def test_other_old_files_are_refused(read_bytes: Reader, data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_bytes("a.doc", data)


@pytest.mark.skipif(office.program() is not None, reason="LibreOffice reads them")
def test_files_older_than_word_97_need_libreoffice(read_bytes: Reader) -> None:
    data = word_97("文\r").replace(b"\xec\xa5\xc1\x00", b"\xec\xa5\x65\x00")
    with pytest.raises(ReadError, match="older than Word 97; install LibreOffice"):
        read_bytes("a.doc", data)


def test_rtf_text_lists_and_tables(read_bytes: Reader) -> None:
    reading = read_bytes("a.rtf", RTF.encode())
    assert reading.texts[0].text == "在会议上\n一、同志\n(2) abc\td\na|\tb\nz"
    assert reading.encoding == "rtf"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (r"\u-10126?\u-8370? \u-28981\'cf", "𬭎 軋"),
        (r"{\uc2\u21516 ab}c{\uc0\u24535}d", "同c志d"),
        (r"a{\v 隐}b\v c\v0 d{\deleted e}f\v g\plain h", "abdfh"),
        (
            r"{\header x}{\*\unknown x}{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt 框}}{\shprslt x}a",
            "框a",
        ),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt 此处}}{\pict 00ff}{\pict\bin4 }}{}}a", "此处a"),
        (r"a{\footnote b\par c}d\par\page e", "ad\n\ne\nb\nc"),
        (r"\ldblquote a\rdblquote\emdash b\~c\_d\-e\{\}\\", "“a”—b\u00a0c-de{}\\"),
        (r"\f1\'c7\'f8 \f2\'b0\'cf", "Зш 跋"),
        (r"\f3\'a4\'e5\f0\'ce\'c4", "文文"),
        (r"\'ce\'c4\'81A\'ce", "文丄\ufffd"),
        (r"text } after the end", "text  after the end"),
    ],
)
def test_what_rtf_means(read_bytes: Reader, body: str, shown: str) -> None:
    fonts = (
        r"{\fonttbl{\f0\fcharset134 a;}{\f1\fcharset204 b;}{\f2\fcharset0 c;}{\f3\fcharset136 d;}}"
    )
    data = (r"{\rtf1\ansi\ansicpg936" + fonts + body + "}").encode("gbk")
    assert read_bytes("a.rtf", data).texts[0].text == shown


def test_an_opendocument_text_is_read_as_it_is_shown(read_bytes: Reader) -> None:
    reading = read_bytes("a.odt", odt(ODT))
    assert reading.texts[0].text == (
        "在会议上的讲话\n注\n同志们：今天   的会\t议 很\n重要。\n指标\t3"
    )
    assert (reading.encoding, reading.notes) == ("odt", ())


def test_what_is_no_opendocument_text_is_refused(read_bytes: Reader) -> None:
    with pytest.raises(ReadError, match="is no OpenDocument text"):
        read_bytes("a.odt", odt("<x/>"))


@pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")
def test_libreoffice_works_out_list_numbers(read_bytes: Reader) -> None:
    items = "".join(f"<t:list-item><t:p>{word}</t:p></t:list-item>" for word in ("甲", "乙"))
    style = (
        '<o:automatic-styles><t:list-style s:name="L"><t:list-level-style-number t:level="1" '
        's:num-suffix="、" s:num-format="一, 二, 三, ..."/></t:list-style></o:automatic-styles>'
    )
    content = (
        ODT.replace("xmlns:o=", f"{STYLE_NAMES} xmlns:o=", 1)
        .replace("<o:body>", f"{style}<o:body>")
        .replace("</o:text>", f'<t:list t:style-name="L">{items}</t:list></o:text>')
    )
    reading = read_bytes("a.odt", odt(content))
    assert "\n一、甲\n二、乙" in reading.texts[0].text
    assert reading.encoding == "odt"


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "saved.doc"])
def test_the_page_in_a_web_archive_is_read(read_bytes: Reader, name: str) -> None:
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message.set_content("<html><p>讲话一", subtype="html", charset="gbk", cte="quoted-printable")
    message.add_related(b"GIF89a", "image", "gif")
    message.add_related("<html><p>广告".encode(), "text", "html")
    data = message.as_bytes()
    if name.endswith(".doc"):
        data = b"MIME-Version: 1.0\n" + data.replace(b"MIME-Version: 1.0\n", b"")
    reading = read_bytes(name, data)
    assert (reading.texts[0].text, reading.encoding) == ("讲话一", "gb18030")


@pytest.mark.parametrize("data", [b"", b"no message", b"Content-Type: text/plain\n\nx"])
def test_a_web_archive_without_a_page_is_refused(read_bytes: Reader, data: bytes) -> None:
    with pytest.raises(ReadError):
        read_bytes("a.mhtml", data)
