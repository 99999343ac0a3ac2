"""How often the verifier is right on sentences made from real reports.

Takes sentences out of speeches that the caller names, keeps some as they are, rewords some by rule
and falsifies others in one place; retrieves look-alike passages with a plain BM25 and prints a
table of rulings for each kind. Nothing of the speeches is kept.

    python benchmarks/verifier.py ../shared/speeches --per-kind 40 --show 5
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from made_sentences import CHANGED_KINDS, FALSE_KINDS, TRUE_KINDS, Case, cases

from rag.schema import Document, Metadata, Quote
from rag.sentences import sentences
from rag.verifier import Verdict, verify

# --- speeches --------------------------------------------------------------------------------


def load(folder: Path) -> Iterator[Document]:
    """The speeches of every ``.jsonl`` line and ``.txt`` file under ``folder``."""
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            known = {k: row.get(k) for k in ("title", "speaker", "date", "venue")}
            yield Document(row["id"], row["text"], Metadata(**known))
    for path in sorted(folder.rglob("*.txt")):
        text = _decoded(path.read_bytes()).replace("\r\n", "\n")
        for number, part in enumerate(re.split(r"(?m)^(?=第.篇:)", text)):
            if part.strip():
                title = next(line for line in part.splitlines() if line.strip())
                yield Document(f"{path.stem}-{number}", part, Metadata(title=title))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030")


class PlainBM25:
    """BM25 over character bigrams of passages of some 300 characters."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._passages = [p for d in documents for p in _passages(d)]
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = []
        for position, passage in enumerate(self._passages):
            counts = Counter(_bigrams(_words(passage)))
            lengths.append(counts.total())
            for gram, count in counts.items():
                self._postings[gram].append((position, count))
        self._length = np.array(lengths) / np.mean(lengths)

    def __call__(self, query: str, k: int = 10) -> list[Quote]:
        """The ``k`` best passages for ``query``."""
        scores = np.zeros(len(self._passages))
        for gram in set(_bigrams(query)) & self._postings.keys():
            rows, counts = np.array(self._postings[gram]).T
            idf = math.log(1 + (len(scores) - len(rows) + 0.5) / (len(rows) + 0.5))
            scores[rows] += idf * counts * 2.2 / (counts + 1.2 * (0.25 + 0.75 * self._length[rows]))
        return [self._passages[i] for i in np.argsort(-scores, kind="stable")[:k]]


def _passages(document: Document, size: int = 300) -> Iterator[Quote]:
    start = end = None
    for span in sentences(document.text):
        if start is not None and end is not None and span.end - start > size:
            yield Quote(document, start, end)
            start = None
        start, end = span.start if start is None else start, span.end
    if start is not None and end is not None:
        yield Quote(document, start, end)


def _words(passage: Quote) -> str:
    return f"{passage.document.title} {passage.document.text[passage.start : passage.end]}"


def _bigrams(text: str) -> list[str]:
    text = re.sub(r"\W", "", text)
    return [text[i : i + 2] for i in range(len(text) - 1)]


def main() -> None:
    """Parse the command line, run, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("speeches", type=Path)
    parser.add_argument("--per-kind", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="wrong rulings to print for each kind")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    documents = list(load(options.speeches))
    outside = dice.sample(documents, len(documents) // 10)
    inside = [d for d in documents if d not in outside]
    retrieve = PlainBM25(inside)
    table: dict[str, list[tuple[Case, Verdict]]] = defaultdict(list)
    seconds = []
    for case in cases(inside, outside, options.per_kind, dice):
        passages = retrieve(case.sentence)
        begin = time.process_time()
        verdict = verify(case.sentence, passages)
        seconds.append(time.process_time() - begin)
        table[case.kind].append((case, verdict))
    _report(table, seconds, options.show)


def _report(table: dict[str, list[tuple[Case, Verdict]]], seconds: list[float], show: int) -> None:
    print(
        f"{'kind':12}{'n':>5}{'supported':>11}{'contradicted':>14}{'unsupported':>13}{'reason':>9}"
    )
    for kind, rows in table.items():
        counts = Counter(v.ruling.value for _, v in rows)
        reason = sum(v.reason == kind for _, v in rows)
        cells = [counts[r] / len(rows) for r in ("supported", "contradicted", "unsupported")]
        print(f"{kind:12}{len(rows):5}{cells[0]:11.3f}{cells[1]:14.3f}{cells[2]:13.3f}", end="")
        print(f"{reason / len(rows):9.3f}" if kind in CHANGED_KINDS else "")
    _print_totals(table, seconds)
    for kind, rows in table.items():
        wrong = [(c, v) for c, v in rows if _is_wrong(kind, v)]
        for case, verdict in wrong[:show]:
            print(f"\n[{kind}] {verdict.ruling}/{verdict.reason} {verdict.coverage:.2f}")
            print("  said  ", case.sentence.replace("\n", ""))
            print("  origin", case.origin.replace("\n", ""))
            for p in verdict.evidence[:2]:
                print("  found ", p.document.doc_id, p.document.text[p.start : p.end][:160])


def _is_wrong(kind: str, verdict: Verdict) -> bool:
    if kind in TRUE_KINDS:
        return verdict.ruling != "supported"
    return verdict.ruling == "supported" or (kind in CHANGED_KINDS and verdict.reason != kind)


def _print_totals(table: dict[str, list[tuple[Case, Verdict]]], seconds: list[float]) -> None:
    true = [v for k in TRUE_KINDS for _, v in table[k]]
    false = [v for k in FALSE_KINDS for _, v in table[k]]
    changed = [(k, v) for k in CHANGED_KINDS for _, v in table[k]]
    blamed = [(k, v) for k, v in changed if v.ruling == "contradicted"]
    print(f"true called supported   {_share(v.ruling == 'supported' for v in true):.3f}")
    print(f"false called supported  {_share(v.ruling == 'supported' for v in false):.3f}")
    print(f"right reason, contradicted {_share(v.reason == k for k, v in blamed):.3f}", end="")
    print(f", all changed {_share(v.reason == k for k, v in changed):.3f}")
    times = np.sort(np.array(seconds[1:])) * 1000  # the first one loads the word tables
    print(
        f"ms of processor time a sentence: mean {times.mean():.1f}, p95 {times[int(len(times) * 0.95)]:.1f}"
    )


def _share(values: Iterator[bool]) -> float:
    counted = list(values)
    return sum(counted) / len(counted) if counted else math.nan


if __name__ == "__main__":
    main()
