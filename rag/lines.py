"""The lines of a text that say something, with their offsets.

Knows nothing of what a line means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.schema import Span

# Every blank that Unicode has, and the zero-width characters that scraped pages put at line ends.
_BLANKS = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without the blanks at its ends: ``source[start:end] == text``, never empty."""

    start: int
    end: int
    text: str


def lines_of(text: str) -> list[Line]:
    """The lines of ``text`` that are not blank, in order."""
    lines: list[Line] = []
    offset = 0
    for raw in text.split("\n"):
        stripped = raw.strip(_BLANKS)
        if stripped:
            start = offset + len(raw) - len(raw.lstrip(_BLANKS))
            lines.append(Line(start, start + len(stripped), stripped))
        offset += len(raw) + 1
    return lines


def flags_within(lines: Sequence[Line], spans: Iterable[Span]) -> list[bool]:
    """For each line whether it begins in one of the spans."""
    ahead = sorted(((span.start, span.end) for span in spans), reverse=True)
    flags = []
    for line in lines:
        while ahead and ahead[-1][1] <= line.start:
            ahead.pop()
        flags.append(bool(ahead) and ahead[-1][0] <= line.start)
    return flags
