"""A role is asked for with its verb too."""

from __future__ import annotations

import pytest

from rag.roles import in_other_words, tells_of_the_role


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("《山城》的主演有哪些？", "谁出演了《山城》"),
        ("谁是《山城》主演？", "谁出演了《山城》"),
        ("山城往事的主演", "谁出演了《山城往事》"),
        ("《山城》的导演是谁", "谁执导了《山城》"),
        ("竹业论坛的承办单位是哪家？", "谁承办了竹业论坛"),
        ("昨天会议的主持人是谁？", "谁主持了昨天会议"),
    ],
)
def test_a_question_for_a_role_is_asked_with_its_verb(question: str, other: str) -> None:
    assert [named.question for named in in_other_words(question)][1:] == [other]


@pytest.mark.parametrize("question", ["会议由谁主持？", "县长是谁？", "主演", "造林多少亩？"])
def test_other_questions_are_not(question: str) -> None:
    assert in_other_words(question) == ()


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("（莫书芹饰）", True),
        ("男主荀致远演得真切。", True),
        ("鄢秋帆在《山城》中饰演县长。", True),
        ("鄢秋帆在《河谷》中饰演县长。", False),  # another work
        ("荀致远为该剧写了歌。", False),
    ],
)
def test_what_goes_with_the_role(sentence: str, *, tells: bool) -> None:
    assert tells_of_the_role("《山城》的主演有谁？", sentence) is tells
    assert not tells_of_the_role("《山城》讲了什么？", sentence)
