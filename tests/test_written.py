"""Sentences out of a model's stream: whole, in order, without what models put around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generators.written import WrittenSentence, written_sentences


def read(*pieces: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(s.text, s.marked) for s in written_sentences(pieces) if s]


def test_a_sentence_comes_when_the_next_one_begins() -> None:
    stream = written_sentences(["去年造林1047亩", "。", "[1]", "今年", "再造"])
    assert [next(stream) for _ in range(3)] == [None, None, None]
    assert next(stream) == WrittenSentence("去年造林1047亩。", (1,), new_line=True)
    assert [s.text for s in stream if s] == ["今年再造"]


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[1]", (1,)),
        ("【1】", (1,)),
        ("［１］", (1,)),
        ("[0]", (0,)),
        ("[7]", (7,)),
        ("[1, 3]", (1, 3)),
        ("[1][2]", (1, 2)),
        ("[^2]", (2,)),
        ("[段落2]", (2,)),
        ("（来源：[2]）", (2,)),
        ("〔3〕", (3,)),
    ],
)
@pytest.mark.parametrize("form", ["造林1047亩{}。", "造林1047亩。{}"])
def test_markers_are_read_and_taken_off(form: str, marker: str, numbers: tuple[int, ...]) -> None:
    assert read(form.format(marker)) == [("造林1047亩。", numbers)]


def test_a_year_in_brackets_is_no_marker() -> None:
    assert read("按国发[2016]5号文件执行。") == [("按国发[2016]5号文件执行。", ())]


def test_a_marker_in_pieces_stays_with_its_sentence() -> None:
    assert read("造林。", "[", "1", "]", "【2", "】", "防火。") == [
        ("造林。", (1, 2)),
        ("防火。", ()),
    ]


def test_lists_lose_their_numbers_and_markdown() -> None:
    reply = "## 要点\n1. **加强领导**[1]\n- 压实责任【2】\n（三）保障经费。"
    assert read(reply) == [("要点", ()), ("加强领导", (1,)), ("压实责任", (2,)), ("保障经费。", ())]


@pytest.mark.parametrize(
    "more", ["\n\n问题：今年呢？\n回答：不知道。", "\n[7] 《另一篇》\n别的", "\n----\n要求：照做。"]
)
def test_it_ends_where_the_model_goes_on_with_the_prompt(more: str) -> None:
    assert read(*f"造林1047亩。[1]{more}") == [("造林1047亩。", (1,))]


@pytest.mark.parametrize(
    "reply", ["<think>先想。[1]\n再想。</think>\n造林。", "先想。再想。</think>造林。"]
)
def test_thoughts_are_no_answer(reply: str) -> None:
    assert read(reply) == [("造林。", ())]


def test_a_thought_that_comes_in_pieces_or_never_ends() -> None:
    assert read(*"<think>先想。再想。</think>造林。") == [("造林。", ())]
    assert read(*"<think>先想。再想。") == []


def test_a_sentence_without_an_end_is_given_up() -> None:
    stream = iter("造林。" + "落实，" * 10_000)
    assert [s.text for s in written_sentences(stream) if s] == ["造林。"]
    assert len(list(stream)) > 29_000  # which nobody read


def test_what_only_introduces_is_taken_off() -> None:
    assert read("回答：根据以上段落，造林1047亩。") == [("造林1047亩。", ())]


def test_signs_alone_are_no_sentence() -> None:
    assert read("……\n---\n。[1]") == []


@given(st.lists(st.sampled_from("甲乙。！\n[1]【２】 (）"), max_size=40))
def test_pieces_make_no_difference(characters: list[str]) -> None:
    text = "".join(characters)
    assert read(*text) == read(text)


@pytest.mark.parametrize(
    "text", ["甲。[\n２】", "甲。(【２\n]\n）乙", "甲！(【1）】【", "甲。([２】）"]
)
def test_markers_that_come_in_pieces(text: str) -> None:
    assert read(*text) == read(text)


@pytest.mark.parametrize("piece", ["\n", "1. ", "# ", "la ", "山"])
def test_a_reply_that_comes_to_no_clause_is_not_read_on(piece: str) -> None:
    pieces = iter([piece] * 500)
    list(written_sentences(pieces))
    assert len(list(pieces)) > 400


def test_a_long_sentence_of_clauses_is_read_to_its_end() -> None:
    sentence = "、".join(["造林护林"] * 60) + "。"
    assert [s.text for s in written_sentences(sentence) if s] == [sentence]
