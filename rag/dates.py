"""Dates as Chinese texts write them, found with their exact spans and turned into ISO 8601.

Knows 2009年10月30日, 2009-10-30, 2011.8.25, 二〇一一年八月, 二0一一年, 10月30日 with a year
from the context, full-width figures and blanks between figures. Of a range the first day counts.
Does not know lunar dates, years of an era, or words such as 昨天.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

from rag.numerals import numeral_value

_GAP = r"[ \t\u3000\u00a0\u2002\u2003]{0,3}"
_ZEROS = str.maketrans("○ОoOＯ零", "〇〇〇〇〇〇")  # circles and letters that stand for 〇
_CHINESE_FIGURES = str.maketrans(  # a year may mix both kinds of figures: 二0一一
    "0123456789０１２３４５６７８９", "〇一二三四五六七八九" * 2
)
_YEAR_FIGURE = "[0-9０-９〇○ОoOＯ零一二三四五六七八九]"
_YEAR = rf"(?:[12１２]{_GAP}[0-9０-９](?:{_GAP}[0-9０-９]){{2}}|[一二]{_YEAR_FIGURE}{{3}})"
_SMALL = (
    rf"(?:[0-9０-９](?:{_GAP}[0-9０-９])?"
    "|[二三]?十[一二三四五六七八九]?|[〇零]?[一二三四五六七八九])"
)
_CHINESE_DAY = rf"(?:{_GAP}(?P<month>{_SMALL}){_GAP}月(?:份|{_GAP}(?P<day>{_SMALL}){_GAP}[日号])?)?"
_NOT_AFTER = r"(?<![0-9０-９〇一二三四五六七八九十百千])(?<![0-9][.．,])"
_TO = rf"{_GAP}[至到—–~～\-－]{{1,2}}{_GAP}"
# "10月30日至31日", "10月30日—11月2日": what follows is no second date of its own.
_RANGE = rf"(?:{_TO}(?:{_SMALL}{_GAP}月{_GAP})?{_SMALL}{_GAP}[日号])?"

_FULL = re.compile(rf"{_NOT_AFTER}(?P<year>{_YEAR}){_GAP}年(?!代|级|龄){_CHINESE_DAY}{_RANGE}")
_NUMERIC = re.compile(
    r"(?<![0-9０-９.．\-/])(?P<year>[12１２][0-9０-９]{3})(?P<sep>[-./－．／])"
    r"(?P<month>[0-9０-９]{1,2})(?P=sep)(?P<day>[0-9０-９]{1,2})(?![0-9０-９]|[.．][0-9０-９])"
)
_MONTH_DAY = re.compile(
    rf"(?<![0-9０-９.．])(?<!去年)(?<!上年)(?<!前年)(?<!明年)(?<!次年)(?P<month>{_SMALL}){_GAP}月{_GAP}(?P<day>{_SMALL}){_GAP}[日号]{_RANGE}"
)
# "近2000年来" counts years, it names none.
_COUNTED = ("近", "约", "达", "过去", "超过", "距今", "历经")
_YEARS = range(1800, 2101)

_WRAPPING = " \t\n\u3000\u00a0()（）[]【】〔〕"
_CLOCK = re.compile(
    r"[\sT-]*(?:(?:星期|周)[一二三四五六日天])?[\sT]*(?:[上下]午|[早晚]上?)?"
    r"(?:\d{1,2}[:：时点]\d{1,2}分?(?:[:：]?\d{1,2}秒?)?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_BARE = re.compile(
    r"(?P<year>[12１２][0-9０-９]{3})"
    r"(?:[-./－．／](?P<month>[0-9０-９]{1,2})|(?P<m2>[0-9]{2})(?P<d2>[0-9]{2}))?"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: ``text[start:end]`` says ``iso`` (2009-10-30, 2009-10 or 2009)."""

    start: int
    end: int
    iso: str


def dates_in(text: str, year: int | None = None) -> tuple[FoundDate, ...]:
    """The dates in ``text`` in order, not overlapping.

    Args:
        text: Any text; spans count its code points.
        year: The year meant where the text gives month and day alone; without it such dates
            are left out.
    """
    found = [*_matches(_FULL, text), *_matches(_NUMERIC, text)]
    if year is not None:
        found += _matches(_MONTH_DAY, text, year)
    kept: list[FoundDate] = []
    for date in sorted(found, key=lambda d: (d.start, -d.end)):
        if not kept or date.start >= kept[-1].end:
            kept.append(date)
    return tuple(kept)


def iso_date(text: str) -> str | None:
    """The ISO form of a text that is one date and nothing else, or ``None``.

    Brackets around it and a time of day after it are allowed: ``(2009年10月30日)``,
    ``2026-02-03 09:02``. Bare forms count here, since the whole is known to be a date: ``2025``,
    ``2025-03``, ``20250305``.
    """
    bare = text.strip(_WRAPPING)
    if match := _BARE.fullmatch(bare):
        month, day = match["month"] or match["m2"], match["d2"]
        return _iso(match["year"], month, day)
    dates = dates_in(bare)
    if len(dates) == 1 and dates[0].start == 0 and _CLOCK.fullmatch(bare[dates[0].end :]):
        return dates[0].iso
    return None


def _matches(pattern: re.Pattern[str], text: str, year: int | None = None) -> list[FoundDate]:
    found = []
    for match in pattern.finditer(text):
        written = match["year"] if year is None else str(year)
        iso = _iso(written, match["month"], match["day"])
        counted = not match["month"] and text.endswith(_COUNTED, 0, match.start())
        if iso and not counted:
            found.append(FoundDate(match.start(), match.end(), iso))
    return found


def _iso(year: str, month: str | None, day: str | None) -> str | None:
    """ISO form with as much as is given; ``None`` where the calendar has no such day."""
    y = _number(year)
    if y is None or y not in _YEARS:
        return None
    if month is None:
        return f"{y:04}"
    m = _number(month)
    if m is None or not 1 <= m <= 12:
        return None
    if day is None:
        return f"{y:04}-{m:02}"
    d = _number(day)
    if d is None or not 1 <= d <= monthrange(y, m)[1]:
        return None
    return f"{y:04}-{m:02}-{d:02}"


def _number(written: str) -> int | None:
    figures = re.sub(r"\s", "", written).translate(_ZEROS)
    if figures.isdecimal():
        return int(figures)
    # A year mixes both kinds of figures: 二0一一.
    return numeral_value(
        figures.translate(
            str.maketrans("０123456789１２３４５６７８９", "〇一二三四五六七八九一二三四五六七八九")
        )
    )
