"""The pieces of a sentence that may be the answer itself, by what the question asks for.

谁 asks for a person, 多少亿元 for an amount of money, 哪一年 for a year, 哪个镇 for something that ends with 镇. Each piece
gets features: how near it stands to the question's words, whether its unit or its noun is the one asked for. A
logistic model makes a probability of them. Knows one sentence at a time.
"""

from __future__ import annotations

import math
import re
from dataclasses import astuple, dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

import numpy as np

from rag.calibration import Logistic
from rag.moments import moments_in
from rag.named_things import named_in, words_of
from rag.normal_form import NormalForm, normal_form, normalise
from rag.quantities import quantities_in
from rag.query import Kind, Query
from rag.schema import Span
from rag.units import UNIT_PATTERN, UNITS


class Sort(StrEnum):
    """What sort of thing an answer is."""

    PERSON = "person"
    PLACE = "place"
    MOMENT = "moment"
    FIGURE = "figure"
    OTHER = "other"  # a list, a reason, a sentence: no piece of one


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for."""

    sort: Sort
    units: frozenset[str] = frozenset()  # canonical, of a figure; empty: any
    noun: str = ""  # that the answer ends with: 镇 in 哪个镇
    focus: str = ""  # the words that the answer stands beside: 导演 in 导演是谁


FEATURES = (
    "nearness",  # to the question's words, by their weight and distance
    "nearness_before",  # to those in front of it
    "clause_shared",  # share of the question's weight in its clause
    "rivals",  # how many such pieces the sentence has, as a logarithm
    "nearest",  # no rival is nearer
    "in_best_clause",  # no rival's clause shares more with the question
    "place_in_sentence",  # 0 at its beginning, 1 at its end
    "fresh",  # the question does not say it
    "right_unit",  # it has the unit or noun that is asked for
    "other_unit",  # it has another one
    "focus_before",  # 导演韩寒, 导演是韩寒
    "focus_after",  # 韩寒执导
    "focus_in_clause",
    "log_length",
    "precise_moment",
    "person",
    "place",
    "moment",
    "figure",
)
_SORTS = (Sort.PERSON, Sort.PLACE, Sort.MOMENT, Sort.FIGURE)


class WeightedWords(Protocol):
    """The question's words with their weights."""

    of: dict[str, float]
    total: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence with its features; the span counts the sentence's characters."""

    span: Span
    features: tuple[float, ...]


# Roles that people have: 《重生之门》的导演 asks for a person without saying 谁.
ROLES = (
    "导演|主演|编剧|演员|主角|扮演者|主持人|作者|歌手|冠军|亚军|季军|得主|获得者|主席|总统|总理|首相|市长|省长|县长|区长"
    "|镇长|书记|局长|厅长|院长|校长|部长|主任|秘书长|会长|董事长|总裁|创始人|发言人|教练|队长|旗手|负责人|链长|河长|设计师"
    "|议长|国王|皇帝|妻子|丈夫|父亲|母亲|儿子|女儿|老师|创办人|发明者|发明人|代言人|主编|监制|制片人|作曲|作词|教授"
)
_ROLE_AT_END = re.compile(
    f"(?P<focus>{ROLES})(?:是|为|有|都有|叫|名字)*(?:谁|哪些人?|哪几位|哪位|什么)?[??。]*$"
)
_WHO = re.compile(
    "(?P<before>[\u4e00-\u9fff]{0,4})(?:是|为|叫|由|有|被|给|和|与)?(?:谁|哪位|何人|什么人)(?:是|为|任|当|担任|演)?(?P<after>[\u4e00-\u9fff]{0,4})"
)
_WHICH = re.compile(
    "(?:哪一?(?:个|支|座|家|所|条|部|种|项|次|场|本|款|位|届|类|片|些|几个)?|什么|何种)(?P<rest>[\u4e00-\u9fff]+)"
)
_MEASURES = frozenset("省市县国镇乡村区州洲队组台")  # one character that is a noun of its own
_NO_NOUN = frozenset(
    "时候 地方 样 样子 意思 时间 人 东西 事情 事 办法 方式 方面 作用 原因 内容 关系 情况 特点".split()
)
_HOW_MANY = re.compile(
    f"(?:多少|(?<![好这那近前后十去第哪])几)(?!个?(?:点|百分点|成))个?(?P<unit>{UNIT_PATTERN})"
)
_CHANGE = re.compile(
    "(?:[涨降增减多少跌]|提高|增长|下降|上升|增加|减少)(?:了|到|至|幅)*(?:多少|几)(?![元钱人])"
)
_PER_CENT = re.compile(
    "百分之[几多]|百分比|百分点|几成|几个点|比例|比重|占比|比率|份额|[\u4e00-\u9fff]率|增速|增幅|涨幅|降幅|增长[^,]{0,4}(?:目标|预期)"
    "|占[^,]{0,12}(?:多少|几)"
)
_MONEY = re.compile(
    "多少钱|多少资金|金额|资金|收入|产值|总值|投资|支出|税收|贷款|价格|售价|票房|市值|gdp|经费|营收|利润|费用|补贴|补助"
)
_PEOPLE = re.compile("多少(?:干部|职工|群众|学生|教师|人|党员|游客|选手|名|位)|人数|人口")
_TIME = re.compile("多长时间|多久|多少(?:年|天|小时|分钟|个月|周)|时长|期限")
_AGE = re.compile("多大(?:年纪|年龄|岁数)|年龄|年纪|岁数|几岁|多少岁")
_AMOUNT = re.compile("多少(?:钱|资金|经费)")
_ANY_UNIT = re.compile("第几|目标|多少(?!钱|资金|经费|[亿万])[\u4e00-\u9fff]")  # 多少投资者
SHARES = ("%", "‰", "百分点", "倍")
MONEYS = ("元", "美元", "欧元", "港元", "日元", "英镑", "卢布")
TIMES = ("年", "天", "小时", "分钟", "个月", "周", "秒")
AREAS = ("平方公里", "平方米", "亩", "公顷")
LENGTHS = ("公里", "米", "厘米", "毫米", "海里", "英寸", "尺", "寸")
WEIGHTS = ("吨", "公斤", "克", "毫克", "微克", "斤", "担")
VOLUMES = ("立方米", "立方公里", "升")
_UNITS_ASKED = (
    (_AMOUNT, MONEYS),
    (_CHANGE, ()),  # 涨了多少: an amount or a share
    (_PER_CENT, SHARES),
    (_AGE, ("岁", "年")),
    (_PEOPLE, ("人", "人次", "户", "个")),
    (re.compile("一次|一回|一趟"), ()),  # how often
    (_TIME, TIMES),
    (re.compile("面积"), AREAS),
    (_ANY_UNIT, ()),
    (_MONEY, MONEYS),
)
_FOCUS = re.compile(
    "(?P<focus>[\u4e00-\u9fff]{2,4}?)(?:是|为|有|达|达到|约|大概|共|的)*(?:多少|几|什么|哪|谁|何)"
)


