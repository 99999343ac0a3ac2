"""Which five-year plan a text tells of where it goes on: 五年来, 过去五年, “十四五”期间, or another time since.

Knows dates in running text alone, not what is said of them.
"""

from __future__ import annotations

import re

from rag.moments import Moment, moments

_FIVE = "(?<![0-9十百])[五5]年"
_REVIEW = re.compile(
    f"(?:过去|刚刚过去|走过)的?(?:这|那)?{_FIVE}|(?:[这此那]|以往){_FIVE}|"
    f"(?<![后来近每续])(?<!下个)(?<!一个)(?<!第[一二三四五六七八九]个){_FIVE}(?:以?来|间|累计|[共总]计)"
    f"|(?<![^,;。\n]){_FIVE}(?![前后内里规计])"
)
_NEXT = re.compile(f"(?:今后|未来|下一?个?|以后)的?{_FIVE}")
_ONE_YEAR = re.compile("一年来|过去的?一年|这一年")
# 比2020年, 由2020年的: what is compared with, and no time that is told of.
_COMPARED = re.compile('(?:[比较与同跟从由自到至]|[高低优快慢多少]于|超过|截至)[“"]?$')
# 2025年是“十四五”收官之年: the year is told of, not the plan.
_STAGE = re.compile("[^,;。]{0,8}(?:之年|收官|开局|起步|(?:最后|第|头)一年)")
_AIMS = re.compile('[”"]?(?:规划|计划)')  # the plan itself, which is no time
_FIRST = {1: 1953, 2: 1958}  # the years in which the first plans began; after them a pause
_THIRD = 1951  # from the third on, this and five for each
_YEARS = 5


def plan_of(year: int) -> str | None:
    """The five-year plan that has this year, as ``Moment.period`` names it."""
    for number, first in _FIRST.items():
        if first <= year < first + _YEARS:
            return f"plan{number}"
    number = (year - _THIRD) // _YEARS
    return f"plan{number}" if number > len(_FIRST) else None


def plan_reviewed(year_of_speech: int | None) -> str | None:
    """The plan that 过去五年 means: one that ends with the year of the speech or the year before."""
    for year in () if year_of_speech is None else (year_of_speech - 1, year_of_speech):
        plan = plan_of(year)
        if plan is not None and plan != plan_of(year + 1):
            return plan
    return None


def reviews(normal: str) -> bool:
    """Whether a text in the normal form looks back on five years."""
    return bool(_REVIEW.search(normal))


def told_last(normal: str, year_of_speech: int | None) -> str | None:
    """The plan that a text in the normal form told of last: "" where it is another time, ``None`` where it tells of none."""
    reviewed = plan_reviewed(year_of_speech)
    told: list[tuple[int, str | None]] = [(m.start(), reviewed) for m in _REVIEW.finditer(normal)]
    told += [(m.end(), None) for p in (_NEXT, _ONE_YEAR) for m in p.finditer(normal)]
    named: list[tuple[int, str | None]] = []
    for moment in (m for m in moments(normal) if _is_told(normal, m)):
        aims = moment.period is not None and _AIMS.match(normal, moment.span.end)
        (named if aims else told).append((moment.span.start, moment.period))
    last = max(told or named, key=lambda pair: pair[0], default=None)
    return None if last is None else last[1] or ""


def _is_told(normal: str, moment: Moment) -> bool:
    start, end = moment.span.start, moment.span.end
    if _COMPARED.search(normal, max(0, start - 3), start):
        return False
    if moment.period is not None and moment.period.startswith("plan"):
        return not _STAGE.match(normal, end)
    year = moment.year is not None or moment.relative is not None
    return year and not normal.startswith("远景", end)  # 2035年远景目标
