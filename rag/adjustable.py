"""An assistant whose settings can be changed while it answers, and which keeps them.

A change is built first and takes its place when it is ready; what is being answered goes on with
the settings that it began with. Knows no pages.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Self

from embeddings.encoder import Encoder
from rag.assembly import Notice, compose, language_model, open_reranker
from rag.kept_settings import adjusted, keep, with_kept
from rag.language_model import LanguageModel
from rag.library import Library
from rag.nearness import near
from rag.schema import Answer, Hit, Question
from rag.settings import Settings


class AdjustableAssistant:
    """Answers as an ``Assistant`` of the present settings does."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        settings: Settings,
        model: LanguageModel | None,
        fixed: Mapping[str, str],
    ) -> None:
        """Take over what is ready; ``open`` does what is usually wanted."""
        self._library = library
        self._encoder = encoder
        self._model = model
        self._reranker = open_reranker(settings, encoder)  # no page changes which
        self._assistant = compose(library, encoder, settings, model, self._reranker)
        self._adjusting = threading.Lock()
        self.settings = settings
        self.fixed = fixed

    @classmethod
    def open(
        cls,
        library: Library,
        encoder: Encoder,
        settings: Settings,
        fixed: Mapping[str, str],
        notice: Notice = lambda _: None,
    ) -> Self:
        """With the settings that the library keeps, except those that are ``fixed``.

        Args:
            library: has the speeches, and keeps the settings.
            encoder: that of the library.
            settings: from the environment and the options.
            fixed: which of them are set there, with what they are called there.
            notice: told of a model's one-time conversion.

        Raises:
            UsageError: what is kept cannot be read, or there is no such model.
            OptionalDependencyError: the model needs a package that is not installed.
        """
        settings = with_kept(settings, library.root, fixed)
        return cls(library, encoder, settings, language_model(settings, notice), fixed)

    def adjust(self, changes: Mapping[str, str]) -> None:
        """Answers by these settings from now on, and at the next start; all of them or none.

        Raises:
            UsageError: a value is not one that may be set, or there is no such model.
            OptionalDependencyError: the model needs a package that is not installed.
        """
        with self._adjusting:
            open_to_change = {n: v for n, v in changes.items() if n not in self.fixed}
            settings = adjusted(self.settings, open_to_change)
            model = self._model
            if _writer(settings) != _writer(self.settings):
                model = language_model(settings, lambda _: None)
            assistant = compose(self._library, self._encoder, settings, model, self._reranker)
            keep(open_to_change, self._library.root)
            self._assistant, self._model, self.settings = assistant, model, settings

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The pieces of the answer's text as they come, the complete answer last."""
        return self._assistant.stream(question)

    def search(self, question: Question, k: int) -> tuple[Hit, ...]:
        """The ``k`` best passages, best first."""
        return self._assistant.search(question, k)

    def near(self, topic: str) -> tuple[Hit, ...]:
        """The passages that stand out by their nearness to a topic, nearest first."""
        return near(self._library, self._encoder, topic)


def _writer(settings: Settings) -> tuple[str, str | None]:
    return settings.generator, settings.model
