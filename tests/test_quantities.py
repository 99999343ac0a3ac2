"""Figures and dates against values worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.moments import moments
from rag.quantities import Bound, Quantity, quantities


def one(text: str) -> Quantity:
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("text", "quoted", "value", "unit"),
    [
        ("覆盖职工7万余人", "7万余人", "70000", "人"),
        ("原煤产量3184万吨", "3184万吨", "31840000", "吨"),
        ("投资1.2亿元", "1.2亿元", "120000000", "元"),
        ("节约5000余万元", "5000余万元", "50000000", "元"),
        ("节约五千万元", "五千万元", "50000000", "元"),
        ("共3,076户", "3,076户", "3076", "户"),
        ("共３０７６户", "３０７６户", "3076", "户"),
        ("企业一千零四十七家", "一千零四十七家", "1047", "家"),
        ("面积18亿3926万亩", "18亿3926万亩", "1839260000", "亩"),
        ("产值八十万亿元", "八十万亿元", "80000000000000", "元"),
        ("占百分之五", "百分之五", "5", "%"),
        ("达到百分之百", "百分之百", "100", "%"),
        ("六万万人口", "六万万人口", "600000000", "人"),
        ("通到3个县", "3个县", "3", "县"),
        ("建成3个县级市", "3个", "3", "个"),
        ("来自28个国家和地区", "28个国家", "28", "国"),
        ("建成2个国家重点实验室", "2个", "2", "个"),
        ("带动千家企业", "千家", "1000", "家"),
        ("有1亿多学生", "1亿多", "100000000", ""),
        ("占百分之五点三", "百分之五点三", "5.3", "%"),
        ("下降千分之三", "千分之三", "0.3", "%"),
        ("占十分之三", "十分之三", "30", "%"),
        ("占1/4", "1/4", "25", "%"),
        ("占五成", "五成", "50", "%"),
        ("占九成五。", "九成五", "95", "%"),
        ("产值翻一番", "翻一番", "1", "番"),
        ("产值翻了两番", "翻了两番", "2", "番"),
        ("提高0.3个百分点", "0.3个百分点", "0.3", "百分点"),
        ("有一千多万户", "一千多万户", "10000000", "户"),
        ("有百余家", "百余家", "100", "家"),
        ("有69名农民工", "69名", "69", "人"),
        ("装机500千瓦", "500千瓦", "500", "千瓦"),
        ("有5千家", "5千家", "5000", "家"),
        ("面积九点五万平方米", "九点五万平方米", "95000", "平方米"),
        ("占 50 ％", "50 ％", "50", "%"),
        ("投入3184 万 吨", "3184 万 吨", "31840000", "吨"),
        ("共兩萬三千戶", "兩萬三千戶", "23000", "户"),
    ],
)
def test_value_unit_and_span(text: str, quoted: str, value: str, unit: str) -> None:
    found = one(text)
    assert text[found.span.start : found.span.end] == quoted
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "quoted", "qualified", "bound", "qualifier"),
    [
        ("有过三千亿元的", "三千亿元", "过三千亿元", Bound.AT_LEAST, "过"),
        ("通过3项法规", "3项", "3项", Bound.EXACT, ""),
        ("达到5%左右", "5%左右", "5%左右", Bound.ABOUT, "左右"),
        ("有约600人", "600人", "约600人", Bound.ABOUT, "约"),
        ("有600余人", "600余人", "600余人", Bound.ABOUT, "余"),
        ("占比不低于50%", "50%", "不低于50%", Bound.AT_LEAST, "不低于"),
        ("占比50%以上", "50%以上", "50%以上", Bound.AT_LEAST, "以上"),
        ("占比不超过3人", "3人", "不超过3人", Bound.AT_MOST, "不超过"),
        ("居第3位", "3位", "第3位", Bound.ORDINAL, "第"),
        ("恰好600人", "600人", "600人", Bound.EXACT, ""),
        ("历时两年多", "两年多", "两年多", Bound.ABOUT, "多"),
    ],
)
def test_qualifiers(text: str, quoted: str, qualified: str, bound: Bound, qualifier: str) -> None:
    found = one(text)
    assert text[found.span.start : found.span.end] == quoted
    assert text[found.qualified.start : found.qualified.end] == qualified
    assert (found.bound, found.qualifier) == (bound, qualifier)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("增长5%-6%", "5", "6", "%"),
        ("增长5%—6%左右", "5", "6", "%"),
        ("投资3—5万元", "30000", "50000", "元"),
        ("用时3到5年", "3", "5", "年"),
        ("投资5000亿元至6000亿元", "500000000000", "600000000000", "元"),
    ],
)
def test_ranges(text: str, low: str, high: str, unit: str) -> None:
    found = one(text)
    assert (found.value, found.upper, found.unit) == (Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("同比增长871万吨", [("up", "同比")]),
        ("比上年下降5%", [("down", "同比")]),
        ("环比下降0.3个百分点", [("down", "环比")]),
        ("同比分别增长5%、6%和7.1%", [("up", "同比")] * 3),
        ("产值6亿元,减少约3%", [(None, None), ("down", None)]),
        ("新增就业300人", [(None, None)]),
    ],
)
def test_changes(text: str, changes: list[tuple[str | None, str | None]]) -> None:
    assert [(q.direction, q.basis) for q in quantities(text)] == changes


@pytest.mark.parametrize(
    "text",
    [
        "统一部署,十分重要,一起努力,万众一心",
        "2009年10月30日至11月,1-8月,二0一一年八月三十日",
        "G20峰会和5G网络,PM2.5浓度",
        "几十万人,数百人",
        "每一个人,这一次",
    ],
)
def test_no_figures(text: str) -> None:
    assert quantities(text) == ()


def test_units_are_not_cut_out_of_other_words() -> None:
    assert [q.unit for q in quantities("36项目标,3项目,5部门,5部手机,5起事故,5条例")] == [
        "项",
        "",
        "",
        "部",
        "起",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2009年10月30日", (2009, 10, 30, None, None, None)),
        ("二0一一年八月三十日", (2011, 8, 30, None, None, None)),
        ("2009-10-30", (2009, 10, 30, None, None, None)),
        ("2009年10月底", (2009, 10, None, None, None, None)),
        ("今年1-8月", (None, 1, None, 8, "今年", None)),
        ("2025年1至8月", (2025, 1, None, 8, None, None)),
        ("2026—2030年", (2026, None, None, 2030, None, None)),
        ("10月30日", (None, 10, 30, None, None, None)),
        ("21世纪", (None, None, None, None, None, "21c")),
        ("80年代", (None, None, None, None, None, "80s")),
        ("前三季度", (None, None, None, None, None, "Q1-3")),
        ("第四季度", (None, None, None, None, None, "Q4")),
        ("上半年", (None, None, None, None, None, "H1")),
        ("1980年下半年", (1980, None, None, None, None, "H2")),
        ("去年第三季度", (None, None, None, None, "去年", "Q3")),
    ],
)
def test_moments(text: str, expected: tuple[int | str | None, ...]) -> None:
    (found,) = moments(f"会议{text}召开")
    assert (found.span.start, found.span.end) == (2, 2 + len(text))
    calendar = (found.year, found.month, found.day, found.until)
    assert (*calendar, found.relative, found.period) == expected


def test_five_year_plans() -> None:
    found = moments("“十四五”收官,十五五时期开局,八五计划,五五开,第六个五年计划")
    assert [m.period for m in found] == ["plan14", "plan15", "plan8", "plan6"]


def test_what_is_no_moment() -> None:
    assert moments("3个月,5年,13月,40日") == ()


@given(st.integers(1, 10**9), st.sampled_from(["户", "元", "吨", "家", "公里"]))
def test_thousands_separators_change_nothing(number: int, unit: str) -> None:
    plain, grouped = one(f"共{number}{unit}"), one(f"共{number:,}{unit}")
    assert plain.value == grouped.value == number
    assert plain.unit == grouped.unit == unit


@given(
    st.lists(
        st.sampled_from([*"0123456789一二十百千万亿余多.%,/-至约第年月日个人元 \n", "百分之"]),
        max_size=30,
    ).map("".join)
)
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    last = 0
    for found in quantities(text):
        assert last <= found.span.start < found.span.end <= len(text)
        assert found.qualified.start <= found.span.start
        assert found.qualified.end == found.span.end
        last = found.span.end
