"""Which words can be what is asked for."""

from __future__ import annotations

import pytest

from rag.answer_sorts import can_answer, counts_something_else
from rag.answer_spans import wanted
from rag.query import understand


@pytest.mark.parametrize(
    ("question", "can", "cannot"),
    [
        ("全县造林多少亩？", ["5200亩", "三千余亩", "5200"], ["近34%", "林场", "2021年", "5届"]),
        ("造林花了多少钱？", ["85万元", "1.2亿"], ["34%", "40多分钟", "五十亩"]),
        ("成活率是多少？", ["96%", "九成以上", "百分之九十六"], ["85万元", "云杉"]),
        ("多久办结？", ["二十个工作日内", "三十日", "半年"], ["12%", "县林业局"]),
        ("护林响应是几级？", ["Ⅲ级", "三级"], ["县林业局"]),
        ("来了几家苗圃？", ["12户", "二十余个"], ["12%", "12万元"]),
        ("大会是第几次会议？", ["第三次"], ["云岭"]),
        ("林场何时建成？", ["2019年5月", "清乾隆年间", "上午9时", "七十年代末"], ["云岭林场"]),
        ("林长是谁？", ["林秀珍", "县林业局局长", "Emma", "谢尔巴科娃"], ["第113届", "9届", "季军", "34%"]),
        ("巡山由谁负责？", ["乡镇人民政府", "护林员", "当地街道"], ["2019年", "三十日内"]),
        ("大会在哪里召开？", ["云岭会堂", "市林业局", "半山"], ["2019年5月", "30%"]),
        ("为什么要造林？", ["2019年", "因为缺水"], []),
    ],
)  # fmt: skip
def test_words_can_answer_a_question_of_their_sort(
    question: str, can: list[str], cannot: list[str]
) -> None:
    asked = wanted(understand(question))
    assert [said for said in can if not can_answer(said, asked)] == []
    assert [said for said in cannot if can_answer(said, asked)] == []


@pytest.mark.parametrize(
    ("question", "sentence", "else_"),
    [
        ("每天能处理多少吨污水？", "全市有污水处理厂54家。", True),
        ("门票多少钱一张？", "每个团队限30人，限400个团队。", True),
        ("要投入多少钱？", "已有24.6%的村通了管网。", True),
        ("减持了多少股？", "白酒股遭到减持。", True),  # no figure at all
        ("每天能处理多少吨污水？", "每天处理污水3万立方米，约合3万吨。", False),
        ("造林多少亩？", "造林70公顷。", False),
        ("来了多少人？", "接待游客20万人次。", False),  # what is counted may have any measure word
        ("有几个司机受罚？", "8名司机受罚。", False),
        ("票房是多少元？", "票房1.2亿。", False),  # a bare number may be anything
        ("练了几个月？", "练了半年。", False),
        ("是第几个五年计划？", "制定第十个五年计划。", False),
        ("总投资怎样？", "有54家企业。", False),  # names no unit
    ],
)
def test_figures_in_another_unit_than_the_one_named(
    question: str, sentence: str, *, else_: bool
) -> None:
    assert counts_something_else(question, sentence) is else_
