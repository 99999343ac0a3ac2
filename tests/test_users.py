"""Users, sessions and tokens as they are stored, and the commands that change them."""

from __future__ import annotations

import io
import json
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from accounts import EDITOR, PASSWORD, READER, accounts_in, quick

from embeddings.testing import HashEncoder
from rag.access import Accounts
from rag.cli import main
from rag.errors import LibraryError, UsageError
from rag.kept_conversations import Conversation
from rag.library import Library
from rag.sessions import LONGEST, UNUSED, Sessions
from rag.user_file import UserFile
from rag.users import Role, Users


class Counting:
    """A hasher that anybody can check by eye."""

    def __init__(self) -> None:
        self.compared = 0

    def hash(self, password: str) -> str:
        return f"#{password}"

    def fits(self, digest: str, password: str) -> bool:
        self.compared += 1
        return digest == f"#{password}"


def test_a_user_is_who_knows_the_password(tmp_path: Path) -> None:
    accounts = accounts_in(tmp_path)
    assert [(u.name, u.role) for u in accounts.users.all()] == [
        (READER, Role.READER), (EDITOR, Role.EDITOR),
    ]  # fmt: skip
    found = accounts.users.who(READER, PASSWORD)
    assert found is not None
    assert found.name == READER
    assert accounts.users.who(READER, PASSWORD + "x") is None
    assert accounts.users.who("谁", PASSWORD) is None
    assert accounts.users.who("", "") is None


def test_as_much_is_hashed_for_a_name_that_nobody_has(tmp_path: Path) -> None:
    hasher = Counting()
    users = Users(UserFile(tmp_path), hasher)
    users.add("zhou", PASSWORD, Role.READER)
    for name, password in (("zhou", PASSWORD), ("zhou", "wrong"), ("nobody", PASSWORD), ("", "")):
        before = hasher.compared
        users.who(name, password)
        assert hasher.compared == before + 1, name


def test_width_and_case_of_a_name_do_not_count(tmp_path: Path) -> None:
    users = Users(UserFile(tmp_path), quick())
    users.add(" Ｚhou ", PASSWORD, Role.READER)
    assert users.who("ZHOU", PASSWORD) is not None
    with pytest.raises(UsageError, match="already"):
        users.add("zhou", PASSWORD, Role.EDITOR)


