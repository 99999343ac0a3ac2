"""Markdown: text as written, with front matter cut off and taken as given metadata."""

from __future__ import annotations

import re

from rag.readers.fields import by_field, given, hinted
from rag.readers.text import damage_notes, decoded_text
from rag.schema import Reading, SourceText

_MAX_LINES = 100  # longer "front matter" is a text that begins with a rule
_KEY_LINE = re.compile(r"([^\s:：#-][^:：\n]{0,40}?)\s*[:：](?:[ \t\u3000]+|(?<=：)|$)(.*)")
_CONTINUATION = re.compile(r"\s|#|- |$")  # indented, a comment, a list item, empty


def read_markdown(data: bytes) -> Reading:
    """The text after the front matter.

    Raises:
        ReadError: The bytes are no text.
    """
    decoded = decoded_text(data)
    values, start = front_matter(decoded.text)
    text = SourceText(decoded.text[start:], given=given(values), hinted=hinted(values))
    return Reading((text,), decoded.encoding, damage_notes(decoded))


def front_matter(text: str) -> tuple[dict[str, str], int]:
    """The fields of a ``---`` block at the start, and the offset at which the text goes on.

    Reads ``key: value`` lines; lists and nested values are passed over. A block with a line of
    another kind is not front matter but text, and 0 is returned.
    """
    lines = text.split("\n", _MAX_LINES + 1)
    if lines[0].rstrip() != "---":
        return {}, 0
    row: dict[str, str] = {}
    for number, line in enumerate(lines[1:_MAX_LINES], start=1):
        if line.rstrip() in {"---", "..."}:
            return by_field(row), sum(len(each) + 1 for each in lines[: number + 1])
        if key_line := _KEY_LINE.fullmatch(line):
            row.setdefault(key_line[1], _unquoted(key_line[2].strip()))
        elif not _CONTINUATION.match(line):
            return {}, 0
    return {}, 0


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return "" if value[:1] in ("[", "{", "|", ">") else value
