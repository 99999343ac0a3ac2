"""Keeps files that were handed in through the page in the library's folder, each under its content.

Two files of the same name are two files; the same file again is the same path, so the library
sees that nothing has changed. Knows nothing of readers.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path


def kept_uploads(paths: Iterable[Path], root: Path) -> list[Path]:
    """Copies the files into ``root/uploads`` and returns where they are now."""
    return [_kept(path, root / "uploads") for path in paths]


def _kept(path: Path, folder: Path) -> Path:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    target = folder / digest[:16] / path.name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.partial")
        shutil.copyfile(path, partial)
        partial.replace(target)  # a copy that breaks off leaves no half file behind
    return target
