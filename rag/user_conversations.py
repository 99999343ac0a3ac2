"""The conversations of those who have signed in, each user's own, kept on the server.

Knows rows and values; what a conversation is, is in ``kept_conversations``.
"""

from __future__ import annotations

import json
from typing import Any

from rag.kept_conversations import Conversation
from rag.user_file import UserFile
from rag.users import User

MOST = 500  # conversations of one user; the longest unused ones go first
_NEXT = "(SELECT coalesce(max(changed), 0) + 1 FROM conversations)"


class UserConversations:
    """The conversations of all users; each is reached by its own user alone."""

    def __init__(self, file: UserFile) -> None:
        self._file = file

    def titles(self, user: User) -> list[Conversation]:
        """A user's conversations without their answers, the latest first."""
        query = "SELECT number, title FROM conversations WHERE user = ? ORDER BY changed DESC"
        return [
            Conversation(number, title, ()) for number, title in self._file.rows(query, user.key)
        ]

    def one(self, user: User, number: int) -> Conversation | None:
        """A conversation with its answers, if the user has it."""
        query = "SELECT title, answers, within FROM conversations WHERE user = ? AND number = ?"
        for title, answers, within in self._file.rows(query, user.key, number):
            return Conversation(
                number, title, tuple(json.loads(answers)), tuple(json.loads(within))
            )
        return None

    def keep(self, user: User, conversation: Conversation) -> None:
        """Keeps a conversation, in the place of the one that has its number."""
        values = (_json(conversation.answers), _json(conversation.within))
        with self._file.transaction():
            self._file.changed(
                f"INSERT INTO conversations VALUES (?, ?, ?, ?, ?, {_NEXT}) "  # noqa: S608 - our own words
                "ON CONFLICT DO UPDATE SET title = excluded.title, answers = excluded.answers, "
                "within = excluded.within, changed = excluded.changed",
                user.key, conversation.number, conversation.title, *values,
            )  # fmt: skip
            self._file.changed(
                "DELETE FROM conversations WHERE user = ? AND number NOT IN "
                "(SELECT number FROM conversations WHERE user = ? ORDER BY changed DESC LIMIT ?)",
                user.key, user.key, MOST,
            )  # fmt: skip

    def rename(self, user: User, number: int, title: str) -> bool:
        """Gives a conversation another title; whether the user has it."""
        statement = "UPDATE conversations SET title = ? WHERE user = ? AND number = ?"
        return self._file.changed(statement, title, user.key, number) == 1

    def drop(self, user: User, number: int) -> bool:
        """Forgets a conversation; whether the user had it."""
        statement = "DELETE FROM conversations WHERE user = ? AND number = ?"
        return self._file.changed(statement, user.key, number) == 1


def _json(value: Any) -> str:  # noqa: ANN401 - what JSON takes
    return json.dumps(value, ensure_ascii=False)
