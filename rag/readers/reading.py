"""One file to its texts: recognises the format, calls its reader, checks what comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rag.decoding import storable
from rag.errors import ReadError
from rag.readers.formats import Format, format_of
from rag.readers.isolation import Worker
from rag.readers.jsonl import read_json, read_jsonl
from rag.readers.markdown import read_markdown
from rag.readers.text import read_text
from rag.schema import Reading

MAX_FILE_BYTES = 256 << 20  # a library of ten years' speeches in one JSONL has about 50 MB
MAX_TEXT_CHARACTERS = 20_000_000  # the collected works of anybody
_HERE = {
    Format.TEXT: read_text,
    Format.MARKDOWN: read_markdown,
    Format.JSONL: read_jsonl,
    Format.JSON: read_json,
}  # formats whose parsers neither hang nor crash


def read(path: Path, worker: Worker | None = None) -> Reading:
    """The texts of one file.

    Args:
        path: A file of any format that has a reader.
        worker: The child process to use for the formats that need one. Pass the same for all the
            files of a run; without it each such file starts a process of its own.

    Raises:
        ReadError: The file is empty, too large, damaged or of no known format.
    """
    data = _bytes_of(path)
    file_format = format_of(path.name, data)
    if file_format in _HERE:
        return _checked(_HERE[file_format](data))
    if worker is not None:
        return _checked(worker.read(path, file_format))
    with Worker() as own:
        return _checked(own.read(path, file_format))


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
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
