"""Metadata that a user puts beside the files of a folder: ``metadata.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePath

from rag.errors import ReadError
from rag.readers.fields import given
from rag.readers.rows import csv_rows, records
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
    try:
        stat = table.stat()
        named = _table_at(table, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise ReadError(
            f"has a {METADATA_FILE} beside it that cannot be opened: {error}"
        ) from error
    if isinstance(named, ReadError):
        raise ReadError(f"has a {METADATA_FILE} beside it that {named}")
    return metadata_of(path.name, named)


def metadata_of(name: str, named: Mapping[str, Metadata]) -> Metadata:
    """What a table says of the file ``name``; empty where it says nothing."""
    return named.get(name) or named.get(PurePath(name).stem) or Metadata()


@lru_cache(maxsize=8)  # a folder's files are asked for one after the other
def _table_at(table: Path, _mtime_ns: int, size: int) -> dict[str, Metadata] | ReadError:
    """The table, or why it cannot be read: that too is found out once for all files beside it."""
    if size > _MAX_BYTES:
        return ReadError(f"has {size >> 20} MB; at most {_MAX_BYTES >> 20} MB are read")
    try:
        return metadata_table(table.read_bytes())
    except ReadError as error:
        return error


def metadata_table(data: bytes) -> dict[str, Metadata]:
    """The metadata of each file that a table names; the first of two rows counts.

    Raises:
        ReadError: It is no table, or has no column for the file's name.
    """
    try:
        named = records(list(csv_rows(decoded_text(data).text)), "file")
    except ReadError as error:
        raise ReadError(f"{error}; expected a column file (文件名) and others") from error
    found: dict[str, Metadata] = {}
    for record in named:
        if "file" in record:
            found.setdefault(record["file"], given(record))
    return found
