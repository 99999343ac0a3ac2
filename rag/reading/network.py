"""The network of the reader: the encoder's lower layers as they are, trained layers above them, four heads.

A batch is a flat row of tokens with the length of each pair beside it, so that nothing is padded and nothing masked.
Knows nothing of texts: it takes token numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

SEGMENTS = 3  # question, context, passage
MATCHES = 6  # how long the run is that a token shares with the other side; 0: none
_STATISTICS = 3  # what relevance is told of the places of the answer


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder, and how many of its layers the reader takes over and trains."""

    vocabulary: int
    positions: int
    hidden: int
    heads: int
    feed_forward: int
    epsilon: float
    frozen: int
    trained: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of question and passage, one after the other in a row."""

    tokens: Tensor  # (n,) int64
    positions: Tensor  # (n,) int64, from 0 in each pair
    segments: Tensor  # (n,) int64, below SEGMENTS
    matches: Tensor  # (n,) int64, below MATCHES
    lengths: list[int]  # tokens of each pair; their sum is n


@dataclass(frozen=True, slots=True)
class Logits:
    """What the heads say of a batch."""

    relevance: Tensor  # (pairs,) comparable among the passages of one question
    answerable: Tensor  # (pairs,) log odds that the passage holds the answer
    start: Tensor  # (n,) of each token: the answer starts here
    end: Tensor  # (n,) of each token: the answer ends here


class Layer(nn.Module):
    """One layer of the encoder: attention and feed-forward, each added and normalised."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        hidden = shape.hidden
        self.heads = shape.heads
        self.mixed = nn.Linear(hidden, 3 * hidden)  # queries, keys and values in one product
        self.out = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, shape.epsilon)
        self.up = nn.Linear(hidden, shape.feed_forward)
        self.down = nn.Linear(shape.feed_forward, hidden)
        self.last_norm = nn.LayerNorm(hidden, shape.epsilon)

    def forward(self, x: Tensor, lengths: list[int]) -> Tensor:
        """(n, hidden) → (n, hidden); a token sees those of its own pair."""
        seen = [self._attend(part) for part in torch.split(self.mixed(x), lengths)]
        x = self.norm(x + self.out(torch.cat(seen)))
        out: Tensor = self.last_norm(x + self.down(functional.gelu(self.up(x))))
        return out

    def _attend(self, mixed: Tensor) -> Tensor:
        length = mixed.shape[0]
        q, k, v = mixed.view(length, 3, self.heads, -1).permute(1, 2, 0, 3).unsqueeze(1)
        attended = functional.scaled_dot_product_attention(q, k, v)
        return attended.squeeze(0).transpose(0, 1).reshape(length, -1)


class Foundation(nn.Module):
    """The encoder's embeddings and lower layers, which nobody trains."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.kind = nn.Parameter(torch.zeros(shape.hidden))
        self.norm = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.frozen))

    def forward(self, batch: Batch) -> Tensor:
        """(n, hidden) in the number format of its weights."""
        with torch.no_grad():
            x = self.norm(self.words(batch.tokens) + self.places(batch.positions) + self.kind)
            for layer in self.layers:
                x = layer(x, batch.lengths)
        out: Tensor = x
        return out


class Head(nn.Module):
    """The trained layers and what they are asked."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.segment = nn.Embedding(SEGMENTS, shape.hidden)
        self.match = nn.Embedding(2 * MATCHES, shape.hidden)  # of the question, of the rest
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.trained))
        self.pooled = nn.Linear(2 * shape.hidden, shape.hidden)
        self.verdict = nn.Linear(shape.hidden + _STATISTICS, 2)  # relevance, answerable
        self.place = nn.Linear(shape.hidden, 2)  # start, end
        for table in (self.segment, self.match):
            nn.init.zeros_(table.weight)

    def forward(self, x: Tensor, batch: Batch) -> Logits:
        """What the heads say of ``x``, (n, hidden), from the foundation."""
        of_question = batch.segments == 0
        x = x + self.segment(batch.segments)
        x = x + self.match(torch.where(of_question, batch.matches, batch.matches + MATCHES))
        for layer in self.layers:
            x = layer(x, batch.lengths)
        places = self.place(x).float()
        places = places.masked_fill((batch.segments != SEGMENTS - 1)[:, None], -1e4)
        rows = [
            _summary(own, place)
            for own, place in zip(
                *(torch.split(t, batch.lengths) for t in (x, places)), strict=True
            )
        ]
        states, statistics = torch.stack([r[0] for r in rows]), torch.stack([r[1] for r in rows])
        pooled = torch.tanh(self.pooled(states)).float()
        with torch.autocast("cpu", enabled=False):  # single precision, whatever the layers are in
            verdict = functional.linear(
                torch.cat([pooled, statistics], dim=1),
                self.verdict.weight.float(),
                self.verdict.bias.float(),
            )
        return Logits(verdict[:, 0], verdict[:, 1], places[:, 0], places[:, 1])


def _summary(x: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """First token and mean of a pair, (2 · hidden,), and how likely its best places are, (3,)."""
    best = places.amax(0)
    mass = places.logsumexp(0)
    statistics = torch.stack([best.mean(), mass.mean(), best.mean() - mass.mean()])
    return torch.cat([x[0], x.mean(0)]), statistics / 10


def take_over(encoder: dict[str, Tensor], foundation: Foundation, head: Head | None = None) -> None:
    """Copies the encoder's weights, by the names of a BertModel, into the lower and upper layers."""
    copies = {
        "words.weight": encoder["embeddings.word_embeddings.weight"],
        "places.weight": encoder["embeddings.position_embeddings.weight"],
        "kind": encoder["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": encoder["embeddings.LayerNorm.weight"],
        "norm.bias": encoder["embeddings.LayerNorm.bias"],
    }
    layers = _lower_layers(encoder, len(foundation.layers))
    foundation.load_state_dict(copies | layers, assign=True)  # nothing is copied
    for number, layer in enumerate(head.layers if head is not None else (), len(foundation.layers)):
        layer.load_state_dict(_layer_state(encoder, number))


def _lower_layers(encoder: dict[str, Tensor], count: int) -> dict[str, Tensor]:
    return {
        f"layers.{number}.{name}": tensor
        for number in range(count)
        for name, tensor in _layer_state(encoder, number).items()
    }


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
