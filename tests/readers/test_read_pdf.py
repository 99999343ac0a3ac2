from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reader_files import pdf, pdf_of

from rag.errors import ReadError
from rag.readers import ocr
from rag.schema import Reading

Reader = Callable[[str, bytes], Reading]


def test_pages_and_their_offsets(read_bytes: Reader) -> None:
    reading = read_bytes("a.pdf", pdf("在会议上的讲话\n同志们：朱镕基", "第二页的话，共１２项。"))
    (text,) = reading.texts
    assert text.text == "在会议上的讲话\n同志们：朱镕基\n第二页的话，共１２项。"
    assert [text.text[start:][:3] for start in text.pages] == ["在会议", "第二页"]
    assert (reading.encoding, reading.notes, text.chrome) == ("pdf", (), ())


def test_page_numbers_that_count_are_chrome(read_bytes: Reader) -> None:
    pages = ["话一\n- 3 -", "话二\n- 4 -", "2012\n话三\n— 5 —"]
    (text,) = read_bytes("a.pdf", pdf(*pages)).texts
    assert text.text == "\n".join(pages)
    assert [text.text[s.start : s.end] for s in text.chrome] == ["- 3 -", "- 4 -", "— 5 —"]


def test_running_titles_are_chrome_after_the_first(read_bytes: Reader) -> None:
    pages = [f"工作报告\n第{word}段\n{n}" for n, word in enumerate("一二三", start=1)]
    (text,) = read_bytes("a.pdf", pdf(*pages)).texts
    assert [text.text[s.start : s.end] for s in text.chrome] == [
        "1",
        "工作报告",
        "2",
        "工作报告",
        "3",
    ]


def test_lone_numbers_at_the_edge_of_a_page_are_figures(read_bytes: Reader) -> None:
    (text,) = read_bytes("a.pdf", pdf("产值合计\n347", "税收合计\n12")).texts
    assert text.chrome == ()


LOOPS = {
    "pages": [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"],
    "form": [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>"
        b"/Contents 5 0 R>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 5>>"
        b"stream\n/X Do\nendstream",
        b"<</Length 5>>stream\n/X Do\nendstream",
    ],
    "parent": [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 2 0 R>>",
        b"<</Type/Page/Parent 3 0 R/Contents 3 0 R>>",
    ],
    "many": [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 2147483647>>"],
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_pdf_that_runs_in_circles_is_refused(read_bytes: Reader, loop: str) -> None:
    with pytest.raises(ReadError):
        read_bytes("a.pdf", pdf_of(LOOPS[loop]))


@pytest.mark.parametrize("data", [b"%PDF-1.4\nnothing", b"no pdf", pdf("x")[:200]])
def test_broken_files_are_refused(read_bytes: Reader, data: bytes) -> None:
    with pytest.raises(ReadError):
        read_bytes("a.pdf", data)


def blank_image(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "kind"), [("a.pdf", "PDF"), ("a.png", "PNG")])
def test_a_scan_without_print_is_refused(read_bytes: Reader, name: str, kind: str) -> None:
    message = "has no text" if ocr.is_installed() else r"pip install .jianghua\[ocr\]"
    with pytest.raises(ReadError, match=message):
        read_bytes(name, blank_image(kind))


@pytest.mark.parametrize("data", [b"no image", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50])
def test_a_broken_image_is_refused(read_bytes: Reader, data: bytes) -> None:
    with pytest.raises(ReadError):
        read_bytes("a.png", data)
