"""Tables as records: rows under the names of our fields, wherever the header stands.

Knows no file but CSV text; sheets hand in their rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from rag.errors import ReadError
from rag.readers.fields import as_written, by_field, field_named

Row = Sequence[object]

_LONGEST_CELL = 1 << 30  # a cell holds a whole speech; the csv module's own limit is 128 K
_SEPARATORS = ",\t;"
_HEADER_WITHIN = 10  # rows; a title and remarks may stand above the header


def csv_rows(text: str) -> Iterator[list[str]]:
    """The rows of CSV text, whichever sign separates its cells.

    Raises:
        ReadError: The text is no CSV.
    """
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(text.lstrip("\n"), newline=""), delimiter=_separator(text))
    try:
        yield from lines
    except csv.Error as error:
        raise ReadError(f"is no readable table: line {lines.line_num}: {error}") from error


def records(rows: Sequence[Row], needed: str) -> list[dict[str, str]]:
    """The filled rows below the header, by field; the header is the row that names ``needed``.

    Raises:
        ReadError: No row among the first names that field.
    """
    for position, row in enumerate(rows[:_HEADER_WITHIN]):
        names = [as_written(cell) for cell in row]
        if any(field_named(name) == needed for name in names):
            below = (by_field(_record(names, cells)) for cells in rows[position + 1 :])
            return [record for record in below if record]
    first = next((names for row in rows if (names := [as_written(c) for c in row if c])), [])
    raise ReadError(f"has the columns {' '.join(first)[:200] or 'of an empty table'}")


def _record(names: list[str], cells: Row) -> dict[str, object]:
    """A row by its names; of two columns with one name the first that is filled counts."""
    record: dict[str, object] = {}
    for name, cell in zip(names, cells, strict=False):
        if not record.get(name):
            record[name] = cell
    return record


def _separator(text: str) -> str:
    """The sign that occurs most often in the first line that has one; texts hold commas too."""
    for line in text.split("\n", _HEADER_WITHIN)[:_HEADER_WITHIN]:
        if any(separator in line for separator in _SEPARATORS):
            return max(_SEPARATORS, key=line.count)
    return _SEPARATORS[0]