@lru_cache(maxsize=1024)
def wanted(query: Query) -> Wanted:
    """What the question asks for."""
    normal = normalise(query.text)
    if query.kind is Kind.FIGURE:
        return Wanted(Sort.FIGURE, _units(normal), focus=_focus(normal))
    if query.kind is Kind.WHEN:
        return Wanted(Sort.MOMENT, focus=_focus(normal))
    role = _ROLE_AT_END.search(normal)
    if query.kind is Kind.WHO or (role and query.kind in (Kind.FACT, Kind.LIST)):
        who = _WHO.search(normal)
        around = (who["before"] or who["after"]) if who else ""
        return Wanted(Sort.PERSON, focus=role["focus"] if role else around[-2:] if around else "")
    noun = _noun(normal)
    if query.kind is Kind.WHERE:
        return Wanted(Sort.PLACE, noun=noun, focus=_focus(normal))
    return Wanted(Sort.OTHER)


def _noun(normal: str) -> str:
    """The noun that the answer should end with: 球队 in 哪支球队."""
    which = _WHICH.search(normal)
    word = words_of(which["rest"])[0] if which else ""
    return word if word not in _NO_NOUN and (len(word) > 1 or word in _MEASURES) else ""


def counted_in(normal: str) -> frozenset[str]:
    """The units that a question in the normal form names: 吨 of 多少吨, money of 多少钱; none where it names none."""
    counted = _HOW_MANY.search(normal)
    if counted and counted["unit"] in UNITS:
        return frozenset({UNITS[counted["unit"]]})
    return frozenset(MONEYS) if _AMOUNT.search(normal) else frozenset()


def _units(normal: str) -> frozenset[str]:
    return counted_in(normal) or next(
        (frozenset(units) for pattern, units in _UNITS_ASKED if pattern.search(normal)), frozenset()
    )


def _focus(normal: str) -> str:
    found = _FOCUS.search(normal)
    return found["focus"] if found else ""


def pieces(sentence: str, asked: Wanted, words: WeightedWords, question: str) -> list[Piece]:
    """The pieces that may answer, in order; ``question`` is in the normal form."""
    text, known = _known_pieces(sentence, asked)
    places = _places_of(text, words) if known else []
    settings = [_around(text, begin, end, places, words.total or 1.0) for _, begin, end, _ in known]
    best = (
        _Around(*(max(values) for values in zip(*map(astuple, settings), strict=True)))
        if known
        else None
    )
    found = []
    for (span, begin, end, unit), around in zip(known, settings, strict=True):
        own = _own_features(text, begin, end, unit, asked, question)
        relative = (
            math.log1p(len(known)),
            float(best is not None and around.nearness >= best.nearness),
            float(best is not None and around.clause >= best.clause),
        )
        found.append(Piece(span, (around.nearness, around.before, around.clause, *relative, *own)))
    return found


