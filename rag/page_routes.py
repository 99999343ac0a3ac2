"""The routes of our own pages: a speech, its original file, a draft held against the library, terms, about.

Works without script. Knows requests and responses; what the pages show is made elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from fastapi import FastAPI, Form, Request
from fastapi.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from rag import pages
from rag.connection import to_nobody, while_connected
from rag.errors import LibraryError, UnknownDocumentError
from rag.language import chosen, words_for
from rag.permalink import Place, permalink, read_place, resolve
from rag.presentation import Beside
from rag.question_pool import QuestionPool, TooManyQuestionsError
from rag.schema import Document, Hit, Question
from rag.services import Library
from rag.source_page import source_page
from rag.trends import TrendPage, topic_page, trend_page
from rag.words import EN, Words

MAX_DRAFT = 20_000  # characters
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_MAX_TERM = 50
_MAX_QUOTE = 500  # characters that are searched for
_SEARCHED = 10  # passages


Topics = Callable[[str], Sequence[Hit]]
"""Finds the passages that come nearest to a topic."""


def add_pages(
    app: FastAPI, pool: QuestionPool, library: Library, topics: Topics | None = None
) -> None:
    """Adds the pages; without ``topics``, terms are looked for by their words alone."""
    _add_language(app)
    _add_originals(app, library)
    _add_speeches(app, pool, library)
    _add_draft(app, pool)
    _add_terms(app, library, topics)
    _add_about(app, library)


def _add_language(app: FastAPI) -> None:
    @app.get("/language/{code}", include_in_schema=False)
    def language(code: Literal["zh", "en"], back: Beside | None = None) -> Response:
        return chosen(code, back)

    @app.get("/en", include_in_schema=False)
    def english() -> Response:
        return RedirectResponse(EN.home)


def _add_originals(app: FastAPI, library: Library) -> None:
    @app.get("/original/{doc_id:path}", include_in_schema=False)
    def original(doc_id: str, request: Request) -> Response:
        words = words_for(request)
        try:
            path = library.original(doc_id)
        except UnknownDocumentError:
            return _missing(library.was_removed(doc_id), words)
        if path is None:
            html = pages.message_page_html(words.no_original, words.no_original_help, words)
            return page_response(html, 404)
        # A file may be a web page with scripts: it is handed over to be saved, never shown.
        headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        return FileResponse(
            path, media_type="application/octet-stream", filename=path.name, headers=headers
        )


def _add_speeches(app: FastAPI, pool: QuestionPool, library: Library) -> None:
    @app.get("/source/{doc_id:path}", response_class=HTMLResponse, include_in_schema=False)
    async def source(doc_id: str, request: Request) -> Response:
        words, query = words_for(request), request.query_params
        page = await run_in_threadpool(_speech, library, doc_id, query, words)
        if page is not None:
            return page
        removed = library.was_removed(doc_id.removesuffix("/text"))
        quote = query.get("quote", "") if removed else ""
        return _missing(removed, words, await _where_it_stands(pool, quote))


def _missing(removed: bool, words: Words, elsewhere: Sequence[tuple[str, str]] = ()) -> Response:
    if removed:
        html = pages.message_page_html(
            words.removed_document, words.removed_document_help, words, elsewhere
        )
        return page_response(html, 410)
    html = pages.message_page_html(words.unknown_document, words.unknown_document_help, words)
    return page_response(html, 404)


def _speech(library: Library, doc_id: str, query: QueryParams, words: Words) -> Response | None:
    """The page of a speech, or its plain text; ``None`` where there is no such speech."""
    document, as_text = _wanted(library, doc_id)
    if document is None:
        return None
    if as_text:
        return PlainTextResponse(document.text)
    stops = [stop for stop in map(read_place, query.getlist("trail")) if stop]
    cited = _cited(doc_id, query)
    page = source_page(document, cited, stops, library.printings_of(document.doc_id))
    kept = library.original(document.doc_id) is not None
    return page_response(pages.source_html(page, words, has_original=kept))


async def _where_it_stands(pool: QuestionPool, quote: str) -> list[tuple[str, str]]:
    """The speeches that hold the words of a removed one: title and link."""
    if not quote.strip():
        return []
    try:
        hits = await pool.search(Question(quote[:_MAX_QUOTE]), _SEARCHED)
    except (TooManyQuestionsError, LibraryError):
        return []  # the page is of use without them
    found = {}
    for hit in hits:
        span = resolve(hit.document, hit.chunk.start, hit.chunk.end, quote)
        if span:
            found[hit.document.title] = permalink(hit.document, span.start, span.end)
    return list(found.items())


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


def page_response(html: str, status: int = 200) -> Response:
    """A page of ours with the headers that confine it."""
    headers = {"Content-Security-Policy": PAGE_POLICY, "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(html, status, headers=headers)


def _add_draft(app: FastAPI, pool: QuestionPool) -> None:
    @app.get("/check", response_class=HTMLResponse, include_in_schema=False)
    def empty(request: Request) -> Response:
        return page_response(pages.check_html("", None, words_for(request), MAX_DRAFT))

    @app.post("/check", response_class=HTMLResponse, include_in_schema=False)
    async def checked(request: Request, draft: Annotated[str, Form()] = "") -> Response:
        words = words_for(request)
        if len(draft) > MAX_DRAFT:
            said = words.draft_too_long.format(n=len(draft), most=MAX_DRAFT)
            return page_response(pages.check_html(draft, None, words, MAX_DRAFT, said), 413)
        if not draft.strip():
            return page_response(pages.check_html("", None, words, MAX_DRAFT))
        try:
            report = await while_connected(request, pool.check(draft))
        except TooManyQuestionsError:
            return page_response(pages.check_html(draft, None, words, MAX_DRAFT, words.busy), 503)
        if report is None:
            return to_nobody()
        return page_response(pages.check_html(draft, report, words, MAX_DRAFT))


def _add_terms(app: FastAPI, library: Library, topics: Topics | None) -> None:
    @app.get("/trends", response_class=HTMLResponse, include_in_schema=False)
    async def terms(
        request: Request,
        q: str = "",
        year: str | None = None,
        speaker: str | None = None,
        by: Literal["words", "meaning"] = "words",
    ) -> Response:
        term = q.strip()[:_MAX_TERM]

        def counted() -> TrendPage:
            if by == "meaning" and topics and term:
                return topic_page(library, term, topics(term), year, speaker)
            return trend_page(library, term, year, speaker)

        page = await run_in_threadpool(counted)
        can_ask = topics is not None
        return page_response(pages.trends_html(page, words_for(request), can_ask_meaning=can_ask))


def _add_about(app: FastAPI, library: Library) -> None:
    @app.get("/about", response_class=HTMLResponse, include_in_schema=False)
    def about(request: Request) -> Response:
        words = words_for(request)
        try:
            holdings = library.holdings()
        except LibraryError:
            html = pages.message_page_html(words.unhealthy, words.unhealthy_help, words)
            return page_response(html, 503)
        base = str(request.base_url).rstrip("/")
        return page_response(pages.about_html(holdings, words, base))
