"""Scores questions with passages by a sentence-transformers cross-encoder. Knows nothing of speeches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import sentence_transformers


class CrossEncoderScorer:
    """A model that reads a question and a passage together."""

    def __init__(self, model: sentence_transformers.CrossEncoder) -> None:
        self._model = model

    @classmethod
    def load(cls, name: str) -> Self:
        """The model of that name or folder.

        Raises:
            FileNotFoundError: there is no such model; the message says what was looked for.
        """
        from sentence_transformers import CrossEncoder

        try:
            return cls(CrossEncoder(name, trust_remote_code=False))
        except (OSError, ValueError) as error:
            raise FileNotFoundError(
                f"{name!r} is no cross-encoder that sentence-transformers can load "
                f"({str(error).splitlines()[0]}); name a folder or a model on the hub"
            ) from error

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """(len(passages),) how well each passage fits the question; only their order means something."""
        if not passages:
            return np.empty(0, np.float32)
        found = self._model.predict([(question, passage) for passage in passages])
        return np.asarray(found, np.float32).reshape(len(passages))
