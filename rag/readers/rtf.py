"""RTF documents, through striprtf, with the list numbers that the file carries beside its lists."""

from __future__ import annotations

import re

from rag.decoding import decode
from rag.errors import ReadError
from rag.schema import Reading, SourceText

# striprtf writes "|" between cells and drops old-style list numbers; both are mended beforehand.
_MENDED = (
    (re.compile(r"\\(?:nest)?cell(?![a-z])"), r"\\tab"),
    (re.compile(r"\\(?:nest)?row(?![a-z])"), r"\\par"),
    (re.compile(r"\{\\pntext(?![a-z])"), r"{\\listtext"),
)


def read_rtf(data: bytes) -> Reading:
    """The text of an RTF document.

    Raises:
        ReadError: It is damaged.
    """
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415  only where such a file is read

    source = decode(data).text
    for pattern, replacement in _MENDED:
        source = pattern.sub(replacement, source)
    try:
        text = rtf_to_text(source, errors="replace")
    except (LookupError, ValueError, IndexError) as error:
        raise ReadError(f"is damaged: {error}") from error
    lines = (line.rstrip("\t") for line in text.replace("\r", "").split("\n"))
    return Reading((SourceText("\n".join(lines)),), "rtf")
