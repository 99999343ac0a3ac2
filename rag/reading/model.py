"""The reader's network with weights in it: from the encoder's folder, from a file, back into a file.

Matrices are kept in 8 bits, each row with its own scale; all else in 16. Knows nothing of training.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from embeddings.bert import WEIGHTS, Bert, layer_states, load_bert, sizes_of
from embeddings.cached_folder import folder_digests, sha256
from rag.reading.network import Batch, Head
from rag.reading.pairs import Pair

_FORMAT = "jianghua-reader-1"
_SCALE = ".scale"
_QUIET = 0.1  # of what a new layer of the encoder adds, above trained ones


@dataclass(frozen=True, slots=True)
class Model:
    """Both parts of the network: the encoder's lower layers as they are, and what is trained above them."""

    foundation: Bert
    head: Head


def untrained(
    encoder_folder: Path, frozen: int, trained: int, seed: int, start: Path | None = None
) -> Model:
    """The encoder's first layers, the next ones to be trained, and heads; in single precision.

    Args:
        encoder_folder: Where the encoder is.
        frozen: How many of its layers stay as they are.
        trained: How many above them are to be trained.
        seed: Of what starts from nothing.
        start: The weights of a trained reader to go on from, which may have fewer layers; those above
            come from the encoder and change little at first.

    Raises:
        FileNotFoundError: There is no encoder in this form in the folder, or no reader to start from.
        ValueError: The encoder has fewer layers, or the reader does not fit.
    """
    torch.manual_seed(seed)
    foundation = load_bert(encoder_folder, torch.float32, frozen)
    head = Head(sizes_of(encoder_folder), trained)
    states = layer_states(encoder_folder, range(frozen, frozen + trained))
    begun = None if start is None else load_model(start, encoder_folder)
    if begun is not None:
        own = len(begun.head.layers)
        if len(begun.foundation.layers) != frozen or own > trained:
            raise ValueError(
                f"the reader in {start} has {own} trained layers on "
                f"{len(begun.foundation.layers)}; expected at most {trained} on {frozen}"
            )
        last = begun.head.layers[-1].state_dict()
        states[own:] = [_quiet(state, last) for state in states[own:]]
    for layer, state in zip(head.layers, states, strict=True):
        layer.load_state_dict(state)
    if begun is not None:
        head.load_state_dict(begun.head.state_dict(), strict=False)
    return Model(foundation, head)


def _quiet(state: dict[str, Tensor], below: dict[str, Tensor]) -> dict[str, Tensor]:
    """A new layer that says little at first, so that the heads above still know what they see."""
    norms = {
        f"{norm}.{part}": below[f"last_norm.{part}"]
        for norm in ("norm", "last_norm")
        for part in ("weight", "bias")
    }
    added = {n: _QUIET * t for n, t in state.items() if n.partition(".")[0] in ("out", "down")}
    return state | norms | added


def load_model(weights: Path, encoder_folder: Path, *, half: bool = False) -> Model:
    """A trained reader, on the encoder that it was trained on.

    In single precision; ``half``: the encoder's part in bfloat16, in which its file may be used as it is.

    Raises:
        FileNotFoundError: One of the files is missing.
        ValueError: The file holds no reader, or one that was trained on another encoder.
    """
    with safe_open(weights, framework="pt") as file:
        told = _told(file.metadata(), weights)
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    if told["encoder"] != encoder_digest(encoder_folder):
        raise ValueError(
            f"the reader in {weights} was trained on another encoder than {encoder_folder}; "
            "train one on this encoder, or go without a reader"
        )
    layers = told["shape"]
    number_format = torch.bfloat16 if half else torch.float32
    foundation = load_bert(encoder_folder, number_format, layers["frozen"])
    head = Head(sizes_of(encoder_folder), layers["trained"])
    head.load_state_dict(_unpacked(state))
    return Model(foundation, head)


def trained_layers(weights: Path) -> int:
    """How many layers of a trained reader are its own.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It holds no reader.
    """
    with safe_open(weights, framework="pt") as file:
        told = _told(file.metadata(), weights)
    return int(told["shape"]["trained"])


def _told(metadata: dict[str, str] | None, weights: Path) -> dict[str, Any]:
    """What the file says of itself."""
    if _FORMAT not in (metadata or {}):
        raise ValueError(f"{weights} holds no reader: expected the format {_FORMAT}")
    told: dict[str, Any] = json.loads((metadata or {})[_FORMAT])
    return told


def blend(model: Model, other: Model, share: float) -> None:
    """Makes the trained weights of ``model`` the mean of both, ``share`` of it the other's.

    What lies between a network and what it became by further training often does better than either (Wortsman et al.,
    2022).

    Raises:
        ValueError: They have not the same layers.
    """
    sizes = [(len(m.foundation.layers), len(m.head.layers)) for m in (model, other)]
    if sizes[0] != sizes[1]:
        raise ValueError(
            f"only readers of as many layers have a mean; these have {sizes[0]} and {sizes[1]}"
        )
    with torch.no_grad():
        for own, others in zip(model.head.parameters(), other.head.parameters(), strict=True):
            own.lerp_(others.to(own), share)


def save_model(model: Model, weights: Path, encoder_folder: Path) -> None:
    """Writes what was trained; the foundation is the encoder's and is not written."""
    layers = {"frozen": len(model.foundation.layers), "trained": len(model.head.layers)}
    told = {"shape": layers, "encoder": encoder_digest(encoder_folder)}
    # under one name: several would be written in an order that changes
    save_file(_packed(model.head.state_dict()), weights, {_FORMAT: json.dumps(told)})


def encoder_digest(folder: Path) -> str:
    """SHA-256 of the encoder's weights."""
    return (folder_digests(folder) or {}).get(WEIGHTS) or sha256(folder / WEIGHTS)


def batch_of(pairs: Sequence[Pair]) -> Batch:
    """The pairs one after the other."""

    def joined(arrays: list[NDArray[np.int64]]) -> Tensor:
        return torch.from_numpy(np.concatenate(arrays))

    return Batch(
        joined([p.tokens for p in pairs]),
        joined([np.arange(len(p.tokens)) for p in pairs]),
        joined([p.segments for p in pairs]),
        joined([p.matches for p in pairs]),
        [len(p.tokens) for p in pairs],
    )


def _packed(state: dict[str, Tensor]) -> dict[str, Tensor]:
    packed = {}
    for name, tensor in state.items():
        if tensor.ndim < 2 or tensor.shape[0] < 32:  # small tables and biases
            packed[name] = tensor.half().contiguous()
            continue
        scale = (tensor.abs().amax(1, keepdim=True) / 127).clamp(min=1e-8).half()
        packed[name] = (tensor / scale.float()).round().clamp(-127, 127).to(torch.int8)
        packed[name + _SCALE] = scale
    return packed


def _unpacked(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name: tensor.float() * state[name + _SCALE].float()
        if name + _SCALE in state
        else tensor.float()
        for name, tensor in state.items()
        if not name.endswith(_SCALE)
    }
