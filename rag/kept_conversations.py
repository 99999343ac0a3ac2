"""Conversations as the browser keeps them: answers as JSON objects, checked when they come back.

What a browser hands in may have been changed, or written by an older version; what does not fit
is dropped.
"""

from __future__ import annotations

from typing import NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from rag.schema import Turn
from rag.wire import Json

_HITS_KEPT = 3  # of a refusal, for the passages it offers; an answer has its citations


class _Citation(TypedDict):
    marker: int
    doc_id: str
    title: str
    speaker: str | None
    date: str | None
    section: list[str]
    start: int
    end: int
    quote: str


class _Hit(TypedDict):
    doc_id: str
    title: str
    speaker: str | None
    text: str
    start: int
    end: int


class _Answer(TypedDict):
    question: str
    answer: str
    answered: bool
    reason: str | None
    short_answer: str | None
    citations: list[_Citation]
    hits: list[_Hit]
    coverage: float
    generator: str
    notice: NotRequired[str | None]
    seconds: float


_ANSWERS = TypeAdapter(list[_Answer])


def to_keep(answer: Json) -> Json:
    """An answer without the passages that nothing shows."""
    return answer | {"hits": [] if answer["answered"] else answer["hits"][:_HITS_KEPT]}


def read_answers(kept: object) -> list[Json]:
    """The answers that the browser kept; none where they do not fit."""
    try:
        return [dict(answer) for answer in _ANSWERS.validate_python(kept)]
    except ValidationError:
        return []


def turns(answers: list[Json]) -> tuple[Turn, ...]:
    """The conversation so far, for a question that follows it."""
    return tuple(
        turn
        for answer in answers
        for turn in (Turn("user", answer["question"]), Turn("assistant", answer["answer"]))
    )
