"""Word documents (docx): paragraphs, table rows and list numbers as Word shows them.

Deleted revisions, comments, page headers and page footers are left out; footnotes follow the text;
macros are never looked at. Tables of contents are given as chrome. Works on the XML itself, since
python-docx passes over inserted revisions, content controls and text boxes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from rag.errors import ReadError
from rag.readers.fields import title_in
from rag.readers.layout import Layout
from rag.readers.numbering import Numbering
from rag.readers.package import Package, attribute, child, local_name
from rag.schema import Metadata, Reading, SourceText, Span

_SKIPPED = frozenset(
    ("del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "tblPr", "tcPr", "sectPr")
)
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NO_NOTES = frozenset(("separator", "continuationSeparator", "continuationNotice"))


def read_docx(data: bytes) -> Reading:
    """The document's text, one paragraph or table row a line.

    Raises:
        ReadError: It is damaged, or no Word document.
    """
    package = Package(data)
    main = _main_part(package)
    folder = main.rpartition("/")[0]
    document = package.xml(main)
    if document is None:
        raise ReadError(f"is damaged: the part {main} is missing")
    lists, styles = package.xml(f"{folder}/numbering.xml"), package.xml(f"{folder}/styles.xml")
    body = _Body(Numbering(lists, styles))
    body.read(document)
    for notes in ("footnotes", "endnotes"):
        part = package.xml(f"{folder}/{notes}.xml")
        for note in part if part is not None else ():
            if attribute(note, "type") not in _NO_NOTES:
                body.read(note)
    text = body.layout.text()
    title = child(package.xml("docProps/core.xml"), "title")
    hinted = Metadata(title=title_in(text, title.text if title is not None else None))
    return Reading((SourceText(text, hinted=hinted, chrome=body.contents()),), "docx")


def _main_part(package: Package) -> str:
    relations = package.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if (attribute(relation, "Type") or "").endswith("/officeDocument"):
            return (attribute(relation, "Target") or "").lstrip("/")
    return "word/document.xml"


@dataclass(slots=True)
class _Body:
    """The text of a document while it is read, and which of its lines are a table of contents."""

    numbering: Numbering
    layout: Layout = field(default_factory=Layout)
    toc: list[int] = field(default_factory=list)  # positions in the body's lines

    def read(self, root: etree._Element) -> None:
        """Add the text under ``root``, in document order."""
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            name = local_name(element)
            if event == "end":
                self._end(name, element)
            elif name in _SKIPPED:
                walk.skip_subtree()
            else:
                self._start(name, element)

    def contents(self) -> tuple[Span, ...]:
        """The lines of a table of contents."""
        lines = self.layout.lines[0]
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        return tuple(Span(starts[n], starts[n + 1] - 1) for n in self.toc)

    def _start(self, name: str, element: etree._Element) -> None:
        match name:
            case "p":
                self.layout.open_paragraph()
            case "tr":
                self.layout.open_row()
            case "tc":
                self.layout.open_cell()
            case "t":
                self.layout.write(element.text or "")
            case _ if name in _SIGNS:
                self.layout.write(_SIGNS[name])

    def _end(self, name: str, element: etree._Element) -> None:
        match name:
            case "p":
                self._end_paragraph(element)
            case "tc":
                self.layout.close_cell()
            case "tr":
                self.layout.close_row()

    def _end_paragraph(self, element: etree._Element) -> None:
        self.layout.close_paragraph(self.numbering.label(element))
        line = self.layout.lines[-1][-1]
        is_contents = self.numbering.style_name(element).startswith("toc ")
        if is_contents and self.layout.in_body and line.strip():
            self.toc.append(len(self.layout.lines[0]) - 1)
