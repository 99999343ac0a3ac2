"""Which files are meant by the paths that a user names. Opens no file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UsageError
from rag.readers import ocr
from rag.readers.beside import METADATA_FILE
from rag.readers.formats import Format, format_named


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files to read, in order, and those passed over with the reason."""

    files: tuple[Path, ...]
    skipped: tuple[tuple[Path, str], ...] = ()


def discover(paths: Sequence[Path]) -> Discovery:
    """Files as they are named, folders with all that is in them, sorted by path; each file once.

    Within a folder, hidden files and what belongs to a saved web page are passed over; lock files
    (``~$x.docx``), links that lead out of it and formats without a reader are skipped with a
    reason. A file that is named itself is always kept.

    Raises:
        UsageError: A path does not exist.
    """
    files: dict[Path, Path] = {}  # by resolved path: two ways to one file are one file
    skipped: list[tuple[Path, str]] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist; name a file or folder that does")
        for file in _inside(path) if path.is_dir() else (path,):
            reason = _reason_to_skip(file, path) if path.is_dir() else None
            if reason:
                skipped.append((file, reason))
            else:
                files.setdefault(file.resolve(), file)
    return Discovery(tuple(files.values()), tuple(skipped))


def _inside(folder: Path) -> Iterator[Path]:
    """All files below a folder in one order everywhere; links to folders are not followed."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not _is_part_of_a_page(name, names)
        )
        linked = [name for name in folders if Path(parent, name).is_symlink()]
        for name in sorted(names + linked):
            if not name.startswith(".") and name != METADATA_FILE:
                yield Path(parent, name)


def _reason_to_skip(file: Path, folder: Path) -> str | None:
    if file.name.startswith("~$"):
        return "is a lock file of an open document"
    if not file.resolve().is_relative_to(folder.resolve()):
        return "is a link that leads out of the folder"
    if not file.is_file():
        is_folder = file.is_dir()
        return f"is {'a link to a folder; name that folder itself' if is_folder else 'no regular file'}"
    file_format = format_named(file.name)
    if file_format is None:
        return f"has no reader for {file.suffix}"
    if file_format is Format.IMAGE and not ocr.is_installed():
        return f"is an image; {ocr.HOW_TO_INSTALL}"
    return None


def _is_part_of_a_page(folder: str, names: Sequence[str]) -> bool:
    """Whether a browser put the pictures and scripts of a saved page there."""
    stem = folder.removesuffix("_files").removesuffix(".files")
    return stem != folder and any(f"{stem}{suffix}" in names for suffix in (".html", ".htm"))
