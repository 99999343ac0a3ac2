"""PDF files: the text layer page by page, and the text of scanned pages where OCR is installed.

Knows where pages start and which lines are page numbers. Does not mend what layout does to text:
lines broken inside sentences and blanks between characters are folded by the normal form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import accumulate

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.decoding import REPLACEMENT
from rag.errors import ReadError
from rag.readers import ocr
from rag.readers.fields import title_in
from rag.schema import Metadata, Reading, SourceText, Span

_MOST_PAGES = 5000
_LEAST_CHARACTERS = 8  # of a page with a text layer; a scan may carry a stamp
_MOST_NAMED = 10  # pages named in a note
_LEAST_NUMBERED = 2  # pages; one number alone may be a figure of the text
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PAGE_NUMBER = re.compile(
    r"[\s\-—–·.]*第?\s*(\d{1,4})\s*页?\s*(?:[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[\s\-—–·.]*"
)
_LINE_HYPHEN = "\ufffe"  # PDFium's sign for a hyphen at the end of a line


def read_pdf(data: bytes, working: Callable[[], None]) -> Reading:
    """The text of all pages, with the offset of each.

    Args:
        data: The file.
        working: Called between slow steps, as a sign of life.

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
        chrome=_page_numbers(pages, starts),
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
    for number in scanned:
        texts[number] = ocr.text_in(_picture(document, number))
        working()
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


def _page_numbers(pages: list[str], starts: tuple[int, ...]) -> tuple[Span, ...]:
    """First and last lines that are numbers and grow by one from page to page."""
    found: list[tuple[int, Span]] = []  # number minus position of the page, where it stands
    for position, (page, start) in enumerate(zip(pages, starts, strict=True)):
        for line_start, line in _edge_lines(page):
            if match := _PAGE_NUMBER.fullmatch(line):
                begin = start + line_start
                found.append((int(match[1]) - position, Span(begin, begin + len(line))))
    steady, times = Counter(shift for shift, _ in found).most_common(1)[0] if found else (0, 0)
    if times < _LEAST_NUMBERED:
        return ()
    return tuple(sorted((span for shift, span in found if shift == steady), key=lambda s: s.start))


def _edge_lines(page: str) -> list[tuple[int, str]]:
    """The first and the last line that is not blank, each with its offset."""
    starts = accumulate((len(line) + 1 for line in page.split("\n")), initial=0)
    filled = [
        (at, line) for at, line in zip(starts, page.split("\n"), strict=False) if line.strip()
    ]
    return [filled[0], filled[-1]] if len(filled) > 1 else filled
