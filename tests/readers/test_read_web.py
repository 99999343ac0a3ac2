from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.errors import ReadError
from rag.schema import Reading, SourceText

Reader = Callable[[str, bytes], Reading]


def chrome_of(text: SourceText) -> list[str]:
    return [text.text[span.start : span.end] for span in text.chrome]


PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}">
<title>在会议上的讲话_临川湖区政府</title>
<meta name="PubDate" content="2020-01-02"><meta name="ContentSource" content="临川湖日报">
<link rel="canonical" href="https://example.org/1.html"><style>p {{}}</style></head><body>
<div class="nav"><a href="/">首页</a> &gt; <a href="/a">要闻</a></div>
<header><h1>在会议上的讲话</h1></header><p>　　同志们：今天我们召开
    全区会议，总结 <b>2019</b> 年工作，Hello
world。</p><script>alert("不见")</script><p style="display:none">看不见</p>
<table><tr><th>指标</th><td>数值</td></tr><tr><td>产值</td><td>3&lt;4</td></tr></table>
一行<br>二行<pre>  a
    b</pre>
<ul><li><a href="/x">相关一</a></li><li><a href="/y">相关二</a></li>
<li><a href="/z">相关三</a></li></ul>
<footer>版权所有</footer></body></html>"""
SHOWN = (
    "首页 > 要闻\n在会议上的讲话\n"
    "　　同志们：今天我们召开全区会议，总结 2019 年工作，Hello world。\n"
    "指标\t数值\n产值\t3<4\n一行\n二行\n  a\n    b\n相关一\n相关二\n相关三\n版权所有"
)


@pytest.mark.parametrize("name", ["a.html", "a.shtml", "a.HTM", "saved.doc", "page.txt"])
def test_a_page_is_read_as_it_is_seen(read_bytes: Reader, name: str) -> None:
    reading = read_bytes(name, PAGE.format(charset="gb2312").encode("gbk"))
    (text,) = reading.texts
    assert (text.text, reading.encoding) == (SHOWN, "gb18030")


def test_marked_up_chrome_is_given_and_stays_in_the_text(read_bytes: Reader) -> None:
    (text,) = read_bytes("a.html", PAGE.format(charset="utf-8").encode()).texts
    assert chrome_of(text) == ["首页 > 要闻", "相关一\n相关二\n相关三", "版权所有"]


def test_the_head_of_a_page_hints(read_bytes: Reader) -> None:
    (text,) = read_bytes("a.html", PAGE.format(charset="utf-8").encode()).texts
    assert (text.hinted.title, text.hinted.published) == ("在会议上的讲话", "2020-01-02")
    assert text.hinted.publisher == "临川湖日报"
    assert text.hinted.source_url == "https://example.org/1.html"


def test_a_wrong_charset_declaration_is_not_believed(read_bytes: Reader) -> None:
    reading = read_bytes("a.html", PAGE.format(charset="big5").encode("gbk"))
    assert (reading.texts[0].text, reading.encoding) == (SHOWN, "gb18030")


def test_links_within_a_page_are_no_chrome(read_bytes: Reader) -> None:
    items = "".join(f'<li><a href="#{n}">第{n}部分</a>' for n in range(5))
    page = f"<html><ul>{items}</ul>"
    (text,) = read_bytes("a.html", page.encode()).texts
    assert text.chrome == ()


def test_a_page_that_is_all_menu_has_its_text_there(read_bytes: Reader) -> None:
    page = f'<html><div class="menu"><p>{"今天的会议很重要。" * 20}</p></div><p>尾</p>'
    (text,) = read_bytes("a.html", page.encode()).texts
    assert text.chrome == ()


@pytest.mark.parametrize(
    "page", [b"<html>", b"<html><script>x</script>", b"<html><p hidden>x</p>", b"<html><!-- x -->"]
)
def test_a_page_without_visible_text_is_refused(read_bytes: Reader, page: bytes) -> None:
    with pytest.raises(ReadError, match="without visible text"):
        read_bytes("a.html", page)


def test_deep_pages_are_read(read_bytes: Reader) -> None:
    page = "<html>" + "<b><span>" * 3000 + "深" + "<p>尾"
    (text,) = read_bytes("a.html", page.encode()).texts
    assert text.text == "深\n尾"
