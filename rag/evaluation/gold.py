"""Whether a text says what a question's labels ask for. Knows labels and texts, no answers and no library."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from rag.schema import Question

Part = str | tuple[str, ...]
"""One expected answer, or several ways to say one part of it."""

LONGEST_LITERAL = 24  # characters of an answer that must be there as it stands
_GRAM = 4
_LEAST_SHARE = 0.8  # of the 4-grams of a longer one
_IGNORED = re.compile(r"[\s“”\"'‘’《》〈〉「」『』]+")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and what is known of its answer."""

    id: str
    question: Question
    answers: tuple[Part, ...]  # none: the library does not answer it, and it must be declined
    whole: bool = False  # every part is asked for, not just one of them
    documents: tuple[str, ...] = ()  # ids of the documents that may be cited
    speech: str | None = None  # or words of their titles or speakers
    kind: str | None = None


def squashed(text: str) -> str:
    """The text without blanks, quotation marks, width and case."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).casefold()


def holds(text: str, answers: tuple[Part, ...], whole: bool = False) -> bool:
    """Whether a text has one of the answers, or each part of them where ``whole`` or ways are given."""
    if not answers:
        return False
    found = squashed(text)
    each = [any(_says(found, squashed(way)) for way in _ways(part)) for part in answers]
    return all(each) if asked_whole(answers, whole) else any(each)


def asked_whole(answers: tuple[Part, ...], whole: bool) -> bool:
    """Whether every part is asked for."""
    return whole or any(not isinstance(part, str) for part in answers)


def equals(text: str, answers: tuple[Part, ...]) -> bool:
    """Whether a text is one of the answers and nothing else."""
    return any(squashed(text) == squashed(way) for part in answers for way in _ways(part))


def overlap(text: str, answers: tuple[Part, ...]) -> float:
    """The best F1 of a text's characters and those of one of the answers."""
    ways = (squashed(way) for part in answers for way in _ways(part))
    return max((_f1(squashed(text), way) for way in ways), default=0.0)


def _ways(part: Part) -> tuple[str, ...]:
    return (part,) if isinstance(part, str) else part


def _says(text: str, answer: str) -> bool:
    if len(answer) <= LONGEST_LITERAL:
        return bool(answer) and answer in text
    grams = [answer[i : i + _GRAM] for i in range(len(answer) - _GRAM + 1)]
    return sum(gram in text for gram in grams) >= _LEAST_SHARE * len(grams)


def _f1(one: str, other: str) -> float:
    same = sum((Counter(one) & Counter(other)).values())
    return 2 * same / (len(one) + len(other)) if same else 0.0
