"""Publishing lines of pages and papers: 来源：某某日报 时间：2026-02-09 浏览次数：95 [关闭].

Recognises such lines and reads from them when, by whom and where a page was published. Whether a
line that could be one is one, is decided where its neighbours are known: in ``page_chrome``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from rag.dates import dates_in, iso_date
from rag.schema import Metadata


def _spread(labels: str) -> str:
    """A pattern for labels whose characters may be set apart: 来　源."""
    return re.sub(r"(?<=[^|])(?=[^|])", r"\\s?", labels)


_DATES = (
    "发表时间|发布时间|发布日期|发表日期|发文日期|更新时间|更新日期|上传时间|录入时间|时间|日期"
)
_SOURCES = (
    "信息来源|文章来源|新闻来源|本文来源|来源|稿源|文章来自|本文来自|转载自|"
    "发布机构|发布单位|发文机关|发文单位|信息提供|供稿单位|供稿"
)
_COUNTS = (
    "查看次数|浏览次数|阅读次数|点击次数|访问次数|浏览量|阅读量|点击量|点击数|点击率|访问量|"
    "浏览|点击|阅读|人气"
)
_PEOPLE = (
    "责任编辑|责任校对|责编|编辑|校对|审核|作者|录入者|录入|发布人|发布者|撰稿|审稿|记者|通讯员"
)
_PAGE = "字号|字体大小|字体|文章字体|分享到|分享至|分享|主办单位|承办单位|技术支持"
_RECORD = (  # an office's register of its documents
    "索引号|发文字号|文号|成文日期|主题分类|主题词|关键词|信息分类|公开方式|公文种类|有效性|效力状态"
)
_ADDRESSES = "原文链接|原文地址|本文网址|本文链接|来源网址|网址|链接|URL|url"
_LABEL = re.compile(
    rf"[【\[（(]?\s*(?:(?P<date>{_spread(_DATES)})|(?P<source>{_spread(_SOURCES)})"
    rf"|(?P<count>{_COUNTS})|(?P<people>{_spread(_PEOPLE)})|(?P<page>{_spread(_PAGE)})"
    rf"|(?P<record>{_spread(_RECORD)})|(?P<address>{_ADDRESSES}))\s*[:：]\s*"
)
# Labels that nobody speaks; the others count near a page's ends alone.
_CERTAIN = re.compile(
    r"[【\[（(]?\s*(?:发表时间|发布时间|发布日期|更新时间|责任编辑|责编|字号|字体|信息来源|文章来源|"
    r"查看次数|浏览次数|阅读次数|点击次数|访问次数|浏览量|阅读量|点击量|点击数)\s*[:：]"
)
_MEETING_LABEL = re.compile(r"[【\[（(]?\s*(?:时间|日期)\s*[:：]")  # it could be a meeting's
_SENTENCE = re.compile(r"[。！？；，!?;]")
_URL = re.compile(r"https?://[^\s\u3000-\u9fff，。；）)】]+")
_CLOCK = re.compile(r"\d[:：时]\d{1,2}")
_BUTTONS = re.compile(r"[\[【（(｜|\s]|打印|关闭|收藏|点击|浏览|作者")
_AFTER_DATE = re.compile(
    r"[\s\dTZ:：.+时分秒-]*(?:星期.)?\s*[]】）)|｜]?\s*(?:[\[【（(]?(?:打印|关闭|收藏|点击).{0,20})?"
)
_OUTLET = re.compile(
    r"(?:原创)?[^\d。，]{0,20}(?:发布|[日晚早]报|网|报|在线|客户端|融媒|电视台|新闻|政府|中心)\s*(?=[12]\d{3})"
)
_OUTLET_BEHIND = re.compile(
    r"\s+[^\d。，:：]{0,20}(?:发布|[日晚早]报|网|报|在线|客户端|新闻|政府|中心)$"
)
_EDITORIAL = re.compile(r"[【\[]?(?:编者按|编者的话|导读|内容提要|核心提示|摘要)[】\]]?\s*[:：]?")
_LETTERHEAD = re.compile(  # 青禾县人民代表大会会议文件（三）, 青政发〔2015〕3号
    r"[^。，；！？]{2,40}文件(?:\s*[（(][^（）()]{1,4}[)）]|之?[一二三四五六七八九十]{1,3})?"
    r"|[（(]?第\s*\d{1,4}\s*号[)）]?|(?:[〔\[]\d{4}[〕\]])?\s*第\s*\d{1,4}\s*期(?:[（(].{1,8}[)）])?"
    r"|[\u3400-\u9fff]{1,14}\s*[〔\[（(【]\s*\d{4}\s*[〕\])）】]\s*(?:第\s*)?\d{1,5}\s*号"
)
_PRESS = re.compile(  # 《青禾日报》（2018年6月5日 第1版）
    r"[（(]?(?:原载|载于|摘自|转自)?\s*《(?P<press>[^》]{2,20})》\s*[，,（(]?\s*(?P<day>[^（）()]{6,30})[)）]*"
)
_ENACTED = re.compile(  # 2003年8月15日 国务院令第388号公布
    r"[（(]?(?P<day>.{6,14}?[日号])\s*[^。；]{0,80}(?:公布|发布|施行|实施|修订|修正|批准|通过|印发|生效)[)）]?"
)
_DATED_OFFICE = re.compile(  # 2018-06-05  青禾县教育局办公室整理
    r"[（(]?(?P<day>[\d〇○一二三四五六七八九十年月日号./-]{8,11})\s+(?P<office>[\u3400-\u9fff]{2,18}(?:办公室|政府|中心|[局厅委部院会办网报]))"
    r"(?:根据录音)?(?:整理|供稿|编印|印发|发布)?[)）]?"
)
_LONGEST_VALUE = 40
_NO_VALUE = re.compile(r"[。，；：:！？]|(?:讲话|报告|致辞|发言|通知|意见|决定)$")


def is_publishing_line(line: str) -> bool:
    """Whether a line is nothing but labels with short values, or a time stamp."""
    return len(line) <= 160 and (_is_stamp(line) or _is_labelled(line))


def is_certain(line: str) -> bool:
    """Whether a line is a publishing line wherever it stands."""
    return len(line) <= 160 and bool(_CERTAIN.match(line)) and _is_labelled(line)


def may_be_meeting(line: str) -> bool:
    """Whether a line such as 时间：2011年8月25日 could as well tell when a meeting is."""
    return bool(_MEETING_LABEL.match(line)) and len(list(_LABEL.finditer(line))) == 1


def about_paper(line: str) -> Metadata | None:
    """What a line tells that is on the paper and not of the speech; ``None`` for any other line.

    Such are a letterhead, an editor's words, where an article was printed, who wrote it down, when a law was made.
    """
    if told := _read_press(line) or _read_office(line):
        return told
    alone = is_letterhead(line) or _EDITORIAL.match(line) or _is_enactment(line)
    return Metadata() if alone else None


def is_letterhead(line: str) -> bool:
    """Whether a line is the name or number of a paper: 会议文件（三）, 青政发〔2015〕3号."""
    return _LETTERHEAD.fullmatch(line) is not None


def awaits_value(line: str, following: str) -> bool:
    """Whether a line is a label alone and the next line its value: 来源： / 某某日报."""
    label = _LABEL.fullmatch(line)
    if not label or _LABEL.match(following):
        return False
    if label["date"]:
        return iso_date(following) is not None
    longest = 20 if label["source"] else 6 if label["people"] or label["count"] else 0
    return len(following) <= longest and not _NO_VALUE.search(following)


def publication(lines: Sequence[str]) -> Metadata:
    """When, by whom and where a page was published, from its publishing lines in order."""
    found = Metadata()
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else ""
        if awaits_value(line, following):
            line = f"{line} {following}"  # noqa: PLW2901 -- the value belongs to the line
        found = found.filled_from(_read(line))
    return found


def _read(line: str) -> Metadata:
    if _is_stamp(line):
        return Metadata(published=_stamped(line))
    values = list(_values(line))
    return Metadata(
        published=_first(_day, (value for kind, value in values if kind == "date")),
        publisher=_first(_publisher, (value for kind, value in values if kind == "source")),
        source_url=_first(
            _address, (value for kind, value in values if kind in ("address", "source"))
        ),
    )


def _first(read: Callable[[str], str | None], values: Iterator[str]) -> str | None:
    return next((found for value in values if (found := read(value))), None)


def _values(line: str) -> Iterator[tuple[str, str]]:
    """The kinds of a line's labels with their values; a date may stand before the first label."""
    labels = list(_LABEL.finditer(line))
    if labels and labels[0].start() > 0:
        yield "date", line[: labels[0].start()].strip()
    for label, following in zip_longest(labels, labels[1:]):
        end = following.start() if following else len(line)
        yield label.lastgroup or "", line[label.end() : end].strip()


