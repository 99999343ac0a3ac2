"""Questions that ask for several things are taken apart; others stay whole."""

from __future__ import annotations

import pytest

from rag.parts import parts_of
from rag.query import understand


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "岫阳县2021年和2022年的“三公”经费各是多少？",
            ("岫阳县2021年的“三公”经费是多少", "岫阳县2022年的“三公”经费是多少"),
        ),
        (
            "棠川县和沅浦县的粮食产量分别是多少？",
            ("棠川县的粮食产量是多少", "沅浦县的粮食产量是多少"),
        ),
        ("全县人口的出生率和死亡率是多少？", ("全县人口的出生率是多少", "全县人口的死亡率是多少")),
        (
            "春运的开始和结束时间是什么时候？",
            ("春运的开始时间是什么时候", "春运的结束时间是什么时候"),
        ),
        ("《山城》的主演有谁，导演是谁？", ("《山城》的主演有谁", "《山城》的导演是谁")),
        (
            "棠川县、沅浦县和岫阳县2021年的产值分别是多少？",
            (
                "棠川县2021年的产值是多少",
                "沅浦县2021年的产值是多少",
                "岫阳县2021年的产值是多少",
            ),
        ),
        (
            "全县2021年的粮食产量、工业增加值和财政收入分别是多少？",
            (
                "全县2021年的粮食产量是多少",
                "全县2021年的工业增加值是多少",
                "全县2021年的财政收入是多少",
            ),
        ),
        ("财政收入和支出各是多少？", ("财政收入是多少", "财政支出是多少")),
        ("青磴镇和云岭乡各有多少户？", ("青磴镇有多少户", "云岭乡有多少户")),
        ("李明和王芳访问时间", ("李明访问时间", "王芳访问时间")),
        ("大会的主题和举办地点是什么？", ("大会的主题是什么", "大会的举办地点是什么")),
        ("县运会男女单打冠军是谁？", ("县运会男子单打冠军是谁", "县运会女子单打冠军是谁")),
        (
            "城乡居民收入和农民收入分别增长多少？",
            ("城乡居民收入增长多少", "农民收入增长多少"),
        ),
        ("《山城》的上映时间及主演", ("《山城》的上映时间", "《山城》的主演")),
        ("2022年和2023年的上线率有什么变化？", ("2022年的上线率", "2023年的上线率")),
        (
            "2021年县总工会工作报告是谁作的，提出了哪些任务？",
            ("2021年县总工会工作报告是谁作的", "2021年县总工会工作报告提出了哪些任务"),
        ),
        (
            "棠川县和沅浦縣的糧食產量分別是多少？",
            ("棠川县的粮食产量是多少", "沅浦县的粮食产量是多少"),
        ),
    ],
)
def test_taken_apart(question: str, parts: tuple[str, ...]) -> None:
    found = parts_of(understand(question))
    assert len(found) == len(parts)
    for part, wanted in zip(found, parts, strict=True):
        assert part.text == wanted


@pytest.mark.parametrize(
    "question",
    [
        "全县粮食总产量是多少？",
        "哪些国家和地区参加了这次会议？",  # a phrase
        "学校和家庭之间如何配合？",  # together, not apart
        "教育和科技工作要抓好哪些任务？",  # a list is one answer
        "谁作了《做一个思质量和抓质量的好校长》的讲话？",  # inside a title
        "张骞去西域为什么意义重大，带来了什么结果？",  # reasons belong together
        "谁负责检查，怎么处罚？",  # nothing says what the second is about
        "2022年全市和全省增速的差距是多少？",
        "工业和信息化局局长是谁？",  # one body
        "人力资源和社会保障局的电话是多少？",
        "全县建成了多少个和美乡村？",
        "教育和科技的关系是什么？",
        "、".join(f"{n}号厂" for n in range(99)) + "的产值分别是多少？",  # too many
        "印度野驴与非洲野驴的分别是什么？",  # how they differ
        "男女平等的目标是什么？",
        "",
        "和",
        "和和和？",
    ],
)
def test_left_whole(question: str) -> None:
    assert parts_of(understand(question)) == ()


def test_parts_keep_what_limits_the_question() -> None:
    within = frozenset({"a"})
    query = understand("江棠和李明的讲话分别是什么时候？", ("江棠", "李明"), within)
    first, second = parts_of(query)
    assert (first.within, second.within) == (within, within)
    assert (first.speakers, second.speakers) == ({"江棠"}, {"李明"})
