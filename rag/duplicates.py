"""Tells whether two speeches are the same one: reprinted, under another headline, on another page.

Two texts are compared by the five-character shingles of their normal form, letters and digits only.
MinHash signatures (Broder, 1997) and their bands find the few candidates without comparing all
pairs. Written out here, in a few lines of numpy, because stored signatures must not change with a
package's release. Knows nothing of where texts are stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rag.normal_form import normalise
from rag.schema import Document

SAME = 0.8  # share of common shingles from which two texts are one speech
PROMISING = 0.65  # likeness of signatures from which the shingles are worth comparing
_CHARACTERS = 5  # of a shingle
_BANDS, _ROWS = (
    25,
    5,
)  # a pair at SAME shares a band with a probability of 1 - (1 - 0.8^5)^25 > 0.9999
_SIZE = _BANDS * _ROWS
_NO_LETTERS = re.compile(r"[\W_]+")
_AT_ONCE = 4096  # shingles hashed together, to stay within the processor's cache

Shingles = NDArray[np.uint64]  # (n,) different hashes, ascending
Signature = NDArray[np.uint32]  # (_SIZE,)


def shingles_of(document: Document) -> Shingles:
    """The hashed shingles of a document's text without page chrome."""
    start, kept = 0, []
    for span in document.chrome:
        kept.append(document.text[start : span.start])
        start = max(start, span.end)
    kept.append(document.text[start:])
    return _shingles(_NO_LETTERS.sub("", normalise("\n".join(kept))))


def _shingles(letters: str) -> Shingles:
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    size = len(codes) - _CHARACTERS + 1
    if size < 1:
        return codes[:0]
    hashes = np.zeros(size, np.uint64)
    for position in range(_CHARACTERS):
        hashes = _mixed(hashes + codes[position : position + size])
    return np.unique(hashes)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele et al., 2014): each bit depends on all bits."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def signature_of(shingles: Shingles) -> Signature:
    """The MinHash signature: in each of ``_SIZE`` random orders, the first of the shingles."""
    factors = _mixed(np.arange(1, _SIZE + 1, dtype=np.uint64)) | np.uint64(1)
    signature = np.full(_SIZE, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(shingles), _AT_ONCE):
        block = shingles[start : start + _AT_ONCE]
        orders = (np.multiply.outer(factors, block) >> np.uint64(32)).astype(np.uint32)
        signature = np.minimum(signature, orders.min(axis=1))
    return signature


def bands_of(signature: Signature) -> list[int]:
    """Hashes of the signature's bands; documents that share one are worth comparing."""
    rows = signature.astype("<u4").reshape(_BANDS, _ROWS)
    digests = (
        hashlib.blake2b(bytes([number]) + row.tobytes(), digest_size=8).digest()
        for number, row in enumerate(rows)
    )
    return [int.from_bytes(digest, "little", signed=True) for digest in digests]


def similarity(one: Shingles, other: Shingles) -> float:
    """The share of the shingles of both that are common (Jaccard); 0 where one has none."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    either = len(one) + len(other) - common
    return common / either if common else 0.0


def likeness(one: Signature, other: Signature) -> float:
    """What the signatures say of the similarity: right within 0.1 in 99 of 100 cases."""
    return float(np.mean(one == other))


def groups_of(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """The sets of documents that pairs of duplicates connect."""
    group_of: dict[int, set[int]] = {}
    for one, other in pairs:
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        group_of |= dict.fromkeys(joined, joined)
    return list({id(group): group for group in group_of.values()}.values())
