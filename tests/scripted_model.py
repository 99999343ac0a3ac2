"""A language model that says what its script says, so that a person can see what must come of it."""

from __future__ import annotations

from collections.abc import Generator

from rag.prompts import Prompt

Reply = list[str | Exception]


def letters(text: str) -> Reply:
    """A reply that comes character by character."""
    return list(text)


class ScriptedModel:
    """Gives one reply of its script after the other, an exception where that stands in it."""

    name = "scripted"

    def __init__(self, *replies: Reply | str, context: int = 100_000) -> None:
        self._replies = [[reply] if isinstance(reply, str) else reply for reply in replies]
        self.context = context
        self.asked: list[Prompt] = []
        self.said: list[str] = []  # all pieces that were taken
        self.left_early = False

    def tokens(self, prompt: Prompt) -> int:
        """One for each character."""
        return len(prompt.system + prompt.user)

    def stream(self, prompt: Prompt, most: int) -> Generator[str, None, None]:
        self.asked.append(prompt)
        ended = False
        try:
            for piece in self._replies[len(self.asked) - 1]:
                if isinstance(piece, Exception):
                    raise piece
                self.said.append(piece)
                yield piece
            ended = True
        finally:
            self.left_early = not ended
