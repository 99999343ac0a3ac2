"""RTF documents, through striprtf, with the list numbers that the file carries beside its lists."""

from __future__ import annotations

import re
from collections.abc import Callable

from striprtf import striprtf

from rag.decoding import decode
from rag.errors import ReadError
from rag.schema import Reading, SourceText

_to_text: Callable[..., str] = striprtf.rtf_to_text
# striprtf writes "|" between cells and drops old-style list numbers; both are mended beforehand.
_MENDED = (
    (re.compile(r"\\(?:nest)?cell(?![a-z])"), r"\\tab"),
    (re.compile(r"\\(?:nest)?row(?![a-z])"), r"\\par"),
    (re.compile(r"\{\\pntext(?![a-z])"), r"{\\listtext"),
    (re.compile(r"(\{\\listtext[^{}]*)\\tab ?\}"), r"\1}"),  # the blank between number and text
    (re.compile(r"(\{\\listtext[^{}]*\\[a-z]+[0-9]*) +(?=\\)"), r"\1"),  # and one before it
)


def read_rtf(data: bytes) -> Reading:
    """The text of an RTF document.

    Raises:
        ReadError: It is damaged.
    """
    source = decode(data).text
    for pattern, replacement in _MENDED:
        source = pattern.sub(replacement, source)
    try:
        text = _to_text(source, errors="replace")
    except (LookupError, ValueError, IndexError) as error:
        raise ReadError(f"is damaged: {error}") from error
    lines = (line.rstrip("\t") for line in text.replace("\r", "").split("\n"))
    return Reading((SourceText("\n".join(lines)),), "rtf")
