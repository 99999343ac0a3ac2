"""CSV text as rows under their header. Knows no field names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rag.errors import ReadError

_LONGEST_CELL = 1 << 30  # a cell holds a whole speech; the module's own limit is 128 K
_SEPARATORS = ",\t;，"


def csv_rows(text: str) -> Iterator[dict[str, str]]:
    """The rows of a table whose first line that is not blank is its header.

    Raises:
        ReadError: The text is no such table.
    """
    text = text.lstrip("\ufeff\n")
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        header = next(lines, [])
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise ReadError(f"is no readable table: line {lines.line_num}: {error}") from error


def _separator(text: str) -> str:
    """The sign that parts the header's names most often."""
    header = text.partition("\n")[0]
    return max(_SEPARATORS, key=header.count)
