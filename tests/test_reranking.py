"""Passages read again: who moves, who stays, and what is said where no model fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handmade import whole
from numpy.typing import NDArray

from embeddings.testing import HashEncoder
from rag.assembly import open_reranker
from rag.errors import UsageError
from rag.library import Library
from rag.passage_facts import PassageFacts
from rag.query import understand
from rag.reading.reader import PassageReading, Reading
from rag.reranking import READ, CrossEncoderReranker, ReaderReranker, Reranker, Reread
from rag.retrieval import Retriever
from rag.schema import Document, Hit
from rag.settings import Settings


class Likes:
    """Lifts the passages that have a word, and remembers what it read."""

    def __init__(self, word: str, by: float) -> None:
        self.word, self.by = word, by
        self.read: list[str] = []

    def reread(self, question: str, hits: Sequence[Hit], facts: PassageFacts) -> Reread:
        self.read = [hit.text for hit in hits]
        return Reread(np.array([self.by * (self.word in hit.text) for hit in hits], np.float32))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    encoder = HashEncoder()
    library = Library.create(tmp_path / "library", encoder)
    for number in range(8):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"全县造林{number}万亩,编号{number}号苗圃。\n", encoding="utf-8")
    list(library.ingest([tmp_path]))
    return library


def texts(library: Library, reranker: Reranker | None) -> list[str]:
    retriever = Retriever(library, HashEncoder(), reranker)
    return [hit.text for hit in retriever.retrieve(understand("全县造林多少万亩？"), 8).hits]


def test_the_liked_passage_comes_first_and_the_others_keep_their_order(library: Library) -> None:
    before = texts(library, None)
    liked = Likes(before[3][:8], 100.0)
    after = texts(library, liked)
    assert liked.read == before[:READ]
    assert after == [before[3], *before[:3], *before[4:]]


def test_a_small_liking_does_not_outweigh_a_clear_lead(library: Library) -> None:
    before = texts(library, None)
    assert texts(library, Likes(before[4][:8], 0.0)) == before


class Sure:
    """A reader that finds the answer in one passage, and remembers what it read."""

    def __init__(self, holds: str, odds: float = 4.0) -> None:
        self.holds, self.odds = holds, odds
        self.read_texts: list[str] = []

    def read(self, question: str, passages: Sequence[str], contexts: Sequence[str]) -> Reading:
        self.read_texts += passages
        nothing = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
        return Reading(
            tuple(
                PassageReading(1.0, self.odds if p == self.holds else -3.0, *nothing, nothing[2])
                for p in passages
            )
        )


FACTS = PassageFacts(understand("?"))


def test_an_answer_that_may_not_be_believed_does_not_end_the_reading() -> None:
    hits = [replace(whole(Document(str(n), str(n))), score=2.0) for n in range(6)]
    reader = Sure("0")

    class Doubts(PassageFacts):
        def settles(self, hit: Hit, reading: PassageReading) -> bool:
            return hit.text != "0"

    ReaderReranker(reader).reread("?", hits, Doubts(understand("?")))  # type: ignore[arg-type]
    assert len(reader.read_texts) == 4


@pytest.mark.parametrize(
    ("holds", "scores", "read"),
    [
        ("0", [2.0, 1.9, 1.8, 1.7, 1.6, 1.5], 1),  # the first holds it
        ("1", [2.0, 1.9, 1.8, 1.7, 1.6, 1.5], 2),
        ("2", [2.0, 1.9, 1.8, 1.7, 1.6, 1.5], 4),
        ("2", [2.0, 1.9, 1.8, 0.9, 0.8, 0.7], 3),  # the rest is far behind
        (
            "5",
            [2.0, 1.9, 1.8, 0.9, 0.8, 0.7],
            4,
        ),  # the rest is far behind, and none of these holds it
        ("2", [2.0, 1.1, 1.0, 0.9, 0.8, 0.7], 4),  # the second may be further behind
        ("0", [4.0, 1.1, 1.0, 0.9, 0.8, 0.7], 1),
        ("5", [4.0, 1.1, 1.0, 0.9, 0.8, 0.7], 4),
        ("0", [2.0], 1),
        ("0", [], 0),
    ],
)
def test_only_passages_that_may_win_are_read(holds: str, scores: list[float], read: int) -> None:
    hits = [replace(whole(Document(str(n), str(n))), score=s) for n, s in enumerate(scores)]
    reader = Sure(holds)
    again = ReaderReranker(reader).reread("?", hits, FACTS)  # type: ignore[arg-type]
    assert reader.read_texts == [hit.text for hit in hits[:read]]
    assert len(again.corrections) == len(again.readings) == read


@pytest.mark.parametrize(("odds", "read"), [(1.0, 4), (2.0, 2), (4.0, 1)])
def test_the_less_sure_the_first_passage_the_more_are_read(odds: float, read: int) -> None:
    hits = [replace(whole(Document(str(n), str(n))), score=2.0) for n in range(6)]
    reader = Sure("0", odds)
    ReaderReranker(reader).reread("?", hits, FACTS)  # type: ignore[arg-type]
    assert len(reader.read_texts) == read


class ReadsTwo:
    """Reads two passages and likes the second."""

    def reread(self, question: str, hits: Sequence[Hit], facts: PassageFacts) -> Reread:
        return Reread(np.array([0, 100], np.float32))


def test_unread_passages_stay_behind_those_that_were_read(library: Library) -> None:
    before = texts(library, None)
    assert texts(library, ReadsTwo()) == [before[1], before[0], *before[2:]]


class Scores:
    """A cross-encoder that counts a word."""

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array([passage.count("林") for passage in passages], np.float32)


def test_another_models_scores_are_brought_to_one_scale() -> None:
    hits = [whole(Document(str(n), "林" * n)) for n in (1, 2, 3)]
    reranker = CrossEncoderReranker(Scores())  # type: ignore[arg-type]
    assert reranker.reread("?", hits, FACTS).corrections == pytest.approx(
        [-1.2247, 0, 1.2247], abs=1e-3
    )
    assert reranker.reread("?", hits[:1], FACTS).corrections == pytest.approx([0.0])
    assert len(reranker.reread("?", [], FACTS).corrections) == 0


@pytest.mark.parametrize(
    "settings",
    [
        Settings(library=Path("x"), reranker="none"),
        Settings(library=Path("x"), encoder="some/model"),  # the reader stands on the packaged one
    ],
)
def test_where_there_is_none(settings: Settings) -> None:
    assert open_reranker(settings, HashEncoder()) is None


def test_a_reader_needs_its_encoder() -> None:
    settings = Settings(library=Path("x"), encoder="some/model", reranker="packaged")
    with pytest.raises(UsageError, match="packaged encoder"):
        open_reranker(settings, HashEncoder())


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    settings = Settings(library=Path("x"), reranker=str(tmp_path / "nothing"))
    with pytest.raises(UsageError, match="no cross-encoder"):
        open_reranker(settings, HashEncoder())
