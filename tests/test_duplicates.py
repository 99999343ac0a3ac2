import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.duplicates import (
    SAME,
    bands_of,
    groups_of,
    likeness,
    shingles_of,
    signature_of,
    similarity,
)
from rag.schema import Document, Span


def text(seed: int, characters: int = 2000) -> str:
    chance = random.Random(seed)  # noqa: S311  (no secret)
    return "".join(chr(chance.randrange(0x5000, 0x6000)) for _ in range(characters))


def document(content: str, *chrome: Span) -> Document:
    return Document("d", content, chrome=chrome)


def jaccard(one: str, other: str) -> float:
    """By hand: the five-character pieces of both, as sets of strings."""
    first, second = (
        {letters[i : i + 5] for i in range(len(letters) - 4)} for letters in (one, other)
    )
    return len(first & second) / len(first | second) if first & second else 0.0


@given(st.text("甲乙丙丁", max_size=60), st.text("甲乙丙丁", max_size=60))
def test_similarity_is_jaccard(one: str, other: str) -> None:
    found = similarity(shingles_of(document(one)), shingles_of(document(other)))
    assert found == pytest.approx(jaccard(one, other))


@pytest.mark.parametrize("kept", [1.0, 0.95, 0.8, 0.5, 0.0])
def test_signatures_estimate_the_similarity(kept: float) -> None:
    whole = text(1)
    cut = int(len(whole) * kept)
    one, other = (shingles_of(document(t)) for t in (whole, whole[:cut] + text(2)[cut:]))
    estimated = likeness(signature_of(one), signature_of(other))
    assert estimated == pytest.approx(similarity(one, other), abs=0.1)


def test_pairs_that_are_the_same_share_a_band() -> None:
    for seed in range(100):
        whole = text(seed)
        reprint = whole[:1790] + text(seed + 1000)[:210]
        one, other = shingles_of(document(whole)), shingles_of(document(reprint))
        assert similarity(one, other) > SAME
        assert set(bands_of(signature_of(one))) & set(bands_of(signature_of(other)))


def test_different_texts_share_no_band() -> None:
    seen: set[int] = set()
    for seed in range(200):
        bands = set(bands_of(signature_of(shingles_of(document(text(seed))))))
        assert not bands & seen
        seen |= bands


def test_layout_width_script_and_chrome_make_no_difference() -> None:
    plain = shingles_of(document("全县工会工作会议,共1047家单位参加"))
    written = "全縣　工會工作\n会议，共１０４７家【打印】单位参加"
    start = written.index("【")
    marked = shingles_of(document(written, Span(start, start + 4)))
    np.testing.assert_array_equal(plain, marked)


def test_a_text_too_short_for_a_shingle_is_like_no_other() -> None:
    short = shingles_of(document("短"))
    assert similarity(short, short) == 0.0
    assert len(bands_of(signature_of(short))) == 25


def test_the_signature_stays_what_is_stored_in_libraries() -> None:
    signature = signature_of(shingles_of(document("统一思想，狠抓落实")))
    assert signature[:3].tolist() == [315947977, 466271788, 1100143081]


def test_groups_are_what_pairs_connect() -> None:
    groups = groups_of([(1, 2), (3, 4), (5, 6), (4, 2)])
    assert sorted(map(sorted, groups)) == [[1, 2, 3, 4], [5, 6]]
    assert groups_of([]) == []
