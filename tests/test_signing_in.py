"""Signing in, staying so and signing out, as a browser does; what one user has, another does not get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from accounts import EDITOR, PASSWORD, READER, accounts_in, bearer, sign_in
from fastapi.testclient import TestClient
from web_fakes import MemoryLibrary, QuotingAssistant

from rag.access import Access, Accounts, Guard, Limits
from rag.api import create_api
from rag.kept_conversations import Conversation
from rag.question_pool import QuestionPool
from rag.wire import answer_json

OWN = {"Origin": "http://testserver"}


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return accounts_in(tmp_path)


@pytest.fixture
def app(accounts: Accounts, tmp_path: Path) -> Any:
    library = MemoryLibrary(root=tmp_path)
    api = create_api(QuestionPool(QuotingAssistant(library)), library, accounts)
    api.add_middleware(Guard, access=Access(accounts, None, Limits()))
    return api


@pytest.fixture
def client(app: Any) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def test_the_way_in_and_out(client: TestClient, accounts: Accounts) -> None:
    page = client.get("/login?next=/about")
    assert 'autocomplete="current-password"' in page.text
    assert '<input type="hidden" name="next" value="/about">' in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"
    assert sign_in(client, READER, "wrong wrong").status_code == 401
    assert client.get("/about").status_code == 401
    reply = sign_in(client, READER, next="/about")
    assert (reply.status_code, reply.headers["location"]) == (303, "/about")
    about = client.get("/about").text
    assert f'<a href="/account">{READER}</a>' in about
    assert client.get("/api/me").json() == {"name": READER, "role": "reader"}
    assert "读者" in client.get("/account").text
    assert client.get("/login", follow_redirects=False).status_code == 303
    out = client.post("/logout", headers=OWN, follow_redirects=False)
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert client.get("/about").status_code == 401


def test_the_cookie_is_as_closed_as_it_can_be(app: Any) -> None:
    for base, expected in (
        ("http://testserver", ("jianghua=", "HttpOnly", "SameSite=lax", "Path=/")),
        (
            "https://testserver",
            ("__Host-jianghua=", "HttpOnly", "SameSite=lax", "Path=/", "Secure"),
        ),
    ):
        client = TestClient(app, base_url=base)
        cookie = sign_in(client, READER).headers["set-cookie"]
        assert cookie.startswith(expected[0])
        for part in expected[1:]:
            assert part.lower() in cookie.lower()
        assert "domain" not in cookie.lower()
        assert ("secure" in cookie.lower()) == base.startswith("https")
        assert client.get("/about").status_code == 200


def given_cookie(reply: Any) -> str:
    return str(reply.headers["set-cookie"].partition("=")[2].partition(";")[0])


def test_each_sign_in_has_a_session_of_its_own(client: TestClient) -> None:
    planted = {"cookies": {"jianghua": "planted by somebody"}}
    first = given_cookie(sign_in(TestClient(client.app, **planted), READER))
    again = TestClient(client.app, cookies={"jianghua": first})
    second = given_cookie(again.post("/login", data={"name": READER, "password": PASSWORD},
                                     headers=OWN, follow_redirects=False))  # fmt: skip
    assert len({first, second, "planted by somebody"}) == 3
    for secret, status in ((first, 401), (second, 200), ("planted by somebody", 401)):
        assert (
            TestClient(client.app, cookies={"jianghua": secret}).get("/about").status_code == status
        )


@pytest.mark.parametrize(
    "next_page",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:1", "/\t/evil.example",
     "/login", "/logout", "evil"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(client: TestClient, next_page: str) -> None:
    assert sign_in(client, READER, next=next_page).headers["location"] == "/"


def test_nothing_tells_whether_a_user_exists(client: TestClient) -> None:
    replies = [sign_in(client, name, "wrong wrong") for name in (READER, "谁都不是")]
    pages = [r.text.replace(READER, "X").replace("谁都不是", "X") for r in replies]
    assert pages[0] == pages[1]
    assert [r.status_code for r in replies] == [401, 401]
    known, unknown = (
        [sign_in(client, name, "wrong wrong") for _ in range(10)] for name in (READER, "谁都不是")
    )
    assert [r.status_code for r in known] == [r.status_code for r in unknown] == [401] * 9 + [429]


def test_attempts_on_a_name_are_numbered(app: Any) -> None:
    """Whoever tries from wherever, and however the name is typed; the right password as well."""
    with TestClient(app) as client:
        for n in range(10):
            other = TestClient(app, client=(f"203.0.113.{n}", 5000))
            assert sign_in(other, f" {EDITOR} ", "wrong wrong").status_code == 401
        refused = sign_in(client, EDITOR)
    assert refused.status_code == 429
    seconds = int(refused.headers["retry-after"])
    assert 890 <= seconds <= 900
    minutes, rest = divmod(seconds, 60)
    assert f"请在 {minutes} 分 {rest} 秒 后再试" in refused.text
    assert sign_in(client, READER).status_code == 303  # another name is not shut out


def test_attempts_of_a_client_are_numbered(app: Any) -> None:
    attacker = TestClient(app, client=("203.0.113.9", 5000))
    statuses = [sign_in(attacker, f"name{n}", "wrong wrong").status_code for n in range(41)]
    assert statuses == [401] * 40 + [429]
    assert sign_in(TestClient(app), READER).status_code == 303


def test_success_begins_the_count_anew(client: TestClient) -> None:
    for _ in range(3):
        for _ in range(8):
            sign_in(client, READER, "wrong wrong")
        assert sign_in(client, READER).status_code == 303


def test_a_changed_password_signs_out_everywhere_else(app: Any) -> None:
    here, there = TestClient(app), TestClient(app)
    for client in (here, there):
        sign_in(client, READER)
    new = PASSWORD[::-1]
    for form, status in (
        ({"present": "wrong wrong", "new": new, "again": new}, 403),
        ({"present": PASSWORD, "new": new, "again": new + "x"}, 422),
        ({"present": PASSWORD, "new": "short", "again": "short"}, 422),
        ({"present": PASSWORD, "new": new, "again": new}, 200),
    ):
        reply = here.post("/account/password", data=form, headers=OWN)
        assert reply.status_code == status
    assert here.get("/about").status_code == 200
    assert there.get("/about").status_code == 401
    assert sign_in(there, READER).status_code == 401
    assert sign_in(there, READER, new).status_code == 303
    assert here.post("/account/others", headers=OWN).status_code == 200
    assert here.get("/about").status_code == 200
    assert there.get("/about").status_code == 401


def test_what_an_administrator_changes_counts_at_once(
    client: TestClient, accounts: Accounts
) -> None:
    sign_in(client, EDITOR)
    editor = accounts.users.named(EDITOR)
    assert client.delete("/api/library/never", headers=OWN).status_code == 404
    accounts.users.set_role(editor, type(editor.role)("reader"))
    assert client.delete("/api/library/never", headers=OWN).status_code == 403
    accounts.users.remove(editor)
    assert client.get("/about").status_code == 401


# ---- conversations


def conversation(number: int, title: str) -> Conversation:
    library = MemoryLibrary()
    answer = list(QuotingAssistant(library).stream(_question("镜湖水质怎样?")))[-1]
    return Conversation(number, title, ({**answer_json(answer), "hits": []},))  # type: ignore[arg-type]


def _question(text: str) -> Any:
    from rag.schema import Question

    return Question(text)


def test_a_users_conversations_over_http(client: TestClient, accounts: Accounts) -> None:
    store, reader = accounts.conversations, accounts.users.named(READER)
    store.keep(reader, conversation(5, "镜湖"))
    mine, others = bearer(accounts, READER), bearer(accounts, EDITOR)
    listed = client.get("/api/conversations", headers=mine).json()
    assert listed == {"conversations": [{"number": 5, "title": "镜湖"}]}
    assert client.get("/api/conversations/5", headers=mine).json()["answers"][0]["answered"] is True
    export = "/api/conversations/5/export"
    markdown = client.get(export, params={"form": "markdown"}, headers=mine)
    assert "## 镜湖水质怎样" in markdown.text
    assert "attachment" in markdown.headers["content-disposition"]
    word = client.get(export, params={"form": "word"}, headers=mine)
    assert word.content.startswith(b"PK")
    for method, path, body in (
        ("GET", "/api/conversations/5", None), ("GET", f"{export}?form=word", None),
        ("PATCH", "/api/conversations/5", {"title": "偷"}), ("DELETE", "/api/conversations/5", None),
    ):  # fmt: skip
        theirs = client.request(method, path, json=body, headers=others)
        nobodys = client.request(method, path.replace("5", "6"), json=body, headers=others)
        assert theirs.status_code == 404
        assert theirs.text == nobodys.text
    assert client.patch("/api/conversations/5", json={"title": "湖"}, headers=mine).is_success
    assert client.get("/api/conversations/5", headers=mine).json()["title"] == "湖"
    assert client.delete("/api/conversations/5", headers=mine).status_code == 204
    assert client.get("/api/conversations", headers=mine).json() == {"conversations": []}
