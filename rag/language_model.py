"""What a language model is to this program: something that goes on with a prompt. Knows none by name."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from rag.prompts import Prompt


class LanguageModel(Protocol):
    """Replies to prompts; what it says is never believed."""

    @property
    def name(self) -> str:
        """How answers say who wrote them: ``transformers``, ``openai``."""

    @property
    def context(self) -> int:
        """Tokens that a prompt and its reply may have together."""

    def tokens(self, prompt: Prompt) -> int:
        """How many tokens a prompt has for this model."""

    def stream(self, prompt: Prompt, most: int) -> Generator[str, None, None]:
        """The reply piece by piece, at most ``most`` tokens; closing the iterator stops the model.

        The same prompt gives the same reply as far as the model can: nothing is sampled.

        Raises:
            GenerationError: there is no reply, or it broke off.
        """
