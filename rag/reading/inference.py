"""Runs the reader's network for answers, not for learning: packed weights, one thread a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.packed_linear import pack_linear_layers
from rag.reading.model import Model, batch_of
from rag.reading.pairs import Pair

PairScores = tuple[float, float, NDArray[np.float32], NDArray[np.float32]]
"""Relevance, answerable, and for each of the pair's tokens the scores of start and end."""


def tokenizer_of(folder: Path) -> Tokenizer:
    """The encoder's tokenizer."""
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def ready(model: Model, *, half: bool) -> Model:
    """The model for inference: in bfloat16 where ``half``, its weights packed."""
    for part in (model.foundation, model.head):
        part.to(torch.bfloat16 if half else torch.float32).eval().requires_grad_(False)
        for layer in part.layers:
            pack_linear_layers(layer)
    return model


def scores_of(model: Model, pairs: Sequence[Pair]) -> Iterator[PairScores]:
    """What the heads say of each pair. Runs on the calling thread alone."""
    outside = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            batch = batch_of(pairs)
            states = model.foundation(batch.tokens, batch.positions, batch.lengths)
            logits = model.head(states, batch)
    finally:
        torch.set_num_threads(outside)
    starts = torch.split(logits.start.float(), batch.lengths)
    ends = torch.split(logits.end.float(), batch.lengths)
    for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
        relevance, answerable = float(logits.relevance[n]), float(logits.answerable[n])
        yield relevance, answerable, start.numpy(), end.numpy()
