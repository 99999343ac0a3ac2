"""Chinese numerals and their values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numerals import numeral_value

DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """The numeral of a number below 10,000, spelled out unit by unit."""
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += ("零" if gap and written else "") + DIGITS[digit] + name
        gap = not digit
    return written


@given(st.integers(1, 9999))
def test_spoken_numerals(number: int) -> None:
    assert numeral_value(spoken(number)) == number


@given(st.integers(1, 9999), st.integers(1000, 9999))
def test_numerals_with_ten_thousands(above: int, below: int) -> None:
    assert numeral_value(f"{spoken(above)}万{spoken(below)}") == above * 10_000 + below


@given(st.integers(0, 10**8))
def test_positional_numerals(number: int) -> None:
    assert numeral_value("".join(DIGITS[int(d)] for d in str(number))) == number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("两万三千", 23_000),
        ("一亿二千万", 120_000_000),
        ("八十万亿", 80 * 10**12),
        ("六万万", 6 * 10**8),
        ("一万万五千万", 15 * 10**7),
        ("三万五千亿", 35 * 10**11),
        ("二〇一一", 2011),
        ("二0一一", 2011),
        ("零", 0),
    ],
)
def test_examples(numeral: str, value: int) -> None:
    assert numeral_value(numeral) == value


@pytest.mark.parametrize(
    "numeral", ["", "亿万", "万亿", "万万", "百", "万", "一二百", "三三十", "几十", "12", "十a"]
)
def test_what_is_no_numeral(numeral: str) -> None:
    assert numeral_value(numeral) is None
