"""A user's own conversations over HTTP: listed, read, renamed, deleted, exported.

Whose they are is who signed in; another's number is as unknown as one that nobody has.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from rag.exports import as_markdown
from rag.kept_conversations import TITLE, Conversation
from rag.language import words_for
from rag.references import referencing
from rag.services import Library
from rag.user_conversations import UserConversations
from rag.users import User
from rag.visitors import visitor_of
from rag.word_export import as_word

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Renaming(BaseModel):
    """Another title."""

    title: Annotated[str, Field(min_length=1, max_length=TITLE)]


def add_conversation_routes(app: FastAPI, store: UserConversations, library: Library) -> None:
    """Adds the routes."""

    @app.get("/api/conversations")
    def listed(request: Request) -> Response:
        """Your conversations, the latest first."""
        found = [{"number": c.number, "title": c.title} for c in store.titles(_user(request))]
        return JSONResponse({"conversations": found})

    @app.get("/api/conversations/{number}")
    def one(number: int, request: Request) -> Response:
        """A conversation with its answers."""
        found = _found(store, request, number)
        about = {"number": found.number, "title": found.title}
        return JSONResponse(about | {"within": list(found.within), "answers": list(found.answers)})

    @app.get("/api/conversations/{number}/export")
    def export(number: int, request: Request, form: Literal["markdown", "word"]) -> Response:
        """A conversation as a Markdown or Word file."""
        answers = _found(store, request, number).answers
        cite, address = referencing(library, date.today()), str(request.base_url).rstrip("/")
        words = words_for(request)
        if form == "word":
            return _file(as_word(answers, cite, address, words), _WORD, f"{number}.docx")
        text = as_markdown(answers, cite, address, words)
        return _file(text.encode(), "text/markdown; charset=utf-8", f"{number}.md")

    @app.patch("/api/conversations/{number}", status_code=204)
    def rename(number: int, renaming: Renaming, request: Request) -> None:
        """Gives a conversation another title."""
        if not store.rename(_user(request), number, renaming.title):
            raise _unknown()

    @app.delete("/api/conversations/{number}", status_code=204)
    def drop(number: int, request: Request) -> None:
        """Deletes a conversation."""
        if not store.drop(_user(request), number):
            raise _unknown()


def _found(store: UserConversations, request: Request, number: int) -> Conversation:
    found = store.one(_user(request), number)
    if found is None:
        raise _unknown()
    return found


def _user(request: Request) -> User:
    user = visitor_of(request.scope).user
    if user is None:
        raise HTTPException(401, "Sign in to keep conversations on the server.")
    return user


def _unknown() -> HTTPException:
    return HTTPException(404, "You have no conversation of this number.")


def _file(data: bytes, kind: str, name: str) -> Response:
    disposition = f'attachment; filename="conversation-{name}"'
    return Response(data, media_type=kind, headers={"Content-Disposition": disposition})
