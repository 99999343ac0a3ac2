"""The lines of a scraped page that are no part of the speech: navigation, publishing lines, copyright.

They stay in the text, but are never retrieved; what they say about publishing is read from them.
Precision first: a line counts only if nothing in it could be said by a speaker. Knows nothing of
speeches, titles or outlines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.dates import dates_in, iso_date
from rag.lines import Line, lines_of
from rag.schema import Metadata, Span

# Words of a page's buttons. A line of nothing but these and separators is chrome.
_BUTTONS = (
    "上一页 下一页 上一篇 下一篇 上一条 下一条 上页 下页 首页 尾页 末页 返回首页 返回顶部 返回列表 返回目录 回到顶部 返回 "
    "打印本页 打印此页 打印文章 打印 关闭窗口 关闭本页 关闭此页 关闭 收藏本页 加入收藏 收藏 全屏 下载 下载文档 下载文章 "
    "分享到微信 分享到微博 分享到朋友圈 分享到 分享至 分享 微信扫一扫 微博 微信 朋友圈 QQ空间 QQ好友 复制链接 "
    "加大 还原 减小 放大 缩小 大 中 小 特大 默认 字号 字体 字体大小 文字大小 我要纠错 纠错 举报 点赞 评论 "
    "扫一扫在手机打开当前页 扫一扫在手机上打开当前页 扫一扫 点击图片进入专题 查看全文 阅读全文 相关附件 附件下载 "
    "语音播报 收听 无障碍浏览 无障碍 长者模式 关怀版 繁體 繁体 简体 English 登录 注册 网站地图 联系我们 关于我们"
).split()
_BUTTON = re.compile("|".join(sorted(map(re.escape, _BUTTONS), key=len, reverse=True)))
_SEPARATORS = re.compile(r"[\s|｜·•>›»》<‹«《【】\[\]［］()（）:：、,，/\\\-—_*×✕0-9]+")
# These may be a speaker's words or a list's; alone they say nothing.
_WEAK_BUTTONS = frozenset("大 中 小 特大 默认 微信 微博 评论 举报 登录 注册 返回 分享 收藏 点赞".split())
# Lines that are chrome only beside chrome: brackets, page numbers, 大 · 中 · 小.
_GLUE = re.compile(r"[|｜>›»<【】\[\]［］()（）×✕/:：]+|大|中|小|特大|默认|[\[［]\d{1,3}[\]］]")

_PAGER = re.compile(
    r"(?:本文章?|全文)?共\s*\d+\s*页[,，、]?\s*(?:当前|现)在?(?:第\s*\d+\s*页|\d+\s*/\s*\d+)?.{0,10}"
    r"|第\s*\d+\s*页\s*[,，/]?\s*共\s*\d+\s*页"
    r"|(?:[\[［【(]\s*\d{1,3}\s*[\]］】)]\s*){2,}"
    r"|[—–－-]\s?\d{1,4}\s?[—–－-]"
)
_FOOTER = re.compile(
    r"(?:版权所有|版权声明|免责声明|【?免责声明】?|copyright|©|&copy;|Copyright).{0,120}"
    r"|.{0,40}(?:ICP备|公网安备|网站标识码|版权所有).{0,80}"
    r"|(?:主办单位|承办单位|技术支持|网站管理|主办)[:：].{0,60}"
)
_BREADCRUMB = re.compile(r"[您你]?(?:现在|当前|目前)?(?:所在)?的?(?:位置|栏目)[是为]?[:：].{0,80}")
_CAPTION = re.compile(r".{0,100}(?:记者|通讯员|新华社|摄影)[^。！？]{0,24}摄(?:影)?[）)]?")

_DATE_LABELS = "发表时间|发布时间|发布日期|发表日期|发文日期|更新时间|更新日期|上传时间|录入时间|时间|日期"
_SOURCE_LABELS = "信息来源|文章来源|新闻来源|来源|稿源|发布机构|发布单位|信息提供|供稿单位|供稿"
_COUNT_LABELS = (
    "查看次数|浏览次数|阅读次数|点击次数|访问次数|浏览量|阅读量|点击量|点击数|点击率|访问量|浏览|点击|阅读|人气"
)
_PEOPLE_LABELS = "责任编辑|责任校对|责编|编辑|校对|审核|作者|录入|录入者|发布人|发布者|撰稿|审稿|记者|通讯员"
_FONT_LABELS = "字号|字体|字体大小|分享|分享到|分享至|文章字体"
_URL_LABELS = "原文链接|原文地址|本文网址|本文链接|网址|链接|来源网址|URL|url"
_LABELS = "|".join(
    (_DATE_LABELS, _SOURCE_LABELS, _COUNT_LABELS, _PEOPLE_LABELS, _FONT_LABELS, _URL_LABELS)
)
_LABEL = re.compile(rf"[【\[（(]?\s*(?P<label>{_LABELS})\s*[:：]\s*")
# Labels that no speech uses at the head of a line; the others count near a page's ends alone.
_STRONG_LABEL = re.compile(
    rf"[【\[（(]?\s*(?:发表时间|发布时间|发布日期|更新时间|{_COUNT_LABELS}|责任编辑|责编|字号|字体|信息来源|文章来源)"
    r"\s*[:：]"
)
_RELATED = re.compile(
    r"[【\[]?(?:相关报道|相关阅读|相关新闻|相关链接|相关文章|相关文档|相关附件|相关信息|相关推荐|推荐阅读|延伸阅读|猜你喜欢|热门文章|热点新闻)"
    r"[】\]]?\s*[:：>»》]*"
)
_URL = re.compile(r"https?://[^\s\u3000-\u9fff，。；）)】]+")
_SENTENCE_END = ("。", "！", "？", "；", "!", "?", ";")
_EDGE = 30  # lines at a page's head and foot where a publishing line may lack a clear label


def chrome_in(text: str, given: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Spans of page chrome in one speech's text: sorted, disjoint, within the text.

    Args:
        text: The text of one speech, with ``\\n`` newlines.
        given: Spans that the container's mark-up shows; they are taken over.
    """
    lines = lines_of(text)
    marked = _marked_lines(lines)
    spans = [Span(line.start, line.end) for line, mark in zip(lines, marked, strict=True) if mark]
    spans += [Span(max(s.start, 0), min(s.end, len(text))) for s in given]
    return _merged(text, [s for s in spans if s.start < s.end])


