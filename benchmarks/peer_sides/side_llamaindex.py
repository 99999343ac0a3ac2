"""LlamaIndex: vector index and BM25 under its fusion retriever, by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llama_index.core.schema import BaseNode
    from llama_index.retrievers.bm25 import BM25Retriever

HAN_BIGRAMS = r"(?=([\u4e00-\u9fff]{2}|[a-z0-9]{2}))"  # findall gives the group; words as pairs


class Side:
    """Index and BM25 are both kept as their documentation says."""

    def __init__(self, model: str, folder: str, chinese: bool) -> None:
        self.model, self.folder, self.chinese = model, Path(folder), chinese

    def load(self) -> None:
        from llama_index.core import Settings
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        Settings.llm = None
        Settings.embed_model = HuggingFaceEmbedding(
            self.model, query_instruction="query: ", text_instruction="passage: "
        )

    def build(self, documents: list[dict]) -> tuple[int, int]:
        from llama_index.core import Document, VectorStoreIndex
        from llama_index.core.schema import TextNode

        if self.chinese:
            nodes = [
                TextNode(text=passage, metadata={"doc_id": document["id"]}, **_HIDDEN)
                for document in documents
                for passage in document["passages"]
            ]
            index = VectorStoreIndex(nodes)
        else:
            given = [
                Document(text=one["text"], metadata={"doc_id": one["id"], "title": one["title"]})
                for one in documents
            ]
            index = VectorStoreIndex.from_documents(given)
        stored = list(index.docstore.docs.values())
        bm25 = self._bm25(stored)
        index.storage_context.persist(str(self.folder / "index"))
        bm25.persist(str(self.folder / "bm25"))
        return len(stored), sum(len(node.get_content()) for node in stored)

    def _bm25(self, nodes: list[BaseNode]) -> BM25Retriever:
        from llama_index.retrievers.bm25 import BM25Retriever

        if not self.chinese:
            return BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=10)
        return BM25Retriever.from_defaults(
            nodes=nodes, similarity_top_k=10, token_pattern=HAN_BIGRAMS, skip_stemming=True
        )

    def open(self) -> None:
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.retrievers.bm25 import BM25Retriever

        stored = StorageContext.from_defaults(persist_dir=str(self.folder / "index"))
        index = load_index_from_storage(stored)
        bm25 = BM25Retriever.from_persist_dir(str(self.folder / "bm25"))
        self.retriever = QueryFusionRetriever(
            [index.as_retriever(similarity_top_k=10), bm25],
            similarity_top_k=10,
            num_queries=1,
            mode="reciprocal_rerank",
            use_async=False,
        )

    def ask(self, question: str, k: int) -> list[list[str]]:
        found = self.retriever.retrieve(question)[:k]
        return [[one.node.metadata["doc_id"], one.node.get_content()] for one in found]


_HIDDEN = {"excluded_embed_metadata_keys": ["doc_id"], "excluded_llm_metadata_keys": ["doc_id"]}
