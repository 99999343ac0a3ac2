"""What a question costs beside the bare encoding of it: the claim is at most 1.5 times, at 5,000 passages.

    python -m benchmarks.million make FOLDER --passages 5000
    python -m benchmarks.question FOLDER/library

Any library of the default encoder will do. Encoding alone and the whole retrieval, encoding included,
run in turn for each question; ratios are of processor time, which bears other work on the machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))  # run as a module too

from generated_speeches import questions

from embeddings.packaged_encoder import PackagedEncoder
from rag.library import Library
from rag.query import understand
from rag.retrieval import Retriever

SHOWN = 10


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of the processor."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--questions", type=int, default=60)
    options = parser.parse_args()
    encoder = PackagedEncoder.load(threads=1)
    library = Library.open(options.library, encoder)
    retriever = Retriever(library, encoder)
    costs = []
    for question in questions(options.questions + 10):
        bare = milliseconds(lambda q=question: encoder.encode_queries([q]))
        whole = milliseconds(lambda q=question: retriever.retrieve(understand(q), SHOWN))
        costs.append((*bare, *whole))
    bare_clock, bare_cpu, clock, cpu = np.median(costs[10:], axis=0)  # the first ones warm up
    print(f"{library.chunk_count:,} passages, {options.questions} questions, medians")
    print(
        f"by the clock: encoding {bare_clock:.1f} ms, retrieval {clock:.1f} ms: {clock / bare_clock:.2f}"
    )
    print(f"of the processor: {bare_cpu:.1f} ms, {cpu:.1f} ms: {cpu / bare_cpu:.2f} (claim: 1.5)")


if __name__ == "__main__":
    main()
