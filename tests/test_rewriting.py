"""A model's rewriting of a follow-up is taken only when it asks the same thing, on its own."""

from __future__ import annotations

import pytest
from scripted_model import ScriptedModel

from rag.rewriting import ModelRewriter, is_sane
from rag.schema import Turn

HISTORY = (
    Turn("user", "云汀在2018年林业工作会议上说去年造林多少亩？"),
    Turn("assistant", "去年全市造林1047亩，栽种云杉21万株。[1]"),
)
NAMES = ("云汀", "钟屿同志")


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("他还提出了哪几项要求？", "云汀在2018年林业工作会议上提出了哪几项要求？"),
        ("那栽种云杉呢？", "云汀在2018年林业工作会议上说去年栽种云杉多少株？"),
        ("那2019年呢？", "云汀在2019年林业工作会议上说去年造林多少亩？"),
        ("今年新建学校多少所？", "今年新建学校多少所？"),
        ("“三防”是什么意思？", "云汀说的“三防”是什么意思？"),
    ],
)
def test_what_asks_the_same_is_sane(question: str, whole: str) -> None:
    assert is_sane(whole, question, HISTORY, NAMES)


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("他还提出了哪几项要求？", ""),
        ("他还提出了哪几项要求？", "去年全市造林1047亩。"),  # an answer
        ("他还提出了哪几项要求？", "钟屿提出了哪几项要求？"),  # a name that nobody said
        ("他还提出了哪几项要求？", "云汀在2021年提出了哪几项要求？"),  # a year that nobody said
        ("他还提出了哪几项要求？", "云汀去年造林多少亩？"),  # the earlier question
        ("那2019年呢？", "云汀在2018年林业工作会议上说去年造林多少亩？"),  # not the user's year
        ("钟屿怎么说？", "云汀怎么说？"),  # not the user's name
        ("“三防”是什么意思？", "云汀说的意思是什么意思？"),
        ("今年新建学校多少所？", "云汀今年新建学校多少所？" + "在会议上" * 20),
        ("那栽种云杉呢？", "蒸汽机车发明锅炉的云杉工程师和他的学生们怎么看？"),
    ],
)
def test_what_does_not_is_not(question: str, whole: str) -> None:
    assert not is_sane(whole, question, HISTORY, NAMES)


@pytest.mark.parametrize(
    "reply",
    [
        "云汀提出了哪几项要求？",
        "完整的问题：云汀提出了哪几项要求？\n答：三项。",
        "1. “云汀提出了哪几项要求？”[1]",
        ["云汀提出了", "哪几项要求？\n", "别的"],
    ],
)
def test_the_first_line_counts(reply: str | list[str | Exception]) -> None:
    rewriter = ModelRewriter(ScriptedModel(reply))
    assert rewriter.whole("他提出了哪几项要求？", HISTORY, NAMES) == "云汀提出了哪几项要求？"


def test_a_model_without_room_is_not_asked() -> None:
    model = ScriptedModel(context=100)
    assert ModelRewriter(model).whole("他提出了哪几项要求？", HISTORY, NAMES) is None
    assert model.asked == []
