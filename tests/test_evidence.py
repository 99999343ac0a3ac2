"""What is taken for an answer, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import asked, candidate

from rag.evidence import _from_sentences, _is_of_another_speech, _Judged, _rests_on_look_alike
from rag.schema import Reason

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


@pytest.mark.parametrize(
    ("best", "look_alike", "rests"),
    [
        (0.1, 0.05, True),  # .05 of a look-alike: it would have been .72
        (0.3, 0.05, False),  # likely enough by itself
        (0.1, 0.001, False),  # the look-alike would have been .05
    ],
)
def test_an_unlikely_sentence_beside_a_likely_look_alike_is_no_answer(
    best: float, look_alike: float, *, rests: bool
) -> None:
    other = replace(candidate("造林980亩。", look_alike), look_alike=True)
    assert _rests_on_look_alike([candidate("造林1047亩。", best), other]) is rests
    assert _rests_on_look_alike([other])


def test_a_look_alike_and_an_unlikely_sentence_answer_nothing() -> None:
    query, weights = asked("造林多少亩？", "造林980亩。")

    def reason(chance: float, *, look_alike: bool = False, is_part: bool = False) -> Reason | None:
        best = replace(candidate("造林980亩。", chance), look_alike=look_alike)
        part = replace(query, is_part=is_part)
        return _from_sentences(part, weights, _Judged([best], 0.9, answers=True)).reason

    assert reason(0.9) is None
    assert reason(0.9, look_alike=True) is Reason.NO_EVIDENCE
    assert reason(0.01) is Reason.NO_EVIDENCE
    assert reason(0.01, is_part=True) is None  # beside the other parts it may do
