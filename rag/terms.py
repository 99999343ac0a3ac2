"""Cuts text into the terms that lexical matching counts: character bigrams, words and numbers.

Han runs give overlapping bigrams (a run of one character gives that character), other scripts
whole words, digits whole numbers. A Chinese numeral also gives its Arabic value, so that 七十三个
and 73个 share a term. Knows nothing of scores or indexes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.normal_form import normalise
from rag.numerals import DIGITS, NUMERAL_CHARACTERS, numeral_value

_LONGEST = 64  # characters of a word; what is longer is no word but encoded data
_HAN = "〇々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)"
    rf"|(?P<han>[{_HAN}]+)"
    rf"|(?P<word>(?:(?![{_HAN}])[^\W_])+)"
)
# 几十 and 十几 name no number. Possessive, so that a numeral is read whole or not at all.
_NUMERAL = re.compile(
    rf"(?<![0-9.几数{NUMERAL_CHARACTERS}])[{NUMERAL_CHARACTERS}]++(?![0-9几]|点[{NUMERAL_CHARACTERS}])"
)
_PER_CENT_FRACTION = re.compile("(?<=之)([一二三四五六七八九十]+)点([〇零一二三四五六七八九]+)")
# After one of these a numeral below ten counts something; after others it is part of a word (统一).
_UNITS = "个家名人位项条件次届年月日天点所座处户村镇县市省起套辆台只万亿倍成亩吨元岁"
_AFTER_TEN_IN_A_WORD = ("分", "足", "字")


def terms(text: str) -> list[str]:
    """The terms of ``text`` in order, repeated as often as they occur; none contains a blank."""
    normal = normalise(text)
    found: list[str] = []
    for token in _TOKEN.finditer(normal):
        run = token.group()
        if token.lastgroup == "han":
            found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        elif token.lastgroup == "number":
            found.append(run.replace(",", ""))
        else:
            found.append(run[:_LONGEST])
    found += _values(normal)
    return found


def _values(normal: str) -> Iterator[str]:
    """The Arabic form of the Chinese numerals in a normalised text."""
    for fraction in _PER_CENT_FRACTION.finditer(normal):
        decimals = "".join(str(DIGITS[c]) for c in fraction[2])
        yield f"{numeral_value(fraction[1])}.{decimals}"
    for match in _NUMERAL.finditer(normal):
        numeral, following = match.group(), normal[match.end() : match.end() + 1]
        if numeral != "十" or following not in _AFTER_TEN_IN_A_WORD:
            yield from _value(numeral, following)


def _value(numeral: str, following: str) -> Iterator[str]:
    """The value of one numeral, and of 二十三 in 二十三万: Arabic figures are written 23万."""
    head = numeral.rstrip("万亿")
    readings = [(numeral, following), (head, numeral[len(head) :])]
    for candidate, unit in readings if head != numeral else readings[:1]:
        value = numeral_value(candidate)
        if value is None or (len(candidate) == 2 and _is_positional(candidate)):
            continue  # 三五 and 五一 are words
        if value >= 10 or (unit and unit[0] in _UNITS):
            yield str(value)


def _is_positional(numeral: str) -> bool:
    return all(character in DIGITS for character in numeral)
