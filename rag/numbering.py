"""The numbers that Chinese outlines use, from 第一章 to 一是: how they look, rank and count.

Knows one number at a time; which numbers make an outline is decided in ``outline``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.numerals import numeral_value

_CN = "[一二三四五六七八九十百零〇]{1,6}"
_FEW = "[一二三四五六七八九十]{1,3}"  # 一是 … 十二是
_BLANK = r"[ \t\u3000\u00a0]"
_TOPICS = (
    "启示|体会|经验|做法|问题|建议|意见|措施|任务|案例|原因|特点|要求|目标|工程|行动|感受|教训"
)
_COUNTED = (
    "[一二三四五六七八九十](?:[、，,和]|产业|季度|批|期|类|级|线|次|届|轮|道|阶段)"  # 第一、二产业
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BRACKETED = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_DOTTED = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_ROUND = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_SERIES = (_CIRCLED, _BRACKETED, _DOTTED, _ROUND)  # characters that are numbers by themselves
_FIRSTLY = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 0}  # 0: whatever comes next


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of numbering.

    ``rank`` orders the kinds, the outermost lowest. ``level`` is the section level that a heading
    of this kind has where nothing above it pushes it deeper.
    """

    name: str
    rank: int
    level: int
    pattern: str  # the number with its punctuation; group ``n_<name>`` is the number as written

    @property
    def is_item(self) -> bool:
        """Whether it numbers the points of a paragraph (一是 …) rather than headings."""
        return self.level == 4


KINDS = (
    Kind(
        "part", 10, 1, rf"(?P<n_part>第(?:{_CN}|\d{{1,3}})(?:部分|[篇编]))(?=[\s:：、]|$)[:：、]?"
    ),
    Kind("annex", 10, 1, rf"(?P<n_annex>附件{_BLANK}*(?:{_CN}|\d{{1,2}})?)[:：]?$"),
    Kind("chapter", 20, 1, rf"(?P<n_chapter>第(?:{_CN}|\d{{1,3}})章)(?=[\s:：、]|$)[:：、]?"),
    Kind("subchapter", 30, 2, rf"(?P<n_subchapter>第(?:{_CN}|\d{{1,3}})节)(?=[\s:：、]|$)[:：、]?"),
    Kind(
        "article",
        40,
        3,
        rf"(?P<n_article>第(?:{_CN}|\d{{1,4}})条(?:之{_CN})?)(?=[\s:：【（(]|$)[:：]?",
    ),
    Kind(
        "chinese",
        50,
        1,
        rf"(?P<n_chinese>{_CN}){_BLANK}?(?:、(?![0-9０-９]{{1,2}}、)|[．.](?![0-9.．]))",
    ),
    Kind(
        "bracketed",
        60,
        2,
        rf"(?P<n_bracketed>[(（]{_BLANK}?{_CN}{_BLANK}?[)）]|[{_BRACKETED}]|{_FEW}[)）])[、．.]?",
    ),
    Kind(
        "arabic",
        70,
        3,
        rf"(?P<n_arabic>[{_DOTTED}]|[0-9０-９]{{1,3}}(?=[ ]?[．.、]))"
        rf"(?:(?<=[{_DOTTED}])|[ ]?[．.、](?:(?![0-9０-９.．])|(?=(?:19|20)\d\d年)))",
    ),
    Kind(
        "round",
        80,
        3,
        rf"(?P<n_round>[(（][0-9０-９]{{1,2}}[)）]|[{_ROUND}])[、．.]?|(?P<n_round2>(?<![0-9])[0-9]{{1,2}}[)）])",
    ),
    Kind("circled", 90, 3, rf"(?P<n_circled>[{_CIRCLED}])"),
    Kind("topic", 100, 4, rf"(?P<n_topic>(?:{_TOPICS})之?{_FEW})[:：、，,\s]"),
    Kind(
        "ordinal",
        110,
        4,
        rf"(?P<n_ordinal>第{_FEW}(?:点|件事?|项|个?方面)?|其{_FEW})"
        rf"(?:{_BLANK}?(?:[,，:：]|、(?!{_COUNTED}))(?!第[一二三四五六七八九十])|(?=是))",
    ),
    Kind("firstly", 120, 4, rf"(?P<n_firstly>{'|'.join(_FIRSTLY)})[,，、:：]?"),
    Kind(
        "point",
        130,
        4,
        rf"(?P<n_point>{_FEW}(?:是(?!{_FEW}(?:[，,。；;]|$))|要(?![素点件务义闻]))),?",
    ),
)
_BY_NAME = {kind.name: kind for kind in KINDS}
# What any of them begins with: looked at first, since most characters begin none.
_BEGINS = (
    "第附其首再最0-9０-９(（一二三四五六七八九十百零〇"
    + "".join(_SERIES)
    + "".join(topic[0] for topic in _TOPICS.split("|"))
)
_ANY = re.compile(
    f"(?=[{_BEGINS}])(?:" + "|".join(f"(?P<k_{kind.name}>{kind.pattern})" for kind in KINDS) + ")",
    re.MULTILINE,
)
# 第一部分2014年工作回顾: no blank after the number, which only a short line of its own may lack.
_GLUED = re.compile(
    rf"(?P<n_part>第{_CN}部分)|(?P<n_chapter>第{_CN}章)|(?P<n_subchapter>第{_CN}节)"
)
_ALONE = re.compile(r"[一二三四五六七八九十]{1,3}")  # a numeral that is a whole line
_SCALES = tuple("百千万")
# 名词解释, 附：《政府工作报告》有关名词注释: a heading without a number that closes a report.
_NOTES = re.compile(
    r"附?[:：]?\s*(?:《[^》]{2,20}》)?[^，。；：:]{0,12}(?:名词|术语|用语)(?:解释|注释|说明|解读)[:：]?|结束语"
)
_CLOSING = tuple("”』」》）)。，、；")


