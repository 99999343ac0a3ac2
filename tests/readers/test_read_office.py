from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from rag.errors import ReadError
from rag.readers import office
from rag.schema import Reading

Reader = Callable[[str, bytes], Reading]
SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file: header, one FAT sector, one directory sector, then the streams."""
    chains, body, next_sector = [FAT, END], b"", 2
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        sectors = -(-len(content) // SECTOR)
        body += content.ljust(sectors * SECTOR, b"\x00")
        chains += [*range(next_sector + 1, next_sector + sectors), END]
        right = number + 1 if number < len(streams) else FREE
        entries.append(_entry(name, 2, next_sector, len(content), right=right))
        next_sector += sectors
    table = struct.pack("<128I", *chains, *[FREE] * (128 - len(chains)))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII109I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, END, 0, END, 0),
        *[0, *[FREE] * 108],
    )
    return header + table + b"".join(entries).ljust(SECTOR, b"\x00") + body


def _entry(
    name: str, kind: int, start: int, size: int, *, right: int = FREE, child: int = FREE
) -> bytes:
    written = (name + "\x00").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16x4x16xIQ", written, len(written), kind, 1, FREE, right, child, start, size
    )


def word_97(*pieces: str, notes: int = 0, lists: int = 0, flags: int = 0x0200) -> bytes:
    """A Word 97 file of these pieces of text; its last ``notes`` characters are footnotes."""
    stored, plan, positions = b"", b"", [0]
    for piece in pieces:
        place = 1024 + len(stored)
        if piece.isascii():
            stored += piece.encode() + b" " * (len(piece) % 2)
            place = place * 2 | 0x4000_0000
        else:
            stored += piece.encode("utf-16-le")
        plan += struct.pack("<HIH", 0, place, 0)
        positions.append(positions[-1] + len(piece))
    plan = struct.pack(f"<{len(positions)}I", *positions) + plan
    clx = b"\x01" + struct.pack("<H", 3) + b"xyz" + b"\x02" + struct.pack("<I", len(plan)) + plan
    main = bytearray(1024)
    struct.pack_into("<HH", main, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", main, 0x0A, flags)
    struct.pack_into("<II", main, 0x4C, positions[-1] - notes, notes)
    struct.pack_into("<II", main, 0x01A2, 0, len(clx))
    struct.pack_into("<I", main, 0x02E6, lists)
    table = "1Table" if flags & 0x0200 else "0Table"
    streams = {"WordDocument": bytes(main) + stored, table: clx}
    return compound_file({name: s.ljust(8192, b"\x00") for name, s in streams.items()})


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
    rtf = (
        r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce\'cc\'e5;}}{\info{\title x}}"
        r"\pard\f0\'d4\'da\'bb\'e1\'d2\'e9\'c9\'cf\par {\listtext\pard\plain  \u19968?\u12289?\tab}"
        r"\u21516?\u24535?\par{\pntext\f0 (2)\tab}abc\tab d\par "
        r"\trowd\cellx1\intbl a|\cell b\cell\row z}"
    )
    reading = read_bytes("a.rtf", rtf.encode())
    assert reading.texts[0].text == "在会议上\n一、同志\n(2)abc\td\na|\tb\nz"
    assert reading.encoding == "rtf"


ODT = """<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><o:body><o:text>
<t:tracked-changes><t:p>删去</t:p></t:tracked-changes><t:h>在会议上的讲话</t:h>
<t:p>同志们：<t:span>今天<t:s t:c="3"/>的</t:span>会<t:tab/>议
 很<t:line-break/>重要<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>注</t:p></t:note-body></t:note>。</t:p>
<table:table><table:table-row><table:table-cell><t:p>指标</t:p>
</table:table-cell><table:table-cell><t:p>3</t:p></table:table-cell></table:table-row></table:table>
</o:text></o:body></o:document-content>"""


STYLE_NAMES = 'xmlns:s="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
MANIFEST = """<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>
<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>"""


def odt(content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return buffer.getvalue()


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
