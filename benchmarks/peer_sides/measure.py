"""Builds with or asks one system, in that system's own environment, and prints what it cost as JSON.

    python measure.py build|ask SYSTEM JOB.json FOLDER

Run by `benchmarks/peers.py`. Knows no system: the module SYSTEM beside this file has a class `Side`.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Protocol

K = 5


class Side(Protocol):
    """A system at work, made of the model's folder, its own folder and whether all is set up for Chinese."""

    def load(self) -> None:
        """Import what is needed, and load the model."""

    def build(self, documents: list[dict]) -> tuple[int, int]:
        """Index the documents and keep that; how many chunks and characters of them there are."""

    def open(self) -> None:
        """Take up what was kept, in another process."""

    def ask(self, question: str, k: int) -> list[list[str]]:
        """Id of the document and text of the best chunks, best first."""


def seconds() -> tuple[float, float]:
    """The clock, and the processor time of this process and its ended children."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time() + ended.ru_utime + ended.ru_stime


def since(start: tuple[float, float]) -> list[float]:
    return [now - then for now, then in zip(seconds(), start, strict=True)]


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def build(side: Side, job: dict) -> dict:
    side.load()
    start = seconds()
    chunks, characters = side.build(job["documents"])
    return {"chunks": chunks, "characters": characters, "seconds": since(start)}


def ask(side: Side, job: dict) -> dict:
    side.load()
    side.open()
    first = side.ask(job["questions"][0], K)
    cold = time.time() - job["started"]
    cold_cpu = time.process_time()
    for question in job["questions"][:5]:
        side.ask(question, K)
    answers, costs = [], []
    for question in job["questions"]:
        start = seconds()
        found = side.ask(question, K)
        costs.append(since(start))
        answers.append(found)
    return {
        "cold": [cold, cold_cpu],
        "repeats": first == answers[0],
        "seconds": costs,
        "answers": answers,
        "resident_mb": resident_mb(),
    }


def main() -> None:
    phase, system, job_file, folder = sys.argv[1:]
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    side = importlib.import_module(system).Side(job["model"], folder, job["chinese"])
    result = {"build": build, "ask": ask}[phase](side, job)
    print("\n" + json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
