"""Small files of each format, and damage done to them; benchmarks/fuzz_readers.py uses it too."""

from __future__ import annotations

import io
import json
import zipfile
from random import Random

from PIL import Image
from reader_files import (
    NUMBERING,
    ODT,
    RTF,
    STYLES,
    odt,
    packed,
    paragraph,
    pdf,
    word_97,
    word_file,
    xlsx,
)

SPEECH = (
    "在临川湖区春耕会议上的讲话\n（2012年3月4日）\n同志们：\n一、认清形势\n产值达到１２３.4亿元。\n"
)
PAGE = (
    '<html><head><meta charset="utf-8"><title>讲话_网</title></head><body>'
    f'<div class="nav"><a href="/">首页</a></div>'
    f"<table><tr><td>{SPEECH}</td></tr></table><pre>x</pre></body></html>"
)
MESSAGE = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
    f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{PAGE}\n--b--\n"
)


def image() -> bytes:
    """A small picture without print."""
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(buffer, "PNG")
    return buffer.getvalue()


def samples() -> dict[str, bytes]:
    """A whole file of each format by a name with its suffix."""
    body = "".join(paragraph(line, n % 3) for n, line in enumerate(SPEECH.split("\n")))
    table = (
        f"<w:tbl><w:tr><w:tc>{paragraph('指标')}</w:tc><w:tc>{paragraph('3')}</w:tc></w:tr></w:tbl>"
    )
    record = json.dumps(
        {"id": "a", "title": "题", "text": SPEECH, "date": "2012"}, ensure_ascii=False
    )
    return {
        "a.txt": SPEECH.encode("gb18030"),
        "b.txt": SPEECH.encode("utf-16-le"),
        "a.md": f"---\ntitle: 题\ndate: 2012\n---\n{SPEECH}".encode(),
        "a.html": PAGE.encode(),
        "a.mhtml": MESSAGE.encode(),
        "a.docx": word_file(body + table, numbering=NUMBERING, styles=STYLES),
        "a.doc": word_97(SPEECH.replace("\n", "\r"), "\x13 PAGE \x147\x15 end\r"),
        "a.odt": odt(ODT),
        "a.rtf": RTF.encode(),
        "a.pdf": pdf(SPEECH, SPEECH),
        "a.csv": f'标题,日期,正文\n题,2012,"{SPEECH}"\n'.encode(),
        "a.xlsx": xlsx([["标题", "日期", "正文"], ["题", 2012, SPEECH]]),
        "a.jsonl": f"{record}\n{record}\n".encode(),
        "a.json": f"[{record}]".encode(),
        "a.zip": packed({"a.txt": SPEECH.encode(), "年/b.html": PAGE.encode()}),
        "a.png": image(),
    }


def mutated(data: bytes, chance: Random) -> bytes:
    """``data`` with some of its bytes changed, or those of a file packed in it."""
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _repacked(data, chance)
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 2, 5, 20])):
        _damage(damaged, chance)
    return bytes(damaged)


def _repacked(data: bytes, chance: Random) -> bytes:
    """A sound archive around a damaged part: past the checksums and into the parser."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(members))
    members[name] = mutated(members[name], chance)
    return packed(members)


def _damage(data: bytearray, chance: Random) -> None:
    at = chance.randrange(len(data) + 1)
    end = min(at + chance.choice([1, 4, 64, 1024]), len(data))
    match chance.randrange(6):
        case 0 | 1 if at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        case 2:
            data[at:end] = chance.randbytes(end - at)
        case 3:
            del data[at:end]
        case 4:
            data[at:at] = data[at:end] * chance.choice([1, 1, 50])
        case _:
            data[at:at] = chance.choice(
                [b"\x00", b"\xff" * 8, b"<", b"0" * 20, b"{", b"\\bin999999 "]
            )
