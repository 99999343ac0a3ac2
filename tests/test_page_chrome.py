"""Page chrome of scraped pages is marked; a line of speech never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.page_chrome import chrome_in
from rag.publication import publication
from rag.schema import Metadata, Span

SPEECH = "各位代表，今天我们在青禾县召开会议，总结工作，部署任务。"


def marked(text, given=()):
    return [text[span.start : span.end] for span in chrome_in(text, given)]


@pytest.mark.parametrize(
    "chrome",
    [
        "上一页",
        "本文章共2页,当前在第2页",
        "[1][2][3][4]下一页",
        "【打印】 【关闭】",
        "打印 | 收藏 | 关闭窗口",
        "发表时间:2009-12-01 查看次数:95 来源:青禾县委办 [关闭]",
        "责任编辑：李四",
        "扫一扫在手机打开当前页",
        "您现在的位置：首页 > 政务公开 > 领导讲话",
        "版权所有：青禾县人民政府 青ICP备12345678号",
        "Copyright © 2009 All Rights Reserved",
        "上一篇：关于放假的通知",
        "第3页 共12页",
        "— 7 —",
        "2026-02-03 09:02:33",
        "（来源：青禾日报）",
        "2010年2月22日 来源：青禾日报",
        "共 3 页 1 2 3 下一页 末页",
        "本文由青禾范文网(www.qinghe.example)收集整理",
        "索 引 号：0001/2012",
        "【字体：大 中 小】",
        "首页 > 信息公开 > 领导讲话",
        "青禾网 >> 要闻频道",
        "青禾发布 2020-02-06 19:30",
        "点击上方“青禾发布”关注我们",
        "长按二维码关注",
        "分享 收藏 点赞 在看",
        "阅读 1234",
        "网站地图 | 联系我们 | 隐私声明",
        "主办：青禾县人民政府　承办：青禾县信息中心",
        "建议使用1024*768分辨率浏览本站",
    ],
)
def test_a_line_of_chrome_between_lines_of_speech(chrome):
    assert marked(f"{SPEECH}\n{chrome}\n{SPEECH}") == [chrome]


@pytest.mark.parametrize(
    "line",
    [
        SPEECH,
        "时间：2011年8月25日上午9点",
        "时间紧、任务重。",
        "来源：一是财政投入，二是社会筹资。",
        "要保护版权所有者的合法权益。",
        "大",
        "[1]",
        "收藏",
        "编辑部的同志们辛苦了",
        "位置：北纬30度",
        "一、打印",
        "下载量突破100万次",
        "分享改革成果",
        "共3页纸，写不尽大家的辛劳",
        "关于我们的任务",
        "发布时间：2022年2月28日。记者从县发展改革局获悉，春运结束。",
        "责任编辑：要提高政治站位，把好文字关。",
        "李明同志作报告。本报记者 王五摄",
        "识别重点人群，给予更多关注",
        "点击量高、关注度高的问题要优先解决",
        "扫描全县风险点",
        "主办：青禾县人民政府",
        "阅读100本好书",
        "增速>全市平均>全省平均。",
        "在看得见的地方下功夫",
        "推荐阅读好书，建设书香青禾。",
        "相关信息要及时公开。",
    ],
)
def test_a_line_of_speech_is_never_marked(line):
    assert marked(f"{SPEECH}\n{line}\n{SPEECH}") == []


def test_navigation_torn_into_lines_is_one_span():
    navigation = "下载\n打印\n全屏\n收藏\n【字号：\n加大\n还原\n减小\n】"
    assert marked(f"{navigation}\n青禾县政府工作报告\n{SPEECH}") == [navigation]


def test_labels_with_their_values_on_the_next_line():
    lines = (
        "发表时间：\n2026-02-09 09:45:30\n来源：\n青禾日报客户端\n阅读量：\n【字体：\n小\n大\n】"
    )
    assert marked(f"青禾县政府工作报告\n{lines}\n{SPEECH}") == [lines]


def test_a_breadcrumb_with_its_last_step_repeated():
    steps = "您的位置:\n首页\n>\n青禾要闻\n青禾要闻"
    assert marked(f"{steps}\n青禾县政府工作报告\n{SPEECH}") == [steps]


def test_time_counts_only_beside_other_chrome():
    text = f"青禾县政府工作报告\n来源：青禾日报\n时间：2026-02-09\n{SPEECH}"
    assert marked(text) == ["来源：青禾日报\n时间：2026-02-09"]


def test_related_pages_at_the_foot():
    foot = "相关报道：\n青禾县两会闭幕\n青禾县今年办好十件实事"
    assert marked(f"{SPEECH}\n{foot}") == [foot]


def test_sentences_below_related_pages_stay():
    foot = "相关链接：\n青禾县两会闭幕"
    assert marked(f"{SPEECH}\n{foot}\n{SPEECH * 3}") == [foot]


def test_the_foot_of_a_page_run_into_one_line():
    text = f"{SPEECH} 责任编辑：李四 扫一扫在手机打开当前页"
    assert marked(text) == ["责任编辑：李四 扫一扫在手机打开当前页"]


def test_page_numbers_count_beside_a_pager():
    assert marked(f"{SPEECH}\n上一页\n[1]\n[2]\n{SPEECH}") == ["上一页\n[1]\n[2]"]


def test_spans_of_the_container_are_taken_over_and_clipped():
    text = f"导航\n{SPEECH}\n页脚"
    given = (Span(-5, 2), Span(len(text) - 2, len(text) + 9))
    assert marked(text, given) == ["导航", "页脚"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["发表时间:2009-12-01 查看次数:95 来源:青禾县委办 [关闭]"],
            Metadata(published="2009-12-01", publisher="青禾县委办"),
        ),
        (
            ["来源：", "青禾日报", "时间：", "2026-02-09 09:20"],
            Metadata(published="2026-02-09", publisher="青禾日报"),
        ),
        (
            ["2026-01-31 07:00:44", "来源：青禾日报"],
            Metadata(None, published="2026-01-31", publisher="青禾日报"),
        ),
        (
            ["发布日期：二〇一一年八月三十日 原文链接：http://qinghe.example/a/1.html"],
            Metadata(published="2011-08-30", source_url="http://qinghe.example/a/1.html"),
        ),
        (["打印 关闭"], Metadata()),
        (["来源： 【打印】"], Metadata()),
    ],
)
def test_what_publishing_lines_say(lines, expected):
    assert publication(lines) == expected


BLOCKS = st.sampled_from(
    [
        "上一页",
        "[1]",
        "大",
        "来源：",
        "相关报道：",
        ">",
        "首页",
        "时间：2009-1-1",
        SPEECH,
        "标题",
        "",
        " 　",
    ]
)


@given(
    st.lists(st.one_of(BLOCKS, st.text(max_size=30))),
    st.lists(st.tuples(st.integers(-9, 99), st.integers(-9, 99))),
)
def test_spans_are_sorted_apart_and_within_any_text(lines, spans):
    text = "\n".join(lines)
    position = 0
    for span in chrome_in(text, [Span(*pair) for pair in spans]):
        assert position <= span.start < span.end <= len(text)
        position = span.end + 1
