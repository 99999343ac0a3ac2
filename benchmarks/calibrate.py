"""Fits the weights in ``rag/calibration.json`` to labelled questions.

    python benchmarks/calibrate.py --set LIBRARY QUESTIONS.jsonl [--set …] [--unanswerable LIBRARY U.jsonl]

Each set is a library that holds the documents, and questions with ``answers`` and ``doc_ids``. Two logistic
models are fitted on the even rows and judged on the odd ones: the chance that a sentence holds the answer, and
the chance that a question is answerable. Each question is asked of a part of its library, from five documents to
all; unanswerable examples are given questions and, for each answerable one, the same question without its own
documents. The final weights use all rows.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from embeddings.encoder import SentenceTransformerEncoder
from rag import answerability, sentence_scorer
from rag.calibration import Logistic
from rag.library import Library
from rag.query import Query, understand
from rag.retrieval import Retrieval, Retriever
from rag.sentence_scorer import Candidate, Weights, candidates_of
from rag.terms import terms

KEPT = 0.94  # share of each set's answerable questions that the threshold lets through
_LIBRARY_SIZES = (5, 20, 80, 10_000)  # documents; a score must mean the same in all of them
_GIVEN = 2.5  # weight of a given unanswerable question against one made so
Row = dict[str, Any]


@dataclass
class Example:
    """A question with what was retrieved for it."""

    name: str
    row: int
    answerable: bool
    given: bool  # unanswerable as it was given, not made so
    query: Query
    retrieval: Retrieval
    weights: Weights
    candidates: list[Candidate]
    labels: list[bool]  # of the candidates: does it hold the answer?


def main() -> None:
    """Fits, prints the figures of the held-out half, writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", nargs=2, action="append", type=Path, default=[])
    parser.add_argument("--unanswerable", nargs=2, action="append", type=Path, default=[])
    parser.add_argument("--limit", type=int, default=1000, help="questions a set")
    parser.add_argument("--out", type=Path, default=Path("rag/calibration.json"))
    options = parser.parse_args()
    encoder = SentenceTransformerEncoder.load()
    examples = [
        example
        for answerable, sets in ((True, options.set), (False, options.unanswerable))
        for folder, questions in sets
        for example in _examples(
            Library.open(folder, encoder), encoder, questions, options.limit, answerable
        )
    ]
    halves = [e for e in examples if e.row % 2 == 0], [e for e in examples if e.row % 2]
    _judge(*_fit(halves[0]), halves[1])
    sentence, answerable, threshold = _fit(examples)
    data = {
        "sentence": _as_json(sentence),
        "answerable": _as_json(answerable),
        "threshold": round(threshold, 4),
    }
    options.out.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _examples(
    library: Library, encoder: SentenceTransformerEncoder, path: Path, limit: int, answerable: bool
) -> Iterator[Example]:
    retriever = Retriever(library, encoder)
    others = sorted(entry.doc_id for entry in library.documents())
    chance = random.Random(7)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    step = max(1, len(rows) // limit)
    for number, row in enumerate(rows[::step][:limit]):
        origin = (path.parent.name, number)
        own = frozenset(row.get("doc_ids") or ())
        size = _LIBRARY_SIZES[number % len(_LIBRARY_SIZES)]
        around = frozenset(chance.sample(others, min(size, len(others)))) - own
        limits = [(True, around | own)] if answerable else []
        for holds_answer, within in [*limits, (False, around)]:
            query = understand(row["question"], within=None if size >= len(others) else within)
            words = dict.fromkeys(terms(query.subject))
            weights = Weights(words, library.document_frequency(words), library.chunk_count)
            retrieval = retriever.retrieve(query, 20)
            if not holds_answer:
                retrieval = _without(retrieval, own)
            if retrieval.hits:
                yield _example(origin, holds_answer, query, _first(retrieval), weights, row)


def _first(retrieval: Retrieval, k: int = 10) -> Retrieval:
    return Retrieval(retrieval.hits[:k], retrieval.dense[:k], retrieval.lexical[:k])


def _without(retrieval: Retrieval, doc_ids: set[str]) -> Retrieval:
    keep = [i for i, hit in enumerate(retrieval.hits) if hit.document.doc_id not in doc_ids]
    hits = tuple(retrieval.hits[i] for i in keep)
    return Retrieval(hits, retrieval.dense[keep], retrieval.lexical[keep])


def _example(
    origin: tuple[str, int],
    answerable: bool,
    query: Query,
    retrieval: Retrieval,
    weights: Weights,
    row: Row,
) -> Example:
    candidates = candidates_of(query, retrieval, weights)
    labels = [
        answerable
        and c.quote.document.doc_id in row["doc_ids"]
        and any(holds(answer, c.quote.text) for answer in row["answers"])
        for c in candidates
    ]
    return Example(
        *origin, answerable, not row["answers"], query, retrieval, weights, candidates, labels
    )


def holds(answer: str, text: str) -> bool:
    """Short answers literally; of a longer one, four fifths of its 4-grams."""
    wanted, hay = _squashed(answer), _squashed(text)
    if len(wanted) <= 24:
        return bool(wanted) and wanted in hay
    grams = [wanted[i : i + 4] for i in range(len(wanted) - 3)]
    return sum(gram in hay for gram in grams) >= 0.8 * len(grams)


def _squashed(text: str) -> str:
    return re.sub(
        r"[\s“”\"'‘’《》〈〉「」『』]+", "", unicodedata.normalize("NFKC", text)
    ).casefold()


def _fit(examples: Sequence[Example]) -> tuple[Logistic, Logistic, float]:
    answered = [e for e in examples if e.answerable]
    sentence = _logistic(
        sentence_scorer.FEATURES,
        np.array([c.features for e in answered for c in e.candidates]),
        np.array([label for e in answered for label in e.labels]),
    )
    known = [e for e in examples if e.candidates]
    rows = np.array([_answerability_row(e, sentence) for e in known])
    labels = np.array([e.answerable for e in known])
    given = np.array([_GIVEN if e.given else 1.0 for e in known])
    answerable = _logistic(answerability.FEATURES, rows, labels, given)
    chances = answerable.probabilities(rows)
    # The set that is hardest to tell apart decides, so that no kind of library loses more than that.
    names = {e.name for e in known}
    kept = [chances[labels & np.array([e.name == n for e in known])] for n in names]
    threshold = min(float(np.quantile(own, 1 - KEPT)) for own in kept if len(own))
    return sentence, answerable, threshold


def _answerability_row(example: Example, sentence: Logistic) -> list[float]:
    chances = sentence.probabilities(np.array([c.features for c in example.candidates]))
    scored = [
        replace(c, probability=float(p)) for c, p in zip(example.candidates, chances, strict=True)
    ]
    ranked = sorted(scored, key=lambda c: -c.probability)
    return answerability.answerability_features(
        example.query, example.retrieval, example.weights, ranked
    )


def _logistic(
    features: tuple[str, ...],
    rows: np.ndarray,
    labels: np.ndarray,
    sample_weights: np.ndarray | None = None,
) -> Logistic:
    means, scales = rows.mean(0), np.maximum(rows.std(0), 1e-3)
    fitted = LogisticRegression(C=1.0, max_iter=3000).fit(
        (rows - means) / scales, labels, sample_weights
    )
    return Logistic(features, means, scales, fitted.coef_[0], float(fitted.intercept_[0]))


def _judge(
    sentence: Logistic, answerable: Logistic, threshold: float, examples: Sequence[Example]
) -> None:
    for name in dict.fromkeys(e.name for e in examples):
        own = [e for e in examples if e.name == name and e.candidates]
        asked = [e for e in own if e.answerable]
        if asked:
            top = [
                np.array(e.labels)[
                    np.argsort(
                        -sentence.probabilities(np.array([c.features for c in e.candidates]))
                    )
                ]
                for e in asked
            ]
            print(
                f"{name}: best sentence holds the answer @1 {np.mean([t[0] for t in top]):.3f}"
                f" @3 {np.mean([t[:3].any() for t in top]):.3f}"
            )
        chances = answerable.probabilities(np.array([_answerability_row(e, sentence) for e in own]))
        labels = np.array([e.answerable for e in own])
        for label, word in ((True, "answered"), (False, "declined")):
            if (labels == label).any():
                share = np.mean((chances[labels == label] >= threshold) == label)
                print(f"{name}: {word} {share:.3f} of {int((labels == label).sum())}")


def _as_json(model: Logistic) -> dict[str, Any]:
    columns = zip(model.features, model.means, model.scales, model.weights, strict=True)
    return {
        "features": {name: [round(float(v), 5) for v in values] for name, *values in columns},
        "bias": round(model.bias, 5),
    }


if __name__ == "__main__":
    main()
