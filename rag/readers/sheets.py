"""Excel workbooks (xlsx, xls): their sheets as tables of speeches.

Formulas count with the value that was saved; macros are never looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from rag.errors import ReadError
from rag.readers.fields import as_written
from rag.readers.package import Package
from rag.readers.rows import Row
from rag.readers.table import speeches_in
from rag.schema import Reading, SourceText

_FULL_CELL = 32_700  # characters; Excel cuts off at 32,767, and blanks at the ends are gone here
_TYPED = "no column of texts: read cell by cell as one speech a sheet"
_LEAST_TYPED = 300  # characters
_MOST_CELLS = 1.5  # filled cells a row, on average: a table of figures has more
_CUT = "{} texts fill their cell and may be cut off, since Excel holds 32,767 characters in one"


def read_sheets(data: bytes) -> Reading:
    """The speeches of all sheets.

    Raises:
        ReadError: It is damaged or protected, or no sheet has a column of texts or a speech typed into it.
    """
    is_zipped = data.startswith(b"PK")
    if is_zipped:
        Package(data)  # refuses what unpacks without end
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            tables = [
                (f"sheet {name}", workbook.get_sheet_by_name(name).to_python())
                for name in workbook.sheet_names
            ]
    except PasswordError as error:
        raise ReadError("is protected by a password; save it without one") from error
    except CalamineError as error:
        raise ReadError(f"is damaged: {error}") from error
    try:
        texts, notes = speeches_in(tables)
    except ReadError:
        texts, notes = _typed_into(tables), (_TYPED,)
        if not texts:
            raise
    reading = Reading(texts, "xlsx" if is_zipped else "xls", notes)
    cut = sum(len(text.text) >= _FULL_CELL for text in texts)
    return replace(reading, notes=(*notes, _CUT.format(cut))) if cut else reading


def _typed_into(tables: Sequence[tuple[str, Sequence[Row]]]) -> tuple[SourceText, ...]:
    """Speeches typed into a sheet paragraph by paragraph, one cell below the other."""
    texts = []
    for _, rows in tables:
        filled = [cells for row in rows if (cells := [c for c in map(as_written, row) if c])]
        text = "\n".join("\t".join(cells) for cells in filled)
        if len(text) >= _LEAST_TYPED and sum(map(len, filled)) <= _MOST_CELLS * len(filled):
            texts.append(SourceText(text))
    return tuple(texts)
