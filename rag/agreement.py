"""Whether two figures, or two dates, say the same; and if not, in what they differ.

Knows single facts alone, not the sentences they stand in.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from rag.moments import Moment
from rag.quantities import Quantity


class Difference(StrEnum):
    """In what a sentence differs from what its evidence says."""

    FIGURE = "figure"
    UNIT = "unit"
    QUALIFIER = "qualifier"
    NAME = "name"
    DATE = "date"
    NEGATION = "negation"
    QUOTE = "quote"
    NO_EVIDENCE = "no_evidence"
    MATTER = "matter"  # another common noun; no verdict says so: it is a name, or no evidence


# Measure words that count things one by one: 1047家企业 and 1047个企业 are as many.
_COUNTERS = frozenset("个家项件所座条种处名人篇起支类点省市县区乡镇村")
_NUMBERED = frozenset({"届", "轮", "期", "次"})  # what is numbered in order more than counted
# Units whose number tells a time, or which of several is meant, and is no amount.
_KINDS = {"年": Difference.DATE, "届": Difference.NAME}
_CONVERSIONS = {
    "公里": ("米", 1000),
    "吨": ("公斤", 1000),
    "兆瓦": ("千瓦", 1000),
    "平方公里": ("平方米", 10**6),
    "公顷": ("亩", 15),
}
_MOST_DOUBLINGS = 10
_QUALIFIERS = {
    "about": ("大约", "约", "左右", "上下", "大概", "来"),
    "near": ("近", "将近", "接近"),
    "over": (
        *(
            "余",
            "多",
            "过",
            "超过",
            "超出",
            "超",
            "逾",
            "突破",
            "高于",
            "多于",
            "大于",
            "跨越",
            "跨过",
        ),
        *("迈过", "迈上", "跨上", "站上", "跃上"),
    ),
    "at_least": ("以上", "不低于", "不少于", "不小于", "至少", "最少"),
    "at_most": ("以下", "以内", "之内", "不超过", "不高于", "不多于", "不大于", "至多", "最多"),
    "under": ("不足", "不到", "低于", "少于", "小于"),
    "ordinal": ("第",),
}
_QUALIFIER_KINDS = sorted(
    ((word, kind) for kind, words in _QUALIFIERS.items() for word in words),
    key=lambda pair: -len(pair[0]),
)
# (claim, source): the claim says no more than the source does.
_MILDER = {
    ((said,), (found,))
    for said, found in (
        *(("over", "at_least"), ("at_least", "over"), ("at_most", "under"), ("under", "at_most")),
        *(("about", "near"), ("near", "under"), ("under", "near")),
    )
}
_YEAR_OFFSETS = {
    **dict.fromkeys(("今年", "本年", "当年"), 0),
    **dict.fromkeys(("去年", "上年", "昨年"), -1),
    **dict.fromkeys(("明年", "来年"), 1),
    "前年": -2,
    "大前年": -3,
    "后年": 2,
}


def quantity_difference(claim: Quantity, source: Quantity) -> Difference | None:
    """In what the figures differ, or ``None`` where the claim's says no more than the source's."""
    if not _same_value(claim, source):
        if _looks_like_year(claim) and _looks_like_year(source):
            return Difference.DATE
        if _is_rescaled(claim, source):
            return Difference.UNIT
        kinds = {_KINDS.get(quantity.unit) for quantity in (claim, source)}
        return (kinds.pop() if len(kinds) == 1 else None) or Difference.FIGURE
    if not _same_unit(claim.unit, source.unit) and _base(claim) != _base(source):
        return Difference.UNIT
    if not _same_qualifier(claim, source):
        return Difference.QUALIFIER
    return None


def _is_rescaled(claim: Quantity, source: Quantity) -> bool:
    """Whether only the scale differs: 3184亿吨 for 3184万吨."""
    ends = [(q.value / q.scale, q.upper and q.upper / q.scale) for q in (claim, source)]
    return claim.scale != source.scale and ends[0] == ends[1]


def _looks_like_year(quantity: Quantity) -> bool:
    """2026智慧农业博览会: a bare number that can only be a year."""
    return not quantity.unit and quantity.scale == 1 and 1900 <= quantity.value <= 2100


def _same_value(claim: Quantity, source: Quantity) -> bool:
    if (claim.value, claim.upper) == (source.value, source.upper):
        return True
    return claim.unit != source.unit and _base(claim) == _base(source)


def _base(quantity: Quantity) -> tuple[Decimal, Decimal | None, str]:
    """Value, far end and unit, in the smaller unit where there is one; 翻两番 is three times more."""
    if quantity.unit == "番" and quantity.value <= _MOST_DOUBLINGS:
        return 2**quantity.value - 1, None, "倍"
    unit, factor = _CONVERSIONS.get(quantity.unit, (quantity.unit, 1))
    upper = None if quantity.upper is None else quantity.upper * factor
    return quantity.value * factor, upper, unit


def _same_unit(claim: str, source: str) -> bool:
    if claim == source or {claim, source} == {"场", "场次"}:
        return True
    if {claim, source} == {"户", ""}:
        return True  # 2900万户, 2900万家庭
    counted = {claim, source} <= _COUNTERS | {""}  # 3600万农村学生, 农村学生3600万人
    return counted and bool({"个", ""} & {claim, source})


def _same_qualifier(claim: Quantity, source: Quantity) -> bool:
    said, found = _qualifier_kinds(claim.qualifier), _qualifier_kinds(source.qualifier)
    if claim.unit in _NUMBERED and {said, found} == {(), ("ordinal",)}:
        return True  # 十一届, 第十一届
    return said == found or (said, found) in _MILDER


@lru_cache(maxsize=256)
def _qualifier_kinds(qualifier: str) -> tuple[str, ...]:
    """The finer classes of a qualifier: 近 stays below the figure, 余 goes above it."""
    rest, kinds = qualifier, []
    for word, kind in _QUALIFIER_KINDS:
        kinds += [kind] * rest.count(word)
        rest = rest.replace(word, "")
    return tuple(sorted(kinds))


def year_of(moment: Moment, year_of_speech: int | None) -> int | None:
    """The year that is meant; 去年 needs the year of the speech."""
    if moment.year is not None or year_of_speech is None or moment.relative is None:
        return moment.year
    return year_of_speech + _YEAR_OFFSETS[moment.relative]


def same_date(claim: Moment, source: Moment, year_of_speech: int | None) -> bool:
    """Whether the claim's date is the source's, or a less precise form of it.

    A year that only the claim names is not judged here: the context has to give it.
    """
    said, found = year_of(claim, year_of_speech), year_of(source, year_of_speech)
    if said is not None and found is not None and said != found:
        return False
    if said is None and not _same_relative_year(claim.relative, source.relative):
        return False
    if claim.period is not None and not _same_period(claim, source, year_of_speech):
        return False
    if claim.day is not None and claim.day != source.day:
        return False
    if claim.month is None and claim.until is None:
        return True
    return (claim.month, claim.until) == (source.month, source.until)


def _same_period(claim: Moment, source: Moment, year_of_speech: int | None) -> bool:
    """Whether these are the same part of a year, plan or decade: 九十年代, in 1992, is 20世纪90年代."""
    said, found = (_decade(moment.period, year_of_speech) for moment in (claim, source))
    if year_of_speech is None and said and found:
        return said.endswith(f"c{found}") or found.endswith(f"c{said}") or said == found
    return said == found


def _decade(period: str | None, year_of_speech: int | None) -> str | None:
    """The period; a decade with the century in which it is nearest to the speech."""
    if period is None or year_of_speech is None or not re.fullmatch("[0-9]+s", period):
        return period
    nearest = round((year_of_speech - int(period[:-1])) / 100)
    return f"{nearest + 1}c{period}"


def _same_relative_year(claim: str | None, source: str | None) -> bool:
    if claim is None or claim == source:
        return True
    return source is not None and _YEAR_OFFSETS[claim] == _YEAR_OFFSETS[source]
