"""What is taken for an answer, and what is not."""

from __future__ import annotations

import pytest
from handmade import asked, candidate

from rag.evidence import _is_of_another_speech

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
