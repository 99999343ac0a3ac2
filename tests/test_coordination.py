"""Lists in questions: where the first member begins and the last one ends."""

from __future__ import annotations

import pytest

from rag.coordination import coordination_in, question_words
from rag.parts import parts_of
from rag.query import understand


@pytest.mark.parametrize(
    ("question", "head", "members", "tail"),
    [
        # what both share stands before, or after
        ("财政收入和支出是多少", "财政", ("收入", "支出"), "是多少"),
        ("春运的开始和结束时间是什么时候", "春运的", ("开始", "结束"), "时间是什么时候"),
        ("2021年香港和澳门的增长率", "2021年", ("香港", "澳门"), "的增长率"),
        # whole phrases
        (
            "磴水河的县级河长和新材料产业链的链长是谁",
            "",
            ("磴水河的县级河长", "新材料产业链的链长"),
            "是谁",
        ),
        ("城乡居民收入和农民收入增长多少", "", ("城乡居民收入", "农民收入"), "增长多少"),
        (
            "2022年岫阳县的一般公共预算收入和“三公”经费是多少",
            "2022年岫阳县的",
            ("一般公共预算收入", "“三公”经费"),
            "是多少",
        ),
        # 全县 and the year are of both
        (
            "2022年全县粮食总产量和生猪出栏量是多少",
            "2022年全县",
            ("粮食总产量", "生猪出栏量"),
            "是多少",
        ),
        # words that jieba runs together
        ("棠川县委和沅浦县委的书记是谁", "", ("棠川县委", "沅浦县委"), "的书记是谁"),
        (
            "2026年上海市和云南省政府工作报告提出的目标是多少",
            "2026年",
            ("上海市", "云南省"),
            "政府工作报告提出的目标是多少",
        ),
        # a county named 和县, and another county after 和
        ("和县和含山县的产值是多少", "", ("和县", "含山县"), "的产值是多少"),
        ("县第一中学和县第二中学的校长是谁", "", ("县第一中学", "县第二中学"), "的校长是谁"),
    ],
)
def test_members(question: str, head: str, members: tuple[str, ...], tail: str) -> None:
    found = coordination_in(question, apart=None, loose=False)
    assert found is not None
    assert (found.head, found.members, found.tail) == (head, members, tail)


def test_where_each_is_asked_for_the_last_member_may_be_long() -> None:
    question = "砂石行业整治和隐性债务化解由谁负责"
    found = coordination_in(question, apart=question.index("由谁"), loose=True)
    assert found is not None
    assert found.members == ("砂石行业整治", "隐性债务化解")


@pytest.mark.parametrize(
    "question",
    [
        "",
        "和",
        "多少和",
        "全县粮食总产量是多少",
        "发展和改革委员会的主任是谁",
        "建成了多少个和美乡村",
    ],
)
def test_no_list(question: str) -> None:
    assert coordination_in(question, apart=None, loose=True) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("2021年云南省政府", ["2021年", "云南省", "政府"]),
        ("青磴镇的事故", ["青磴镇", "的", "事故"]),
        ("上映时间", ["上映", "时间"]),  # a verb alone is no question about a thing
        ("电影上映时间", ["电影", "上映时间"]),
        ("《山和海》的主演", ["《山和海》", "的", "主演"]),
    ],
)
def test_words(question: str, words: list[str]) -> None:
    found = question_words(question)
    assert [word.text for word in found] == words
    assert all(question[word.start : word.end] == word.text for word in found)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "恒桢铜业的铜箔项目总投资多少，一期什么时候投产？",
            ("恒桢铜业的铜箔项目总投资多少", "恒桢铜业的铜箔项目一期什么时候投产"),
        ),
        (
            "青磴镇的粉尘燃爆事故是什么时候发生的，造成多少直接经济损失？",
            ("青磴镇的粉尘燃爆事故是什么时候发生的", "青磴镇的粉尘燃爆事故造成多少直接经济损失"),
        ),
        ("会议在哪里召开？由谁主持？", ("会议在哪里召开", "会议由谁主持")),
        (
            "全县财政收入是多少，其中税收收入是多少？",
            ("全县财政收入是多少", "全县财政收入其中税收收入是多少"),
        ),
        (
            "2021和2022年县城PM2.5的平均浓度分别是多少？",
            ("2021年县城PM2.5的平均浓度是多少", "2022年县城PM2.5的平均浓度是多少"),
        ),
        (
            "岫阳县和棠川县2021年的粮食产量和财政收入分别是多少？",
            (
                "岫阳县2021年的粮食产量是多少",
                "岫阳县2021年的财政收入是多少",
                "棠川县2021年的粮食产量是多少",
                "棠川县2021年的财政收入是多少",
            ),
        ),
    ],
)
def test_questions_in_turn_and_lists_of_lists(question: str, parts: tuple[str, ...]) -> None:
    assert tuple(part.text for part in parts_of(understand(question))) == parts


def test_a_part_knows_the_other_members() -> None:
    first, second = parts_of(understand("棠川县和沅浦县的粮食产量分别是多少？"))
    assert (first.member, first.beside) == ("棠川县", ("沅浦县",))
    assert (second.member, second.beside) == ("沅浦县", ("棠川县",))
