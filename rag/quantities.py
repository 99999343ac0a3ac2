"""Figures in running text: value, unit, scale, qualifier, direction, and the exact span to quote.

``3184万吨`` is 31,840,000 吨, ``7万余人`` about 70,000 人, ``百分之五`` 5 %. Dates are
not quantities but ``moments``. Knows nothing of what a figure is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from math import prod
from typing import Literal

from rag.moments import Moment, moments_in
from rag.normal_form import NormalForm, normal_form
from rag.numerals import DIGITS, NUMERAL_CHARACTERS, numeral_value
from rag.schema import Span
from rag.units import UNIT_PATTERN, UNITS


class Bound(StrEnum):
    """How a figure limits the value it stands for."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure.

    ``span`` is what a person would quote: number, scale, unit and the qualifiers behind them
    (``600余人``, ``5%左右``). ``qualified`` also has the qualifier in front (``不低于50%``).
    """

    span: Span
    qualified: Span
    value: Decimal  # scale applied; proportions (百分之五, 三分之一, 五成) in %
    unit: str  # canonical; "" for a bare number
    upper: Decimal | None = None  # the far end of a range
    bound: Bound = Bound.EXACT
    qualifier: str = ""  # the qualifying words as written: "约", "余", "以上"
    scale: int = 1  # the factor written as a word: 10,000 in 5万 and 五万
    direction: Literal["up", "down"] | None = None
    basis: Literal["同比", "环比"] | None = None  # what a change is measured against


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its scale and unit, before qualifiers around it are read."""

    start: int  # in the normal form, like all offsets here
    end: int
    value: Decimal
    unit: str
    more: str  # 余, 多 or 来 inside
    scale: int  # the factor written as a word
    chinese: bool


_ABOUT = ("大约", "约为", "约", "将近", "接近", "近", "大概")
_AT_LEAST = (
    *("不低于", "不少于", "不小于", "至少", "最少", "超过", "超出", "突破", "高于", "多于", "大于"),
    *("逾", "超", "过", "跨越", "跨过", "迈过", "迈上", "跨上", "站上", "跃上"),
)
_AT_MOST = (
    *("不超过", "不高于", "不多于", "不大于", "不足", "不到", "低于", "少于", "小于", "至多"),
    "最多",
)
_BOUND_OF = (
    {"第": Bound.ORDINAL, "以上": Bound.AT_LEAST}
    | dict.fromkeys((*_ABOUT, "余", "多", "来", "左右", "上下"), Bound.ABOUT)
    | dict.fromkeys(_AT_LEAST, Bound.AT_LEAST)
    | dict.fromkeys((*_AT_MOST, "以下", "以内", "之内"), Bound.AT_MOST)
)
_BEFORE = "|".join(sorted((*_ABOUT, *_AT_LEAST, *_AT_MOST, "第"), key=len, reverse=True))
# 过三千亿元, but not 通过3项.
_PREFIX = re.compile(f"(?:(?!过$)(?:{_BEFORE})|(?<![通经不越难渡度路太只])过)$")
_OF_SHARE = re.compile("(大约|约|将近|近|超过|超|不足|不到)占[^,;:。、0-9]{0,8}$")  # 约占全国三成
_SUFFIX = re.compile("左右|上下|[及或]?(?:以上|以下)|以内|之内")

_ARABIC = r"(?<![0-9a-z.])(?<![a-z]-)(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_CHINESE_DIGITS = "".join(c for c in DIGITS if not c.isascii())
_CHINESE = (
    rf"(?<![0-9a-z几数{NUMERAL_CHARACTERS}])[{NUMERAL_CHARACTERS}]+(?:点[{_CHINESE_DIGITS}]+)?"
)
_HALF = "一半(?![个路天日月年岛])|半数"
_SCALE = "(?:[十百千万亿](?!分之|分点|瓦|米|克|伏))+"
_AMOUNT = re.compile(
    rf"""(?P<parts>百分之|千分之|万分之)?
    (?P<number>{_HALF}|{_ARABIC}|{_CHINESE})
    (?:(?P<over>分之|/)(?P<share>[0-9]+|[{NUMERAL_CHARACTERS}]+))?
    (?P<more>[余多来几](?=[十百千万亿]))?
    (?P<scale>{_SCALE})?(?:(?<=[0-9]亿)(?P<below>[0-9]{{1,4}})万)?
    (?P<more2>[余多来](?=个?百?{UNIT_PATTERN}|\W|$)|(?<=[万亿])[余多])?
    \ ?(?:(?P<tenths>成(?![立为功果员绩本就长品熟都效套片人规])(?:(?P<point>[{_CHINESE_DIGITS}])(?=[以左上]|\W|$))?)|(?P<unit>{UNIT_PATTERN}))?
    (?P<more3>(?<=[年月岁倍])多)?""",
    re.VERBOSE,
)
_DOUBLING = re.compile("翻了?$")
_RANGE = re.compile("[-—–~～]+|至|到")
_PARTS = {"百分之": Decimal(1), "千分之": Decimal("0.1"), "万分之": Decimal("0.01")}
_PARTS_AT = re.compile("|".join(_PARTS))
_TRAILING_SCALE = re.compile("[万亿]+$")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
# 一 before a measure word is mostly no figure: 统一部署, 每一个, 这一次.
_BEFORE_ONE = "统进唯专单同逐之万如始每另任某这那哪第有"
_COUNTED = frozenset(
    ("家", "个", "名", "项", "件", "座", "所", "条", "场", "辆", "亩", "吨", "公里")
)
_IDIOM = re.compile("千家万户|万家灯火|百家争鸣|百家姓")
_NOT_AFTER_ONE = frozenset(
    "起批种度级层段部对块片头组节列门集股席市省国县区村乡镇本"  # 一起, 一批
)

