"""The lines of a scraped page that are no part of the speech: navigation, publishing, copyright.

They stay in the text, but are never retrieved. Precision first: a line counts only if nothing in it
could be said by a speaker. Knows nothing of speeches, titles or outlines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.lines import Line, lines_of
from rag.publication import awaits_value, is_certain, is_publishing_line, may_be_meeting
from rag.schema import Span

# Words on a page's buttons. A line of nothing but these and separators is chrome.
_BUTTON_WORDS = (
    "上一页 下一页 上一篇 下一篇 上一条 下一条 上页 下页 首页 尾页 末页 返回首页 返回顶部 返回列表 "
    "返回目录 回到顶部 打印本页 打印此页 打印文章 打印 关闭窗口 关闭本页 关闭此页 关闭 收藏本页 "
    "加入收藏 收藏 全屏 下载文档 下载文章 下载 分享到微信 分享到微博 分享到朋友圈 分享到 分享至 "
    "分享 微信扫一扫 微博 微信 朋友圈 QQ空间 QQ好友 复制链接 加大 还原 减小 放大 缩小 特大 默认 "
    "大 中 小 字号 字体大小 字体 文字大小 我要纠错 纠错 举报 点赞 评论 扫一扫在手机打开当前页 "
    "扫一扫在手机上打开当前页 扫一扫 点击图片进入专题 查看全文 阅读全文 语音播报 无障碍浏览 "
    "打印本稿 进入论坛 推荐朋友 推荐给朋友 发表评论 我要评论 加入收藏夹 设为首页 转到 跳转 GO "
    "长者模式 繁體 繁体 简体 English 登录 注册 网站地图 站点地图 联系我们 关于我们 隐私声明 网站声明 "
    "法律声明 使用帮助 阅读原文 微信扫一扫 关注该公众号 写留言 在看 手机版 电脑版 无障碍"
)
# These alone say nothing: they may be a list's or a speaker's words.
_WEAK_WORDS = "大 中 小 特大 默认 微信 微博 朋友圈 评论 举报 登录 注册 分享 收藏 点赞 在看 无障碍 English 简体"
_MANY_WEAK = 3  # so many of them in one line are buttons
_BUTTONS = _BUTTON_WORDS.split()
_WEAK = frozenset(_WEAK_WORDS.split())
_BUTTON = re.compile(
    r"共\s*\d+\s*页|第\s*\d*\s*页|" + "|".join(sorted(_BUTTONS, key=len, reverse=True))
)
_SEPARATORS = re.compile(r"[\s|｜·•>›»》<‹«《【】\[\]［］()（）:：、,，/\\\-—_*×✕0-9]+")
# Chrome only beside chrome: brackets, page numbers, 大 · 中 · 小, 收藏.
_GLUE = re.compile(rf"[|｜>›»<【】\[\]［］()（）×✕/:：]+|[\[［]\d{{1,3}}[\]］]|{'|'.join(_WEAK)}")

_PAGER = re.compile(
    r"(?:本文章?|全文)?共\s*\d+\s*页(?:[,，、]?\s*(?:当前|现)在?第?\s*\d+\s*(?:/\s*\d+\s*)?页?)?"
    r"|第\s*\d+\s*页\s*[,，/]?\s*共\s*\d+\s*页"
    r"|(?:[\[［【(]\s*\d{1,3}\s*[\]］】)]\s*){2,}"
    r"|[—–－-]\s?\d{1,4}\s?[—–－-]"
    r"|(?:阅读|浏览|点击|访问)(?:次数|量)?\s*\d+\s*(?:\+|次)?"
)
_FOOTER = re.compile(
    r"(?:版权声明|免责声明|【免责声明】|版权所有|[Cc]opyright|©|&copy;)(?![者人权]).{0,120}"
    r"|.{0,60}(?:ICP[备证]|公网安备|网站标识码|版权所有$|版权所有[:：\s©]).{0,80}"
    r"|主办(?:单位)?[:：].{1,40}(?:承办|协办|维护|技术支持)(?:单位)?[:：].{1,60}"
    r"|建议使用.{0,60}(?:分辨率|浏览器).{0,30}"
    r"|人\s?民\s?网\s?版\s?权\s?所\s?有.{0,60}"
)
_FOLLOW = re.compile(  # 点击上方“青禾发布”关注我们, 长按二维码关注
    r"[^。，]{0,10}点击(?:[上下左右]|蓝|标题|此处)[^。]{0,30}(?:关注|订阅)[^。，]{0,10}"
    r"|[^。，]{0,6}(?:长按|扫描|识别|扫码|扫一扫)[^。，]{0,16}(?:二维码|公众号|关注我们)[^。，]{0,16}"
    r"|长按[^。，]{0,10}关注[^。，]{0,10}"
)
# 首页 > 信息公开 > 领导讲话, without 您的位置
_PATH = re.compile(
    r"[^>＞›»。；！？]{2,30}(?:\s*(?:>{1,2}|＞{1,2}|›|»)\s*[^>＞›»。；！？]{1,40}){1,6}"
    r"|[^。，]{2,16}[ 　](?:首页|主页)"
)
_BREADCRUMB = re.compile(
    r"(?:[您你](?:现在|当前|目前)?(?:所在)?的?|当前|目前|现在|所在)(?:位置|栏目)[是为]?[:：].{0,80}"
)
_ADVERTISEMENT = re.compile(r"[^。]{0,40}(?:https?://|www\.)[^\s。]+[^。]{0,40}")
_ADVERTISES = re.compile(r"整理|收集|转载|更多|范文|来自|来源于|提供")
_NEIGHBOUR = re.compile(r"[上下]一[篇条个]\s*[:：].{0,80}")
_STEP = re.compile(r"[>›»]{1,2}")
_RELATED = re.compile(
    r"(?:【[^】]{1,40}】)?"
    r"[【\[]?(?:相关(?:报道|阅读|新闻|链接|文章|文档|附件|推荐|稿件|解读|信息|内容)|推荐阅读|延伸阅读|"
    r"猜你喜欢|热门文章|热点新闻|喜欢此内容的人还喜欢)[】\]]?\s*[:：>»》]*"
    r"|推荐(?:访问|阅读)\s*[:： ][^。]{0,80}"
)
# What closes a page whose lines were run together: …。 责任编辑：李明 扫一扫在手机打开当前页
_FOOT = re.compile(
    r"(?:^|(?<=[\s。！？；）)】日]))"
    r"(?:(?:责任编辑[:：]\s?[\u4e00-\u9fff]{0,4}"
    r"|[\[［【（(](?:网络编辑|信息审核|责任编辑|编辑)[:：]\s?[\u4e00-\u9fff]{0,6}[\]］】）)]"
    r"|【\s*(?:打印|打印本页|关闭|关闭窗口|关闭本页|收藏)\s*】"
    r"|扫一扫在手机上?打开当前页|分享[:：]|相关(?:解读|稿件|附件下载[:：])|附件下载[:：])\s*)+$"
)
_FOOT_LENGTH = 120
_HEAD_LINES, _FOOT_LINES = 25, 15  # where a publishing line may lack a certain label
_MOST_RELATED = 30  # a list of related pages is no longer, and closes the page
_LONGEST_HEADLINE = 60


def chrome_in(text: str, given: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Spans of page chrome in one speech's text: sorted, disjoint, within the text.

    Args:
        text: The text of one speech; its lines end with a line feed alone.
        given: Spans that the container's mark-up shows; they are taken over.
    """
    lines = lines_of(text)
    marked = _marked_lines(lines)
    spans = [Span(line.start, line.end) for line, mark in zip(lines, marked, strict=True) if mark]
    if foot := _FOOT.search(text, max(0, len(text) - _FOOT_LENGTH)):
        spans.append(Span(foot.start(), foot.end()))
    spans += [Span(max(span.start, 0), min(span.end, len(text))) for span in given]
    return _merged(text, [span for span in spans if span.start < span.end])


