"""The routes of OpenAI's chat API, so that programs made for it can ask here.

The last user message is the question and what precedes it the conversation; system messages say
how to write and are passed over, as nothing here follows instructions. ``model`` picks nothing but
this server's own. Tokens are not counted: no ``usage``. Knows nothing of our other routes.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Literal
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from rag.connection import to_nobody, while_connected
from rag.errors import JianghuaError
from rag.question_pool import QuestionPool
from rag.schema import Answer, Question, Turn
from rag.services import Library, said_of
from rag.wire import Json, answer_json

MODEL = "jianghua"
_MARKER = re.compile(r"\[(\d{1,3})\]")


class Part(BaseModel):
    """A piece of a message; only text can be read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatBody(BaseModel):
    """What OpenAI's clients send; ``within`` is ours, and everything else is passed over."""

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool = False
    within: list[str] | None = Field(default=None, description="ids of the only speeches to use")


class ChatError(Exception):
    """A request that OpenAI's API would refuse."""

    def __init__(self, status: int, message: str, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def add_chat_completions(app: FastAPI, pool: QuestionPool, library: Library, longest: int) -> None:
    """Adds the routes; a question has at most ``longest`` characters."""

    @app.exception_handler(ChatError)
    async def refuse(_: Request, error: ChatError) -> Response:
        return chat_error(error.status, str(error), error.code)

    @app.get("/v1/models")
    def models() -> Response:
        """The one model that there is."""
        return JSONResponse({"object": "list", "data": [_model_json()]})

    @app.get("/v1/models/{name:path}")
    def model(name: str) -> Response:
        """This model, if it is ours."""
        _check_model(name)
        return JSONResponse(_model_json())

    @app.post("/v1/chat/completions")
    async def complete(body: ChatBody, request: Request) -> Response:
        """One cited answer, its citations as ``annotations``."""
        _check_model(body.model)
        question, base = _question(body, longest), str(request.base_url).rstrip("/")
        if body.stream:
            events = _events(pool, question, base, library)
            return StreamingResponse(events, media_type="text/event-stream")
        answer = await while_connected(request, pool.ask(question))
        if answer is None:
            return to_nobody()
        return JSONResponse(completion_json(answer, base))


def chat_error(status: int, message: str, code: str) -> Response:
    """An error in the form that OpenAI's clients read."""
    return JSONResponse({"error": _error_json(message, code, status)}, status)


def _error_json(message: str, code: str, status: int) -> Json:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"message": message, "type": kind, "param": None, "code": code}


def _model_json() -> Json:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "jianghua"}


def _check_model(name: str) -> None:
    if name != MODEL:
        message = f"the model {name!r} does not exist; the one here is {MODEL!r}"
        raise ChatError(404, message, "model_not_found")


def _question(body: ChatBody, longest: int) -> Question:
    spoken = [Turn(m.role, m.text) for m in body.messages if m.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user" or not spoken[-1].content.strip():
        raise ChatError(400, "the last message should be the user's question", "no_question")
    text = spoken[-1].content
    if len(text) > longest:
        message = f"the question has {len(text)} characters; at most {longest} are read"
        raise ChatError(400, message, "string_above_max_length")
    within = None if body.within is None else frozenset(body.within)
    return Question(text, tuple(spoken[:-1]), within)


def completion_json(answer: Answer, base: str) -> Json:
    """A complete answer; what the form has no place for stands in ``jianghua``."""
    message = {
        "role": "assistant",
        "content": answer.text,
        "refusal": None,
        "annotations": url_citations(answer, base),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {
        **_head("chat.completion"),
        "choices": [choice],
        "jianghua": _particulars(answer),
    }


def _head(kind: str) -> Json:
    return {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": MODEL,
    }


def _particulars(answer: Answer) -> Json:
    return {k: v for k, v in answer_json(answer).items() if k not in ("id", "answer", "hits")}


def url_citations(answer: Answer, base: str) -> list[Json]:
    """Each marker of the text with its source; ``start_index`` and ``end_index`` enclose the marker."""
    cited = {c["marker"]: c for c in answer_json(answer)["citations"]}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": marker.start(),
                "end_index": marker.end(),
                "url": base + citation["url"],
                "title": citation["title"],
            },
        }
        for marker in _MARKER.finditer(answer.text)
        if (citation := cited.get(int(marker[1])))
    ]


async def _events(
    pool: QuestionPool, question: Question, base: str, library: Library
) -> AsyncIterator[str]:
    head = _head("chat.completion.chunk")

    def chunk(delta: Json, finish: str | None = None, **ours: Json) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**head, "choices": [choice], **ours})

    yield chunk({"role": "assistant", "content": ""})
    try:
        async for piece in pool.stream(question):
            if isinstance(piece, str):
                yield chunk({"content": piece})
            else:
                last = {"annotations": url_citations(piece, base)}
                yield chunk(last, "stop", jianghua=_particulars(piece))
    except JianghuaError as error:
        yield _event({"error": _error_json(said_of(error, library), "no_answer", 503)})
        return
    yield "data: [DONE]\n\n"


def _event(data: Json) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
