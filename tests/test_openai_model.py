"""The generator ``openai`` against a real server that behaves in all the ways in which servers do."""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rag.errors import GenerationError, OptionalDependencyError, UsageError
from rag.generators.openai_model import OpenAIModel
from rag.phrasing import ModelTrouble
from rag.prompts import Prompt

PROMPT = Prompt("按资料回答。", "问题：造林多少亩？", "", "回答：")
KEY = "sk-not-to-be-seen"


def event(delta: object, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n".encode()


HELLO = [event({"role": "assistant", "content": ""}), event({"content": "造林"})]
END = [event({"content": "1047亩。"}), event({}, "stop"), b"data: [DONE]\n\n"]
USAGE = b'data: {"id": "1", "object": "chat.completion.chunk", "choices": [], "usage": {}}\n\n'
ODD = (b"[1, 2]", b"{}", b"3", b'{"choices": 4}', b'{"choices": [5]}', b'{"choices": [{}]}')
REPLIES: dict[str, list[bytes | float]] = {  # by model: what is sent, and seconds of waiting
    "good": [*HELLO, USAGE, *END],
    "slow": [*HELLO, 0.2, *END],
    "dies": HELLO,  # then the connection is cut
    "ends": [*HELLO, b""],  # an end in good order, but of no finished reply
    "hangs": [*HELLO, 3.0, *END],
    "trickles": [*HELLO, *[piece for _ in range(30) for piece in (0.2, event({"content": ""}))]],
    "lives": [*HELLO, *[piece for _ in range(40) for piece in (0.1, b": keep-alive\n\n")]],
    "thinks": [
        *[p for _ in range(8) for p in (0.1, event({"content": "", "reasoning_content": "想"}))],
        *HELLO,
        *END,
    ],
    "endless": [*HELLO, *[p for _ in range(40) for p in (0.1, b"<p>" * 50)]],
    "garbage": [*HELLO, b"data: {not json\n\n", *END],
    "odd": [
        *HELLO,
        *[b"data: %s\n\n" % odd for odd in ODD],
        event("x"),
        event({"content": 5}),
        *END,
    ],
    "error": [*HELLO, b'data: {"error": {"message": "out of memory"}}\n\n'],
    "page": [b"<html><body>Welcome</body></html>\n\n"],
    "empty": [event({}, "stop"), b"data: [DONE]\n\n"],
}


class Handler(BaseHTTPRequestHandler):
    """Answers as the model's name says: a status code, or the pieces of ``REPLIES``."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, request, self.headers.get("Authorization")))
        model = request["model"]
        if model.isdigit():
            self.send_response(int(model))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
            return
        if model == "silent":
            time.sleep(2)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self._send(REPLIES[model])
        except OSError:
            self.server.left.set()
        self.close_connection = True

    def _send(self, pieces: list[bytes | float]) -> None:
        for piece in pieces:
            if isinstance(piece, float):
                time.sleep(piece)
            else:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if pieces[-1] in {b"", END[-1], *REPLIES["page"]} and pieces[-1]:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Remembers what it was asked, and whether a reader left."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, dict[str, object], str | None]] = []
        self.left = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def said(server: Server, model: str, timeout: float = 10) -> str:
    with closing(OpenAIModel.connect(server.url, model, timeout=timeout)) as connected:
        return "".join(connected.stream(PROMPT, 64))


def trouble(server: Server, model: str, timeout: float = 10) -> str:
    with pytest.raises(GenerationError) as raised:
        said(server, model, timeout)
    return str(raised.value)


def test_a_reply_comes_piece_by_piece(server: Server) -> None:
    assert said(server, "good") == said(server, "slow", timeout=1) == "造林1047亩。"
    path, request, _ = server.requests[0]
    assert path == "/v1/chat/completions"
    assert request["messages"] == PROMPT.messages()
    assert (request["temperature"], request["max_tokens"], request["stream"]) == (0, 64, True)


def test_the_key_comes_from_the_environment_and_is_not_told(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with closing(OpenAIModel.connect(server.url, "good")) as model:
        assert "".join(model.stream(PROMPT, 64)) == "造林1047亩。"
        assert server.requests[-1][2] == f"Bearer {KEY}"
        assert KEY not in trouble(server, "401")
        assert KEY not in caplog.text
        assert KEY not in repr(model) + repr(vars(model))


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        closing(OpenAIModel.connect(f"http://127.0.0.1:{port}/v1", "good")) as model,
        pytest.raises(GenerationError, match=ModelTrouble.UNREACHABLE),
    ):
        next(model.stream(PROMPT, 64))


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_refusal(server: Server, status: int) -> None:
    assert trouble(server, str(status)) == ModelTrouble.REFUSED.format(status)
    assert len(server.requests) == (
        2 if status in {429, 500, 503} else 1
    )  # once more, if that helps


@pytest.mark.parametrize("model", ["dies", "ends", "garbage", "error", "page"])
def test_a_reply_that_breaks_off(server: Server, model: str) -> None:
    assert trouble(server, model) == ModelTrouble.BROKE_OFF


def test_chunks_of_odd_form_add_nothing(server: Server) -> None:
    assert said(server, "odd") == "造林1047亩。"


@pytest.mark.parametrize("model", ["hangs", "trickles", "lives", "endless", "silent"])
def test_a_reply_that_takes_too_long(server: Server, model: str) -> None:
    assert trouble(server, model, timeout=0.5) == ModelTrouble.TIMED_OUT


def test_a_silent_server_is_asked_once(server: Server) -> None:
    assert trouble(server, "silent", timeout=0.3) == ModelTrouble.TIMED_OUT
    assert len(server.requests) == 1


def test_thoughts_are_signs_of_life(server: Server) -> None:
    assert said(server, "thinks", timeout=0.5) == "造林1047亩。"


def test_an_empty_reply_is_none(server: Server) -> None:
    assert said(server, "empty") == ""


def test_a_reader_that_leaves_closes_the_connection(server: Server) -> None:
    with closing(OpenAIModel.connect(server.url, "trickles")) as model:
        stream = model.stream(PROMPT, 64)
        assert next(piece for piece in stream if piece) == "造林"
        stream.close()
        assert server.left.wait(10)


def test_tokens_are_never_counted_too_low() -> None:
    model = OpenAIModel.connect("http://127.0.0.1:1/v1", "m")
    assert model.tokens(PROMPT) == 22  # 15 characters of three bytes, two bytes a token
    assert model.context == 4096
    assert OpenAIModel.connect("http://127.0.0.1:1/v1", "m", context=99).context == 99


def test_an_address_that_is_none() -> None:
    with pytest.raises(UsageError, match="should start with http://"):
        OpenAIModel.connect("127.0.0.1:8000", "m")


def test_the_package_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)  # as if it were not installed
    with pytest.raises(OptionalDependencyError, match=r"pip install 'jianghua\[openai\]'"):
        OpenAIModel.connect("http://127.0.0.1:1/v1", "m")
