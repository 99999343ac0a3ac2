"""The tools of a Model Context Protocol server: ask, search, get_source. The home of mcp.

Needs the extra ``mcp``; ``rag.api`` looks whether it is there before it imports this module. What
the tools give back is the JSON of the public contract, with addresses that are whole.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import Field
from starlette.requests import Request
from starlette.routing import BaseRoute

from rag import __version__
from rag.errors import UnknownDocumentError
from rag.permalink import page_path
from rag.question_pool import QuestionPool
from rag.schema import Question
from rag.services import Library, said_of
from rag.wire import Json, answer_json, document_json, hit_json

MCP_PATH = "/mcp"
_MOST_TEXT = 20_000  # characters of a speech that one call gives
_INSTRUCTIONS = (
    "Chinese policy speeches. Questions are best asked in Chinese. Each [n] of an answer has its "
    "citation, a verbatim quote; where answered is false, the speeches do not say it."
)

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Within = Annotated[
    list[str] | None, Field(description="ids of the only speeches to use; left out: all")
]


def mcp_server(pool: QuestionPool, library: Library) -> MCPServer[Any]:
    """The server with its three tools."""
    server: MCPServer[Any] = MCPServer(
        "jianghua", version=__version__, instructions=_INSTRUCTIONS, log_level="WARNING"
    )

    @server.tool()
    async def ask(question: Text, context: Context, within: Within = None) -> Json:
        """Answers a question out of the speeches; each sentence of the answer cites its source."""
        answer = answer_json(await pool.ask(_question(question, within)))
        base = _base(context)
        for citation in answer["citations"]:
            citation["url"] = base + citation["url"]
        return {name: value for name, value in answer.items() if name not in ("id", "hits")}

    @server.tool()
    async def search(
        question: Text, k: Annotated[int, Field(ge=1, le=50)] = 10, within: Within = None
    ) -> Json:
        """The passages that are nearest to a question, best first, without an answer."""
        hits = await pool.search(_question(question, within), k)
        return {"hits": [hit_json(hit) for hit in hits]}

    @server.tool()
    def get_source(doc_id: str, context: Context, start: Annotated[int, Field(ge=0)] = 0) -> Json:
        """A speech: what is known of it, its outline, and its text from an offset on."""
        try:
            document = library.document(doc_id)
        except UnknownDocumentError as error:
            raise ToolError(said_of(error, library)) from None
        text = document.text[start : start + _MOST_TEXT]
        end = start + len(text)
        return {
            **document_json(document),
            "url": _base(context) + page_path(doc_id),
            "text": text,
            "start": start,
            "next_start": end if end < len(document.text) else None,
        }

    return server


@dataclass(frozen=True, slots=True)
class Tools:
    """The server as part of an application: ``running`` must be open while ``routes`` serve."""

    routes: tuple[BaseRoute, ...]
    running: Callable[[], AbstractAsyncContextManager[None]]


def mcp_tools(pool: QuestionPool, library: Library) -> Tools:
    """The server at ``/mcp``, without sessions: each request stands alone.

    Which names and origins may ask is decided for all routes alike, in ``rag.security``.
    """
    server = mcp_server(pool, library)
    unguarded = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(
        streamable_http_path=MCP_PATH,
        json_response=True,
        stateless_http=True,
        transport_security=unguarded,
    )
    return Tools(tuple(app.routes), server.session_manager.run)


def _question(text: str, within: list[str] | None) -> Question:
    return Question(text, within=None if within is None else frozenset(within))


def _base(context: Context) -> str:
    """The address under which the client reached this server."""
    request = context.request_context.request
    return str(request.base_url).rstrip("/") if isinstance(request, Request) else ""