def _is_labelled(line: str) -> bool:
    values = list(_values(line))
    return bool(values) and all(
        len(value) <= _LONGEST_VALUE
        and not _SENTENCE.search(value)
        and (kind != "date" or not value or _day(value) is not None)
        for kind, value in values
    )


def _is_stamp(line: str) -> bool:
    """A date with a time of day, as only a page's stamp is."""
    return _stamped(line) is not None


def _stamped(line: str) -> str | None:
    """The day of a stamp, the name of who publishes before it allowed: 原创青禾发布 2020-02-06 19:30."""
    if len(line) > 40 or not _CLOCK.search(line):
        return None
    return iso_date(_OUTLET_BEHIND.sub("", _OUTLET.sub("", line, count=1), count=1))


def _day(value: str) -> str | None:
    """The date that a value begins with, nothing but a time of day and buttons after it."""
    dates = dates_in(value)
    alone = dates and dates[0].start <= 1 and _AFTER_DATE.fullmatch(value, dates[0].end)
    return dates[0].iso if alone else None


def _publisher(value: str) -> str | None:
    """The publisher's name: up to a blank, a bracket or a button."""
    name = _BUTTONS.split(value, maxsplit=1)[0]
    plain = 0 < len(name) <= 30 and not re.search(r"[。，；：:]", name)
    return name if plain else None


def _address(value: str) -> str | None:
    found = _URL.search(value)
    return found[0] if found else None


def _read_press(line: str) -> Metadata | None:
    """《青禾日报》（2018年6月5日 第1版）: where and when an article was printed."""
    press = _PRESS.fullmatch(line)
    dates = dates_in(press["day"]) if press else ()
    if press is None or len(dates) != 1 or dates[0].start > 0:
        return None
    return Metadata(publisher=press["press"], published=dates[0].iso)


def _read_office(line: str) -> Metadata | None:
    """The day of a speech and the office that wrote it down."""
    found = _DATED_OFFICE.fullmatch(line)
    day = iso_date(found["day"]) if found else None
    return Metadata(date=day, publisher=found["office"]) if found and day else None


def _is_enactment(line: str) -> bool:
    """Whether a line tells when a law was made, and by whom; it says nothing of a speech."""
    enacted = _ENACTED.fullmatch(line)
    return enacted is not None and iso_date(enacted["day"]) is not None
