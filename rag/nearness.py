"""The passages that come nearest to a topic in meaning, whatever their words.

Cosines of an encoder say which passage is nearer, not whether one is near: a library that never
speaks of a topic has nearest passages too. So what stands out from the rest of the library is
taken, and who reads the passages decides. Knows no years and no speakers.
"""

from __future__ import annotations

from embeddings.encoder import Encoder
from rag.library import Library
from rag.schema import Hit

_STANDS_OUT = 2.0  # standard deviations above the mean of the library's cosines with the topic
_COMPARED = (
    20_000  # passages; in a larger library only the nearest, so that fewer stand out of them
)
_MOST = 500


def near(library: Library, encoder: Encoder, topic: str) -> tuple[Hit, ...]:
    """The passages that stand out by their nearness to the topic, nearest first.

    Among 6,447 passages of government reports, a topic of one word gave 150 to 240. The score of a
    hit is its cosine.
    """
    library.refresh()
    if not topic.strip() or not library.chunk_count:
        return ()
    row = encoder.encode_queries([topic])[0]
    keys, cosines = library.dense(row, min(library.chunk_count, _COMPARED))
    stands_out = cosines >= cosines.mean() + _STANDS_OUT * cosines.std()
    stands_out[0] = True  # of a library of very few passages, none may
    chosen = keys[stands_out][:_MOST]
    passages = library.passages(chosen)
    return tuple(
        Hit(document, chunk, float(cosine))
        for (document, chunk), cosine in zip(passages, cosines[stands_out], strict=False)
    )
