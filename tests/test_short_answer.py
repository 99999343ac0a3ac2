"""What of the best sentence is called the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import candidate

from rag.query import understand
from rag.schema import Span
from rag.short_answer import short_answer, verbatim


def told(question: str, sentence: str, place: str) -> str | None:
    at = sentence.index(place)
    best = replace(candidate(sentence), place=Span(at, at + len(place)))
    return short_answer(understand(question), best)


@pytest.mark.parametrize(
    ("question", "sentence", "place", "answer"),
    [
        # one clause where a figure, a moment, a person or a place is asked for
        ("全县死亡率是多少？", "死亡率为7.1‰，死亡14人。", "7.1‰，死亡14人。", "7.1‰"),
        ("全州产车多少辆？", "全州产车2,093,476辆，下降5%。", "2,093,476辆，下降5%", "2,093,476辆"),
        ("展馆何时开门？", "展馆由县里修，4月2日起开门。", "由县里修，4月2日起", "4月2日起"),
        ("2021年的产值是多少？", "2021年，产值3亿元。", "2021年，产值3亿元", "产值3亿元"),
        ("谁牵头？", "由县财政局局长佟慎言同志牵头。", "县财政局局长佟慎言同志", "佟慎言"),
        ("谁讲了话？", "李明同志讲了话。", "李明同志", "李明"),
        ("谁讲了话？", "县总工会讲师团讲了话。", "县总工会讲师团", "县总工会讲师团"),
        # several people are one answer, and so is a sentence
        ("评审有谁？", "评审是李明，江棠。", "李明，江棠", "李明，江棠"),
        ("如何修渠？", "先清淤，后加固。", "先清淤，后加固。", "先清淤，后加固。"),
        # no loose marks, both brackets or none
        ("开馆是哪天？", "开馆定在周末（5月17日）。", "（5月17日", "（5月17日）"),
        ("主题是什么？", "主题是“守正创新”。", "“守正创新", "“守正创新”"),
        ("哪个热线？", "热线（海陵区86512345）开通", "86512345）", "86512345"),
        ("丰收的是什么？", "山茶油、油桐丰收。", "山茶油、", "山茶油"),
        ("增长多少？", "增长4.4%。", "4.4%。", "4.4%"),
        ("哪条标语？", "标语，。", "，。", None),
    ],
)
def test_of_a_place(question: str, sentence: str, place: str, answer: str | None) -> None:
    assert told(question, sentence, place) == answer


def test_without_a_reader_a_piece_is_the_answer_if_it_is_likely() -> None:
    best = replace(candidate("关停37家。"), piece=Span(2, 5), piece_probability=0.9)
    query = understand("关停了多少家？")
    assert short_answer(query, best) == "37家"
    assert short_answer(query, replace(best, piece_probability=0.1)) is None


def test_verbatim_is_as_the_quote_writes_it() -> None:
    assert verbatim("37家", "关停３７家") == "３７家"
    assert verbatim("38家", "关停37家") is None
    assert verbatim("", "关停37家") is None
