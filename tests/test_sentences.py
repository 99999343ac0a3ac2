"""Sentences and clauses against hand-made divisions, and the properties that hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.schema import Span
from rag.sentences import clauses, sentence_at, sentences


def pieces(text: str) -> list[str]:
    return [text[s.start : s.end] for s in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("会议开了。大家走了！真的？是的", ["会议开了。", "大家走了！", "真的？", "是的"]),
        ("他说：“要守住底线。”大家鼓掌。", ["他说：“要守住底线。”", "大家鼓掌。"]),
        ("（见附表。）下一项。", ["（见附表。）", "下一项。"]),
        ("工业、农业……”会后又谈。", ["工业、农业……”", "会后又谈。"]),
        ("真的吗？！好。", ["真的吗？！", "好。"]),
        ("履约率达到97.8%,比上年高。", ["履约率达到97.8%,比上年高。"]),
        (
            "住房８．５亿平方米。增长３．１％．二是减员",
            ["住房８．５亿平方米。", "增长３．１％．", "二是减员"],
        ),
        ("增长5%.二是减员.", ["增长5%.", "二是减员."]),
        ("1.加强领导。2. 落实责任。", ["1.加强领导。", "2. 落实责任。"]),
        ("一.加强领导。", ["一.加强领导。"]),
        ("见 http://a.example/b?c=1 一文。", ["见 http://a.example/b?c=1 一文。"]),
        ("Read it. Then J. Doe left.", ["Read it.", "Then J. Doe left."]),
        ('他说"好。"然后走了。', ['他说"好。"', "然后走了。"]),
        ('会开了。"好"是他说的。', ["会开了。", '"好"是他说的。']),
    ],
)
def test_sentence_ends(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("统一思想,明确工\n作重点,再上台阶。", ["统一思想,明确工\n作重点,再上台阶。"]),
        ("一、去年工作\n去年以来,有进展。", ["一、去年工作", "去年以来,有进展。"]),
        ("政府工作报告\n各位代表：\n现在报告。", ["政府工作报告", "各位代表：", "现在报告。"]),
        ("讲三点意见\n(一)抓好春耕。", ["讲三点意见", "(一)抓好春耕。"]),
        ("各项工作,都有进展\n\n下一年,再努力。", ["各项工作,都有进展", "下一年,再努力。"]),
        ("各项工作,都有进展\n　　下一年。", ["各项工作,都有进展", "下一年。"]),
        ("落实《\n关于春耕的决定\n》精神。", ["落实《\n关于春耕的决定\n》精神。"]),
        (
            "一、统一认识,评价工作的成效 今年以来,各级组织按照全年的部署安排开展工作,进展顺利。",
            [
                "一、统一认识,评价工作的成效",
                "今年以来,各级组织按照全年的部署安排开展工作,进展顺利。",
            ],
        ),
    ],
)
def test_newlines(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_wrapped_lines_without_punctuation_join() -> None:
    text = (
        "全区各级组织坚持从实际出发把开展春耕作为一年工作的重\n"
        "中之重切实抓紧抓好推动各乡镇干部深入田间地头解决问题\n"
        "并取得实效。"
    )
    assert pieces(text) == [text]


def test_long_sentence_divides_at_semicolons_outside_quotations() -> None:
    text = "抓" * 120 + "；" + "“办" + "好" * 60 + "；实”" + "事" * 60 + "。"
    first, second = pieces(text)
    assert first == "抓" * 120 + "；"
    assert second.startswith("“办")
    assert second.endswith("事。")


def test_paragraph_without_punctuation_is_one_sentence() -> None:
    assert sentences("字" * 620) == (Span(0, 620),)


def test_range_is_respected_and_checked() -> None:
    text = "甲乙。丙丁。戊己。"
    assert [text[s.start : s.end] for s in sentences(text, 3, 6)] == ["丙丁。"]
    with pytest.raises(ValueError, match="start=5"):
        sentences(text, 5, 4)
    with pytest.raises(ValueError, match="end=10"):
        sentences(text, 0, 10)


def test_clauses_keep_numbers_whole() -> None:
    text = "共3,076户,增长5%；10:30开会。"
    assert [text[s.start : s.end] for s in clauses(text)] == [
        "共3,076户,",
        "增长5%；",
        "10:30开会。",
    ]


def test_sentence_at_finds_the_span() -> None:
    spans = (Span(0, 3), Span(4, 6))
    assert [sentence_at(spans, offset) for offset in (0, 2, 3, 4, 6)] == [0, 0, None, 1, None]


PIECES = st.lists(
    st.sampled_from(
        [*"甲乙丙丁。！？；，“”（）《》、：…", *"ab19.,!?;:\"'() \n\u3000\t%-", "一、", "1."]
    ),
    max_size=80,
).map("".join)


@given(PIECES)
def test_every_character_lies_in_exactly_one_span(text: str) -> None:
    for divide in (sentences, clauses):
        spans = divide(text)
        covered = [offset for span in spans for offset in range(span.start, span.end)]
        assert covered == sorted(set(covered))
        blank = set(range(len(text))) - set(covered)
        assert all(text[offset].isspace() for offset in blank)
        for span in spans:
            piece = text[span.start : span.end]
            assert piece
            assert piece == piece.strip()


@given(PIECES, st.data())
def test_a_range_reads_only_itself(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert all(start <= s.start < s.end <= end for s in sentences(text, start, end))
