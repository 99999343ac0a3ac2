"""The reader's network with weights in it: from the encoder's folder, from a file, back into a file.

Matrices are kept in 8 bits, each row with its own scale; all else in 16. Knows nothing of training.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from embeddings.cached_folder import folder_digests, sha256
from rag.reading.network import Batch, Foundation, Head, Shape, take_over
from rag.reading.pairs import Pair

_FORMAT = "jianghua-reader-1"
_SCALE = ".scale"
_WEIGHTS = "model.safetensors"  # of the encoder


@dataclass(frozen=True, slots=True)
class Model:
    """Both parts of the network, in one number format."""

    shape: Shape
    foundation: Foundation
    head: Head


def untrained(encoder_folder: Path, frozen: int, trained: int, seed: int) -> Model:
    """The encoder's first layers, the next ones to be trained, and new heads; in single precision.

    Raises:
        FileNotFoundError: There is no encoder in this form in the folder.
    """
    torch.manual_seed(seed)
    return _on_encoder(encoder_folder, frozen, trained, torch.float32, with_head=True)


def load_model(weights: Path, encoder_folder: Path, *, half: bool = False) -> Model:
    """A trained reader, on the encoder that it was trained on.

    In single precision; ``half``: the encoder's part in bfloat16, in which its file may be used as it is.

    Raises:
        FileNotFoundError: One of the files is missing.
        ValueError: The file holds no reader, or one that was trained on another encoder.
    """
    with safe_open(weights, framework="pt") as file:
        metadata = file.metadata() or {}
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    if _FORMAT not in metadata:
        raise ValueError(f"{weights} holds no reader: expected the format {_FORMAT}")
    told = json.loads(metadata[_FORMAT])
    if told["encoder"] != encoder_digest(encoder_folder):
        raise ValueError(
            f"the reader in {weights} was trained on another encoder than {encoder_folder}; "
            "train one on this encoder, or go without a reader"
        )
    sizes = told["shape"]
    number_format = torch.bfloat16 if half else torch.float32
    model = _on_encoder(encoder_folder, sizes["frozen"], sizes["trained"], number_format)
    model.head.load_state_dict(_unpacked(state))
    return model


def save_model(model: Model, weights: Path, encoder_folder: Path) -> None:
    """Writes what was trained; the foundation is the encoder's and is not written."""
    told = {"shape": asdict(model.shape), "encoder": encoder_digest(encoder_folder)}
    # under one name: several would be written in an order that changes
    save_file(_packed(model.head.state_dict()), weights, {_FORMAT: json.dumps(told)})


def encoder_digest(folder: Path) -> str:
    """SHA-256 of the encoder's weights."""
    return (folder_digests(folder) or {}).get(_WEIGHTS) or sha256(folder / _WEIGHTS)


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


def _on_encoder(
    folder: Path, frozen: int, trained: int, number_format: torch.dtype, *, with_head: bool = False
) -> Model:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if frozen + trained > config["num_hidden_layers"]:
        raise ValueError(
            f"expected at most {config['num_hidden_layers']} layers, got {frozen} + {trained}"
        )
    shape = Shape(
        vocabulary=config["vocab_size"],
        positions=config["max_position_embeddings"],
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        feed_forward=config["intermediate_size"],
        epsilon=config["layer_norm_eps"],
        frozen=frozen,
        trained=trained,
    )
    with torch.device("meta"):
        foundation = Foundation(shape)
    head = Head(shape)
    tensors = _encoder_tensors(folder, shape, number_format)
    take_over(tensors, foundation, head if with_head else None)
    foundation.requires_grad_(requires_grad=False)
    return Model(shape, foundation.eval(), head)


def _encoder_tensors(folder: Path, shape: Shape, number_format: torch.dtype) -> dict[str, Tensor]:
    """Those that the reader takes over."""
    last = shape.frozen + shape.trained
    with safe_open(folder / _WEIGHTS, framework="pt") as file:
        return {
            name: file.get_tensor(name).to(number_format)
            for name in file.keys()  # noqa: SIM118
            if name.startswith("embeddings.") or _layer_of(name) < last
        }


def _layer_of(name: str) -> int:
    parts = name.split(".")
    return int(parts[2]) if name.startswith("encoder.layer.") else 1_000


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
