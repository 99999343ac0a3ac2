"""LangChain: FAISS and BM25 in an ensemble, as its guides put them together."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_community.vectorstores import FAISS
    from langchain_core.documents import Document

BIGRAM = re.compile(r"[a-z0-9.]+|(?=([\u4e00-\u9fff]{2}))")


def bigrams(text: str) -> list[str]:
    return [match[1] or match[0] for match in BIGRAM.finditer(text.lower()) if match[1] or match[0]]


class Side:
    """The store and the texts are kept; BM25 cannot be, and is made anew."""

    def __init__(self, model: str, folder: str, chinese: bool) -> None:
        self.model, self.folder, self.chinese = model, Path(folder), chinese

    def load(self) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings

        self.embeddings = HuggingFaceEmbeddings(
            model_name=self.model,
            encode_kwargs={"prompt": "passage: "},
            query_encode_kwargs={"prompt": "query: "},
        )

    def build(self, documents: list[dict]) -> tuple[int, int]:
        from langchain_community.vectorstores import FAISS
        from langchain_core.documents import Document

        given = [
            Document(passage, metadata={"doc_id": document["id"]})
            for document in documents
            for passage in (document["passages"] if self.chinese else [document["text"]])
        ]
        if not self.chinese:
            from langchain_text_splitters import RecursiveCharacterTextSplitter

            splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
            given = splitter.split_documents(given)
        self._retriever(FAISS.from_documents(given, self.embeddings), given)
        self.store.save_local(str(self.folder / "faiss"))
        texts = [[one.page_content, one.metadata["doc_id"]] for one in given]
        (self.folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        return len(given), sum(len(one.page_content) for one in given)

    def open(self) -> None:
        from langchain_community.vectorstores import FAISS
        from langchain_core.documents import Document

        store = FAISS.load_local(
            str(self.folder / "faiss"), self.embeddings, allow_dangerous_deserialization=True
        )
        texts = json.loads((self.folder / "texts.json").read_text(encoding="utf-8"))
        self._retriever(store, [Document(t, metadata={"doc_id": i}) for t, i in texts])

    def _retriever(self, store: FAISS, documents: list[Document]) -> None:
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever

        self.store = store
        split = {"preprocess_func": bigrams} if self.chinese else {}
        bm25 = BM25Retriever.from_documents(documents, **split)
        bm25.k = 10
        dense = store.as_retriever(search_kwargs={"k": 10})
        self.retriever = EnsembleRetriever(retrievers=[bm25, dense], weights=[0.5, 0.5])

    def ask(self, question: str, k: int) -> list[list[str]]:
        found = self.retriever.invoke(question)[:k]
        return [[one.metadata["doc_id"], one.page_content] for one in found]
