"""One file to its texts: recognises the format, calls its reader, checks what comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from tempfile import TemporaryDirectory

from rag.decoding import storable
from rag.errors import ReadError
from rag.readers import office
from rag.readers.archive import members
from rag.readers.beside import METADATA_FILE, metadata_of, metadata_table
from rag.readers.formats import Format, format_of
from rag.readers.isolation import Worker
from rag.readers.jsonl import read_json, read_jsonl
from rag.readers.markdown import read_markdown
from rag.readers.table import read_csv
from rag.readers.text import read_text
from rag.schema import Reading, SourceText

MAX_FILE_BYTES = 256 << 20  # a library of ten years' speeches in one JSONL has about 50 MB
MAX_TEXT_CHARACTERS = 20_000_000  # the collected works of anybody
_HERE = {
    Format.TEXT: read_text,
    Format.MARKDOWN: read_markdown,
    Format.CSV: read_csv,
    Format.JSONL: read_jsonl,
    Format.JSON: read_json,
}  # formats whose parsers neither hang nor crash
_FOR_OFFICE = frozenset((Format.DOC, Format.ODT))


def read(path: Path, worker: Worker | None = None) -> Reading:
    """The texts of one file.

    Args:
        path: A file of any format that has a reader.
        worker: The child process to use for the formats that need one. Pass the same for all the
            files of a run; without it each such file starts a process of its own.

    Raises:
        ReadError: The file is empty, too large, damaged or of no known format. The message goes
            on after the path: "is empty".
    """
    data = _bytes_of(path)
    if worker is not None:
        return _checked(_read(path.name, path, data, worker))
    with Worker() as own:
        return _checked(_read(path.name, path, data, own))


def _read(name: str, path: Path, data: bytes, worker: Worker) -> Reading:
    """Read ``data``, which stands in the file at ``path`` and is called ``name``."""
    file_format = format_of(name, data)
    if file_format in _HERE:
        return _HERE[file_format](data)
    if file_format is Format.ZIP:
        return _read_archive(data, worker)
    if file_format in _FOR_OFFICE:
        return _read_for_office(path, data, file_format, worker)
    return worker.read(path, file_format)


def _read_for_office(path: Path, data: bytes, file_format: Format, worker: Worker) -> Reading:
    """Read by ourselves, and through LibreOffice what it alone can read and understands."""
    try:
        reading = worker.read(path, file_format)
    except ReadError as refusal:
        if str(refusal) != office.TOO_OLD:
            raise  # LibreOffice would show a damaged file's bytes as text
        return _through_office(data, file_format, worker)
    if office.LISTS_NOT_READ not in reading.notes:
        return reading
    try:
        return _through_office(data, file_format, worker)
    except ReadError:
        return reading  # its notes say what is missing


def _through_office(data: bytes, file_format: Format, worker: Worker) -> Reading:
    soffice = office.program()
    if soffice is None:
        raise ReadError(office.TOO_OLD)
    with TemporaryDirectory() as folder:
        source = Path(folder, f"source.{file_format}")
        source.write_bytes(data)
        converted = office.convert(soffice, source, Path(folder))
        return replace(worker.read(converted, Format.DOCX), encoding=str(file_format))


def _read_archive(data: bytes, worker: Worker) -> Reading:
    """The texts of all members, each with what a ``metadata.csv`` in its folder says of it."""
    found = dict(members(data, MAX_FILE_BYTES))
    tables = {
        PurePosixPath(name).parent: metadata_table(content)
        for name, content in found.items()
        if PurePosixPath(name).name == METADATA_FILE and isinstance(content, bytes)
    }
    texts: list[SourceText] = []
    notes: list[str] = []
    with TemporaryDirectory() as folder:
        for name, content in found.items():
            place = PurePosixPath(name)
            if place.name == METADATA_FILE:
                continue
            try:
                reading = _read_member(place.name, content, Path(folder, "member"), worker)
            except ReadError as error:
                notes.append(f"{name} {error}")
                continue
            beside = metadata_of(place.name, tables.get(place.parent, {}))
            texts += [replace(t, given=t.given.filled_from(beside)) for t in reading.texts]
            notes += [f"{name}: {note}" for note in reading.notes]
    if not texts:
        raise ReadError(f"has no file that can be read. {'; '.join(notes[:3])}".rstrip())
    return Reading(tuple(texts), "zip", tuple(notes))


def _read_member(name: str, content: bytes | ReadError, path: Path, worker: Worker) -> Reading:
    if isinstance(content, ReadError):
        raise content
    if not content:
        raise ReadError("is empty")
    if format_of(name, content) is Format.ZIP:
        raise ReadError("is an archive inside an archive; unpack it")
    path.write_bytes(content)
    return _checked(_read(name, path, content, worker))


def _bytes_of(path: Path) -> bytes:
    try:
        stat = path.stat()
        if not S_ISREG(stat.st_mode):
            raise ReadError("is no regular file")
        size = stat.st_size
        if size > MAX_FILE_BYTES:
            raise ReadError(
                f"has {size >> 20} MB; at most {MAX_FILE_BYTES >> 20} MB are read, so split it"
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be opened: {error.strerror}") from error
    if not data:
        raise ReadError("is empty")
    return data


def _checked(reading: Reading) -> Reading:
    """The reading without blank texts and with nothing that cannot be stored."""
    texts = tuple(
        replace(text, text=storable(text.text)) for text in reading.texts if text.text.strip()
    )
    if not texts:
        raise ReadError("has no text")
    longest = max(len(text.text) for text in texts)
    if longest > MAX_TEXT_CHARACTERS:
        raise ReadError(
            f"has a text of {longest:,} characters; at most {MAX_TEXT_CHARACTERS:,} are read, "
            "so split it"
        )
    return replace(reading, texts=texts)
