"""A folder of files made to do harm: each is refused with a reason, the good ones go in."""

from __future__ import annotations

import io
import os
import zipfile
from contextlib import closing
from pathlib import Path

from reader_files import MANIFEST, packed, paragraph, pdf_of, word_file

from embeddings.testing import HashEncoder
from rag.library import Library
from rag.readers import discover
from rag.readers.reading import MAX_TEXT_CHARACTERS

SPEECH = "在松原市安全生产会议上的讲话\n同志们:\n今天的会议很重要，全市排查隐患350处。\n"
BLANKS = b" " * (270 << 20)


def _bombs() -> dict[str, bytes]:
    sheet = "xl/worksheets/sheet1.xml"
    return {
        "bomb.zip": packed({"a.txt": BLANKS[: 64 << 20]}),
        "nested.zip": packed({"b.zip": packed({"a.txt": BLANKS[: 4 << 20]})}),
        "many.zip": packed({f"{n}.txt": b"" for n in range(10_001)}),
        "bomb.docx": packed({"word/document.xml": BLANKS}),
        "bomb.odt": packed(
            {
                "content.xml": BLANKS,
                "META-INF/manifest.xml": MANIFEST.encode(),
            }
        ),
        "bomb.xlsx": packed({"xl/workbook.xml": b"<workbook/>", sheet: BLANKS[: 32 << 20]}),
    }


def _hostile() -> dict[str, bytes]:
    catalog, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"
    return _bombs() | {
        "loop.pdf": pdf_of([catalog, pages]),
        "line.txt": ("国" * (MAX_TEXT_CHARACTERS + 1)).encode("gb18030"),
        "deep.json": b"[" * 1_000_000,
        "masked.docx": b"MZ" + b"\0" * 500,
    }


def _good() -> dict[str, bytes]:
    macros = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0Shell(" + b"x" * 100}
    with_macros = word_file("".join(paragraph(line) for line in SPEECH.split("\n")))
    return {
        "good.txt": SPEECH.encode(),
        "deep.html": b"<html>" + b"<div>" * 20_000 + f"{SPEECH}三。".encode(),
        "macros.docm": _with(with_macros, macros),
        "outside.zip": packed({"../../escaped.txt": f"{SPEECH}一。".encode(), "/abs.txt": b"x"}),
        "script.html": f"<html><script>open('/etc/passwd')</script><p>{SPEECH}二。".encode(),
    }


def _with(package: bytes, parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _links(folder: Path, outside: Path) -> None:
    (outside / "secret").mkdir(parents=True)
    (outside / "secret" / "a.txt").write_text(SPEECH, encoding="utf-8")
    (folder / "link.txt").symlink_to(outside / "secret" / "a.txt")
    (folder / "linked").symlink_to(outside / "secret")
    (folder / "round").symlink_to(folder)
    (folder / "~$good.docx").write_bytes(b"x" * 162)
    os.mkfifo(folder / "pipe.txt")  # opening it would wait for ever


def test_files_made_to_do_harm_are_refused_and_the_good_ones_go_in(tmp_path: Path) -> None:
    folder = tmp_path / "speeches"
    folder.mkdir()
    hostile, good = _hostile(), _good()
    for name, data in (hostile | good).items():
        (folder / name).write_bytes(data)
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(2 << 30)  # sparse: takes no room on the disk
    _links(folder, tmp_path / "outside")
    before = {path for path in tmp_path.rglob("*") if folder not in path.parents}
    with closing(Library.create(tmp_path / "library", HashEncoder())) as library:
        reports = {Path(report.path).name: report for report in library.ingest([folder])}
        texts = [library.document(entry.doc_id).text for entry in library.documents()]
        assert library.verify().ok
    refused = {name for name, report in reports.items() if report.status == "failed"}
    assert refused == {*hostile, "huge.txt"}
    assert all(reports[name].error for name in refused)
    assert {n for n, report in reports.items() if report.status == "added"} == set(good)
    assert not any("passwd" in text or "Shell" in text for text in texts)
    after = {path for path in tmp_path.rglob("*") if folder not in path.parents}
    assert {p for p in after - before if (tmp_path / "library") not in (p, *p.parents)} == set()
    assert {path.name: reason for path, reason in discover([folder]).skipped} == {
        "link.txt": "is a link that leads out of the folder",
        "linked": "is a link that leads out of the folder",
        "round": "is a link to a folder; name that folder itself",
        "pipe.txt": "is no regular file",
        "~$good.docx": "is a lock file of an open document",
    }
