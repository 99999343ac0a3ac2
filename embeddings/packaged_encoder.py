"""The default encoder: questions by a forward pass of its own, documents by sentence-transformers when there are any.

A question needs one short text encoded, and soon; importing sentence-transformers and transformers for that takes
longer than everything else that happens from the start to the answer.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from embeddings.encoder import (
    Rows,
    SentenceTransformerEncoder,
    collector_paused,
    encodable,
    one_thread,
)
from embeddings.fingerprint import model_fingerprint
from embeddings.packaged import default_model_folder
from embeddings.processor import available_cores, has_bfloat16
from embeddings.shared_tokenizer import SharedTokenizer

if TYPE_CHECKING:
    from embeddings.bert import Bert

_PROMPTS = ("query", "document")


class PackagedEncoder:
    """An ``Encoder`` with the weights that come with the package. Safe to use from several threads."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Load what questions need from ``folder``; ``load`` does what is usually wanted."""
        with collector_paused():
            import torch
            from tokenizers import Tokenizer

            from embeddings.bert import load_bert, sizes_of
            from embeddings.packed_linear import pack_linear_layers

            self._outside_threads = torch.get_num_threads()
            bert: Bert = load_bert(folder, torch.bfloat16 if has_bfloat16() else torch.float32)
            with one_thread(self._outside_threads):
                pack_linear_layers(bert)
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        sizes = sizes_of(folder)
        self._bert = bert
        self._longest = sizes.positions
        self._folder = folder
        self._threads = threads
        self._documents: SentenceTransformerEncoder | None = None
        self._loading = threading.Lock()
        self._tokenizer = SharedTokenizer(tokenizer, threading.Lock())
        settings = folder / "config_sentence_transformers.json"
        prompts = json.loads(settings.read_text(encoding="utf-8"))["prompts"]
        self._prompt: str = prompts["query"]
        self.dim = sizes.hidden
        self.fingerprint = model_fingerprint(folder, [prompts[name] for name in _PROMPTS])

    @classmethod
    def load(
        cls,
        *,
        threads: int | None = None,
        cache: Path | None = None,
        on_progress: Callable[[str], None] | None = None,
    ) -> Self:
        """Load the packaged model.

        Args:
            threads: Batches that are encoded side by side; ``None``: one for each available core.
            cache: Where its folder is kept; see ``default_model_folder``.
            on_progress: Told in a line what takes its time.

        Raises:
            FileNotFoundError: The packaged weights are not installed.
        """
        return cls(default_model_folder(cache, on_progress), threads or available_cores())

    def tokenizer(self) -> SharedTokenizer:
        """The model's tokenizer, to be used beside the encoder."""
        return self._tokenizer

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for questions; what exceeds the model's length is cut off."""
        rows = [self._row(self._prompt + encodable(text)) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dim), np.float32)

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for passages, by sentence-transformers, which is loaded for the first of them."""
        with self._loading:
            if self._documents is None:
                folder = str(self._folder)
                self._documents = SentenceTransformerEncoder.load(folder, threads=self._threads)
        return self._documents.encode_documents(texts)

    def _row(self, text: str) -> Rows:
        """(dim,) the mean of the tokens' states, of length 1."""
        import torch

        tokens = self._tokenizer.encode(text, add_special_tokens=True).ids
        if len(tokens) > self._longest:
            tokens = [*tokens[: self._longest - 1], tokens[-1]]  # the last one says that it ends
        with torch.inference_mode(), one_thread(self._outside_threads):
            count = len(tokens)
            states = self._bert(torch.tensor(tokens), torch.arange(count), [count])
            row = torch.nn.functional.normalize(states.float().mean(0), dim=0)
        result: Rows = row.numpy()
        return result
