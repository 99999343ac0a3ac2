"""Users for the tests of the web, with hashes that cost nothing, and their ways to come in."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from rag.access import Accounts
from rag.user_file import UserFile
from rag.users import Argon2, Role

PASSWORD = "镜湖水深千尺不及汪伦"
READER, EDITOR = "周读", "林编"


def quick() -> Argon2:
    """argon2 as it is, but weak, so that tests do not wait."""
    return Argon2(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def accounts_in(root: Path) -> Accounts:
    """A reader and an editor."""
    accounts = Accounts.of(UserFile(root), quick())
    accounts.users.add(READER, PASSWORD, Role.READER)
    accounts.users.add(EDITOR, PASSWORD, Role.EDITOR)
    return accounts


def bearer(accounts: Accounts, name: str, label: str = "test") -> dict[str, str]:
    """The header of a program that asks in a user's name."""
    token = accounts.tokens.make(accounts.users.named(name), label)
    return {"Authorization": f"Bearer {token}"}


def sign_in(client: Any, name: str, password: str = PASSWORD, **more: str) -> Any:
    """What comes of the form on the login page, sent as a browser does."""
    origin = {"Origin": str(client.base_url).rstrip("/")}
    form = {"name": name, "password": password, **more}
    return client.post("/login", data=form, headers=origin, follow_redirects=False)


def application(*arguments: Any, **named: Any) -> Any:
    """``ui.create_app``, called where a loop runs: elsewhere Gradio makes loops that it never closes."""
    import ui

    async def made() -> Any:
        return ui.create_app(*arguments, **named)

    with ThreadPoolExecutor(1) as thread:  # Playwright has a loop of its own in this one
        return thread.submit(asyncio.run, made()).result()
