"""What a search costs and misses as an index grows: VectorIndex beside faiss's own flat index.

Run `python benchmarks/vector_index.py` (5,000 to 200,000 rows, a minute) or with `--million`. Rows
are made like the default encoder's: 1,000 generated sentences are encoded, and each row is a
mixture of two near ones with noise in the same directions. Times are processor times of one thread,
which other processes on the machine disturb little.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import faiss
import numpy as np
from generated_text import PHRASES, QUESTIONS, sentences

from embeddings.batching import Rows
from embeddings.packaged_encoder import PackagedEncoder
from embeddings.vector_index import EXACT_UP_TO, VectorIndex


def like_encoded(encoded: Rows, count: int) -> np.ndarray:
    """(count, dim) float16 unit rows whose distribution is near that of ``encoded``."""
    random = np.random.default_rng(0)
    _, lengths, directions = np.linalg.svd(encoded - encoded.mean(axis=0), full_matrices=False)
    spread = (0.5 * lengths / np.sqrt(len(encoded))).astype(np.float32)
    near = (encoded @ encoded.T).argsort(axis=1)[:, -21:-1]
    rows = np.empty((count, encoded.shape[1]), dtype=np.float16)
    for start in range(0, count, 50_000):
        size = min(50_000, count - start)
        one = random.integers(0, len(encoded), size)
        other = near[one, random.integers(0, near.shape[1], size)]
        share = random.uniform(0.5, 1, (size, 1)).astype(np.float32)
        noise = random.standard_normal((size, len(spread)), dtype=np.float32) * spread
        mixed = share * encoded[one] + (1 - share) * encoded[other] + noise @ directions
        rows[start : start + size] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return rows


def milliseconds(search: Callable[[Rows], object], queries: Rows) -> tuple[float, float]:
    """Median and 95th percentile of a search."""
    times = []
    for query in queries:
        start = time.thread_time()
        search(query)
        times.append(1000 * (time.thread_time() - start))
    return float(np.median(times)), float(np.percentile(times, 95))


def exact_scores(rows: np.ndarray, queries: Rows) -> Rows:
    """(queries, rows) inner products, by brute force in numpy."""
    parts = range(0, len(rows), 50_000)
    return np.concatenate(
        [queries @ rows[i : i + 50_000].astype(np.float32).T for i in parts], axis=1
    )


def recall(index: VectorIndex, queries: Rows, truth: Rows, k: int, step: int = 1) -> float:
    """Share of the best ``k`` that are found, where every ``step``-th key is allowed."""
    allowed = np.arange(0, truth.shape[1], step)
    best = allowed[np.argpartition(-truth[:, allowed], k, axis=1)[:, :k]]
    found = [index.search(query, k, allowed if step > 1 else None)[0] for query in queries]
    return float(np.mean([np.isin(b, f).mean() for b, f in zip(best, found, strict=True)]))


def resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 // 2**20


def report(rows: np.ndarray, queries: Rows, *, exact_up_to: int) -> None:
    count = len(rows)
    start = time.process_time()
    index = VectorIndex.build(np.arange(count), rows, exact_up_to=exact_up_to)
    building = time.process_time() - start
    truth = exact_scores(rows, queries[:100])
    recalls = [recall(index, queries[:100], truth, *k) for k in ((10, 1), (50, 1), (10, 10))]
    del truth
    times = []
    for step in (1, 10, 100):
        allowed = None if step == 1 else np.arange(0, count, step)
        search = partial(index.search, k=50, allowed=allowed)
        times.append(milliseconds(search, queries if step == 1 else queries[:50]))
    kind = "flat" if count <= exact_up_to else "cells"
    print(f"{count:>9,} {kind:<11}", *(f"{a:>6.2f} {b:>6.2f}" for a, b in times), sep=" │ ", end="")
    print(" │", *(f"{value:6.3f}" for value in recalls), end=" │ ")
    print(f"{building:5.1f} s {opening_seconds(index, queries[0]):6.3f} s")


def opening_seconds(index: VectorIndex, query: Rows) -> float:
    """Wall time to open the saved index and search once."""
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "index")
        start = time.perf_counter()
        VectorIndex.open(Path(folder) / "index").search(query, 50)
        return time.perf_counter() - start


def report_faiss(rows: np.ndarray, queries: Rows) -> None:
    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows.astype(np.float32))
    median, slow = milliseconds(lambda query: flat.search(query[None], 50), queries[:50])
    print(f"{len(rows):>9,} IndexFlatIP │ {median:>6.2f} {slow:>6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true", help="go up to 1,000,000 rows")
    sizes = [
        5_000,
        50_000,
        EXACT_UP_TO,
        200_000,
        *([1_000_000] if parser.parse_args().million else []),
    ]
    encoder = PackagedEncoder.load()
    encoded = encoder.encode_documents(sentences(PHRASES))
    queries = encoder.encode_queries(sentences(QUESTIONS))
    start = time.thread_time()
    for text in sentences(QUESTIONS)[:50]:
        encoder.encode_queries([text])
    print(f"encoding one question: {20 * (time.thread_time() - start):.1f} ms\n")
    faiss.omp_set_num_threads(1)
    print("milliseconds for the best 50, median and 95th percentile: of all, 1/10, 1/100 allowed;")
    print("recall@10, @50, @10 of 1/10 allowed; building (processor) and opening (wall)\n")
    for count in sizes:
        rows = like_encoded(encoded, count)
        if count <= 200_000:
            report_faiss(rows, queries)
        report(rows, queries, exact_up_to=EXACT_UP_TO)
        if count == EXACT_UP_TO:  # the other kind as well
            report(rows, queries, exact_up_to=count - 1)
    print(f"\nresident now, with the rows themselves: {resident_mb():,} MB")


if __name__ == "__main__":
    main()
