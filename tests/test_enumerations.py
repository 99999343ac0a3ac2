"""Enumerations out of an outline: whole, counted, and only where one is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import FOREST, asked, forest_speech, whole

from rag.enumerations import enumerations_of, is_first, item_span, matching_enumeration
from rag.schema import Document, Metadata, Section

PARTS = ["一、总结成绩", "二、部署任务", "三、强化保障"]
THINGS = ["一是管好苗圃", "二是防好山火", "三是护好湿地"]
DEMANDS = ["(一)加强领导", "(二)压实责任"]


def found_for(question: str, *documents: Document) -> list[str] | None:
    query, weights = asked(question, FOREST)
    found = matching_enumeration(query, [whole(d) for d in documents], weights)
    return None if found is None else [item.heading for item in found.items]


def test_all_enumerations_outermost_first() -> None:
    found = enumerations_of(forest_speech())
    assert [[item.heading for item in e.items] for e in found] == [PARTS, THINGS, DEMANDS]


def test_the_announced_count_is_held_against_the_found_one() -> None:
    parts, things, demands = enumerations_of(forest_speech())
    assert (parts.declared, parts.complete) == (None, True)
    assert (things.declared, things.complete) == (3, True)
    assert (demands.declared, demands.complete) == (3, False)


def test_numbering_that_starts_again_is_another_enumeration() -> None:
    text = "1、甲2、乙1、丙2、丁3、戊"
    sections = tuple(
        Section(3, text[i], text[i : i + 3], i, i + 3, i + 3) for i in range(0, len(text), 3)
    )
    found = enumerations_of(Document("d", text, sections=sections))
    assert [len(e.items) for e in found] == [2, 3]


def test_a_single_item_is_no_enumeration() -> None:
    document = forest_speech()
    assert enumerations_of(replace(document, sections=document.sections[:1])) == ()


@pytest.mark.parametrize(
    "number", ["一", "(一)", "1", "1、", "一是", "第一", "首先", "启示一", "①"]
)
def test_first_numbers(number: str) -> None:
    assert is_first(number)


@pytest.mark.parametrize("number", ["二", "(二)", "十一", "11", "二是", "第二", "其二"])
def test_other_numbers(number: str) -> None:
    assert not is_first(number)


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("云汀提出要抓好哪三件事？", THINGS),
        ("林业工作会议的讲话分为哪几个部分？", PARTS),
        ("量子计算机有哪些型号？", None),
    ],
)
def test_the_enumeration_that_is_asked_for(question: str, items: list[str] | None) -> None:
    assert found_for(question, forest_speech()) == items


REASONS = (
    "2022年造林任务没有完成。苗子也不够。为什么?我看主要有三条原因:一是雨少了二是苗慢了三是人散了"
)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("2022年造林任务没有完成有哪几条原因？", True),
        ("2022年造林任务没有完成有哪几条教训？", False),  # other things than reasons
        ("防火为什么没有做好，有哪几条原因？", False),  # of something else
    ],
)
def test_reasons_are_of_what_stands_above_them(question: str, *, found: bool) -> None:
    starts = [REASONS.index(item) for item in ("一是", "二是", "三是")]
    ends = [*starts[1:], len(REASONS)]
    sections = tuple(
        Section(3, REASONS[s : s + 2], REASONS[s:e], s, e, e)
        for s, e in zip(starts, ends, strict=True)
    )
    speech = Document("d", REASONS, metadata=Metadata(title="讲话"), sections=sections)
    words = "2022年造林任务没有完成 防火没有做好 原因 教训"
    query, weights = asked(question, words)
    assert (matching_enumeration(query, [whole(speech)], weights) is not None) is found


def test_a_speech_that_is_not_named_gives_no_outline() -> None:
    assert found_for("教育工作会议的讲话分为哪几个部分？", forest_speech()) is None


def test_an_item_is_its_heading_or_its_first_sentence() -> None:
    document = forest_speech()
    spans = [item_span(document, section) for section in document.sections]
    assert [FOREST[s.start : s.end] for s in spans] == [s.heading for s in document.sections]
    text = "一是管好苗圃。还要巡山。"
    bare = Section(4, "一是", "一是", 0, 2, len(text))
    span = item_span(Document("d", text), bare)
    assert text[span.start : span.end] == "一是管好苗圃。"


@pytest.mark.parametrize("above", ["一是", "一是：", "一是\n\n", "（一）"])
def test_an_item_whose_number_stands_alone_is_what_follows(above: str) -> None:
    text = f"{above}\n　　管好全县苗圃。\n还要巡山。"
    bare = Section(4, above.strip("：\n"), above.strip(), 0, len(above.strip()), len(text))
    span = item_span(Document("d", text), bare)
    assert text[span.start : span.end].strip("　") == "管好全县苗圃。"


def test_what_closes_a_speech_is_no_item() -> None:
    text = "一、甲\n二、乙\n附件1\n结束语\n"
    sections = (
        Section(1, "一", "一、甲", 0, 3, 4),
        Section(1, "二", "二、乙", 4, 7, 8),
        Section(1, "附件1", "附件1", 8, 11, 12),
        Section(1, "", "结束语", 12, 15, 16),
    )
    found = enumerations_of(Document("d", text, sections=sections))
    assert [item.number for item in found[0].items] == ["一", "二"]
