"""From a source's text to its speeches: split, titled, outlined, with page chrome marked.

Composes the modules that know one thing each. Knows nothing of files, encodings or chunks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.compilations import starts_of
from rag.dates import iso_date
from rag.lines import Line, lines_of
from rag.outline import sections_of
from rag.page_chrome import chrome_in, publication
from rag.schema import Document, Metadata, SourceText, Span
from rag.title_block import HeadLine, is_marker, read_title, read_title_block, signature

PARSER_VERSION = 1  # raised whenever the same text would give other documents

_HEAD = 60  # lines in which a title block may stand, page chrome included
# 现在，我代表区人民政府，向大会报告工作: such a speech is a 政府工作报告, whether or not its title survived.
_REPORTS_FOR_GOVERNMENT = re.compile(
    r"我?代表[^。，]{0,20}(?:政府|国务院)[，,]?[^。]{0,20}向[^。]{0,20}(?:作|报告)[^。]{0,10}工作"
)


def documents_of(source: SourceText) -> tuple[Document, ...]:
    """The speeches in a source's text, in order; none if the text is blank.

    A source with a given ``doc_id`` or title is one document. Of two speeches with the very same
    text the first is kept.

    Args:
        source: The decoded text; each document's text is an exact slice of it.
    """
    lines = lines_of(source.text)
    single = source.doc_id is not None or source.given.title is not None
    starts = (0,)[: len(lines)] if single else starts_of(lines)
    documents: dict[str, Document] = {}
    for start, following in pairwise([*starts, len(lines)]):
        document = _document(source, lines[start:following], alone=len(starts) == 1)
        documents.setdefault(document.doc_id, document)
    return tuple(documents.values())


def _document(source: SourceText, lines: Sequence[Line], *, alone: bool) -> Document:
    start, end = _slice(source.text, lines)
    text = source.text[start:end]
    chrome = chrome_in(text, (Span(s.start - start, s.end - start) for s in source.chrome))
    hinted = source.hinted if alone else replace(source.hinted, title=None)
    return Document(
        doc_id=source.doc_id or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        text=text,
        metadata=_metadata(text, chrome, source.given, hinted),
        sections=sections_of(text, chrome),
        chrome=chrome,
        # Pages before this speech have no length in it, so that its page numbers stay true.
        pages=tuple(max(page - start, 0) for page in source.pages if page < end),
    )


def _slice(text: str, lines: Sequence[Line]) -> tuple[int, int]:
    """Whole lines, from the first that says something to the last."""
    return text.rfind("\n", 0, lines[0].start) + 1, lines[-1].end


def _metadata(
    text: str, chrome: Sequence[Span], given: Metadata, hinted: Metadata
) -> Metadata:
    lines = lines_of(text)
    ends = _chrome_flags(lines, chrome)
    head = [HeadLine(line.text, flag) for line, flag in zip(lines, ends, strict=True)][:_HEAD]
    first = next((i for i, line in enumerate(head) if is_marker(line.text)), 0)
    spoken = [line.text for line, flag in zip(lines, ends, strict=True) if not flag]
    parsed = read_title_block(head[first:])
    parsed = parsed.filled_from(
        publication([line.text for line, flag in zip(lines, ends, strict=True) if flag])
    )
    parsed = parsed.filled_from(signature(spoken[-4:]))
    found = _with_iso_dates(given).filled_from(parsed).filled_from(_with_iso_dates(hinted))
    if found.title:
        found = found.filled_from(read_title(found.title))
    elif _REPORTS_FOR_GOVERNMENT.search(text[:1000]):
        found = replace(found, title="政府工作报告")
    return found


def _chrome_flags(lines: Sequence[Line], chrome: Sequence[Span]) -> list[bool]:
    """Whether each line lies in page chrome."""
    flags, spans = [], list(reversed(chrome))
    for line in lines:
        while spans and spans[-1].end <= line.start:
            spans.pop()
        flags.append(bool(spans) and spans[-1].start <= line.start)
    return flags


def _with_iso_dates(metadata: Metadata) -> Metadata:
    """Dates in ISO form where they can be read, else as they stand."""
    return replace(
        metadata,
        date=metadata.date and (iso_date(metadata.date) or metadata.date),
        published=metadata.published and (iso_date(metadata.published) or metadata.published),
    )
