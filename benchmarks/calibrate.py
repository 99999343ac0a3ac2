"""Fits the weights in ``rag/calibration.json`` to labelled questions.

    python benchmarks/calibrate.py --set LIBRARY QUESTIONS.jsonl LIMIT [--set …] [--unanswerable LIBRARY U.jsonl LIMIT]

Each set is a library that holds the documents, and questions with ``answers`` and ``doc_ids``, of which LIMIT are
taken. Three logistic models are fitted on the even rows and judged on the odd ones: the chance that a piece of a
sentence is the answer, that a sentence holds it, and that the question is answerable. Each question is asked of a part of its library, from five documents to
all; unanswerable examples are given questions and, for each answerable one, the same question without its own
documents. The final weights use all rows.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from embeddings.encoder import SentenceTransformerEncoder
from rag import answer_spans, answerability, sentence_scorer
from rag.answer_spans import Sort, pieces, wanted
from rag.calibration import Calibration, Logistic
from rag.evaluation.gold import equals, holds, squashed
from rag.library import Library
from rag.normal_form import normalise
from rag.query import Query, understand
from rag.retrieval import Retrieval, Retriever
from rag.sentence_scorer import Candidate, Weights, candidates_of
from rag.sentences import sentences
from rag.terms import terms

KEPT = 0.97  # share of each set's answerable questions that the threshold lets through
_LIBRARY_SIZES = (5, 20, 80, 10_000)  # documents; a score must mean the same in all of them
Row = dict[str, Any]


@dataclass
class Asked:
    """A question with what was retrieved for it."""

    name: str
    row: int
    answerable: bool
    query: Query
    retrieval: Retrieval
    weights: Weights
    answers: list[str]
    doc_ids: list[str]


@dataclass
class Example:
    """A question with the sentences that were found for it."""

    asked: Asked
    candidates: list[Candidate]
    labels: list[bool]  # of the candidates: does it hold the answer?

    @property
    def answerable(self) -> bool:
        """Whether what was asked of holds the answer."""
        return self.asked.answerable


def main() -> None:
    """Fits, prints the figures of the held-out half, writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", nargs=3, action="append", default=[])
    parser.add_argument("--unanswerable", nargs=3, action="append", default=[])
    parser.add_argument("--out", type=Path, default=Path("rag/calibration.json"))
    options = parser.parse_args()
    encoder = SentenceTransformerEncoder.load()
    asked = [
        example
        for answerable, sets in ((True, options.set), (False, options.unanswerable))
        for folder, questions, limit in sets
        for example in asked_of(
            Library.open(Path(folder), encoder), encoder, Path(questions), int(limit), answerable
        )
    ]
    even, odd = [a for a in asked if a.row % 2 == 0], [a for a in asked if a.row % 2]
    judge(fit(even), odd)
    options.out.write_text(json.dumps(as_json(fit(asked)), indent=1) + "\n", encoding="utf-8")


