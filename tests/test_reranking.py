"""Passages read again: who moves, who stays, and what is said where no model fits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from handmade import whole
from numpy.typing import NDArray

from embeddings.testing import HashEncoder
from rag.assembly import open_reranker
from rag.errors import UsageError
from rag.library import Library
from rag.query import understand
from rag.reranking import READ, CrossEncoderReranker, Reread
from rag.retrieval import Retriever
from rag.schema import Document, Hit
from rag.settings import Settings


class Likes:
    """Lifts the passages that have a word, and remembers what it read."""

    def __init__(self, word: str, by: float) -> None:
        self.word, self.by = word, by
        self.read: list[str] = []

    def reread(self, question: str, hits: Sequence[Hit]) -> Reread:
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


def texts(library: Library, reranker: Likes | None) -> list[str]:
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


class Scores:
    """A cross-encoder that counts a word."""

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array([passage.count("林") for passage in passages], np.float32)


def test_another_models_scores_are_brought_to_one_scale() -> None:
    hits = [whole(Document(str(n), "林" * n)) for n in (1, 2, 3)]
    reranker = CrossEncoderReranker(Scores())  # type: ignore[arg-type]
    assert reranker.reread("?", hits).corrections == pytest.approx([-1.2247, 0, 1.2247], abs=1e-3)
    assert reranker.reread("?", hits[:1]).corrections == pytest.approx([0.0])
    assert len(reranker.reread("?", []).corrections) == 0


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
