"""Excel workbooks (xlsx, xls): their sheets as tables of speeches.

Formulas count with the value that was saved; macros are never looked at.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from rag.errors import ReadError
from rag.readers.package import Package
from rag.readers.table import speeches_in
from rag.schema import Reading

_FULL_CELL = 32_700  # characters; Excel cuts off at 32,767, and blanks at the ends are gone here
_CUT = "{} texts fill their cell and may be cut off, since Excel holds 32,767 characters in one"


def read_sheets(data: bytes) -> Reading:
    """The speeches of all sheets.

    Raises:
        ReadError: It is damaged or protected, or no sheet has a column of texts.
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
    texts, notes = speeches_in(tables)
    reading = Reading(texts, "xlsx" if is_zipped else "xls", notes)
    cut = sum(len(text.text) >= _FULL_CELL for text in texts)
    return replace(reading, notes=(*notes, _CUT.format(cut))) if cut else reading
