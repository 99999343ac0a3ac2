"""What is counted, and that it is counted once, whatever becomes of a question."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from web_fakes import MemoryLibrary, QuotingAssistant

from rag.api import create_api
from rag.question_pool import QuestionPool
from rag.schema import Answer, Question


def counts(pool: QuestionPool) -> dict[str, float]:
    """Each sample by its name and labels."""
    text = pool.metrics.exposition().decode()
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_each_question_counts_once_by_its_outcome() -> None:
    pool = QuestionPool(QuotingAssistant(MemoryLibrary()))

    async def ask() -> None:
        await pool.ask(Question("镜湖?"))
        await pool.ask(Question("镜湖?"))
        await pool.ask(Question("火星?"))
        with pytest.raises(ConnectionError):
            await pool.ask(Question("故障?"))

    asyncio.run(ask())
    pool.close()
    found = counts(pool)
    assert found["jianghua_questions_total answered"] == 2
    assert found["jianghua_questions_total no_evidence"] == 1
    assert found["jianghua_questions_total failed"] == 1
    assert found["jianghua_answer_seconds_count"] == 3
    assert found["jianghua_answer_seconds_bucket 60.0"] == 3
    assert found["jianghua_questions_at_work"] == 0
    assert "jianghua_questions_total left" not in found


def test_a_question_that_is_left_counts_as_left() -> None:
    assistant = QuotingAssistant(MemoryLibrary())
    assistant.gate.clear()
    pool = QuestionPool(assistant)

    async def leave() -> None:
        stream = pool.stream(Question("镜湖?"))
        await anext(stream)
        assert counts(pool)["jianghua_questions_at_work"] == 1
        await stream.aclose()
        assistant.gate.set()
        await asyncio.to_thread(assistant.left.wait, 10)

    asyncio.run(leave())
    pool.close()
    pool._threads.shutdown(wait=True)
    found = counts(pool)
    assert found["jianghua_questions_total left"] == 1
    assert found["jianghua_answer_seconds_count"] == 0


def test_two_servers_count_apart() -> None:
    first, second = (QuestionPool(QuotingAssistant(MemoryLibrary())) for _ in range(2))
    first.metrics.ingested("added")
    assert counts(first)["jianghua_ingested_sources_total added"] == 1
    assert "jianghua_ingested_sources_total added" not in counts(second)


def test_prometheus_is_told_over_http() -> None:
    library = MemoryLibrary()
    pool = QuestionPool(QuotingAssistant(library))
    with TestClient(create_api(pool, library)) as client:
        client.post("/api/ask", json={"question": "镜湖?"})
        client.post("/api/check", json={"draft": "镜湖干净了。"})
        reply = client.get("/metrics")
        assert reply.headers["content-type"].startswith("text/plain; version=")
        library.remove(["school2020"])
        found = counts(pool)
    assert found["jianghua_questions_total answered"] == 1
    assert found["jianghua_drafts_total"] == 1
    assert found["jianghua_library_documents"] == 2


def test_an_answer_that_is_read_to_its_end_is_not_left() -> None:
    class Trailing(QuotingAssistant):
        def stream(self, question: Question) -> Iterator[str | Answer]:
            yield from super().stream(question)
            yield ""

    pool = QuestionPool(Trailing(MemoryLibrary()))
    asyncio.run(pool.ask(Question("镜湖?")))
    pool.close()
    assert counts(pool)["jianghua_questions_total answered"] == 1
    assert "jianghua_questions_total left" not in counts(pool)