@dataclass(frozen=True, slots=True)
class Number:
    """A number found at ``start``; the heading's own words begin at ``end``."""

    kind: Kind
    start: int
    end: int
    written: str  # without punctuation, but brackets stay: "一", "(一)", "1", "一是"
    value: int  # 0 where it only says "last"


def number_at(text: str, start: int, end: int) -> Number | None:
    """The outline number with which the line ``text[start:end]`` begins."""
    match = _ANY.match(text, start, end)
    if match:
        return _number(match)
    line = text[start:end]
    if len(line) <= 40 and _NOTES.fullmatch(line):
        return Number(_BY_NAME["annex"], start, start, "", 0)
    value = numeral_value(line) if _ALONE.fullmatch(line) else None
    if value and text[end : end + 2].strip() not in _CLOSING:  # “ / 十 / ” is a broken line
        return Number(_BY_NAME["chinese"], start, end, line, value)
    glued = _GLUED.match(line)
    if glued and len(line) <= 40 and not re.search("[。，；！？]", line):
        name = (glued.lastgroup or "").removeprefix("n_")
        value = numeral_value(glued[0].strip("第部分章节")) or 0
        return Number(_BY_NAME[name], start, start + glued.end(), glued[0], value)
    return None


def numbers_in(text: str, start: int, end: int) -> list[Number]:
    """All that could be outline numbers in ``text[start:end]``, its first character left out."""
    found = (_number(match) for match in _ANY.finditer(text, start + 1, end))
    return [number for number in found if number is not None]


def _number(match: re.Match[str]) -> Number | None:
    kind = _BY_NAME[(match.lastgroup or "").removeprefix("k_")]  # the outer group closes last
    written = match[f"n_{kind.name}"] or match["n_round2"]
    value = value_of(written)
    if value is None or (not value and kind.name != "firstly"):
        return None  # 00、 is the rest of a figure
    if kind.name == "chinese" and _is_list(match, value):
        return None
    if kind.name in ("chinese", "bracketed") and value > 10 and _chinese(value) not in written:
        return None  # 五一、十一: holidays
    return Number(kind, match.start(), match.end(), written.strip(), value)


def _is_list(match: re.Match[str], value: int) -> bool:
    """一、二季度 and 三、四级 count things; 一、 there is no heading's number."""
    ahead = match.string[match.end() : match.end() + 2]
    if ahead[:1] in _SCALES and ahead[1:] == "、":
        return True  # 十、百、千、万
    following = numeral_value(ahead[:1])
    return following is not None and following == value + 1


def value_of(written: str) -> int | None:
    """What an outline number counts: 3 for 三, (三), ③, 三是, 第三条; ``None`` if nothing."""
    if written in _FIRSTLY:
        return _FIRSTLY[written]
    series = _series_of(written)
    if series:
        return series.index(written) + 1
    if written == "附件":
        return 1
    digits = re.search(r"[0-9０-９]+", written)
    if digits:
        return int(digits[0])
    numeral = re.search(_CN, written)
    value = numeral_value(numeral[0]) if numeral else None
    return value if value and value < 1000 else None


def _series_of(written: str) -> str | None:
    """The run of characters that a number such as ③ or ⒊ is of."""
    return next((series for series in _SERIES if written and written in series), None)


def same_style(written: str, value: int) -> str:
    """``value`` written as ``written`` is: ("(一)", 2) → "(二)", ("3", 2) → "2"."""
    series = _series_of(written)
    if series and value <= len(series):
        return series[value - 1]
    if written in _FIRSTLY:
        return next(word for word, v in _FIRSTLY.items() if v == value)
    if re.search(r"[0-9０-９]", written):
        return re.sub(r"[0-9０-９]+", str(value), written, count=1)
    return re.sub(_CN, _chinese(value), written, count=1)


def _chinese(value: int) -> str:
    """A number below 1,000 in Chinese: 12 → 十二, 105 → 一百零五."""
    figures = "零一二三四五六七八九"
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    written = f"{figures[hundreds]}百" if hundreds else ""
    if tens:
        written += ("" if tens == 1 and not hundreds else figures[tens]) + "十"
    elif hundreds and ones:
        written += "零"
    return written + (figures[ones] if ones else "")
