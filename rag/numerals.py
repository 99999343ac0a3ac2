"""Chinese numerals and their values: 一千零四十七 = 1047, 二〇一一 = 2011, 十二 = 12.

Knows numbers alone; units, scales such as 亿元 and qualifiers are in ``quantities``, dates in ``dates``.
Input is expected in the normal form (see ``normal_form``).
"""

from __future__ import annotations

import re

DIGITS = {c: v for v, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "0": 0}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10**4, "亿": 10**8}
NUMERAL_CHARACTERS = "".join(DIGITS) + "十百千万亿"
NUMERAL = re.compile(f"[{NUMERAL_CHARACTERS}]+")


def numeral_value(numeral: str) -> int | None:
    """The value of a Chinese numeral, or ``None`` where the characters do not form one.

    Reads both positional (二〇一一, 二○一一, 二0一一) and spoken form (两万三千). ``亿万`` is no number.
    """
    if not numeral.strip("○") or not NUMERAL.fullmatch(numeral):
        return None  # ○○ masks a number
    numeral = numeral.replace("万万", "亿")  # 六万万
    if all(c in DIGITS for c in numeral):
        return int("".join(str(DIGITS[c]) for c in numeral))
    return _spoken_value(numeral)


def _spoken_value(numeral: str) -> int | None:
    total = section = digit = 0
    last_small, last_large, seen_digit = 10**4, 10**12, False
    for character in numeral:
        if character in DIGITS:
            if seen_digit and digit:
                return None
            digit, seen_digit = DIGITS[character], True
        elif character in _SMALL_UNITS:
            unit = _SMALL_UNITS[character]
            if unit >= last_small or (not digit and unit != 10):
                return None
            section += (digit or 1) * unit
            digit, seen_digit, last_small = 0, False, unit
        else:
            unit = _LARGE_UNITS[character]
            section += digit
            if last_large == 10**4 and unit == 10**8:  # 八十万亿, 三万五千亿
                total, section = 0, total + section
            elif unit >= last_large:
                return None
            if not section:
                return None
            total += section * unit
            section, digit, seen_digit = 0, 0, False
            last_small, last_large = 10**4, unit
    return total + section + digit
