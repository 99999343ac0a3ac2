"""The HTTP side: pages of speeches, and questions, search and library as JSON. The home of FastAPI.

Composes what it is given; constructs neither assistant nor library, and knows nothing of Gradio.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field

from rag import __version__
from rag.access import Accounts
from rag.account_pages import add_account_pages
from rag.chat_completions import add_chat_completions, chat_error
from rag.connection import to_nobody, while_connected
from rag.conversation_routes import add_conversation_routes
from rag.errors import JianghuaError, LibraryError, UnknownDocumentError
from rag.library_routes import add_library_routes
from rag.metrics import CONTENT_TYPE
from rag.page_routes import MAX_DRAFT, Topics, add_pages
from rag.pages import WEB
from rag.question_pool import QuestionPool, TooManyQuestionsError
from rag.schema import Question, Turn
from rag.security import BodyLimit
from rag.services import Library, SettingsDesk, said_of
from rag.settings_page import add_settings_page
from rag.users import Role
from rag.visitors import visitor_of
from rag.wire import Json, answer_json, check_json, hit_json

if TYPE_CHECKING:
    from rag.mcp_server import Tools

MAX_QUESTION = 2000  # characters
MAX_UPLOAD = 100 * 2**20  # bytes
_MOST = {  # bytes; whatever begins with none of these hands in nothing long
    "/api/library": MAX_UPLOAD,
    "/gradio_api/upload": MAX_UPLOAD,
    "/en/gradio_api/upload": MAX_UPLOAD,
    "/gradio_api/queue/join": 16 * 2**20,  # brings all conversations that a browser keeps
    "/en/gradio_api/queue/join": 16 * 2**20,
    "/gradio_api/run/predict": 16 * 2**20,
    "/en/gradio_api/run/predict": 16 * 2**20,
    "/v1/": 4 * 2**20,
    "/mcp": 4 * 2**20,
    "/settings": 2**16,
    "/": 2**20,
}
_CHAT = "/v1/"  # where chat clients ask


class TurnBody(BaseModel):
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


class AskBody(BaseModel):
    """A question, the turns before it and the speeches it is limited to."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION)
    history: list[TurnBody] = Field(default=[], max_length=100)
    within: list[str] | None = Field(default=None, description="ids of the only speeches to use")


class CheckBody(BaseModel):
    """A text whose sentences are to be held against the library."""

    draft: str = Field(min_length=1, max_length=MAX_DRAFT)


def create_api(
    pool: QuestionPool,
    library: Library,
    accounts: Accounts | None = None,
    topics: Topics | None = None,
    desk: SettingsDesk | None = None,
) -> FastAPI:
    """The application with our own routes; the chat page is mounted beside them.

    Args:
        pool: takes the questions.
        library: has the speeches.
        accounts: the users, where there are any; who may reach what is decided in front of all
            routes, by ``access.Guard``.
        topics: finds passages by their meaning; without it only words are counted.
        desk: changes the settings; without it they stay as they are.
    """
    tools = _tools(pool, library)
    app = FastAPI(
        title="Jianghua",
        lifespan=_running(pool, tools),
        docs_url=None,  # FastAPI's documentation page loads its scripts from a CDN
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.mount("/web", StaticFiles(directory=WEB / "static"))
    app.add_exception_handler(JianghuaError, _saying(library))
    app.add_exception_handler(RequestValidationError, _misunderstood)
    add_pages(app, pool, library, topics)
    add_settings_page(app, desk)
    add_chat_completions(app, pool, library, MAX_QUESTION)
    _add_questions(app, pool, library)
    add_library_routes(app, library, pool.metrics.ingested)
    if accounts:
        add_account_pages(app, accounts)
        add_conversation_routes(app, accounts.conversations, library)
    _add_operation(app, pool, library)
    app.router.routes.extend(tools.routes if tools else ())
    app.add_middleware(BodyLimit, limits=_MOST)
    return app


def _tools(pool: QuestionPool, library: Library) -> Tools | None:
    """The MCP server, where the extra that it needs is installed."""
    if find_spec("mcp") is None or find_spec("mcp.server.mcpserver") is None:  # none, or an old one
        return None
    from rag.mcp_server import mcp_tools

    return mcp_tools(pool, library)


def _running(pool: QuestionPool, tools: Tools | None) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.running() if tools else nullcontext():
            yield
        pool.close()

    return lifespan


def _saying(library: Library) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def said_as_json(request: Request, error: Exception) -> Response:
        if not isinstance(error, JianghuaError):
            raise error
        status, message = 409, said_of(error, library)
        if isinstance(error, TooManyQuestionsError):
            status = 503
        elif isinstance(error, UnknownDocumentError):
            status = 404
        if request.url.path.startswith(_CHAT):
            return chat_error(status, message, "no_answer")
        return JSONResponse({"error": message}, status)

    return said_as_json


async def _misunderstood(request: Request, error: Exception) -> Response:
    """What does not fit the description; a chat client is told in its own form."""
    if not isinstance(error, RequestValidationError):
        raise error
    if not request.url.path.startswith(_CHAT):
        return await request_validation_exception_handler(request, error)
    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"][1:])
    return chat_error(400, f"{where}: {first['msg']}", "invalid_request")


def _add_questions(app: FastAPI, pool: QuestionPool, library: Library) -> None:
    @app.post("/api/ask")
    async def ask(body: AskBody, request: Request) -> Response:
        """One cited answer; with ``Accept: text/event-stream`` as it is written."""
        question = _question(body)
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(
                _events(pool, question, library), media_type="text/event-stream"
            )
        answer = await while_connected(request, pool.ask(question))
        return to_nobody() if answer is None else JSONResponse(answer_json(answer))

    @app.post("/api/check")
    async def check(body: CheckBody, request: Request) -> Response:
        """A draft held against the library, sentence by sentence."""
        report = await while_connected(request, pool.check(body.draft))
        return to_nobody() if report is None else JSONResponse(check_json(report))

    @app.get("/api/search")
    async def search(
        request: Request,
        q: Annotated[str, Query(min_length=1, max_length=MAX_QUESTION)],
        k: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> Response:
        """Ranked passages, no answer."""
        hits = await while_connected(request, pool.search(Question(q), k))
        return JSONResponse({"question": q, "hits": [hit_json(hit) for hit in hits or ()]})


def _question(body: AskBody) -> Question:
    history = tuple(Turn(turn.role, turn.content) for turn in body.history)
    return Question(body.question, history, None if body.within is None else frozenset(body.within))


async def _events(pool: QuestionPool, question: Question, library: Library) -> AsyncIterator[str]:
    try:
        async for piece in pool.stream(question):
            if isinstance(piece, str):
                yield _event("text", {"text": piece})
            else:
                yield _event("answer", answer_json(piece))
    except JianghuaError as error:
        yield _event("error", {"error": said_of(error, library)})


def _event(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _add_operation(app: FastAPI, pool: QuestionPool, library: Library) -> None:
    pool.metrics.follow(library.holdings)

    @app.get("/healthz")
    def health(request: Request) -> Response:
        """Whether the library can be read, and what is in it for those who may know."""
        tells = visitor_of(request.scope).may(Role.READER)
        try:
            holdings = library.holdings()
        except LibraryError as error:
            why = {"error": said_of(error, library)} if tells else {}
            return JSONResponse({"status": "failing", **why}, 503)
        if not tells:
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "ok", "version": __version__, **asdict(holdings)})

    @app.get("/metrics")
    def metrics() -> Response:
        """Counts for Prometheus."""
        return Response(pool.metrics.exposition(), media_type=CONTENT_TYPE)
