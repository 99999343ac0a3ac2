"""LanceDB: a table with vectors and its own full-text index, hybrid search with its RRF reranker."""

from __future__ import annotations


class Side:
    """The table lies on disk."""

    def __init__(self, model: str, folder: str, chinese: bool) -> None:
        self.model, self.folder, self.chinese = model, folder, chinese

    def load(self) -> None:
        from sentence_transformers import SentenceTransformer

        self.encoder = SentenceTransformer(self.model, device="cpu")

    def build(self, documents: list[dict]) -> tuple[int, int]:
        import lancedb

        rows = [
            {"doc_id": document["id"], "text": passage}
            for document in documents
            for passage in (document["passages"] if self.chinese else [document["text"]])
        ]
        texts = [row["text"] for row in rows]
        vectors = self.encoder.encode(texts, prompt="passage: ", normalize_embeddings=True)
        for row, vector in zip(rows, vectors, strict=True):
            row["vector"] = vector
        table = lancedb.connect(self.folder).create_table("passages", rows)
        ngrams = {
            "base_tokenizer": "ngram",
            "ngram_min_length": 2,
            "ngram_max_length": 2,
            "stem": False,
            "remove_stop_words": False,
        }
        table.create_fts_index("text", **(ngrams if self.chinese else {}))
        return len(rows), sum(len(text) for text in texts)

    def open(self) -> None:
        import lancedb
        from lancedb.rerankers import RRFReranker

        self.table = lancedb.connect(self.folder).open_table("passages")
        self.reranker = RRFReranker()

    def ask(self, question: str, k: int) -> list[list[str]]:
        vector = self.encoder.encode(question, prompt="query: ", normalize_embeddings=True)
        search = self.table.search(query_type="hybrid").vector(vector).text(question)
        found = search.rerank(self.reranker).limit(max(k, 10)).to_list()[:k]
        return [[row["doc_id"], row["text"]] for row in found]
