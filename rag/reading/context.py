"""What the reader is told of where a passage stands. Training and asking must tell it the same."""

from __future__ import annotations

from rag.schema import Chunk, Document


def context_of(document: Document, chunk: Chunk) -> str:
    """Title, speaker and headings above a passage, one a line."""
    lines = [document.metadata.title, document.metadata.speaker]
    path = document.section_path(chunk.section)
    return "\n".join(dict.fromkeys(line for line in (*lines, *path) if line))
