"""Question and passage as one row of tokens, and the way back from tokens to characters.

    <s> question </s></s> context </s> passage </s>

All of it in the normal form. Beside each token stands the longest run of characters that it shares with the other
side: small models learn late to compare words, so they are told. Knows nothing of the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.normal_form import NormalForm, normal_form, normalise

QUESTION_TOKENS, CONTEXT_TOKENS, PASSAGE_TOKENS = 64, 32, 288
_RUNS = (0, 1, 2, 3, 4, 4, 5)  # length of a shared run → its class; longer ones: 5
Numbers = NDArray[np.int64]
Runs = NDArray[np.int16]


class Encoding(Protocol):
    """What a tokenizer makes of a text."""

    @property
    def ids(self) -> list[int]:
        """The tokens' numbers."""

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """The characters of each."""


class Tokenizer(Protocol):
    """One of the package tokenizers, or the encoder's, which is shared."""

    def encode(self, text: str, /, *, add_special_tokens: bool) -> Encoding:
        """The tokens of ``text``."""

    def token_to_id(self, token: str, /) -> int | None:
        """The number of a token."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with one passage, as tokens."""

    tokens: Numbers  # (n,)
    segments: Numbers  # (n,) 0 question, 1 context, 2 passage
    matches: Numbers  # (n,) class of the longest run shared with the other side
    first: int  # position of the passage's first token
    starts: Numbers  # (passage tokens,) offset in the passage of each token's first character
    ends: Numbers  # (passage tokens,) offset after its last


@dataclass(frozen=True, slots=True)
class _Tokens:
    ids: list[int]
    spans: list[tuple[int, int]]  # in the normal form


def pairs_of(
    tokenizer: Tokenizer, question: str, passages: Sequence[str], contexts: Sequence[str]
) -> list[Pair]:
    """The question with each passage, under the context (title, headings) that it stands in.

    What exceeds the length of a part is cut off. Spans outside the cut have no tokens.
    """
    asked = normalise(question)
    own = _cut(tokenizer, asked, QUESTION_TOKENS)
    return [
        _pair(tokenizer, asked, own, passage, context)
        for passage, context in zip(passages, contexts, strict=True)
    ]


def _pair(tokenizer: Tokenizer, asked: str, own: _Tokens, passage: str, context: str) -> Pair:
    form, around = normal_form(passage), normalise(context)
    title = _cut(tokenizer, around, CONTEXT_TOKENS)
    body = _cut(tokenizer, form.text, PASSAGE_TOKENS)
    begin, end = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    tokens = [begin, *own.ids, end, end, *title.ids, end, *body.ids, end]
    parts = [len(own.ids) + 2, len(title.ids) + 2, len(body.ids)]
    segments = np.repeat(np.arange(3), parts)
    runs = shared_runs(asked, f"{around}\n{form.text}")
    there = len(around) + 1
    matches = [
        *[0, *_longest(runs[0], own.spans, 0), 0, 0],
        *[*_longest(runs[1], title.spans, 0), 0, *_longest(runs[1], body.spans, there), 0],
    ]
    starts, ends = _offsets(form, body.spans)
    return Pair(
        np.array(tokens),
        np.append(segments, 1),  # the last </s> is no place for an answer
        np.array(matches),
        parts[0] + parts[1],
        starts,
        ends,
    )


def _cut(tokenizer: Tokenizer, text: str, most: int) -> _Tokens:
    encoded = tokenizer.encode(text, add_special_tokens=False)
    return _Tokens(encoded.ids[:most], encoded.offsets[:most])


def _offsets(form: NormalForm, spans: Sequence[tuple[int, int]]) -> tuple[Numbers, Numbers]:
    original = [form.original(start, end) for start, end in spans]
    return (
        np.array([s for s, _ in original], np.int64),
        np.array([e for _, e in original], np.int64),
    )


def shared_runs(left: str, right: str) -> tuple[Runs, Runs]:
    """For each character of either text, the longest run around it that the other has too."""
    if not left or not right:
        return np.zeros(len(left), np.int16), np.zeros(len(right), np.int16)
    one, other = (np.frombuffer(t.encode("utf-32-le"), np.uint32) for t in (left, right))
    table = np.zeros((len(left) + 1, len(right) + 1), np.int16)  # run that ends at (i, j)
    for i, character in enumerate(one):
        table[i + 1, 1:] = np.where(other == character, table[i, :-1] + 1, 0)
    runs = table[1:, 1:].copy()
    for i in range(len(left) - 2, -1, -1):  # what a run reaches, all its characters have
        longer = np.where(runs[i + 1, 1:] > 1, runs[i + 1, 1:], 0)
        runs[i, :-1] = np.where(runs[i, :-1] > 0, np.maximum(runs[i, :-1], longer), 0)
    return runs.max(1), runs.max(0)


def _longest(runs: Runs, spans: Sequence[tuple[int, int]], shift: int) -> list[int]:
    """The class of the longest run in each token; a token without characters has none."""
    known = runs.tolist()  # slices of a list are quicker than a thousand small arrays
    found = (max(known[shift + s : shift + e], default=0) for s, e in spans)
    return [_RUNS[min(run, len(_RUNS) - 1)] for run in found]
