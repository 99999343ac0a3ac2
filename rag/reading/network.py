"""The network of the reader: the encoder's lower layers as they are, trained layers above them, four heads.

A batch is a flat row of tokens with the length of each pair beside it, so that nothing is padded and nothing masked.
Knows nothing of texts: it takes token numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from embeddings.bert import Layer, Sizes

SEGMENTS = 3  # question, context, passage
MATCHES = 6  # how long the run is that a token shares with the other side; 0: none
_DROPOUT = 0.1  # in training: labelled questions are few, and are learned by heart without it
_STATISTICS = 3  # what relevance is told of the places of the answer


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of question and passage, one after the other in a row."""

    tokens: Tensor  # (n,) int64
    positions: Tensor  # (n,) int64, from 0 in each pair
    segments: Tensor  # (n,) int64, below SEGMENTS
    matches: Tensor  # (n,) int64, below MATCHES
    lengths: list[int]  # tokens of each pair; their sum is n

    def to(self, device: torch.device) -> Batch:
        """The same on ``device``."""
        return Batch(
            self.tokens.to(device),
            self.positions.to(device),
            self.segments.to(device),
            self.matches.to(device),
            self.lengths,
        )


@dataclass(frozen=True, slots=True)
class Logits:
    """What the heads say of a batch."""

    relevance: Tensor  # (pairs,) comparable among the passages of one question
    answerable: Tensor  # (pairs,) log odds that the passage holds the answer
    start: Tensor  # (n,) of each token: the answer starts here
    end: Tensor  # (n,) of each token: the answer ends here

    def cpu(self) -> Logits:
        """The same in main memory."""
        return Logits(self.relevance.cpu(), self.answerable.cpu(), self.start.cpu(), self.end.cpu())


class Head(nn.Module):
    """The trained layers and what they are asked."""

    def __init__(self, sizes: Sizes, layers: int) -> None:
        super().__init__()
        self.segment = nn.Embedding(SEGMENTS, sizes.hidden)
        self.match = nn.Embedding(2 * MATCHES, sizes.hidden)  # of the question, of the rest
        self.layers = nn.ModuleList(Layer(sizes, _DROPOUT) for _ in range(layers))
        self.pooled = nn.Linear(2 * sizes.hidden, sizes.hidden)
        self.verdict = nn.Linear(sizes.hidden + _STATISTICS, 2)  # relevance, answerable
        self.place = nn.Linear(sizes.hidden, 2)  # start, end
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
        with torch.autocast(
            x.device.type, enabled=False
        ):  # single precision, whatever the layers are in
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
