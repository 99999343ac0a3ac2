"""Haystack: the in-memory store by embedding and by BM25, joined by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path

BIGRAMS = r"(?=([\u4e00-\u9fff]{2}|[a-z0-9]{2}))"


class Side:
    """The store is kept as JSON, which is its own way."""

    def __init__(self, model: str, folder: str, chinese: bool) -> None:
        self.model, self.file, self.chinese = model, str(Path(folder) / "store.json"), chinese

    def load(self) -> None:
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        self.documents = SentenceTransformersDocumentEmbedder(model=self.model, prefix="passage: ")
        self.texts = SentenceTransformersTextEmbedder(
            model=self.model, prefix="query: ", progress_bar=False
        )

    def build(self, documents: list[dict]) -> tuple[int, int]:
        from haystack import Document, Pipeline
        from haystack.components.writers import DocumentWriter
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        tokens = {"bm25_tokenization_regex": BIGRAMS} if self.chinese else {}
        store = InMemoryDocumentStore(**tokens)
        pipeline = Pipeline()
        pipeline.add_component("embedder", self.documents)
        pipeline.add_component("writer", DocumentWriter(store))
        pipeline.connect("embedder", "writer")
        given = [
            Document(content=passage, meta={"doc_id": document["id"], "number": number})
            for document in documents
            for number, passage in enumerate(
                document["passages"] if self.chinese else [document["text"]]
            )
        ]
        pipeline.run({"embedder": {"documents": given}})
        store.save_to_disk(self.file)
        return len(given), sum(len(one.content) for one in given)

    def open(self) -> None:
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        store = InMemoryDocumentStore.load_from_disk(self.file)
        self.pipeline = Pipeline()
        self.pipeline.add_component("embedder", self.texts)
        self.pipeline.add_component("dense", InMemoryEmbeddingRetriever(store))
        self.pipeline.add_component("bm25", InMemoryBM25Retriever(store))
        joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")
        self.pipeline.add_component("joiner", joiner)
        self.pipeline.connect("embedder.embedding", "dense.query_embedding")
        self.pipeline.connect("dense", "joiner")
        self.pipeline.connect("bm25", "joiner")

    def ask(self, question: str, k: int) -> list[list[str]]:
        result = self.pipeline.run({"embedder": {"text": question}, "bm25": {"query": question}})
        return [[one.meta["doc_id"], one.content] for one in result["joiner"]["documents"][:k]]
