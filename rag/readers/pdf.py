"""PDF files: the text layer page by page, and the text of scanned pages where OCR is installed.

Knows where pages start and which lines are page numbers. Does not mend what layout does to text:
lines broken inside sentences and blanks between characters are folded by the normal form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.decoding import REPLACEMENT
from rag.errors import ReadError
from rag.readers import ocr
from rag.readers.fields import title_in
from rag.schema import Metadata, Reading, SourceText, Span

_MOST_PAGES = 5000
_MOST_SCANNED = 300  # a page takes about two seconds
_LEAST_CHARACTERS = 8  # of a page with a text layer; a scan may carry a stamp
_MOST_NAMED = 10  # pages named in a note
_LEAST_REPEATED = 3  # pages with the same line at their edge
_LEAST_NUMBERED = 2  # pages; one number alone may be a figure of the text
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PAGE_NUMBER = re.compile(
    r"[\s\-—–·.]*第?\s*(\d{1,4})\s*页?\s*(?:[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[\s\-—–·.]*"
)
_LINE_HYPHEN = "\ufffe"  # PDFium's sign for a hyphen at the end of a line


@dataclass(frozen=True, slots=True)
class _Edge:
    """The first or last line of a page."""

    page: int  # counted from 0
    span: Span
    line: str


def read_pdf(data: bytes, working: Callable[[], None]) -> Reading:
    """The text of all pages, with the offset of each.

    Args:
        data: The file.
        working: Called before each slow step, as a sign of life.

    Raises:
        ReadError: It is damaged or protected, or has no text layer and no OCR is installed.
    """
    try:
        with pdfium.PdfDocument(data) as document:
            pages, notes = _page_texts(document, working)
            title = document.get_metadata_value("Title")
    except pdfium.PdfiumError as error:
        if "password" in str(error):
            raise ReadError("is protected by a password; save it without one") from error
        raise ReadError(f"is damaged: {error}") from error
    text = "\n".join(pages)
    starts = tuple(accumulate((len(page) + 1 for page in pages[:-1]), initial=0))
    source = SourceText(
        text,
        hinted=Metadata(title=title_in(text, title)),
        chrome=_edge_chrome(pages, starts),
        pages=starts,
    )
    return Reading((source,), "pdf", notes)


def _page_texts(
    document: pdfium.PdfDocument, working: Callable[[], None]
) -> tuple[list[str], tuple[str, ...]]:
    count = len(document)
    if count > _MOST_PAGES:
        raise ReadError(f"has {count} pages; at most {_MOST_PAGES} are read, so split it")
    texts = [_text_of(document, number) for number in range(count)]
    scanned = [
        number
        for number, text in enumerate(texts)
        if len("".join(text.split())) < _LEAST_CHARACTERS and _has_image(document, number)
    ]
    if not scanned:
        return texts, ()
    named = ", ".join(str(number + 1) for number in scanned[:_MOST_NAMED])
    if not ocr.is_installed():
        if not any(text.strip() for number, text in enumerate(texts) if number not in scanned):
            raise ReadError(f"has no text layer; {ocr.HOW_TO_INSTALL}")
        return texts, (f"{len(scanned)} pages have no text layer ({named}); {ocr.HOW_TO_INSTALL}",)
    if len(scanned) > _MOST_SCANNED:
        raise ReadError(
            f"has {len(scanned)} scanned pages; OCR reads at most {_MOST_SCANNED}, so split it"
        )
    for number in scanned:
        working()
        texts[number] = ocr.text_in(_picture(document, number))
    return texts, (f"{len(scanned)} pages were read by OCR ({named}); check the figures",)


def _text_of(document: pdfium.PdfDocument, number: int) -> str:
    page = document[number]
    try:
        layer = page.get_textpage()
        try:
            text = layer.get_text_range()
        finally:
            layer.close()
    finally:
        page.close()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(_LINE_HYPHEN, "-")
    return _CONTROLS.sub(REPLACEMENT, text)  # a glyph whose character the file does not tell


def _has_image(document: pdfium.PdfDocument, number: int) -> bool:
    page = document[number]
    try:
        images = page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
        return next(iter(images), None) is not None
    finally:
        page.close()


def _picture(document: pdfium.PdfDocument, number: int) -> ocr.Picture:
    """The page as an image of at most ``ocr.MOST_PIXELS`` along its longer side."""
    page = document[number]
    try:
        longer = max(page.get_size())
        scale = min(ocr.PIXELS_PER_POINT, ocr.MOST_PIXELS / max(longer, 1))
        bitmap = page.render(scale=scale)
        picture: ocr.Picture = bitmap.to_numpy().copy()
        bitmap.close()
        return picture
    finally:
        page.close()


def _edge_chrome(pages: list[str], starts: tuple[int, ...]) -> tuple[Span, ...]:
    """Page numbers and running titles, among the first and last lines of the pages."""
    edges = [
        _Edge(position, Span(start + at, start + at + len(line)), line.strip())
        for position, (page, start) in enumerate(zip(pages, starts, strict=True))
        for at, line in _edge_lines(page)
    ]
    chrome = {*_page_numbers(edges), *_running_titles(edges)}
    return tuple(sorted(chrome, key=lambda span: span.start))


def _page_numbers(edges: list[_Edge]) -> list[Span]:
    """Lines that are numbers and grow by one from page to page."""
    numbered = [
        (int(match[1]) - edge.page, edge.span)
        for edge in edges
        if (match := _PAGE_NUMBER.fullmatch(edge.line))
    ]
    shifts = Counter(shift for shift, _ in numbered)
    steady = max(shifts, key=lambda shift: shifts[shift], default=0)
    enough = shifts[steady] >= _LEAST_NUMBERED
    return [span for shift, span in numbered if enough and shift == steady]


def _running_titles(edges: list[_Edge]) -> list[Span]:
    """Lines that stand at the edge of several pages; the first of them may be the title itself."""
    times = Counter(edge.line for edge in edges)
    first = {edge.line: edge.span for edge in reversed(edges)}
    return [
        edge.span
        for edge in edges
        if times[edge.line] >= _LEAST_REPEATED and edge.span != first[edge.line]
    ]


def _edge_lines(page: str) -> list[tuple[int, str]]:
    """The first and the last line that is not blank, each with its offset."""
    lines = page.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    filled = [(at, line) for at, line in zip(starts, lines, strict=False) if line.strip()]
    return [filled[0], filled[-1]] if len(filled) > 1 else filled
