"""The guard: who sends each request, whether they may, and how often. One place for all routes.

Knows cookies and headers. Which address needs what is in ``access_rules``, who has which role in
``users``.
"""

from __future__ import annotations

import ipaddress
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.access_rules import Cost, Needed, Rule, rule_for
from rag.errors import UsageError
from rag.security import is_own_page
from rag.sessions import LONGEST, Sessions, Tokens
from rag.throttling import AtOnce, Throttle, TooOftenError
from rag.user_conversations import UserConversations
from rag.user_file import UserFile
from rag.users import Hasher, Role, User, Users
from rag.visitors import Visitor, note_visitor

_MINUTE = 60  # seconds
_LIGHT = 20  # requests that cost little for each that costs much
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may; a user is one client, and so is an address that nobody has signed in from."""

    per_minute: int = 120  # questions, searches, drafts, uploads
    at_once: int = 8  # of them at the same time


@dataclass(frozen=True, slots=True)
class Accounts:
    """The users of a server, what proves who they are, and what is theirs."""

    users: Users
    sessions: Sessions
    tokens: Tokens
    conversations: UserConversations

    @classmethod
    def of(cls, file: UserFile, hasher: Hasher | None = None) -> Accounts:
        """Those of a file."""
        return cls(Users(file, hasher), Sessions(file), Tokens(file), UserConversations(file))


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in."""

    accounts: Accounts | None = None  # None: the server has no users
    anonymous: Role | None = Role.EDITOR  # what those may who have not signed in; None: nothing
    limits: Limits = field(default_factory=Limits)


def access_of(root: Path, host: str, anonymous: Role | None, limits: Limits) -> Access:
    """Who may come in where a server listens.

    Where there are users, they sign in. Without any, only a server that nobody else can reach is open
    to all, unless that is wanted.

    Args:
        root: the library's folder.
        host: the address to listen on.
        anonymous: what those may who have not signed in, where somebody has said so.
        limits: what one client may.

    Raises:
        UsageError: others can reach the server, and neither users nor a role for all are given.
    """
    accounts = Accounts.of(UserFile(root)) if UserFile.is_in(root) else None
    if accounts and not accounts.users.all():
        accounts = None
    if accounts or anonymous:
        return Access(accounts, anonymous, limits)
    if not is_loopback(host):
        raise UsageError(
            f"other machines can reach {host}, and this library has no users. Add one with "
            f"`jianghua user add NAME --role editor --library {root}`, or let everybody in with "
            "--anonymous reader (or editor, who may also upload and delete)."
        )
    return Access(limits=limits)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Guard:
    """Lets a request through if its sender may, and notes who that is."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._often = Throttle(access.limits.per_minute, _MINUTE)
        self._lightly = Throttle(access.limits.per_minute * _LIGHT, _MINUTE)
        self._at_once = AtOnce(access.limits.at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        visitor = self._visitor(request)
        rule = rule_for(request.method, request.url.path)
        refusal = _refusal(request, rule, visitor)
        with ExitStack() as held:
            try:
                if refusal is None and rule is not None:
                    self._count(rule, visitor, held)
            except TooOftenError as error:
                refusal = too_often(error)
            note_visitor(scope, visitor)
            if refusal is not None:
                await refusal(scope, receive, send)
            else:
                await self._app(scope, receive, _unstored(send, visitor))

    def _count(self, rule: Rule, visitor: Visitor, held: ExitStack) -> None:
        if rule.cost is Cost.LITTLE:
            self._lightly.count(visitor.client)
        if rule.cost is Cost.MUCH:
            self._often.count(visitor.client)
            held.enter_context(self._at_once.one(visitor.client))

    def _visitor(self, request: Request) -> Visitor:
        access = self._access
        user = signed_in(request, access.accounts) if access.accounts else None
        if user is not None:
            return Visitor(f"user {user.key}", user.role, user, can_sign_in=True)
        anonymous = None if bearer_of(request) and access.accounts else access.anonymous
        return Visitor(client_of(request), anonymous, can_sign_in=access.accounts is not None)


def signed_in(request: Request, accounts: Accounts) -> User | None:
    """Who has signed in, by the token of a program or the session of a browser."""
    token = bearer_of(request)
    if token is not None:
        return accounts.tokens.who(token)
    secret = request.cookies.get(cookie_name(request))
    return accounts.sessions.who(secret) if secret else None


def bearer_of(request: Request) -> str | None:
    """The token that a program sends, if it sends one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def client_of(request: Request) -> str:
    """The address that a request comes from; of IPv6, what one customer has."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False))


def _refusal(request: Request, rule: Rule | None, visitor: Visitor) -> Response | None:
    if rule is None:
        return PlainTextResponse("Not Found", 404)
    if rule.needed is not Needed.NOTHING and not visitor.may(rule.needed.value):
        return _not_allowed(request, visitor)
    by_cookie = visitor.user is not None and bearer_of(request) is None
    acts = request.method not in _READING
    if acts and (by_cookie or request.url.path == "/login") and not is_own_page(request.headers):
        return PlainTextResponse("This request does not come from a page of this server.", 403)
    return None


def _not_allowed(request: Request, visitor: Visitor) -> Response:
    path = request.url.path
    if visitor.role is not None:
        message = "An editor may do this; you are a reader."
        if visitor.user is None:
            message = "Only those who have signed in as editors may do this."
        return _error(path, 403, message)
    if request.method in _READING and "text/html" in request.headers.get("accept", ""):
        target = quote(path + (f"?{request.url.query}" if request.url.query else ""), safe="")
        return RedirectResponse(f"/login?next={target}", 303, {"Cache-Control": "no-store"})
    reply = _error(path, 401, "Sign in, or send a token: Authorization: Bearer ….")
    reply.headers["WWW-Authenticate"] = 'Bearer realm="jianghua"'
    return reply


def _error(path: str, status: int, message: str) -> JSONResponse:
    if path.startswith("/v1/"):  # as OpenAI's clients expect it
        return JSONResponse({"error": {"message": message, "type": "access", "code": None}}, status)
    return JSONResponse({"error": message}, status)


def too_often(error: TooOftenError) -> Response:
    """What a client is told that has used up what it may."""
    return JSONResponse({"error": str(error)}, 429, {"Retry-After": str(error.seconds)})


def _unstored(send: Send, visitor: Visitor) -> Send:
    """Sends; what a user sees is kept by no cache between, and by no browser after signing out."""
    if visitor.user is None:
        return send

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            if "cache-control" not in headers:
                message["headers"] = [*message["headers"], (b"cache-control", b"private, no-cache")]
        await send(message)

    return send_private


# ---- cookies


def cookie_name(request: Request) -> str:
    """The name of the session's cookie; browsers keep ``__Host-`` to this very host and to TLS."""
    return "__Host-jianghua" if request.url.scheme == "https" else "jianghua"


def give_session(reply: Response, request: Request, secret: str) -> None:
    """Hand the browser its session."""
    secure = request.url.scheme == "https"
    reply.set_cookie(
        cookie_name(request), secret, max_age=LONGEST, httponly=True, samesite="lax", secure=secure
    )


def take_session(reply: Response, request: Request) -> None:
    """Have the browser forget its session."""
    secure = request.url.scheme == "https"
    reply.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=secure)
