"""This project: JSONL into a library, and its search."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from rag.assembly import build_assistant, open_encoder, open_library, open_or_create_library
from rag.schema import Question
from rag.settings import Settings


class Side:
    """Takes the packaged encoder, whatever model is named: it has the same weights."""

    def __init__(self, model: str, folder: str, chinese: bool) -> None:
        self.folder = Path(folder)
        self.settings = replace(
            Settings.from_environment(os.environ), library=self.folder / "library"
        )

    def load(self) -> None:
        self.encoder = open_encoder(self.settings, lambda _: None)

    def build(self, documents: list[dict]) -> tuple[int, int]:
        file = self.folder / "documents.jsonl"
        lines = [
            json.dumps({key: one[key] for key in ("id", "title", "text")}, ensure_ascii=False)
            for one in documents
        ]
        file.write_text("\n".join(lines), encoding="utf-8")
        library = open_or_create_library(self.settings, self.encoder)
        chunks = sum(report.chunks for report in library.ingest([file]))
        return chunks, sum(len(passage) for one in documents for passage in one["passages"])

    def open(self) -> None:
        library = open_library(self.settings, self.encoder)
        self.assistant = build_assistant(library, self.encoder, self.settings)

    def ask(self, question: str, k: int) -> list[list[str]]:
        return [
            [hit.document.doc_id, hit.text] for hit in self.assistant.search(Question(question), k)
        ]
