"""Rows like those of an encoder without its work, so that a library of a million passages can be built.

A thousand generated sentences are encoded for once; the row of any other text is a mixture of two
near ones with noise in the same directions, chosen by the text's checksum. It stands where an
encoded row would, as far as its length, its spread and its neighbours go, and says nothing of the
text: what a search by it costs and misses can be measured, what it finds cannot.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from generated_text import PHRASES, sentences

from embeddings.batching import Rows
from embeddings.encoder import Encoder

_NEAR = 20
_NOISE = 0.5  # of the spread of the encoded rows


class SyntheticEncoder:
    """Takes an encoder's place for any passage, and for the questions whose rows it has."""

    def __init__(self, fingerprint: str, rows: Rows, questions: dict[str, Rows]) -> None:
        """Take over what an encoder made.

        Args:
            fingerprint: The encoder's.
            rows: (n, dim) unit rows to be like.
            questions: Its row (dim,) for each question.
        """
        _, lengths, directions = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
        self.fingerprint, self.dim = fingerprint, rows.shape[1]
        self._rows, self._questions = rows, questions
        noise = (_NOISE * lengths / np.sqrt(len(rows)))[:, None] * directions
        self._noise = noise.astype(np.float32)
        self._near = (rows @ rows.T).argsort(axis=1)[:, -_NEAR - 1 : -1]

    @classmethod
    def save(cls, file: Path, encoder: Encoder, questions: Sequence[str]) -> None:
        """Write what ``open`` reads."""
        np.savez(
            file,
            fingerprint=np.array(encoder.fingerprint),
            rows=encoder.encode_documents(sentences(PHRASES)),
            questions=np.array(questions),
            asked=encoder.encode_queries(questions),
        )

    @classmethod
    def open(cls, file: Path) -> Self:
        """An encoder that loads no model."""
        kept = np.load(file)
        questions = dict(zip(kept["questions"].tolist(), kept["asked"], strict=True))
        return cls(str(kept["fingerprint"]), kept["rows"], questions)

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows of known questions."""
        return np.stack([self._questions[text] for text in texts])

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows that depend on the texts' checksums alone."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        seeds = [zlib.crc32(text.encode("utf-8")) for text in texts]
        chosen = np.array([np.random.default_rng(seed).random(3) for seed in seeds])
        one = (chosen[:, 0] * len(self._rows)).astype(int)
        other = self._near[one, (chosen[:, 1] * _NEAR).astype(int)]
        share = (0.5 + chosen[:, 2:] / 2).astype(np.float32)
        draws = np.array(
            [
                np.random.default_rng([seed, 1]).standard_normal(len(self._noise), np.float32)
                for seed in seeds
            ]
        )
        mixed = share * self._rows[one] + (1 - share) * self._rows[other]
        mixed += draws @ self._noise
        rows: Rows = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
        return rows
