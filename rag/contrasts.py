"""What excludes the other: who asks for 城镇居民 is not answered by a sentence on 农村居民 alone.

Knows words, no documents; what a sentence leaves open it may be about.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.moments import moments_in
from rag.normal_form import normal_form, normalise
from rag.query import Kind, Query

# A line is a choice: what stands in it excludes one another. Each word is a pattern over the normal form.
_CHOICES = """
男(?=[子单双篮排足性生队]) 女(?=[子单双篮排足性生队])
城镇(?!化) 农村|农民
(?<!进)出口 进口|进出口
收入 支出
(?:第[一1]|(?<![0-9一二三]))[一1]产(?!业链|品) (?:第[二2]|(?<![0-9一二三]))[二2]产(?!业链|品) (?:第[三3]|(?<![0-9一二三]))[三3]产(?!业链|品)
上半年 下半年
冠军 亚军 季军
金牌 银牌 铜牌
特等奖 一等奖 二等奖 三等奖
最高(?!人民) 最低
最多 最少
最大 最小
小学 初中|初级中学 高中|高级中学
国家级 省级 市级 县级
早稻 晚稻
线上 线下
公办 民办
开幕 闭幕
当选|胜选 参选|竞选|初选
终身|永久|无限期 临时|暂时
"""
_SHORT = (Kind.FIGURE, Kind.WHO, Kind.WHEN, Kind.WHERE, Kind.FACT)
_GROUPS = tuple(
    tuple(re.compile(word) for word in line.split()) for line in _CHOICES.strip().splitlines()
)


def names_the_counterpart(query: Query, sentence: str) -> bool:
    """Whether of two things that exclude each other the question names the one and the sentence only the other."""
    if query.kind not in _SHORT:
        return False  # how 农村 grows may well be told of 城镇
    said = normalise(sentence)
    return any(
        any(word.search(said) for word in others) and not any(word.search(said) for word in wanted)
        for wanted, others in _choices_in(normalise(query.text))
    )


@lru_cache(maxsize=256)
def _choices_in(asked: str) -> tuple[tuple[list[re.Pattern[str]], list[re.Pattern[str]]], ...]:
    """Of each choice that a question names something of: what it names, and the rest."""
    named = [[word for word in group if word.search(asked)] for group in _GROUPS]
    return tuple(
        (wanted, [word for word in group if word not in wanted])
        for wanted, group in zip(named, _GROUPS, strict=True)
        if wanted
    )


_ASKS_FOR_END = re.compile("结束|为止|截止|截至|到期|闭幕|恢复|重新|到(?:哪|几|什么时候)")
_ASKS_FOR_START = re.compile(
    "开始|启动|起(?!草|来|诉)|从(?:哪|几|什么时候)|开幕|首日|第[一1]天|追[溯朔]|上溯|最早"
)
_SINCE = re.compile("[自从]$")
_FROM_THEN_ON = re.compile("^[^,;。]{0,8}?(?:开始|起(?!草|来|诉))")


def tells_only_the_start(query: Query, sentence: str) -> bool:
    """Whether it is asked when something ends, and of time the sentence says only since when it is."""
    asked = normalise(query.text)
    if query.kind is not Kind.WHEN or not _ASKS_FOR_END.search(asked):
        return False
    spans = [moment.span for moment in moments_in(normal_form(sentence))]
    return (
        bool(spans)
        and not _ASKS_FOR_START.search(asked)
        and all(
            _SINCE.search(sentence[: span.start])
            or _FROM_THEN_ON.search(normalise(sentence[span.end :]))
            for span in spans
        )
    )
