"""Mends a library's SQLite file out of what is stored in it; encodes only vectors that are damaged.

What the text contradicts, such as an outline beyond its end, is left out, and the next ingest of the
file brings it back. The caller holds the write lock, and builds the derived indexes anew afterwards.
"""

from __future__ import annotations

from collections.abc import Callable

from embeddings.encoder import Encoder
from rag.corpus import Corpus
from rag.corpus_writer import CorpusWriter
from rag.duplicates import shingles_of, signature_of
from rag.ingestion import prepared_document
from rag.verification import damage_of


def mend(corpus: Corpus, writer: CorpusWriter, encoder: Callable[[], Encoder]) -> None:
    """Mend what can be mended.

    Args:
        corpus: The library.
        writer: Its writer.
        encoder: Gives the library's encoder; called only if passages must be encoded anew.
    """
    writer.remove_strays()
    first = damage_of(corpus)
    writer.leave_out(first.misplaced, first.unreadable)
    damage = damage_of(corpus) if first.misplaced or first.unreadable else first
    if damage.documents:
        _encode_anew(corpus, writer, encoder(), damage.documents)
    for key in damage.unsigned:
        document = corpus.documents([key])[key]
        writer.sign(key, document, signature_of(shingles_of(document)))
    writer.drop_unused_vectors()


def _encode_anew(
    corpus: Corpus, writer: CorpusWriter, encoder: Encoder, keys: tuple[int, ...]
) -> None:
    """Cut and encode these documents again."""
    for key in keys:
        document = corpus.documents([key])[key]
        item, texts = prepared_document(corpus, document, encoder.fingerprint, given=False)
        writer.put_vectors(item.contents, encoder.encode_documents(texts))
        writer.reindex(key, item)
