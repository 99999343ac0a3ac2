"""What proves who somebody is: the session of a browser, the token of a program.

Both are random and kept as SHA-256 only, so that who reads the file can use neither. A token is not
guessed in any time, so it needs no slow hash. Knows nothing of cookies and headers.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable

from rag.errors import UsageError
from rag.user_file import UserFile
from rag.users import Role, User

UNUSED = 12 * 3600  # seconds after which a session that nobody uses ends
LONGEST = 14 * 24 * 3600  # seconds that any session lasts at most
_NOTED = 300  # seconds between two notes that a session is in use: not a write for each request
_RANDOM = 32  # bytes
_PREFIX = "jh_"  # tells a token that has leaked for what it is


class Sessions:
    """The sessions of all users."""

    def __init__(self, file: UserFile, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock

    def begin(self, user: User) -> str:
        """A new session; what the browser is to hold."""
        secret, now = secrets.token_urlsafe(_RANDOM), int(self._clock())
        with self._file.transaction():
            self._file.changed(
                "DELETE FROM sessions WHERE used <= ? OR begun <= ?", now - UNUSED, now - LONGEST
            )
            self._file.changed(
                "INSERT INTO sessions VALUES (?, ?, ?, ?)", _digest(secret), user.key, now, now
            )
        return secret

    def who(self, secret: str) -> User | None:
        """Whose session it is; nobody's once it has ended."""
        now, digest = int(self._clock()), _digest(secret)
        query = (
            "SELECT key, name, role, used FROM sessions JOIN users ON user = key "
            "WHERE digest = ? AND used > ? AND begun > ?"
        )
        for key, name, role, used in self._file.rows(query, digest, now - UNUSED, now - LONGEST):
            if now - used >= _NOTED:
                self._file.changed("UPDATE sessions SET used = ? WHERE digest = ?", now, digest)
            return User(key, name, Role(role))
        return None

    def end(self, secret: str) -> None:
        """Ends a session."""
        self._file.changed("DELETE FROM sessions WHERE digest = ?", _digest(secret))

    def end_all(self, user: User) -> None:
        """Ends all sessions of a user."""
        self._file.changed("DELETE FROM sessions WHERE user = ?", user.key)


class Tokens:
    """The tokens of programs that ask in a user's name."""

    def __init__(self, file: UserFile) -> None:
        self._file = file

    def make(self, user: User, label: str) -> str:
        """A new token, shown this once.

        Raises:
            UsageError: The user has one of this label.
        """
        secret = _PREFIX + secrets.token_urlsafe(_RANDOM)
        try:
            self._file.changed(
                "INSERT INTO tokens VALUES (?, ?, ?)", _digest(secret), user.key, label
            )
        except sqlite3.IntegrityError:
            raise UsageError(f"{user.name} has a token {label!r} already.") from None
        return secret

    def labels(self, user: User) -> list[str]:
        """The labels of a user's tokens."""
        query = "SELECT label FROM tokens WHERE user = ? ORDER BY label"
        return [label for (label,) in self._file.rows(query, user.key)]

    def revoke(self, user: User, label: str) -> None:
        """Makes a token worthless.

        Raises:
            UsageError: The user has none of this label.
        """
        statement = "DELETE FROM tokens WHERE user = ? AND label = ?"
        if not self._file.changed(statement, user.key, label):
            raise UsageError(f"{user.name} has no token {label!r}.")

    def who(self, secret: str) -> User | None:
        """Whose token it is, if anybody's."""
        query = "SELECT key, name, role FROM tokens JOIN users ON user = key WHERE digest = ?"
        for key, name, role in self._file.rows(query, _digest(secret)):
            return User(key, name, Role(role))
        return None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
