"""What is taken for an answer, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import asked, candidate

from rag.evidence import _is_of_another_speech, worth_saying
from rag.query import understand

GIVEN = "2018年5月4日，云汀同志在全州林业工作会议上作了报告。"


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("全州林业工作会议上的报告是谁作的？", False),
        ("全州交通运输工作会议上的报告是谁作的？", True),  # the library has no such speech
        ("全州去年造林多少亩？", False),  # names no speech
        ("全州交通运输工作会议上的报告提出了什么要求？", False),  # not who, when or where
    ],
)
def test_who_gave_a_speech_is_not_told_by_a_sentence_about_another(
    question: str, other: bool
) -> None:
    query, weights = asked(question, GIVEN)
    assert _is_of_another_speech(query, weights, candidate(GIVEN)) == other


def test_who_asks_for_several_things_at_once_is_told_more_of_each() -> None:
    query = understand("岫阳县造林多少亩？")
    chances = (0.9, 0.03, 0.02)
    ranked = [candidate(f"{n}号林场造林1047亩，比上年多百亩。", p) for n, p in enumerate(chances)]
    assert len(worth_saying(query, ranked)) == 1
    part = replace(query, is_part=True)
    assert worth_saying(part, ranked) == ranked[:2]
    assert len(worth_saying(part, ranked[:2] * 3)) == 3
