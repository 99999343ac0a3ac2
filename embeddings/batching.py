"""Texts in batches of like length, several batches side by side, each the work of one core.

Where cores are shared, threads that wait for one another inside each operation take ten times as long.
Knows no models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]  # (n, dim), unit rows

# UTF-8 bytes in a batch, padding included; four are about one token. What one core works on should
# stay in its cache: 2,048 gave 2,800 tokens a second, 32,768 gave 2,000. A GPU wants to be filled.
CORE_BATCH_BYTES = 2_048
GPU_BATCH_BYTES = 262_144
_PROMPT_BYTES = 16


def rows_in_batches(
    texts: Sequence[str],
    forward: Callable[[list[str]], Rows],
    dim: int,
    *,
    batch_bytes: int,
    threads: int,
) -> Rows:
    """(n, dim) the rows that ``forward`` makes of the texts, in their order.

    Args:
        texts: Any; lone surrogates, which broken input brings and tokenizers refuse, become ``?``.
        forward: (m texts) → (m, dim); called from several threads at once.
        dim: Length of a row.
        batch_bytes: UTF-8 bytes of a batch, padding included.
        threads: Batches that are encoded side by side.
    """
    texts = [encodable(text) for text in texts]
    rows = np.empty((len(texts), dim), dtype=np.float32)

    def encode_batch(batch: list[int]) -> None:
        rows[batch] = forward([texts[i] for i in batch])

    batches = list(_batches(texts, batch_bytes))
    if len(batches) == 1 or threads == 1:
        list(map(encode_batch, batches))
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(encode_batch, batches))
    return rows


def encodable(text: str) -> str:
    """Lone surrogates become ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _batches(texts: Sequence[str], batch_bytes: int) -> Iterator[list[int]]:
    """Positions of texts of like length together, longest first, so that little padding is encoded.

    Length is counted in UTF-8 bytes, which follow the tokens of Chinese and of Latin text alike.
    """
    lengths = [len(text.encode("utf-8")) + _PROMPT_BYTES for text in texts]
    batch: list[int] = []
    for i in sorted(range(len(texts)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > batch_bytes:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


@contextmanager
def one_thread(outside: int) -> Iterator[None]:
    """Torch runs on the calling thread alone; afterwards on ``outside`` threads again."""
    import torch

    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(outside)
