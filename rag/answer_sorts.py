"""Whether words can be of the sort that is asked for at all: 近34% is no answer to 销量, 第113届 none to 谁.

More lenient than the pieces of ``answer_spans``, which must be found in running text: here the words are given, and
only those that are surely something else are turned down. Knows nothing of what is true.
"""

from __future__ import annotations

import re

from rag.answer_spans import (
    AREAS,
    LENGTHS,
    MONEYS,
    ROLES,
    SHARES,
    TIMES,
    VOLUMES,
    WEIGHTS,
    Sort,
    Wanted,
    counted_in,
)
from rag.moments import moments_in
from rag.named_things import is_word, named_in_normal
from rag.names import begins_with_surname
from rag.normal_form import NormalForm, normal_form, normalise
from rag.quantities import Bound, Quantity, quantities_in

_NUMBER = re.compile(
    "[0-9〇零一二两三四五六七八九十百千万亿半]|[ivx]+级|翻番|全部|全体|所有|每|季军|亚军|冠军"
)
_TIME = re.compile(
    "[0-9]|[年月日号时点周夜晨晚午春夏秋冬季朝代末初期节后前起间际]|世纪|当天|今天|昨天|平时|立即|随时|永久|终身"
)
_SPELL = re.compile("[年月日天周时分秒]")
_LATIN = re.compile("[a-z]{2,}")
_SHORT = re.compile("[\u4e00-\u9fff]{2,4}")
_ONLY_NUMBERS = re.compile(
    r"(?:(?:[第约近超逾达在于从至到的]|不足|超过|大约)*[0-9〇零一二两三四五六七八九十百千万亿.,%:~～—–\-余多\s]+"
    r"(?:年|月|日|时|点|分|秒|元|个|次|届|轮|名|位|场|强|岁|部|项|条|人次|左右|以上|以下|以内|[内前后起的])*)+|[冠亚季]军"
)
# Who decides, pays or is responsible is mostly a body of people.
_PEOPLE = re.compile(
    f"(?:{ROLES}|[部局委院会厅司署社团队组党军国省市县区乡镇村州校庭所站]|[人员者长民手生师兵家客户商方帝王皇后妃僧]"
    "|机关|机构|单位|企业|公司|政府|部门|组织|集团|中央|街道|社区|学校|医院|法院|银行|媒体|平台|父母|母亲|父亲|上皇|[一二三四五六七八九]世"
    "|同志|先生|女士|经理|总裁|大使|将军|上校|领导|专家|教授|学者|某)"
)
_PERIODS = (*TIMES, "季度", "岁")
_GROUPS = tuple(map(frozenset, (SHARES, _PERIODS, MONEYS, AREAS)))
_MEASURES = (*_GROUPS, *map(frozenset, (LENGTHS, WEIGHTS, VOLUMES)))
_PLAIN = frozenset(("", "度"))  # may be anything


def can_answer(said: str, asked: Wanted) -> bool:
    """Whether ``said`` can be what is asked for; yes where that is not known."""
    form = normal_form(said)
    if asked.sort is Sort.FIGURE:
        return _is_figure(form, asked)
    if asked.sort is Sort.MOMENT:
        return bool(_TIME.search(form.text) or _NUMBER.search(form.text))
    if asked.sort is Sort.PERSON:
        return not _ONLY_NUMBERS.fullmatch(form.text) and _is_somebody(form.text)
    if asked.sort is Sort.PLACE:
        return not _ONLY_NUMBERS.fullmatch(form.text)
    return True


def _is_figure(form: NormalForm, asked: Wanted) -> bool:
    if not _NUMBER.search(form.text):
        return False
    if not asked.units.isdisjoint(TIMES) and _SPELL.search(form.text):
        return True  # 二十个工作日, 1个多小时
    figures = quantities_in(form)
    if not asked.units or not figures:
        return not (asked.units and moments_in(form))
    return any(_fits(one, asked.units) for one in figures)


def counts_something_else(question: str, sentence: str) -> bool:
    """Whether the question names a unit and no figure of the sentence is in one that measures the same.

    What is counted (人, 家, 件) may have any measure word; a bare number may be anything.
    """
    units = counted_in(normalise(question))
    form = normal_form(sentence)
    if not units or (not units.isdisjoint(TIMES) and _SPELL.search(form.text)):
        return False
    figures = [one for one in quantities_in(form) if one.bound is not Bound.ORDINAL]
    return not any(
        one.unit in _PLAIN or _measure(one.unit) == _measure(min(units)) for one in figures
    )


def _measure(unit: str) -> frozenset[str]:
    return next((group for group in _MEASURES if unit in group), frozenset())


def _fits(one: Quantity, units: frozenset[str]) -> bool:
    """Whether a figure's unit is one of those asked for, or counts things as they do."""
    if one.unit in units:
        return True
    if one.bound is Bound.ORDINAL:
        return False
    if one.unit in _PLAIN:
        return True
    group = next((g for g in _GROUPS if one.unit in g), None)
    return group is None and not any(units <= g for g in _GROUPS)


def _is_somebody(normal: str) -> bool:
    short = bool(_SHORT.fullmatch(normal)) and (begins_with_surname(normal) or not is_word(normal))
    named = named_in_normal(normal)
    return bool(
        short or named.people or named.places or _LATIN.search(normal) or _PEOPLE.search(normal)
    )
