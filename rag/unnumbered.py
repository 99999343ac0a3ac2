"""Headings that carry no number: 过去五年的工作回顾 alone on its line above long paragraphs.

They count in a speech whose parts are headed so, two of them at least, and never where its parts
are numbered. Knows lines and how a report calls its parts; how they nest is decided in ``outline``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.lines import Line
from rag.numbering import Number

_PART = re.compile(
    r"[^，。；：！？、《》…]{3,28}(?:回顾|总结|安排|任务|目标|部署|要求|建议|打算|成就|形势|成绩|工作|情况|"
    r"考虑|思路|措施|建设)"
)
_CLOSED = tuple("。！？”：:")  # how the line above ends; a line torn by a link follows no such sign
_PARAGRAPH = 40  # characters: the line below is a paragraph
_AFTER_HEAD = 3  # the first lines are titles
_LEAST = 2


def unnumbered_headings(lines: Sequence[Line], firsts: Sequence[Number | None]) -> frozenset[int]:
    """Positions of the lines that head parts of a speech without a number.

    Args:
        lines: The lines of one speech, without page chrome.
        firsts: The outline number at which each line begins, if any.
    """
    found = [i for i in range(_AFTER_HEAD, len(lines) - 1) if _heads_part(lines, firsts, i)]
    parts = next((i for i, n in enumerate(firsts) if n and n.kind.level == 1 and n.written), None)
    if len(found) < _LEAST or (parts is not None and parts < found[0]):
        return frozenset()
    return frozenset(found)


def _heads_part(lines: Sequence[Line], firsts: Sequence[Number | None], position: int) -> bool:
    above, line, below = lines[position - 1 : position + 2]
    return (
        firsts[position] is None
        and above.text.endswith(_CLOSED)
        and _PART.fullmatch(line.text) is not None
        and (len(below.text) >= _PARAGRAPH or firsts[position + 1] is not None)
    )
