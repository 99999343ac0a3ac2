"""Other names of what reports give figures of: people ask for GDP, where a report tells the 地区生产总值.

Knows words alone; which name the speeches use is found out by asking in each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.normal_form import normalise

# A line is one indicator. Not every pair is equal to the letter (财政收入 may be more than the general budget);
# what is quoted has its own name for it, which the reader sees.
_SAME = """
gdp增长 地区生产总值增长 国内生产总值增长 生产总值增长 经济增长
gdp增速 地区生产总值增长 国内生产总值增长 生产总值增长 经济增长
gdp 地区生产总值 国内生产总值 生产总值 经济总量
财政收入 一般公共预算收入 公共财政预算收入 一般预算收入
财政支出 一般公共预算支出 公共财政预算支出 一般预算支出
cpi 居民消费价格 消费价格 物价
失业率 城镇调查失业率 调查失业率 城镇登记失业率
新增就业 城镇新增就业
人均收入 居民收入 居民人均可支配收入 人均可支配收入
农民收入 农民人均收入 农村居民人均可支配收入 农村居民收入 农民人均纯收入
城镇居民收入 城镇居民人均可支配收入
外贸 外贸进出口 进出口总额 货物进出口 进出口
社零 消费品零售额 社会消费品零售总额
固投 固定资产投资
研发投入强度 研发经费投入强度 研究与试验发展经费投入强度 研发强度 研发经费支出相当于
研发投入 研发经费投入 研究与试验发展经费投入 研发经费 r&d经费
粮食产量 粮食总产量 粮食总产
规上工业增加值 规模以上工业增加值 工业增加值
pm2.5 细颗粒物
高企 高新技术企业
新能源车 新能源汽车
养老金 基本养老金
低保 最低生活保障
医保 医疗保险 基本医疗保险
棚改 棚户区改造
自贸区 自由贸易试验区 自贸试验区
ai 人工智能
城镇化率 常住人口城镇化率
国企 国有企业
民企 民营企业
央企 中央企业
"""
_NAMES: dict[str, list[str]] = {}
for _line in _SAME.strip().splitlines():
    for _name in _line.split():
        _NAMES.setdefault(_name, _line.split())
_NAME = re.compile(
    "|".join(
        rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name)
        for name in sorted(_NAMES, key=len, reverse=True)
    )
)
_ASIDE = re.compile("(?<=[\u4e00-\u9fff])\\([\u4e00-\u9fff]{1,8}\\)")  # 国内生产总值(经济)增长
_MOST = 4  # other names that a question is asked in


@dataclass(frozen=True, slots=True)
class Named:
    """A question in the normal form, and the names that it goes by in an answer, such as an indicator's."""

    question: str
    names: tuple[str, ...]

    def is_told_in(self, text: str) -> bool:
        """Whether a text has one of those names at all."""
        normal = normalise(text)
        return any(name in normal for name in self.names)


def in_its_names(question: str) -> tuple[Named, ...]:
    """The question as it is, then with each other name of the first indicator in it.

    None if there is no indicator in it that has several names.
    """
    normal = _ASIDE.sub("", normalise(question))
    found = _NAME.search(normal)
    if found is None:
        return ()
    own = found.group()
    others = [name for name in _NAMES[own] if name != own][:_MOST]
    head, tail = normal[: found.start()], normal[found.end() :]
    return tuple(Named(head + name + tail, (name,)) for name in (own, *others))
