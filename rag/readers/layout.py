"""Lines out of nested paragraphs, cells and rows, for formats that give a document as a tree.

A paragraph is a line and a table row is a line with tabs between its cells; a cell of several
paragraphs keeps their lines, since whole documents are laid out in one cell. A paragraph inside
another one (a text box, a footnote) comes before it. Knows no XML.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Layout:
    """The text so far and what is open, innermost last."""

    lines: list[list[str]] = field(default_factory=lambda: [[]])  # of the body and of open cells
    _rows: list[list[str]] = field(default_factory=list)
    _paragraphs: list[list[str]] = field(default_factory=list)

    @property
    def in_paragraph(self) -> bool:
        """Whether text that comes now belongs to a paragraph."""
        return bool(self._paragraphs)

    @property
    def in_body(self) -> bool:
        """Whether a paragraph that ends now is a line of the body and not of a cell."""
        return len(self.lines) == 1

    def text(self) -> str:
        """All that was written."""
        return "\n".join(self.lines[0])

    def write(self, text: str) -> None:
        """Text of the innermost paragraph; outside of one there is none."""
        if self._paragraphs:
            self._paragraphs[-1].append(text)

    def open_paragraph(self) -> None:
        """A paragraph begins."""
        self._paragraphs.append([])

    def close_paragraph(self, label: str = "") -> None:
        """The innermost paragraph ends; ``label`` is the list number that is shown before it."""
        line = "".join(self._paragraphs.pop())
        if label and line.strip():
            between = " " if label[-1].isascii() and line[0].isascii() else ""
            line = label + between + line
        self.lines[-1].append(line)

    def open_row(self) -> None:
        """A table row begins."""
        self._rows.append([])

    def close_row(self) -> None:
        """The innermost row ends."""
        self.lines[-1].append("\t".join(self._rows.pop()).rstrip("\t"))

    def open_cell(self) -> None:
        """A table cell begins."""
        self.lines.append([])

    def close_cell(self) -> None:
        """The innermost cell ends."""
        cell = "\n".join(self.lines.pop()).strip("\n")
        (self._rows or self.lines)[-1].append(cell)
