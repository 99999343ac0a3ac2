"""Follow-up questions made whole; new topics left alone."""

from __future__ import annotations

import pytest

from rag.conversation import Earlier, depends, standalone, standalone_turns
from rag.schema import Turn

SPEAKERS = ["云汀", "钟屿"]


@pytest.mark.parametrize(
    ("earlier", "text", "whole"),
    [
        ("云汀在林业大会上讲了什么？", "他还提出了哪几项要求？", "云汀还提出了哪几项要求？"),
        ("云汀提出了什么？", "还有哪些要求？", "云汀还有哪些要求？"),
        ("2021年全市造林多少亩？", "那2022年呢？", "2022年全市造林多少亩？"),
        ("云汀提出了哪些要求？", "那钟屿呢？", "钟屿提出了哪些要求？"),
        ("云汀在林业大会上讲了什么？", "讲话分为哪几个部分？", "云汀讲话分为哪几个部分？"),
        ("数学的平均分是多少？", "那么英语呢？", "英语的平均分是多少？"),
        ("2023年数学的平均分是多少？", "那英语呢？", "2023年英语的平均分是多少？"),
    ],
)
def test_a_follow_up_is_made_whole(earlier: str, text: str, whole: str) -> None:
    assert standalone(text, [Earlier(earlier)], SPEAKERS) == whole


@pytest.mark.parametrize(
    "text",
    [
        "全市有多少所学校？",
        "该如何防火？",
        "报告会在哪里开？",
        "全市讲话比赛谁得了奖？",
        "澄州市的其他林场在哪里？",
        "钟屿在教育大会上讲了什么？",
    ],
)
def test_a_new_topic_is_left_alone(text: str) -> None:
    assert not depends(text)
    assert standalone(text, [Earlier("云汀在林业大会上讲了什么？")], SPEAKERS) == text


def test_this_matter_points_back() -> None:
    assert depends("这件事由谁负责？")


def test_what_points_back_at_no_speaker_takes_the_earlier_question_along() -> None:
    whole = standalone("其中云杉多少？", [Earlier("造林多少亩？")], SPEAKERS)
    assert "造林多少亩" in whole
    assert whole.endswith("其中云杉多少？")


def test_without_a_history_nothing_is_filled_in() -> None:
    assert standalone("他讲了什么？", [], SPEAKERS) == "他讲了什么？"


def test_the_speaker_may_stand_in_the_answer_alone() -> None:
    turns = [Earlier("云汀讲了什么？", "造林。"), Earlier("谁讲了学校？", "是钟屿讲的。")]
    assert standalone("她什么时候讲的？", turns, SPEAKERS) == "钟屿什么时候讲的？"


def test_turns_are_made_whole_one_after_the_other() -> None:
    history = [
        Turn("user", "2021年全市造林多少亩？"),
        Turn("assistant", "造林900亩。[1]"),
        Turn("user", "那2022年呢？"),
        Turn("assistant", "造林1047亩。[1][2]"),
    ]
    turns = standalone_turns(history, SPEAKERS)
    assert turns == [
        Earlier("2021年全市造林多少亩？", "造林900亩。"),
        Earlier("2022年全市造林多少亩？", "造林1047亩。"),
    ]
    assert standalone("那2023年呢？", turns, SPEAKERS) == "2023年全市造林多少亩？"


def test_an_answer_before_any_question_is_passed_over() -> None:
    assert standalone_turns([Turn("assistant", "您好")], SPEAKERS) == []
