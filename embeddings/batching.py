"""Encodes many texts: batches of like length, each the work of one core, side by side.

Where cores are shared, threads that wait for one another inside each operation take up to ten times
as long (measured: a query of 15 ms took 50 to 600). Knows nothing of the model.
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


def encode_in_batches(
    texts: Sequence[str],
    encode: Callable[[list[str]], Rows],
    *,
    dim: int,
    threads: int,
    batch_bytes: int = CORE_BATCH_BYTES,
) -> Rows:
    """Rows in the order of ``texts``.

    Args:
        texts: What to encode; lone surrogates, which tokenizers refuse, become ``?``.
        encode: Encodes one batch; called from several threads.
        dim: Length of a row.
        threads: Batches at a time.
        batch_bytes: Size of a batch, in UTF-8 with padding; a longer text is a batch of its own.
    """
    texts = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    rows = np.empty((len(texts), dim), dtype=np.float32)

    def encode_batch(batch: list[int]) -> None:
        rows[batch] = encode([texts[i] for i in batch])

    batches = list(_batches(texts, batch_bytes))
    if len(batches) == 1 or threads == 1:
        list(map(encode_batch, batches))
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(encode_batch, batches))
    return rows


@contextmanager
def one_torch_thread(outside: int) -> Iterator[None]:
    """Torch runs on the calling thread alone; afterwards on ``outside`` threads again."""
    import torch

    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(outside)


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