def is_chrome_line(line: str) -> bool:
    """Whether a line is page chrome wherever it stands."""
    if len(line) > 200:
        return False
    return bool(
        _only_buttons(line)
        or _PAGER.fullmatch(line)
        or _FOOTER.fullmatch(line)
        or _BREADCRUMB.fullmatch(line)
        or _NEIGHBOUR.fullmatch(line)
        or _FOLLOW.fullmatch(line)
        or (_ADVERTISEMENT.fullmatch(line) and _ADVERTISES.search(line))
        or is_certain(line)
    )


def _only_buttons(line: str) -> bool:
    if len(line) > 80:
        return False
    words = _BUTTON.findall(line)
    rest = _SEPARATORS.sub("", _BUTTON.sub("", line))
    return not rest and (len(words) >= _MANY_WEAK or any(word not in _WEAK for word in words))


def _marked_lines(lines: Sequence[Line]) -> list[bool]:
    """Which lines are chrome: each by itself, then by its neighbours."""
    marked = [
        is_chrome_line(line.text)
        or (
            _is_near_end(i, len(lines))
            and is_publishing_line(line.text)
            and not may_be_meeting(line.text)
        )
        for i, line in enumerate(lines)
    ]
    for i, line in enumerate(lines[:_HEAD_LINES]):
        marked[i] = marked[i] or bool(_PATH.fullmatch(line.text))
    _mark_beside(lines, marked)
    _mark_breadcrumbs(lines, marked)
    _mark_values(lines, marked)
    _mark_beside(lines, marked)
    _mark_related(lines, marked)
    return marked


