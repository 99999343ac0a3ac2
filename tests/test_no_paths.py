"""Whatever breaks, no answer tells where the server keeps its files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_fakes import MemoryLibrary, QuotingAssistant

from rag.access import Access, Guard, Limits
from rag.api import create_api
from rag.errors import LibraryBusyError, LibraryError
from rag.question_pool import QuestionPool

ROUTES = [
    ("GET", "/source/lake2019", {}), ("GET", "/source/lake2019/text", {}),
    ("GET", "/original/lake2019", {}), ("GET", "/about", {}), ("GET", "/healthz", {}),
    ("GET", "/metrics", {}), ("GET", "/trends?q=镜湖", {}), ("GET", "/api/search?q=镜湖", {}),
    ("GET", "/api/library", {}), ("GET", "/api/library/lake2019", {}),
    ("PATCH", "/api/library/lake2019", {"json": {"title": "题"}}),
    ("DELETE", "/api/library/lake2019", {}),
    ("POST", "/api/library", {"files": [("files", ("a.txt", b"speech"))]}),
    ("POST", "/api/ask", {"json": {"question": "镜湖"}}),
    ("POST", "/api/ask", {"json": {"question": "镜湖"}, "headers": {"Accept": "text/event-stream"}}),
    ("POST", "/api/check", {"json": {"draft": "镜湖水清。"}}), ("POST", "/check", {"data": {"draft": "镜湖水清。"}}),
    ("POST", "/v1/chat/completions", {"json": {"model": "jianghua", "messages": [{"role": "user", "content": "镜湖"}]}}),
    ("POST", "/v1/chat/completions", {"json": {"model": "jianghua", "stream": True, "messages": [{"role": "user", "content": "镜湖"}]}}),
    ("POST", "/mcp", {"json": {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                               "params": {"name": "get_source", "arguments": {"doc_id": "lake2019"}}},
                      "headers": {"Accept": "application/json, text/event-stream"}}),
]  # fmt: skip


class Broken(MemoryLibrary):
    """A library whose every way in fails, and says where it lies."""

    def __init__(self, root: Path, failure: Callable[[Path], Exception]) -> None:
        super().__init__(root=root)
        self._failure = failure

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise self._failure(self.root)

    holdings = documents = document = printings_of = was_removed = _fail
    original = correct = remove = ingest = _fail


class BrokenAssistant(QuotingAssistant):
    def stream(self, question: Any) -> Iterator[Any]:
        raise self.library._failure(self.library.root)  # type: ignore[attr-defined]

    def search(self, question: Any, k: int) -> Any:
        raise self.library._failure(self.library.root)  # type: ignore[attr-defined]


FAILURES: dict[str, Callable[[Path], Exception]] = {
    "said": lambda root: LibraryError(f"the file {root}/library.sqlite3 is damaged"),
    "busy": lambda root: LibraryBusyError(f"another process writes to {root}"),
    "SQLite": lambda root: sqlite3.OperationalError(f"unable to open {root}/library.sqlite3"),
    "system": lambda root: PermissionError(
        13, "Permission denied", str(root / "uploads" / "a.txt")
    ),
    "missing": lambda root: FileNotFoundError(2, "No such file", f"{root}"),
    "programmed": lambda root: ValueError(f"{root!r}"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_no_answer_tells_where_files_lie(tmp_path: Path, failure: str) -> None:
    root = tmp_path / "secret place"
    root.mkdir()
    library = Broken(root, FAILURES[failure])
    api = create_api(QuestionPool(BrokenAssistant(library)), library)
    api.add_middleware(Guard, access=Access(limits=Limits(10_000, 100)))
    with TestClient(api, raise_server_exceptions=False) as client:
        for method, path, more in ROUTES:
            reply = client.request(method, path, **more)
            told = reply.text + str(reply.headers)
            for secret in (str(root), str(tmp_path), "secret place", "Traceback", "site-packages"):
                assert secret not in told, f"{method} {path}: {reply.status_code} {told[:300]}"
