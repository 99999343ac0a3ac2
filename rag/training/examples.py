"""What the reader learns from: a question, passages that hold its answer, passages that do not.

Knows how an answer is found in a passage and how a passage is made silent. Knows nothing of networks or libraries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from rag.normal_form import normal_form, normalise
from rag.schema import Span
from rag.sentences import sentences

_EAGERNESS = 0.6  # of the draw for what misleads most: the mean place is 1 / 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage under its context, and whether it holds the answer; where, if that is known."""

    passage: str
    context: str
    holds: bool
    answer: Span | None = None  # in the passage
    score: float | None = None  # retrieval's; None: it was not retrieved


@dataclass(frozen=True, slots=True)
class Example:
    """A question and its candidates, those that were retrieved first and in their order."""

    question: str
    candidates: tuple[Candidate, ...]
    answers: tuple[str, ...] = ()  # none: nothing answers it

    def drawn(self, chance: Random, most: int, characters: int) -> Example:
        """One candidate that holds the answer, if there is any, and others up to ``most``.

        The first of the others is likely one of the first, which mislead most. Three of four such
        examples are cropped to ``characters`` a passage.
        """
        right = [c for c in self.candidates if c.holds]
        wrong = [c for c in self.candidates if not c.holds]
        chosen = [chance.choice(right)] if right else []
        if wrong and len(chosen) < most:
            chosen.append(wrong.pop(min(int(chance.expovariate(_EAGERNESS)), len(wrong) - 1)))
        chosen += chance.sample(wrong, min(most - len(chosen), len(wrong)))
        if chance.random() < 0.75:
            chosen = [cropped(c, self.question, characters, chance) for c in chosen]
        return replace(self, candidates=tuple(chosen))


def place_of(answer: str, passage: str, question: str) -> Span | None:
    """Where ``passage`` says ``answer``, in the normal form; of several places the one most like the question."""
    form, wanted, asked = normal_form(passage), normalise(answer), _bigrams(normalise(question))
    if not wanted:
        return None
    places = list(_occurrences(form.text, wanted))
    if not places:
        return None
    spans = sentences(form.text)

    def likeness(at: int) -> int:
        own = (s for s in spans if s.start <= at < s.end)
        return sum(len(_bigrams(form.text[s.start : s.end]) & asked) for s in own)

    best = max(places, key=likeness)
    return Span(*form.original(best, best + len(wanted)))


def silenced(passage: str, answers: Sequence[str]) -> str | None:
    """The passage without the sentences that say an answer; ``None`` if little would be left."""
    wanted = [w for w in map(normalise, answers) if w]
    kept = [
        passage[s.start : s.end]
        for s in sentences(passage)
        if not any(w in normalise(passage[s.start : s.end]) for w in wanted)
    ]
    left = "".join(kept)
    silent = len(left) >= 40 and not any(w in normalise(left) for w in wanted)
    return left if silent and len(left) < len(passage) - 4 else None


def cropped(candidate: Candidate, question: str, most: int, chance: Random) -> Candidate:
    """Whole sentences of the passage, up to ``most`` characters, around its answer.

    Without an answer, around the sentence most like the question: a shorter passage is read sooner, and what
    misleads stays in.
    """
    passage, answer = candidate.passage, candidate.answer
    spans = sentences(passage)
    if len(passage) <= most or not spans:
        return candidate
    needed = answer or _likest(passage, spans, question)
    start, end = _grown(spans, needed, most, chance)
    place = answer and Span(answer.start - start, answer.end - start)
    return replace(candidate, passage=passage[start:end], answer=place)


def _likest(passage: str, spans: Sequence[Span], question: str) -> Span:
    asked = _bigrams(normalise(question))
    return max(spans, key=lambda s: len(_bigrams(normalise(passage[s.start : s.end])) & asked))


def _grown(spans: Sequence[Span], needed: Span, most: int, chance: Random) -> tuple[int, int]:
    """From the sentences that ``needed`` lies in outwards, to random sides, while it fits."""
    held = [n for n, s in enumerate(spans) if s.start < needed.end and needed.start < s.end]
    first, last = held[0], held[-1]
    while True:
        wider = [
            (left, right)
            for left, right in ((first - 1, last), (first, last + 1))
            if left >= 0 and right < len(spans) and spans[right].end - spans[left].start <= most
        ]
        if not wider:
            return spans[first].start, spans[last].end
        first, last = chance.choice(wider)


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
