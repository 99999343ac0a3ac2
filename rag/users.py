"""Who may use the server: names, passwords and roles. The home of argon2.

Knows nothing of HTTP, nor of how often somebody may try.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from rag.errors import UsageError
from rag.user_file import UserFile

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD = 10  # characters
LONGEST_PASSWORD = 256  # so that hashing has an end
_LONGEST_NAME = 64


class Role(StrEnum):
    """What somebody may do."""

    READER = "reader"  # asks, searches, reads, exports
    EDITOR = "editor"  # takes in, corrects and takes out as well

    def may(self, needed: Role) -> bool:
        """Whether this role is enough where that one is needed."""
        return self is Role.EDITOR or needed is Role.READER


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may use the server."""

    key: int
    name: str
    role: Role


class Hasher(Protocol):
    """Turns passwords into hashes that say nothing of them."""

    def hash(self, password: str) -> str:
        """The hash, with its parameters and salt."""

    def fits(self, digest: str, password: str) -> bool:
        """Whether the hash is of this password; takes as long where it is not."""


class Argon2:
    """argon2id with the parameters that the library recommends (RFC 9106, low memory)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher

    def hash(self, password: str) -> str:
        """The hash, with its parameters and salt."""
        return self._argon2().hash(password)

    def fits(self, digest: str, password: str) -> bool:
        """Whether the hash is of this password."""
        from argon2.exceptions import VerificationError

        try:
            return self._argon2().verify(digest, password)
        except VerificationError:
            return False

    def _argon2(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        self._hasher = self._hasher or PasswordHasher()
        return self._hasher


class Users:
    """The users of a library."""

    def __init__(self, file: UserFile, hasher: Hasher | None = None) -> None:
        self._file = file
        self._hasher = hasher or Argon2()
        self._nobodys: str | None = None  # a hash for names that nobody has

    def all(self) -> list[User]:
        """All users by name."""
        rows = self._file.rows("SELECT key, name, role FROM users ORDER BY name")
        return [User(key, name, Role(role)) for key, name, role in rows]

    def named(self, name: str) -> User:
        """The user of this name.

        Raises:
            UsageError: Nobody has it.
        """
        found = next((user for user in self.all() if user.name == folded(name)), None)
        if found is None:
            raise UsageError(f"there is no user {name!r}; `jianghua user list` names them all.")
        return found

    def add(self, name: str, password: str, role: Role) -> User:
        """Adds a user.

        Raises:
            UsageError: The name is taken or none, or the password is too short or too long.
        """
        digest = self._hashed(password)
        try:
            self._file.changed(
                "INSERT INTO users (name, role, password) VALUES (?, ?, ?)",
                _checked_name(name), role.value, digest,
            )  # fmt: skip
        except sqlite3.IntegrityError:
            raise UsageError(f"there is a user {name!r} already.") from None
        return self.named(name)

    def remove(self, user: User) -> None:
        """Removes a user with all sessions, tokens and conversations."""
        self._file.changed("DELETE FROM users WHERE key = ?", user.key)

    def set_role(self, user: User, role: Role) -> None:
        """Gives a user another role, from the next request on."""
        self._file.changed("UPDATE users SET role = ? WHERE key = ?", role.value, user.key)

    def set_password(self, user: User, password: str) -> None:
        """Gives a user another password; all sessions end.

        Raises:
            UsageError: The password is too short or too long.
        """
        digest = self._hashed(password)
        with self._file.transaction():
            self._file.changed("UPDATE users SET password = ? WHERE key = ?", digest, user.key)
            self._file.changed("DELETE FROM sessions WHERE user = ?", user.key)

    def who(self, name: str, password: str) -> User | None:
        """The user, if name and password are right.

        Hashes once whether or not there is such a user, so that the time says nothing.
        """
        query = "SELECT key, name, role, password FROM users WHERE name = ?"
        for key, found, role, digest in self._file.rows(query, folded(name)):
            fits = self._hasher.fits(digest, password[: LONGEST_PASSWORD + 1])
            return User(key, found, Role(role)) if fits else None
        if self._nobodys is None:
            self._nobodys = self._hasher.hash("a password that nobody has")
        self._hasher.fits(self._nobodys, password[: LONGEST_PASSWORD + 1])
        return None

    def _hashed(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise UsageError(
                f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, "
                f"but this one has {len(password)}."
            )
        return self._hasher.hash(password)


def folded(name: str) -> str:
    """The one form of the ways to type a name: width and case do not count."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _checked_name(name: str) -> str:
    form = folded(name)
    if not 1 <= len(form) <= _LONGEST_NAME or not form.isprintable():
        raise UsageError(
            f"a user's name has 1 to {_LONGEST_NAME} printable characters; got {name!r}."
        )
    return form
