"""txtai: one hybrid index."""

from __future__ import annotations

from pathlib import Path


class Side:
    """Kept by its own `save`."""

    def __init__(self, model: str, folder: str, chinese: bool) -> None:
        self.model, self.folder, self.chinese = model, str(Path(folder) / "index"), chinese

    def load(self) -> None:
        from txtai import Embeddings

        tokens = {"scoring": {"method": "bm25", "terms": True, "tokenizer": {"ngrams": 2}}}
        self.embeddings = Embeddings(
            path=self.model,
            instructions={"query": "query: ", "data": "passage: "},
            hybrid=True,
            content=True,
            **(tokens if self.chinese else {}),
        )

    def build(self, documents: list[dict]) -> tuple[int, int]:
        given = [
            (f"{document['id']} {number}", passage)
            for document in documents
            for number, passage in enumerate(
                document["passages"] if self.chinese else [document["text"]]
            )
        ]
        self.embeddings.index(given)
        self.embeddings.save(self.folder)
        return len(given), sum(len(passage) for _, passage in given)

    def open(self) -> None:
        self.embeddings.load(self.folder)

    def ask(self, question: str, k: int) -> list[list[str]]:
        return [[one["id"].split()[0], one["text"]] for one in self.embeddings.search(question, k)]
