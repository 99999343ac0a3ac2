"""Metadata that a user puts beside the files of a folder: ``metadata.csv``."""

from __future__ import annotations

from pathlib import Path

from rag.errors import ReadError
from rag.readers.fields import by_field, given
from rag.readers.rows import csv_rows
from rag.readers.text import decoded_text
from rag.schema import Metadata

METADATA_FILE = "metadata.csv"
_MAX_BYTES = 16 << 20


def given_beside(path: Path) -> Metadata:
    """What the ``metadata.csv`` in the file's folder says of it; empty where there is none.

    The table has a column ``file`` (文件名) with the file's name, with or without its suffix,
    and any of the columns that tables of speeches have (title, speaker, date, …).

    Raises:
        ReadError: The table cannot be read, or has no such column.
    """
    table = path.parent / METADATA_FILE
    if not table.is_file():
        return Metadata()
    named = metadata_table(table)
    return named.get(path.name) or named.get(path.stem) or Metadata()


def metadata_table(table: Path) -> dict[str, Metadata]:
    """The metadata of each file that the table names; the first of two rows counts.

    Raises:
        ReadError: The table cannot be read, or has no column for the file's name.
    """
    if table.stat().st_size > _MAX_BYTES:
        raise ReadError(f"{table} is larger than the {_MAX_BYTES >> 20} MB that are read")
    found: dict[str, Metadata] = {}
    rows = [by_field(row) for row in csv_rows(decoded_text(table.read_bytes()).text)]
    if rows and not any("file" in row for row in rows):
        raise ReadError(f'{table} has no column "file" (文件名) to name the files it describes')
    for row in rows:
        if "file" in row:
            found.setdefault(row["file"], given(row))
    return found
