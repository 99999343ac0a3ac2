"""Where the speeches of a compilation begin.

Knows 第一篇, 【范文2】, 篇三, numbered titles, titles such as 李明同志在某会议上的讲话, and
concatenated reports whose title is followed by a meeting and a date. A single report, however many
parts it has, is one speech.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from rag.dates import iso_date
from rag.lines import Line
from rag.page_chrome import is_chrome_line
from rag.title_block import salutation_after
from rag.titles import (
    bare_title,
    closed_up,
    is_marker,
    is_salutation,
    is_speech_title,
    names_meeting,
    read_subtitle,
    without_hashes,
    without_marker,
    without_number,
)

_LEAST_SPEECH = 80  # characters: a marked speech that is shorter is an entry of a table of contents
_LEAST_REPORT = 300  # without a marker, more must follow
_CHAPTER = re.compile(r"(?:#+\s*)?第[一二三四五六七八九十百]+章")
_MOST_HEAD_LINES = 12  # of a head down to its salutation
_HEAD_LINES = 6  # lines below a title in which its date, speaker or salutation stand
_NO_TITLE = re.compile(r"[。，；：！？,;:]|[!?]$|^谢谢")


_GLUED = re.compile(r"(?<=[。！])(?:[^。！，]{0,20})工作\s*报\s*告$")


def unglued(lines: Sequence[Line]) -> list[Line]:
    """The lines, a report's title that was run on behind the last sentence of another put apart."""
    apart: list[Line] = []
    for line, following in zip_longest(lines, lines[1:]):
        title = _GLUED.search(line.text) if following and _is_meeting(following.text) else None
        cut = line.start + title.start() if title else line.end
        apart.append(Line(line.start, cut, line.text[: cut - line.start]))
        if title:
            apart.append(Line(cut, line.end, title[0]))
    return apart


@dataclass(frozen=True, slots=True)
class Part:
    """Lines ``[start, end)`` that are one speech; its own title block begins at ``head``."""

    start: int
    head: int
    end: int


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A line at which a speech may begin; ``key`` tells a title from its repetition."""

    position: int
    key: str


def parts_of(lines: Sequence[Line], *, single: bool = False) -> tuple[Part, ...]:
    """The speeches in ``lines`` in order; together they are all of the lines.

    Args:
        lines: The lines of a source that say something.
        single: Whether the source is known to be one speech.
    """
    families: tuple[tuple[Callable[[Sequence[Line]], list[_Beginning]], int], ...] = (
        (_marked, _LEAST_SPEECH),
        (_numbered, _LEAST_REPORT),
        (_headed, _LEAST_REPORT),
    )
    for find, least in () if single else families:
        beginnings = _distinct(lines, find(lines), least)
        if len(beginnings) > 1:
            return _parts(lines, [b.position for b in beginnings])
    return (Part(0, 0, len(lines)),) if lines else ()


def _marked(lines: Sequence[Line]) -> list[_Beginning]:
    """Lines with a compilation's own count, if what follows shows that they head speeches."""
    if any(_CHAPTER.match(line.text) for line in lines):
        return []  # 第一篇 above chapters is a part of one document
    marked = [i for i, line in enumerate(lines) if is_marker(without_hashes(line.text))]
    shown = [i for i in marked if _heads_speech(lines, i)]
    if 2 * len(shown) < len(marked):
        return []
    return [_Beginning(i, lines[i].text) for i in marked]


def _heads_speech(lines: Sequence[Line], position: int) -> bool:
    title = without_marker(without_hashes(lines[position].text))
    below = _below(lines, position)
    return (
        is_speech_title(title)
        or (bool(title) and title in below[:1])
        or any(is_salutation(b) or _is_meeting(b) or is_speech_title(b) for b in below)
    )


def _numbered(lines: Sequence[Line]) -> list[_Beginning]:
    """Lines such as 3、李明同志在某会议上的讲话."""
    return [
        _Beginning(i, without_number(text))
        for i, text in enumerate(without_hashes(line.text) for line in lines)
        if without_number(text) != text and _is_followed(lines, i)
    ]


