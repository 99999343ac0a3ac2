"""Kill an ingest with signal 9 at a random moment, reopen, and see whether anything was lost.

    python -m benchmarks.kill --rounds 200

Each round ingests 60 generated files into a new library, is killed once, checked, and resumed to
the end. Claims: every acknowledged source is whole, no source is there by halves, ``verify`` finds
nothing, what was acknowledged is not read again, and no vector that was stored is encoded again.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from embeddings.batching import Rows
from embeddings.testing import HashEncoder
from rag.ingestion import content_hash
from rag.library import Library
from rag.readers import read
from rag.speeches import documents_of

ROOT = Path(__file__).resolve().parent.parent
FILES = 60


@dataclass(frozen=True, slots=True)
class Run:
    """What one ingest said before it ended or was killed."""

    acknowledged: dict[str, str]  # path: status
    encoded: frozenset[str]  # content hashes


@dataclass(frozen=True, slots=True)
class Round:
    """What one killed ingest left behind."""

    after: float  # seconds until the kill
    acknowledged: int
    stored: int  # vectors found after the kill
    in_flight: int  # encoded and lost with the process
    problems: tuple[str, ...]


class LoggingEncoder(HashEncoder):
    """Writes down what it has encoded, at once."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """As ``HashEncoder``."""
        rows = super().encode_documents(texts)
        with self._log.open("a", encoding="utf-8") as log:
            log.writelines(content_hash(self.fingerprint, text).hex() + "\n" for text in texts)
        return rows


def write_files(folder: Path, count: int = FILES) -> list[Path]:
    """Speeches of 1,300 to 5,200 characters, every tenth file with ten of them."""
    folder.mkdir()
    for number in range(count):
        if number % 10 == 9:
            rows = [{"id": f"{number}-{i}", "text": _speech(number * 100 + i)} for i in range(10)]
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{number:03}.jsonl").write_text(lines, encoding="utf-8")
        else:
            (folder / f"{number:03}.txt").write_text(_speech(number), encoding="utf-8")
    return sorted(folder.iterdir())


def _speech(seed: int) -> str:
    chance = random.Random(seed)
    lines = [f"在青岚市第{seed}次工作会议上的讲话"]
    for part in "一二三四五六七八"[: chance.randrange(2, 9)]:
        lines.append(f"{part}、抓好第{part}项工作")
        for _ in range(5):
            words = [
                chr(chance.randrange(0x5000, 0x5400)) for _ in range(chance.randrange(60, 200))
            ]
            lines.append("".join(words) + "。")
    return "\n".join(lines)


def truth_of(files: Sequence[Path]) -> dict[str, list[str]]:
    """The texts that each file must bring, taken from the files alone."""
    return {
        str(path): [d.text for source in read(path).texts for d in documents_of(source)]
        for path in files
    }


def killed_ingest(files: Path, root: Path, log: Path, after: float) -> Run:
    """Ingest in a process of its own, killed some seconds after its imports."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.kill", "--child", str(files), str(root), str(log)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    if process.stdout is None or process.stdout.readline() != "ready\n":
        raise RuntimeError("the ingest did not start")
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    told, _ = process.communicate()
    complete = [line.partition(" ") for line in told.split("\n")[:-1]]
    return Run({path: status for status, _, path in complete}, _logged(log))


def whole_ingest(files: Path, root: Path, log: Path) -> Run:
    """Ingest to the end, here."""
    with closing(Library.create(root, LoggingEncoder(log))) as library:
        told = {report.path: str(report.status) for report in library.ingest([files])}
    return Run(told, _logged(log))


def _logged(log: Path) -> frozenset[str]:
    return frozenset(log.read_text(encoding="utf-8").split() if log.exists() else [])


def run_round(files: Path, truth: dict[str, list[str]], work: Path, after: float) -> Round:
    """One killed and resumed ingest; ``work`` is an empty folder."""
    root = work / "library"
    killed = killed_ingest(files, root, work / "killed.log", after)
    problems = _problems(root, truth, set(killed.acknowledged))
    stored = _stored(root)
    resumed = whole_ingest(files, root, work / "resumed.log")
    if again := stored & resumed.encoded:
        problems.append(f"{len(again)} stored vectors were encoded again")
    if rest := {p for p in killed.acknowledged if resumed.acknowledged.get(p) != "unchanged"}:
        problems.append(f"{len(rest)} acknowledged sources were read again")
    problems += _problems(root, truth, set(truth))
    in_flight = len(killed.encoded - stored)
    return Round(after, len(killed.acknowledged), len(stored), in_flight, tuple(problems))


def _problems(root: Path, truth: dict[str, list[str]], acknowledged: set[str]) -> list[str]:
    """Where the library differs from the truth, when it is opened."""
    if not (root / "library.sqlite3").exists():
        return [f"{len(acknowledged)} acknowledged sources are gone"] if acknowledged else []
    with closing(Library.open(root)) as library:
        held: dict[str, list[str]] = {}
        for entry in library.documents():
            for path in entry.sources:
                held.setdefault(path, []).append(library.document(entry.doc_id).text)
        problems = [f"{path} is not whole" for path in held if held[path] != truth[path]]
        problems += [f"{path} is gone" for path in acknowledged - set(held)]
        return problems + list(library.verify().problems)


def _stored(root: Path) -> set[str]:
    if not (root / "library.sqlite3").exists():
        return set()
    with closing(sqlite3.connect(root / "library.sqlite3")) as raw:
        return {content.hex() for (content,) in raw.execute("SELECT content FROM vectors")}


def measure(rounds: int, seed: int, count: int = FILES) -> list[Round]:
    """Rounds killed at moments spread evenly over the time that an ingest takes."""
    chance = random.Random(seed)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        truth = truth_of(write_files(work / "files", count))
        began = time.perf_counter()
        whole_ingest(work / "files", work / "whole", work / "whole.log")
        seconds = time.perf_counter() - began
        for number in range(rounds):
            (work / str(number)).mkdir()
            moment = chance.uniform(0, seconds)
            results.append(run_round(work / "files", truth, work / str(number), moment))
            _tell(number, results[-1])
    return results


def _tell(number: int, result: Round) -> None:
    if __name__ == "__main__":
        shown = "; ".join(result.problems) or "whole"
        print(
            f"{number + 1:4}  {result.after:5.2f} s  {result.acknowledged:3} acknowledged "
            f"{result.stored:5} vectors stored {result.in_flight:4} in flight  {shown}",
            flush=True,
        )


def child(files: Path, root: Path, log: Path) -> None:
    """Ingest, telling each source once it is acknowledged."""
    print("ready", flush=True)
    with closing(Library.create(root, LoggingEncoder(log))) as library:
        for report in library.ingest([files]):
            print(report.status, report.path, flush=True)


def main() -> int:
    """Run the rounds and sum them up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=3, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(*options.child)
        return 0
    results = measure(options.rounds, options.seed)
    broken = sum(bool(result.problems) for result in results)
    partial = sum(0 < result.acknowledged < FILES for result in results)
    print(
        f"{len(results)} kills, {partial} of them amid the sources; {broken} left damage; "
        f"at most {max(r.in_flight for r in results)} encoded passages were lost with a process"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