_UP = "增长|提高|上升|增加|上涨|提升|扩大|回升|增收|增产|增幅|涨幅|(?<!新)增|涨"
_DOWN = "下降|降低|减少|回落|下调|缩小|缩短|下跌|下滑|减免|降幅|减|降|跌"
_CHANGE = re.compile(
    rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|到|至|为|达|幅度|速度|率)*(?:{_BEFORE})?$"
)
_BASES = {
    "同比": re.compile("同比|[比较][上去]年|[比较]前年|[上去]年同期"),
    "环比": re.compile("环比|[比较]上(?:个?月|季)"),
}
_CLAUSE_BREAK = re.compile("[,，;；。！？!?:：]")
_LINK = re.compile("(?:和|及|以及|、|与)(?:" + _BEFORE + ")?$")


def quantities(text: str) -> tuple[Quantity, ...]:
    """The figures of ``text``, in order; spans count characters of ``text``."""
    return quantities_in(normal_form(text))


def quantities_in(
    form: NormalForm, moments: Sequence[Moment] | None = None
) -> tuple[Quantity, ...]:
    """``quantities`` of a text whose normal form is at hand, and perhaps its moments too."""
    dates = [moment.span for moment in (moments_in(form) if moments is None else moments)]
    found: list[Quantity] = []
    position = 0
    while amount := _next_amount(form, position, dates):
        other = _range_end(form.text, amount)
        found.append(_quantity(form, amount, other, found[-1] if found else None))
        position = (other or amount).end
    return tuple(found)


# --- numbers with scale and unit -------------------------------------------------------------


def _next_amount(form: NormalForm, position: int, dates: list[Span]) -> _Amount | None:
    for match in _AMOUNT.finditer(form.text, position):
        span = Span(*form.original(*match.span()))
        if any(d.start < span.end and span.start < d.end for d in dates):
            continue
        amount = _amount(form.text, match)
        if amount is not None and _is_figure(form.text, match, amount):
            return amount
    return None


def _range_end(text: str, amount: _Amount) -> _Amount | None:
    """The far end, where ``amount`` begins a range such as 5%-6%."""
    dash = _RANGE.match(text, amount.end)
    match = dash and _AMOUNT.match(text, dash.end())
    far = _amount(text, match) if match else None
    parts = _PARTS_AT.match(text, amount.start)
    if far is not None and parts and not far.unit:  # 百分之四到五
        far = replace(far, value=far.value * _PARTS[parts[0]], unit="%")
    if far is None or far.value < amount.value or (amount.unit and amount.unit != far.unit):
        return None
    return far


def _amount(text: str, match: re.Match[str]) -> _Amount | None:
    more = (match["more"] or "") + (match["more2"] or "") + (match["more3"] or "")
    if "半" in match["number"]:
        return _Amount(*match.span(), Decimal(50), "%", more, 1, chinese=True)
    # 百万辆, 千亿元, 千家; but not 百年, 千户万家
    round_number = match["unit"] in _COUNTED or (len(match["number"]) > 1 and bool(match["unit"]))
    open_ended = bool(more or match["parts"]) or round_number  # 百分之百
    value = _number(match["number"], open_ended=open_ended)
    if value is None or more.startswith("几"):
        return None
    unit = UNITS[match["unit"]] if match["unit"] else ""
    scale = _factor(match["scale"] or "")
    value = value * scale + 10**4 * int(match["below"] or 0)  # 18亿3926万
    if match["over"]:
        share = _number(match["share"])
        if not share or not value:
            return None
        value = 100 * (share / value if match["over"] == "分之" else value / share)
        unit = "%"
    elif match["parts"]:
        value, unit = value * _PARTS[match["parts"]], "%"
    elif match["tenths"]:
        value, unit = value * 10 + DIGITS[match["point"] or "零"], "%"
    chinese = not match["number"][0].isascii()
    spoken = _TRAILING_SCALE.search(match["number"])
    scale *= _factor(spoken[0]) if spoken else 1
    return _Amount(*match.span(), value, unit, more, scale, chinese)


