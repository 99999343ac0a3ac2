"""A library of a million passages: opening, questions, filters, changes while it serves, memory.

    python -m benchmarks.million make FOLDER     generated speeches into a library: half an hour or more
    python -m benchmarks.million ask FOLDER      the figures, each beside its claim
    python -m benchmarks.million plot FOLDER…    what `ask` wrote of libraries of several sizes, as a PNG

`--passages` makes a smaller one. The speeches are generated and seeded, the vectors of their
passages synthetic (`synthetic_encoder.py`), all else is the product's: `Library.ingest` builds it
from JSONL, `Retriever` asks it. Questions are encoded beforehand, so times are without the encoding.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent))  # run as a module too

from generated_speeches import questions, speeches, write_lines
from synthetic_encoder import SyntheticEncoder

from rag.corpus import Corpus
from rag.library import Library
from rag.query import understand
from rag.retrieval import Retriever
from rag.terms import terms

PASSAGES = 1_000_000
_A_SPEECH = 11.2  # passages of one, in the mean
_A_FILE = 200  # speeches
_CHANGED = 100  # speeches that are added, then removed, while questions are asked
_QUESTIONS = 200
_SHOWN = 10
_BLOCK = 50_000
_RETRIEVAL = "a retrieval"
_PARTS = ("vector index", "lexical index", "texts of 40 passages")
PLOT = Path(__file__).resolve().parent / "million.png"


def make(folder: Path, passages: int) -> None:
    """Ingest files of generated speeches until there are enough passages."""
    encoder = synthetic_encoder(folder)
    library = Library.create(folder / "library", encoder)
    start, cpu, made = time.perf_counter(), time.process_time(), 0
    for report in library.ingest(written(folder, int(passages / _A_SPEECH))):
        made += report.chunks
        print(f"\r{made:,} passages", end="", file=sys.stderr)
    print(f"\n{made:,} passages in {time.perf_counter() - start:,.0f} s by the clock, ", end="")
    print(f"{time.process_time() - cpu:,.0f} s of processor time")


def written(folder: Path, count: int) -> list[Path]:
    """JSONL files of so many generated speeches."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    made = speeches(count)
    files = [folder / "files" / f"{number:05d}.jsonl" for number in range(count // _A_FILE)]
    for file in files:
        write_lines(file, (next(made) for _ in range(_A_FILE)))
    return files


def synthetic_encoder(folder: Path) -> SyntheticEncoder:
    """Made by the default encoder in a process of its own, so that its memory is not counted."""
    file = folder / "encoder.npz"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, __file__, "encode", folder], check=True)
    return SyntheticEncoder.open(file)


def encode(folder: Path) -> None:
    from embeddings.packaged_encoder import PackagedEncoder

    encoder = PackagedEncoder.load()
    SyntheticEncoder.save(folder / "encoder.npz", encoder, questions(_QUESTIONS))


def ask(folder: Path) -> None:
    """Print the figures, each beside its claim."""
    encoder, asked = synthetic_encoder(folder), questions(_QUESTIONS)
    print(f"resident before: {resident_mb():,.0f} MB")
    start, cpu = time.perf_counter(), time.process_time()
    library = Library.open(folder / "library", encoder)
    retriever = Retriever(library, encoder)
    retriever.retrieve(understand(asked[0]), _SHOWN)
    opening = time.perf_counter() - start, time.process_time() - cpu
    print(f"{library.chunk_count:,} passages of {len(library.documents()):,} speeches")
    row("open and answer once, s", opening, "3 s")
    for question in asked[-20:]:
        retriever.retrieve(understand(question), _SHOWN)
    print("\nmilliseconds, median and 95th percentile    by the clock        processor")
    figures: dict[str, object] = {"passages": library.chunk_count}
    figures[_RETRIEVAL] = show_times(
        _RETRIEVAL, asked, lambda q: retriever.retrieve(understand(q), _SHOWN), "25 / 60"
    )
    figures |= show_parts(library, encoder, asked)
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    print(f"\nresident: {resident_mb():,.0f} MB (claim: 2,500)")
    ids = [entry.doc_id for entry in library.documents()]
    print(f"resident after the list of all speeches: {resident_mb():,.0f} MB\n")
    for step in (10, 100, 1000):
        inside = frozenset(ids[::step])
        show_times(
            f"within {len(inside):,} speeches",
            asked[:100],
            lambda q, inside=inside: retriever.retrieve(understand(q, within=inside), _SHOWN),
        )
    recalls = recall(library, encoder, asked[:100])
    print(f"\nrecall@{_SHOWN} against exact search: {recalls:.4f} (claim: .98)")
    show_changes(folder, library, retriever, asked)
    print(f"resident at the end: {resident_mb():,.0f} MB")


