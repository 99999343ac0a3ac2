"""Collections of speeches in the forms in which people and pages put them together."""

import pytest

from rag.schema import SourceText
from rag.speeches import documents_of

SENTENCE = "全县上下团结奋进，各项工作取得了明显成效，群众得到更多实惠。"
BODY = f"今天召开会议，总结工作，部署任务。\n一、总结成绩\n{SENTENCE * 8}\n二、部署任务\n{SENTENCE * 8}\n"
SCHOOL, HEALTH = "在全县教育会议上的讲话", "在全县卫生会议上的讲话"


def pair(first: str, second: str, between: str = "") -> str:
    """Two heads, each with its body."""
    return f"{first}\n{BODY}{between}{second}\n{BODY}"


# form: (text, (title, speaker, date) of each speech)
COLLECTIONS = {
    "第1篇": (
        pair(f"第1篇：林岩同志{SCHOOL}\n同志们：", f"第2篇：高原同志{HEALTH}\n同志们："),
        [(f"林岩同志{SCHOOL}", "林岩", None), (f"高原同志{HEALTH}", "高原", None)],
    ),
    "篇一 below an editor's words": (
        "领导讲话稿（精选两篇）\n下面是小编为大家整理的讲话稿，欢迎阅读。\n"
        + pair(f"篇一：{SCHOOL}\n同志们：", f"篇二：{HEALTH}\n同志们："),
        [(SCHOOL, None, None), (HEALTH, None, None)],
    ),
    "范文1:": (
        pair(f"范文1:{SCHOOL}\n同志们：", f"范文2:{HEALTH}\n同志们："),
        [(SCHOOL, None, None), (HEALTH, None, None)],
    ),
    "numbered book titles": (
        pair(
            f"一、《林岩同志{SCHOOL}》\n（2015年3月2日）\n同志们：",
            f"二、《高原同志{HEALTH}》\n（2015年4月2日）\n同志们：",
        ),
        [(f"林岩同志{SCHOOL}", "林岩", "2015-03-02"), (f"高原同志{HEALTH}", "高原", "2015-04-02")],
    ),
    "bracketed numbers": (
        pair(
            f"（一）{SCHOOL}\n（2015年3月2日）\n同志们：",
            f"（二）{HEALTH}\n（2015年4月2日）\n同志们：",
        ),
        [(SCHOOL, None, "2015-03-02"), (HEALTH, None, "2015-04-02")],
    ),
    "a rule between the speeches": (
        pair(
            "开幕词\n林岩\n（2015年3月2日）\n各位代表：",
            "闭幕词\n高原\n（2015年3月5日）\n各位代表：",
            "\n==========\n",
        ),
        [("开幕词", "林岩", "2015-03-02"), ("闭幕词", "高原", "2015-03-05")],
    ),
    "a page break between the speeches": (
        pair(
            "开幕词\n林岩\n（2015年3月2日）\n各位代表：",
            "闭幕词\n高原\n（2015年3月5日）\n各位代表：",
            "\f",
        ),
        [("开幕词", "林岩", "2015-03-02"), ("闭幕词", "高原", "2015-03-05")],
    ),
    "reports without a meeting": (
        pair(
            "政府工作报告\n（2012年2月9日）\n县长 林岩\n各位代表：",
            "政 府 工 作 报 告\n（2013年2月8日）\n县长 高　原\n各位代表：",
        ),
        [("政府工作报告", "林岩", "2012-02-09"), ("政府工作报告", "高原", "2013-02-08")],
    ),
    "reports with the meeting over two lines": (
        pair(
            "政府工作报告\n——2012年2月9日在青禾县\n人民代表大会第一次会议上\n县长 林岩\n各位代表：",
            "政府工作报告\n——2013年2月8日在青禾县\n人民代表大会第二次会议上\n县长 高原\n各位代表：",
        ),
        [("政府工作报告", "林岩", "2012-02-09"), ("政府工作报告", "高原", "2013-02-08")],
    ),
    "one report with its meeting, the other without": (
        pair(
            "政府工作报告\n——2012年2月9日在青禾县人民代表大会上\n县长 林岩\n各位代表：",
            "政府工作报告\n（2013年2月8日）\n县长 高原\n各位代表：",
        ),
        [("政府工作报告", "林岩", "2012-02-09"), ("政府工作报告", "高原", "2013-02-08")],
    ),
    "a title run on behind the last sentence": (
        pair(
            "政府工作报告\n——2012年2月9日在青禾县人民代表大会上\n县长 林岩\n各位代表：",
            "为此而努力奋斗！政府工作报告\n——2013年2月8日在青禾县人民代表大会上\n县长 高原\n各位代表：",
        ),
        [("政府工作报告", "林岩", "2012-02-09"), ("政府工作报告", "高原", "2013-02-08")],
    ),
    "nothing but titles with their years": (
        pair("2012年政府工作报告\n各位代表：", "2013年政府工作报告\n各位代表："),
        [("2012年政府工作报告", None, None), ("2013年政府工作报告", None, None)],
    ),
    "titles counted by 之一": (
        pair("在全县会议上的讲话之一\n同志们：", "在全县会议上的讲话之二\n同志们："),
        [("在全县会议上的讲话之一", None, None), ("在全县会议上的讲话之二", None, None)],
    ),
    "titles counted in brackets": (
        pair("领导讲话稿（一）\n同志们：", "领导讲话稿（二）\n同志们："),
        [("领导讲话稿（一）", None, None), ("领导讲话稿（二）", None, None)],
    ),
    "Markdown headings": (
        pair("## 县长讲话稿\n同志们：", "## 书记讲话稿\n同志们："),
        [("县长讲话稿", None, None), ("书记讲话稿", None, None)],
    ),
    "a genre and its number": (
        pair("致辞一：\n尊敬的各位来宾：", "致辞二：\n尊敬的各位来宾："),
        [(None, None, None), (None, None, None)],
    ),
    "mottoes with their meetings": (
        pair(
            "凝心聚力谋发展\n——在中共青禾县委三次全会上的报告\n（2015年3月2日）\n林岩\n同志们：",
            "乘势而上谱新篇\n——在中共青禾县委四次全会上的报告\n（2016年3月2日）\n高原\n同志们：",
        ),
        [("凝心聚力谋发展", "林岩", "2015-03-02"), ("乘势而上谱新篇", "高原", "2016-03-02")],
    ),
    "pages with their own chrome": (
        pair(
            f"第一篇：林岩同志{SCHOOL}\n林岩同志{SCHOOL}\n发表时间：2009-12-01 查看次数：95\n同志们：",
            f"第二篇：高原同志{HEALTH}\n高原同志{HEALTH}\n同志们：",
            "本文章共2页,当前在第1页 下一页\n",
        ),
        [(f"林岩同志{SCHOOL}", "林岩", None), (f"高原同志{HEALTH}", "高原", None)],
    ),
}


