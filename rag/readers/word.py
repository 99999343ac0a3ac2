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
    text = body.text()
    title = child(package.xml("docProps/core.xml"), "title")
    hinted = Metadata(title=_title_in(text, title.text if title is not None else None))
    return Reading((SourceText(text, hinted=hinted, chrome=body.contents()),), "docx")


def _main_part(package: Package) -> str:
    relations = package.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if (attribute(relation, "Type") or "").endswith("/officeDocument"):
            return (attribute(relation, "Target") or "").lstrip("/")
    return "word/document.xml"


def _title_in(text: str, title: str | None) -> str | None:
    """The title property where the text has it; templates leave other documents' titles there."""
    bare = "".join((title or "").split())
    return title.strip() if title and bare and bare in "".join(text.split()) else None


@dataclass(slots=True)
class _Body:
    """The text of a document while it is read: open paragraphs, cells and rows, innermost last."""

    numbering: Numbering
    lines: list[list[str]] = field(default_factory=lambda: [[]])  # of the body and of open cells
    rows: list[list[str]] = field(default_factory=list)
    paragraphs: list[list[str]] = field(default_factory=list)
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

    def text(self) -> str:
        """All that was read."""
        return "\n".join(self.lines[0])

    def contents(self) -> tuple[Span, ...]:
        """The lines of a table of contents."""
        starts = list(accumulate((len(line) + 1 for line in self.lines[0]), initial=0))
        return tuple(Span(starts[n], starts[n + 1] - 1) for n in self.toc)

    def _start(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self.paragraphs.append([])
        elif name == "tr":
            self.rows.append([])
        elif name == "tc":
            self.lines.append([])
        elif name == "t" and self.paragraphs:
            self.paragraphs[-1].append(element.text or "")
        elif name in _SIGNS and self.paragraphs:
            self.paragraphs[-1].append(_SIGNS[name])

    def _end(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self._end_paragraph(element)
        elif name == "tc":
            cell = "\n".join(self.lines.pop()).strip("\n")
            (self.rows or self.lines)[-1].append(cell)
        elif name == "tr":
            self.lines[-1].append("\t".join(self.rows.pop()).rstrip("\t"))

    def _end_paragraph(self, element: etree._Element) -> None:
        line = "".join(self.paragraphs.pop())
        label = self.numbering.label(element)
        if label and line.strip():
            line = f"{label} {line}" if label[-1].isascii() and line[0].isascii() else label + line
        in_body = len(self.lines) == 1
        if in_body and line.strip() and self.numbering.style_name(element).startswith("toc "):
            self.toc.append(len(self.lines[0]))
        self.lines[-1].append(line)
