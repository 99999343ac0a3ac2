"""Keeps the server to itself: pages load nothing from elsewhere, other sites cannot act here.

Knows requests and headers, not who the visitor is.
"""

from __future__ import annotations

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


def _host_name(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
