"""The child process of ``isolation``: reads one file for each request line, within its limits.

A refusal is a reply. Any other exception ends the process, with its traceback as the complaint:
what a parser was doing when it broke is not to be trusted with the next file.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from rag.errors import ReadError
from rag.readers.formats import Format
from rag.schema import Reading

_MOST_MEMORY = 3 << 30  # bytes of address space; libraries alone take about 1 GB of it


def main(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more."""
    limit_memory()
    for line in requests:
        request = json.loads(line)
        try:
            reply = asdict(read_as(Format(request["format"]), Path(request["path"]).read_bytes()))
        except ReadError as error:
            reply = {"refused": str(error)}
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()


def limit_memory() -> None:
    """Refuse memory beyond the limit; where the system knows no such limit, do nothing."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_as(file_format: Format, data: bytes) -> Reading:
    """Read ``data`` with the reader of a format that is read in the child process.

    The libraries are imported one format at a time, so that a folder of Word files loads no PDF
    library.

    Raises:
        ReadError: The reader refuses the file.
    """
    match file_format:
        case Format.DOCX:
            from rag.readers.word import read_docx  # noqa: PLC0415

            return read_docx(data)
        case Format.HTML:
            from rag.readers.web import read_html  # noqa: PLC0415

            return read_html(data)
        case _:
            raise ValueError(f"{file_format} is not read in a child process")


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
