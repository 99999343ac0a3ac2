"""From a source's text to its speeches with their metadata."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.schema import Metadata, SourceText, Span
from rag.speeches import documents_of

SHARED = Path(__file__).parents[2] / "shared"
SENTENCE = "全县上下团结奋进，各项工作取得了明显成效，群众得到更多实惠。"
TEXT = SENTENCE * 8
BODY = f"今天召开会议，总结工作，部署任务。\n一、总结成绩\n{TEXT}\n二、部署任务\n{TEXT}\n"


def parsed(text, **source):
    (document,) = documents_of(SourceText(text, **source))
    return document.metadata


def facts(metadata):
    """The fields of the metadata that are known."""
    return {
        name: value
        for name in Metadata.__dataclass_fields__
        if (value := getattr(metadata, name)) is not None
    }


HEADS = {
    "title with name and meeting, then a date and the salutation in one line": (
        "林远山同志在全县工会工作会议上的讲话\n(2005-07-07)同志们:\n",
        {
            "title": "林远山同志在全县工会工作会议上的讲话",
            "speaker": "林远山",
            "date": "2005-07-07",
            "venue": "全县工会工作会议",
        },
    ),
    "a masked name stays as it stands": (
        "**同志在全市党建工作座谈会上的讲话\n",
        {
            "title": "**同志在全市党建工作座谈会上的讲话",
            "speaker": "**同志",
            "venue": "全市党建工作座谈会",
        },
    ),
    "a publishing line tells no speech date": (
        "林远山同志在第四季度推进会上的讲话\n"
        "发表时间:2009-12-01 查看次数:95 来源:青禾县委办 [关闭]\n同志们:\n",
        {
            "title": "林远山同志在第四季度推进会上的讲话",
            "speaker": "林远山",
            "venue": "第四季度推进会",
            "published": "2009-12-01",
            "publisher": "青禾县委办",
        },
    ),
    "an office's signature, a subtitle, a spaced name": (
        "青禾县教育局办公室 二0一一年八月三十日\n坚持不懈地做好教育大文章\n"
        "——在2011年秋学期开学工作会上的讲话\n"
        "林　岩\n(2011年8月25日)\n同志们:\n",
        {
            "title": "坚持不懈地做好教育大文章",
            "subtitle": "在2011年秋学期开学工作会上的讲话",
            "speaker": "林岩",
            "date": "2011-08-25",
            "published": "2011-08-30",
            "publisher": "青禾县教育局办公室",
            "venue": "2011年秋学期开学工作会",
        },
    ),
    "a signature over two lines": (
        "青禾县教育局办公室\n二〇一一年八月三十日\n林岩同志在开学工作会上的讲话\n同志们：\n",
        {
            "title": "林岩同志在开学工作会上的讲话",
            "speaker": "林岩",
            "published": "2011-08-30",
            "publisher": "青禾县教育局办公室",
            "venue": "开学工作会",
        },
    ),
    "a government report": (
        "政 府 工 作 报 告\n\n----2012年2月29日在青禾县第十三届人民代表大会第六次会议上\n\n"
        "青禾县人民政府县长　　林远山\n\n　　各位代表：\n",
        {
            "title": "政府工作报告",
            "subtitle": "2012年2月29日在青禾县第十三届人民代表大会第六次会议上",
            "speaker": "林远山",
            "office": "青禾县人民政府县长",
            "date": "2012-02-29",
            "venue": "青禾县第十三届人民代表大会第六次会议",
        },
    ),
    "a report whose title was lost": (
        "　—2017年2月11日在青禾县第十四届人民代表大会第六次会议上\n青禾县人民政府代县长 林远山\n"
        "各位代表:\n现在,我代表青禾县人民政府向大会作工作报告,请予审议。\n",
        {
            "title": "政府工作报告",
            "subtitle": "2017年2月11日在青禾县第十四届人民代表大会第六次会议上",
            "speaker": "林远山",
            "office": "青禾县人民政府代县长",
            "date": "2017-02-11",
            "venue": "青禾县第十四届人民代表大会第六次会议",
        },
    ),
    "a page's navigation, its title, then the report's own head": (
        "您的位置:\n首页\n>\n青禾要闻\n青禾要闻\n2026年政府工作报告\n来源：青禾日报\n"
        "2026-02-03 09:02:33\n【字体：\n大\n中\n"
        "小\n】\n——2026年1月28日在青禾省第十四届\n人民代表大会第四次会议上\n省长　林远山\n"
        "各位代表：\n",
        {
            "title": "2026年政府工作报告",
            "subtitle": "2026年1月28日在青禾省第十四届人民代表大会第四次会议上",
            "speaker": "林远山",
            "office": "省长",
            "date": "2026-01-28",
            "published": "2026-02-03",
            "publisher": "青禾日报",
            "venue": "青禾省第十四届人民代表大会第四次会议",
        },
    ),
    "a title of two lines and a spaced name": (
        "高举旗帜 开拓创新\n为建设美丽青禾而奋斗\n"
        "——在中国共产党青禾县第十次代表大会上的报告\n（2016年9月1日）\n"
        "林　远　山\n同志们：\n",
        {
            "title": "高举旗帜 开拓创新 为建设美丽青禾而奋斗",
            "subtitle": "在中国共产党青禾县第十次代表大会上的报告",
            "speaker": "林远山",
            "date": "2016-09-01",
            "venue": "中国共产党青禾县第十次代表大会",
        },
    ),
    "the country before the office": (
        "在青禾论坛开幕式上的演讲\n（2015年3月2日，青禾）\n中国国务院总理 林远山\n"
        "尊敬的各位来宾：\n",
        {
            "title": "在青禾论坛开幕式上的演讲",
            "speaker": "林远山",
            "office": "国务院总理",
            "date": "2015-03-02",
            "venue": "青禾论坛开幕式",
        },
    ),
    "office and name in two lines, the title broken": (
        "政府工作报\n告\n——2021年3月5日在青禾省第十三届人民代表大会第四次会议上\n"
        "青禾省省长　\n林　山\n各位代表：\n",
        {
            "title": "政府工作报告",
            "subtitle": "2021年3月5日在青禾省第十三届人民代表大会第四次会议上",
            "speaker": "林山",
            "office": "青禾省省长",
            "date": "2021-03-05",
            "venue": "青禾省第十三届人民代表大会第四次会议",
        },
    ),
    "a name of another language": (
        "2026年政府工作报告\n——2026年1月27日在北原自治区第十四届人民代表大会第四次会议上\n"
        "自治区主席 阿米尔·艾山江\n各位代表：\n",
        {
            "title": "2026年政府工作报告",
            "subtitle": "2026年1月27日在北原自治区第十四届人民代表大会第四次会议上",
            "speaker": "阿米尔·艾山江",
            "office": "自治区主席",
            "date": "2026-01-27",
            "venue": "北原自治区第十四届人民代表大会第四次会议",
        },
    ),
    "a date without its year takes the title's": (
        "在2014年全县经济工作会议上的讲话\n县委书记 林远山\n（10月30日）\n同志们：\n",
        {
            "title": "在2014年全县经济工作会议上的讲话",
            "speaker": "林远山",
            "office": "县委书记",
            "date": "2014-10-30",
            "venue": "2014年全县经济工作会议",
        },
    ),
    "a date without a year stays unknown": (
        "在全县经济工作会议上的讲话\n（10月30日）\n同志们：\n",
        {"title": "在全县经济工作会议上的讲话", "venue": "全县经济工作会议"},
    ),
    "office in the title, a place is no name": (
        "青禾县县委书记在党建工作会议上的讲话\n同志们：\n",
        {
            "title": "青禾县县委书记在党建工作会议上的讲话",
            "office": "青禾县县委书记",
            "venue": "党建工作会议",
        },
    ),
    "office and name in the title, a range of days, a remark": (
        "县委书记林远山同志在全县干部大会上的讲话\n2014年10月30日至31日\n（根据录音整理）\n"
        "同志们：\n",
        {
            "title": "县委书记林远山同志在全县干部大会上的讲话",
            "speaker": "林远山",
            "office": "县委书记",
            "date": "2014-10-30",
            "venue": "全县干部大会",
        },
    ),
    "a resolution": (
        "青禾县第九届人民代表大会第一次会议关于政府工作报告的决议\n"
        "（2023年3月13日青禾县第九届人民代表大会第一次会议通过）\n",
        {
            "title": "青禾县第九届人民代表大会第一次会议关于政府工作报告的决议",
            "subtitle": "2023年3月13日青禾县第九届人民代表大会第一次会议通过",
            "date": "2023-03-13",
            "venue": "青禾县第九届人民代表大会第一次会议",
        },
    ),
    "a register above, the office spread out": (
        "索 引 号：0001/2012\n发布机构：青禾区人民政府办公室\n发文日期：2012-03-05\n"
        "名 称：政府工作报告\n文 号：\n"
        "——二○一二年二月二十九日在青禾区第十三届人民代表大会第六次会议上\n"
        "区　长　　林　岩\n各位代表：\n",
        {
            "title": "政府工作报告",
            "subtitle": "二○一二年二月二十九日在青禾区第十三届人民代表大会第六次会议上",
            "speaker": "林岩",
            "office": "区长",
            "date": "2012-02-29",
            "published": "2012-03-05",
            "publisher": "青禾区人民政府办公室",
            "venue": "青禾区第十三届人民代表大会第六次会议",
        },
    ),
    "notes on the meeting": (
        "林岩同志在全县安全会议上的讲话\n时间：2011年8月25日 地点：县会议室\n主持人：高原\n"
        "同志们：\n",
        {
            "title": "林岩同志在全县安全会议上的讲话",
            "speaker": "林岩",
            "date": "2011-08-25",
            "venue": "全县安全会议",
        },
    ),
    "two offices of one speaker": (
        "青禾县委副书记、县长林岩在全县安全会议上的讲话\n2010年2月22日 来源：青禾日报\n",
        {
            "title": "青禾县委副书记、县长林岩在全县安全会议上的讲话",
            "speaker": "林岩",
            "office": "青禾县委副书记、县长",
            "venue": "全县安全会议",
            "published": "2010-02-22",
            "publisher": "青禾日报",
        },
    ),
    "two speakers are none": (
        "县委书记林岩、县长高原在全县安全会议上的讲话\n",
        {"title": "县委书记林岩、县长高原在全县安全会议上的讲话", "venue": "全县安全会议"},
    ),
    "nothing but the speech": ("同志们：\n", {}),
    "a first sentence is no title": (
        "现在我代表县委作关于\n青禾县党代会\n。会议认为，报告很好。\n",
        {},
    ),
}


@pytest.mark.parametrize("head", HEADS, ids=list(HEADS))
def test_the_head_of_a_speech(head):
    text, expected = HEADS[head]
    assert facts(parsed(text + BODY)) == expected


def test_an_issuing_line_at_the_end():
    found = parsed(f"青禾县教育局2015年工作总结\n{BODY}青禾县教育局\n2015年12月30日\n")
    assert facts(found) == {
        "title": "青禾县教育局2015年工作总结",
        "published": "2015-12-30",
        "publisher": "青禾县教育局",
    }


COMPILATIONS = {
    "第一篇 with each title twice": (
        f"第一篇:林岩同志在教育会上的讲话\n林岩同志在教育会上的讲话\n(2009年10月30日)\n"
        f"{BODY}上一页\n[1]\n[2]\n"
        f"第二篇:高原同志在卫生会上的讲话\n高原同志在卫生会上的讲话\n{BODY}",
        [
            ("林岩同志在教育会上的讲话", "林岩", "2009-10-30"),
            ("高原同志在卫生会上的讲话", "高原", None),
        ],
    ),
    "【篇一】": (
        f"【篇一】县委书记讲话稿\n同志们：\n{BODY}【篇二】县长讲话稿\n同志们：\n{BODY}",
        [("县委书记讲话稿", None, None), ("县长讲话稿", None, None)],
    ),
    "the count after the title": (
        f"教育工作会议讲话 篇1\n同志们：\n{BODY}卫生工作会议讲话篇2\n同志们：\n{BODY}",
        [("教育工作会议讲话", None, None), ("卫生工作会议讲话", None, None)],
    ),
    "范文 above the titles, a headline above all": (
        f"讲话稿两篇\n范文一\n在全县教育会议上的讲话\n同志们：\n{BODY}【范文2】\n"
        f"在全县卫生会议上的讲话\n同志们：\n{BODY}",
        [("在全县教育会议上的讲话", None, None), ("在全县卫生会议上的讲话", None, None)],
    ),
    "numbered titles below a table of contents": (
        "青禾县讲话汇编\n目录\n1、林岩同志在教育会议上的讲话\n2、高原同志在卫生会议上的讲话\n\n"
        f"1、林岩同志在教育会议上的讲话\n（2015年3月2日）\n同志们：\n{BODY}"
        f"2、高原同志在卫生会议上的讲话\n（2015年4月2日）\n同志们：\n{BODY}",
        [
            ("林岩同志在教育会议上的讲话", "林岩", "2015-03-02"),
            ("高原同志在卫生会议上的讲话", "高原", "2015-04-02"),
        ],
    ),
    "titles alone": (
        f"林岩同志在教育会议上的讲话\n（2015年3月2日）\n{BODY}\n高原同志在卫生会议上的讲话\n"
        f"各位代表：\n{BODY}",
        [
            ("林岩同志在教育会议上的讲话", "林岩", "2015-03-02"),
            ("高原同志在卫生会议上的讲话", "高原", None),
        ],
    ),
    "Markdown": (
        f"# 青禾讲话\n\n## 林岩同志在教育会议上的讲话\n\n2015年3月2日\n\n{BODY}\n"
        f"## 高原同志在卫生会议上的讲话\n\n同志们：\n{BODY}",
        [
            ("林岩同志在教育会议上的讲话", "林岩", "2015-03-02"),
            ("高原同志在卫生会议上的讲话", "高原", None),
        ],
    ),
    "reports one after another": (
        f"政 府 工 作 报 告\n——2012年2月9日在青禾县人民代表大会上\n县长 林岩\n各位代表：\n{BODY}"
        f"政府工作报告\n——2013年2月8日在青禾县人民代表大会上\n县长 高原\n各位代表：\n{BODY}"
        f"政府工作报告\n——2014年2月7日在青禾县人民代表大会上\n县长 高原\n各位代表：\n{BODY}",
        [
            ("政府工作报告", "林岩", "2012-02-09"),
            ("政府工作报告", "高原", "2013-02-08"),
            ("政府工作报告", "高原", "2014-02-07"),
        ],
    ),
}


@pytest.mark.parametrize("form", COMPILATIONS, ids=list(COMPILATIONS))
def test_a_compilation(form):
    text, expected = COMPILATIONS[form]
    documents = documents_of(SourceText(text))
    found = [(d.metadata.title, d.metadata.speaker, d.metadata.date) for d in documents]
    assert found == expected
    assert "".join(text.split()) == "".join("".join(d.text for d in documents).split())


SINGLE = {
    "parts of a plan": (
        f"青禾县发展规划\n第一篇 总论\n第一章 环境\n{BODY}第二篇 任务\n第二章 工业\n{BODY}"
    ),
    "a title given twice": (
        "青禾省2026年政府工作报告\n2026年1月27日在青禾省人民代表大会上 省长 林远山\n首页\n"
        ">\n报告\n"
        f"青禾省2026年政府工作报告\n2026年1月27日在青禾省人民代表大会上 省长 林远山\n"
        f"各位代表：\n{BODY}"
    ),
    "a speech that quotes titles": (
        f"林岩同志在教育会议上的讲话\n同志们：\n{BODY}大家要学习\n"
        f"《高原同志在卫生会议上的讲话》\n和有关文件。\n{BODY}"
    ),
    "a short second report": (
        f"在青禾县教育会议上的讲话\n同志们：\n{BODY}在青禾县卫生会议上的讲话\n同志们：\n略。\n"
    ),
}


@pytest.mark.parametrize("form", SINGLE, ids=list(SINGLE))
def test_what_stays_one_document(form):
    assert len(documents_of(SourceText(SINGLE[form]))) == 1


@pytest.mark.parametrize("given", [{"doc_id": "d7"}, {"given": Metadata(title="合集")}])
def test_a_source_with_an_id_or_title_is_one_document(given):
    text = COMPILATIONS["【篇一】"][0]
    (document,) = documents_of(SourceText(text, **given))
    assert document.text == text


def test_the_counted_title_of_a_compilation_is_no_section():
    documents = documents_of(
        SourceText(COMPILATIONS["numbered titles below a table of contents"][0])
    )
    assert [[s.number for s in d.sections] for d in documents] == [["一", "二"]] * 2


def test_ids():
    (document,) = documents_of(SourceText(f"\n\n{BODY}\n"))
    assert document.doc_id == sha256(document.text.encode()).hexdigest()[:16]
    assert documents_of(SourceText(BODY, doc_id="d7"))[0].doc_id == "d7"


def test_a_speech_that_a_compilation_repeats_is_kept_once():
    speech = f"第一篇：林岩同志在教育会上的讲话\n同志们：\n{BODY}"
    assert len(documents_of(SourceText(speech + speech))) == 1


def test_given_wins_then_parsed_then_hinted():
    text = f"林岩同志在教育会议上的讲话\n（2015年3月2日）\n同志们：\n{BODY}"
    found = parsed(
        text,
        given=Metadata(speaker="高原", date="二〇一六年"),
        hinted=Metadata(title="青禾新闻网", date="2001-01-01", publisher="青禾新闻网"),
    )
    assert facts(found) == {
        "title": "林岩同志在教育会议上的讲话",
        "speaker": "高原",
        "date": "2016",
        "venue": "教育会议",
        "publisher": "青禾新闻网",
    }


def test_a_given_title_tells_the_speaker():
    found = parsed(BODY, given=Metadata(title="林岩在青禾县党代会上的报告"))
    assert (found.speaker, found.venue) == ("林岩", "青禾县党代会")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026年2月3日", "2026-02-03"),
        ("2025", "2025"),
        ("二〇一一年", "2011"),
        ("2011-08", "2011-08"),
        ("去年春天", "去年春天"),
    ],
)
def test_given_dates_become_iso_where_they_can_be_read(given, kept):
    assert parsed(BODY, given=Metadata(date=given)).date == kept


def test_a_hinted_title_is_not_put_on_every_speech_of_a_compilation():
    text = f"第一篇\n同志们：\n{BODY}第二篇\n各位代表：\n{BODY}"
    documents = documents_of(
        SourceText(text, hinted=Metadata(title="讲话两篇", publisher="青禾网"))
    )
    assert [(d.metadata.title, d.metadata.publisher) for d in documents] == [(None, "青禾网")] * 2


def test_chrome_and_pages_of_the_container_follow_their_speech():
    first = f"第一篇：林岩同志在教育会上的讲话\n同志们：\n{BODY}"
    second = f"第二篇：高原同志在卫生会上的讲话\n同志们：\n{BODY}页脚"
    text = first + second
    chrome = (Span(len(text) - 2, len(text)),)
    pages = (0, 100, len(first) + 50)
    one, two = documents_of(SourceText(text, chrome=chrome, pages=pages))
    assert (one.chrome, one.pages) == ((), (0, 100))
    assert [two.text[s.start : s.end] for s in two.chrome] == ["页脚"]
    assert two.pages == (0, 0, 50)


@pytest.mark.parametrize("text", ["", " \n\u3000\n", "\ufeff"])
def test_blank_text_is_no_document(text):
    assert documents_of(SourceText(text)) == ()


PIECES = (
    "第一篇：林岩同志在教育会上的讲话|第二篇|政府工作报告|——2012年2月9日在青禾县会议上|"
    "（2015年3月2日）|同志们：|县长 林岩|林　岩|上一页|来源：|一、任务|一是修渠；二是育种。||  "
)
LINES = st.sampled_from([*PIECES.split("|"), SENTENCE * 4])


@given(st.one_of(st.lists(LINES, max_size=40).map("\n".join), st.text(max_size=300)))
def test_documents_are_slices_of_any_text_in_order(text):
    position = 0
    for document in documents_of(SourceText(text)):
        start = text.find(document.text, position)
        assert start >= 0
        assert not text[position:start].strip() or position  # nothing is lost before the first
        position = start + len(document.text)
        for span in document.chrome:
            assert 0 <= span.start < span.end <= len(document.text)
        assert all(0 <= page <= len(document.text) for page in document.pages)


FIVE = SHARED / "speeches/files/five_speeches.txt"
REPORTS = sorted((SHARED / "speeches/files").glob("海拉尔区*.txt"))


@pytest.mark.skipif(not FIVE.exists(), reason="the shared speeches are not here")
def test_the_five_speeches():
    documents = documents_of(SourceText(FIVE.read_text(encoding="utf-8")))
    rows = [
        (d.metadata.speaker, d.metadata.date, d.metadata.published, d.metadata.publisher)
        for d in documents
    ]
    assert rows == [
        ("杨钊", "2009-10-30", None, None),
        ("**同志", "2005-07-07", None, None),
        ("杨建华", None, "2009-12-01", "仪陇县委办"),
        ("李炎", "2011-08-25", "2011-08-30", "通江县教育局办公室"),
        ("XX同志", None, None, None),
    ]
    assert documents[2].metadata.venue == "第四季度工作推进会"
    tops = [[s.number for s in d.sections if s.parent is None] for d in documents]
    assert tops == [list("一二三四"), list("一二三"), list("一二三"), list("一二三四"), ["一"]]


@pytest.mark.skipif(not REPORTS, reason="the shared speeches are not here")
def test_the_district_reports():
    found = []
    for path in REPORTS:
        text = path.read_bytes().decode("gb18030").replace("\r\n", "\n")
        (document,) = documents_of(SourceText(text))
        m = document.metadata
        found.append((m.title, m.date[:4], m.speaker))
        assert path.stem.endswith(m.date[:4])
        assert m.office.startswith(("海拉尔区人民政府", "呼伦贝尔市海拉尔区人民政府"))
        assert m.venue.endswith("次会议")
    assert {title for title, _, _ in found} == {"政府工作报告"}
    assert [speaker for _, _, speaker in found] == (
        ["张天喜", "杜联合", "杜联合", "杜联合", "杜联合", "杨国宏", "杨国宏", "萨国文"]
    )


@pytest.mark.skipif(not FIVE.exists(), reason="the shared speeches are not here")
def test_speakers_and_dates_of_the_shared_reports_are_never_wrong():
    for path in sorted((SHARED / "speeches").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found = parsed(row["text"])
            told = parsed(row["text"], given=Metadata(date=row.get("date")))
            if found.date and row.get("date"):
                assert found.date == told.date, row["id"]
            if found.speaker and row.get("speaker"):
                assert found.speaker == row["speaker"], row["id"]


LETTER = f"{SENTENCE * 6}\n{SENTENCE}\n"


@pytest.mark.parametrize(
    ("text", "speaker", "date"),
    [
        (f"致青禾大学的贺信\n{LETTER}青禾省省长　林远山\n2016年1月12日", "林远山", "2016-01-12"),
        (f"致青禾大学的贺信\n{LETTER}林远山\n2016年1月12日\n", "林远山", "2016-01-12"),
        (f"在教育会议上的讲话\n同志们：\n{LETTER}县长 林岩\n2016年1月12日", "林岩", "2016-01-12"),
        (f"在教育会议上的讲话\n高原\n同志们：\n{LETTER}县长 林岩\n2016年1月12日", "高原", None),
        (f"关于放假的通知\n{LETTER}局长 林岩\n2016年1月12日", None, None),
    ],
)
def test_a_signature_at_the_end(text, speaker, date):
    found = parsed(text)
    assert (found.speaker, found.date) == (speaker, date)
