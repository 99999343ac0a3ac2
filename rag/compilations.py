"""Where the speeches of a compilation begin.

Knows 第一篇, 【范文2】, 篇三, numbered titles, titles such as 李明同志在某会议上的讲话, and concatenated reports whose
title is followed by a meeting and a date. A single report, however many parts it has, is one speech.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.dates import iso_date
from rag.lines import Line
from rag.title_block import (
    is_marker,
    is_meeting_subtitle,
    is_salutation,
    is_speech_title,
    without_marker,
)

_LEAST_SPEECH = 80  # characters: a marked speech that is shorter is an entry of a table of contents
_LEAST_REPORT = 300  # without a marker, more must follow
_CHAPTER = re.compile(r"第[一二三四五六七八九十百]+章")
_NUMBERED = re.compile(r"(?:[一二三四五六七八九十]{1,3}|\d{1,3})[、．.:：]\s*(?=\S)")
_HEAD_LINES = 6  # lines below a title in which its date, speaker or salutation stand


def starts_of(lines: Sequence[Line]) -> tuple[int, ...]:
    """Positions in ``lines`` at which speeches begin: the first always, more for a compilation."""
    if not lines:
        return ()
    for find, least in (
        (_marked, _LEAST_SPEECH),
        (_numbered_titles, _LEAST_REPORT),
        (_titled, _LEAST_REPORT),
    ):
        starts = _far_apart(lines, find(lines), least)
        if len(starts) > 1:
            return _with_preamble(lines, starts)
    return (0,)


def _marked(lines: Sequence[Line]) -> list[int]:
    """Lines with a compilation's own count, if what follows shows that they head speeches."""
    if any(_CHAPTER.match(line.text) for line in lines):
        return []  # 第一篇 above chapters is a part of one document
    marked = [i for i, line in enumerate(lines) if len(line.text) <= 80 and is_marker(line.text)]
    shown = [i for i in marked if _heads_speech(lines, i)]
    return marked if 2 * len(shown) >= len(marked) else []


def _heads_speech(lines: Sequence[Line], position: int) -> bool:
    title = without_marker(lines[position].text)
    below = [line.text for line in lines[position + 1 : position + 1 + _HEAD_LINES]]
    return (
        is_speech_title(title)
        or (bool(title) and title in below[:1])
        or any(is_salutation(b) or is_meeting_subtitle(b) or is_speech_title(b) for b in below)
    )


def _numbered_titles(lines: Sequence[Line]) -> list[int]:
    """Lines such as 3、李明同志在某会议上的讲话."""
    return [
        i
        for i, line in enumerate(lines)
        if _NUMBERED.match(line.text)
        and _is_full_title(_NUMBERED.sub("", line.text, count=1))
        and _is_followed(lines, i)
    ]


def _titled(lines: Sequence[Line]) -> list[int]:
    """Titles with a meeting below them, or that name the meeting themselves."""
    starts: list[int] = []
    seen: set[str] = set()
    for i, line in enumerate(lines):
        text = line.text
        if is_meeting_subtitle(text) and text not in seen:
            seen.add(text)
            starts.append(_title_above(lines, i))
        elif _is_full_title(text) and text not in seen and _is_followed(lines, i):
            seen.add(text)
            starts.append(i)
    return sorted(set(starts))


def _title_above(lines: Sequence[Line], position: int) -> int:
    """The first of the at most two title lines above a subtitle."""
    start = position
    while start > max(0, position - 2) and _may_be_title(lines[start - 1].text):
        start -= 1
    return start


def _may_be_title(text: str) -> bool:
    return len(text) <= 60 and not re.search(r"[。，；：！？,;:]|[!?]$", text)


def _is_full_title(text: str) -> bool:
    return is_speech_title(text) and bool(re.search(r"在.{2,60}上的?", text))


def _is_followed(lines: Sequence[Line], position: int) -> bool:
    """Whether a salutation or a date stands shortly below."""
    below = lines[position + 1 : position + 1 + _HEAD_LINES]
    return any(is_salutation(line.text) or _begins_with_date(line.text) for line in below)


def _begins_with_date(text: str) -> bool:
    bracketed = re.match(r"[（(]([^（）()]{6,24})[)）]", text)
    return iso_date(bracketed[1] if bracketed else text[:30]) is not None


def _far_apart(lines: Sequence[Line], starts: Sequence[int], least: int) -> list[int]:
    """Starts with at least ``least`` characters of text up to the next one.

    What is nearer belongs together: a title that is given twice, an entry of a table of contents.
    """
    return [
        start
        for start, following in pairwise([*starts, len(lines)])
        if sum(len(line.text) for line in lines[start:following]) >= least
    ]


def _with_preamble(lines: Sequence[Line], starts: list[int]) -> tuple[int, ...]:
    """A long text before the first speech stands for itself; a short one goes with the first."""
    before = sum(len(line.text) for line in lines[: starts[0]])
    return tuple(starts) if before == 0 else (0, *(starts if before >= _LEAST_REPORT else starts[1:]))
