"""The outline of a speech: its numbered headings as nested sections with exact offsets.

A number counts at the head of a line; inside a paragraph it counts only in its sequence. A heading
runs up to the next of its rank, the points of a paragraph (一是…。二是…) up to the next point or
the paragraph's end. Does not know titles, speakers or what a section is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from rag.lines import Line, flags_within, lines_of
from rag.numbering import Kind, Number, number_at, numbers_in, same_style, value_of
from rag.schema import Section, Span
from rag.unnumbered import unnumbered_headings

_PLAIN = Kind("markdown", 0, 1, "")  # a Markdown heading without a number
_UNNUMBERED = Kind("unnumbered", 45, 1, "")
_MARKDOWN = re.compile(r"(#{1,6})[ \t\u3000]+(?=\S)")
_ARTICLE_TITLE = re.compile(r"\s*[【（(][^】）)\n]{1,30}[】）)]")
_SENTENCE_END = re.compile(r"[。！？；!?;：:]")
_COMMA = re.compile(r"[，,、]")
_GAP = re.compile(r"[ \t\u3000\u00a0]+")
_PAUSE = re.compile(r"[，, \t\u3000\u00a0]")
# The indent of a paragraph that was run on behind its heading.
_INDENT = re.compile(r"(?<=\S)(?:[ \t\u00a0]*\u3000|[ \t\u00a0]{2,})\s*(?=\S)")
_TRAILING = " \t\u3000\u00a0，,、；;"
_ONE_STYLE = str.maketrans("（）是", "()要")
_GAPS = frozenset(" \t\u3000\u00a0")
_CLOSED_PARAGRAPH = "。！？；!?;：:…”’』」）)】》.．"
_BEFORE_HEADING = "。！？；!?;：:”’』」）) \t\u3000\u00a0"
_BEFORE_POINT = _BEFORE_HEADING + "，,、》"
# 统一是 and 第一是 hold 一是; 工作中一是 does not.
_NOT_BEFORE_POINT = "统唯惟第同单专万之合归划如其这那每某任另逐进"
_QUOTES = (("“", "”"), ("《", "》"), ("「", "」"), ("『", "』"), ("‘", "’"))
_QUOTED_WITHIN = 300  # how far back an opened quote still holds
_OUTERMOST_LISTS, _POINTS = 50, 100  # ranks: 一、 and below are lists, 启示一 and below points
_SHORT = 45  # a heading no longer than this that ends with a sentence is taken whole
_CLAUSE = 12  # what follows a blank and is longer is no rest of the heading
_LEAST = 6  # a blank this near to the number does not end a heading
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class _Heading:
    """A number accepted or still to be judged, with the line and paragraph it stands in."""

    number: Number
    rank: int
    level: int
    start: int  # of the heading; a Markdown heading starts at its #
    line_end: int
    paragraph_end: int
    block: int  # headings of ranks above the points' so far: points of one block belong together
    inline: bool
    alone: bool = False  # a point that is its whole paragraph, what it says in those below

    @property
    def limit(self) -> int | None:
        """Where it ends at the latest; ``None`` for a heading, which has no limit."""
        within = self.inline or self.number.kind.is_item
        return self.paragraph_end if within and not self.alone else None


def sections_of(text: str, chrome: Iterable[Span] = ()) -> tuple[Section, ...]:
    """The sections of one speech's text, in order of start, a child after its parent.

    Args:
        text: The text of one speech, whose lines end with a line feed alone.
        chrome: Page chrome, in which no heading is looked for.
    """
    lines = lines_of(text)
    flags = flags_within(lines, chrome)
    spoken = [line for line, flag in zip(lines, flags, strict=True) if not flag]
    return _nested(text, _in_sequence(_headings(text, spoken)))


def missing_numbers(sections: Sequence[Section]) -> tuple[str, ...]:
    """Numbers left out among siblings, written as their neighbours are: 1、 3、 gives ("2",)."""
    missing: list[str] = []
    last: dict[tuple[int | None, str], int] = {}
    ever: dict[str, int] = {}  # 一、1.2. 二、3.4.: a count that runs on under the next heading
    for section in sections:
        value = value_of(section.number)
        if not value:
            continue
        style = _style(section.number)
        siblings = (section.parent, style)
        before = last.get(siblings, ever.get(style) if ever.get(style) == value - 1 else 0) or 0
        ever[style] = value
        if before or section.level < 4:  # the first point of a paragraph may go without 一是
            missing += [same_style(section.number, v) for v in range(before + 1, value)]
        last[siblings] = value
    return tuple(missing)


def _style(number: str) -> str:
    """What tells a list's numbers from another's: （一）and (二) are of one list, 一是 and 二要 too."""
    style = same_style(number, 1).translate(_ONE_STYLE).removesuffix("要")
    return f"({style}" if style.endswith(")") and style[0] != "(" else style


def _headings(text: str, lines: Sequence[Line]) -> list[_Heading]:
    """Every number that could head a section, in order."""
    depths = _markdown_depths(lines)
    firsts = _without_subtitles([_first_number(text, line) for line in lines])
    for i in unnumbered_headings(lines, firsts):
        firsts[i] = Number(_UNNUMBERED, lines[i].start, lines[i].start, "", 0)
    ends = _paragraph_ends(text, lines, firsts)
    headings: list[_Heading] = []
    block = 0
    for i, (line, depth, first) in enumerate(zip(lines, depths, firsts, strict=True)):
        place = (_heading_line_end(lines, firsts, i), ends[i])
        if depth:
            block += 1
            number = first or Number(_PLAIN, line.start, line.start, "", 0)
            headings.append(_Heading(number, depth, depth, line.start, *place, block, False))
        elif first:
            kind = first.kind
            block += not kind.is_item
            alone = kind.is_item and _is_alone(text, firsts, i, ends[i])
            headings.append(
                _Heading(first, kind.rank, kind.level, first.start, *place, block, False, alone)
            )
        for n in numbers_in(text, first.end if first else line.start, line.end):
            if n.end < line.end and _may_stand_inside(text, n):
                headings.append(
                    _Heading(n, n.kind.rank, n.kind.level, n.start, *place, block, True)
                )
    return headings


def _without_subtitles(firsts: Sequence[Number | None]) -> list[Number | None]:
    """The numbers, but for 名词解释 below 附件1: it is the words of that heading."""
    return [
        None
        if first and not first.written and above and above.kind.name == first.kind.name
        else first
        for above, first in zip((None, *firsts), firsts, strict=False)
    ]


def _is_alone(text: str, firsts: Sequence[Number | None], position: int, end: int) -> bool:
    """Whether a point is a short line by itself, above lines that are no points."""
    number = firsts[position]
    beside = (*firsts[max(0, position - 1) : position], *firsts[position + 1 : position + 2])
    if number is None or position + 1 == len(firsts) or end - number.end > _SHORT:
        return False
    same = any(other and other.kind.name == number.kind.name for other in beside)
    return not same and not _SENTENCE_END.search(text, number.end, end - 1)


def _heading_line_end(lines: Sequence[Line], firsts: Sequence[Number | None], position: int) -> int:
    """The end of the heading's line; of the next one where the number stands alone: 一、 / 目标."""
    first, line = firsts[position], lines[position]
    if first is None or first.end < line.end or position + 1 == len(lines):
        return line.end
    bare_numeral = first.written == line.text and first.kind.name == "chinese"
    if bare_numeral or firsts[position + 1] is not None:
        return line.end
    return lines[position + 1].end


