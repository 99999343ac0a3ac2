"""Which language a visitor reads: the one chosen here before, else what the browser prefers.

Chinese where neither says anything. Knows the two catalogues, and how HTTP writes preferences.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import URL, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.words import CATALOGUES, ZH, Words

COOKIE = "language"
_YEAR = 365 * 24 * 3600
_LANG = re.compile(rb'(<html[^>]*?\s)lang="[^"]*"')


def words_for(request: Request) -> Words:
    """The catalogue for this visitor."""
    chosen = CATALOGUES.get(request.cookies.get(COOKIE, ""))
    return chosen or preferred(request.headers.get("accept-language", ""))


def preferred(accept_language: str) -> Words:
    """The catalogue that an ``Accept-Language`` header ranks highest."""
    ranked = sorted(map(_weighed, accept_language.split(",")), key=lambda item: -item[1])
    languages = (tag.split("-")[0] for tag, weight in ranked if weight > 0)
    return next((CATALOGUES[code] for code in languages if code in CATALOGUES), ZH)


def _weighed(item: str) -> tuple[str, float]:
    tag, _, parameter = item.strip().lower().partition(";")
    weight = parameter.strip().removeprefix("q=")
    try:
        return tag.strip(), float(weight) if parameter else 1.0
    except ValueError:
        return tag.strip(), 0.0


def chosen(code: str, back: str | None = None) -> RedirectResponse:
    """Remembers the language and leads to its first page, or back to a page of ours."""
    reply = RedirectResponse(back or CATALOGUES[code].home, 303)
    reply.set_cookie(COOKIE, code, max_age=_YEAR, httponly=True, samesite="lax")
    return reply


class LanguageOfChatPages:
    """Says in the chat pages' mark-up which language they are in, where Gradio always says English."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        words = next((w for w in CATALOGUES.values() if w.home == scope.get("path")), None)
        if scope["type"] != "http" or words is None or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        started: Message | None = None
        body = b""

        async def send_in_language(message: Message) -> None:
            nonlocal started, body
            if message["type"] == "http.response.start":
                started = message
                return
            body += message.get("body", b"")
            if message.get("more_body") or started is None:
                return
            page = _LANG.sub(rf'\1lang="{words.lang}"'.encode(), body, count=1)
            MutableHeaders(scope=started)["content-length"] = str(len(page))
            await send(started)
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, send_in_language)


class LanguageOfFirstPage:
    """Leads a visitor of ``/`` whose language is another to that language's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        app = self._app
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == "/":
            words = words_for(Request(scope))
            if words.home != "/":
                headers = {"Vary": "Accept-Language, Cookie"}
                app = RedirectResponse(URL(words.home), 307, headers)
        await app(scope, receive, send)


class LanguageOfTheHouse:
    """Lets every visitor prefer the language that the settings name, unless they name none."""

    def __init__(self, app: ASGIApp, language: Callable[[], str]) -> None:
        self._app = app
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        language = self._language()
        if scope["type"] == "http" and language in CATALOGUES:
            headers = [(n, v) for n, v in scope["headers"] if n != b"accept-language"]
            headers.append((b"accept-language", language.encode()))
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)
