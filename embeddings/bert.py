"""The forward pass of a BERT encoder over texts laid end to end: nothing is padded, nothing masked.

Its weights come from a folder that transformers would read too, and it imports neither of the great libraries, which
take seconds to import: for one short question that is what counts. Knows no tokenizer and no texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional

WEIGHTS = "model.safetensors"
_OUTSIDE = 1_000  # the layer of a tensor that is in none
_SHORT = (
    64  # tokens; above, plain products in bfloat16 take 0.7 of the fused operator's time on a CPU
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """What decides the form of an encoder and of its layers."""

    vocabulary: int
    positions: int
    hidden: int
    heads: int
    feed_forward: int
    epsilon: float
    layers: int


class Layer(nn.Module):
    """One layer: attention and feed-forward, each added and normalised."""

    def __init__(self, sizes: Sizes, dropout: float = 0.0) -> None:
        """Weights at random; ``dropout``: share of what is added that is left out in training."""
        super().__init__()
        hidden = sizes.hidden
        self.heads = sizes.heads
        self.dropout = dropout
        self.mixed = nn.Linear(hidden, 3 * hidden)  # queries, keys and values in one product
        self.out = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, sizes.epsilon)
        self.up = nn.Linear(hidden, sizes.feed_forward)
        self.down = nn.Linear(sizes.feed_forward, hidden)
        self.last_norm = nn.LayerNorm(hidden, sizes.epsilon)

    def forward(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """(n, hidden) → (n, hidden); a token sees those of its own text."""
        seen = [self._attend(part) for part in torch.split(self.mixed(x), list(lengths))]
        x = self.norm(x + self._thinned(self.out(torch.cat(seen))))
        out: Tensor = self.last_norm(x + self._thinned(self.down(functional.gelu(self.up(x)))))
        return out

    def _thinned(self, added: Tensor) -> Tensor:
        return functional.dropout(added, self.dropout, self.training) if self.dropout else added

    def _attend(self, mixed: Tensor) -> Tensor:
        length = mixed.shape[0]
        q, k, v = mixed.view(length, 3, self.heads, -1).permute(1, 2, 0, 3)
        if length > _SHORT and mixed.dtype is torch.bfloat16 and not torch.is_grad_enabled():
            scores = torch.bmm(q * q.shape[-1] ** -0.5, k.transpose(1, 2))
            attended = torch.bmm(scores.softmax(-1), v)
        else:
            attended = functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]
        return attended.transpose(0, 1).reshape(length, -1)


class Bert(nn.Module):
    """Embeddings and the lowest layers of an encoder, or all of them. Nobody trains them."""

    def __init__(self, sizes: Sizes, layers: int) -> None:
        super().__init__()
        self.words = nn.Parameter(torch.zeros(sizes.vocabulary, sizes.hidden))
        self.places = nn.Parameter(torch.zeros(sizes.positions, sizes.hidden))
        self.kind = nn.Parameter(torch.zeros(sizes.hidden))
        self.norm = nn.LayerNorm(sizes.hidden, sizes.epsilon)
        self.layers = nn.ModuleList(Layer(sizes) for _ in range(layers))

    def forward(self, tokens: Tensor, positions: Tensor, lengths: Sequence[int]) -> Tensor:
        """The states of the tokens, (n, hidden), in the number format of the weights.

        Args:
            tokens: (n,) int64, those of one text after those of another.
            positions: (n,) int64, from 0 in each text.
            lengths: How many tokens each text has; their sum is n.
        """
        with torch.no_grad():
            x = self.norm(self.words[tokens] + self.places[positions] + self.kind)
            for layer in self.layers:
                x = layer(x, lengths)
        out: Tensor = x
        return out


def sizes_of(folder: Path) -> Sizes:
    """The sizes that a folder's ``config.json`` tells.

    Raises:
        FileNotFoundError: There is no encoder in the folder.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return Sizes(
        vocabulary=config["vocab_size"],
        positions=config["max_position_embeddings"],
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        feed_forward=config["intermediate_size"],
        epsilon=config["layer_norm_eps"],
        layers=config["num_hidden_layers"],
    )


def load_bert(folder: Path, number_format: torch.dtype, layers: int | None = None) -> Bert:
    """The embeddings and lowest layers of the encoder in ``folder``, for inference.

    Args:
        folder: With ``config.json`` and ``model.safetensors``, by the names of a BertModel.
        number_format: Of the weights; the one that they are stored in needs no copy of them.
        layers: How many of its layers; ``None``: all.

    Raises:
        FileNotFoundError: There is no encoder in the folder.
        ValueError: It has fewer layers.
    """
    sizes = sizes_of(folder)
    count = sizes.layers if layers is None else layers
    tensors = _tensors(folder, range(count), sizes, number_format)
    with torch.device("meta"):
        bert = Bert(sizes, count)
    state = {
        "words": tensors["embeddings.word_embeddings.weight"],
        "places": tensors["embeddings.position_embeddings.weight"],
        "kind": tensors["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
    }
    for number in range(count):
        own = _layer_state(tensors, number)
        state |= {f"layers.{number}.{name}": tensor for name, tensor in own.items()}
    bert.load_state_dict(state, assign=True)  # nothing is copied
    return bert.eval().requires_grad_(requires_grad=False)


def layer_states(folder: Path, numbers: range) -> list[dict[str, Tensor]]:
    """What ``Layer`` takes as its state, of the encoder's layers ``numbers``, counted from 0.

    Raises:
        FileNotFoundError: There is no encoder in the folder.
        ValueError: It has fewer layers.
    """
    tensors = _tensors(folder, numbers, sizes_of(folder), torch.float32)
    return [_layer_state(tensors, number) for number in numbers]


def _tensors(
    folder: Path, layers: range, sizes: Sizes, number_format: torch.dtype
) -> dict[str, Tensor]:
    """The embeddings, and what is in ``layers``."""
    if layers.stop > sizes.layers:
        raise ValueError(f"{folder} has {sizes.layers} layers; expected at least {layers.stop}")
    with safe_open(folder / WEIGHTS, framework="pt") as file:
        return {
            name: file.get_tensor(name).to(number_format)
            for name in file.keys()  # noqa: SIM118
            if name.startswith("embeddings.") or _layer_of(name) in layers
        }


def _layer_of(name: str) -> int:
    parts = name.split(".")
    return int(parts[2]) if name.startswith("encoder.layer.") else _OUTSIDE


def _layer_state(encoder: dict[str, Tensor], number: int) -> dict[str, Tensor]:
    at = f"encoder.layer.{number}."
    parts = {"out": "attention.output.dense", "norm": "attention.output.LayerNorm"}
    parts |= {"up": "intermediate.dense", "down": "output.dense", "last_norm": "output.LayerNorm"}
    state = {
        f"{own}.{kind}": encoder[f"{at}{name}.{kind}"]
        for own, name in parts.items()
        for kind in ("weight", "bias")
    }
    for kind in ("weight", "bias"):
        three = [encoder[f"{at}attention.self.{n}.{kind}"] for n in ("query", "key", "value")]
        state[f"mixed.{kind}"] = torch.cat(three)
    return state
