"""One writer at a time, among all processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LibraryBusyError


@contextmanager
def write_lock(root: Path, seconds: float) -> Iterator[None]:
    """Hold the right to write to the library in ``root``; a killed process loses it at once.

    Args:
        root: The library's folder.
        seconds: How long to wait for another writer.

    Raises:
        LibraryBusyError: Another process, or another part of this one, went on writing.
    """
    lock = FileLock(root / "write.lock", timeout=seconds, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise LibraryBusyError(
            f"another process is writing to the library {root}; wait until it is done, "
            "then try again"
        ) from error
    try:
        yield
    finally:
        lock.release()