@pytest.mark.parametrize("name", ["", " ", "a" * 65, "a\nb", "a\x00"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="printable"):
        Users(UserFile(tmp_path), quick()).add(name, PASSWORD, Role.READER)


@pytest.mark.parametrize("password", ["", "short", "九个字不够长吧嗯", "x" * 257])
def test_a_password_has_a_length(tmp_path: Path, password: str) -> None:
    accounts = accounts_in(tmp_path)
    with pytest.raises(UsageError, match="10 to 256 characters"):
        accounts.users.add("new", password, Role.READER)
    with pytest.raises(UsageError, match="10 to 256 characters"):
        accounts.users.set_password(accounts.users.named(READER), password)


def test_what_is_stored_lets_nobody_in(tmp_path: Path) -> None:
    accounts = accounts_in(tmp_path)
    user = accounts.users.named(READER)
    secrets = [PASSWORD, accounts.sessions.begin(user), accounts.tokens.make(user, "job")]
    files = list(tmp_path.iterdir())
    stored = b"".join(file.read_bytes() for file in files)
    assert b"$argon2id$" in stored
    for secret in secrets:
        assert secret.encode() not in stored
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_a_session_ends_unused_and_ends_at_last(tmp_path: Path) -> None:
    accounts, now = accounts_in(tmp_path), [1_000_000.0]
    user = accounts.users.named(READER)
    sessions = Sessions(UserFile(tmp_path), lambda: now[0])
    unused, used = sessions.begin(user), sessions.begin(user)
    assert unused != used
    begun = now[0]
    while now[0] < begun + LONGEST - UNUSED + 2:
        now[0] += UNUSED - 1
        assert sessions.who(used) == user
    assert sessions.who(unused) is None
    now[0] = begun + LONGEST - 1
    assert sessions.who(used) == user
    now[0] += 1
    assert sessions.who(used) is None
    assert sessions.who("made up") is None


def test_what_ends_when_a_user_changes(tmp_path: Path) -> None:
    accounts = accounts_in(tmp_path)
    reader, editor = accounts.users.named(READER), accounts.users.named(EDITOR)
    session, other = accounts.sessions.begin(reader), accounts.sessions.begin(editor)
    token = accounts.tokens.make(reader, "job")
    accounts.users.set_role(reader, Role.EDITOR)  # by the command line, while a server runs
    promoted = accounts.sessions.who(session)
    assert promoted is not None
    assert promoted.role is Role.EDITOR
    accounts.users.set_password(reader, PASSWORD[::-1])
    assert accounts.sessions.who(session) is None
    assert accounts.tokens.who(token) is not None  # a program has its own secret
    session = accounts.sessions.begin(reader)
    accounts.conversations.keep(reader, Conversation(1, "题", ()))
    accounts.users.remove(reader)
    assert accounts.sessions.who(session) is None
    assert accounts.tokens.who(token) is None
    assert accounts.sessions.who(other) == editor
    again = accounts.users.add(READER, PASSWORD, Role.READER)
    assert again.key != reader.key
    assert accounts.conversations.titles(again) == []


def test_a_token_is_known_until_it_is_revoked(tmp_path: Path) -> None:
    accounts = accounts_in(tmp_path)
    user = accounts.users.named(READER)
    token = accounts.tokens.make(user, "job")
    with pytest.raises(UsageError, match="already"):
        accounts.tokens.make(user, "job")
    assert accounts.tokens.who(token) == user
    assert accounts.tokens.labels(user) == ["job"]
    accounts.tokens.revoke(user, "job")
    assert accounts.tokens.who(token) is None
    with pytest.raises(UsageError, match="no token"):
        accounts.tokens.revoke(user, "job")


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    with closing(UserFile(tmp_path)) as file:
        file.changed("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="newer Jianghua"):
        UserFile(tmp_path)


# ---- conversations


def test_a_users_conversations_are_that_users_alone(tmp_path: Path) -> None:
    accounts = accounts_in(tmp_path)
    reader, editor = accounts.users.named(READER), accounts.users.named(EDITOR)
    store = accounts.conversations
    answer = {"question": "镜湖？", "answer": "四类"}
    store.keep(reader, Conversation(7, "镜湖", (answer,), ("lake2019",)))
    store.keep(editor, Conversation(7, "学校", ()))
    store.keep(reader, Conversation(8, "种树", ()))
    assert [c.title for c in store.titles(reader)] == ["种树", "镜湖"]
    store.keep(reader, Conversation(7, "镜湖水", (answer, answer), ("lake2019",)))
    assert [c.title for c in store.titles(reader)] == ["镜湖水", "种树"]
    kept = store.one(reader, 7)
    assert kept is not None
    assert (kept.answers, kept.within) == ((answer, answer), ("lake2019",))
    assert store.rename(editor, 8, "偷") is False
    assert store.drop(editor, 8) is False
    assert store.one(editor, 8) is None
    assert store.drop(reader, 7) is True
    assert [c.title for c in store.titles(editor)] == ["学校"]


# ---- commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Library.create(tmp_path / "library", HashEncoder()).close()
    return tmp_path / "library"


def run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, *words: str, typed: str = ""
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code = main(["user", *words, "--library", str(folder)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_commands(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def user(*words: str, typed: str = "") -> tuple[int, str, str]:
        return run(folder, monkeypatch, capsys, *words, typed=typed)

    assert user("list") == (0, "", "")
    assert not (folder / "users.sqlite").exists()  # to look makes nothing
    code, out, err = user("add", "zhou", typed=PASSWORD + "\n")
    assert (code, out) == (0, "Added zhou as reader.\n")
    assert "next start" in err
    assert user("add", "lin", "--role", "editor", typed=PASSWORD)[0] == 0
    assert user("add", "lin", typed=PASSWORD)[0] == 2
    assert user("add", "short", typed="short")[0] == 2
    code, token, err = user("token", "zhou", "night-job")
    assert code == 0
    assert "shown once" in err
    accounts = Accounts.of(UserFile(folder))
    found = accounts.tokens.who(token.strip())
    assert found is not None
    assert found.name == "zhou"
    assert user("list")[1] == "lin\teditor\nzhou\treader\tnight-job\n"
    assert json.loads(user("list", "--json")[1])["users"][1] == {
        "name": "zhou", "role": "reader", "tokens": ["night-job"],
    }  # fmt: skip
    assert user("role", "zhou", "editor")[0] == 0
    assert accounts.users.named("zhou").role is Role.EDITOR
    assert user("password", "zhou", typed=PASSWORD[::-1])[0] == 0
    assert accounts.users.who("zhou", PASSWORD[::-1]) is not None
    assert user("revoke", "zhou", "night-job")[0] == 0
    assert accounts.tokens.who(token.strip()) is None
    assert user("remove", "zhou")[0] == 0
    code, _, err = user("remove", "zhou")
    assert (code, err) == (
        2,
        "jianghua: there is no user 'zhou'; `jianghua user list` names them all.\n",
    )


def test_users_belong_to_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    code, _, err = run(tmp_path / "none", monkeypatch, capsys, "add", "zhou", typed=PASSWORD)
    assert code == 2
    assert "there is no library in" in err


def test_a_server_that_others_reach_does_not_start_without_users(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["serve", "--host", "0.0.0.0", "--port", "1", "--library", str(folder)])
    assert code == 2
    said = capsys.readouterr().err
    assert "jianghua user add NAME --role editor" in said
    assert "--anonymous reader" in said
