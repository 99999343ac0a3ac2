"""Dates and periods in running text: 2009年10月30日, 1-8月, 二〇一一年, 第三季度, 去年.

Knows the calendar's words alone. What a speech's own date is, and which year 去年 means, is not
known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.normal_form import NormalForm, normal_form
from rag.numerals import numeral_value
from rag.schema import Span

_DASH = r"(?:[-—–~～]+|至|到)"
_CHINESE_YEAR = r"[一二][〇○零0一二三四五六七八九]{3}"
_YEAR = rf"(?:(?:1[89]|20)[0-9]{{2}}|{_CHINESE_YEAR})"
_SMALL = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_MONTH_TAIL = r"(?:份|底|末|初|上旬|中旬|下旬)?"
_NOT_IN_NUMBER = r"(?<![0-9.一二三四五六七八九十百千万亿〇零])"
_PART = r"(?:前?第?[一二三四1-4]个?季度|[上下]半年)"
_RELATIVE = "大前年|前年|去年|上年|昨年|今年|本年|当年|明年|来年|后年"
_PLAN = "[一二三四五六七八九]|十[一二三四五六]?"
_PLAN_NAME = re.compile(f"(?:{_PLAN})五(?:时期|规划|计划|期间)?")
_PATTERN = re.compile(
    rf"""(?:(?<=[“"])(?P<plan>{_PLAN})五(?=[”"])|(?P<plan2>{_PLAN})五(?=时期|规划|计划|期间)
    |第(?P<plan3>{_PLAN})个五年(?=时期|规划|计划|期间)
    |{_NOT_IN_NUMBER}(?:
      (?P<year>{_YEAR})(?:年)?{_DASH}(?P<year2>{_YEAR})年
    | (?P<iso>(?:1[89]|20)[0-9]{{2}}[-./][0-9]{{1,2}}[-./][0-9]{{1,2}})(?![0-9])
    | (?:(?P<y>{_YEAR})年|(?P<relative>{_RELATIVE}))
      (?:的?(?P<ym>{_SMALL})(?:月)?{_DASH}(?P<ym2>{_SMALL})月份?
        |的?(?P<m>{_SMALL})月(?:(?P<d>{_SMALL})[日号]|{_MONTH_TAIL})
        |的?(?P<yp>{_PART}))?
    | (?P<mr>{_SMALL})月?{_DASH}(?P<mr2>{_SMALL})月份?
    | (?P<mo>{_SMALL})月(?:(?P<md>{_SMALL})[日号]|{_MONTH_TAIL})(?!亮)
    | (?P<day>{_SMALL})[日](?![本元报均产程用常])
    | (?P<decade>[0-9]0|[二三四五六七八九]十)年代
    | (?P<century>{_SMALL})世纪(?:(?P<decade2>[0-9]0|[二三四五六七八九]十)年代)?
    | (?P<p>{_PART})
    ))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or period as it is mentioned. What the text leaves open is ``None``.

    ``until`` is the last year of a range of years, or the last month of a range of months.
    """

    span: Span
    year: int | None = None
    month: int | None = None
    day: int | None = None
    until: int | None = None
    relative: str | None = None  # the year as a word: 去年
    period: str | None = None  # Q3, Q1-3 (the first three), H1, 80s, 21c, plan14 (十四五)


def names_plan(words: str) -> bool:
    """Whether these words are the name of a five-year plan or of its time: 十四五, 十四五时期."""
    return bool(_PLAN_NAME.fullmatch(words))


def moments(text: str) -> tuple[Moment, ...]:
    """The dates and periods mentioned in ``text``, in order; spans count characters of ``text``."""
    return moments_in(normal_form(text))


def moments_in(form: NormalForm) -> tuple[Moment, ...]:
    """``moments`` of a text whose normal form is at hand."""
    found = []
    for match in _PATTERN.finditer(form.text):
        moment = _read(match, Span(*form.original(*match.span())))
        if moment is not None:
            found.append(moment)
    return tuple(found)


def _read(match: re.Match[str], span: Span) -> Moment | None:
    part = match.groupdict()
    if part["iso"]:
        year, month_of_year, day_of_month = re.split(r"[-./]", part["iso"])
        return _valid(Moment(span, int(year), int(month_of_year), int(day_of_month)))
    if part["year"]:
        return Moment(span, year=_number(part["year"]), until=_number(part["year2"]))
    return _valid(
        Moment(
            span,
            year=_number(part["y"]),
            month=_number(part["ym"] or part["m"] or part["mr"] or part["mo"]),
            day=_number(part["d"] or part["md"] or part["day"]),
            until=_number(part["ym2"] or part["mr2"]),
            relative=part["relative"],
            period=_period(part),
        )
    )


def _period(part: dict[str, str | None]) -> str | None:
    if plan := part["plan"] or part["plan2"] or part["plan3"]:
        return f"plan{_number(plan)}"
    if words := part["yp"] or part["p"]:
        if words.endswith("半年"):
            return "H1" if words[0] == "上" else "H2"
        number = re.sub("[前第个季度]", "", words)
        return ("Q1-" if words[0] == "前" else "Q") + str(_number(number))
    if part["century"]:
        decade = f"{_number(part['decade2'])}s" if part["decade2"] else ""
        return f"{_number(part['century'])}c{decade}"
    return f"{_number(part['decade'])}s" if part["decade"] else None


def _valid(moment: Moment) -> Moment | None:
    months = [m for m in (moment.month, moment.until) if m is not None]
    days = [] if moment.day is None else [moment.day]
    fits = all(1 <= m <= 12 for m in months) and all(1 <= d <= 31 for d in days)
    return moment if fits else None


def _number(digits: str | None) -> int | None:
    if digits is None:
        return None
    return int(digits) if digits.isascii() else numeral_value(digits)
