"""Ranking while others change the library."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np

from embeddings.testing import HashEncoder
from rag.library import Library
from rag.query import understand
from rag.retrieval import Retriever

TEXTS = {
    "forest": "青岚市今年造林1047亩，苗圃12个。",
    "forest-too": "青岚市去年造林983亩，苗圃11个。",
    "roads": "白溪镇修通公路37公里。",
}


def library_of(folder: Path) -> Library:
    file = folder / "speeches.jsonl"
    rows = ({"id": name, "title": f"{name}讲话", "text": text} for name, text in TEXTS.items())
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    library = Library.create(folder / "library", HashEncoder())
    assert not any(report.error for report in library.ingest([file]))
    return library


def test_a_speech_that_is_removed_while_it_is_found_is_left_out(tmp_path: Path) -> None:
    with (
        closing(library_of(tmp_path)) as writing,
        closing(Library.open(writing.root, HashEncoder())) as asked,
    ):
        retriever = Retriever(asked, HashEncoder())
        question = understand("青岚市造林多少亩？")
        before = [hit.document.doc_id for hit in retriever.retrieve(question, 3).hits]
        assert before[:2] == ["forest", "forest-too"] or before[:2] == ["forest-too", "forest"]
        writing.remove(["forest"])  # the indexes of `asked` list it until it is refreshed
        after = [hit.document.doc_id for hit in retriever.retrieve(question, 3).hits]
    assert after == [name for name in before if name != "forest"]


def test_a_passage_that_is_gone_from_the_index_has_no_score(tmp_path: Path) -> None:
    with closing(library_of(tmp_path)) as library:
        row = HashEncoder().encode_queries(["青岚市造林多少亩？"])[0]
        keys, scores = library.dense(row, 3)
        gone = library.passages(keys)[1][0].doc_id
        library.remove([gone])
        after = library.dense_scores(row, keys)
    assert np.isnan(after).tolist() == [False, True, False]
    np.testing.assert_allclose(after[[0, 2]], scores[[0, 2]], atol=1e-3)
