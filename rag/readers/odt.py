"""OpenDocument texts (odt): paragraphs, headings and table rows, from the XML itself.

Deleted revisions, comments, page headers and page footers are left out; footnotes come before the
paragraph that calls them. Does not know list numbers, which the file keeps as formatting:
where there are lists it says so, and LibreOffice is asked if there is one.
"""

from __future__ import annotations

import re

from lxml import etree

from rag.errors import ReadError
from rag.readers.layout import Layout
from rag.readers.office import LISTS_NOT_READ
from rag.readers.package import Package, attribute, child, local_name
from rag.schema import Reading, SourceText

_SKIPPED = frozenset(("tracked-changes", "annotation", "note-citation", "forms", "binary-data"))
_SIGNS = {"tab": "\t", "line-break": "\n"}
_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 1000  # of one element that stands for many


def read_odt(data: bytes) -> Reading:
    """The document's text, one paragraph or table row a line.

    Raises:
        ReadError: It is damaged, encrypted, or no OpenDocument text.
    """
    body = child(Package(data).xml("content.xml"), "body", "text")
    if body is None:
        raise ReadError("is no OpenDocument text; save it as odt or docx")
    layout = Layout()
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        name = local_name(element)
        if event == "end":
            _end(layout, name, element)
        elif name in _SKIPPED:
            walk.skip_subtree()
        else:
            _start(layout, name, element)
    has_lists = any(local_name(element) == "list" for element in body.iter())
    return Reading((SourceText(layout.text()),), "odt", (LISTS_NOT_READ,) if has_lists else ())


def _start(layout: Layout, name: str, element: etree._Element) -> None:
    match name:
        case "p" | "h":
            layout.open_paragraph()
        case "table-row":
            layout.open_row()
        case "table-cell":
            layout.open_cell()
        case "s":
            count = attribute(element, "c") or "1"
            layout.write(" " * min(int(count) if count.isdecimal() else 1, _MOST_SPACES))
        case _ if name in _SIGNS:
            layout.write(_SIGNS[name])
    _write(layout, element.text)


def _end(layout: Layout, name: str, element: etree._Element) -> None:
    match name:
        case "p" | "h":
            layout.close_paragraph()
        case "table-row":
            layout.close_row()
        case "table-cell":
            layout.close_cell()
    _write(layout, element.tail)


def _write(layout: Layout, text: str | None) -> None:
    if text:
        layout.write(_BLANKS.sub(" ", text))  # as OpenDocument says: 6.1.2 of part 1
