"""Who may reach what: every route of the application, as nobody, as a reader and as an editor."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from accounts import EDITOR, READER, accounts_in, application, bearer, sign_in
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient
from web_fakes import Desk, MemoryLibrary, QuotingAssistant

from rag.access import Access, Accounts, Guard, Limits, access_of
from rag.api import MAX_UPLOAD
from rag.errors import UsageError
from rag.settings import Settings
from rag.user_file import UserFile
from rag.users import Role

ALL = {"nobody", "reader", "editor"}
SIGNED_IN, EDITORS, NONE = {"reader", "editor"}, {"editor"}, set[str]()

# What each route of ours, of Gradio and of the tools is for. "{}" stands for any parameter.
# What is not named here must be closed to everybody.
WHO_MAY = {
    "GET /login": ALL, "POST /login": ALL, "GET /web/{}": ALL, "GET /language/{}": ALL,
    "GET /healthz": ALL, "GET /favicon.ico": ALL, "GET /robots.txt": ALL,
    "GET /manifest.json": ALL, "GET /en/manifest.json": ALL,
    "POST /logout": SIGNED_IN, "GET /account": SIGNED_IN, "POST /account/password": SIGNED_IN,
    "POST /account/others": SIGNED_IN, "GET /api/me": SIGNED_IN,
    "GET /": SIGNED_IN, "GET /en": SIGNED_IN, "GET /en/": SIGNED_IN,
    "GET /source/{}": SIGNED_IN, "GET /original/{}": SIGNED_IN, "GET /check": SIGNED_IN,
    "POST /check": SIGNED_IN, "GET /trends": SIGNED_IN, "GET /about": SIGNED_IN,
    "GET /settings": SIGNED_IN, "POST /settings": EDITORS,
    "GET /metrics": SIGNED_IN, "GET /api/openapi.json": SIGNED_IN, "POST /api/ask": SIGNED_IN,
    "POST /api/check": SIGNED_IN, "GET /api/search": SIGNED_IN, "GET /api/library": SIGNED_IN,
    "GET /api/library/{}": SIGNED_IN, "GET /api/conversations": SIGNED_IN,
    "GET /api/conversations/{}": SIGNED_IN, "GET /api/conversations/{}/export": SIGNED_IN,
    "PATCH /api/conversations/{}": SIGNED_IN, "DELETE /api/conversations/{}": SIGNED_IN,
    "GET /v1/models": SIGNED_IN, "GET /v1/models/{}": SIGNED_IN,
    "POST /v1/chat/completions": SIGNED_IN, "GET /mcp": SIGNED_IN, "POST /mcp": SIGNED_IN,
    "DELETE /mcp": SIGNED_IN,
    "POST /api/library": EDITORS, "PATCH /api/library/{}": EDITORS, "DELETE /api/library/{}": EDITORS,
} | {
    f"{method} {chat}/{path}": who
    for chat in ("", "/en")
    for method, path, who in (
        ("GET", "assets/{}", SIGNED_IN), ("GET", "static/{}", SIGNED_IN),
        ("GET", "theme.css", SIGNED_IN), ("GET", "config", SIGNED_IN), ("GET", "config/", SIGNED_IN),
        ("GET", "gradio_api/theme.css", SIGNED_IN), ("GET", "gradio_api/startup-events", SIGNED_IN),
        ("GET", "gradio_api/heartbeat/{}", SIGNED_IN), ("GET", "gradio_api/queue/data", SIGNED_IN),
        ("POST", "gradio_api/queue/join", SIGNED_IN), ("POST", "gradio_api/run/predict", SIGNED_IN),
        ("POST", "gradio_api/cancel", SIGNED_IN), ("POST", "gradio_api/reset", SIGNED_IN),
        ("POST", "gradio_api/reset/", SIGNED_IN), ("POST", "gradio_api/upload", EDITORS),
        ("GET", "gradio_api/upload_progress", EDITORS),
    )
}  # fmt: skip


@dataclass
class Site:
    """The whole application, and the guard alone before something that lets everybody in."""

    app: Any
    desk: Desk
    accounts: Accounts
    visitors: dict[str, dict[str, str]]  # headers
    served: TestClient
    behind_guard: TestClient


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    library = MemoryLibrary(root=tmp_path_factory.mktemp("library"))
    accounts = accounts_in(library.root)
    access = Access(accounts, None, Limits(100_000, 100))
    desk = Desk(Settings(library.root))
    app = application(QuotingAssistant(library), library, access=access, desk=desk)
    visitors = {
        "nobody": {},
        "reader": bearer(accounts, READER),
        "editor": bearer(accounts, EDITOR),
    }
    guard = Guard(PlainTextResponse("in"), access)
    with TestClient(app) as served:
        yield Site(app, desk, accounts, visitors, served, TestClient(guard))


def routes(found: Any, before: str = "") -> Iterator[str]:
    """Each method and path of an application and of all that is mounted in it."""
    for route in found:
        if hasattr(route, "original_router"):  # FastAPI's way to hold an included router
            yield from routes(
                route.original_router.routes, before + (route.include_context.prefix or "")
            )
        elif hasattr(route, "methods"):
            # The tools' route names no methods and takes these.
            for method in sorted(set(route.methods or {"GET", "POST", "DELETE"}) - {"HEAD"}):
                yield f"{method} {before}{route.path}"
        elif getattr(route, "routes", None):
            yield from routes(route.routes, before + route.path)
        else:
            yield f"GET {before}{route.path}/{{path:path}}"


def named(route: str) -> str:
    """A route with its parameters as in the table."""
    return re.sub(r"\{[^}]*\}", "{}", route)


def asked(client: TestClient, route: str, headers: dict[str, str]) -> int:
    """The status that a request of a route has."""
    method, path = re.sub(r"\{[^}]*\}", "7", route).split(" ")
    own = {"Origin": "http://testserver"}
    return client.request(
        method, path, headers={**own, **headers}, follow_redirects=False
    ).status_code


def test_every_route_lets_in_whom_it_should_and_nobody_else(site: Site) -> None:
    one_function = {f"POST {chat}/gradio_api/run/predict" for chat in ("", "/en")}
    found = sorted({*routes(site.app.routes), *one_function})
    assert len(found) > 100  # Gradio's are among them
    assert any("gradio_api/file=" in route for route in found)
    assert set(WHO_MAY) <= set(map(named, found)), "the table names routes that are not there"
    for route in found:
        allowed = WHO_MAY.get(named(route), NONE)
        for who, headers in site.visitors.items():
            status = asked(site.behind_guard, route, headers)
            if who in allowed:
                assert status == 200, f"{who} should reach {route}"
                continue
            expected = 404 if not allowed else 401 if who == "nobody" else 403
            assert status == expected, f"{who} at {route}"
            assert asked(site.served, route, headers) == expected, f"{who} at {route} as served"


def test_the_whole_application_lets_in_whom_the_guard_lets_in(site: Site) -> None:
    for who, headers in site.visitors.items():
        statuses = [
            asked(site.served, route, headers)
            for route in ("GET /about", "GET /", "GET /api/library", "DELETE /api/library/never")
        ]
        expected = {
            "nobody": [401, 401, 401, 401],
            "reader": [200, 200, 200, 403],
            "editor": [200, 200, 200, 404],
        }
        assert statuses == expected[who]


def test_only_an_editor_changes_settings(site: Site) -> None:
    assert site.desk.settings.passages == 10
    for who, status in (("nobody", 401), ("reader", 403), ("editor", 303)):
        reply = site.served.post(
            "/settings",
            data={"passages": "7"},
            headers=site.visitors[who],
            follow_redirects=False,
        )
        assert reply.status_code == status
        assert site.desk.settings.passages == (7 if who == "editor" else 10)
    read = site.served.get("/settings", headers=site.visitors["reader"]).text
    mine = site.served.get("/settings", headers=site.visitors["editor"]).text
    assert "<button>" in mine
    assert "<button>" not in read
    assert read.count("<fieldset disabled>") == mine.count("<fieldset>") > 3


@pytest.mark.parametrize(
    "path",
    [
        "//api/library", "/api//library", "/API/library", "/api/library%2f..",
        "/gradio_api/file=/etc/passwd", "/file=/etc/passwd", "/gradio_api/info", "/docs", "/en/login",
        "/login/", "/gradio_api/component_server",
    ],
)  # fmt: skip
def test_other_ways_to_write_an_address_lead_nowhere(site: Site, path: str) -> None:
    for headers in site.visitors.values():
        for method in ("GET", "POST"):
            reply = site.served.request(method, path, headers=headers, follow_redirects=False)
            assert reply.status_code in (401, 403, 404), f"{method} {path}"
            if not headers:
                assert "documents" not in reply.text


def test_a_page_leads_to_the_sign_in_and_back_a_program_is_told(site: Site) -> None:
    html = {"Accept": "text/html"}
    reply = site.served.get("/source/lake2019?start=3", headers=html, follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["location"] == "/login?next=%2Fsource%2Flake2019%3Fstart%3D3"
    told = site.served.post("/api/ask", json={"question": "问"})
    assert (told.status_code, told.headers["www-authenticate"]) == (401, 'Bearer realm="jianghua"')
    chat = site.served.post("/v1/chat/completions", json={})
    assert "token" in chat.json()["error"]["message"]
    assert site.served.get("/healthz").json() == {"status": "ok"}
    assert "documents" in site.served.get("/healthz", headers=site.visitors["reader"]).json()


def test_a_wrong_token_is_not_an_anonymous_visitor(tmp_path: Path) -> None:
    access = Access(accounts_in(tmp_path), Role.READER)
    client = TestClient(Guard(PlainTextResponse("in"), access))
    assert client.get("/about").status_code == 200
    assert client.delete("/api/library/x").status_code == 403
    wrong = {"Authorization": "Bearer jh_wrong"}
    assert client.get("/about", headers=wrong).status_code == 401


def test_what_a_browser_sends_with_its_cookie_must_come_from_our_page(site: Site) -> None:
    client = TestClient(site.app, base_url="http://testserver")
    sign_in(client, EDITOR)
    ask = {"json": {"question": "镜湖水质怎样?"}}
    for headers, status in (
        ({"Origin": "http://testserver"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 403),  # a browser that says nothing of where it comes from
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ):
        assert client.post("/api/ask", headers=headers, **ask).status_code == status, headers
        for route in ("/gradio_api/queue/join", "/gradio_api/run/predict", "/logout",
                      "/gradio_api/cancel", "/check", "/account/password"):  # fmt: skip
            if status == 403:
                assert client.post(route, headers=headers).status_code == 403
    assert client.get("/about").status_code == 200  # and no refused request signed anybody out
    token = site.visitors["editor"]
    assert TestClient(site.app).post("/api/ask", headers=token, **ask).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 403),
        ({"Origin": "http://evil.example"}, 403),
    ],
)  # fmt: skip
def test_another_site_may_link_here_and_read_nothing(
    site: Site, headers: dict[str, str], status: int
) -> None:
    reply = site.served.get("/about", headers={**site.visitors["reader"], **headers})
    assert reply.status_code == status
    assert "access-control-allow-origin" not in reply.headers


def test_no_socket_is_opened(site: Site) -> None:
    sent: list[Any] = []

    async def connect() -> None:
        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "websocket", "path": "/", "headers": [], "method": "GET"}
        await Guard(PlainTextResponse("in"), Access())(scope, receive, send)

    asyncio.run(connect())
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_one_upload_of_the_page_has_a_limit(site: Site) -> None:
    headers = {**site.visitors["editor"], "Origin": "http://testserver"}
    files = [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(1001)]
    refused = site.served.post("/gradio_api/upload", files=files, headers=headers)
    assert refused.status_code == 400
    assert "1000" in refused.text
    long = {**headers, "Content-Length": str(MAX_UPLOAD + 1)}
    assert site.served.post("/gradio_api/upload", headers=long).status_code == 413


def test_a_page_of_a_user_is_kept_by_nobody_between(site: Site) -> None:
    headers = site.served.get("/source/lake2019", headers=site.visitors["reader"]).headers
    assert headers["cache-control"] == "private, no-cache"


# ---- where a server may listen


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.3.4", "speeches.example"])
def test_without_users_no_other_machine_is_served(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match=r"user add NAME.*--anonymous reader"):
        access_of(tmp_path, host, None, Limits())
    assert not list(tmp_path.iterdir())
    assert access_of(tmp_path, host, Role.READER, Limits()).anonymous is Role.READER
    UserFile(tmp_path).close()  # a file without users is no user
    with pytest.raises(UsageError, match="no users"):
        access_of(tmp_path, host, None, Limits())


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_who_alone_reaches_a_server_needs_no_user(tmp_path: Path, host: str) -> None:
    access = access_of(tmp_path, host, None, Limits())
    assert (access.accounts, access.anonymous) == (None, Role.EDITOR)


def test_where_there_are_users_they_sign_in_everywhere(tmp_path: Path) -> None:
    accounts_in(tmp_path)
    for host in ("127.0.0.1", "0.0.0.0"):
        access = access_of(tmp_path, host, None, Limits())
        assert access.accounts is not None
        assert access.anonymous is None


# ---- how often


def test_a_client_is_told_when_it_may_ask_again(tmp_path: Path) -> None:
    accounts = accounts_in(tmp_path)
    client = TestClient(Guard(PlainTextResponse("in"), Access(accounts, None, Limits(3, 10))))
    reader, editor = bearer(accounts, READER), bearer(accounts, EDITOR)
    statuses = [client.get("/api/search", headers=reader).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = client.post("/api/ask", headers=reader)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert f"in {refused.headers['retry-after']} s" in refused.json()["error"]
    for path in ("/about", "/source/lake2019?start=3", "/original/lake2019"):  # cost little
        assert client.get(path, headers=reader).status_code == 200
    assert client.get("/api/search", headers=editor).status_code == 200  # another client
    for _ in range(58):
        last = client.get("/about", headers=reader).status_code
    assert last == 429
    # an office behind one address opens many pages, of eighty files each
    assert client.get("/assets/index.js", headers=reader).status_code == 200


def test_addresses_of_one_customer_are_one_client() -> None:
    guard = Guard(PlainTextResponse("in"), Access(limits=Limits(1, 10)))
    for host, status in (
        ("203.0.113.1", 200), ("203.0.113.1", 429), ("203.0.113.2", 200),
        ("2001:db8:1:2::3", 200), ("2001:db8:1:2:ffff::4", 429), ("2001:db8:1:3::3", 200),
    ):  # fmt: skip
        client = TestClient(guard, client=(host, 5000))
        assert client.get("/api/search").status_code == status, host


def test_one_client_has_so_much_at_work_at_once() -> None:
    async def ask() -> list[int]:
        go, statuses = asyncio.Event(), list[int]()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await go.wait()
            await PlainTextResponse("in")(scope, receive, send)

        guard = Guard(slow, Access(limits=Limits(100, 2)))

        async def one() -> None:
            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    statuses.append(message["status"])

            scope = {"type": "http", "method": "GET", "path": "/api/search", "headers": [],
                     "client": ("203.0.113.1", 1), "query_string": b"", "scheme": "http",
                     "server": ("testserver", 80)}  # fmt: skip
            await guard(scope, None, send)  # type: ignore[arg-type]

        first = [asyncio.ensure_future(one()) for _ in range(3)]
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*first)
        await one()
        return statuses

    assert asyncio.run(ask()) == [429, 200, 200, 200]
