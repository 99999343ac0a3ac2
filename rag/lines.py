"""The lines of a text that say something, with their offsets.

Knows nothing of what a line means.
"""

from __future__ import annotations

from dataclasses import dataclass

# What ``str.strip`` leaves: zero-width characters that scraped pages put at the ends of lines.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without the blanks at its ends: ``source[start:end] == text``, never empty."""

    start: int
    end: int
    text: str


def lines_of(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """The lines of ``text[start:end]`` that are not blank, in order; offsets count from 0 in ``text``."""
    lines: list[Line] = []
    offset = start
    for raw in text[start:end].split("\n"):
        left = len(raw) - len(_left_stripped(raw))
        stripped = _right_stripped(raw[left:])
        if stripped:
            lines.append(Line(offset + left, offset + left + len(stripped), stripped))
        offset += len(raw) + 1
    return lines


def _left_stripped(raw: str) -> str:
    shorter = raw.lstrip().lstrip(_INVISIBLE)
    return raw if shorter == raw else _left_stripped(shorter)


def _right_stripped(raw: str) -> str:
    shorter = raw.rstrip().rstrip(_INVISIBLE)
    return raw if shorter == raw else _right_stripped(shorter)
