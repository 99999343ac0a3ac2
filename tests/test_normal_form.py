"""The form in which texts are compared, and the way back to the stored text."""

from __future__ import annotations

import unicodedata

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.normal_form import NormalForm, is_cjk, normal_form, normalise

OPENCC = opencc.OpenCC("t2s")

TEXTS = st.text(
    st.sampled_from(
        "李炎臵臶講話展１Ａａ①㈠ﬁ Ⅻ㎡…´\r\v\x7f\x85\u3000\u2004\u2005\u202f\u200b\n\t，。“”İßΣ𠮷〇0a"
    )
    | st.characters(codec="utf-8")
)
BLANKS = " \t\n\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff"


def fold(character: str) -> str:
    mended = {"臵": "置", "臶": "帜"}.get(character, character)
    folded = unicodedata.normalize("NFKC", mended).casefold()
    simple = ((c, OPENCC.convert(c)) for c in folded)
    return "".join(new if len(new) == 1 else c for c, new in simple)


def by_definition(text: str) -> NormalForm:
    """Character by character, as the docstring of ``normal_form`` says it."""
    characters: list[str] = []
    offsets: list[int] = []
    pending: int | None = None  # offset of a run of blanks that has not been written yet
    for offset, character in enumerate(text):
        if character in BLANKS:
            pending = offset if pending is None else pending
            continue
        folded = fold(character)
        if pending is not None and characters and characters[-1].isascii() and folded[0].isascii():
            characters.append(" ")
            offsets.append(pending)
        pending = None
        characters.extend(folded)
        offsets.extend([offset] * len(folded))
    return NormalForm("".join(characters), (*offsets, len(text)))


@given(TEXTS)
def test_the_form_is_what_its_definition_says(text: str) -> None:
    assert normal_form(text) == by_definition(text)
    assert normalise(text) == by_definition(text).text


def test_all_characters_fold_as_defined_and_none_to_nothing_or_a_newline() -> None:
    characters = [chr(c) for c in (*range(0xD800), *range(0xE000, 0x30000))]
    for character in set(characters) - set(BLANKS):
        assert normalise(character) == fold(character) != ""
        assert "\n" not in fold(character)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("李　炎", "李炎"),
        ("政 府 工 作", "政府工作"),
        ("臺灣\n經濟發展", "台湾经济发展"),
        ("高舉旗臶,安臵群眾", "高举旗帜,安置群众"),
        ("１，０４７ｋｍ", "1,047km"),
        ("Open  AI 模型", "open ai模型"),
        ("三 A 级", "三a级"),
        ("㈠①", "(一)1"),
        ("  首尾  ", "首尾"),
        ("", ""),
    ],
)
def test_examples(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(TEXTS)
def test_the_map_back_is_in_order_and_within_the_text(text: str) -> None:
    form = normal_form(text)
    assert len(form.offsets) == len(form.text) + 1
    assert form.offsets[-1] == len(text)
    assert list(form.offsets) == sorted(form.offsets)
    assert all(0 <= offset <= len(text) for offset in form.offsets)


@given(TEXTS, st.data())
def test_a_piece_of_the_form_came_from_its_piece_of_the_text(
    text: str, data: st.DataObject
) -> None:
    form = normal_form(text)
    start = data.draw(st.integers(0, len(form.text)))
    end = data.draw(st.integers(start, len(form.text)))
    first, last = form.original(start, end)
    assert 0 <= first <= last <= len(text)
    piece = form.text[start:end].strip(" ")
    assert piece in normalise(text[first:last])


@given(TEXTS)
def test_han_characters_that_stay_are_the_ones_mapped_to(text: str) -> None:
    form = normal_form(text)
    for character, offset in zip(form.text, form.offsets, strict=False):
        if character in "李炎，":
            assert normalise(text[offset]).startswith(character)


def test_original_of_an_example() -> None:
    text = "刘　某講 話"
    form = normal_form(text)
    at = form.text.index("讲话")
    start, end = form.original(at, at + 2)
    assert text[start:end] == "講 話"
    assert form.original(2, 2) == (3, 3)


@pytest.mark.parametrize("character", ["李", "〇", "𠮷", "㐂", "豈"])
def test_han(character: str) -> None:
    assert is_cjk(character)


@pytest.mark.parametrize("character", ["a", "1", "。", "　", "ア", "한"])
def test_not_han(character: str) -> None:
    assert not is_cjk(character)