def asked_of(
    library: Library, encoder: SentenceTransformerEncoder, path: Path, limit: int, answerable: bool
) -> Iterator[Asked]:
    """The questions of a file, each asked of a part of the library with its documents and without."""
    retriever = Retriever(library, encoder)
    others = sorted(entry.doc_id for entry in library.documents())
    chance = random.Random(7)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    step = max(1, len(rows) // limit)
    for number, row in enumerate(rows[::step][:limit]):
        if not row["question"]:
            continue
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
                found = (query, _first(retrieval), weights)
                yield Asked(
                    path.parent.name, number, holds_answer, *found, row["answers"], list(own)
                )


def _first(retrieval: Retrieval, k: int = 10) -> Retrieval:
    return Retrieval(retrieval.hits[:k], retrieval.dense[:k], retrieval.lexical[:k])


def _without(retrieval: Retrieval, doc_ids: frozenset[str]) -> Retrieval:
    keep = [i for i, hit in enumerate(retrieval.hits) if hit.document.doc_id not in doc_ids]
    hits = tuple(retrieval.hits[i] for i in keep)
    return Retrieval(hits, retrieval.dense[keep], retrieval.lexical[keep])


def examples_of(asked: Sequence[Asked], piece: Logistic) -> list[Example]:
    """The candidate sentences of each question, and which of them hold the answer."""
    found = []
    for one in asked:
        candidates = candidates_of(one.query, one.retrieval, one.weights, piece)
        labels = [
            one.answerable
            and c.quote.document.doc_id in one.doc_ids
            and holds(c.quote.text, tuple(one.answers))
            for c in candidates
        ]
        if candidates:
            found.append(Example(one, candidates, labels))
    return found


def fit(asked: Sequence[Asked]) -> Calibration:
    """All three models and the threshold."""
    piece = _fit_pieces([one for one in asked if one.answerable])
    examples = examples_of(asked, piece)
    answered = [e for e in examples if e.answerable]
    sentence = _logistic(
        sentence_scorer.FEATURES,
        np.array([c.features for e in answered for c in e.candidates]),
        np.array([label for e in answered for label in e.labels]),
    )
    rows = np.array([_answerability_row(e, sentence) for e in examples])
    labels = np.array([e.answerable for e in examples])
    answerable = _logistic(answerability.FEATURES, rows, labels)
    chances = answerable.probabilities(rows)
    # The set that is hardest to tell apart decides, so that no kind of library loses more than that.
    names = {e.asked.name for e in examples}
    kept = [chances[labels & np.array([e.asked.name == n for e in examples])] for n in names]
    threshold = min(float(np.quantile(own, 1 - KEPT)) for own in kept if len(own))
    return Calibration(piece, sentence, answerable, threshold)


def _fit_pieces(asked: Sequence[Asked]) -> Logistic:
    """On the pieces of all sentences of the right documents' passages."""
    rows, labels = [], []
    for one in asked:
        expected, question = wanted(one.query), normalise(one.query.text)
        for hit in one.retrieval.hits[: sentence_scorer.PASSAGES]:
            for span in sentences(hit.text) if hit.document.doc_id in one.doc_ids else ():
                words = hit.text[span.start : span.end]
                for piece in pieces(words, expected, one.weights, question):
                    rows.append(piece.features)
                    said = squashed(words[piece.span.start : piece.span.end])
                    labels.append(any(_same(said, squashed(answer)) for answer in one.answers))
    return _logistic(answer_spans.FEATURES, np.array(rows), np.array(labels))


def _same(said: str, answer: str) -> bool:
    """Whether a piece is what the answer says: one within the other, and neither much longer."""
    if not said or not (said in answer or answer in said):
        return False
    return 0.25 <= len(said) / len(answer) <= 2


def _answerability_row(example: Example, sentence: Logistic) -> list[float]:
    asked = example.asked
    return answerability.answerability_features(
        asked.query, asked.retrieval, asked.weights, _ranked(example, sentence)
    )


def _ranked(example: Example, sentence: Logistic) -> list[Candidate]:
    chances = sentence.probabilities(np.array([c.features for c in example.candidates]))
    scored = [
        replace(c, probability=float(p)) for c, p in zip(example.candidates, chances, strict=True)
    ]
    return sorted(scored, key=lambda c: -c.probability)


def _logistic(features: tuple[str, ...], rows: np.ndarray, labels: np.ndarray) -> Logistic:
    means, scales = rows.mean(0), np.maximum(rows.std(0), 1e-3)
    fitted = LogisticRegression(C=1.0, max_iter=3000).fit((rows - means) / scales, labels)
    return Logistic(features, means, scales, fitted.coef_[0], float(fitted.intercept_[0]))


def judge(models: Calibration, asked: Sequence[Asked]) -> None:
    """Prints how well the models do on questions that they were not fitted on."""
    examples = examples_of(asked, models.piece)
    for name in dict.fromkeys(e.asked.name for e in examples):
        own = [e for e in examples if e.asked.name == name]
        _judge_sentences(name, models.sentence, [e for e in own if e.answerable])
        rows = np.array([_answerability_row(e, models.sentence) for e in own])
        chances = models.answerable.probabilities(rows)
        labels = np.array([e.answerable for e in own])
        for label, word in ((True, "answered"), (False, "declined")):
            if (labels == label).any():
                share = np.mean((chances[labels == label] >= models.threshold) == label)
                print(f"{name}: {word} {share:.3f} of {int((labels == label).sum())}")
        if labels.any() and not labels.all():
            print(f"{name}: area under the curve {roc_auc_score(labels, chances):.3f}")


def _judge_sentences(name: str, sentence: Logistic, examples: Sequence[Example]) -> None:
    if not examples:
        return
    found, pieces_asked, pieces_right = [], 0, 0
    for e in examples:
        order = np.argsort(-sentence.probabilities(np.array([c.features for c in e.candidates])))
        found.append(np.array(e.labels)[order])
        best = e.candidates[order[0]]
        if wanted(e.asked.query).sort is not Sort.OTHER:
            pieces_asked += 1
            said = best.quote.text[best.piece.start : best.piece.end] if best.piece else ""
            pieces_right += equals(said, tuple(e.asked.answers))
    at = [np.mean([f[:k].any() for f in found]) for k in (1, 3)]
    print(
        f"{name}: best sentence holds the answer @1 {at[0]:.3f} @3 {at[1]:.3f};"
        f" its piece is the answer {pieces_right / max(pieces_asked, 1):.3f} of {pieces_asked}"
    )


def as_json(models: Calibration) -> dict[str, Any]:
    """As ``rag.calibration`` reads it."""
    fitted = {name: getattr(models, name) for name in ("piece", "sentence", "answerable")}
    return {
        **{name: _model_json(model) for name, model in fitted.items()},
        "threshold": round(models.threshold, 4),
    }


def _model_json(model: Logistic) -> dict[str, Any]:
    columns = zip(model.features, model.means, model.scales, model.weights, strict=True)
    return {
        "features": {name: [round(float(v), 5) for v in values] for name, *values in columns},
        "bias": round(model.bias, 5),
    }


if __name__ == "__main__":
    main()
