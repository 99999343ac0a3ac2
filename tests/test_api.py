"""The HTTP side: pages, questions as JSON and as a stream, limits, clients that hang up."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.testclient import TestClient
from web_fakes import LAKE_TEXT, MemoryLibrary, QuotingAssistant, speeches
from web_serving import serving

from rag import __version__
from rag.api import create_api
from rag.errors import LibraryError, UsageError
from rag.language import LanguageOfChatPages, LanguageOfFirstPage, preferred
from rag.library import Library
from rag.permalink import permalink
from rag.question_pool import QuestionPool, TooManyQuestionsError
from rag.schema import Answer, Hit, Holdings, Printing, Question
from rag.security import LOOPBACK_NAMES, SameOriginOnly, SecurityHeaders


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary(removed={"gone"})


@pytest.fixture
def client(library: MemoryLibrary) -> Iterator[TestClient]:
    with TestClient(create_api(QuestionPool(QuotingAssistant(library)), library)) as client:
        yield client


# ---- pages


def test_a_citations_link_opens_the_speech_at_the_sentence(client: TestClient) -> None:
    url = client.post("/api/ask", json={"question": "镜湖水质怎样?"}).json()["citations"][0]["url"]
    page = client.get(url)
    assert page.status_code == 200
    assert '<mark class="cited" id="cited"><b class="heading1">一、认清形势' in page.text


def test_a_page_names_the_other_printings_of_its_speech(
    library: MemoryLibrary, client: TestClient
) -> None:
    own, other = Printing("lake2019", "原稿", "2019-03-08"), Printing("school2020", "<b>转载</b>")
    library.printings = dict.fromkeys(("lake2019", "school2020"), (own, other))
    page = client.get("/source/lake2019").text
    assert '另见：\n<a href="/source/school2020">&lt;b&gt;转载&lt;/b&gt;</a>\n' in page
    assert (
        '<a href="/source/lake2019">原稿 · 2019-03-08</a>' in client.get("/source/school2020").text
    )
    assert "另见" not in client.get("/source/hostile").text


def test_pages_run_no_script_and_load_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/source/hostile")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "<script" not in page.text
    assert client.get("/web/source.css").status_code == 200


def test_plain_text_is_the_stored_text(client: TestClient) -> None:
    reply = client.get("/source/lake2019/text")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.text == LAKE_TEXT


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/source/never", 404, "这个链接不对"),
        ("/source/never/text", 404, "这个链接不对"),
        ("/source/gone", 410, "已不在资料库中"),
        ("/source/gone/text", 410, "已不在资料库中"),
        ("/source/%3Cscript%3E", 404, "这个链接不对"),
    ],
)
def test_a_wrong_link_is_told_from_a_removed_speech(
    client: TestClient, path: str, status: int, heading: str
) -> None:
    page = client.get(path)
    assert page.status_code == status
    assert f"<h1>{heading}</h1>" in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    "query", ["?start=x&end=y", "?start=-3", "?start=9999999&end=1", "?trail=~~~"]
)
def test_a_mangled_link_still_opens_the_speech(client: TestClient, query: str) -> None:
    assert client.get(f"/source/lake2019{query}").status_code == 200


def test_an_id_with_slashes_has_its_page(library: MemoryLibrary, client: TestClient) -> None:
    lake = speeches()[0]
    for doc_id in ("2019/湖 & 河/text", "50%"):
        document = type(lake)(doc_id, lake.text)
        library.held[doc_id] = document
        page = client.get(permalink(document, 10, 20))
        assert 'id="cited"' in page.text


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("fr,en;q=0.5,zh;q=0.7", "zh"),
        ("en;q=0.1, zh-Hant", "zh"),
        ("fr", "zh"),
        ("en;q=0,*", "zh"),
        ("en;q=abc", "zh"),
    ],
)
def test_the_browsers_language_decides(accepted: str, code: str) -> None:
    assert preferred(accepted).code == code


def test_a_chosen_language_wins_over_the_browsers(client: TestClient) -> None:
    english = {"Accept-Language": "en"}
    assert "Given on" in client.get("/source/lake2019", headers=english).text
    chosen = client.get("/language/zh", headers=english, follow_redirects=False)
    assert chosen.headers["location"] == "/"
    assert "讲话日期" in client.get("/source/lake2019", headers=english).text
    assert client.get("/language/xx").status_code == 422


def test_the_first_page_leads_to_the_visitors_language() -> None:
    async def first_page(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("中文")(scope, receive, send)

    client = TestClient(LanguageOfFirstPage(first_page))
    reply = client.get("/", headers={"Accept-Language": "en"}, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (307, "/en/")
    assert client.get("/", headers={"Accept-Language": "zh-CN"}).text == "中文"
    assert client.get("/other", headers={"Accept-Language": "en"}).text == "中文"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", '<!doctype html><html\n data-x="1"\n lang="zh-CN" dir="ltr"><p lang="en">'),
        ("/en/", '<!doctype html><html\n data-x="1"\n lang="en" dir="ltr"><p lang="en">'),
        ("/other", '<!doctype html><html\n data-x="1"\n lang="fr" dir="ltr"><p lang="en">'),
    ],
)
def test_the_chat_pages_say_their_language_in_their_markup(path: str, expected: str) -> None:
    async def pieces(scope: Any, receive: Any, send: Any) -> None:
        async def body() -> AsyncIterator[str]:
            yield '<!doctype html><html\n data-x="1"\n la'
            yield 'ng="fr" dir="ltr"><p lang="en">'

        await StreamingResponse(body(), media_type="text/html")(scope, receive, send)

    reply = TestClient(LanguageOfChatPages(pieces)).get(path)
    assert reply.text == expected
    if path != "/other":
        assert int(reply.headers["content-length"]) == len(expected)


# ---- other sites


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("POST", {}, 200),
        ("POST", {"Origin": "http://127.0.0.1:7860"}, 200),
        ("POST", {"Origin": "http://evil.example"}, 403),
        ("POST", {"Origin": "http://127.0.0.1:9999"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": "https://a.example", "X-Forwarded-Host": "a.example"}, 200),
        ("GET", {"Host": "evil.example"}, 403),
        ("GET", {"Host": "localhost:7860"}, 200),
        ("GET", {"Host": "[::1]:7860"}, 200),
    ],
)
def test_another_sites_page_cannot_act_here(
    method: str, headers: dict[str, str], status: int
) -> None:
    app = SameOriginOnly(PlainTextResponse("ok"), LOOPBACK_NAMES)
    client = TestClient(app, base_url="http://127.0.0.1:7860")
    assert client.request(method, "/", headers=headers).status_code == status


def test_every_answer_carries_the_headers_that_confine_it() -> None:
    client = TestClient(SecurityHeaders(PlainTextResponse("ok")))
    headers = client.get("/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


# ---- questions


def test_an_answer_is_the_contracts_object(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "镜湖水质怎样?"}).json()
    assert answer["answered"] is True
    for citation in answer["citations"]:
        assert LAKE_TEXT[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['marker']}]" in answer["answer"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": "问" * 2001},
        {"question": 5},
        {"question": "问", "history": [{"role": "system", "content": "x"}]},
        {"question": "问", "within": "lake2019"},
    ],
)
def test_a_question_that_is_none_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post("/api/ask", json=body).status_code == 422


def test_history_and_limits_reach_the_assistant(library: MemoryLibrary) -> None:
    seen: list[Question] = []

    class Noting(QuotingAssistant):
        def stream(self, question: Question) -> Iterator[str | Answer]:
            seen.append(question)
            return super().stream(question)

    with TestClient(create_api(QuestionPool(Noting(library)), library)) as client:
        turns = [{"role": "user", "content": "谁讲的?"}, {"role": "assistant", "content": "周闻山"}]
        body = {"question": "镜湖?", "history": turns, "within": ["lake2019"]}
        client.post("/api/ask", json=body)
    assert [turn.content for turn in seen[0].history] == ["谁讲的?", "周闻山"]
    assert seen[0].within == frozenset({"lake2019"})


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = (block.split("\n") for block in text.strip().split("\n\n"))
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in blocks
    ]


def test_a_stream_brings_the_text_in_pieces_and_the_answer_last(client: TestClient) -> None:
    headers = {"Accept": "text/event-stream"}
    reply = client.post("/api/ask", json={"question": "镜湖水质怎样?"}, headers=headers)
    assert reply.headers["content-type"].startswith("text/event-stream")
    *pieces, (last, answer) = events(reply.text)
    assert {name for name, _ in pieces} == {"text"}
    assert last == "answer"
    assert "".join(data["text"] for _, data in pieces) == answer["answer"]


def test_search_ranks_passages(client: TestClient) -> None:
    hits = client.get("/api/search", params={"q": "第1条措施", "k": 2}).json()["hits"]
    assert len(hits) == 2
    assert LAKE_TEXT[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]
    assert client.get("/api/search", params={"q": "问", "k": 0}).status_code == 422


def test_the_library_lists_its_speeches(client: TestClient) -> None:
    listed = client.get("/api/library").json()["documents"]
    assert [d["doc_id"] for d in listed] == ["lake2019", "school2020", "hostile"]
    assert (listed[0]["speaker"], listed[0]["date"]) == ("周闻山", "2019-03-08")
    assert listed[0]["sources"] == ["lake2019.txt"]
    speech = client.get("/api/library/lake2019").json()
    assert [s["heading"][:2] for s in speech["sections"] if s["level"] == 1] == [
        "一、",
        "二、",
        "三、",
    ]
    assert client.get("/api/library/never").status_code == 404


def test_health_tells_what_is_there_and_when_it_cannot_be_read(library: MemoryLibrary) -> None:
    class Unreadable(MemoryLibrary):
        def holdings(self) -> Holdings:
            raise LibraryError("the file is damaged")

    for held, status in ((library, 200), (Unreadable(), 503)):
        with TestClient(create_api(QuestionPool(QuotingAssistant(held)), held)) as client:
            reply = client.get("/healthz")
        assert reply.status_code == status
        if status == 200:
            assert reply.json() == {
                "status": "ok", "version": __version__, "sources": 3, "documents": 3,
                "passages": 3, "encoder": "letters-8",
            }  # fmt: skip
        else:
            assert reply.json() == {"status": "failing", "error": "the file is damaged"}


def test_a_draft_is_held_against_the_library(client: TestClient) -> None:
    draft = "去年全县关停排污企业37家。去年全县关停排污企业73家。"
    report = client.post("/api/check", json={"draft": draft}).json()
    right, wrong = report["sentences"]
    assert (right["verdict"], right["reason"]) == ("supported", None)
    assert (wrong["verdict"], wrong["reason"]) == ("contradicted", "figure")
    assert "37家" in wrong["citations"][0]["quote"]
    assert report["coverage"] == 0.5
    for body in ({}, {"draft": ""}, {"draft": "字" * 20_001}):
        assert client.post("/api/check", json=body).status_code == 422


def test_no_message_tells_where_the_library_lies(tmp_path: Path) -> None:
    with closing(Library.create(tmp_path / "秘密")) as library:
        served = create_api(QuestionPool(QuotingAssistant(MemoryLibrary())), library)
        with TestClient(served) as client:
            reply = client.get("/api/library/never")
    assert reply.status_code == 404
    assert reply.json()["error"].startswith("the document never is not in the library;")


def test_the_description_of_the_api_is_served_without_a_cdn(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {
        "/api/ask", "/api/search", "/api/check", "/api/library", "/healthz", "/metrics",
        "/v1/models", "/v1/chat/completions",
    } <= set(paths)  # fmt: skip
    assert client.get("/docs").status_code == 404


# ---- the pool


class Held:
    """An assistant that waits for a sign before each piece."""

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)
        self.given = 0
        self.closed = threading.Event()

    def search(self, question: Question, k: int) -> tuple[Hit, ...]:
        return ()

    def stream(self, question: Question) -> Iterator[str | Answer]:
        try:
            for _ in range(1000):
                self.go.acquire(timeout=10)
                self.given += 1
                yield "字"
            yield Answer(question.text, "字" * 1000, True)
        finally:
            self.closed.set()


def test_no_more_questions_wait_than_there_is_room_for() -> None:
    async def ask_three_times() -> None:
        assistant = Held()
        pool = QuestionPool(assistant, workers=1, waiting=1)
        waiting = [asyncio.ensure_future(pool.ask(Question("问"))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyQuestionsError):
            await pool.ask(Question("问"))
        for task in waiting:
            task.cancel()
        assistant.go.release(2)
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.to_thread(assistant.closed.wait, 10)
        assistant.go.release(2000)
        assert (await pool.ask(Question("问"))).answered  # the room is free again
        pool.close()

    asyncio.run(ask_three_times())


def test_a_question_that_nobody_waits_for_stops() -> None:
    async def leave() -> None:
        assistant = Held()
        pool = QuestionPool(assistant)
        stream = pool.stream(Question("问"))
        assistant.go.release()
        assert await anext(stream) == "字"
        await stream.aclose()
        assistant.go.release()
        assert await asyncio.to_thread(assistant.closed.wait, 10)
        assert assistant.given <= 2
        pool.close()

    asyncio.run(leave())


def test_a_draft_at_work_keeps_no_question_waiting_and_stops_when_left() -> None:
    class Slow(QuotingAssistant):
        searched = 0

        def search(self, question: Question, k: int) -> tuple[Hit, ...]:
            self.searched += 1
            self.gate.wait(10)
            return ()

    async def check() -> None:
        assistant = Slow(MemoryLibrary())
        assistant.gate.clear()
        pool = QuestionPool(assistant, workers=1)
        draft = asyncio.ensure_future(pool.check("镜湖干净了。" * 50))
        while not assistant.searched:
            await asyncio.sleep(0.01)
        assert not (await pool.ask(Question("火星?"))).answered
        draft.cancel()
        await asyncio.gather(draft, return_exceptions=True)
        assistant.gate.set()
        pool.close()
        pool._drafts.shutdown(wait=True)
        assert assistant.searched == 1

    asyncio.run(check())


def test_pieces_come_as_they_are_made_and_those_that_waited_together() -> None:
    async def read() -> None:
        assistant = Held()
        pool = QuestionPool(assistant)
        stream = pool.stream(Question("问"))
        assistant.go.release()
        assert await anext(stream) == "字"
        assistant.go.release(999)
        while assistant.given < 1000:
            await asyncio.to_thread(assistant.closed.wait, 0.01)
        await asyncio.to_thread(assistant.closed.wait, 10)
        rest = [piece async for piece in stream]
        assert len(rest) == 2
        assert rest[0] == "字" * 999
        assert isinstance(rest[1], Answer)
        pool.close()

    asyncio.run(read())


def test_a_question_stops_before_its_first_words() -> None:
    """An empty piece says only that a model is at work; it is not handed on."""

    class Silent(Held):
        def stream(self, question: Question) -> Iterator[str | Answer]:
            for piece in super().stream(question):
                yield "" if piece == "字" else piece

    async def leave() -> None:
        assistant = Silent()
        pool = QuestionPool(assistant)
        asked = asyncio.ensure_future(anext(pool.stream(Question("问"))))
        assistant.go.release(3)
        while assistant.given < 3:
            await asyncio.sleep(0.01)
        assert not asked.done()
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assistant.go.release()
        assert await asyncio.to_thread(assistant.closed.wait, 10)
        assert assistant.given <= 5
        pool.close()

    asyncio.run(leave())


def test_what_the_assistant_raises_reaches_the_caller() -> None:
    class Broken(Held):
        def stream(self, question: Question) -> Iterator[str | Answer]:
            yield "字"
            raise ConnectionError("the model is gone")

    async def ask() -> None:
        pool = QuestionPool(Broken())
        with pytest.raises(ConnectionError):
            await pool.ask(Question("问"))
        pool.close()

    asyncio.run(ask())


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_client_that_hangs_up_stops_its_question(accept: str) -> None:
    assistant = Held()
    library = MemoryLibrary()
    with serving(create_api(QuestionPool(assistant), library)) as address:
        assistant.go.release()
        with pytest.raises(httpx.ReadTimeout), httpx.stream(
            "POST", f"{address}/api/ask", json={"question": "问"},
            headers={"Accept": accept}, timeout=0.5,
        ) as reply:  # fmt: skip
            list(reply.iter_lines())
        for _ in range(100):
            assistant.go.release()
            if assistant.closed.wait(0.1):
                break
        assert assistant.closed.is_set()
        assert assistant.given < 100


def test_a_port_in_use_is_said_before_anything_is_built() -> None:
    import ui

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"cannot listen on 127\.0\.0\.1:{port} .*--port"):
            ui.listening("127.0.0.1", port)
    with pytest.raises(UsageError, match="99999"):
        ui.listening("127.0.0.1", 99999)
