"""A library of a million passages: opening, questions, filters, changes while it serves, memory.

    python -m benchmarks.million make FOLDER     generated speeches into a library: half an hour or more
    python -m benchmarks.million ask FOLDER      the figures, each beside its claim

`--passages` makes a smaller one. The speeches are generated and seeded, the vectors of their
passages synthetic (`synthetic_encoder.py`), all else is the product's: `Library.ingest` builds it
from JSONL, `Retriever` asks it. Questions are encoded beforehand, so times are without the encoding.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent))  # run as a module too

from generated_speeches import questions, speeches
from synthetic_encoder import SyntheticEncoder

from embeddings.encoder import Rows, SentenceTransformerEncoder
from rag.library import Library
from rag.query import understand
from rag.retrieval import Retriever

PASSAGES = 1_000_000
A_FILE = 200  # speeches
CHANGED = 400  # speeches that are added, then removed, while questions are asked
QUESTIONS = 200
SHOWN = 10


class Encoded:
    """An encoder of questions that are known beforehand; costs nothing."""

    def __init__(self, encoder: SyntheticEncoder, texts: Sequence[str]) -> None:
        self.dim, self.fingerprint = encoder.dim, encoder.fingerprint
        self.encode_documents = encoder.encode_documents
        self._rows = dict(zip(texts, encoder.encode_queries(texts), strict=True))

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows."""
        return np.stack([self._rows[text] for text in texts])


def make(folder: Path, passages: int) -> None:
    """Ingest files of generated speeches until there are enough passages."""
    encoder = SyntheticEncoder(SentenceTransformerEncoder.load(threads=1))
    library = Library.create(folder / "library", encoder)
    start, cpu = time.perf_counter(), time.process_time()
    made = sum(report.chunks for report in library.ingest(written(folder, passages)))
    print(f"{made:,} passages in {time.perf_counter() - start:,.0f} s by the clock, ", end="")
    print(f"{time.process_time() - cpu:,.0f} s of processor time; {megabytes(folder):,} MB of files")


def written(folder: Path, passages: int) -> list[Path]:
    """JSONL files of generated speeches, eleven passages each at the least."""
    files = []
    made = speeches(passages // 11)
    for number in range(passages // 11 // A_FILE):
        path = folder / "files" / f"{number:05d}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(next(made), ensure_ascii=False) for _ in range(A_FILE)]
        path.write_text("\n".join(lines), encoding="utf-8")
        files.append(path)
    return files