def _titled(lines: Sequence[Line]) -> list[_Beginning]:
    """Titles with a meeting below them, or that name the meeting themselves."""
    found = []
    below_meeting = False
    for i, line in enumerate(lines):
        text = without_hashes(line.text)
        above, below_meeting = below_meeting, _is_meeting(text)
        if below_meeting and above:
            continue  # a law passed in one meeting, revised in another
        if below_meeting:
            found.append(_Beginning(_title_above(lines, i), text))
        elif names_meeting(text) and _is_followed(lines, i):
            found.append(_Beginning(i, text))
    return sorted(found, key=lambda b: b.position)


def _headed(lines: Sequence[Line]) -> list[_Beginning]:
    """Titles as ``_titled`` finds them, and those with a whole head below, down to 各位代表：."""
    found = _titled(lines)
    taken = {b.position for b in found}
    end = 0
    for i, line in enumerate(lines):
        title = bare_title(line.text)
        if i < end or not is_speech_title(closed_up(title)) or is_chrome_line(line.text):
            continue
        below = [title, *(other.text for other in lines[i + 1 : i + _MOST_HEAD_LINES])]
        addressed = any(map(_addresses, below))  # asked first, since reading a head takes longer
        count = salutation_after(below) if addressed else None
        if count is None:
            continue
        end = i + count
        start = _broken_title(lines, i)
        if taken.isdisjoint(range(start - 1, end + 1)):
            found.append(_Beginning(start, "\n".join(below[:count])))
    return sorted(found, key=lambda b: b.position)


def _addresses(text: str) -> bool:
    """Whether a line addresses the listeners, perhaps behind a date: （2015年3月2日）同志们：."""
    return is_salutation(text) or (
        text[0] in "（(" and is_salutation(re.sub(r"^.*?[)）]\s*", "", text))
    )


def _broken_title(lines: Sequence[Line], position: int) -> int:
    """The line at which a title begins whose end is ``position``: 李明在全县学习活动 / 动员会上的讲话."""
    if position == 0 or names_meeting(lines[position].text):
        return position
    above = lines[position - 1].text
    joined = above + lines[position].text
    return position - 1 if _may_be_title(above) and names_meeting(joined) else position


def _title_above(lines: Sequence[Line], position: int) -> int:
    """The first of the at most two title lines above a subtitle."""
    start = position
    while start > max(0, position - 2) and _may_be_title(lines[start - 1].text):
        start -= 1
    return start


def _may_be_title(text: str) -> bool:
    written = len(text) <= 60 and re.search(r"[^\W\d_]", text)
    return bool(written) and not _NO_TITLE.search(text) and not is_chrome_line(text)


def _is_meeting(text: str) -> bool:
    return len(text) <= 100 and read_subtitle(text) is not None


def _is_followed(lines: Sequence[Line], position: int) -> bool:
    """Whether a salutation or a date stands shortly below."""
    return any(is_salutation(text) or _begins_with_date(text) for text in _below(lines, position))


def _below(lines: Sequence[Line], position: int) -> list[str]:
    return [line.text for line in lines[position + 1 : position + 1 + _HEAD_LINES]]


def _begins_with_date(text: str) -> bool:
    bracketed = re.match(r"[（(]([^（）()]{6,24})[)）]", text)
    return iso_date(bracketed[1] if bracketed else text[:30]) is not None


def _distinct(
    lines: Sequence[Line], beginnings: Sequence[_Beginning], least: int
) -> list[_Beginning]:
    """Beginnings with at least ``least`` characters up to the next, each title once.

    Where less follows, the same title is given twice and the speech begins with the first; another
    title shows a table of contents, whose entries begin nothing.
    """
    kept: dict[str, _Beginning] = {}
    repeated: int | None = None
    for current, following in pairwise([*beginnings, _Beginning(len(lines), "")]):
        start = current.position if repeated is None else repeated
        repeated = None
        if sum(len(line.text) for line in lines[start : following.position]) >= least:
            kept.setdefault(current.key, _Beginning(start, current.key))
        elif following.key == current.key:
            repeated = start
    return list(kept.values())


def _parts(lines: Sequence[Line], heads: Sequence[int]) -> tuple[Part, ...]:
    """Parts from head to head. A long text before the first is a part; a short one goes with it."""
    before = sum(len(line.text) for line in lines[: heads[0]])
    starts = list(heads)
    if before >= _LEAST_REPORT:
        starts, heads = [0, *starts], [0, *heads]
    else:
        starts[0] = 0
    ends = [*starts[1:], len(lines)]
    return tuple(Part(s, h, e) for s, h, e in zip(starts, heads, ends, strict=True))
