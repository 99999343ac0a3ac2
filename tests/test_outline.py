"""The outline: numbered headings as nested sections."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numbering import same_style, value_of
from rag.outline import missing_numbers, sections_of
from rag.schema import Document, Span

SENTENCE = "全县上下团结奋进，各项工作取得了明显成效。"


def outline(text):
    """Each section as (level, heading, heading of its parent)."""
    sections = sections_of(text)
    return [
        (s.level, s.heading, None if s.parent is None else sections[s.parent].number)
        for s in sections
    ]


def test_levels_nest():
    text = "一、总结成绩\n（一）工业\n1．园区\n（1）道路\n①桥梁\n(二)农业\n2、灌区\n二、部署任务\n"
    assert outline(text) == [
        (1, "一、总结成绩", None),
        (2, "（一）工业", "一"),
        (3, "1．园区", "（一）"),
        (4, "（1）道路", "1"),
        (5, "①桥梁", "（1）"),
        (2, "(二)农业", "一"),
        (3, "2、灌区", "(二)"),
        (1, "二、部署任务", None),
    ]


def test_a_section_reaches_to_the_next_of_its_rank():
    text = f"一、甲工作\n{SENTENCE}\n(一)乙工作\n{SENTENCE}\n二、丙工作\n{SENTENCE}"
    first, inner, second = sections_of(text)
    assert (first.start, first.end) == (0, text.index("二、"))
    assert (inner.start, inner.end) == (text.index("(一)"), text.index("二、"))
    assert (second.start, second.end) == (text.index("二、"), len(text))


def test_numbers_are_written_as_in_the_text():
    text = "一、甲\n（一）乙\n1. 丙\n②丁\n第一，戊。第二，己。\n启示一：庚\n"
    assert [s.number for s in sections_of(text)] == [
        "一",
        "（一）",
        "1",
        "②",
        "第一",
        "第二",
        "启示一",
    ]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        (
            f"一、统一认识,客观评价工作的成效 今年以来,各单位{SENTENCE * 3}",
            "一、统一认识,客观评价工作的成效",
        ),
        (f"(一)立足基础,思路新颖。各单位{SENTENCE * 3}", "(一)立足基础,思路新颖"),
        (f"（一）主要目标：{SENTENCE}", "（一）主要目标"),
        (f"一、总体要求　　{SENTENCE}", "一、总体要求"),
        ("一、加强执政能力建设 夯实团结奋进基础", "一、加强执政能力建设 夯实团结奋进基础"),
        (f"一、\n总体要求\n{SENTENCE}", "一、\n总体要求"),
        (f"启示一:升学与素质并不相悖,可以双赢。{SENTENCE}", "启示一:升学与素质并不相悖"),
        (
            f"第一,要明白工作要从“大处着眼,小处着手”。{SENTENCE}第二,要实。",
            "第一,要明白工作要从“大处着眼,小处着手”",
        ),
    ],
)
def test_a_heading_glued_to_its_paragraph(text, heading):
    assert sections_of(text)[0].heading == heading


def test_the_points_of_a_paragraph():
    text = (
        f"(一)农业\n主要有:一是修渠。{SENTENCE}二是育种,抓好良种;三是机收。\n{SENTENCE}\n(二)工业"
    )
    sections = sections_of(text)
    assert outline(text)[1:4] == [
        (4, "一是修渠", "(一)"),
        (4, "二是育种,抓好良种", "(一)"),
        (4, "三是机收", "(一)"),
    ]
    spans = [text[s.start : s.end] for s in sections[1:4]]
    assert spans == [f"一是修渠。{SENTENCE}", "二是育种,抓好良种;", "三是机收。"]


def test_points_in_paragraphs_of_their_own():
    text = f"一、任务\n一要抓实。{SENTENCE}\n二是抓细。{SENTENCE}三是抓早。{SENTENCE}\n结束。"
    sections = sections_of(text)
    assert [s.number for s in sections] == ["一", "一要", "二是", "三是"]
    assert [text[s.end] for s in sections[1:]] == ["\n", "三", "\n"]


def test_a_point_goes_on_where_its_line_was_broken():
    text = "一是明确工\n作重点。二是改进方法。\n结束。"
    assert [text[s.start : s.end] for s in sections_of(text)] == [
        "一是明确工\n作重点。",
        "二是改进方法。",
    ]


def test_points_within_points():
    text = "第一，抓生产。一是保春耕；二是保夏收。第二，抓流通。首先修路，其次建仓。"
    assert outline(text) == [
        (4, "第一，抓生产", None),
        (5, "一是保春耕", "第一"),
        (5, "二是保夏收", "第一"),
        (4, "第二，抓流通", None),
        (5, "首先修路", "第二"),
        (5, "其次建仓", "第二"),
    ]


def test_a_list_inside_a_point_does_not_end_it():
    text = "一是加强领导：1.成立专班；2.明确责任。二是加强督查。"
    assert outline(text) == [
        (4, "一是加强领导", None),
        (5, "1.成立专班", "一是"),
        (5, "2.明确责任", "一是"),
        (4, "二是加强督查", None),
    ]


def test_a_document_run_into_one_line():
    first = f"一、减轻负担 1.停征费用。{SENTENCE} 2.减免房租。{SENTENCE}"
    text = f"通知如下： {first} 二、稳定岗位 {SENTENCE}"
    assert outline(text) == [
        (1, "一、减轻负担", None),
        (3, "1.停征费用", "一"),
        (3, "2.减免房租", "一"),
        (1, f"二、稳定岗位 {SENTENCE[:-1]}", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2009.10 和 3.5 亿元",
        "1.5亿元投资已经到位",
        "办事要一是一，二是二，不能含糊。",
        "第一书记要驻村，第二书记也要驻村。",
        "第一产业增长，第二产业下降。",
        "思想统一是关键，行动一致是保证。",
        "口号是“一是团结；二是奋进”，大家要记牢。",
        "学习《纲要：一、总则；二、分则》的精神。",
        "首先，我代表县委向大家表示问候。",
        "依照本条例第三条、第五条处理。",
        "增长2.3%；全年1.2万人。",
        "一、二季度增长较快，三、四季度放缓。",
        "会议用时2009年10月30日。",
        "目录\n一、总体要求……………3\n二、主要任务……………5",
        "一要素市场化",
        "第一、二、三产业比例为3:4:3。",
        "第一、二产业协调发展。",
        "十、百、千、万工程全面推进。",
        "五一、十一假期",
        "供水工程19\n00、管网更新。",
        "三、四季度冲刺",
        "3、4月份完成",
        "“十二五”时期成绩显著。",
        "“\n十\n”实现了良好开局。",
    ],
)
def test_what_is_no_heading(text):
    assert sections_of(text) == ()


def test_a_law():
    text = (
        "# 青禾县节水条例\n\n## 第一章 总则\n\n第一条 为了节水，制定本条例。\n\n"
        "第二条 各单位应当：\n（一）装表；\n（二）查漏。\n\n"
        "## 第二章 罚则\n\n第三条【罚款】 违者罚款。\n"
    )
    assert outline(text) == [
        (1, "## 第一章 总则", None),
        (3, "第一条", "第一章"),
        (3, "第二条", "第一章"),
        (4, "（一）装表", "第二条"),
        (4, "（二）查漏", "第二条"),
        (1, "## 第二章 罚则", None),
        (3, "第三条【罚款】", "第二章"),
    ]


def test_parts_chapters_and_subchapters():
    text = "第一部分 回顾\n第一章　工业\n第一节 园区\n一、成效\n第二部分2014年安排\n"
    assert outline(text) == [
        (1, "第一部分 回顾", None),
        (2, "第一章　工业", "第一部分"),
        (3, "第一节 园区", "第一章"),
        (4, "一、成效", "第一节"),
        (1, "第二部分2014年安排", None),
    ]


def test_markdown_headings():
    text = "# 讲话\n\n引言。\n\n## 工业\n\n### 园区\n\n## 农业\n"
    assert outline(text) == [
        (1, "## 工业", None),
        (2, "### 园区", ""),
        (1, "## 农业", None),
    ]


def test_a_heading_that_begins_with_a_year():
    text = "一、2018年工作回顾\n（一）工业\n二、2019年工作安排\n（一）农业\n三、5G产业\n"
    assert outline(text) == [
        (1, "一、2018年工作回顾", None),
        (2, "（一）工业", "一"),
        (1, "二、2019年工作安排", None),
        (2, "（一）农业", "二"),
        (1, "三、5G产业", None),
    ]


def test_a_list_inside_an_item_of_a_lower_rank():
    text = f"（一）形势\n{SENTENCE}\n（二）任务\n一、工业\n二、农业\n（三）前景\n{SENTENCE}"
    assert outline(text) == [
        (2, "（一）形势", None),
        (2, "（二）任务", None),
        (3, "一、工业", "（二）"),
        (3, "二、农业", "（二）"),
        (2, "（三）前景", None),
    ]


def test_a_lost_first_part_does_not_swallow_the_second():
    text = f"（一）工业\n（二）农业\n{SENTENCE}\n二、任务\n（一）道路\n"
    assert outline(text)[2:] == [(1, "二、任务", None), (2, "（一）道路", "二")]


def test_a_point_that_heads_paragraphs():
    text = f"一、改革\n第一，放权。\n{SENTENCE}\n{SENTENCE}\n第二，监管。\n{SENTENCE}\n二、开放\n"
    sections = sections_of(text)
    assert outline(text)[1:3] == [(4, "第一，放权", "一"), (4, "第二，监管", "一")]
    assert [text[s.end : s.end + 2] for s in sections] == ["二、", "第二", "二、", ""]


def test_an_annex_stands_beside_the_parts():
    text = f"一、任务\n(一)工业\n{SENTENCE}\n附件2\n名词解释\n1.“双提升”：指质量和效益。\n"
    assert outline(text)[2:] == [(1, "附件2\n名词解释", None), (3, "1.“双提升”", "附件2")]


def test_notes_behind_a_report_are_no_part_of_its_last_section():
    text = f"一、任务\n(一)工业\n{SENTENCE}\n名词解释\n1.“双提升”：指质量和效益。\n"
    assert outline(text)[2:] == [(1, "名词解释", None), (3, "1.“双提升”", "")]


def test_numbers_that_are_one_character():
    text = "一、任务\n⒈工业\n⑴园区\n⑵道路\n⒉农业\n"
    assert outline(text)[1:] == [
        (3, "⒈工业", "一"),
        (4, "⑴园区", "⒈"),
        (4, "⑵道路", "⒈"),
        (3, "⒉农业", "一"),
    ]


def test_firstly_goes_on_with_ordinals():
    text = "首先，修路。其次，架桥。第三，通水。最后，验收。\n其一，快。其二，稳。\n"
    assert [s.number for s in sections_of(text)] == [
        "首先", "其次", "第三", "最后", "其一", "其二",
    ]  # fmt: skip
    assert {s.parent for s in sections_of(text)} == {None}


PARTS = "各位代表：\n现在报告工作。\n请予审议。\n过去五年工作回顾\n{0}\n一、工业\n{0}\n今后五年的主要目标任务\n{0}\n"


def test_parts_without_numbers():
    assert outline(PARTS.format(SENTENCE * 3)) == [
        (1, "过去五年工作回顾", None),
        (2, "一、工业", ""),
        (1, "今后五年的主要目标任务", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        PARTS.format(SENTENCE * 3).replace("过去", "一、过去"),  # the parts are numbered
        PARTS.format(SENTENCE * 3).replace("今后五年的主要目标任务\n", ""),  # one is none
        PARTS.format(SENTENCE),  # no paragraphs below
        PARTS.format(SENTENCE * 3 + "根据《").replace("。\n过去", "《\n过去"),  # torn by links
    ],
)
def test_lines_that_are_no_parts(text):
    assert "" not in [s.number for s in sections_of(text)]


def test_a_numeral_alone_in_its_line():
    assert outline("一\n今年是大灾之年。\n二\n明年要大干。\n") == [(1, "一", None), (1, "二", None)]


def test_nothing_is_looked_for_in_page_chrome():
    text = "一、任务\n相关报道\n1.县里开会\n"
    assert len(sections_of(text)) == 2
    chrome = [Span(text.index("相关"), len(text))]
    assert [s.heading for s in sections_of(text, chrome)] == ["一、任务"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("一、甲\n1、子\n3、丑\n4、寅\n二、乙\n1、卯\n", ("2",)),
        ("（一）甲\n（四）乙\n", ("（二）", "（三）")),
        ("一是甲。二是乙。四是丙。", ()),
        ("一是甲。\n二是乙。\n四是丙。\n", ("三是",)),
        ("二、甲\n三、乙\n", ("一",)),
        ("一、甲\n二、乙\n一、丙\n", ()),
        ("①甲\n③乙\n", ("②",)),
        ("一要甲。\n二是乙。\n", ()),
        ("（一）甲\n(二)乙\n（三）丙\n", ()),
        ("（一）甲\n（\n二）乙\n（三）丙\n", ()),
        ("一、甲\n1.子\n2.丑\n二、乙\n3.寅\n4.卯\n", ()),
        ("一、甲\n1.子\n2.丑\n二、乙\n4.寅\n", ("1", "2", "3")),
        ("⒈甲\n⒊乙\n", ("⒉",)),
    ],
)
def test_numbers_left_out(text, missing):
    assert missing_numbers(sections_of(text)) == missing


@given(st.integers(1, 999))
def test_chinese_numbers_are_written_as_they_are_read(value):
    assert value_of(same_style("一", value)) == value


PIECES = (
    "一、|（一）|1.|(1)|①|一是|二是|第一，|第二，|首先|其次|最后|启示一：|第一章 |## |第三条 |"
    "附件1|一|“|”|。|，| |　|\n|\n\n|工作|：|；|2009年"
)


@given(
    st.one_of(
        st.lists(st.sampled_from(PIECES.split("|")), max_size=60).map("".join),
        st.text(max_size=200),
    )
)
def test_sections_nest_in_any_text(text):
    sections = sections_of(text)
    assert [s.start for s in sections] == sorted(s.start for s in sections)
    for position, section in enumerate(sections):
        assert 0 <= section.start < section.heading_end <= section.end <= len(text)
        assert text[section.start : section.heading_end] == section.heading
        if section.parent is not None:
            parent = sections[section.parent]
            assert section.parent < position
            assert parent.start < section.start
            assert section.end <= parent.end
            assert section.level > parent.level
    for one, other in pairwise(sections):
        assert other.start >= one.end or other.end <= one.end
    missing_numbers(sections)


@given(st.text(st.sampled_from("一二三、(1)是第.\n甲乙。 "), max_size=80))
def test_the_section_at_an_offset_is_the_innermost_that_holds_it(text: str) -> None:
    document = Document("d", text, sections=sections_of(text))
    for offset in range(len(text) + 1):
        holding = [i for i, s in enumerate(document.sections) if s.start <= offset < s.end]
        assert document.section_at(offset) == (holding[-1] if holding else None)


def test_a_long_run_of_blanks_takes_no_long_time() -> None:
    lines = [
        "在澄州市大会上的讲话",
        f"一、总结{' ' * 1_000_000}成绩",
        f"二、部署{' ' * 1_000_000}12",
    ]
    (only,) = sections_of("\n".join(lines))  # the second is a line of a table of contents
    assert only.number == "一"