def publication(lines: Sequence[str]) -> Metadata:
    """When, by whom and where a page was published, from its chrome lines in order."""
    found = Metadata()
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else ""
        found = found.filled_from(_published(line, following))
    return found


def _published(line: str, following: str) -> Metadata:
    labels = list(_LABEL.finditer(line))
    values: dict[str, str] = {}
    for label, after in zip(labels, [*labels[1:], None], strict=False):
        value = line[label.end() : after.start() if after else len(line)].strip()
        if not value and after is None and not _LABEL.match(following):
            value = following  # the value stands on the next line
        values.setdefault(label["label"], value)
    if not labels and (date := _moment(line)):
        return Metadata(published=date)
    return Metadata(
        published=next((d for k, v in values.items() if _is(_DATE_LABELS, k) and (d := _day(v))), None),
        publisher=next((p for k, v in values.items() if _is(_SOURCE_LABELS, k) and (p := _office(v))), None),
        source_url=_address(values),
    )


def _is(labels: str, label: str) -> bool:
    return label in labels.split("|")


def _day(value: str) -> str | None:
    dates = dates_in(value[:40])
    return dates[0].iso if dates and dates[0].start <= 2 else None


def _office(value: str) -> str | None:
    """The publisher's name: up to a blank, a bracket or a button."""
    name = re.split(r"[\s\[【（(|｜]", value.strip(), maxsplit=1)[0]
    wrong = not name or len(name) > 30 or _URL.match(name) or any(c in name for c in "。，；：:")
    return None if wrong or _BUTTON.fullmatch(name) else name


def _address(values: dict[str, str]) -> str | None:
    labels = f"{_URL_LABELS}|{_SOURCE_LABELS}"
    urls = (m[0] for k, v in values.items() if _is(labels, k) and (m := _URL.search(v)))
    return next(urls, None)