def show_parts(
    library: Library, encoder: SyntheticEncoder, asked: Sequence[str]
) -> dict[str, Sequence[float]]:
    rows = dict(zip(asked, encoder.encode_queries(asked), strict=True))
    found = {question: library.dense(rows[question], 40)[0] for question in asked}
    works: tuple[Callable[[str], object], ...] = (
        lambda q: library.dense(rows[q], 100),
        lambda q: library.lexical(terms(q), 100),
        lambda q: library.passages(found[q]),
    )
    return {name: show_times(name, asked, work) for name, work in zip(_PARTS, works, strict=True)}


def show_times(
    name: str, asked: Sequence[str], work: Callable[[str], object], claim: str = ""
) -> Sequence[float]:
    """Print and give median and 95th percentile, by the clock and of the processor."""
    costs = []
    for question in asked:
        start, cpu = time.perf_counter(), time.process_time()
        work(question)
        costs.append((time.perf_counter() - start, time.process_time() - cpu))
    wall, processor = 1000 * np.array(costs).T
    times = (*np.percentile(wall, [50, 95]), *np.percentile(processor, [50, 95]))
    row(name, times, claim)
    return times


def row(name: str, values: Sequence[float], claim: str = "") -> None:
    figures = "".join(f"{value:>10.2f}" for value in values)
    print(f"{name:<40}{figures}" + (f"   (claim: {claim})" if claim else ""), flush=True)


def plot(folders: Sequence[Path]) -> None:
    """Processor time of a question and its parts over the size, beside the claim."""
    from matplotlib.figure import Figure

    kept = [json.loads((folder / "figures.json").read_text(encoding="utf-8")) for folder in folders]
    kept.sort(key=lambda figures: figures["passages"])
    sizes = [figures["passages"] for figures in kept]
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(xscale="log", yscale="log")
    for name in (_RETRIEVAL, *_PARTS):
        median, slow = zip(*(figures[name][2:4] for figures in kept), strict=True)
        (line,) = axes.plot(sizes, median, marker="o", label=name)
        axes.plot(sizes, slow, ":", color=line.get_color())
    axes.axhline(25, color="grey", linewidth=0.8, label="25 ms, the claim at a million")
    axes.set(xlabel="passages", ylabel="processor time, ms (dotted: 95th percentile)")
    axes.legend(fontsize="small")
    figure.savefig(PLOT, dpi=120)


def recall(library: Library, encoder: SyntheticEncoder, asked: Sequence[str]) -> float:
    """Share of the exact best that the vector index finds, brute force over SQLite's vectors."""
    rows = encoder.encode_queries(asked)
    corpus = Corpus(library.root / "library.sqlite3")
    keys = np.array(corpus.added_since(0), dtype=np.int64)
    best_keys = np.empty((len(asked), 0), np.int64)
    best = np.empty((len(asked), 0), np.float32)
    for start in range(0, len(keys), _BLOCK):
        block = keys[start : start + _BLOCK]
        scores = rows @ corpus.vectors(block.tolist(), encoder.dim).astype(np.float32).T
        best = np.concatenate([best, scores], axis=1)
        best_keys = np.concatenate([best_keys, np.tile(block, (len(asked), 1))], axis=1)
        first = np.argsort(-best, axis=1)[:, :_SHOWN]
        best = np.take_along_axis(best, first, axis=1)
        best_keys = np.take_along_axis(best_keys, first, axis=1)
    corpus.close()
    found = [library.dense(question, _SHOWN)[0] for question in rows]
    return float(
        np.mean([np.isin(exact, near).mean() for exact, near in zip(best_keys, found, strict=True)])
    )


def show_changes(
    folder: Path, library: Library, retriever: Retriever, asked: Sequence[str]
) -> None:
    """Questions in one thread while speeches are added and removed in another."""
    file = folder / "changes.jsonl"
    write_lines(file, speeches(_CHANGED, seed=1, prefix="change"))
    for name, change in (
        (f"adding {_CHANGED} speeches", lambda: list(library.ingest([file]))),
        (
            f"removing {_CHANGED} speeches",
            lambda: library.remove([f"change-{number:06d}" for number in range(_CHANGED)]),
        ),
    ):
        changing = threading.Thread(target=change)
        start, waits = time.perf_counter(), []
        changing.start()
        while changing.is_alive():
            asked_at = time.perf_counter()
            retriever.retrieve(understand(asked[len(waits) % len(asked)]), _SHOWN)
            waits.append(1000 * (time.perf_counter() - asked_at))
        took = time.perf_counter() - start
        times: NDArray[np.float64] = np.percentile(waits, [50, 95, 100])
        row(f"{name}: {took:.1f} s, {len(waits)} questions", tuple(times))
    print("(median, 95th percentile and longest wait by the clock, ms)")


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Make, or ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("phase", choices=("make", "ask", "plot", "encode"))
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--passages", type=int, default=PASSAGES)
    options = parser.parse_args()
    first = options.folder[0]
    if options.phase == "make":
        make(first, options.passages)
    elif options.phase == "encode":
        encode(first)
    elif options.phase == "ask":
        ask(first)
    else:
        plot(options.folder)


if __name__ == "__main__":
    main()
