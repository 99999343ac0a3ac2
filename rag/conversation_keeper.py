"""Where conversations are kept: on the server for who has signed in, else in the browser.

Knows who asks and both places; nothing of Gradio, which brings what the browser kept.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from rag.kept_conversations import Conversations, as_kept, read_kept
from rag.user_conversations import MOST, UserConversations
from rag.visitors import Who
from rag.wire import Json

_ANSWERS = 500  # of one conversation; a browser has room for fewer
_NUMBER_BITS = 48  # drawn, so that two tabs give two numbers; scripts count to 2^53


class ConversationKeeper:
    """Reads and keeps the conversations of whoever asks."""

    def __init__(self, who: Who, store: UserConversations | None) -> None:
        self._who = who
        self._store = store

    def read(self, kept: object) -> Conversations:
        """All conversations of who asks; of those on the server, only the open one with its answers.

        Args:
            kept: what the browser kept: the conversations, or which one is open.
        """
        return self._opened(read_kept(kept), read_kept(kept).current)

    def opened(self, kept: object, number: int | None) -> Conversations:
        """The same with another conversation open; ``None`` starts a new one."""
        return self._opened(read_kept(kept), number)

    def moved_in(self, kept: object) -> Conversations:
        """All conversations; those that a browser kept before signing in are kept here from now on."""
        user, conversations = self._who().user, read_kept(kept)
        if user is None or self._store is None:
            return conversations
        for conversation in reversed(conversations.kept):
            moved = replace(conversation, number=_new_number())
            self._store.keep(user, moved)
            if conversation.number == conversations.current:
                conversations = replace(conversations, current=moved.number)
        return self._opened(conversations, conversations.current)

    def keep(self, conversations: Conversations) -> Json:
        """Keeps what has changed; what the browser is given to keep."""
        user = self._who().user
        if user is None or self._store is None:
            return as_kept(conversations)
        for number in conversations.dropped:
            self._store.drop(user, number)
        opened = conversations.open
        if opened and opened != self._store.one(user, opened.number):
            self._store.keep(user, opened)
        return as_kept(Conversations(current=conversations.current))

    def _opened(self, in_browser: Conversations, number: int | None) -> Conversations:
        user = self._who().user
        if user is None or self._store is None:
            return in_browser.opened(number)
        opened = None if number is None else self._store.one(user, number)
        listed = self._store.titles(user)
        return Conversations(
            tuple(opened if opened and c.number == number else c for c in listed),
            number if opened else None,
            next_number=_new_number(),
            most=(MOST, _ANSWERS),
        )


def _new_number() -> int:
    return 1 + secrets.randbits(_NUMBER_BITS)
