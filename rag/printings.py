"""Which documents are printings of the same speech, and which passage stands for which.

The earliest printing stands for the speech: a passage of a later one gives way to the passage of
the earliest that says the same. A passage with words or figures of its own gives way to none.
Finds no duplicates itself, and knows nothing of scores.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.chunk_table import ChunkTable
from rag.corpus import Corpus, DocumentEntry, StoredDocument
from rag.duplicates import groups_of, shingles_of
from rag.normal_form import normalise
from rag.schema import Document, Metadata, Printing

Groups = Mapping[str, tuple[Printing, ...]]
"""For each document that has others: all printings of its speech, earliest first."""

_HELD = 0.8  # share of a passage's shingles that the earlier printing must have
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_NO_DATE = "9999"  # after any date
_PAIRS = 256  # of printings whose passages are kept in memory


class Printings:
    """The printings of a library's speeches, as of its present generation."""

    def __init__(self, corpus: Corpus) -> None:
        """Nothing is read before it is asked for."""
        self._corpus = corpus
        self._groups: Groups = {}
        self._generation = -1
        self._lock = threading.Lock()
        self._given_way = lru_cache(maxsize=_PAIRS)(self._read_given_way)

    def groups(self) -> Groups:
        """The groups of all documents that have others; one small query where nothing changed."""
        with self._lock:
            if self._generation != (generation := self._corpus.generation):
                self._groups = _groups_in(self._corpus)
                self._given_way.cache_clear()
                self._generation = generation
            return self._groups

    def standing_for(
        self,
        keys: NDArray[np.int64],
        table: ChunkTable,
        within: frozenset[str] | None,
    ) -> NDArray[np.int64]:
        """For each chunk the one that stands for it: itself, or that of an earlier printing.

        Args:
            keys: Chunk keys (n,), all in ``table``.
            table: The chunks that can be found.
            within: Only documents that may stand for others; ``None`` for all.

        Returns:
            Chunk keys (n,), all in ``table``.
        """
        groups = self.groups()
        if not groups or not len(table):
            return keys
        standing = keys.copy()
        for position, doc_id in enumerate(table.ids_of(keys)):
            for earlier in _earlier(groups.get(doc_id, ()), doc_id, within):
                found = self._given_way(doc_id, earlier).get(int(keys[position]))
                if found is not None and table.documents_of(np.array([found]))[0] >= 0:
                    standing[position] = found
                    break
        return standing

    def _read_given_way(self, later: str, earlier: str) -> dict[int, int]:
        """Chunk keys of a later printing, and for each the chunk of an earlier one that says it."""
        keys = [self._corpus.key_of(doc_id) for doc_id in (later, earlier)]
        loaded = self._corpus.load([key for key in keys if key is not None])
        if len(loaded) < 2:  # removed since
            return {}
        ours, theirs = (loaded[key] for key in keys if key is not None)
        matches = corresponding(_texts(ours), _texts(theirs))
        return {
            ours.first_chunk + position: theirs.first_chunk + match
            for position, match in enumerate(matches)
            if match is not None
        }


def _groups_in(corpus: Corpus) -> Groups:
    groups = groups_of(corpus.duplicate_pairs())
    entries = corpus.entries_of([key for group in groups for key in group])
    found: dict[str, tuple[Printing, ...]] = {}
    for group in groups:
        members = sorted((_when(entries[key].metadata), key) for key in group if key in entries)
        printings = tuple(_printing(entries[key]) for _, key in members)
        found |= dict.fromkeys((one.doc_id for one in printings), printings)
    return found


def _when(known: Metadata) -> tuple[str, str]:
    """By what printings are put in order: the speech's date, then the page's, then arrival."""
    return known.date or _NO_DATE, known.published or _NO_DATE


def _printing(entry: DocumentEntry) -> Printing:
    return Printing(entry.doc_id, entry.title, entry.metadata.date)


def _earlier(group: Sequence[Printing], doc_id: str, within: frozenset[str] | None) -> list[str]:
    """The printings before this one that may stand for it, the earliest first.

    Where the day of a printing is not known, neither is it known to be earlier: it stands for none.
    """
    ids = [printing.doc_id for printing in group]
    before = group[: ids.index(doc_id)] if doc_id in ids else ()
    return [one.doc_id for one in before if (within is None or one.doc_id in within) and one.date]


def _texts(stored: StoredDocument) -> list[str]:
    text = stored.document.text
    return [text[chunk.start : chunk.end] for chunk in stored.chunks]


def corresponding(later: Sequence[str], earlier: Sequence[str]) -> list[int | None]:
    """For each passage of a later printing the position of the earlier one that says the same.

    Args:
        later: Passages of one printing, in order.
        earlier: Passages of another, in order.

    Returns:
        (len(later),) Of several that share words with it the one that shares most; ``None`` where
        the earlier printing lacks words or a figure of the passage.
    """
    holders: dict[int, list[int]] = {}
    for position, passage in enumerate(earlier):
        for shingle in _shingles(passage):
            holders.setdefault(shingle, []).append(position)
    figures = [_figures(passage) for passage in earlier]
    return [_match(passage, holders, figures) for passage in later]


def _match(
    passage: str, holders: Mapping[int, Sequence[int]], figures: Sequence[set[str]]
) -> int | None:
    shingles = _shingles(passage)
    held = [holders[shingle] for shingle in shingles if shingle in holders]
    if not held or len(held) < _HELD * len(shingles):
        return None
    common = Counter(position for positions in held for position in positions)
    best = min(common, key=lambda position: (-common[position], position))
    beside = set[str]().union(*figures[max(0, best - 1) : best + 2])
    return best if _figures(passage) <= beside else None


def _shingles(passage: str) -> list[int]:
    shingles: list[int] = shingles_of(Document("", passage)).tolist()
    return shingles


def _figures(passage: str) -> set[str]:
    return set(_FIGURE.findall(normalise(passage)))
