"""The library over HTTP, with a real library behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_fakes import MemoryLibrary, QuotingAssistant

from embeddings.testing import HashEncoder
from rag.api import MAX_UPLOAD, create_api
from rag.library import Library
from rag.library_routes import MAX_FILES
from rag.question_pool import QuestionPool

SPEECH = "在云台县种树大会上的讲话\n(2019年3月8日)\n同志们：\n今年全县种树一千棵，比去年多二百棵。".encode()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library.create(tmp_path / "library", HashEncoder())) as library:
        yield library


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    pool = QuestionPool(QuotingAssistant(MemoryLibrary()))
    with TestClient(create_api(pool, library)) as client:
        yield client


def taken_in(client: TestClient, *files: tuple[str, bytes]) -> Any:
    reply = client.post("/api/library", files=[("files", file) for file in files])
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_files_are_taken_in_and_reported_by_their_names(
    client: TestClient, library: Library
) -> None:
    report = taken_in(
        client, ("种树.txt", SPEECH), ("空.txt", b" "), ("../../up.txt", SPEECH + b"!")
    )
    good, empty, up = report["sources"]
    assert (good["path"], good["status"], good["error"]) == ("种树.txt", "added", None)
    assert (empty["path"], empty["status"]) == ("空.txt", "failed")
    assert up["path"] == "up.txt"
    assert str(library.root) not in str(report)
    doc_id = good["documents"][0]["doc_id"]
    assert client.get(f"/original/{doc_id}").content == SPEECH
    assert client.get("/api/library").json()["documents"][0]["sources"] == ["种树.txt"]
    files = list(library.root.parent.rglob("*.txt"))
    assert all(path.is_relative_to(library.root / "uploads") for path in files)
    metrics = client.get("/metrics").text
    assert 'jianghua_ingested_sources_total{status="added"} 2.0' in metrics
    assert taken_in(client, ("种树.txt", SPEECH))["sources"][0]["status"] == "unchanged"


def test_a_correction_outlives_another_reading(client: TestClient, library: Library) -> None:
    first = taken_in(client, ("a.txt", SPEECH))["sources"][0]["documents"][0]
    assert first["date"] == "2019-03-08"
    mended = client.patch(
        f"/api/library/{first['doc_id']}",
        json={"speaker": "周闻山", "date": "2019年3月9日", "venue": ""},
    ).json()
    assert (mended["speaker"], mended["date"], mended["title"]) == (
        "周闻山", "2019-03-09", first["title"],
    )  # fmt: skip
    again = taken_in(client, ("b.txt", SPEECH))["sources"][0]["documents"][0]
    assert again["doc_id"] == first["doc_id"]
    assert (again["speaker"], again["date"]) == ("周闻山", "2019-03-09")
    assert library.verify().ok


@pytest.mark.parametrize(
    ("doc_id", "body", "status"),
    [
        ("own", {"date": "某日"}, 422),
        ("own", {"title": "题" * 201}, 422),
        ("own", {"title": 5}, 422),
        ("never", {"title": "题"}, 404),
    ],
)
def test_a_correction_that_is_none_is_refused(
    client: TestClient, doc_id: str, body: dict[str, Any], status: int
) -> None:
    own = taken_in(client, ("a.txt", SPEECH))["sources"][0]["documents"][0]
    path = own["doc_id"] if doc_id == "own" else doc_id
    before = client.get(f"/api/library/{own['doc_id']}").json()
    assert client.patch(f"/api/library/{path}", json=body).status_code == status
    assert client.get(f"/api/library/{own['doc_id']}").json() == before


def test_a_speech_is_taken_out_once(client: TestClient) -> None:
    doc_id = taken_in(client, ("a.txt", SPEECH))["sources"][0]["documents"][0]["doc_id"]
    assert client.delete(f"/api/library/{doc_id}").status_code == 204
    assert client.get(f"/source/{doc_id}").status_code == 410
    assert client.delete(f"/api/library/{doc_id}").status_code == 404
    assert client.get("/api/library").json() == {"documents": []}


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "/api/library", MAX_UPLOAD),
        ("POST", "/api/ask", 2**20),
        ("POST", "/api/check", 2**20),
        ("POST", "/check", 2**20),
        ("PATCH", "/api/library/x", MAX_UPLOAD),
        ("POST", "/v1/chat/completions", 2**22),
    ],
)
def test_too_much_is_refused_before_it_is_read(
    client: TestClient, method: str, path: str, most: int
) -> None:
    long = {"Content-Length": str(most + 1)}
    assert client.request(method, path, content=b"", headers=long).status_code == 413
    assert client.request(method, path, content=iter([b"{}"])).status_code == 411
    fitting = {"Content-Length": str(most), "Content-Type": "text/plain"}
    assert client.request(method, path, content=b"", headers=fitting).status_code not in (411, 413)


def test_too_many_files_are_refused_as_a_whole(client: TestClient, library: Library) -> None:
    files = [("files", (f"{n}.txt", SPEECH)) for n in range(MAX_FILES + 1)]
    reply = client.post("/api/library", files=files)
    assert reply.status_code == 413
    assert str(MAX_FILES) in reply.json()["detail"]
    assert not (library.root / "uploads").exists()
