"""People and places in running text, against what a reader sees in it."""

from __future__ import annotations

import pytest

from rag.named_things import named_in, nouns_of, words_of


def people(text: str) -> list[str]:
    return [text[span.start : span.end] for span in named_in(text).people]


def places(text: str) -> list[str]:
    return [text[span.start : span.end] for span in named_in(text).places]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("县总工会主席郦棠同志主持会议，裴若嵩、晏知榆出席。", ["郦棠", "裴若嵩", "晏知榆"]),
        ("产业链由县委常委阮牧樵担任链长", ["阮牧樵"]),
        ("卓汝镕市长在全市大会上给岫阳下达了任务", ["卓汝镕"]),
        ("总统弗拉基米尔·普京发来贺电", ["弗拉基米尔·普京"]),
        ("谢尔巴科娃获得金牌", ["谢尔巴科娃"]),
        ("縣長陳國棟同志講話", ["陳國棟"]),
        ("雷佳音表示，彭冠英也到会。", ["雷佳音", "彭冠英"]),  # the given name is a word
        ("全市新引进人才15万人，完成投资3.2亿元。", []),
        ("", []),
    ],
)
def test_people(text: str, names: list[str]) -> None:
    assert people(text) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("会议在青磴镇召开", "青磴镇"),
        ("他毕业于北京大学", "北京大学"),
        ("大会在人民大会堂举行", "人民大会堂"),
        ("調研組來到上海市", "上海市"),
    ],
)
def test_places(text: str, name: str) -> None:
    assert name in places(text)


def test_words_put_together_are_the_text() -> None:
    text = "全县“三公”经费支出1846万元,比上年下降6.2%。"
    assert "".join(words_of(text)) == text


def test_nouns_of_one_character_belong_to_the_one_before() -> None:
    assert nouns_of("评价区块链技术") == {"评价", "区块链", "技术"}
    assert nouns_of("链") == set()


def test_nouns_hold_no_year_and_no_mark() -> None:
    assert nouns_of("2022年岫阳县打,粮食") == {"岫阳县", "粮食"}
    assert all(noun.isalnum() for noun in nouns_of("市里给岫阳县定,2022年规上工业总产值"))
