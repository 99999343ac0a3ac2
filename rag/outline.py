"""The outline of a speech: its numbered headings as nested sections with exact offsets.

A number counts at the head of a line; inside a paragraph it counts only in its sequence. A heading
runs up to the next of its rank, the points of a paragraph (一是…。二是…) up to the next point or the
paragraph's end. Does not know titles, speakers or what a section is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.lines import Line, lines_of
from rag.numbering import Kind, Number, number_at, numbers_in, same_style, value_of
from rag.schema import Section, Span

_MARKDOWN = re.compile(r"(#{1,6})[ \t\u3000]+(?=\S)")
_SENTENCE_END = re.compile(r"[。！？；!?;：:]")
_COMMA = re.compile(r"[，,、]")
_GAP = re.compile(r"[ \t\u3000\u00a0]+")
_PAUSE = re.compile(r"[，, \t\u3000\u00a0]")
_ARTICLE_TITLE = re.compile(r"\s*[【（(][^】）)\n]{1,30}[】）)]")
_CLOSED_PARAGRAPH = "。！？；!?;：:…”’』」）)】》.．"
_TABLE_OF_CONTENTS = re.compile(r".*(?:[.．…·]{3,}|\t|\s{3,})\s*\d{1,4}")
_BEFORE_POINT = "。！？；!?;：:，,、”’』」）)》 \t\u3000\u00a0"
_BEFORE_HEADING = "。！？；!?;：:”’』」）) \t\u3000\u00a0"
# 统一是 and 第一是 hold 一是; 工作中一是 does not.
_NOT_BEFORE_POINT = "统唯惟第同单专万之合归划如其这那每某任另逐进"
_SHORT = 45  # a heading this long that ends a line or a sentence is taken whole
_LONGEST = 80
_LEAST = 6  # a blank this near to the number does not end a heading
_QUOTED_WITHIN = 300  # how far back an opened quote still holds


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

    @property
    def limit(self) -> int | None:
        """Where it ends at the latest; ``None`` for a heading, which has no limit."""
        return self.paragraph_end if self.inline or self.number.kind.is_item else None


def sections_of(text: str, chrome: Iterable[Span] = ()) -> tuple[Section, ...]:
    """The sections of one speech's text, in order of start, a child after its parent.

    Args:
        text: The text of one speech, with ``\\n`` newlines.
        chrome: Page chrome, in which no heading is looked for.
    """
    skipped = sorted(((span.start, span.end) for span in chrome), reverse=True)
    lines = []
    for line in lines_of(text):
        while skipped and skipped[-1][1] <= line.start:
            skipped.pop()
        if not (skipped and skipped[-1][0] <= line.start):
            lines.append(line)
    return _nested(text, _in_sequence(text, _headings(text, lines)))


def missing_numbers(sections: Sequence[Section]) -> tuple[str, ...]:
    """Numbers left out among siblings, written as their neighbours are: 1、 3、 gives ("2",)."""
    missing: list[str] = []
    last: dict[tuple[int | None, str], int] = {}
    for section in sections:
        value = value_of(section.number)
        if not value:
            continue
        siblings = (section.parent, same_style(section.number, 1).removesuffix("要"))
        before = last.get(siblings, 0)
        if before or section.level < 4:  # the first point of a paragraph may go without 一是
            missing += [same_style(section.number, v) for v in range(before + 1, value)]
        last[siblings] = value
    return tuple(missing)


def _headings(text: str, lines: Sequence[Line]) -> list[_Heading]:
    """Every number that could head a section, in order."""
    depths = _markdown_depths(lines)
    firsts = [_first_number(text, line) for line in lines]
    ends = _paragraph_ends(text, lines, firsts)
    headings: list[_Heading] = []
    block = 0
    for line, depth, first, paragraph_end in zip(lines, depths, firsts, ends, strict=True):
        place = (line.end, paragraph_end)
        if depth:
            block += 1
            number = first or Number(_PLAIN, line.start, line.start, "", 0)
            headings.append(_Heading(number, depth, depth, line.start, *place, block, False))
        elif first:
            kind = first.kind
            block += not kind.is_item
            headings.append(_Heading(first, kind.rank, kind.level, line.start, *place, block, False))
        for n in numbers_in(text, first.end if first else line.start, line.end):
            if _may_stand_inside(text, n):
                headings.append(
                    _Heading(n, n.kind.rank, n.kind.level, n.start, *place, block, True)
                )
    return headings


_PLAIN = Kind("markdown", 0, 1, "")


def _markdown_depths(lines: Sequence[Line]) -> list[int]:
    """The depth of each line that is a Markdown heading, else 0.

    A single ``# `` at the very top is the title: it heads no section, and ``## `` is depth 1.
    """
    depths = [len(m[1]) if (m := _MARKDOWN.match(line.text)) else 0 for line in lines]
    if depths and depths[0] == 1 and depths.count(1) == 1:
        return [0, *(depth and depth - 1 for depth in depths[1:])]
    return depths


def _first_number(text: str, line: Line) -> Number | None:
    if _TABLE_OF_CONTENTS.fullmatch(line.text):
        return None
    start = line.start
    if match := _MARKDOWN.match(line.text):
        start += match.end()
    return number_at(text, start, line.end)


def _paragraph_ends(
    text: str, lines: Sequence[Line], firsts: Sequence[Number | None]
) -> list[int]:
    """Where the paragraph of each line ends; a line broken inside a sentence goes on in the next."""
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
    if kind.rank < 50 and text[number.end : number.end + 1] not in _GAP_CHARACTERS:
        return False
    return before in (_BEFORE_POINT if kind.is_item else _BEFORE_HEADING)


_GAP_CHARACTERS = frozenset(" \t\u3000\u00a0")


def _is_quoted(text: str, offset: int) -> bool:
    """Whether a quote opened shortly before ``offset`` is still open."""
    start = max(0, offset - _QUOTED_WITHIN)
    start = max(start, text.rfind("\n", start, offset) + 1)
    return any(
        text.rfind(opening, start, offset) > text.rfind(closing, start, offset)
        for opening, closing in ("“”", "《》", "「」", "『』", "‘’")
    )


def _in_sequence(text: str, headings: Sequence[_Heading]) -> list[_Heading]:
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
                continue
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


def _nested(text: str, headings: Iterable[_Heading]) -> tuple[Section, ...]:
    sections: list[Section] = []
    stack: list[tuple[_Heading, int]] = []  # open headings with their positions in ``sections``
    for heading in headings:
        _close(stack, sections, heading)
        parent = stack[-1][1] if stack else None
        level = heading.level
        if parent is not None:
            level = max(level, sections[parent].level + 1)
        limit = len(text) if heading.limit is None else heading.limit
        end = min(limit, sections[parent].end) if parent is not None else limit
        heading_end = _heading_end(text, heading)
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


def _close(
    stack: list[tuple[_Heading, int]], sections: list[Section], heading: _Heading
) -> None:
    """End the open sections that ``heading`` is not part of."""
    keep = len(stack)
    while keep and sections[stack[keep - 1][1]].end <= heading.start:
        keep -= 1
    same = [i for i in range(keep) if stack[i][0].rank == heading.rank]
    if same:
        keep = same[0]
    elif not _opens_list_inside(stack[:keep], heading):
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


def _heading_end(text: str, heading: _Heading) -> int:
    """Where the heading's words end: with its line if short, else at a sentence end or a blank."""
    begin, is_item = heading.number.end, heading.number.kind.is_item
    if heading.number.kind.name == "article":
        return _article_heading_end(text, begin, heading.line_end)
    cap = min(heading.line_end, begin + _LONGEST)
    stop = _SENTENCE_END.search(text, begin + 2, cap)
    if stop is None and cap == heading.line_end and not is_item:
        return cap
    end = stop.start() if stop else cap
    if is_item or end - begin > _SHORT:
        end = _first_pause(text, begin, end, at_clause=is_item) or (
            end if stop else _last_pause(text, begin, end)
        )
    while end > begin and text[end - 1].isspace():
        end -= 1
    return end


def _first_pause(text: str, begin: int, end: int, *, at_clause: bool) -> int | None:
    """The first blank, or comma where commas count too, that leaves a heading of some length."""
    pauses = (_PAUSE if at_clause else _GAP).finditer(text, begin + _LEAST, end)
    return next((m.start() for m in pauses if not _is_quoted(text, m.start())), None)


def _last_pause(text: str, begin: int, end: int) -> int:
    """The last comma before ``end``: a heading too long to be one is cut there."""
    return max((m.start() for m in _COMMA.finditer(text, begin + _LEAST, end)), default=end)


def _article_heading_end(text: str, begin: int, line_end: int) -> int:
    """第一条 or 第一条【目的】, without the rule itself."""
    title = _ARTICLE_TITLE.match(text, begin, line_end)
    return title.end() if title else begin
