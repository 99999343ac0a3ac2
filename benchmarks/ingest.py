"""What an ingest costs beside the bare encoding of the same passages, with the default encoder.

    python -m benchmarks.ingest [PATH…]

Without a path, 40 generated speeches are ingested. Both run in turn in one process, and each round
gives a ratio: the bare encoder's time over the ingest's. The claim: at least 0.95, so that reading,
splitting, SQLite and both indexes together cost less than a twentieth. Processor time, of child
processes too, is shown beside the clock, since it bears other programs on the machine. A folder with
web pages or documents of Word costs a quarter of a second once, for the process that reads them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))  # run as a module too

from generated_speeches import speeches, write_lines

from embeddings.encoder import Encoder
from embeddings.packaged_encoder import PackagedEncoder
from rag.chunking import chunks_of, indexed_text
from rag.library import Library

_SPEECHES = 40


def ingest(paths: list[Path], encoder: Encoder) -> None:
    """Into a new library, indexes saved."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Library.create(Path(folder) / "library", encoder)) as library,
    ):
        for report in library.ingest(paths):
            if report.error:
                print(f"{report.path}: {report.error}")


def indexed_texts(paths: list[Path], encoder: Encoder) -> list[str]:
    """What an ingest of these paths has encoded, each text once."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Library.create(Path(folder) / "library", encoder)) as library,
    ):
        for _ in library.ingest(paths):
            pass
        documents = [library.document(entry.doc_id) for entry in library.documents()]
    texts = [indexed_text(document, c) for document in documents for c in chunks_of(document)]
    return list(dict.fromkeys(texts))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, those of ended child processes included."""
    clock, processor = time.perf_counter(), _processor_seconds()
    work()
    return time.perf_counter() - clock, _processor_seconds() - processor


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(options.paths or [generated(Path(folder))], options.rounds)


def generated(folder: Path) -> Path:
    """A file of generated speeches."""
    file = folder / "speeches.jsonl"
    write_lines(file, speeches(_SPEECHES))
    return file


def compare(paths: list[Path], rounds: int) -> None:
    """Encode and ingest in turn, and print the ratios."""
    encoder = PackagedEncoder.load()
    texts = indexed_texts(paths, encoder)
    print(f"{len(texts)} passages, {rounds} rounds")
    bare, whole = [], []
    for _ in range(rounds):
        bare.append(timed(lambda: encoder.encode_documents(texts)))
        whole.append(timed(lambda: ingest(paths, encoder)))
    for unit, name in enumerate(("by the clock", "by processor time")):
        ones, others = ([run[unit] for run in runs] for runs in (bare, whole))
        ratios = sorted(one / other for one, other in zip(ones, others, strict=True))
        print(
            f"{name}: bare {min(ones):.2f} s, ingest {min(others):.2f} s at best; "
            f"ratio of the best {min(ones) / min(others):.3f}, "
            f"of each round {ratios[0]:.3f} to {ratios[-1]:.3f}, median {median(ratios):.3f}"
        )


if __name__ == "__main__":
    main()
