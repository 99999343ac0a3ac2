"""Zip archives: their members as files of a temporary folder, within bounds.

Member names are for messages only and never become paths. Knows no format; archives inside archives
are left closed.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from rag.decoding import decode
from rag.errors import ReadError

_MOST_MEMBERS = 10_000
_MOST_UNPACKED = 1 << 30  # bytes of all members together
_MOST_RATIO = 200  # text packs to a fifth, a bomb to a thousandth
_RATIO_FROM = 16 << 20  # bytes; below this a ratio does no harm
_UTF8_NAME = 0x800
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


def members(data: bytes, most_bytes: int) -> Iterator[tuple[str, bytes | ReadError]]:
    """The files in an archive by name, in its order; a member that cannot be had is an error.

    Args:
        data: The archive.
        most_bytes: The size of the largest member that is unpacked.

    Raises:
        ReadError: The archive is damaged or unpacks to more than an archive of speeches does.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _BROKEN as error:
        raise ReadError(f"is damaged: {error}") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        _check(infos, len(data))
        for info in infos:
            name = _name(info)
            if not _is_hidden(name):
                yield name, _unpacked(archive, info, most_bytes)


def _check(infos: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > _MOST_MEMBERS:
        raise ReadError(f"has {len(infos)} files; at most {_MOST_MEMBERS} are read, so split it")
    if unpacked > _MOST_UNPACKED or (unpacked > _RATIO_FROM and unpacked > size * _MOST_RATIO):
        raise ReadError(
            f"unpacks from {size:,} to {unpacked:,} bytes, which no archive of texts does"
        )


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes | ReadError:
    if info.flag_bits & 1:
        return ReadError("is protected by a password; pack it without one")
    if info.file_size > most:
        return ReadError(f"has {info.file_size >> 20} MB; at most {most >> 20} MB are read")
    try:
        return archive.read(info)  # reads no more than the size that was checked
    except (*_BROKEN, RuntimeError) as error:
        return ReadError(f"is damaged: {error}")


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; Chinese Windows writes GBK, which zipfile takes for code page 437."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    return decode(info.filename.encode("cp437", "replace")).text


def _is_hidden(name: str) -> bool:
    """System files of a packer (``__MACOSX``), hidden files, and lock files of open documents."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part.startswith((".", "__MACOSX", "~$")) and part != ".." for part in parts)
