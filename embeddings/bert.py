"""The packaged model, encoded without the libraries that it takes to encode with any model.

Importing sentence-transformers and transformers costs four seconds of each start, and their layers
of generality a third of a short query. The packaged folder always holds the same architecture: BERT
with mean pooling. A test holds these rows against those of sentence-transformers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from embeddings.batching import Rows, encode_in_batches, one_torch_thread
from embeddings.fingerprint import model_fingerprint
from embeddings.packaged import default_model_folder
from embeddings.processor import available_cores, has_bfloat16

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor


class PackagedEncoder:
    """An ``Encoder`` of the packaged model. Safe to use from several threads."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Load the model in ``folder``; ``load`` makes that folder first."""
        import torch

        self._outside_threads = torch.get_num_threads()  # asked now: in a new thread it may be ours
        self._threads = threads
        self._tokenizer = _tokenizer(folder)
        self._bert = Bert(folder)
        self._prompts = _json(folder / "config_sentence_transformers.json")["prompts"]
        self.dim = self._bert.dim
        prompts = [self._prompts["query"], self._prompts["document"]]
        self.fingerprint = model_fingerprint(folder, prompts)

    @classmethod
    def load(
        cls,
        *,
        threads: int | None = None,
        cache: Path | None = None,
        on_progress: Callable[[str], None] | None = None,
    ) -> Self:
        """Load the model; the arguments are those of ``SentenceTransformerEncoder.load``."""
        return cls(default_model_folder(cache, on_progress), threads or available_cores())

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for questions."""
        return self._encode(texts, self._prompts["query"])

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for passages; what exceeds 512 tokens is cut off."""
        return self._encode(texts, self._prompts["document"])

    def _encode(self, texts: Sequence[str], prompt: str) -> Rows:
        def encode(batch: list[str]) -> Rows:
            return self._forward([prompt + text for text in batch])

        return encode_in_batches(texts, encode, dim=self.dim, threads=self._threads)

    def _forward(self, texts: list[str]) -> Rows:
        import torch

        encodings = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([encoding.ids for encoding in encodings])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings], dtype=torch.bool)
        with torch.inference_mode(), one_torch_thread(self._outside_threads):
            hidden = self._bert(ids, None if bool(mask.all()) else mask).float()
            means = (hidden * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
            rows: Rows = torch.nn.functional.normalize(means, dim=1).numpy()
        return rows


class Bert:
    """BERT's encoder (Devlin et al. 2019, with GELU and layer norms after each sum)."""

    def __init__(self, folder: Path) -> None:
        """Read config.json and model.safetensors; bfloat16 where the processor has it."""
        import torch
        from safetensors.torch import load_file

        config = _json(folder / "config.json")
        weights = load_file(folder / "model.safetensors")
        if not has_bfloat16():
            weights = {name: weight.to(torch.float32) for name, weight in weights.items()}
        self.dim: int = config["hidden_size"]
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = _norm(weights, "embeddings.LayerNorm")
        layers = range(config["num_hidden_layers"])
        self._layers = [_Layer(weights, f"encoder.layer.{i}") for i in layers]

    def __call__(self, ids: Tensor, mask: Tensor | None) -> Tensor:
        """(n, tokens) ids and mask (``None``: no padding) → (n, tokens, dim) last hidden state."""
        x = self._normalised(self._words[ids] + self._places[: ids.shape[1]], self._norm)
        attended = None if mask is None else mask[:, None, None, :]
        for layer in self._layers:
            x = self._normalised(x + self._attention(layer, x, attended), layer.attention_norm)
            x = self._normalised(x + layer.feed_forward(x), layer.output_norm)
        return x

    def _attention(self, layer: _Layer, x: Tensor, mask: Tensor | None) -> Tensor:
        from torch.nn.functional import scaled_dot_product_attention

        n, tokens, _ = x.shape
        queries, keys, values = (
            layer.inputs(x).view(n, tokens, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        )
        mixed = scaled_dot_product_attention(queries, keys, values, mask)
        result: Tensor = layer.mixed(mixed.transpose(1, 2).reshape(n, tokens, -1))
        return result

    def _normalised(self, x: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        from torch.nn.functional import layer_norm

        return layer_norm(x, (self.dim,), *norm, self._epsilon)


class _Layer:
    """The weights of one layer; the three inputs of its attention are one matrix."""

    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        import torch

        from embeddings.packed_linear import linear

        def dense(part: str) -> torch.nn.Module:
            return linear(weights[f"{name}.{part}.weight"], weights[f"{name}.{part}.bias"])

        inputs = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        self.inputs = linear(
            torch.cat([weights[f"{part}.weight"] for part in inputs]),
            torch.cat([weights[f"{part}.bias"] for part in inputs]),
        )
        self.mixed = dense("attention.output.dense")
        self.attention_norm = _norm(weights, f"{name}.attention.output.LayerNorm")
        self.feed_forward = torch.nn.Sequential(
            dense("intermediate.dense"), torch.nn.GELU(), dense("output.dense")
        )
        self.output_norm = _norm(weights, f"{name}.output.LayerNorm")


def _norm(weights: dict[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _tokenizer(folder: Path) -> Tokenizer:
    """The folder's tokenizer, cutting and padding; it does not change afterwards."""
    from tokenizers import Tokenizer

    config = _json(folder / "tokenizer_config.json")
    tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(config["model_max_length"])
    pad = config["pad_token"]
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(pad), pad_token=pad)
    return tokenizer


def _json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
