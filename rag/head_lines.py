"""The lines of a head, made whole before they are read: labels, broken and run-on titles.

Knows how a line is put on paper, not what it tells of a speech.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.dates import iso_date
from rag.publication import is_publishing_line
from rag.titles import is_speech_title, names_meeting, read_subtitle

_BRACKETED_LABEL = re.compile(
    r"[【\[](标题|题目|副标题|讲话人|报告人|发言人|演讲人|致辞人|主讲人|时间|日期|讲话时间|讲话日期|"
    r"会议时间|地点|来源)[】\]]\s*[:：]?\s*"
)
_TIME = re.compile(r"(?:时间|日期)\s*[:：]")
_BESIDE_TIME = re.compile(  # what tells that 时间： is the meeting's and not the page's
    r"(?:(?:会议|讲话)?地点|主持人?|嘉宾|讲话人|报告人|发言人|演讲人|致辞人|致词人|主讲人?|出席|参加人员?)\s*[:：]"
)
_TITLE_THEN_SUBTITLE = re.compile(
    r"(?P<title>.{3,40}?)\s*(?P<subtitle>[—–―─-]+.{6,80}|[（(].{6,80}[)）])"
)


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A line at the head of a speech, and whether it is page chrome."""

    text: str
    is_chrome: bool = False


def whole_lines(lines: Sequence[HeadLine]) -> list[HeadLine]:
    """The lines as they are meant: one title or subtitle a line, labels written alike."""
    return _rejoined(_with_labels(lines))


def _with_labels(lines: Sequence[HeadLine]) -> list[HeadLine]:
    """【讲话人】林岩 as 讲话人：林岩; 时间： as 会议时间： where a place or a person stands beside it.

    A subtitle that follows its title in the same line is put on a line of its own.
    """
    plain = [
        replace(line, text=text)
        for line in lines
        for text in _apart(_BRACKETED_LABEL.sub(r"\1：", line.text, count=1))
    ]
    for i, line in enumerate(plain):
        beside = (*plain[max(0, i - 1) : i], *plain[i + 1 : i + 2])
        if _TIME.match(line.text) and any(_BESIDE_TIME.match(other.text) for other in beside):
            plain[i] = HeadLine("会议" + line.text.replace("日期", "时间", 1))
        elif line.text[0].isdigit() and iso_date(line.text) and any(map(_is_of_page, beside)):
            plain[i] = HeadLine("发布时间：" + line.text, line.is_chrome)
    return plain


def _is_of_page(line: HeadLine) -> bool:
    """Whether a line tells of the page, so that a date beside it does as well."""
    return is_publishing_line(line.text) and not _TIME.match(line.text)


def _apart(line: str) -> tuple[str, ...]:
    """政府工作报告——2016年1月12日在某会议上 as title and subtitle."""
    both = _TITLE_THEN_SUBTITLE.fullmatch(line)
    told = read_subtitle(both["subtitle"]) if both else None
    if both and told and (is_speech_title(both["title"]) or (told.venue and "——" in line)):
        return both["title"], both["subtitle"]
    return (line,)


def _rejoined(lines: Sequence[HeadLine]) -> list[HeadLine]:
    """The lines, a subtitle that was broken over two or three of them made whole."""
    joined: list[HeadLine] = []
    position = 0
    while position < len(lines):
        count = next((n for n in (2, 3) if _is_broken(lines[position : position + n])), 1)
        whole = "".join(line.text for line in lines[position : position + count])
        joined.append(HeadLine(whole, lines[position].is_chrome))
        position += count
    return joined


def _is_broken(lines: Sequence[HeadLine]) -> bool:
    """Whether lines make a subtitle together of which none is one alone, or a title ending in 的讲话."""
    if len(lines) < 2 or any(line.is_chrome or read_subtitle(line.text) for line in lines):
        return False
    if any(names_meeting(line.text) for line in lines):
        return False
    if lines[1].text.startswith("的"):
        return len(lines) == 2 and is_speech_title("".join(line.text for line in lines))
    whole = read_subtitle("".join(line.text for line in lines))
    return whole is not None and whole.venue is not None