def _markdown_depths(lines: Sequence[Line]) -> list[int]:
    """The depth of each line that is a Markdown heading, else 0.

    A single ``# `` at the very top is the title: it heads no section, and ``## `` is depth 1.
    """
    depths = [len(m[1]) if (m := _MARKDOWN.match(line.text)) else 0 for line in lines]
    if depths and depths[0] == 1 and depths.count(1) == 1:
        return [0, *(depth and depth - 1 for depth in depths[1:])]
    return depths


def _first_number(text: str, line: Line) -> Number | None:
    if _is_of_contents(line.text):
        return None
    start = line.start
    if match := _MARKDOWN.match(line.text):
        start += match.end()
    return number_at(text, start, line.end)


def _is_of_contents(line: str) -> bool:
    """Whether a line is of a table of contents: 一、总结……… 12.

    By hand, since the time of a regular expression would grow with the cube of a run of blanks.
    """
    stem = line.rstrip("0123456789０１２３４５６７８９")
    words = stem.rstrip()
    gap = stem[len(words) :]
    dotted = len(words) >= 3 and not words[-3:].strip(".．…·")
    led = dotted or len(gap) >= 3 or "\t" in gap
    return led and 1 <= len(line) - len(stem) <= 4


def _paragraph_ends(text: str, lines: Sequence[Line], firsts: Sequence[Number | None]) -> list[int]:
    """Where the paragraph of each line ends; a line broken in a sentence goes on in the next."""
    ends = [line.end for line in lines]
    for i in range(len(lines) - 2, -1, -1):
        between = text[lines[i].end : lines[i + 1].start]
        closed = lines[i].text[-1] in _CLOSED_PARAGRAPH or between.count("\n") > 1
        if not closed and firsts[i + 1] is None and not lines[i + 1].text.startswith("#"):
            ends[i] = ends[i + 1]
    return ends


