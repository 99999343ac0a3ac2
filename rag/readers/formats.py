"""Which format a file is in, by its name and its first bytes.

Office files often carry another format's suffix (a page saved as ``.doc``), so where the bytes are
clear they decide.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath

from rag.errors import ReadError


class Format(StrEnum):
    """The formats that have a reader; the value is what ``Reading.encoding`` says."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    MHTML = "mhtml"
    DOCX = "docx"
    DOC = "doc"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    JSONL = "jsonl"
    JSON = "json"
    ZIP = "zip"
    IMAGE = "image"


_SUFFIXES = {
    Format.TEXT: " .txt .text",  # the first: no suffix at all
    Format.MARKDOWN: ".md .markdown",
    Format.HTML: ".html .htm .shtml .shtm .xhtml",
    Format.MHTML: ".mhtml .mht",
    Format.DOCX: ".docx .docm .dotx",
    Format.DOC: ".doc .dot .wps",
    Format.ODT: ".odt",
    Format.RTF: ".rtf",
    Format.PDF: ".pdf",
    Format.CSV: ".csv .tsv",
    Format.XLSX: ".xlsx .xlsm",
    Format.XLS: ".xls .et",
    Format.JSONL: ".jsonl .ndjson",
    Format.JSON: ".json",
    Format.ZIP: ".zip",
    Format.IMAGE: ".png .jpg .jpeg .tif .tiff .bmp",
}
_OF_SUFFIX = {s: f for f, suffixes in _SUFFIXES.items() for s in suffixes.split(" ")}
_BINARY = frozenset(
    (Format.DOCX, Format.DOC, Format.ODT, Format.RTF, Format.PDF, Format.XLSX, Format.XLS)
)
_PAGES = ("<!doctype html", "<html", "<?xml version")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 1024


def format_named(name: str) -> Format | None:
    """The format that a file's name promises, or ``None`` where no reader exists."""
    return _OF_SUFFIX.get(PurePath(name).suffix.casefold())


def format_of(name: str, data: bytes) -> Format:
    """The format that ``data`` is in.

    Raises:
        ReadError: No reader exists for it, or it is not what its name says.
    """
    promised = format_named(name)
    found = _by_signature(data, promised)
    if found:
        return found
    if promised is None:
        raise ReadError(f"has the unknown suffix {PurePath(name).suffix}; known are {_known()}")
    if promised in _BINARY or promised is Format.ZIP:
        raise ReadError(f"is no {promised} file, whatever its name says; save it anew")
    return promised


def _by_signature(data: bytes, promised: Format | None) -> Format | None:
    head = data[:_HEAD_BYTES]
    if b"%PDF-" in head and (promised is Format.PDF or head.startswith(b"%PDF-")):
        return Format.PDF
    if head.startswith(_ZIP):
        return _zipped(data, promised)
    if head.startswith(_OLE):
        return _compound(data)
    if head.startswith(b"{\\rtf"):
        return Format.RTF
    return _page(head, promised)


def _page(head: bytes, promised: Format | None) -> Format | None:
    """Web pages under another name: saved as .txt, or by a server as .doc and .xls."""
    if promised is not Format.TEXT and promised not in _BINARY:
        return None
    start = head.decode("latin-1").lstrip("\xef\xbb\xbf \t\r\n").casefold()
    if start.startswith("mime-version:") and promised in _BINARY:
        return Format.MHTML
    is_page = start.startswith(_PAGES[:2]) or (start.startswith(_PAGES[2]) and "<html" in start)
    return Format.HTML if is_page else None


def _zipped(data: bytes, promised: Format | None) -> Format | None:
    try:
        names = zipfile.ZipFile(BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return promised  # its reader says what is broken
    if "word/document.xml" in names or (promised is Format.DOCX and _has_folder(names, "word/")):
        return Format.DOCX
    if _has_folder(names, "xl/"):
        return Format.XLSX
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return Format.ODT
    return Format.ZIP


def _has_folder(names: Iterable[str], folder: str) -> bool:
    return any(name.startswith(folder) for name in names)


def _compound(data: bytes) -> Format:
    """Old Office files name their streams in UTF-16; the names tell what they are."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadError("is protected by a password; save it without one")
    if "WordDocument".encode("utf-16-le") in data:
        return Format.DOC
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return Format.XLS
    raise ReadError("is an old Office file that is neither a Word document nor an Excel table")


def _known() -> str:
    return " ".join(sorted(suffix for suffix in _OF_SUFFIX if suffix))
