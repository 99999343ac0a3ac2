"""Fits the weights in ``rag/calibration.json`` to labelled questions.

    python benchmarks/calibrate.py --set LIBRARY QUESTIONS.jsonl LIMIT [--set …] [--unanswerable LIBRARY U.jsonl LIMIT]
        [--reader WEIGHTS] --kept-back QUESTIONS.txt

Each set is a library that holds the documents, and questions with ``answers`` and ``doc_ids`` or ``speech``, of which
LIMIT are taken. Three logistic models are fitted on the even rows and judged on the odd ones: the chance that a piece of a
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

from embeddings.packaged_encoder import PackagedEncoder
from rag import answer_spans, answerability, read_evidence, sentence_scorer
from rag.answer_spans import Sort, pieces, wanted
from rag.calibration import Calibration, Logistic, ReadCalibration
from rag.evaluation.gold import equals, holds, squashed
from rag.library import Library
from rag.normal_form import normalise
from rag.query import Query, understand
from rag.reading.reader import PACKAGED, Reader
from rag.reranking import ReaderReranker
from rag.retrieval import Retrieval, Retriever, reread
from rag.sentence_scorer import Candidate, Weights, candidates_of
from rag.sentences import sentences
from rag.terms import terms

KEPT = 0.97  # share of each set's answerable questions that the threshold lets through
READ_KEPT = 0.97  # the same where the reader has read, which knows more of what is not there
_GIVEN = 4.0  # weight of an unanswerable question that was asked as such; 1: its documents were taken away
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
    parser.add_argument("--reader", type=Path, default=PACKAGED, help="weights")
    parser.add_argument("--kept-back", type=Path, required=True, help="a question a line")
    parser.add_argument("--out", type=Path, default=Path("rag/calibration.json"))
    options = parser.parse_args()
    encoder = PackagedEncoder.load()
    asked = [
        example
        for answerable, sets in ((True, options.set), (False, options.unanswerable))
        for folder, questions, limit in sets
        for example in asked_of(
            Library.open(Path(folder), encoder), encoder, Path(questions), int(limit), answerable
        )
    ]
    reranker = ReaderReranker(Reader.load(options.reader))
    unlearned = set(options.kept_back.read_text("utf-8").splitlines())
    read = [_read(one, reranker) for one in asked if one.query.text in unlearned]
    judge(fit(_half(asked, 0), _half(read, 0)), _half(asked, 1), _half(read, 1))
    models = as_json(fit(asked, read))
    options.out.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")


def _half(asked: Sequence[Asked], which: int) -> list[Asked]:
    return [one for one in asked if one.row // 4 % 2 == which]


def _read(one: Asked, reranker: ReaderReranker) -> Asked:
    return replace(one, retrieval=reread(one.query.text, one.query, one.retrieval, reranker))


def asked_of(
    library: Library, encoder: PackagedEncoder, path: Path, limit: int, answerable: bool
) -> Iterator[Asked]:
    """The questions of a file, each asked of a part of the library with its documents and without."""
    retriever = Retriever(library, encoder)
    others = sorted(entry.doc_id for entry in library.documents())
    chance = random.Random(7)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    step = max(1, len(rows) // limit)
    for number, row in enumerate(rows[::step][:limit]):
        if not row["question"] or row.get("history"):
            continue
        own = _own_documents(row, library)
        size = _LIBRARY_SIZES[number % len(_LIBRARY_SIZES)]
        around = frozenset(chance.sample(others, min(size, len(others)))) - own
        limits = [(True, around | own)] if answerable and row["answers"] else []
        for holds_answer, within in [*limits, (False, around)]:
            query = understand(row["question"], within=None if size >= len(others) else within)
            words = dict.fromkeys(terms(query.subject))
            weights = Weights(words, library.document_frequency(words), library.chunk_count)
            retrieval = retriever.retrieve(query, 20)
            if not holds_answer:
                retrieval = _without(retrieval, own)
            if retrieval.hits:
                found = (query, _first(retrieval), weights)
                answers = [a for part in row["answers"] for a in _options(part)]
                yield Asked(path.parent.name, number, holds_answer, *found, answers, list(own))


def _options(part: str | list[str]) -> list[str]:
    """Ways to say a part of the answer; a sentence that says one part is right."""
    return [part] if isinstance(part, str) else part


def _own_documents(row: Row, library: Library) -> frozenset[str]:
    """The documents that answer: named by id, or by words of their titles and speakers."""
    if not row.get("speech"):
        return frozenset(row.get("doc_ids") or ())
    return frozenset(
        entry.doc_id
        for entry in library.documents()
        if row["speech"] in entry.title + (entry.metadata.speaker or "")
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


def fit(asked: Sequence[Asked], read: Sequence[Asked]) -> Calibration:
    """All models and thresholds; ``read`` are questions with readings, which the reader has not learned from."""
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
    threshold = _threshold(examples, answerable.probabilities(rows), KEPT)
    known = Calibration(piece, sentence, answerable, threshold)
    return replace(known, read=_fit_read(examples_of(read, piece), known))


def _fit_read(examples: Sequence[Example], known: Calibration) -> ReadCalibration:
    """What corrects the chances of the other models."""
    answered = [e for e in examples if e.answerable]
    sentence = _logistic(
        read_evidence.SENTENCE_FEATURES,
        np.concatenate([_read_features(e, known) for e in answered]),
        np.array([label for e in answered for label in e.labels]),
    )
    rows = np.array([_read_answerability_row(e, known, sentence) for e in examples])
    labels = np.array([e.answerable for e in examples])
    given = np.array([not e.answerable and not e.asked.answers for e in examples])
    weights = np.where(given, _GIVEN, 1.0)
    answerable = _logistic(read_evidence.ANSWERABLE_FEATURES, rows, labels, weights)
    return ReadCalibration(
        sentence, answerable, _threshold(examples, answerable.probabilities(rows), READ_KEPT)
    )


def _read_features(example: Example, known: Calibration) -> np.ndarray:
    scored = _scored(example, known.sentence)
    asked = example.asked
    return read_evidence.sentence_features(asked.query, scored, asked.retrieval)[0]


def _read_answerability_row(
    example: Example, known: Calibration, sentence: Logistic
) -> list[float]:
    row = np.array([_answerability_row(example, known.sentence)])
    before = float(known.answerable.probabilities(row)[0])
    query, retrieval = example.asked.query, example.asked.retrieval
    scored = _scored(example, known.sentence)
    again = read_evidence.read_again(query, scored, retrieval, sentence)
    again.sort(key=lambda read: -read.candidate.probability)
    return read_evidence.answerable_features(query, before, again, retrieval.readings)


def _threshold(examples: Sequence[Example], chances: np.ndarray, share: float) -> float:
    """The set that is hardest to tell apart decides, so that no kind of library loses more than that."""
    labels = np.array([e.answerable for e in examples])
    names = {e.asked.name for e in examples}
    kept = [chances[labels & np.array([e.asked.name == n for e in examples])] for n in names]
    return min(float(np.quantile(own, 1 - share)) for own in kept if len(own))


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
    return sorted(_scored(example, sentence), key=lambda c: -c.probability)


def _scored(example: Example, sentence: Logistic) -> list[Candidate]:
    chances = sentence.probabilities(np.array([c.features for c in example.candidates]))
    return [
        replace(c, probability=float(p)) for c, p in zip(example.candidates, chances, strict=True)
    ]


def _logistic(
    features: tuple[str, ...],
    rows: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray | None = None,
) -> Logistic:
    means, scales = rows.mean(0), np.maximum(rows.std(0), 1e-3)
    model = LogisticRegression(C=1.0, max_iter=3000)
    fitted = model.fit((rows - means) / scales, labels, sample_weight=weights)
    return Logistic(features, means, scales, fitted.coef_[0], float(fitted.intercept_[0]))


def judge(models: Calibration, asked: Sequence[Asked], read: Sequence[Asked]) -> None:
    """Prints how well the models do on questions that they were not fitted on, without the reader and with it."""
    examples = examples_of(asked, models.piece)
    rows = np.array([_answerability_row(e, models.sentence) for e in examples])
    orders = [
        models.sentence.probabilities(np.array([c.features for c in e.candidates]))
        for e in examples
    ]
    _judge("", examples, orders, models.answerable.probabilities(rows), models.threshold)
    examples = examples_of(read, models.piece)
    own = models.read
    rows = np.array([_read_answerability_row(e, models, own.sentence) for e in examples])
    orders = [own.sentence.probabilities(_read_features(e, models)) for e in examples]
    _judge(", read", examples, orders, own.answerable.probabilities(rows), own.threshold)


def _judge(
    how: str,
    examples: Sequence[Example],
    orders: Sequence[np.ndarray],
    chances: np.ndarray,
    threshold: float,
) -> None:
    labels = np.array([e.answerable for e in examples])
    for name in dict.fromkeys(e.asked.name for e in examples):
        own = np.array([e.asked.name == name for e in examples])
        answered = [
            (e, o)
            for e, o in zip(examples, orders, strict=True)
            if e.asked.name == name and e.answerable
        ]
        _judge_sentences(name + how, answered)
        for label, word in ((True, "answered"), (False, "declined")):
            chosen = own & (labels == label)
            if chosen.any():
                share = np.mean((chances[chosen] >= threshold) == label)
                print(f"{name}{how}: {word} {share:.3f} of {int(chosen.sum())}")
        if 0 < labels[own].sum() < own.sum():
            print(
                f"{name}{how}: area under the curve {roc_auc_score(labels[own], chances[own]):.3f}"
            )


def _judge_sentences(name: str, answered: Sequence[tuple[Example, np.ndarray]]) -> None:
    if not answered:
        return
    found, pieces_asked, pieces_right = [], 0, 0
    for e, chances in answered:
        order = np.argsort(-chances)
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
    read = models.read
    return {
        "piece": _model_json(models.piece),
        "sentence": _model_json(models.sentence),
        "answerable": _model_json(models.answerable),
        "threshold": round(models.threshold, 4),
        "read": {
            "sentence": _model_json(read.sentence),
            "answerable": _model_json(read.answerable),
            "threshold": round(read.threshold, 4),
        },
    }


def _model_json(model: Logistic) -> dict[str, Any]:
    columns = zip(model.features, model.means, model.scales, model.weights, strict=True)
    return {
        "features": {name: [round(float(v), 5) for v in values] for name, *values in columns},
        "bias": round(model.bias, 5),
    }


if __name__ == "__main__":
    main()
