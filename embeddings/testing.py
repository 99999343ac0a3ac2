"""An encoder that a person can check by eye, for tests and for trying a library without a model.

Not imported by the product.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from embeddings.batching import Rows


class HashEncoder:
    """Counts a text's character bigrams in 64 buckets: texts are near when they share bigrams.

    The bucket of a bigram is ``crc32(bigram in UTF-8) % 64``; queries and documents are
    alike. A text shorter than two characters has the one bigram that it forms with a blank.
    """

    dim = 64
    fingerprint = "hash-64"

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """(n, 64) unit rows."""
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            padded = text.ljust(2)
            for i in range(len(padded) - 1):
                row[zlib.crc32(padded[i : i + 2].encode("utf-8", "replace")) % self.dim] += 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """(n, 64) unit rows; the same as for queries."""
        return self.encode_queries(texts)