def spans_of(sentence: str, asked: Wanted) -> tuple[Span, ...]:
    """Where the sentence has something of the sort that is asked for, a figure in a unit that is asked for."""
    known = _known_pieces(sentence, asked)[1]
    return tuple(span for span, *_, unit in known if not asked.units or unit in asked.units)


@lru_cache(maxsize=8192)
def _known_pieces(
    sentence: str, asked: Wanted
) -> tuple[str, tuple[tuple[Span, int, int, str], ...]]:
    """The normal form, and spans of the sort asked for: in the sentence, in that form, the unit."""
    form = normal_form(sentence)
    found: list[tuple[Span, str]] = []
    if asked.sort is Sort.FIGURE:
        found = [(q.span, q.unit) for q in quantities_in(form)]
    elif asked.sort is Sort.MOMENT:
        found = [(span, "") for span in _dates(form)]
    elif asked.sort is Sort.PERSON:
        found = [(span, "") for span in named_in(sentence).people]
    elif asked.sort is Sort.PLACE:
        found = [(span, "") for span in named_in(sentence).places]
    offsets = {offset: i for i, offset in reversed(list(enumerate(form.offsets)))}
    return form.text, tuple(
        (span, offsets[span.start], offsets.get(span.end, len(form.text)), unit)
        for span, unit in found
        if span.start in offsets
    )


_YEAR = re.compile(
    r"(?<![0-9.])(?:公元前)?[0-9]{1,4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?(?![0-9间内来])"
)
_UNTIL = re.compile("[-—–~～至到]+")


def _dates(form: NormalForm) -> list[Span]:
    """Dates, those of other ages too; the two ends of a period are one."""
    found = [moment.span for moment in moments_in(form)]
    for match in _YEAR.finditer(form.text):
        span = Span(*form.original(*match.span()))
        if not any(other.start < span.end and span.start < other.end for other in found):
            found.append(span)
    merged: list[Span] = []
    text = form.text
    where = {offset: i for i, offset in reversed(list(enumerate(form.offsets)))}
    for span in sorted(found, key=lambda s: s.start):
        if merged and _UNTIL.fullmatch(
            text[where.get(merged[-1].end, 0) : where.get(span.start, 0)]
        ):
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged


def _places_of(normal: str, words: WeightedWords) -> list[tuple[int, float]]:
    """Where the question's words stand in the sentence, and their weights."""
    return [
        (match.start(), weight)
        for word, weight in words.of.items()
        for match in re.finditer(re.escape(word), normal)
    ]


_CLAUSE = re.compile("[,，;；。:：!！?？]")
_NEAR_ENOUGH = 3  # characters between the focus and what it asks for: 导演是


@dataclass(frozen=True, slots=True)
class _Around:
    """How near the question's words are to a piece."""

    nearness: float
    before: float
    clause: float  # share of the question's weight in its clause


def _around(
    text: str, begin: int, end: int, places: list[tuple[int, float]], total: float
) -> _Around:
    before = sum(w / (4 + begin - at) for at, w in places if at < begin)
    after = sum(w / (4 + 1.5 * (at - end + 2)) for at, w in places if at >= end)
    start, stop = _clause(text, begin, end)
    in_clause = {text[at : at + 2]: w for at, w in places if start <= at < stop}
    return _Around((before + after) / total, before / total, sum(in_clause.values()) / total)


def _clause(text: str, begin: int, end: int) -> tuple[int, int]:
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, begin)), default=0)
    stop = _CLAUSE.search(text, end)
    return start, stop.start() if stop else len(text)


def _own_features(
    text: str, begin: int, end: int, unit: str, asked: Wanted, question: str
) -> tuple[float, ...]:
    said, focus = text[begin:end], asked.focus
    start, stop = _clause(text, begin, end)
    head = text[max(0, begin - len(focus) - _NEAR_ENOUGH) : begin]
    tail = text[end : end + len(focus) + 2]
    if asked.sort is Sort.FIGURE:
        right, limited = unit in asked.units, bool(asked.units)
    else:
        right, limited = said.endswith(asked.noun), bool(asked.noun)
    return (
        begin / max(len(text), 1),
        float(said not in question),
        float(limited and right),
        float(limited and not right),
        float(bool(focus) and focus in head),
        float(bool(focus) and focus in tail),
        float(bool(focus) and focus in text[start:stop]),
        math.log1p(end - begin),
        float(any(character in said for character in "日号点")),
        *(float(asked.sort is sort) for sort in _SORTS),
    )


def best_piece(
    sentence: str, asked: Wanted, words: WeightedWords, question: str, model: Logistic
) -> tuple[Span | None, float]:
    """The likeliest piece and its probability; none and 0 where the sentence has no such piece."""
    found = pieces(sentence, asked, words, question)
    if not found:
        return None, 0.0
    chances = model.probabilities(np.array([piece.features for piece in found]))
    first = int(np.argmax(chances))
    return found[first].span, float(chances[first])