def _may_stand_inside(text: str, number: Number) -> bool:
    """Whether what stands before a number inside a paragraph lets it be one."""
    kind, before = number.kind, text[number.start - 1]
    if kind.name in ("annex", "topic") or _is_quoted(text, number.start):
        return False
    if kind.name == "circled":
        return True
    if kind.name == "point" and number.value == 1:
        return before not in _NOT_BEFORE_POINT
    if kind.rank < 50 and text[number.end : number.end + 1] not in _GAPS:
        return False
    return before in (_BEFORE_POINT if kind.is_item else _BEFORE_HEADING)


def _is_quoted(text: str, offset: int) -> bool:
    """Whether a quote opened shortly before ``offset`` is still open."""
    start = max(0, offset - _QUOTED_WITHIN)
    start = max(start, text.rfind("\n", start, offset) + 1)
    return any(
        text.rfind(opening, start, offset) > text.rfind(closing, start, offset)
        for opening, closing in _QUOTES
    )


def _in_sequence(headings: Sequence[_Heading]) -> list[_Heading]:
    """Leave out the numbers inside paragraphs, and 首先, that belong to no sequence."""
    following: dict[str, _Heading] = {}
    nexts: list[_Heading | None] = []
    for heading in reversed(headings):
        nexts.append(following.get(heading.number.kind.name))
        following[heading.number.kind.name] = heading
    nexts.reverse()
    accepted: list[_Heading] = []
    last: dict[str, _Heading] = {}
    for heading, after in zip(headings, nexts, strict=True):
        name = heading.number.kind.name
        counted = _counted(heading, last.get(name))
        if heading.inline or name == "firstly":
            starts = counted.number.value == 1 and _follows(after, heading)
            if not (starts or _follows(counted, last.get(name))):
                above = last.get("firstly") if name == "ordinal" else None  # 首先…其次…第三…
                if above is None or not _follows(counted, above):
                    continue
                heading = replace(heading, rank=above.rank)  # noqa: PLW2901 -- it is of that list
        last[name] = counted
        accepted.append(heading)
    return accepted


def _counted(heading: _Heading, before: _Heading | None) -> _Heading:
    """The heading with its count; 最后 counts one more than what came before."""
    if heading.number.value or not before:
        return heading
    return replace(heading, number=replace(heading.number, value=before.number.value + 1))


def _follows(heading: _Heading | None, before: _Heading | None) -> bool:
    """Whether ``heading`` counts on from ``before`` in the same paragraph, or block for points."""
    if heading is None or before is None or heading.number.value != before.number.value + 1:
        return False
    if heading.number.kind.is_item:
        return heading.block == before.block
    return heading.paragraph_end == before.paragraph_end


def _nested(text: str, headings: Sequence[_Heading]) -> tuple[Section, ...]:
    sections: list[Section] = []
    stack: list[tuple[_Heading, int]] = []  # open headings with their positions in ``sections``
    inner = _inner_lists(headings)
    for heading, following in zip_longest(headings, headings[1:]):
        _close(stack, sections, heading, begins_inside=heading in inner)
        parent = stack[-1][1] if stack else None
        level = heading.level
        if parent is not None:
            level = max(level, sections[parent].level + 1)
        limit = len(text) if heading.limit is None else heading.limit
        end = min(limit, sections[parent].end) if parent is not None else limit
        heading_end = _heading_end(text, heading, min(end, following.start) if following else end)
        stack.append((heading, len(sections)))
        sections.append(
            Section(
                level=level,
                number=heading.number.written,
                heading=text[heading.start : heading_end],
                start=heading.start,
                heading_end=heading_end,
                end=end,
                parent=parent,
            )
        )
    return tuple(sections)


