"""Conversations as they are kept, checked when a browser gives them back; answers are JSON objects.

What a browser hands in may have been changed, or written by an older version; what does not fit is
dropped. Knows nothing of browsers or Gradio.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from rag.schema import Reason, Turn
from rag.wire import Json

_HITS_KEPT = 3  # of a refusal, for the passages it offers; an answer has its citations
_CONVERSATIONS_KEPT = 30  # with 40 answers of 2 kB each they fit into the 5 MB that browsers allow
_ANSWERS_KEPT = 40
TITLE = 24  # characters


class _Printing(TypedDict):
    doc_id: str
    title: str
    date: str | None


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
    also_in: NotRequired[list[_Printing]]


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
    reason: Reason | None
    short_answer: str | None
    citations: list[_Citation]
    hits: list[_Hit]
    coverage: float
    generator: str
    notice: NotRequired[str | None]
    seconds: float


class _Conversation(TypedDict):
    number: int
    title: str
    answers: list[_Answer]
    within: NotRequired[list[str]]


class _Kept(TypedDict):
    current: int | None
    conversations: list[_Conversation]


_KEPT = TypeAdapter(_Kept)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation; its number tells it from the others."""

    number: int
    title: str
    answers: tuple[Json, ...]
    within: tuple[str, ...] = ()  # ids of the only speeches that it is about; empty: all


@dataclass(frozen=True, slots=True)
class Conversations:
    """All conversations of somebody, the latest first, and which of them is open."""

    kept: tuple[Conversation, ...] = ()
    current: int | None = None  # number; None before the first answer of a new conversation
    dropped: frozenset[int] = frozenset()  # numbers of those that have just been discarded
    next_number: int | None = None  # of a new one; None: one more than the highest
    most: tuple[int, int] = (_CONVERSATIONS_KEPT, _ANSWERS_KEPT)  # conversations, answers of each

    @property
    def open(self) -> Conversation | None:
        """The conversation that is open."""
        return next((c for c in self.kept if c.number == self.current), None)

    @property
    def answers(self) -> tuple[Json, ...]:
        """The answers of the open conversation."""
        return self.open.answers if self.open else ()

    @property
    def within(self) -> tuple[str, ...]:
        """The only speeches that the open conversation is about; empty: all."""
        return self.open.within if self.open else ()

    def with_answers(
        self, answers: tuple[Json, ...], within: tuple[str, ...] = ()
    ) -> Conversations:
        """The open conversation, or a new one, with these answers; it becomes the latest.

        Args:
            answers: all of them.
            within: the only speeches that it is about from now on; empty: all.
        """
        opened = self.open or Conversation(self._next_number(), answers[0]["question"][:TITLE], ())
        conversations, of_each = self.most
        changed = replace(opened, answers=answers[-of_each:], within=within)
        kept = (changed, *self._others())[:conversations]
        return replace(self, kept=kept, current=changed.number)

    def renamed(self, title: str) -> Conversations:
        """The open conversation under another title."""
        title = title.strip()[:TITLE]
        if not (self.open and title):
            return self
        changed = replace(self.open, title=title)
        kept = tuple(changed if c.number == self.current else c for c in self.kept)
        return replace(self, kept=kept)

    def discarded(self) -> Conversations:
        """Without the open conversation."""
        gone = {c.number for c in self.kept if c.number == self.current}
        return replace(self, kept=self._others(), current=None, dropped=self.dropped | gone)

    def opened(self, number: int | None) -> Conversations:
        """With another conversation open; ``None`` starts a new one."""
        return replace(self, current=number)

    def _others(self) -> tuple[Conversation, ...]:
        return tuple(c for c in self.kept if c.number != self.current)

    def _next_number(self) -> int:
        return self.next_number or max((c.number for c in self.kept), default=0) + 1


def to_keep(answer: Json) -> Json:
    """An answer without the passages that nothing shows."""
    return answer | {"hits": [] if answer["answered"] else answer["hits"][:_HITS_KEPT]}


def read_kept(kept: object) -> Conversations:
    """The conversations that the browser kept; none where they do not fit."""
    try:
        read = _KEPT.validate_python(kept)
    except ValidationError:
        return Conversations()
    return Conversations(
        tuple(
            Conversation(
                c["number"],
                c["title"],
                tuple(dict(a) for a in c["answers"]),
                tuple(c.get("within", ())),
            )
            for c in read["conversations"]
        ),
        read["current"],
    )


def as_kept(conversations: Conversations) -> Json:
    """What the browser is given to keep."""
    return {
        "current": conversations.current,
        "conversations": [
            {
                "number": c.number,
                "title": c.title,
                "answers": list(c.answers),
                "within": list(c.within),
            }
            for c in conversations.kept
        ],
    }


def turns(answers: tuple[Json, ...]) -> tuple[Turn, ...]:
    """The conversation so far, for a question that follows it."""
    return tuple(
        turn
        for answer in answers
        for turn in (Turn("user", answer["question"]), Turn("assistant", answer["answer"]))
    )
