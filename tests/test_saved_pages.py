"""Web pages as government sites, newspapers and messengers lay them out: whole speeches, marked chrome."""

import pytest

from rag.readers.web import read_html
from rag.schema import Document
from rag.speeches import documents_of

SENTENCE = "全县上下团结奋进，各项工作取得了明显成效，群众得到更多实惠。"
BODY = (
    "现在，我代表县人民政府，向大会报告工作，请予审议。",
    "一、2018年工作回顾",
    SENTENCE * 3,
    "（一）工业",
    f"一是扩大投资。{SENTENCE}二是培育企业。{SENTENCE}",
    "二、2019年工作安排",
    "要让更多的人关注、分享、收藏这些变化，点击量和阅读量都上来。",
    SENTENCE * 4,
    "谢谢大家！",
)
PARAGRAPHS = "".join(f"<p>　　{line}</p>\n" for line in BODY)
BROKEN = "<br>\n".join(f"　　{line}" for line in BODY)

STATE_PORTAL = f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>政府工作报告_青禾县_中国政府网</title>
<meta name="firstpublishedtime" content="2019-03-16-09:30:00"></head><body>
<div class="header"><a href="/">首页</a> | <a href="/zw">政务</a> | <a href="/fw">服务</a></div>
<div class="BreadcrumbNav"><a href="/">首页</a> &gt; <a href="/x">信息公开</a> &gt; <a href="/y">报告</a></div>
<div class="article"><h1>政府工作报告</h1>
<div class="pages-date">2019-03-16 09:30 <span class="font">来源： 青禾日报</span>
<div class="pages_print"><span>【字体：</span><a>大</a> <a>中</a> <a>小</a>】<a>打印</a></div></div>
<div class="pages_content"><p>政府工作报告</p>
<p>——2019年3月5日在青禾县第十六届人民代表大会第四次会议上</p><p>县长　林远山</p>
<p>各位代表：</p>{PARAGRAPHS}</div><div class="editor">责任编辑：石岩</div></div>
<div class="art-related"><h3>相关稿件</h3><ul><li><a href="1">县两会闭幕</a></li></ul></div>
<div id="footer">链接：<a href="a">人大</a>|<a href="b">政协</a> 版权所有：青禾县 青ICP备00000000号</div>
</body></html>"""

NEWSPAPER = f"""<html><head><title>林远山：在全县教育大会上的讲话--青禾--青禾网</title>
<meta name="publishdate" content="2018-09-11"><meta name="source" content="来源：青禾日报"></head><body>
<div class="rm_nav"><a href="/">青禾网</a> &gt;&gt; <a href="/qh">要闻频道</a></div>
<h1>林远山：在全县教育大会上的讲话</h1><p class="author">（2018年9月10日）</p>
<div class="box01"><div>2018年09月11日06:32&nbsp;&nbsp;来源：<a href="x">青禾日报</a></div><div>分享到：</div></div>
<div class="box_con"><p>　　同志们：</p>{PARAGRAPHS}<div class="edit">(责编：石岩、高原)</div></div>
<div class="box_tools">推荐阅读 <a href=1>教育大会召开</a><a href=2>教师节表彰</a></div></body></html>"""

TABLE_LAYOUT = f"""<HTML><HEAD><TITLE>青禾县人民政府门户网站</TITLE></HEAD><BODY>
<TABLE><TR><TD>您的位置：<A href="/">首页</A>&gt;<A href="/l">领导讲话</A></TD></TR></TABLE>
<TABLE><TR><TD align=center><B>在全县防汛工作会议上的讲话</B></TD></TR>
<TR><TD>作者：县政府办　 发布时间：2012-05-20　 浏览次数：<SCRIPT>document.write(3)</SCRIPT>312</TD></TR>
<TR><TD>县委书记　林远山<BR>（2012年5月18日）<BR>同志们：<BR>{BROKEN}</TD></TR>
<TR><TD>上一篇：<A href=1>县长在春耕会议上的讲话</A><BR>下一篇：没有了</TD></TR>
<TR><TD>【<A href=#>打印</A>】【<A href=#>关闭</A>】</TD></TR></TABLE>
<TABLE><TR><TD>主办：青禾县人民政府　承办：青禾县信息中心<BR>联系电话：0000-0000　青ICP备00000000号<BR>
建议使用1024*768分辨率浏览本站</TD></TR></TABLE></BODY></HTML>"""

MESSENGER = f"""<html><head><title></title>
<meta property="og:title" content="县委书记林远山在全县三级干部会议上的讲话"></head><body>
<h1 class="rich_media_title">县委书记林远山在全县三级干部会议上的讲话</h1>
<div><span>原创</span><span>青禾发布</span><em id="publish_time">2020-02-06 19:30</em></div>
<div id="js_content"><p>点击上方“青禾发布”关注我们</p><p>编者按：日前，全县三级干部会议召开。</p>
<p>（2020年2月5日）</p><p>同志们：</p>{PARAGRAPHS}<p>来源：青禾发布</p><p>编辑：石岩</p><p>长按二维码关注</p></div>
<div>阅读原文</div><div>阅读 1234</div><div>分享 收藏 点赞 在看</div><div>微信扫一扫</div><div>关注该公众号</div>
</body></html>"""

DISTRICT_PORTAL = f"""<html><head><meta charset=utf-8><title>政府工作报告 - 青禾区人民政府</title></head><body>
<div>当前位置： <a href=/>首页</a> / <a href=/zw>政务公开</a> / 政府工作报告</div>
<h2>2021年政府工作报告</h2><div>信息来源：区政府办公室&nbsp; 发布时间：2021-02-10 08:00&nbsp; 访问次数：
<span>221</span>&nbsp; 字体：<a>[大]</a> <a>[中]</a> <a>[小]</a></div>
<div>——2021年1月28日在青禾区第九届人民代表大会第七次会议上<br>青禾区人民政府区长&nbsp;&nbsp;林 岩<br>
各位代表：<br>{BROKEN}</div>
<div>扫一扫在手机打开当前页</div><div>分享到：<a>微信</a><a>微博</a></div><div>相关信息</div>
<ul><li><a href=1>2020年政府工作报告</a></li></ul><div>网站地图 | 联系我们 | 隐私声明</div>
<div>主办单位：青禾区人民政府办公室 承办单位：青禾区大数据中心</div>
<div>网站标识码：0000000000 青公网安备 00000000000000号</div></body></html>"""

# page: (title, speaker, date, published, publisher), first and last words of its pieces of chrome
PAGES = {
    "state portal": (
        STATE_PORTAL,
        ("政府工作报告", "林远山", "2019-03-05", "2019-03-16", "青禾日报"),
        [("首页 |", "> 报告"), ("2019-03-16", "打印"), ("责任编辑", "00号")],
    ),
    "newspaper": (
        NEWSPAPER,
        ("林远山：在全县教育大会上的讲话", "林远山", "2018-09-10", "2018-09-11", "青禾日报"),
        [("青禾网", "要闻频道"), ("2018年09月11日", "分享到："), ("(责编", "教师节表彰")],
    ),
    "layout by tables": (
        TABLE_LAYOUT,
        ("在全县防汛工作会议上的讲话", "林远山", "2012-05-18", "2012-05-20", None),
        [("您的位置", "领导讲话"), ("作者：", "312"), ("上一篇", "本站")],
    ),
    "messenger": (
        MESSENGER,
        (
            "县委书记林远山在全县三级干部会议上的讲话",
            "林远山",
            "2020-02-05",
            "2020-02-06",
            "青禾发布",
        ),
        [("原创", "关注我们"), ("来源：", "公众号")],
    ),
    "district portal": (
        DISTRICT_PORTAL,
        ("2021年政府工作报告", "林岩", "2021-01-28", "2021-02-10", "区政府办公室"),
        [("当前位置", "政府工作报告"), ("信息来源", "[小]"), ("扫一扫", "00号")],
    ),
}


def document(page: str) -> Document:
    (source,) = read_html(page.encode()).texts
    (found,) = documents_of(source)
    return found


@pytest.mark.parametrize("name", PAGES, ids=list(PAGES))
def test_what_a_page_says_of_its_speech(name: str) -> None:
    page, expected, _ = PAGES[name]
    m = document(page).metadata
    assert (m.title, m.speaker, m.date, m.published, m.publisher) == expected


@pytest.mark.parametrize("name", PAGES, ids=list(PAGES))
def test_the_chrome_of_a_page(name: str) -> None:
    page, _, ends = PAGES[name]
    found = document(page)
    pieces = [found.text[span.start : span.end] for span in found.chrome]
    assert len(pieces) == len(ends)
    for piece, (first, last) in zip(pieces, ends, strict=True):
        assert piece.startswith(first)
        assert piece.endswith(last)


@pytest.mark.parametrize("name", PAGES, ids=list(PAGES))
def test_the_speech_itself_is_whole_and_no_chrome(name: str) -> None:
    found = document(PAGES[name][0])
    spoken, position = "", 0
    for span in found.chrome:
        spoken += found.text[position : span.start]
        position = span.end
    lines = [line.strip() for line in (spoken + found.text[position:]).split("\n")]
    assert "\n".join(BODY) in "\n".join(lines)
    assert [s.number for s in found.sections] == ["一", "（一）", "一是", "二是", "二"]
