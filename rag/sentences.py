"""Where sentences and clauses begin and end, as exact spans of the text they were read from.

Knows punctuation, quotation marks and the way real files break lines. Knows nothing of documents,
outlines or meaning: a heading is recognised by its number or its shape alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from rag.schema import Span

LONG_SENTENCE = 200  # beyond this many characters a sentence is divided at its semicolons
_TITLE_WIDTH = 40  # a line without punctuation up to this many characters can be a title
_HEADING_WIDTH = 60  # a numbered line without a full stop up to this many can be a heading
_WRAP_WIDTH = 20  # no file is wrapped at fewer characters
_WRAP_TOLERANCE = 2  # lines of one wrapped paragraph differ by no more than this

_END = "。！？!?…｡"
_CLOSING = "”’』」）)》】〉〕"
_OPENING = "“‘『「（(《【〈〔"
_TERMINATOR = re.compile(rf"(?:[{_END}]+|[.．]+)(?P<closing>[{_CLOSING}\"']*)")
_SEMICOLON = re.compile(rf"[；;]+[{_CLOSING}]*")
_CLAUSE_END = re.compile(rf"[；;，,:：]+[{_CLOSING}]*")
_LINE = re.compile(r"[^\n\f\r]*")
_NUMBER = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})"
OUTLINE_NUMBER = re.compile(
    rf"(?:[(（]{_NUMBER}[)）]|{_NUMBER}[、)）]|{_NUMBER}[.．](?![0-9０-９])|第{_NUMBER}[篇章节部编条、，,:：]"
    rf"|[一二三四五六七八九十]{{1,2}}(?:是|要)|[①-⑳]|启示{_NUMBER}|[—–\-]{{2,}})"
)
_BARE_NUMBER = re.compile(rf"\s*[(（]?{_NUMBER}[)）]?\s*")
_INITIAL = re.compile(r"(?:^|[^A-Za-z])[A-Z]$")
_GLUED_HEADING = re.compile(
    rf"[ \t\u3000]*(?:[(（]{_NUMBER}[)）]|{_NUMBER}、)[^。！？!?；;\n]{{6,38}}"
    rf"(?P<blank>[ \t\u3000]+)(?=[^\s。！？!?]{{20}})"
)


def sentences(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    r"""The sentences of ``text[start:end]``, in order, disjoint, without blanks at their edges.

    Every character that is not blank lies in exactly one of them. A closing quotation mark or
    bracket stays with its sentence; a newline ends a sentence only where the line is complete.

    Args:
        text: Any text with ``\n`` newlines.
        start: Offset at which to begin.
        end: Offset at which to stop; the end of the text if ``None``.

    Raises:
        ValueError: If the range does not lie in the text.
    """
    stop = _checked_end(text, start, end)
    spans: list[Span] = []
    for block in _blocks(text, start, stop):
        for sentence in _divide(text, block, _sentence_ends(text, block)):
            spans.extend(_shortened(text, sentence))
    return tuple(spans)


def clauses(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The sentences of ``text[start:end]``, divided further at commas, semicolons and colons.

    The comma of 3,076 and the colon of 10:30 divide nothing. Arguments and errors are those of
    ``sentences``.
    """
    spans: list[Span] = []
    for sentence in sentences(text, start, end):
        matches = _CLAUSE_END.finditer(text, sentence.start, sentence.end)
        ends = [m.end() for m in matches if not _inside_number(text, m.start(), m.end())]
        spans.extend(_divide(text, sentence, ends))
    return tuple(spans)


def sentence_at(spans: tuple[Span, ...], offset: int) -> int | None:
    """Position of the span that contains ``offset`` among sorted, disjoint spans."""
    position = bisect_right(spans, offset, key=lambda span: span.start) - 1
    if position < 0 or offset >= spans[position].end:
        return None
    return position


def _checked_end(text: str, start: int, end: int | None) -> int:
    stop = len(text) if end is None else end
    if not 0 <= start <= stop <= len(text):
        message = f"expected 0 <= start <= end <= {len(text)}, got start={start}, end={stop}"
        raise ValueError(message)
    return stop


def _divide(text: str, span: Span, ends: Iterable[int]) -> Iterator[Span]:
    """The pieces of ``span`` between ``ends``, blanks trimmed, empty pieces left out."""
    start = span.start
    for end in (*ends, span.end):
        piece = text[start:end]
        trimmed = piece.strip()
        if trimmed:
            begin = start + len(piece) - len(piece.lstrip())
            yield Span(begin, begin + len(trimmed))
        start = end


def _shortened(text: str, sentence: Span) -> Iterator[Span]:
    if sentence.end - sentence.start <= LONG_SENTENCE:
        yield sentence
        return
    ends = [m.end() for m in _SEMICOLON.finditer(text, sentence.start, sentence.end)]
    yield from _divide(text, sentence, [e for e in ends if not _quoted(text, sentence.start, e)])


