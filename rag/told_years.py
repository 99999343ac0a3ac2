"""Of which year a sentence of a speech tells: 2022年…, 去年…, or what the sentences and headings above it say.

A report of 2023 tells of 2022 in one half and plans 2023 in the other, in nearly the same words; the figure of the
wrong year is the commonest wrong answer there is. Knows sentences, not questions' subjects.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.naming import years_of
from rag.normal_form import normalise
from rag.query import Kind, Query
from rag.schema import Document, Hit, Quote
from rag.sentences import sentences
from rag.units import UNIT_PATTERN

_BESIDE = (
    "(?<![比较与同过超])(?<!对比)(?<!相比)"  # 比2020年增长: the sentence tells of another year
)
_YEAR = re.compile(rf"{_BESIDE}(?<![0-9])((?:19|20)[0-9]{{2}})年(?!来)")
_RELATIVE = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1, "来年": 1}
_RELATIVES = re.compile(f"{_BESIDE}({'|'.join(_RELATIVE)})(?!来)")
_PLAN = re.compile(
    "目标|预期|力争|争取|确保|计划(?!生育)|预计|打算|要(?:突破|达到|完成|超过|增长|新增|实现)[^,，。;；]{0,12}[0-9]"
)
_TARGET = re.compile(
    "目标(?:是|为|[:：])|力争|争取|预期(?:是|为|增长|达到)|要(?:突破|达到|完成|超过|增长|新增|实现)[^,，。;；]{0,12}[0-9]"
)
_AT_LEAST = re.compile("[0-9][^,，。;；0-9]{0,6}(?:以上|以内|左右)")
_DONE = re.compile(
    "完成|实现了|同比|比[上去]年|[高好低]于[^,，。;；]{0,8}预期|(?:数据|统计|核算)[^,，。;；]{0,4}显示|初步[核统]"
)
_RESULT = re.compile(f"{_DONE.pattern}|(?:增长|增加|达到|下降|减少)[0-9]")
_ASKS_FOR_TARGET = re.compile("目标|预期|力争|争取|计划(?!生育)")
_ASKS_FOR_PLAN = re.compile(f"{_ASKS_FOR_TARGET.pattern}|预计|安排|打算|任务|要|将|准备|部署")


# 2022世界5G大会, 2021赛季: a year all the same.
_BARE_YEAR = re.compile(
    rf"(?<![0-9.,])((?:19|20)[0-9]{{2}})(?=[\u4e00-\u9fff])(?![年万亿余多]|{UNIT_PATTERN})"
)
# Years that a sentence only counts from: 继1988年之后, 自2017年以来, 恢复至2019年同期.
_COUNTED_FROM = re.compile(
    "继[^,，。;；]{1,20}?后|自从?[^,，。;；]{1,20}?(?:以来|后|至今)|[0-9]{4}年(?=[^,，。;；]{0,6}同期)"
    "|上一?次[^,，。;；]{0,4}[0-9]{4}年"
)
_PART_OF_YEAR = re.compile(
    "[一二三四1-4]季度|[上下]半年|前[0-9一二三四五六七八九十]{1,3}个月|[0-9]{1,2}月?[-—–~至到][0-9]{1,2}月"
)


def told_years(quote: Quote, hit: Hit) -> frozenset[str]:
    """The years that a sentence of a passage tells of; none where nothing says so.

    What the sentence leaves out it takes from the sentences before it in the passage, then from the headings.
    """
    of_speech = years_of(hit.document)
    start = quote.start - hit.chunk.start
    before = [text for at, text in _sentences(hit.text) if at < start]
    path = hit.document.section_path(hit.chunk.section)
    if not of_speech:
        before = []  # of when a text without a date tells, only the sentence or a heading can say
    for text in (normalise(quote.text), *reversed(before), *map(normalise, reversed(path))):
        found = _years_said(text, of_speech)
        if found:
            return found
    return of_speech if _PLAN.search(normalise(quote.text)) else frozenset()


def tells_of_another_year(query: Query, quote: Quote, hit: Hit) -> bool:
    """Whether the sentence tells of other years than the one asked about, of a part of it, or of a plan for a result."""
    wanted, normal = normalise(query.text), normalise(quote.text)
    figure = query.kind is Kind.FIGURE
    if figure and _ASKS_FOR_TARGET.search(wanted) and _is_result(normal):
        return True
    asked = query.years - query.speech_years  # 在2022年的报告里 says which speech, not which year
    if len(asked) != 1:
        return False
    told = told_years(quote, hit)
    if told and not told & asked:
        return True
    if figure and _tells_of_a_part(normal) and not _PART_OF_YEAR.search(wanted):
        return not re.search("月|日|周", wanted)
    if not figure or _ASKS_FOR_PLAN.search(wanted):
        return False
    return _is_plan(normal) or _is_of_a_year_to_come(normal, told, hit.document)


def _tells_of_a_part(normal: str) -> bool:
    """Whether it tells of a quarter or some months, and of no whole year."""
    return bool(_PART_OF_YEAR.search(normal)) and "全年" not in normal


def _is_plan(normal: str) -> bool:
    """Whether all that a sentence has to say is still to come."""
    if _TARGET.search(normal):
        return not _DONE.search(normal)
    return bool(_PLAN.search(normal) and not _RESULT.search(normal))


def _is_of_a_year_to_come(normal: str, told: frozenset[str], speech: Document) -> bool:
    """Whether a speech of the first half of a year speaks of all that year: 全年…, 全年发展3000人以上."""
    date = speech.metadata.date or ""
    if "全年" not in normal or not "01" <= date[5:7] <= "06":
        return False
    return told == {date[:4]} or (not told and bool(_AT_LEAST.search(normal)))


def _is_result(normal: str) -> bool:
    return bool(_DONE.search(normal) and not _TARGET.search(normal))


@lru_cache(maxsize=1024)
def _sentences(passage: str) -> tuple[tuple[int, str], ...]:
    """Where the sentences of a passage begin, and what they say in the normal form."""
    return tuple((s.start, normalise(passage[s.start : s.end])) for s in sentences(passage))


def _years_said(normal: str, of_speech: frozenset[str]) -> frozenset[str]:
    normal = _COUNTED_FROM.sub("", normal)
    said = {*_YEAR.findall(normal), *_BARE_YEAR.findall(normal)}
    if len(of_speech) == 1:
        own = int(next(iter(of_speech)))
        said |= {str(own + _RELATIVE[word]) for word in _RELATIVES.findall(normal)}
    return frozenset(said)