def _factor(words: str) -> int:
    return prod(_SCALES[word] for word in words)


def _number(digits: str, *, open_ended: bool = False) -> Decimal | None:
    """The value of digits; ``open_ended`` reads 百 in 百余家 as one hundred."""
    if digits[0].isascii() and digits[0].isdigit() and digits.isascii():
        return Decimal(digits.replace(",", ""))
    whole, _, decimals = digits.partition("点")
    if open_ended and whole[0] in "百千万亿":
        whole = "一" + whole
    value = numeral_value(whole)
    if value is None:
        return None
    if not decimals:
        return Decimal(value)
    return Decimal(f"{value}.{''.join(str(DIGITS[c]) for c in decimals)}")


def _is_figure(text: str, match: re.Match[str], amount: _Amount) -> bool:
    after = text[match.end() : match.end() + 1]
    if not amount.chinese:
        return not ("a" <= after <= "z") or match["unit"] is not None
    before = text[match.start() - 1 : match.start()]
    if before == "第":
        return bool(amount.unit) or match["number"] != "一"
    if before == "前" and not amount.unit and (not after.isalnum() or after in "的行"):
        return True  # 居全国前三
    both = match["number"] == "两" and amount.unit == "国"  # 中美两国
    if both or _IDIOM.match(text, match.start()):
        return False
    if match["number"] == "一" and not (match["parts"] or match["over"]):
        allowed = amount.unit and amount.unit not in _NOT_AFTER_ONE
        return bool(allowed) and (not before or before not in _BEFORE_ONE)
    return bool(amount.unit) or len(match["number"]) > 2 or amount.value >= 10_000


# --- what stands around a number -------------------------------------------------------------


def _quantity(
    form: NormalForm, amount: _Amount, far: _Amount | None, previous: Quantity | None
) -> Quantity:
    text, end = form.text, (far or amount).end
    prefix = _PREFIX.search(text, max(0, amount.start - 4), amount.start)
    doubling = _DOUBLING.search(text, max(0, amount.start - 2), amount.start)
    begin = doubling.start() if doubling and amount.unit == "番" else amount.start
    suffix = _SUFFIX.match(text, end)
    end = suffix.end() if suffix else end
    start = prefix.start() if prefix else begin
    share = None if prefix else _OF_SHARE.search(text, max(0, amount.start - 12), amount.start)
    words = [
        prefix[0] if prefix else share[1] if share else "",
        amount.more,
        far.more if far else "",
        suffix[0][-2:] if suffix else "",
    ]
    bounds = [_BOUND_OF[word] for word in words if word in _BOUND_OF]
    direction, basis = _change(form, amount.start, previous)
    return Quantity(
        span=Span(*form.original(begin, end)),
        qualified=Span(*form.original(start, end)),
        value=_low_value(amount, far),
        unit=(far or amount).unit,
        upper=far.value if far else None,
        bound=bounds[0] if bounds else Bound.EXACT,
        qualifier="".join(words),
        scale=(far or amount).scale,
        direction=direction,
        basis=basis,
    )


def _low_value(amount: _Amount, far: _Amount | None) -> Decimal:
    """The near end of a range shares the scale that is written once: 3—5万元."""
    if far is None or amount.scale > 1 or amount.unit or far.scale == 1:
        return amount.value
    scaled = amount.value * 10 ** (far.value.adjusted() - amount.value.adjusted())
    return scaled if scaled <= far.value else amount.value


def _change(
    form: NormalForm, start: int, previous: Quantity | None
) -> tuple[Literal["up", "down"] | None, Literal["同比", "环比"] | None]:
    text = form.text
    breaks = [m.end() for m in _CLAUSE_BREAK.finditer(text, max(0, start - 40), start)]
    begin = breaks[-1] if breaks else max(0, start - 40)
    clause = text[begin:start]
    change = _CHANGE.search(clause)
    if change is None:
        linked = previous is not None and _follows(form, previous, start)
        return (previous.direction, previous.basis) if linked and previous else (None, None)
    direction: Literal["up", "down"] = "up" if change["up"] else "down"
    if _BASES["环比"].search(clause):
        return direction, "环比"
    return direction, "同比" if _BASES["同比"].search(clause) else None


def _follows(form: NormalForm, previous: Quantity, start: int) -> bool:
    """Whether only 和 or 、 stands between the previous figure and this one: 增长5%和6%."""
    between = form.offsets[start] - previous.span.end
    return 0 < between <= 6 and bool(_LINK.search(form.text, max(0, start - between), start))
