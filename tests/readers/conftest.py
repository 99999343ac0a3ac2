from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.readers import Worker, read
from rag.schema import Reading

Reader = Callable[[str, bytes], Reading]


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as shared:
        yield shared


@pytest.fixture
def read_bytes(tmp_path: Path, worker: Worker) -> Reader:
    """Reads bytes under a file name, as a user's file would be."""

    def reader(name: str, data: bytes) -> Reading:
        path = tmp_path / name
        path.write_bytes(data)
        return read(path, worker)

    return reader
