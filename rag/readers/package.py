"""Documents that are a zip of XML parts (docx, odt): opened and parsed within bounds.

Knows the container only; what a part means is known to the reader of its format.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from rag.errors import ReadError

_MAX_UNPACKED = 256 << 20  # bytes of all parts together; a book of plain text has under 10 MB
_MAX_PARTS = 20_000
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,  # an encrypted part
    ValueError,
)


class Package:
    """The parts of a zipped document, by name."""

    def __init__(self, data: bytes) -> None:
        """Open ``data``.

        Raises:
            ReadError: It is no zip file, or unpacks to more than a document has.
        """
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise ReadError(f"is damaged: {error}") from error
        parts = self._archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > _MAX_UNPACKED or len(parts) > _MAX_PARTS:
            raise ReadError(
                f"unpacks to {unpacked >> 20} MB in {len(parts)} parts, more than a document has"
            )

    def xml(self, name: str) -> etree._Element | None:
        """The parsed part ``name``, or ``None`` where the document has none.

        Raises:
            ReadError: The part is damaged.
        """
        if name not in self._archive.namelist():
            return None
        try:
            return etree.fromstring(self._archive.read(name), _safe_parser())
        except (*_BROKEN, etree.XMLSyntaxError) as error:
            raise ReadError(f"is damaged: {error} in {name}") from error


def local_name(element: etree._Element) -> str:
    """The tag without its namespace, of which Word, WPS and "strict" files use several."""
    tag = element.tag
    return _bare(tag) if isinstance(tag, str) else ""  # an entity's tag is a function


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute by its name without namespace."""
    if element is None:
        return None
    named = (str(value) for key, value in element.attrib.items() if _bare(key) == name)
    return next(named, None)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along a path of local names."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if local_name(each) == name), None)
    return element


def _bare(name: str | bytes) -> str:
    return str(name).rpartition("}")[2]


def _safe_parser() -> etree.XMLParser:
    """Expands no entities, fetches nothing, and keeps libxml2's limits on depth and size."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
