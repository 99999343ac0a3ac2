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
        "李炎臵臶擧講話展１２.Ａａ①㈠ﬁ Ⅻ㎡…´\r\v\x7f\x85\u3000\u2004\u2005\u202f\u200b\n\t，。“”İßΣ𠮷〇0a"
    )
    | st.characters(codec="utf-8")
)
BLANKS = " \t\n\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff"


ODD = {"臵": "置", "臶": "帜"} | dict(
    zip("衞擧汚靑淸鄕敍硏槪値戱緖屛毎鶏枱甎歛", "卫举污青清乡叙研概值戏绪屏每鸡台砖敛", strict=True)
)


def fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", ODD.get(character, character)).casefold()
    simple = ((c, OPENCC.convert(c)) for c in folded)
    return "".join(new if len(new) == 1 else c for c, new in simple)


def by_definition(text: str) -> NormalForm:
    """Character by character, as the docstring of ``normal_form`` says it."""
    folded = [
        (c, offset)
        for offset, character in enumerate(text)
        for c in ("\n" if character in BLANKS else fold(character))
    ]
    whole = "".join(c for c, _ in folded)
    kept: list[tuple[str, int]] = []
    for at, (character, offset) in enumerate(folded):
        if character != "\n":
            kept.append((character, offset))
        elif at and whole[at - 1] != "\n":
            before, after = whole[:at], whole[at:].lstrip("\n")
            latin = bool(after) and before[-1].isascii() and after[0].isascii()
            if latin and not parts_a_number(before, whole[at:]):
                kept.append((" ", offset))
    return NormalForm("".join(c for c, _ in kept), (*(offset for _, offset in kept), len(text)))


def parts_a_number(before: str, after: str) -> bool:
    """Whether one blank stands between two digits that are alone."""
    digits = "0123456789"
    alone = before[-1] in digits and before[-2:-1] not in (*digits, ".")
    rest = after[1:].removeprefix(".")
    return alone and rest[:1] in tuple(digits) and rest[1:2] not in tuple(digits)


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
        ("產值 4 7 7 2 億元，增長 1 5 ．3％", "产值4772亿元,增长15.3%"),
        ("第 12 3 页 b 2 3", "第12 3页b 23"),
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
