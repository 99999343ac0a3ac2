"""Word 97–2003 documents (doc, wps): the text pieces of the binary file, without any other program.

Reads characters and their paragraphs, cells and fields. Does not know list numbers, which the file
keeps as formatting, nor which text is a deleted revision; where there are lists it says so, and
LibreOffice is asked if there is one.
Layout of the file: [MS-DOC] 2.4.1 (retrieving text) and 2.5 (the FIB).
"""

from __future__ import annotations

import re
import struct
from io import BytesIO

import olefile

from rag.errors import ReadError
from rag.readers.office import LISTS_NOT_READ, TOO_OLD
from rag.schema import Reading, SourceText

_MAGIC, _MAGIC_AT = 0xA5EC, 0
_VERSION_AT, _OLDEST = 0x02, 0xC1  # Word 97
_FLAGS_AT, _ENCRYPTED, _TABLE_1 = 0x0A, 0x0100, 0x0200
_MAIN_LENGTH_AT, _NOTES_LENGTH_AT = 0x4C, 0x50  # characters of the text and of its footnotes
_CLX_AT = 0x01A2  # where the table stream keeps the pieces, and how long that is
_LISTS_LENGTH_AT = 0x02E6  # bytes of its list definitions
_PIECES, _PROPERTIES = 0x02, 0x01  # what a part of the Clx holds
_COMPRESSED = 0x4000_0000  # the piece has one byte a character

_FIELD_MARKS = re.compile("([\x13\x14\x15])")  # a field begins, its result begins, it ends
_SIGNS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\x1e": "-", "\x07": "\t"}
    | dict.fromkeys("\x00\x01\x02\x03\x04\x05\x06\x08\x14\x15\x1f", "")
)


def read_doc(data: bytes) -> Reading:
    """The text of a Word 97–2003 document, a paragraph or table row a line.

    Raises:
        ReadError: It is damaged, encrypted or older than Word 97.
    """
    main, table = _streams(data)
    try:
        characters = "".join(_pieces(main, table))
        (length,) = struct.unpack_from("<I", main, _MAIN_LENGTH_AT)
        (notes_length,) = struct.unpack_from("<I", main, _NOTES_LENGTH_AT)
        (lists_length,) = struct.unpack_from("<I", main, _LISTS_LENGTH_AT)
    except struct.error as error:
        raise ReadError(f"is damaged: {error}") from error
    text = _shown(characters[: length + notes_length])
    return Reading((SourceText(text),), "doc", (LISTS_NOT_READ,) if lists_length else ())


def _streams(data: bytes) -> tuple[bytes, bytes]:
    """The stream with the text and the one that tells where its pieces are."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            main = file.openstream("WordDocument").read()
            magic, version, flags = (
                struct.unpack_from("<H", main, at)[0] for at in (_MAGIC_AT, _VERSION_AT, _FLAGS_AT)
            )
            if magic != _MAGIC or version < _OLDEST:
                raise ReadError(TOO_OLD)
            if flags & _ENCRYPTED:
                raise ReadError("is protected by a password; save it without one")
            return main, file.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
    except (OSError, struct.error, ValueError) as error:
        raise ReadError(f"is damaged: {error}") from error


def _pieces(main: bytes, table: bytes) -> list[str]:
    """The pieces of the text in reading order."""
    plan = _piece_table(main, table)
    count = (len(plan) - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", plan)
    pieces = []
    for number in range(count):
        (place,) = struct.unpack_from("<I", plan, 4 * (count + 1) + 8 * number + 2)
        length = max(positions[number + 1] - positions[number], 0)
        if place & _COMPRESSED:
            start = (place & ~_COMPRESSED) // 2
            pieces.append(main[start : start + length].decode("cp1252", "replace"))
        else:
            pieces.append(main[place : place + 2 * length].decode("utf-16-le", "replace"))
    return pieces


def _piece_table(main: bytes, table: bytes) -> bytes:
    at, length = struct.unpack_from("<II", main, _CLX_AT)
    end = at + length
    while at < end:
        kind = table[at] if at < len(table) else 0
        if kind == _PIECES:
            (size,) = struct.unpack_from("<I", table, at + 1)
            return table[at + 5 : at + 5 + size]
        if kind != _PROPERTIES:
            break
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    raise ReadError("is damaged: the plan of its text is missing")


def _shown(characters: str) -> str:
    """What a reader sees: no field codes, one line for each paragraph and table row."""
    shown = _without_field_codes(characters)
    rows = re.sub("\r?\x07\x07+", "\n", shown)  # the last cell's mark and the row's
    return rows.translate(_SIGNS).strip("\n")


def _without_field_codes(characters: str) -> str:
    """The text with the results of its fields (a link's words, a page number), which nest."""
    shown = []
    in_code: list[bool] = []  # of each open field
    for part in _FIELD_MARKS.split(characters):
        if part == "\x13":
            in_code.append(True)
        elif part == "\x14" and in_code:
            in_code[-1] = False
        elif part == "\x15" and in_code:
            in_code.pop()
        elif not any(in_code):
            shown.append(part)
    return "".join(shown)
