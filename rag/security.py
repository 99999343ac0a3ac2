"""What a browser is told to refuse, what other sites are refused, and how long a body may be.

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
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class SameOriginOnly:
    """Refuses what a page of another site sends, and names that are not this server's.

    A browser says by ``Origin`` whose page sends a request, and by ``Sec-Fetch-Site`` what that page is
    to this server; following a link to here is all that another site may do. The names guard a server
    on the loopback address against a site whose own name was made to point there; behind a proxy
    nobody here knows them.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] | None = None) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        app = self._app
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if not (self._is_named(headers) and _may_be_sent(scope["method"], headers)):
                app = PlainTextResponse("This request comes from another site.", 403)
        await app(scope, receive, send)

    def _is_named(self, headers: Headers) -> bool:
        return self._names is None or _host_name(headers.get("host", "")) in self._names


def is_own_page(headers: Headers) -> bool:
    """Whether a browser says that a page of this server sends the request."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    hosts = {headers.get("host"), headers.get("x-forwarded-host")}
    return urlsplit(origin).netloc in hosts


def _may_be_sent(method: str, headers: Headers) -> bool:
    if "origin" in headers:
        return is_own_page(headers)
    if headers.get("sec-fetch-site", "none") in {"same-origin", "none"}:
        return True
    follows_link = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
    return method == "GET" and follows_link == ("navigate", "document")


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
