"""Reads ``e5-small-q4.bin``: a BERT encoder of 4-bit weights and its Unigram vocabulary.

Layout, little-endian: ``E5S1``, version, sizes; pieces (special ids, byte offsets, scores, text); a
character map, which the tokenizer's own normaliser replaces; a directory of tensors by offset.
Knows the bytes, not what is made of them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32  # weights that share one scale
_MAGIC, _VERSION = b"E5S1", 1
_FLOAT32, _Q4_0 = 0, 1
_BLOCK_BYTES = 2 + BLOCK // 2
_BLOCKS_AT_ONCE = 1 << 16  # bounds the float32 copy of a large tensor to 8 MB


@dataclass(frozen=True, slots=True)
class Sizes:
    """The model's dimensions, in the order of the file's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """The Unigram vocabulary and the ids of its special pieces."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """Stored bytes of one tensor: float32, or blocks of 4-bit weights."""

    quantised: bool
    data: NDArray[np.uint8]

    def bfloat16(self) -> NDArray[np.uint16]:
        """The values in row-major order, rounded to bfloat16, as their bit patterns."""
        if not self.quantised:
            return round_to_bfloat16(self.data.view("<f4"))
        blocks = self.data.reshape(-1, _BLOCK_BYTES)
        parts = range(0, len(blocks), _BLOCKS_AT_ONCE)
        return np.concatenate(
            [round_to_bfloat16(decode_q4(blocks[i : i + _BLOCKS_AT_ONCE])) for i in parts]
        )


@dataclass(frozen=True, slots=True)
class PackedModel:
    """Everything the file holds."""

    sizes: Sizes
    pieces: Pieces
    tensors: dict[str, Tensor]


def decode_q4(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The float32 weights of Q4_0 blocks, flat.

    Args:
        blocks: (n, 18) bytes: a float16 scale, then 16 bytes of which byte ``j`` holds weight ``j``
            in its low and weight ``j + 16`` in its high half; a weight is ``(half - 8) * scale``.
    """
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    return ((halves.astype(np.float32) - 8) * scales).ravel()


def round_to_bfloat16(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """The bit patterns of finite ``values`` as bfloat16, rounded to nearest, ties to even."""
    bits = values.view(np.uint32)
    return ((bits + (0x7FFF + (bits >> 16 & 1))) >> 16).astype(np.uint16)


def read_packed_model(path: Path) -> PackedModel:
    """Read the file; the tensors stay on disk until they are used (memory-mapped).

    Raises:
        ValueError: This is not a file of this format.
    """
    data = np.memmap(path, dtype=np.uint8, mode="r")
    if bytes(data[:4]) != _MAGIC or int(data[4:8].view("<u4")[0]) != _VERSION:
        raise ValueError(f"{path} is not a packed E5 model ({_MAGIC.decode()}, version {_VERSION})")
    cursor = _Cursor(data, 8)
    sizes = Sizes(*cursor.values("7i f i"))
    if sizes.block != BLOCK:
        raise ValueError(f"{path} has blocks of {sizes.block} weights, expected {BLOCK}")
    pieces = _read_pieces(cursor)
    _, character_map_bytes = cursor.values("i I")
    cursor.skip(character_map_bytes)
    return PackedModel(sizes, pieces, _read_tensors(cursor))


class _Cursor:
    """Reads one value after another."""

    def __init__(self, data: NDArray[np.uint8], position: int) -> None:
        self.data = data
        self.position = position

    def values(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + layout)
        return struct.unpack("<" + layout, self.bytes(size))

    def bytes(self, size: int) -> bytes:
        self.position += size
        return self.data[self.position - size : self.position].tobytes()

    def skip(self, size: int) -> None:
        self.position += size


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, begin, end, pad, unknown = cursor.values("5i")
    (text_bytes,) = cursor.values("Q")
    offsets = cursor.values(f"{count + 1}I")
    scores = cursor.values(f"{count}f")
    text = cursor.bytes(text_bytes)
    texts = tuple(text[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count))
    return Pieces(texts, scores, begin, end, pad, unknown)


def _read_tensors(cursor: _Cursor) -> dict[str, Tensor]:
    tensors = {}
    for _ in range(cursor.values("i")[0]):
        name = cursor.bytes(cursor.values("H")[0]).decode("ascii")
        kind, _, start, size = cursor.values("B I Q Q")
        if kind not in (_FLOAT32, _Q4_0):
            raise ValueError(f"tensor {name} has the unknown type {kind}")
        tensors[name] = Tensor(kind == _Q4_0, cursor.data[start : start + size])
    return tensors
