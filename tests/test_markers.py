"""What is a marker, and what only looks like one."""

from __future__ import annotations

import pytest

from rag.markers import marked_numbers, without_markers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("造林12亩[1]。", (1,)),
        ("造林12亩【资料2】［3、4］。", (2, 3, 4)),
        ("造林12亩[^5]([6])。", (5, 6)),
        ("造林12亩[Source 7][doc#8][ref: 9]。", (7, 8, 9)),
    ],
)
def test_markers_of_any_shape_vanish(text: str, numbers: tuple[int, ...]) -> None:
    assert marked_numbers(text) == numbers
    assert without_markers(text) == "造林12亩。"


@pytest.mark.parametrize("text", ["第[甲]类12亩。", "A[x]的12亩。", "[打印]12亩。", "〔2019〕"])
def test_other_words_in_brackets_stay(text: str) -> None:
    assert marked_numbers(text) == ()
    assert without_markers(text) == text