@pytest.mark.parametrize("form", COLLECTIONS, ids=list(COLLECTIONS))
def test_a_collection(form: str) -> None:
    text, expected = COLLECTIONS[form]
    documents = documents_of(SourceText(text))
    found = [(d.metadata.title, d.metadata.speaker, d.metadata.date) for d in documents]
    assert found == expected
    assert [[s.number for s in d.sections] for d in documents] == [["一", "二"]] * len(expected)
    assert "".join("".join(d.text for d in documents).split()) == "".join(text.split())


COUNTS = (
    "第一篇、{}|第二篇、{}",
    "第一篇 {}|第二篇 {}",
    "第一篇——{}|第二篇——{}",
    "第一篇《{}》|第二篇《{}》",
    "第 一 篇：{}|第 二 篇：{}",
    "（第一篇）{}|（第二篇）{}",
    "★第一篇★{}|★第二篇★{}",
    "篇 一：{}|篇 二：{}",
    "篇一《{}》|篇二《{}》",
    "范文(一)：{}|范文(二)：{}",
    "范文第1篇：{}|范文第2篇：{}",
    "范本一：{}|范本二：{}",
    "模板一：{}|模板二：{}",
    "文章一：{}|文章二：{}",
    "讲话稿范文篇一\n{}|讲话稿范文篇二\n{}",
    "# 第一篇 {}|# 第二篇 {}",
    "**第一篇：{}**|**第二篇：{}**",
    "第一篇:\n{}|第二篇:\n{}",
    "01 {}|02 {}",
    "【1】{}|【2】{}",
    "1.{}|2.{}",
    "{}（第一篇）|{}（第二篇）",
)


@pytest.mark.parametrize("form", COUNTS)
def test_ways_to_count(form: str) -> None:
    first, second = form.split("|")
    text = pair(f"{first.format(SCHOOL)}\n同志们：", f"{second.format(HEALTH)}\n同志们：")
    documents = documents_of(SourceText(text))
    assert [d.metadata.title for d in documents] == [SCHOOL, HEALTH]
    assert [[s.number for s in d.sections] for d in documents] == [["一", "二"]] * 2


SINGLE = {
    "another's speech is quoted": f"{SCHOOL}\n同志们：\n{BODY}学习林岩同志{HEALTH}\n精神，要做到：\n{BODY}",
    "notes behind a report": (
        f"政府工作报告\n——2012年2月9日在青禾县会议上\n县长 林岩\n各位代表：\n{BODY}附件1\n名词解释\n{BODY}"
    ),
    "an agenda": f"会议议程\n1、林岩同志致开幕辞\n2、高原同志讲话\n3、听取政府工作报告\n{BODY}",
    "news": f"县长在教育会议上作报告\n本报讯 {BODY}同志们：\n{BODY}",
    "listeners addressed again": f"{SCHOOL}\n同志们：\n{BODY}同志们：\n{BODY}各位代表：\n{BODY}",
    "a page that repeats its head": (
        f"政府工作报告\n（2012年2月9日）\n县长 林岩\n首页 > 报告\n政府工作报告\n（2012年2月9日）\n"
        f"县长 林岩\n各位代表：\n{BODY}"
    ),
}


@pytest.mark.parametrize("form", SINGLE, ids=list(SINGLE))
def test_what_is_one_speech(form: str) -> None:
    (document,) = documents_of(SourceText(SINGLE[form]))
    assert document.text == SINGLE[form]