def _is_near_end(position: int, count: int) -> bool:
    return position < _HEAD_LINES or position >= count - _FOOT_LINES


def _mark_beside(lines: Sequence[Line], marked: list[bool]) -> None:
    """Mark what is chrome beside chrome, forwards and backwards: brackets, 大 中 小, 时间：…"""
    for order in (range(1, len(lines)), range(len(lines) - 2, -1, -1)):
        for i in order:
            text = lines[i].text
            if marked[i - order.step] and not marked[i]:
                marked[i] = bool(_GLUE.fullmatch(text)) or (
                    may_be_meeting(text) and is_publishing_line(text)
                )


def _mark_values(lines: Sequence[Line], marked: list[bool]) -> None:
    """Mark the line after a label that stands alone: 来源： / 某某日报."""
    for i in range(1, len(lines)):
        if marked[i - 1] and awaits_value(lines[i - 1].text, lines[i].text):
            marked[i] = True


def _mark_breadcrumbs(lines: Sequence[Line], marked: list[bool]) -> None:
    """Mark 首页 / > / 政务公开 / > / 讲话, and the last step where it is repeated."""
    for i in range(2, len(lines)):
        if _STEP.fullmatch(lines[i - 1].text) and marked[i - 2] and len(lines[i].text) <= 20:
            marked[i - 1] = marked[i] = True
            if i + 1 < len(lines) and lines[i + 1].text == lines[i].text:
                marked[i + 1] = True


def _mark_related(lines: Sequence[Line], marked: list[bool]) -> None:
    """Mark a list of related pages at the foot: its headline and the headlines under it."""
    for i in range(max(0, len(lines) - _MOST_RELATED), len(lines)):
        if not _RELATED.fullmatch(lines[i].text):
            continue
        marked[i] = True
        for below in range(i + 1, len(lines)):
            text = lines[below].text
            if len(text) > _LONGEST_HEADLINE or text.endswith(("。", "！")):
                break
            marked[below] = True


def _merged(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted spans, those with nothing but blanks between them made one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if merged and not text[merged[-1].end : span.start].strip():
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
