"""The pieces of a sentence that may answer, and which of them is taken."""

from __future__ import annotations

import pytest

from rag.answer_spans import Sort, best_piece, wanted
from rag.calibration import load_calibration
from rag.normal_form import normalise
from rag.query import understand
from rag.sentence_scorer import Weights
from rag.terms import terms


@pytest.mark.parametrize(
    ("question", "sort", "units"),
    [
        ("全县收了多少吨粮食？", Sort.FIGURE, {"吨"}),
        ("上线率是多少？", Sort.FIGURE, {"%", "‰", "百分点", "倍"}),
        ("培训了多少名干部？", Sort.FIGURE, {"人"}),
        ("造林面积是多少？", Sort.FIGURE, {"平方公里", "平方米", "亩", "公顷"}),
        ("林长多大年纪？", Sort.FIGURE, {"岁", "年"}),
        ("林产值涨了多少？", Sort.FIGURE, set()),
        ("林场占全县多少？", Sort.FIGURE, {"%", "‰", "百分点", "倍"}),
        ("造林花了多少钱？", Sort.FIGURE, {"元", "美元", "欧元", "港元", "日元", "英镑", "卢布"}),
        ("多久巡一次山？", Sort.FIGURE, set()),
        ("会议是什么时候召开的？", Sort.MOMENT, set()),
        ("链长是谁？", Sort.PERSON, set()),
        ("《山城》的导演", Sort.PERSON, set()),
        ("会议在哪里召开？", Sort.PLACE, set()),
        ("为什么要抓质量？", Sort.OTHER, set()),
        ("要抓好哪三件事？", Sort.OTHER, set()),
    ],
)
def test_what_is_asked_for(question: str, sort: Sort, units: set[str]) -> None:
    asked = wanted(understand(question))
    assert (asked.sort, asked.units) == (sort, units)


def taken(question: str, sentence: str) -> str | None:
    query = understand(question)
    words = dict.fromkeys(terms(query.subject))
    weights = Weights(words, dict.fromkeys(words, 3), 100)
    piece, _ = best_piece(
        sentence, wanted(query), weights, normalise(question), load_calibration().piece
    )
    return sentence[piece.start : piece.end] if piece else None


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        (
            "规上工业企业有多少家？",
            "全县完成工业总产值121.9亿元，增长9.3%；规上工业企业达到83家，比上年底净增9家。",
            "83家",
        ),
        (
            "城镇新增就业的目标是多少人？",
            "主要目标是：生产总值增长6%左右；城镇新增就业1100万人以上；居民消费价格涨幅3%左右。",
            "1100万人以上",
        ),
        (
            "新材料产业链的链长是谁？",
            "铜箔新材料产业链，由阮牧樵同志担任链长；竹木产业链由李明担任。",
            "阮牧樵",
        ),
        (
            "生产线是什么时候投产的？",
            "项目2021年3月开工，一期生产线于2022年12月8日正式投产。",
            "2022年12月8日",
        ),
        ("推进会是在哪里开的？", "2022年3月30日，全县工会重点工作推进会在青磴镇召开。", "青磴镇"),
        ("粮食总产量是多少吨？", "粮食总产量再创新高。", None),
        ("為什麼要抓質量？", "因为质量是生命，去年有3起事故。", None),
    ],
)
def test_the_piece_that_is_taken(question: str, sentence: str, answer: str | None) -> None:
    assert taken(question, sentence) == answer