def _inner_lists(headings: Sequence[_Heading]) -> frozenset[_Heading]:
    """First headings of lists that stand inside another list's item although they rank above it.

    （一）… 一、… 二、… （二）…: the outer list goes on where it was left.
    """
    following: dict[str, int] = {}  # the value of the next heading of each kind
    continued: list[dict[str, int]] = []
    for heading in reversed(headings):
        continued.append(dict(following))
        following[heading.number.kind.name] = heading.number.value
    inner: set[_Heading] = set()
    for before, heading, ahead in zip(headings, headings[1:], continued[-2::-1], strict=False):
        kinds = before.number.kind, heading.number.kind
        if (
            heading.number.value == 1
            and _OUTERMOST_LISTS <= kinds[1].rank < kinds[0].rank
            and (kinds[0].rank < _POINTS or before.alone)
            and not heading.inline
            and ahead.get(kinds[0].name) == before.number.value + 1
        ):
            inner.add(heading)
    return frozenset(inner)


def _close(
    stack: list[tuple[_Heading, int]],
    sections: list[Section],
    heading: _Heading,
    *,
    begins_inside: bool,
) -> None:
    """End the open sections that ``heading`` is not part of."""
    keep = len(stack)
    while keep and sections[stack[keep - 1][1]].end <= heading.start:
        keep -= 1
    same = [i for i in range(keep) if stack[i][0].rank == heading.rank]
    if same and not begins_inside:
        keep = same[-1]
    elif not (begins_inside or _opens_list_inside(stack[:keep], heading)):
        while keep and stack[keep - 1][0].rank >= heading.rank:
            keep -= 1
    for _, position in stack[keep:]:
        section = sections[position]
        sections[position] = replace(section, end=min(section.end, heading.start))
    del stack[keep:]


def _opens_list_inside(stack: Sequence[tuple[_Heading, int]], heading: _Heading) -> bool:
    """Whether a list begins inside a point: 一是…:1.…;2.…。二是…"""
    return bool(
        stack and heading.inline and heading.number.value == 1 and stack[-1][0].limit is not None
    )


def _heading_end(text: str, heading: _Heading, following: int) -> int:
    """Where the heading's words end: with its line if short, else at a sentence end or a blank."""
    kind, begin = heading.number.kind, heading.number.end
    line_end = min(heading.line_end, max(begin, following))
    if kind.name == "article":
        return _article_heading_end(text, begin, line_end)
    while begin < line_end and text[begin].isspace():
        begin += 1
    cap = min(line_end, begin + _LONGEST)
    if indent := _INDENT.search(text, begin + 1, cap):
        line_end = cap = indent.start()
    stop = _SENTENCE_END.search(text, begin + 2, cap)
    if stop is None and cap == line_end and not kind.is_item:
        end = cap
    elif stop is None:
        end = _pause(text, begin, cap, kind) or _last_comma(text, begin, cap)
    else:
        end = _pause(text, begin, stop.start(), kind) or stop.start()
    while end > begin and text[end - 1] in _TRAILING:
        end -= 1
    return end


def _pause(text: str, begin: int, end: int, kind: Kind) -> int | None:
    """Where a heading ends before its sentence does: at the comma of a point, at a blank.

    A blank may be a stray one inside a heading; it counts where what follows it is long, or a
    sentence of several clauses.
    """
    pauses = (_PAUSE if kind.is_item else _GAP).finditer(text, begin + _LEAST, end)
    pause = next((m.start() for m in pauses if not _is_quoted(text, m.start())), None)
    if pause is None or kind.is_item or end - begin > _SHORT:
        return pause
    return pause if _COMMA.search(text, pause, end) and end - pause > _CLAUSE else None


def _last_comma(text: str, begin: int, end: int) -> int:
    """The last comma before ``end``: a heading too long to be one is cut there."""
    return max((m.start() for m in _COMMA.finditer(text, begin + _LEAST, end)), default=end)


def _article_heading_end(text: str, begin: int, line_end: int) -> int:
    """第一条 or 第一条【目的】, without the rule itself."""
    title = _ARTICLE_TITLE.match(text, begin, line_end)
    return title.end() if title else begin
