"""From a source's text to its speeches: split, titled, outlined, with page chrome marked.

Composes the modules that know one thing each. Knows nothing of files, encodings or chunks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from rag.compilations import Part, parts_of, unglued
from rag.dates import iso_date
from rag.head_lines import HeadLine
from rag.lines import Line, flags_within, lines_of
from rag.outline import sections_of
from rag.page_chrome import chrome_in
from rag.publication import publication
from rag.schema import Document, Metadata, SourceText, Span
from rag.signatures import signature, signed_by
from rag.title_block import read_title_block
from rag.titles import (
    bare_title,
    is_counted,
    is_signed,
    is_speech_title,
    names_meeting,
    read_title,
    without_hashes,
    without_marker,
    without_number,
)

PARSER_VERSION = 3  # raised whenever the same text would give other documents

_HEAD = 60  # lines in which a title block may stand, page chrome included
# 我代表区人民政府，向大会报告工作 tells a 政府工作报告, whether or not its title survived;
# 我受国务院委托，作关于第六个五年计划的报告 names itself. Who tells of somebody else's says no 我.
_ON_BEHALF = (
    r"(?:我[^。，]{0,6}(?:代表|受)[^。，]{0,20}(?:政府|国务院)(?:的?委托)?"
    r"|受[^。，]{0,20}(?:政府|国务院)的?委托[，,](?:我|现))[，,]?"
)
_REPORTS_FOR_GOVERNMENT = re.compile(
    rf"{_ON_BEHALF}[^。]{{0,20}}?(?:作(?:政府)?工作[报報]告|向[^。]{{0,20}}(?:作|报告)[^。]{{0,10}}工作)"
    r"|我[^。]{0,60}作政府工作报告"
)
_REPORTS_ON = re.compile(
    rf"{_ON_BEHALF}[^。]{{0,30}}?(?:作|提出)(?P<title>关于[^。，：]{{4,50}}的报告)"
)


def documents_of(source: SourceText) -> tuple[Document, ...]:
    """The speeches in a source's text, in order; none if the text is blank.

    A source with a given ``doc_id`` or title is one document. Of two speeches with the very same
    text the first is kept.

    Args:
        source: The decoded text; each document's text is an exact slice of it.
    """
    lines = unglued(lines_of(source.text))
    single = source.doc_id is not None or source.given.title is not None
    parts = parts_of(lines, single=single)
    documents: dict[str, Document] = {}
    for part in parts:
        document = _document(source, lines, part, alone=len(parts) == 1)
        documents.setdefault(document.doc_id, document)
    return tuple(documents.values())


def _document(source: SourceText, lines: Sequence[Line], part: Part, *, alone: bool) -> Document:
    whole = (0, len(source.text))  # of a single speech nothing is cut off
    start, end = whole if alone else _slice(source.text, lines[part.start : part.end])
    text = source.text[start:end]
    chrome = chrome_in(text, (Span(s.start - start, s.end - start) for s in source.chrome))
    head = lines[part.head].end - start  # what stands above a speech's title is no outline
    title = lines[part.head].text
    counted = is_counted(without_hashes(title))
    numbered = counted or (not alone and is_speech_title(bare_title(title)))
    outlined = sections_of(text, (Span(0, head), *chrome) if numbered else chrome)
    hinted = source.hinted if alone else replace(source.hinted, title=None)
    metadata = _metadata(text, chrome, part.head - part.start, source.given, hinted)
    if counted:
        metadata = _titled_by_entry(metadata, without_number(without_marker(without_hashes(title))))
    return Document(
        doc_id=source.doc_id or _content_id(text),
        text=text,
        metadata=metadata,
        sections=outlined,
        chrome=chrome,
        # Pages before this speech have no length in it, so that its page numbers stay true.
        pages=tuple(max(page - start, 0) for page in source.pages if page < end),
    )


def _titled_by_entry(metadata: Metadata, entry: str) -> Metadata:
    """A compilation lists a speech by speaker and meeting; under that title people look for it.

    The speech's own heading, where it is another, stands below as the subtitle.
    """
    entry = entry.strip()
    if not names_meeting(entry) or metadata.title in (None, entry):
        return metadata
    return replace(metadata, title=entry, subtitle=metadata.title)


def _content_id(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _slice(text: str, lines: Sequence[Line]) -> tuple[int, int]:
    """Whole lines, from the first that says something to the last."""
    start = text.rfind("\n", 0, lines[0].start) + 1
    return lines[0].start if text[start : lines[0].start].strip() else start, lines[-1].end


def _metadata(
    text: str, chrome: Sequence[Span], head: int, given: Metadata, hinted: Metadata
) -> Metadata:
    """Given, then parsed, then hinted; ``head`` is the line at which the title block begins."""
    lines = lines_of(text)
    flags = flags_within(lines, chrome)
    block = [HeadLine(a.text, b) for a, b in zip(lines, flags, strict=True)][head : head + _HEAD]
    spoken = [line.text for line, flag in zip(lines, flags, strict=True) if not flag]
    marked = [line.text for line, flag in zip(lines, flags, strict=True) if flag]
    parsed = (
        read_title_block(block, given.title or hinted.title)
        .filled_from(publication(marked))
        .filled_from(signature(spoken[-4:]))
    )
    found = _with_iso_dates(given).filled_from(parsed).filled_from(_with_iso_dates(hinted))
    if found.title:
        return _with_signature(found.filled_from(read_title(found.title)), spoken[-4:])
    return replace(found, title=_title_in_text(text[:1000]))


def _with_signature(found: Metadata, last: Sequence[str]) -> Metadata:
    """The metadata, a letter's or speech's signature at its end counting where its head says nothing."""
    signed = signed_by(last)
    if found.speaker not in (None, signed.speaker) or not is_signed(found.title or ""):
        return found
    return found.filled_from(signed)


def _title_in_text(text: str) -> str | None:
    """The title of a report whose head was lost, as its first sentences tell it."""
    if _REPORTS_FOR_GOVERNMENT.search(text):
        return "政府工作报告"
    report = _REPORTS_ON.search(text)
    return report["title"] if report else None


def _with_iso_dates(metadata: Metadata) -> Metadata:
    """Dates in ISO form where they can be read, else as they stand."""
    return replace(
        metadata,
        date=metadata.date and (iso_date(metadata.date) or metadata.date),
        published=metadata.published and (iso_date(metadata.published) or metadata.published),
    )
