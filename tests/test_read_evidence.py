"""What a reader's words change: the order of sentences, the place of the answer, whether there is one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from handmade import retrieval_of

from rag.calibration import Logistic
from rag.query import understand
from rag.read_evidence import (
    ANSWERABLE_FEATURES,
    SENTENCE_FEATURES,
    answerable_features,
    read_again,
    sentence_features,
)
from rag.reading.reader import PassageReading
from rag.retrieval import Retrieval
from rag.schema import Chunk, Document, Hit, Quote
from rag.sentence_scorer import Candidate

QUERY = understand("今年造了多少林？")
ONE, OTHER = "今年造林三万亩。云汀讲了话。", "去年修路。"


def reading(text: str, answer: str, strength: float, relevance: float = 0.0) -> PassageReading:
    """A token a character; the answer's ends stand out by ``strength``."""
    starts, ends = np.arange(len(text)), np.arange(1, len(text) + 1)
    at = text.index(answer)
    start_scores, end_scores = np.zeros(len(text), np.float32), np.zeros(len(text), np.float32)
    start_scores[at] = end_scores[at + len(answer) - 1] = strength
    return PassageReading(relevance, strength - 2, starts, ends, start_scores, end_scores)


@pytest.fixture
def retrieval() -> Retrieval:
    """Two passages; the first begins four characters into its document."""
    first = Document("one", f"前言。\n{ONE}")
    hits = [
        Hit(first, Chunk(4, 4 + len(ONE)), 1.0),
        Hit(Document("other", OTHER), Chunk(0, len(OTHER)), 0.5),
    ]
    readings = (reading(ONE, "三万亩", 6.0, relevance=3.0), reading(OTHER, "修路", 1.0))
    return replace(retrieval_of(hits), readings=readings)


def candidates(retrieval: Retrieval) -> list[Candidate]:
    first, second = (hit.document for hit in retrieval.hits)
    return [
        Candidate(Quote(first, 4, 12), 0, (), 0.3),
        Candidate(Quote(first, 12, 18), 0, (), 0.6),
        Candidate(Quote(second, 0, 5), 1, (), 0.5),
    ]


def column(rows: np.ndarray, name: str) -> list[float]:
    return [float(v) for v in rows[:, SENTENCE_FEATURES.index(name)]]


def by(name: str, names: tuple[str, ...] = SENTENCE_FEATURES) -> Logistic:
    """A model that looks at one feature alone."""
    n = len(names)
    weights = np.array([float(one == name) for one in names])
    return Logistic(names, np.zeros(n), np.ones(n), weights, 0.0)


def test_the_features_of_sentences(retrieval: Retrieval) -> None:
    rows, places = sentence_features(QUERY, candidates(retrieval), retrieval)
    assert rows.shape == (3, len(SENTENCE_FEATURES))
    assert column(rows, "before") == pytest.approx([np.log(3 / 7), np.log(3 / 2), 0.0])
    shares = np.exp(column(rows, "share"))
    assert shares.sum() == pytest.approx(1.0, abs=0.01)
    assert shares[0] > 0.9
    assert column(rows, "likeliest") == [1.0, 0.0, 0.0]
    assert column(rows, "behind") == pytest.approx([0.0, -12.0, -10.0])
    assert column(rows, "relevance_behind") == [0.0, 0.0, -3.0]
    assert column(rows, "answerable") == [4.0, 4.0, -1.0]
    assert column(rows, "fresh")[0] == 1.0
    assert column(rows, "other_sort") == [0.0, 1.0, 1.0]  # 三万亩 is a figure, the others are not
    assert column(rows, "unfit") == [0.0, 1.0, 1.0]
    assert [ONE[p.span.start : p.span.end] if p else None for p in places[:1]] == ["三万亩"]


def test_a_sentence_is_lifted_and_knows_where_the_answer_stands(retrieval: Retrieval) -> None:
    again = read_again(QUERY, candidates(retrieval), retrieval, by("share"))
    best = max(again, key=lambda read: read.candidate.probability)
    assert best.candidate.quote.text == "今年造林三万亩。"
    assert best.candidate.place is not None
    span = best.candidate.place
    assert best.candidate.quote.text[span.start : span.end] == "三万亩"
    assert best.answerable == 4.0


def test_what_was_not_read_is_far_behind(retrieval: Retrieval) -> None:
    unread = replace(retrieval, readings=retrieval.readings[:1])
    rows, places = sentence_features(QUERY, candidates(retrieval), unread)
    assert column(rows, "behind")[2] == -12.0
    assert places[2] is None
    assert read_again(QUERY, [], retrieval, by("share")) == []


def test_the_features_of_an_answer(retrieval: Retrieval) -> None:
    again = read_again(QUERY, candidates(retrieval), retrieval, by("before"))
    again.sort(key=lambda read: -read.candidate.probability)
    values = answerable_features(QUERY, 0.5, again, retrieval.readings)
    row = dict(zip(ANSWERABLE_FEATURES, values, strict=True))
    assert row["before"] == 0.0
    assert row["asks_sort"] == 1.0
    assert row["answerable"] == 4.0
    assert row["best"] == pytest.approx(np.log(3 / 2))
    assert row["second"] == pytest.approx(0.0)
    assert row["share"] < np.log(0.1)
