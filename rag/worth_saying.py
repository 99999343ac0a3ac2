"""Which sentences are told beside the best one.

Of a question about one thing, a further sentence must be worth its length. Of one among several questions that are
asked at once, or one that asks for several people, a sentence is told that brings something new of the sort that is
asked for, unless the best one is far surer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.answer_spans import Sort, Wanted, spans_of, wanted
from rag.normal_form import normalise
from rag.query import Kind, Query
from rag.read_evidence import log_odds
from rag.roles import tells_of_the_role
from rag.sentence_scorer import Candidate

_MOST_SENTENCES = 8
# A further sentence must be worth its length: its chance of holding the answer, per character.
_WORTH = {
    Kind.HOW: 0.0003,
    Kind.LIST: 0.00035,
    Kind.SUMMARY: 0.0003,
    Kind.WHO: 0.0028,
    Kind.WHEN: 0.0021,
    Kind.WHERE: 0.0021,
}
_WORTH_OF_OTHERS = 0.0014
_PADDING = 10  # characters that any sentence costs its reader
_SEVERAL_PEOPLE = re.compile("哪些|哪几|有谁|主演|出演|成员|名单")
_MOST_OF_SEVERAL = 4
_MOST_PEOPLE = 5
_LEAST_OF_SEVERAL = 0.005  # chance of a further sentence
_LEAST_SHARED = 0.3  # of the question's words, where the sentence that has most of them counts 1
_SURER = math.log(400)  # by how much the log odds of the best one may be higher


def worth_saying(query: Query, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence, and others that are worth telling beside it.

    Args:
        query: What is asked.
        ranked: The candidates, the likeliest first; not empty.
    """
    asked = wanted(query)
    people = asked.sort is Sort.PERSON and bool(_SEVERAL_PEOPLE.search(normalise(query.text)))
    if people or _is_one_of_several(query):
        return _that_add(query, asked, ranked, people=people)
    worth = _WORTH.get(query.kind, _WORTH_OF_OTHERS)
    further = [c for c in ranked[1:] if c.probability >= worth * (c.length + _PADDING)]
    return [ranked[0], *further[: _MOST_SENTENCES - 1]]


def _is_one_of_several(query: Query) -> bool:
    return query.is_part and query.kind not in (Kind.HOW, Kind.LIST, Kind.SUMMARY, Kind.OUTLINE)


def _that_add(
    query: Query, asked: Wanted, ranked: Sequence[Candidate], *, people: bool
) -> list[Candidate]:
    """The best, and what brings something new; of several people each who is told to have the role."""
    told = [ranked[0]]
    said = normalise(ranked[0].quote.text)
    shared = max(candidate.shared for candidate in ranked)
    most = _MOST_PEOPLE if people else _MOST_OF_SEVERAL
    for candidate in ranked[1:]:
        if len(told) == most:
            break
        surer = log_odds(ranked[0].probability) - log_odds(candidate.probability) > _SURER
        likely = candidate.probability >= _LEAST_OF_SEVERAL and not surer
        is_about = likely and candidate.shared >= _LEAST_SHARED * shared
        has_role = people and tells_of_the_role(query.text, candidate.quote.text)
        if (is_about or has_role) and any(value not in said for value in _values(candidate, asked)):
            told.append(candidate)
            said += normalise(candidate.quote.text)
    return told


def _values(candidate: Candidate, asked: Wanted) -> list[str]:
    """What the sentence has of the sort that is asked for, in the normal form; where any sort is, the likeliest answer."""
    text = candidate.quote.text
    if asked.sort is not Sort.OTHER:
        spans = spans_of(text, asked)
    else:
        spans = (candidate.place,) if candidate.place is not None else ()
    return [normalise(text[span.start : span.end]) for span in spans]
