"""The documents used last, kept in memory so that a hit costs no query."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from rag.corpus import Corpus
from rag.errors import UnknownDocumentError
from rag.schema import Document

_CHARACTERS = 20_000_000  # of document texts, 40 MB


class DocumentCache:
    """Documents up to a number of characters, all of the corpus's present generation."""

    def __init__(self, corpus: Corpus) -> None:
        """Start empty."""
        self._corpus = corpus
        self._held: OrderedDict[int, Document] = OrderedDict()
        self._characters = 0
        self._generation = -1
        self._lock = threading.Lock()

    def load(self, keys: Sequence[int]) -> list[Document]:
        """The documents with these keys, in their order; those not held by one query.

        Raises:
            UnknownDocumentError: One of them has been removed.
        """
        with self._lock:
            if self._generation != (generation := self._corpus.generation):
                self._held.clear()
                self._characters, self._generation = 0, generation
            wanted = dict.fromkeys(keys)
            missing = [key for key in wanted if key not in self._held]
            found = self._corpus.documents(missing) if missing else {}
            if len(found) < len(missing):
                raise UnknownDocumentError("a document was removed while it was looked up")
            found |= {key: self._held[key] for key in wanted if key not in found}
            self._keep(found)
            return [found[key] for key in keys]

    def _keep(self, found: dict[int, Document]) -> None:
        for key, document in found.items():
            if key not in self._held:
                self._characters += len(document.text)
            self._held[key] = document
            self._held.move_to_end(key)
        while self._characters > _CHARACTERS and len(self._held) > 1:
            _, oldest = self._held.popitem(last=False)
            self._characters -= len(oldest.text)
