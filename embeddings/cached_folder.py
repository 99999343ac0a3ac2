"""Folders that are made once in the user's cache: whole or not there.

A folder is written beside its place and renamed, and its manifest tells a damaged one, which is made
anew. Knows nothing of what is in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock
from platformdirs import user_cache_path

_MANIFEST = "manifest.json"


def cached_folder(name: str, cache: Path | None, write: Callable[[Path], None]) -> Path:
    """The folder ``name`` of the cache, made first where it is missing or damaged.

    Args:
        name: The folder's name; another one when what is written changes.
        cache: The folder to keep it in; ``None`` takes ``$JIANGHUA_CACHE``, else the user's cache.
        write: Writes the content into the empty folder that it is given.
    """
    cache = cache or _user_cache()
    folder = cache / name
    if is_whole(folder):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{name}.lock"):
        if not is_whole(folder):  # another process may have made it meanwhile
            _replace(folder, write)
    return folder


def folder_digests(folder: Path) -> dict[str, str] | None:
    """SHA-256 of each file in ``folder``, as its manifest says; ``None`` without one."""
    entries = _manifest(folder)
    return {name: entry["sha256"] for name, entry in entries.items()} if entries else None


def is_whole(folder: Path) -> bool:
    """Whether each file is as it was written: by size and time, else by size and SHA-256."""
    entries = _manifest(folder)
    return bool(entries) and all(
        _is_unchanged(folder / name, entry) for name, entry in entries.items()
    )


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _user_cache() -> Path:
    named = os.environ.get("JIANGHUA_CACHE")
    return Path(named) if named else user_cache_path("jianghua")


def _is_unchanged(path: Path, entry: dict[str, Any]) -> bool:
    if not path.is_file() or path.stat().st_size != entry["size"]:
        return False
    return bool(path.stat().st_mtime_ns == entry["mtime_ns"] or sha256(path) == entry["sha256"])


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """The entries by file name; empty where there is no manifest that can be read."""
    try:
        entries = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _replace(folder: Path, write: Callable[[Path], None]) -> None:
    for left_over in folder.parent.glob(f"{folder.name}.*/"):  # by a process that was killed
        shutil.rmtree(left_over)
    made = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        made.chmod(0o755)  # a cache may be shared
        write(made)
        _write_manifest(made)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _write_manifest(folder: Path) -> None:
    entries = {
        path.relative_to(folder).as_posix(): {
            "size": path.stat().st_size,
            "mtime_ns": path.stat().st_mtime_ns,
            "sha256": sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / _MANIFEST).write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
