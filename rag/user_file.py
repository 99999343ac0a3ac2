"""The SQLite file of users, their sessions, tokens and conversations, beside the library's own.

A file of its own, because the library has one writer: users are added while a server runs.
Knows the layout and how to reach it, not what the rows mean.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import LibraryError

_NAME = "users.sqlite"
_BUSY = 5.0  # seconds to wait for another process's write
_STEPS = (  # never changed once released; SQLite's user_version counts them
    """
    CREATE TABLE users (
        key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given again: a new user of an old name inherits nothing
        name TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        password TEXT NOT NULL                  -- argon2id, with its parameters and salt
    );
    CREATE TABLE sessions (
        digest BLOB PRIMARY KEY,                -- SHA-256 of what the browser holds
        user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        begun INTEGER NOT NULL,                 -- seconds since 1970
        used INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX sessions_user ON sessions (user);
    CREATE TABLE tokens (
        digest BLOB PRIMARY KEY,
        user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        label TEXT NOT NULL,
        UNIQUE (user, label)
    ) WITHOUT ROWID;
    CREATE TABLE conversations (
        user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        number INTEGER NOT NULL,
        title TEXT NOT NULL,
        answers TEXT NOT NULL,                  -- JSON list of answers as on the wire
        within TEXT NOT NULL,                   -- JSON list of the only speeches that it is about
        changed INTEGER NOT NULL,               -- grows with each change: the latest is first
        PRIMARY KEY (user, number)
    ) WITHOUT ROWID;
    """,
)


class UserFile:
    """The file, open; may be used from many threads."""

    def __init__(self, root: Path) -> None:
        """Open the file of a library's folder; make it where there is none, for its owner alone.

        Raises:
            LibraryError: It cannot be opened, or a newer program wrote it.
        """
        path = root / _NAME
        self._lock = threading.RLock()
        try:
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA secure_delete = ON")  # what is deleted is gone
            self._migrate()
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(f"the users in {path} cannot be read: {error}") from error

    @staticmethod
    def is_in(root: Path) -> bool:
        """Whether a library's folder has one."""
        return (root / _NAME).exists()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - what SQLite takes
        """What a query finds."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def changed(self, statement: str, *values: Any) -> int:  # noqa: ANN401
        """How many rows a statement changes."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several statements that happen together or not at all."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _migrate(self) -> None:
        with self.transaction():
            (version,) = self.rows("PRAGMA user_version")[0]
            if version > len(_STEPS):
                raise LibraryError(
                    f"the users have layout {version}, this program knows up to {len(_STEPS)}; "
                    "install the newer Jianghua that wrote them"
                )
            for number in range(version, len(_STEPS)):
                for statement in filter(str.strip, _without_comments(_STEPS[number]).split(";")):
                    self.changed(statement)
                self.changed(f"PRAGMA user_version = {number + 1}")


def _without_comments(script: str) -> str:
    return "\n".join(line.partition("--")[0] for line in script.splitlines())
