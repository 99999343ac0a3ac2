"""Reads damaged files of every format: python benchmarks/fuzz_readers.py [COUNT] [SEED].

A file may be read or refused with a message. Anything else is a failure, and so is a file that
takes more than ten seconds. A reader that broke down in its child process is a refusal, counted
apart.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "readers")]

from mutations import mutated, samples  # noqa: E402

from rag.errors import ReadError  # noqa: E402
from rag.readers import Worker, read  # noqa: E402

LONGEST_SECONDS = 10.0


def outcome(path: Path, worker: Worker) -> str:
    try:
        read(path, worker)
    except ReadError as error:
        for kind in ("broke down", "took more than"):
            if kind in str(error):
                return kind
        return "refused" if str(error).strip() else "refused without a reason"
    return "read"


def main(count: int, seed: int) -> int:
    chance = Random(seed)
    files = samples()
    tally: dict[str, Counter[str]] = {name: Counter() for name in files}
    slowest = (0.0, "")
    with TemporaryDirectory() as folder, Worker() as worker:
        for number in range(count):
            name = sorted(files)[number % len(files)]
            path = Path(folder, name)
            path.write_bytes(mutated(files[name], chance))
            start = time.perf_counter()
            try:
                tally[name][outcome(path, worker)] += 1
            except BaseException:
                kept = Path(f"fuzz-{seed}-{number}-{name}")
                kept.write_bytes(path.read_bytes())
                print(f"{kept} shows a failure", file=sys.stderr)
                raise
            slowest = max(slowest, (time.perf_counter() - start, f"{name} {number}"))
    print(
        json.dumps({"files": count, "seed": seed, "slowest": slowest, "outcomes": tally}, indent=1)
    )
    return int(slowest[0] > LONGEST_SECONDS)


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*arguments, *[1000, 1][len(arguments) :]))
