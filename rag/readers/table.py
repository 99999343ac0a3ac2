"""Tables of speeches: one text a row, its columns known by their names; CSV files are read here.

The fields of a row are given like those of a JSON line; a number (编号) is no document id, since
every table has its own 1, 2, 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.errors import ReadError
from rag.readers.fields import given, hinted
from rag.readers.rows import Row, csv_rows, records
from rag.readers.text import damage_notes, decoded_text
from rag.schema import Reading, SourceText

_EXPECTED = (
    "expected a table with a column 正文 (text, 内容, content) and, where known, 标题 (title), "
    "讲话人 (speaker), 日期 (date), 会议 (venue), 链接 (url)"
)


def read_csv(data: bytes) -> Reading:
    """The speeches of a CSV or TSV table.

    Raises:
        ReadError: It is no table, or has no column of texts.
    """
    decoded = decoded_text(data)
    texts, notes = speeches_in([("table", list(csv_rows(decoded.text)))])
    return Reading(texts, decoded.encoding, damage_notes(decoded) + notes)


def speeches_in(
    tables: Iterable[tuple[str, Sequence[Row]]],
) -> tuple[tuple[SourceText, ...], tuple[str, ...]]:
    """The texts of some named tables, and notes on what was passed over.

    Raises:
        ReadError: No table has a column of texts with something in it.
    """
    texts: list[SourceText] = []
    notes: list[str] = []
    for name, rows in tables:
        try:
            found = records(rows, "text")
        except ReadError as error:
            notes.append(f"{name} {error}")
            continue
        texts += [_speech(record) for record in found if "text" in record]
        if empty := sum("text" not in record for record in found):
            notes.append(f"{name}: {empty} rows have no text")
    if not texts:
        raise ReadError(f"has no speeches: {_EXPECTED}; {'; '.join(notes)}")
    return tuple(texts), tuple(notes)


def _speech(record: dict[str, str]) -> SourceText:
    text = record["text"].replace("\r\n", "\n").replace("\r", "\n")
    return SourceText(text, given=given(record), hinted=hinted(record))
