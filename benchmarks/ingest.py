"""What an ingest costs beside the bare encoding of the same passages, with the default encoder.

    python -m benchmarks.ingest [PATH…]

Both run in turn in one process. The claim: at least 90 % of the bare rate of passages, so that
reading, splitting, SQLite and both indexes together cost less than a tenth. Processor time is shown
beside the clock, since it bears other programs on the machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from embeddings.encoder import Encoder, SentenceTransformerEncoder
from rag.chunking import chunks_of, indexed_text
from rag.library import Library

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


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
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[SAMPLES])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    encoder = SentenceTransformerEncoder.load()
    texts = indexed_texts(options.paths, encoder)
    bare, whole = [], []
    for _ in range(options.rounds):
        bare.append(timed(lambda: encoder.encode_documents(texts)))
        whole.append(timed(lambda: ingest(options.paths, encoder)))
    for name, runs in (("bare encoding", bare), ("ingest", whole)):
        clock, processor = (min(run[i] for run in runs) for i in (0, 1))
        print(
            f"{name:14} {len(texts) / clock:7.1f} passages/s, "
            f"{len(texts) / processor:7.1f} a processor second ({len(texts)} passages)"
        )
    ratios = [min(run[i] for run in bare) / min(run[i] for run in whole) for i in (0, 1)]
    print(f"ingest / bare  {ratios[0]:.3f} by the clock, {ratios[1]:.3f} by processor time")


if __name__ == "__main__":
    main()
