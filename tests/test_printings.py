"""Several printings of one speech count once, under the earliest; what only a later one says stays."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embeddings.testing import HashEncoder
from rag.candidates import candidates
from rag.library import Library
from rag.printings import corresponding
from rag.query import understand
from rag.retrieval import Retriever
from rag.terms import terms

ASKED = "霜叶渡槽建成后灌溉多少亩?"
FACT = "霜叶渡槽今年九月建成,灌溉农田一万三千亩。"


def filler(seed: int, sentences: int = 60) -> list[str]:
    chance = random.Random(seed)  # noqa: S311  (no secret)
    return [
        "".join(chr(chance.randrange(0x5000, 0x5800)) for _ in range(24)) + "。"
        for _ in range(sentences)
    ]


def speech(headline: str, *, fact: str = FACT, seed: int = 1) -> str:
    body = filler(seed)
    return "\n".join([headline, *body[:30], fact, *body[30:]])


ROWS = [
    {"id": "late", "title": "本报讯", "date": "2031-06-02", "text": speech("本报讯(记者 某某)转发如下")},
    {"id": "first", "title": "原稿", "date": "2031-06-01", "text": speech("在水利大会上的讲话")},
    {"id": "copy", "title": "汇编", "text": speech("讲话汇编之三")},
    {"id": "other", "title": "别的", "date": "2030-01-01", "text": speech("另一个讲话", fact="霜叶渡槽明年动工。", seed=9)},
]  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.create(tmp_path / "library", HashEncoder())
    add(opened, tmp_path / "a.jsonl", ROWS)
    yield opened
    opened.close()


def add(library: Library, path: Path, rows: list[dict[str, str]]) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_text(lines, encoding="utf-8")
    (report,) = library.ingest([path])
    assert report.status == "added"


def found(library: Library, within: frozenset[str] | None = None) -> dict[str, list[str]]:
    """The passages found for the question, by document."""
    query = understand(ASKED, within=within)
    texts: dict[str, list[str]] = {}
    for hit in Retriever(library, HashEncoder()).retrieve(query, 200).hits:
        assert hit.document.text[hit.chunk.start : hit.chunk.end] == hit.text
        texts.setdefault(hit.document.doc_id, []).append(hit.text)
    return texts


def test_each_passage_is_found_once_in_the_earliest_printing(library: Library) -> None:
    texts = found(library)
    assert [doc_id for doc_id, own in texts.items() if FACT in "".join(own)] == ["first"]
    assert len(texts["first"]) == len(set(texts["first"]))
    later = "".join(text for doc_id in ("late", "copy") for text in texts.get(doc_id, []))
    assert not any(sentence in later for sentence in filler(1)[10:])
    assert "other" in texts


@pytest.mark.parametrize(
    ("within", "holder"),
    [
        ({"late", "copy", "other"}, "late"),
        ({"copy", "other"}, "copy"),
        ({"first", "late"}, "first"),
    ],
)
def test_the_earliest_of_those_allowed_stands_for_the_speech(
    library: Library, within: set[str], holder: str
) -> None:
    texts = found(library, frozenset(within))
    assert set(texts) <= within
    assert [doc_id for doc_id, own in texts.items() if FACT in "".join(own)] == [holder]


def test_a_figure_that_only_a_later_printing_has_is_found_there(
    library: Library, tmp_path: Path
) -> None:
    lost = {
        "id": "lost",
        "date": "2020-01-01",
        "text": speech("旧稿", fact="渡槽灌溉农田亩。", seed=5),
    }
    kept = {
        "id": "kept",
        "date": "2021-01-01",
        "text": speech("新稿", fact="渡槽灌溉农田13000亩。", seed=5),
    }
    add(library, tmp_path / "b.jsonl", [lost, kept])
    assert [one.doc_id for one in library.printings_of("kept")] == ["lost", "kept"]
    texts = found(library, frozenset({"lost", "kept"}))
    assert any("13000" in text for text in texts["kept"])
    assert any("农田亩" in text for text in texts["lost"])
    assert not any(filler(5)[50] in text for text in texts["kept"])


def test_printings_do_not_crowd_out_others(library: Library, tmp_path: Path) -> None:
    many = [{"id": f"r{n}", "title": f"转载{n}", "text": speech(f"转载{n}")} for n in range(12)]
    add(library, tmp_path / "b.jsonl", many)
    (row,) = HashEncoder().encode_queries([ASKED])
    words = terms(ASKED)
    keys, scores = candidates(library, row, words, 6, None)
    passages = library.passages(keys)
    assert len({(document.doc_id, chunk.start) for document, chunk in passages}) == len(keys) >= 6
    assert "other" in {document.doc_id for document, _ in passages}
    best = passages[int(np.argmax(scores))]
    assert best[0].doc_id == "first"
    assert FACT in best[0].text[best[1].start : best[1].end]


def test_a_library_without_duplicates_is_searched_as_it_is(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "plain", HashEncoder())
    add(library, tmp_path / "c.jsonl", [ROWS[0], ROWS[3]])
    (row,) = HashEncoder().encode_queries([ASKED])
    keys, scores = candidates(library, row, terms(ASKED), 5, None)
    dense, _ = library.dense(row, 5)
    lexical, expected = library.lexical(terms(ASKED), 5)
    assert set(keys) == {*dense, *lexical}
    assert {k: s for k, s in zip(keys, scores, strict=True) if s} == dict(
        zip(lexical, expected, strict=True)
    )
    library.close()


def test_a_removed_printing_stands_for_nothing(library: Library) -> None:
    library.remove(["first"])
    texts = found(library)
    assert [doc_id for doc_id, own in texts.items() if FACT in "".join(own)] == ["late"]


@pytest.mark.parametrize(
    ("later", "earlier", "expected"),
    [
        (["一二三四五六七八九十"], ["甲乙丙丁戊己", "一二三四五六七八九十"], [1]),
        (["一二三四五六七八九十"], ["甲乙丙丁戊己庚辛"], [None]),
        (["春夏秋冬东西南北中"], ["春夏秋冬东西南", "冬东西南北中", "别的话别的话"], [0]),
        (["共有３５０户人家迁入"], ["共有350户人家迁入"], [0]),
        (["共有350户人家迁入新的居民小区居住生活"], ["共有35户人家迁入新的居民小区居住生活"], [None]),
        (["短"], ["短"], [None]),
        ([], ["一二三四五六七"], []),
    ],
)  # fmt: skip
def test_corresponding_passages(
    later: list[str], earlier: list[str], expected: list[int | None]
) -> None:
    assert corresponding(later, earlier) == expected
