"""Cuts a document into passages along its outline, with exact offsets.

A passage is whole sentences of one section, up to ``MAX_CHARACTERS``; the next passage of the same
section starts with the last sentence of the one before. Page chrome belongs to no passage.
Knows nothing of vectors or indexes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.schema import Chunk, Document, Span
from rag.sentences import sentences

CHUNKER_VERSION = 2
MAX_CHARACTERS = 400  # longer passages find more and show less; measured in benchmarks/README.md
MIN_CHARACTERS = 120  # a shorter piece joins the following section rather than stand alone
MAX_OVERLAP = 80  # a longer last sentence is not repeated in the next passage
_BREAKING_LEVEL = 2  # 一、 and (一) start a new passage; 1. and 一是 do not


def chunks_of(document: Document) -> tuple[Chunk, ...]:
    """The document's passages in order; together they cover all text that is not page chrome."""
    breaks = {s.start for s in document.sections if s.level <= _BREAKING_LEVEL}
    spans = [
        span for block in _blocks(document) for span in _packed(_pieces(document, block), breaks)
    ]
    return tuple(Chunk(s.start, s.end, document.section_at(s.start)) for s in spans)


def indexed_text(document: Document, chunk: Chunk) -> str:
    """What is embedded and indexed: title, speaker and headings, then the passage itself."""
    metadata = document.metadata
    title = metadata.title or ""
    context = [title, metadata.subtitle or ""]
    if metadata.speaker and metadata.speaker not in title:
        context.append(metadata.speaker)
    if metadata.date and metadata.date[:4] not in title:
        context.append(f"{metadata.date[:4]}年")
    context += document.section_path(chunk.section)
    passage = document.text[chunk.start : chunk.end]
    unsaid = [line for line in dict.fromkeys(context) if line and not passage.startswith(line)]
    return "\n".join([*unsaid, passage])


def _blocks(document: Document) -> Iterator[Span]:
    """The stretches of text between the spans of page chrome."""
    start = 0
    for span in document.chrome:
        if span.start > start:
            yield Span(start, span.start)
        start = max(start, span.end)
    if start < len(document.text):
        yield Span(start, len(document.text))


def _pieces(document: Document, block: Span) -> Iterator[Span]:
    """Sentences, none longer than a passage may be."""
    for sentence in sentences(document.text, block.start, block.end):
        for start in range(sentence.start, sentence.end, MAX_CHARACTERS):
            yield Span(start, min(start + MAX_CHARACTERS, sentence.end))


def _packed(pieces: Iterator[Span], breaks: set[int]) -> Iterator[Span]:
    """Whole pieces put together up to the limit, starting anew where a section starts."""
    held: list[Span] = []
    for piece in pieces:
        if held and piece.start in breaks and held[-1].end - held[0].start >= MIN_CHARACTERS:
            yield Span(held[0].start, held[-1].end)
            held = []
        elif held and piece.end - held[0].start > MAX_CHARACTERS:
            yield Span(held[0].start, held[-1].end)
            held = _overlap(held, piece)
        held.append(piece)
    if held:
        yield Span(held[0].start, held[-1].end)


def _overlap(held: list[Span], piece: Span) -> list[Span]:
    last = held[-1]
    fits = piece.end - last.start <= MAX_CHARACTERS
    short = last.end - last.start <= MAX_OVERLAP
    return [last] if len(held) > 1 and fits and short else []
