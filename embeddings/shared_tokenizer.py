"""The encoder's tokenizer for others, so that a quarter of a million words are in memory once.

Fast tokenizers change their state while they encode (truncation, padding), so all take turns. Knows no models.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


class SharedTokenizer:
    """Encodes while nobody else does."""

    def __init__(self, tokenizer: Tokenizer, turn: threading.Lock) -> None:
        self._tokenizer = tokenizer
        self._turn = turn

    def encode(self, text: str, *, add_special_tokens: bool) -> Encoding:
        """The tokens of ``text`` with their offsets."""
        with self._turn:
            return self._tokenizer.encode(text, add_special_tokens=add_special_tokens)

    def token_to_id(self, token: str) -> int | None:
        """The number of a token; ``None`` if there is no such token."""
        return self._tokenizer.token_to_id(token)
