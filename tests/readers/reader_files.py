"""Files of each format, built by hand or by libraries that the readers do not use."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

import openpyxl

Rows = list[list[object]]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def word_file(body: str, **parts: str) -> bytes:
    """A docx of hand-written XML: the document's body and further parts by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>"
        )
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return buffer.getvalue()


def paragraph(text: str, level: int | None = None, style: str = "") -> str:
    number = (
        f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
        if level is not None
        else ""
    )
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{number}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


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


RTF = (
    r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce\'cc\'e5;}}{\info{\title x}}"
    r"\pard\f0\'d4\'da\'bb\'e1\'d2\'e9\'c9\'cf\par {\listtext\pard\plain  \u19968?\u12289?\tab}"
    r"\u21516?\u24535?\par{\pntext\f0 (2)\tab}abc\tab d\par "
    r"\trowd\cellx1\intbl a|\cell b\cell\row z}"
)


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


FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts"
    b"[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
    b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>]>>"
)


def pdf_of(objects: Sequence[bytes], info: bytes = b"") -> bytes:
    """A PDF of numbered objects, the first of which is the catalogue."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer <</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        info,
        table,
    )
    return bytes(out)


def pdf(*pages: str) -> bytes:
    """A PDF with these pages, a line of print for each line."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        FONT,
    ]
    for number, page in enumerate(pages):
        shown = b"".join(
            b"<%s>Tj 0 -20 Td " % line.encode("utf-16-be").hex().encode()
            for line in page.split("\n")
        )
        stream = b"BT /F 12 Tf 50 780 Td " + shown + b"ET"
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (5 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    return pdf_of(objects)


def xlsx(*sheets: Rows) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for rows in sheets:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="5">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3."/><w:isLgl/></w:lvl>
<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>
</w:lvlOverride></w:num></w:numbering>"""
STYLES = f"""<w:styles {W}><w:style w:styleId="9"><w:name w:val="heading 1"/><w:pPr><w:numPr>
<w:numId w:val="2"/></w:numPr></w:pPr></w:style><w:style w:styleId="10"><w:basedOn w:val="9"/></w:style>
<w:style w:styleId="11"><w:name w:val="TOC 1"/></w:style>
<w:style w:styleId="c1"><w:basedOn w:val="c2"/></w:style><w:style w:styleId="c2"><w:basedOn w:val="c1"/></w:style>
</w:styles>"""
