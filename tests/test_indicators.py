"""Indicators that have several names."""

from __future__ import annotations

import pytest

from rag.indicators import in_its_names
from rag.normal_form import normalise


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("2022年全县财政收入是多少？", "2022年全县一般公共预算收入是多少?"),
        ("棠川县ＧＤＰ是多少？", "棠川县地区生产总值是多少?"),
        ("棠川县人均GDP是多少？", "棠川县人均地区生产总值是多少?"),
        ("棠川縣的城鎮調查失業率是多少？", "棠川县的失业率是多少?"),
        ("GDP增长多少？", "经济增长多少?"),
        ("今年GDP增速目标是多少？", "今年经济增长目标是多少?"),
        ("2004年地区生产总值（经济）增长目标是多少？", "2004年经济增长目标是多少?"),
    ],
)
def test_an_indicator_is_asked_for_in_its_other_names(question: str, other: str) -> None:
    assert other in [named.question for named in in_its_names(question)]


@pytest.mark.parametrize(
    "question", ["全县有多少家基层工会？", "aid项目有多少个？", "MAIN街在哪里？", ""]
)
def test_what_has_one_name_is_asked_for_once(question: str) -> None:
    assert in_its_names(question) == ()


def test_the_longest_name_is_the_one_that_is_meant() -> None:
    names = {named.names for named in in_its_names("农村居民人均可支配收入是多少？")}
    assert ("农民收入",) in names
    assert ("居民收入",) not in names


def test_a_text_has_the_name_or_not() -> None:
    gdp = in_its_names("GDP是多少？")[1]
    assert gdp.names == ("地区生产总值",)
    assert gdp.is_told_in("2022年，地區生產總值增長5%。")
    assert not gdp.is_told_in("完成规上工业总产值121.9亿元。")


def test_all_names_are_in_the_normal_form() -> None:
    from rag import indicators

    assert all(normalise(name) == name for name in indicators._NAMES)