def _quoted(text: str, start: int, offset: int) -> bool:
    """Whether a quotation that opened after ``start`` is still open at ``offset``."""
    return text.count("“", start, offset) > text.count("”", start, offset)


def _inside_number(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()


# --- sentence ends inside a block ------------------------------------------------------------


def _sentence_ends(text: str, block: Span) -> Iterator[int]:
    begin = block.start
    for match in _TERMINATOR.finditer(text, block.start, block.end):
        end = match.start("closing") + _closing_length(text, begin, match)
        if _is_end(text, begin, match, end, block.end):
            yield end
            begin = end


def _closing_length(text: str, begin: int, match: re.Match[str]) -> int:
    """How many of the closing marks belong here: an ASCII quote closes only what it opened."""
    closing = match["closing"]
    for count, character in enumerate(closing):
        if character in "\"'":
            seen = text.count(character, begin, match.start("closing") + count)
            if seen % 2 == 0:
                return count
    return len(closing)


def _is_end(text: str, begin: int, match: re.Match[str], end: int, stop: int) -> bool:
    mark = text[match.start()]
    after = text[end] if end < stop else ""
    if mark in "!?":  # in a web address they go on without a blank
        return not (after.isascii() and (after.isalnum() or after in "=&/%"))
    if mark not in ".．":
        return True
    return _full_stop_ends(text, begin, match.start(), after)


def _full_stop_ends(text: str, begin: int, offset: int, after: str) -> bool:
    """Whether the Latin full stop at ``offset`` ends the sentence that starts at ``begin``."""
    if _BARE_NUMBER.fullmatch(text, begin, offset):
        return False
    before = text[offset - 1 : offset]
    if before.isdigit() and after.isdigit():
        return False  # ８．５亿元
    if after.isascii() and after and not after.isspace():
        return False
    if before.isascii() and before.isalnum():
        return (not after or after.isspace()) and not _INITIAL.search(text, begin, offset)
    return True


# --- blocks: what newlines divide ------------------------------------------------------------


def _blocks(text: str, start: int, end: int) -> Iterator[Span]:
    """Runs of lines that are one paragraph; a glued heading is a block of its own."""
    lines = _lines(text, start, end)
    begin = 0
    for position in range(len(lines)):
        last = position + 1 == len(lines)
        if last or _breaks(text, lines, position):
            yield from _without_heading(text, Span(lines[begin].start, lines[position].end))
            begin = position + 1


def _lines(text: str, start: int, end: int) -> list[Span]:
    spans = (m.span() for m in _LINE.finditer(text, start, end))
    return [Span(a, b) for a, b in spans if a < b]


def _without_heading(text: str, block: Span) -> Iterator[Span]:
    heading = _GLUED_HEADING.match(text, block.start, block.end)
    if heading is None:
        yield block
        return
    yield Span(block.start, heading.start("blank"))
    yield Span(heading.end("blank"), block.end)


def _breaks(text: str, lines: list[Span], position: int) -> bool:
    """Whether a sentence ends with this line, the next one being ``position + 1``."""
    this, following = lines[position], lines[position + 1]
    line, after = text[this.start : this.end].strip(), text[following.start : following.end]
    if not line or not after.strip() or text.count("\n", this.end, following.start) > 1:
        return True
    if after[0] in "\u3000\t" or after.startswith("  "):
        return True
    after = after.strip()
    if line[-1] in _OPENING + "、，," or after[0] in _CLOSING + "，。、；：,;":
        return False
    bare = line.rstrip(_CLOSING + "\"'")
    if not bare or bare[-1] in _END + "；;：:.．":
        return True
    return bool(OUTLINE_NUMBER.match(after)) or _is_title(text, lines, position)


def _is_title(text: str, lines: list[Span], position: int) -> bool:
    line = text[lines[position].start : lines[position].end].strip()
    if OUTLINE_NUMBER.match(line) and not re.search(rf"[{_END}]", line):
        return len(line) <= _HEADING_WIDTH and not _is_wrapped(text, lines, position)
    if len(line) > _TITLE_WIDTH or re.search(r"[，,。；;]", line):
        return False
    return not _is_wrapped(text, lines, position)


def _is_wrapped(text: str, lines: list[Span], position: int) -> bool:
    """Whether a neighbour is as wide as this line, as in a file that is wrapped at one width."""
    line = text[lines[position].start : lines[position].end].strip()
    width = _width(line)
    if width < _WRAP_WIDTH:
        return False
    for neighbour in (position - 1, position + 1):
        if 0 <= neighbour < len(lines):
            other = text[lines[neighbour].start : lines[neighbour].end].strip()
            if other != line and abs(_width(other) - width) <= _WRAP_TOLERANCE:
                return True
    return False


def _width(line: str) -> float:
    """Columns in units of one Han character."""
    return sum(0.5 if character.isascii() else 1.0 for character in line)
