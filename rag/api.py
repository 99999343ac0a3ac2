"""The HTTP side: pages of speeches, and questions, search and library as JSON. The home of FastAPI.

Composes what it is given; constructs neither assistant nor library, and knows nothing of Gradio.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal, TypeVar

from fastapi import FastAPI, Query, Request
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field
from starlette.datastructures import QueryParams

from rag import pages
from rag.corpus import DocumentEntry
from rag.errors import JianghuaError, UnknownDocumentError
from rag.language import chosen, words_for
from rag.permalink import Place, read_place
from rag.question_pool import QuestionPool, TooManyQuestionsError
from rag.schema import Document, Question, Turn
from rag.services import Library
from rag.shelf import file_name
from rag.source_page import source_page
from rag.wire import Json, answer_json, document_json, entry_json, hit_json
from rag.words import EN, Words

MAX_QUESTION = 2000  # characters
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_GONE = 499  # the client closed the connection; nobody reads this
_T = TypeVar("_T")


class TurnBody(BaseModel):
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


class AskBody(BaseModel):
    """A question, the turns before it and the speeches it is limited to."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION)
    history: list[TurnBody] = Field(default=[], max_length=100)
    within: list[str] | None = Field(default=None, description="ids of the only speeches to use")


def create_api(pool: QuestionPool, library: Library) -> FastAPI:
    """The application with our own routes; the chat page is mounted beside them."""
    app = FastAPI(
        title="Jianghua",
        lifespan=_closing(pool),
        docs_url=None,  # FastAPI's documentation page loads its scripts from a CDN
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.mount("/web", StaticFiles(directory=pages.WEB / "static"))
    app.add_exception_handler(JianghuaError, _said_as_json)
    _add_pages(app, library)
    _add_questions(app, pool)
    _add_library(app, library)
    return app


def _closing(pool: QuestionPool) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        pool.close()

    return lifespan


async def _said_as_json(_: Request, error: Exception) -> Response:
    status = 409
    if isinstance(error, TooManyQuestionsError):
        status = 503
    elif isinstance(error, UnknownDocumentError):
        status = 404
    return JSONResponse({"error": str(error)}, status)


def _add_pages(app: FastAPI, library: Library) -> None:
    @app.get("/language/{code}", include_in_schema=False)
    def language(code: Literal["zh", "en"]) -> Response:
        return chosen(code)

    @app.get("/en", include_in_schema=False)
    def english() -> Response:
        return RedirectResponse(EN.home)

    @app.get("/source/{doc_id:path}", response_class=HTMLResponse, include_in_schema=False)
    def source(doc_id: str, request: Request) -> Response:
        words = words_for(request)
        document, as_text = _wanted(library, doc_id)
        if document is None:
            return _missing(library.was_removed(doc_id.removesuffix("/text")), words)
        if as_text:
            return PlainTextResponse(document.text)
        trail = request.query_params.getlist("trail")
        stops = [stop for stop in map(read_place, trail) if stop]
        cited = _cited(doc_id, request.query_params)
        page = source_page(document, cited, stops, library.printings_of(document.doc_id))
        return _page(pages.source_html(page, words))


def _cited(doc_id: str, query: QueryParams) -> Place | None:
    """The place that a link leads to; a mangled link opens the page all the same."""
    if not query.keys() & {"start", "quote"}:
        return None
    start, end = _offset(query.get("start", "")), _offset(query.get("end", ""))
    return Place(doc_id, start, end, query.get("quote", ""))


def _offset(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _wanted(library: Library, path: str) -> tuple[Document | None, bool]:
    """The document of a path below ``/source/``, and whether its plain text is asked for."""
    for doc_id, as_text in ((path, False), (path.removesuffix("/text"), True)):
        try:
            return library.document(doc_id), as_text
        except UnknownDocumentError:
            continue
    return None, False


def _missing(removed: bool, words: Words) -> Response:
    if removed:
        html = pages.message_page_html(words.removed_document, words.removed_document_help, words)
        return _page(html, 410)
    html = pages.message_page_html(words.unknown_document, words.unknown_document_help, words)
    return _page(html, 404)


def _page(html: str, status: int = 200) -> Response:
    headers = {"Content-Security-Policy": PAGE_POLICY, "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(html, status, headers=headers)


def _add_questions(app: FastAPI, pool: QuestionPool) -> None:
    @app.post("/api/ask")
    async def ask(body: AskBody, request: Request) -> Response:
        """One cited answer; with ``Accept: text/event-stream`` as it is written."""
        question = _question(body)
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(pool, question), media_type="text/event-stream")
        answer = await _while_connected(request, pool.ask(question))
        return Response(status_code=_GONE) if answer is None else JSONResponse(answer_json(answer))

    @app.get("/api/search")
    async def search(
        request: Request,
        q: Annotated[str, Query(min_length=1, max_length=MAX_QUESTION)],
        k: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> Response:
        """Ranked passages, no answer."""
        hits = await _while_connected(request, pool.search(Question(q), k))
        return JSONResponse({"question": q, "hits": [hit_json(hit) for hit in hits or ()]})


def _question(body: AskBody) -> Question:
    history = tuple(Turn(turn.role, turn.content) for turn in body.history)
    return Question(body.question, history, None if body.within is None else frozenset(body.within))


async def _events(pool: QuestionPool, question: Question) -> AsyncIterator[str]:
    try:
        async for piece in pool.stream(question):
            if isinstance(piece, str):
                yield _event("text", {"text": piece})
            else:
                yield _event("answer", answer_json(piece))
    except JianghuaError as error:
        yield _event("error", {"error": str(error)})


def _event(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _while_connected(request: Request, work: Awaitable[_T]) -> _T | None:
    """The result of the work, or ``None`` when the client has gone, which stops the work."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    if task.done():
        return task.result()
    task.cancel()
    return None


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _add_library(app: FastAPI, library: Library) -> None:
    @app.get("/api/library")
    def speeches() -> Response:
        """All speeches with what is known about them."""
        return JSONResponse({"documents": [_listed(entry) for entry in library.documents()]})

    @app.get("/api/library/{doc_id:path}")
    def speech(doc_id: str) -> Response:
        """One speech: metadata and outline; its text is at ``/source/ID/text``."""
        return JSONResponse(document_json(library.document(doc_id)))

    @app.get("/healthz")
    def health() -> Response:
        """Whether the library can be read."""
        return JSONResponse({"status": "ok", "documents": len(library.documents())})


def _listed(entry: DocumentEntry) -> Json:
    """A line of the list; where the server keeps a file is nobody's business, its name is."""
    return entry_json(entry) | {"sources": [file_name(source) for source in entry.sources]}
