"""The child process of ``isolation``: reads one file for each request line, within its limits.

A refusal is a reply. Any other exception ends the process, with its traceback as the complaint:
what a parser was doing when it broke is not to be trusted with the next file.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import ReadError
from rag.readers.doc import read_doc
from rag.readers.formats import Format
from rag.readers.isolation import WORKING
from rag.readers.mhtml import read_mhtml
from rag.readers.ocr import read_image
from rag.readers.odt import read_odt
from rag.readers.pdf import read_pdf
from rag.readers.rtf import read_rtf
from rag.readers.sheets import read_sheets
from rag.readers.web import read_html
from rag.readers.word import read_docx
from rag.schema import Reading

_READERS = {
    Format.DOC: read_doc,
    Format.DOCX: read_docx,
    Format.HTML: read_html,
    Format.MHTML: read_mhtml,
    Format.ODT: read_odt,
    Format.RTF: read_rtf,
    Format.XLS: read_sheets,
    Format.XLSX: read_sheets,
}
_SLOW_READERS = {Format.IMAGE: read_image, Format.PDF: read_pdf}


def main(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more."""

    def say(reply: dict[str, Any]) -> None:
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()

    for line in requests:
        request = json.loads(line)
        data = Path(request["path"]).read_bytes()
        try:
            reading = read_as(Format(request["format"]), data, lambda: say(WORKING))
        except ReadError as error:
            say({"refused": str(error)})
        else:
            say(asdict(reading))


def limit_memory(most: int) -> None:
    """Refuse more than ``most`` bytes; where the system knows no such limit, do nothing."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has none, macOS another
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def read_as(file_format: Format, data: bytes, working: Callable[[], None]) -> Reading:
    """Read ``data`` with the reader of its format.

    Args:
        file_format: What ``data`` is; one of the formats that are read in the child process.
        data: The file.
        working: Called before each slow step; the parent's patience starts anew.

    Raises:
        ReadError: The reader refuses the file.
    """
    if file_format in _SLOW_READERS:
        return _SLOW_READERS[file_format](data, working)
    return _READERS[file_format](data)


if __name__ == "__main__":
    own_output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no reply
    limit_memory(int(sys.argv[1]))
    main(sys.stdin.buffer, own_output)
