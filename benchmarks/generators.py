"""How long answers take: the first words and the whole, quoted and written by a local model.

Asks golden questions of the sample speeches. Also counts how many answers the model wrote itself, how
many of those hold the expected words, and how often it had to be replaced.

    python benchmarks/generators.py --questions 8
    python benchmarks/generators.py --model path/to/folder --threads 4
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.assembly import compose, open_encoder, open_reranker
from rag.assistant import Assistant
from rag.generators.transformers_model import TransformersModel
from rag.library import Library
from rag.schema import Answer
from rag.settings import Settings
from rag.wire import question_from

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Timed:
    """One answer, and when its first words and its end came (seconds)."""

    answer: Answer
    first: float
    whole: float
    holds: bool


def asked(assistant: Assistant, row: dict[str, Any]) -> Timed:
    started, first = time.perf_counter(), None
    for piece in assistant.stream(question_from(row)):
        if first is None and piece:
            first = time.perf_counter() - started
        if isinstance(piece, Answer):
            holds = any(str(expected) in piece.text for expected in row["answers"])
            return Timed(piece, first or 0.0, time.perf_counter() - started, holds)
    raise RuntimeError("a stream ends with its answer")


def report(name: str, timed: list[Timed]) -> None:
    first, whole = ([getattr(t, part) for t in timed] for part in ("first", "whole"))
    written = [t for t in timed if t.answer.generator == name]
    print(
        f"{name:14} first words {np.median(first):6.2f} s, whole {np.median(whole):6.2f} s (medians), "
        f"longest {max(whole):6.2f} s; written by itself {len(written)} of {len(timed)}, "
        f"of these {sum(t.holds for t in written)} hold the expected words; "
        f"of all {sum(t.holds for t in timed)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=8)
    parser.add_argument("--model")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    lines = (ROOT / "tests" / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["answers"] and "history" not in row]
    rows = rows[:: max(1, len(rows) // options.questions)][: options.questions]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), threads=options.threads)
        encoder = open_encoder(settings, print)
        library = Library.create(Path(folder), encoder)
        list(library.ingest([ROOT / "samples" / "speeches"]))
        started = time.perf_counter()
        model = TransformersModel.load(options.model, threads=options.threads, on_progress=print)
        print(f"model loaded in {time.perf_counter() - started:.1f} s")
        reranker = open_reranker(settings, encoder)
        for writer in (None, model):
            assistant = compose(library, encoder, settings, writer, reranker)
            assistant.ask(question_from(rows[0]))  # what is loaded with the first question
            timed = [asked(assistant, row) for row in rows]
            report(writer.name if writer else "extractive", timed)
        library.close()


if __name__ == "__main__":
    main()
