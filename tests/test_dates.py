"""Dates as Chinese texts write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import dates_in, iso_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("(2009年10月30日)", "2009-10-30"),
        ("（2009年10月30日）", "2009-10-30"),
        ("(2005-07-07)", "2005-07-07"),
        ("2011.8.25", "2011-08-25"),
        ("2011/8/25", "2011-08-25"),
        ("二0一一年八月三十日", "2011-08-30"),
        ("二○一一年八月三十日", "2011-08-30"),
        ("二〇一一年十二月三十一日", "2011-12-31"),
        ("二零二六年一月", "2026-01"),
        ("一九六九年四月一日", "1969-04-01"),
        ("二〇二六年", "2026"),
        ("２０１１年８月２５日", "2011-08-25"),
        ("2011 年 8 月 25 日", "2011-08-25"),
        ("1 9 9 3 年3 月", "1993-03"),
        ("2011年8月25日上午", "2011-08-25"),
        ("2026-02-03 09:02:33", "2026-02-03"),
        ("2026年02月10日 07时41分", "2026-02-10"),
        ("2026-02-03T09:02:33Z", "2026-02-03"),
        ("2011年8月25日星期四", "2011-08-25"),
        ("2009年10月30日至31日", "2009-10-30"),
        ("2009年10月30日—11月2日", "2009-10-30"),
        ("2025", "2025"),
        ("2025年", "2025"),
        ("2025-03", "2025-03"),
        ("2025.3", "2025-03"),
        ("20250305", "2025-03-05"),
    ],
)
def test_a_whole_text_that_is_a_date(text, iso):
    assert iso_date(text) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "某年某月",
        "2026年2月30日",
        "2026-13-01",
        "10月30日",
        "12345678",
        "3.5",
        "2009年10月30日在某县会议上",
        "2009年和2010年",
        "1047",
    ],
)
def test_what_is_no_single_date(text):
    assert iso_date(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("会议于2009年10月30日召开", ["2009年10月30日"]),
        ("从2009年1月到2010年3月", ["2009年1月", "2010年3月"]),
        ("2009年10月30日至11月2日开会", ["2009年10月30日至11月2日"]),
        ("2016—2020年", ["2020年"]),
        ("近2000年来", []),
        ("80年代和1980年代", []),
        ("版本2009.10和3.2009.5", []),
        ("电话2005-07-071234", []),
        ("增长12.2009年5月", []),
        ("今年10月30日", []),
    ],
)
def test_dates_inside_a_text(text, found):
    assert [text[d.start : d.end] for d in dates_in(text)] == found


def test_month_and_day_take_the_year_of_the_context():
    text = "10月30日开幕，十一月二日闭幕，去年5月1日动工，2008年3月5日立项"
    found = [(text[d.start : d.end], d.iso) for d in dates_in(text, year=2009)]
    assert found == [
        ("10月30日", "2009-10-30"),
        ("十一月二日", "2009-11-02"),
        ("2008年3月5日", "2008-03-05"),
    ]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.text(max_size=20))
def test_every_day_is_found_where_it_stands(day, around):
    written = f"{day.year}年{day.month}月{day.day}日"
    text = f"{around}。{written}。"
    assert (len(around) + 1, day.isoformat()) in [(d.start, d.iso) for d in dates_in(text)]


@given(st.text(alphabet="0123456789０１〇一二三十年月日号至到-./ 　()星期上午时分:T近约今"))
def test_spans_lie_in_the_text_in_order_and_apart(text):
    position = 0
    for found in dates_in(text, year=2020):
        assert position <= found.start < found.end <= len(text)
        position = found.end
    iso_date(text)
