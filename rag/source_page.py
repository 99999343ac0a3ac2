"""A speech as a page: its lines cut into pieces that can be marked up, and what stands around them.

The pieces of all lines, joined by newlines, are the stored text again, character for character.
Makes no HTML and reads no files; the template escapes and marks up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from rag.permalink import Place, link_to, page_path, resolve
from rag.schema import Document, Printing, Section, Span

_FOLD_FROM = (
    4  # lines of page chrome in a row that are folded away; fewer are dimmed where they stand
)
_MARKDOWN = re.compile(r"^#{1,6}\s+|\*\*|__")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that looks the same throughout."""

    text: str
    anchor: str | None = None  # "s3" where the heading of section 3 starts
    heading: int | None = None  # level of the heading that this is part of
    mark: Literal["cited", "other"] | None = None  # other: what the answer cites besides
    first_cited: bool = False  # where a reader who follows the link should land
    chrome: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the stored text."""

    pieces: tuple[Piece, ...]
    chrome: bool = False  # the whole line is page chrome
    page: int | None = None  # number of the page that starts on this line (PDF)

    @property
    def heading(self) -> int | None:
        """The level of the heading that the line starts with."""
        return self.pieces[0].heading if self.pieces else None


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in a row, folded away when they are page chrome."""

    lines: tuple[Line, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One line of the outline."""

    heading: str
    level: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Trail:
    """Where the reader is among the citations of an answer."""

    position: int  # counted from 1
    count: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class SourcePage:
    """Everything that the page of a speech shows."""

    document: Document
    blocks: tuple[Block, ...]
    outline: tuple[OutlineEntry, ...]
    trail: Trail | None
    missing: str | None  # the quote that the link asks for and the speech has not
    text_url: str
    printings: tuple[tuple[Printing, str], ...] = ()  # others of the same speech, with their links


def source_page(
    document: Document,
    cited: Place | None = None,
    trail: Sequence[Place] = (),
    printings: Sequence[Printing] = (),
) -> SourcePage:
    """The page of a speech.

    Args:
        document: the speech.
        cited: the place that the link leads to, if it leads to one.
        trail: the places that the answer cites, in any document.
        printings: all documents that are the same speech; its own is left out.
    """
    span = _span(document, cited)
    others = [_span(document, place) for place in trail if place.doc_id == document.doc_id]
    lines = _lines(document, span, [other for other in others if other and other != span])
    return SourcePage(
        document=document,
        blocks=_blocks(lines),
        outline=outline(document.sections),
        trail=_trail(cited, trail),
        missing=cited.quote if cited and not span else None,
        text_url=f"{page_path(document.doc_id)}/text",
        printings=tuple(
            (one, page_path(one.doc_id)) for one in printings if one.doc_id != document.doc_id
        ),
    )


def outline(sections: Sequence[Section]) -> tuple[OutlineEntry, ...]:
    """The headings of a speech with their anchors on its page, without the signs of Markdown."""
    return tuple(
        OutlineEntry(_MARKDOWN.sub("", s.heading), s.level, f"s{i}") for i, s in enumerate(sections)
    )


def _span(document: Document, place: Place | None) -> Span | None:
    return resolve(document, place.start, place.end, place.quote) if place else None


def _trail(cited: Place | None, places: Sequence[Place]) -> Trail | None:
    here = next((i for i, p in enumerate(places) if cited and _same_place(p, cited)), None)
    if here is None or len(places) < 2:
        return None
    links = [link_to(place, places) for place in places]
    return Trail(
        position=here + 1,
        count=len(links),
        previous=links[here - 1] if here else None,
        next=links[here + 1] if here + 1 < len(links) else None,
    )


def _same_place(one: Place, other: Place) -> bool:
    return (one.doc_id, one.start, one.end) == (other.doc_id, other.start, other.end)


def _blocks(lines: Iterable[Line]) -> tuple[Block, ...]:
    blocks = []
    for chrome, run in groupby(lines, key=lambda line: line.chrome):
        group = tuple(run)
        cited = any(piece.mark for line in group for piece in line.pieces)
        blocks.append(Block(group, folded=chrome and len(group) >= _FOLD_FROM and not cited))
    return tuple(blocks)


def _lines(document: Document, cited: Span | None, others: Sequence[Span]) -> list[Line]:
    describe = _describer(document, cited, others)
    edges = _edges(document, cited, others)
    pages = {page: number for number, page in enumerate(document.pages, start=1)}
    lines, start = [], 0
    for text in document.text.split("\n"):
        end = start + len(text)
        cuts = [start, *(edge for edge in edges if start < edge < end), end]
        pieces = tuple(describe(a, b) for a, b in pairwise(cuts) if a < b)
        page = next((number for at, number in pages.items() if start <= at <= end), None)
        lines.append(Line(pieces, _is_chrome(document, start, pieces), page))
        start = end + 1
    return lines


def _is_chrome(document: Document, start: int, pieces: Sequence[Piece]) -> bool:
    visible = [piece for piece in pieces if piece.text.strip()]
    if visible:
        return all(piece.chrome for piece in visible)
    return any(_covers(span, start) for span in document.chrome)


def _edges(document: Document, cited: Span | None, others: Sequence[Span]) -> list[int]:
    spans = [*document.chrome, *others, *([cited] if cited else [])]
    headings = [Span(section.start, section.heading_end) for section in document.sections]
    return sorted({edge for span in (*spans, *headings) for edge in (span.start, span.end)})


def _describer(
    document: Document, cited: Span | None, others: Sequence[Span]
) -> Callable[[int, int], Piece]:
    """What makes the piece of ``document.text[start:end]``; no edge lies inside it."""
    first_cited = _first_visible(document.text, cited)

    def describe(start: int, end: int) -> Piece:
        section = document.section_at(start)
        heading = document.sections[section] if section is not None else None
        mark = _mark(start, cited, others)
        return Piece(
            text=document.text[start:end],
            anchor=f"s{section}" if heading and start == heading.start else None,
            heading=heading.level if heading and start < heading.heading_end else None,
            mark=mark,
            first_cited=mark == "cited" and start <= first_cited < end,
            chrome=any(_covers(span, start) for span in document.chrome),
        )

    return describe


def _mark(
    offset: int, cited: Span | None, others: Sequence[Span]
) -> Literal["cited", "other"] | None:
    if _covers(cited, offset):
        return "cited"
    return "other" if any(_covers(other, offset) for other in others) else None


def _first_visible(text: str, span: Span | None) -> int:
    """Where the first line of a span that has anything to show starts; -1 without one."""
    if span is None:
        return -1
    quote = text[span.start : span.end]
    return span.start + len(quote) - len(quote.lstrip("\n"))


def _covers(span: Span | None, offset: int) -> bool:
    return span is not None and span.start <= offset < span.end
