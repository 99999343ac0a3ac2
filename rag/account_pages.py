"""The routes of signing in and out, and of a user's own account. Works without script.

Knows forms and cookies; how passwords are kept is in ``users``.
"""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from rag import pages
from rag.access import Accounts, client_of, cookie_name, give_session, take_session
from rag.account_words import for_seconds
from rag.errors import UsageError
from rag.language import words_for
from rag.page_routes import page_response
from rag.throttling import Throttle, TooOftenError
from rag.users import LONGEST_PASSWORD, SHORTEST_PASSWORD, User, folded
from rag.visitors import visitor_of
from rag.words import Words

_WINDOW = 15 * 60  # seconds
_FOR_A_NAME = 10  # attempts in a window; whether somebody has the name makes no difference
_FOR_A_CLIENT = 40  # an office may share one address
_HASHED_AT_ONCE = 2  # each takes 64 MiB while it lasts

_Field = Annotated[str, Form(max_length=4 * LONGEST_PASSWORD)]


class Attempts:
    """Tries names with passwords, so many times and so many at once."""

    def __init__(self, accounts: Accounts) -> None:
        self._users = accounts.users
        self._names = Throttle(_FOR_A_NAME, _WINDOW)
        self._clients = Throttle(_FOR_A_CLIENT, _WINDOW)
        self._room = asyncio.Semaphore(_HASHED_AT_ONCE)

    async def who(self, name: str, password: str, client: str) -> User | None:
        """The user, if name and password are right.

        Counts before it looks, so that attempts at the same time count as well.

        Raises:
            TooOftenError: too many attempts for this name or from this client.
        """
        self._clients.count(client)
        key = folded(name)
        self._names.count(key)
        async with self._room:
            user = await run_in_threadpool(self._users.who, name, password)
        if user is not None:
            self._names.forget(key)
        return user


def add_account_pages(app: FastAPI, accounts: Accounts) -> None:
    """Adds the routes."""
    attempts = Attempts(accounts)
    _add_signing_in(app, accounts, attempts)
    _add_account(app, accounts, attempts)

    @app.get("/api/me")
    def me(request: Request) -> Response:
        """Who asks, and what they may."""
        visitor = visitor_of(request.scope)
        name = visitor.user.name if visitor.user else None
        return JSONResponse({"name": name, "role": visitor.role})


def _add_signing_in(app: FastAPI, accounts: Accounts, attempts: Attempts) -> None:
    @app.get("/login", response_class=HTMLResponse, include_in_schema=False)
    def form(request: Request, next: str = "") -> Response:
        target = _own_path(next)
        if visitor_of(request.scope).user is not None:
            return RedirectResponse(target or words_for(request).home, 303)
        return _login_page(words_for(request), target)

    @app.post("/login", response_class=HTMLResponse, include_in_schema=False)
    async def sign_in(
        request: Request,
        name: _Field = "",
        password: _Field = "",
        next: _Field = "",
    ) -> Response:
        words, target = words_for(request), _own_path(next)
        try:
            user = await attempts.who(name, password, client_of(request))
        except TooOftenError as error:
            said = words.account.too_often.format(time=for_seconds(error.seconds, words.lang))
            reply = _login_page(words, target, name, said, 429)
            reply.headers["Retry-After"] = str(error.seconds)
            return reply
        if user is None:
            return _login_page(words, target, name, words.account.wrong, 401)
        _end(request, accounts)
        reply = RedirectResponse(target or words.home, 303)
        give_session(reply, request, accounts.sessions.begin(user))
        return reply

    @app.post("/logout", include_in_schema=False)
    def sign_out(request: Request) -> Response:
        _end(request, accounts)
        reply = RedirectResponse("/login", 303)
        take_session(reply, request)
        reply.headers["Clear-Site-Data"] = '"cache"'  # for whoever sits there next
        return reply


def _end(request: Request, accounts: Accounts) -> None:
    secret = request.cookies.get(cookie_name(request))
    if secret:
        accounts.sessions.end(secret)


def _own_path(path: str) -> str:
    """A path of this server; empty where it leads elsewhere, or round in a circle."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if own and not parts.netloc and not parts.path.startswith("/log") else ""


def _login_page(
    words: Words, target: str, name: str = "", said: str = "", status: int = 200
) -> Response:
    html = pages.login_html(words, target, name, said, LONGEST_PASSWORD)
    reply = page_response(html, status)
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _add_account(app: FastAPI, accounts: Accounts, attempts: Attempts) -> None:
    def page(request: Request, user: User, said: str = "", status: int = 200) -> Response:
        lengths = (SHORTEST_PASSWORD, LONGEST_PASSWORD)
        reply = page_response(pages.account_html(words_for(request), user, said, lengths), status)
        reply.headers["Cache-Control"] = "no-store"
        return reply

    def begun_anew(request: Request, user: User, said: str) -> Response:
        """All sessions have ended but a new one for this browser."""
        reply = page(request, user, said)
        give_session(reply, request, accounts.sessions.begin(user))
        return reply

    @app.get("/account", response_class=HTMLResponse, include_in_schema=False)
    def account(request: Request) -> Response:
        user = visitor_of(request.scope).user
        return RedirectResponse("/login", 303) if user is None else page(request, user)

    @app.post("/account/password", response_class=HTMLResponse, include_in_schema=False)
    async def password(
        request: Request, present: _Field = "", new: _Field = "", again: _Field = ""
    ) -> Response:
        user, words = visitor_of(request.scope).user, words_for(request).account
        if user is None:
            return RedirectResponse("/login", 303)
        if new != again:
            return page(request, user, words.differ, 422)
        try:
            known = await attempts.who(user.name, present, client_of(request))
            if known is None:
                return page(request, user, words.present_wrong, 403)
            await run_in_threadpool(accounts.users.set_password, user, new)
        except TooOftenError as error:
            said = words.too_often.format(time=for_seconds(error.seconds, words_for(request).lang))
            reply = page(request, user, said, 429)
            reply.headers["Retry-After"] = str(error.seconds)
            return reply
        except UsageError:
            said = words.bad_length.format(least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
            return page(request, user, said, 422)
        return begun_anew(request, user, words.changed)

    @app.post("/account/others", response_class=HTMLResponse, include_in_schema=False)
    def others(request: Request) -> Response:
        user = visitor_of(request.scope).user
        if user is None:
            return RedirectResponse("/login", 303)
        accounts.sessions.end_all(user)
        return begun_anew(request, user, words_for(request).account.others_ended)
