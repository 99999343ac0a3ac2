"""Example questions from the library's own headings, speakers and titles: each has an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.corpus import DocumentEntry
from rag.schema import Document
from rag.services import Library
from rag.words import Words

_COUNT = 4
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,6}")
_MASKED = re.compile(r"[*＊×]{2}|XX")  # names and places that somebody blotted out read badly
_NUMBERING = re.compile(r"^[（(]?[0-9一二三四五六七八九十百]+[)）]?[、.．,，\s]*")
_HEADING = range(4, 25)  # characters of a heading that reads well in a question


def example_questions(library: Library, words: Words) -> list[str]:
    """Up to four questions on different speeches; none for an empty library."""
    listed = [s for s in library.documents() if not _MASKED.search(s.title)]
    documents = [library.document(s.doc_id) for s in _spread(listed, _COUNT)]
    makers = (_on_heading, _on_speaker, _on_title)
    questions = [
        makers[i % len(makers)](document, words) or _on_title(document, words)
        for i, document in enumerate(documents)
    ]
    return list(dict.fromkeys(questions))


def _spread(entries: Sequence[DocumentEntry], count: int) -> list[DocumentEntry]:
    """So many of them, evenly from first to last."""
    step = max(len(entries) / count, 1)
    return [entries[int(i * step)] for i in range(min(count, len(entries)))]


def _on_heading(document: Document, words: Words) -> str | None:
    headings = (
        _NUMBERING.sub("", s.heading.lstrip("# ")).strip()
        for s in document.sections
        if s.level == 1
    )
    heading = next((h for h in headings if len(h) in _HEADING), None)
    if heading is None:
        return None
    return words.example_heading.format(title=document.title, heading=heading)


def _on_speaker(document: Document, words: Words) -> str | None:
    speaker = document.metadata.speaker or ""
    if not _NAME.fullmatch(speaker) or _MASKED.search(speaker):
        return None
    return words.example_speaker.format(speaker=speaker)


def _on_title(document: Document, words: Words) -> str:
    return words.example_title.format(title=document.title)
