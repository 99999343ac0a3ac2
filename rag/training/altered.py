"""Questions that nothing answers, made of those that something does: a fact of the question is exchanged.

Asked of another year, ordinal, person or place, what held the answer is silent, and looks nearly as before: what a
reader must learn to doubt. Every draw comes from the ``Random`` that is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from rag.named_things import named_in
from rag.schema import Span
from rag.training.examples import Example

_YEAR = re.compile(r"(?<!\d)(1[6-9]\d\d|20[0-3]\d)(?!\d)")
_ORDINAL = re.compile("第([一二三四五六七八九十])(?=[届次轮批章条部代任季])")
_ORDINALS = "一二三四五六七八九十"
_NEAR = (-3, -2, -1, 1, 2, 4)  # years
_TRIED = 30  # names of other questions


@dataclass(frozen=True, slots=True)
class _Fact:
    sort: str
    span: Span  # in the question


def altered(example: Example, others: Sequence[Example], chance: Random) -> Example | None:
    """The example asked of something else, so that none of its candidates holds an answer.

    Args:
        example: With an answer.
        others: Their questions lend names.
        chance: Of all draws.

    Returns:
        ``None`` where the question has no fact that its passage says, or none is found to exchange it for.
    """
    right = [c for c in example.candidates if c.holds]
    facts = list(_facts(example.question))
    chance.shuffle(facts)
    for fact in facts:
        said = example.question[fact.span.start : fact.span.end]
        if not any(said in c.passage or said in c.context for c in right):
            continue
        for new in _in_place_of(said, fact.sort, others, chance):
            if new != said and not any(new in c.passage or new in c.context for c in right):
                question = example.question[: fact.span.start] + new
                silent = tuple(replace(c, holds=False, answer=None) for c in example.candidates)
                return Example(question + example.question[fact.span.end :], silent)
    return None


def _facts(question: str) -> Iterator[_Fact]:
    for sort, pattern in (("year", _YEAR), ("ordinal", _ORDINAL)):
        for found in pattern.finditer(question):
            yield _Fact(sort, Span(*found.span(1)))
    named = named_in(question)
    for sort, spans in (("person", named.people), ("place", named.places)):
        yield from (_Fact(sort, span) for span in spans if span.end - span.start > 1)


def _in_place_of(said: str, sort: str, others: Sequence[Example], chance: Random) -> Iterator[str]:
    if sort == "year":
        yield from (str(int(said) + far) for far in chance.sample(_NEAR, len(_NEAR)))
    elif sort == "ordinal":
        yield from chance.sample(_ORDINALS, len(_ORDINALS))
    else:
        for _ in range(_TRIED):
            question = chance.choice(others).question
            for fact in _facts(question):
                if fact.sort == sort:
                    yield question[fact.span.start : fact.span.end]
