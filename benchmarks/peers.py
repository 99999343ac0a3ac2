"""The peers beside this project, with the same weights, in one run: ingest, questions, start, memory, quality.

    python -m benchmarks.peers NCP [--passages 2800] [--questions 200] [--only txtai …]

NCP is a folder with `documents.jsonl` and `questions.jsonl`, as `jianghua ingest` and `jianghua eval`
take them. Each peer has its own environment (`peer_environments.py`) and runs twice: as its
documentation starts, and given this project's passages with title and headings and Chinese bigrams.
All load multilingual-e5-small: the peers in float32, as its page on the hub has it and their
defaults do, this project in what it chooses itself. `--bfloat16` gives it to the peers in bfloat16.
Each step is a process of its own. Processor seconds are shown beside the clock's, since the former
bear other work on the machine; ratios are of processor time. This project asks with its reader and
without it: ratios are to the latter, since no peer reads passages again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))  # run as a module too

import numpy as np
from peer_environments import PEERS, float32_model, interpreter

from embeddings.packaged import default_model_folder
from rag.chunking import chunks_of, indexed_text
from rag.evaluation.gold import holds
from rag.schema import Metadata, SourceText
from rag.speeches import documents_of

SIDES = Path(__file__).resolve().parent / "peer_sides"
OURS = "jianghua"
ALIKE = "jianghua, no reader"  # does what the peers do


class FailedSideError(Exception):
    """A system that did not do its work; says what it printed."""


def job(folder: Path, passages: int, questions: int) -> dict[str, Any]:
    """The first documents that make up so many passages, and questions about them."""
    documents: list[dict[str, Any]] = []
    for line in _lines(folder / "documents.jsonl"):
        if sum(len(one["passages"]) for one in documents) >= passages:
            break
        documents.append({**line, "passages": passages_of(line)})
    ids = {one["id"] for one in documents}
    asked = [one for one in _lines(folder / "questions.jsonl") if ids.issuperset(one["doc_ids"])]
    return {
        "documents": documents,
        "questions": [one["question"] for one in asked[:questions]],
        "labels": [(one["doc_ids"], one["answers"]) for one in asked[:questions]],
    }


def passages_of(line: dict[str, str]) -> list[str]:
    """The passages that this project makes of a document, each under its title and headings."""
    given = Metadata(title=line["title"])
    made = documents_of(SourceText(line["text"], doc_id=line["id"], given=given))
    return [indexed_text(one, chunk) for one in made for chunk in chunks_of(one)]


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def measured(
    system: str, work: dict[str, Any], folder: Path, threads: int, reranker: str
) -> dict[str, Any]:
    """What building and asking cost; each in a new process."""
    python = sys.executable if system == OURS else interpreter(system)
    environment = os.environ | {
        "PYTHONPATH": str(SIDES.parent.parent) if system == OURS else "",
        "OMP_NUM_THREADS": str(threads),
        "JIANGHUA_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "JIANGHUA_RERANKER": reranker,
    }
    results = {}
    for phase in ("build", "ask"):
        job_file = folder / "job.json"
        job_file.write_text(json.dumps({**work, "started": time.time()}), encoding="utf-8")
        command = [python, SIDES / "measure.py", phase, f"side_{system}", job_file, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            raise FailedSideError(f"{phase}:\n{done.stderr[-3000:]}")
        results[phase] = json.loads(done.stdout.splitlines()[-1])
    return results


def figures(result: dict[str, Any], labels: list[Any]) -> dict[str, float]:
    """One row: rates, times, memory, shares of questions."""
    build, ask = result["build"], result["ask"]
    wall, cpu = np.array(ask["seconds"]).T * 1000
    answers = list(zip(ask["answers"], labels, strict=True))
    return {
        "chunks": build["chunks"],
        "chunks_s": build["chunks"] / build["seconds"][1],
        "chars_s": build["characters"] / build["seconds"][1],
        "p50": float(np.median(cpu)),
        "p95": float(np.percentile(cpu, 95)),
        "p50_wall": float(np.median(wall)),
        "p95_wall": float(np.percentile(wall, 95)),
        "cold": ask["cold"][1],
        "cold_wall": ask["cold"][0],
        "mb": ask["resident_mb"],
        "doc1": _share([hits[:1] and hits[0][0] in ids for hits, (ids, _) in answers]),
        "pass1": _share([_has(hits[:1], wanted) for hits, (_, wanted) in answers]),
        "pass5": _share([_has(hits[:5], wanted) for hits, (_, wanted) in answers]),
    }


def _has(hits: list[list[str]], wanted: list[Any]) -> bool:
    return any(holds(text, tuple(wanted)) for _, text in hits)


def _share(values: list[Any]) -> float:
    return float(np.mean([bool(value) for value in values]))


def show(name: str, row: dict[str, float]) -> None:
    print(
        f"{name:<22}{row['chunks']:>6.0f}{row['chunks_s']:>8.1f}{row['chars_s']:>8.0f}"
        f"{row['p50']:>8.1f}{row['p95']:>8.1f}{row['p50_wall']:>9.0f}{row['p95_wall']:>7.0f}"
        f"{row['cold']:>8.1f}{row['cold_wall']:>7.1f}{row['mb']:>7.0f}"
        f"{row['doc1']:>7.3f}{row['pass1']:>7.3f}{row['pass5']:>7.3f}",
        flush=True,
    )


def show_ratios(rows: dict[str, dict[str, float]]) -> None:
    """Each peer's figures over ours: above one where this project does better."""
    ours = rows[ALIKE]
    print(
        f"\n{'peer / ours, processor time':<30}{'ingest a character':>19}{'question':>10}{'start':>8}"
    )
    for name, row in rows.items():
        ratios = (ours["chars_s"] / row["chars_s"], row["p50"] / ours["p50"])
        print(f"{name:<30}{ratios[0]:>19.2f}{ratios[1]:>10.2f}{row['cold'] / ours['cold']:>8.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ncp", type=Path)
    parser.add_argument("--passages", type=int, default=2_800)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--bfloat16", action="store_true", help="the peers load it so")
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args()
    if not (options.ncp / "documents.jsonl").is_file():
        print(f"skipped: there is no {options.ncp / 'documents.jsonl'}")
        return
    work = job(options.ncp, options.passages, options.questions)
    model = default_model_folder() if options.bfloat16 else float32_model()
    count = sum(len(one["passages"]) for one in work["documents"])
    print(f"{len(work['documents'])} documents, {count} passages, {len(work['labels'])} questions")
    print("processor seconds and ms; (w): by the clock; MB resident after the questions\n")
    print(
        f"{'':<22}{'chunks':>6}{'chk/s':>8}{'char/s':>8}{'p50':>8}{'p95':>8}{'p50(w)':>9}{'p95':>7}"
        f"{'cold':>8}{'(w)':>7}{'MB':>7}{'doc@1':>7}{'psg@1':>7}{'psg@5':>7}"
    )
    rows = {}
    runs = [(OURS, OURS, True), (ALIKE, OURS, True)]
    for peer in options.only:
        runs += [(peer, peer, False), (f"{peer}, Chinese", peer, True)]
    for name, system, chinese in runs:
        reranker = "packaged" if name == OURS else "none"
        given = {**work, "model": str(model), "chinese": chinese}
        try:
            with tempfile.TemporaryDirectory() as folder:
                result = measured(system, given, Path(folder), options.threads, reranker)
        except FailedSideError as error:  # the others' figures are worth having
            print(f"{name:<22} failed: {error}", flush=True)
            continue
        rows[name] = figures(result, work["labels"])
        show(name, rows[name])
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    show_ratios(rows)


if __name__ == "__main__":
    main()