def _moment(line: str) -> str | None:
    """The date of a line that is a date with a time of day, as only a page's stamp is."""
    return iso_date(line) if re.search(r"\d[:：时]\d{1,2}", line) else None


def _marked_lines(lines: Sequence[Line]) -> list[bool]:
    edge = [i < _EDGE or i >= len(lines) - _EDGE for i in range(len(lines))]
    marked = [
        _is_chrome(line.text) or (near and _is_publishing(line.text))
        for line, near in zip(lines, edge, strict=True)
    ]
    _mark_values(lines, marked)
    _mark_breadcrumbs(lines, marked)
    _mark_glue(lines, marked)
    _mark_related(lines, marked)
    return marked


def _is_chrome(line: str) -> bool:
    """Whether a line is chrome wherever it stands."""
    if len(line) > 200:
        return False
    return bool(
        _only_buttons(line)
        or _PAGER.fullmatch(line)
        or _FOOTER.fullmatch(line)
        or _BREADCRUMB.fullmatch(line)
        or (_STRONG_LABEL.match(line) and not line.endswith(_SENTENCE_END))
    )


def _only_buttons(line: str) -> bool:
    if len(line) > 80:
        return False
    words = _BUTTON.findall(line)
    rest = _SEPARATORS.sub("", _BUTTON.sub("", line))
    return not rest and any(word not in _WEAK_BUTTONS for word in words)


def _is_publishing(line: str) -> bool:
    """Whether a line near a page's ends says who published it and when, or shows a photograph."""
    if len(line) > 120:
        return False
    if _moment(line) or _CAPTION.fullmatch(line):
        return True
    label = _LABEL.match(line)
    if not label or line.endswith(_SENTENCE_END):
        return False
    value = line[label.end() :]
    if _is(_DATE_LABELS, label["label"]):
        return not value or _day(value) is not None
    return len(value) <= 60 and "。" not in value


def _mark_values(lines: Sequence[Line], marked: list[bool]) -> None:
    """Mark the line after a label that stands alone: 来源： / 某某日报."""
    for i in range(len(lines) - 1):
        label = _LABEL.fullmatch(lines[i].text)
        if not (marked[i] and label) or marked[i + 1]:
            continue
        value = lines[i + 1].text
        if _is(_DATE_LABELS, label["label"]):
            marked[i + 1] = iso_date(value) is not None
        elif not _is(_FONT_LABELS, label["label"]):
            marked[i + 1] = len(value) <= 20 and not re.search(r"[。，；：:！？]", value)


def _mark_breadcrumbs(lines: Sequence[Line], marked: list[bool]) -> None:
    """Mark 首页 / > / 政务公开 / > / 讲话, and the last step where it is repeated."""
    for i in range(2, len(lines)):
        if lines[i - 1].text in (">", "›", "»", ">>") and marked[i - 2]:
            marked[i - 1] = marked[i] = len(lines[i].text) <= 20
        elif marked[i - 1] and lines[i].text == lines[i - 1].text:
            marked[i] = True


def _mark_glue(lines: Sequence[Line], marked: list[bool]) -> None:
    """Mark brackets, page numbers and 大 中 小 that touch a marked line, forwards and backwards."""
    for order in (range(1, len(lines)), range(len(lines) - 2, -1, -1)):
        step = order.step
        for i in order:
            if marked[i - step] and _GLUE.fullmatch(lines[i].text):
                marked[i] = True


def _mark_related(lines: Sequence[Line], marked: list[bool]) -> None:
    """Mark a list of related pages at the foot: its headline and the headlines under it."""
    for i in range(len(lines) - 1, -1, -1):
        if _RELATED.fullmatch(lines[i].text):
            marked[i] = True
            rest = lines[i + 1 :]
            if all(len(r.text) <= 60 and not r.text.endswith("。") for r in rest):
                marked[i + 1 :] = [True] * len(rest)


def _merged(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted spans, those with nothing but blanks between them made one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if merged and not text[merged[-1].end : span.start].strip():
            last = merged.pop()
            span = Span(last.start, max(last.end, span.end))
        merged.append(span)
    return tuple(merged)
