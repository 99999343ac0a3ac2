"""The default encoder: questions and passages by a forward pass of its own; on a GPU, passages by sentence-transformers.

A question needs one short text encoded, and soon; importing sentence-transformers and transformers for that takes
longer than everything else that happens from the start to the answer. On a CPU passages gain too, since nothing is
padded. A GPU wants large padded batches and the library that knows it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from embeddings.batching import CORE_BATCH_BYTES, Rows, encodable, one_thread, rows_in_batches
from embeddings.encoder import SentenceTransformerEncoder, collector_paused
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
        self._on_gpu: SentenceTransformerEncoder | None = None  # loaded when there are passages
        self._has_gpu = torch.cuda.is_available()
        self._loading = threading.Lock()
        self._tokenizer = SharedTokenizer(tokenizer, threading.Lock())
        settings = folder / "config_sentence_transformers.json"
        prompts = json.loads(settings.read_text(encoding="utf-8"))["prompts"]
        self._query_prompt, self._document_prompt = (prompts[name] for name in _PROMPTS)
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
        rows = [self._forward([self._query_prompt + encodable(text)]) for text in texts]
        return np.concatenate(rows) if rows else np.empty((0, self.dim), np.float32)

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for passages; what exceeds the model's length is cut off."""
        if self._has_gpu:
            return self._gpu_encoder().encode_documents(texts)

        def forward(batch: list[str]) -> Rows:
            return self._forward([self._document_prompt + text for text in batch])

        size, threads = CORE_BATCH_BYTES, self._threads
        return rows_in_batches(texts, forward, self.dim, batch_bytes=size, threads=threads)

    def _gpu_encoder(self) -> SentenceTransformerEncoder:
        with self._loading:
            if self._on_gpu is None:
                self._on_gpu = SentenceTransformerEncoder.load(str(self._folder))
        return self._on_gpu

    def _forward(self, texts: list[str]) -> Rows:
        """(n, dim) for each text the mean of its tokens' states, of length 1."""
        import torch

        tokens = [self._tokens(text) for text in texts]
        lengths = [len(one) for one in tokens]
        positions = torch.cat([torch.arange(length) for length in lengths])
        with torch.inference_mode(), one_thread(self._outside_threads):
            states = self._bert(torch.tensor(list(chain(*tokens))), positions, lengths)
            means = torch.stack([part.mean(0) for part in states.float().split(lengths)])
            result: Rows = torch.nn.functional.normalize(means).numpy()
        return result

    def _tokens(self, text: str) -> list[int]:
        tokens = self._tokenizer.encode(text, add_special_tokens=True).ids
        if len(tokens) > self._longest:
            return [*tokens[: self._longest - 1], tokens[-1]]  # the last one says that it ends
        return tokens
