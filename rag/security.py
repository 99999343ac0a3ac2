"""Keeps the server to itself: pages load nothing from elsewhere, other sites cannot act here, bodies end.

Knows requests and headers, not who the visitor is.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's page needs inline scripts and styles, and compiles its templates in the browser.
_CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class SecurityHeaders:
    """Adds the headers to each response that has not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", _CHAT_POLICY)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class SameOriginOnly:
    """Refuses what a page of another site sends, and names that are not this server's.

    A browser says by ``Origin`` whose page sends a request. The names guard a server on the
    loopback address against a site whose own name was made to point there; behind a proxy nobody
    here knows them.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] | None = None) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        app = self._app
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if not (self._is_named(headers) and self._is_own(scope["method"], headers)):
                app = PlainTextResponse("This request comes from another site.", 403)
        await app(scope, receive, send)

    def _is_named(self, headers: Headers) -> bool:
        return self._names is None or _host_name(headers.get("host", "")) in self._names

    def _is_own(self, method: str, headers: Headers) -> bool:
        origin = headers.get("origin")
        if method in {"GET", "HEAD", "OPTIONS"} or origin is None:
            return True
        hosts = {headers.get("host"), headers.get("x-forwarded-host")}
        return urlsplit(origin).netloc in hosts


class BodyLimit:
    """Refuses a request whose body is too long, or of unknown length, before any of it is read."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int]) -> None:
        """Take the beginnings of paths and the bytes allowed below each; the longest one counts."""
        self._app = app
        self._limits = sorted(limits.items(), key=lambda item: -len(item[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        app = self._app
        if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            path, headers = scope["path"], Headers(scope=scope)
            most = next((n for start, n in self._limits if path.startswith(start)), None)
            length = headers.get("content-length", "0" if scope["method"] == "DELETE" else "")
            if most is not None and not length.isdigit():
                app = PlainTextResponse("The request should say its Content-Length.", 411)
            elif most is not None and int(length) > most:
                app = PlainTextResponse(f"At most {most} bytes are taken at a time.", 413)
        await app(scope, receive, send)


def _host_name(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
