"""Makes a follow-up question stand on its own, from the turns before it: by rule, or by a model if there is one.

"他还提出了哪几项要求？" gets the speaker that was last named, "那2022年呢？" takes the earlier question with the
year changed. A question that names its own subject is left alone: a new topic is not bent to the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.library import Library
from rag.normal_form import normalise
from rag.query import Query, understand, years_in
from rag.rewriting import ModelRewriter
from rag.schema import Question, Turn

_PERSON = re.compile(r"(?<![其吉排])[他她](?!们|人|杀|乡|日|山)")
_POINTING = re.compile(
    r"[他她它]们|(?<!其)其(?!他|它|实|余|次)|该(?!怎|如|不)|这(个|件|次|些|篇|里|份|项|位|两|三|几|一)"
    r"|那(个|次|些|里|份|项|位)|上述|刚才|上面|前面|后者|前者|另外|此外|还(有|提|说|要|讲|包括|谈)"
    r"|^(?:讲话|发言|致辞|报告|全文)(?!人|会|团|稿|者|厅)"  # the one that was spoken of
)
_ELLIPSIS = re.compile(
    r"^(?:那么?|还有|至于|换成|而)?[,，]?(?P<subject>.{1,20}?)(?:又|的)?呢[??!！。]*$"
)
_MARKERS = re.compile(r"\[\d+\]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ATTRIBUTE = re.compile(
    r"^(?P<head>.*?(?<=[,，。;；])|)(?P<subject>[^,，。;；]{2,14}?)(?=的|有多少|是多少)"
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier question, made to stand on its own, and what was answered to it."""

    question: str
    answer: str = ""

    @property
    def text(self) -> str:
        """Both, for finding the names and the documents they speak of."""
        return f"{self.question} {self.answer}".strip()


class Conversations:
    """Understands questions in the light of earlier turns and of the names that a library knows."""

    def __init__(self, library: Library, rewriter: ModelRewriter | None = None) -> None:
        self._library = library
        self._rewriter = rewriter
        self._generation = -1
        self._speakers: frozenset[str] = frozenset()

    def query(self, question: Question) -> Query:
        """The question as a query that stands on its own."""
        speakers = self._known_speakers()
        earlier = standalone_turns(question.history, speakers)
        text = self._rewritten(question, speakers) or standalone(question.text, earlier, speakers)
        query = understand(text, speakers, question.within)
        follows = bool(earlier) and (text != question.text or depends(question.text))
        return replace(query, earlier=earlier[-1].text if follows else None)

    def _rewritten(self, question: Question, speakers: frozenset[str]) -> str | None:
        if self._rewriter is None or not question.history:
            return None
        return self._rewriter.whole(question.text, question.history, speakers)

    def _known_speakers(self) -> frozenset[str]:
        if self._generation != self._library.generation:
            names = (entry.metadata.speaker for entry in self._library.documents())
            self._speakers = frozenset(name for name in names if name)
            self._generation = self._library.generation
        return self._speakers


def standalone_turns(history: Sequence[Turn], speakers: Iterable[str]) -> list[Earlier]:
    """The user's earlier questions with their answers, oldest first."""
    turns: list[Earlier] = []
    for turn in history:
        if turn.role == "user":
            turns.append(Earlier(standalone(turn.content, turns, speakers)))
        elif turns:
            turns[-1] = replace(turns[-1], answer=_MARKERS.sub("", turn.content)[:200])
    return turns


def depends(text: str) -> bool:
    """Whether a question points back at what was said before."""
    normal = normalise(text)
    return bool(_PERSON.search(normal) or _POINTING.search(normal) or _ELLIPSIS.match(normal))


def standalone(text: str, earlier: Sequence[Earlier], speakers: Iterable[str]) -> str:
    """The question with what it leaves to be understood filled in from the earlier ones."""
    if not earlier or not depends(text):
        return text
    previous = earlier[-1].question
    ellipsis = _ELLIPSIS.match(normalise(text))
    if ellipsis:
        return _substituted(previous, ellipsis["subject"], speakers)
    named = _last_named(earlier, speakers)
    if named and _PERSON.search(text):
        return _PERSON.sub(named, text, count=1)
    if named and named in text:
        return text
    return f"{named or ''}{text}" if named else f"{previous} {text}"


def _last_named(earlier: Sequence[Earlier], speakers: Iterable[str]) -> str | None:
    """The speaker that the latest of the earlier turns names."""
    names = [name.removesuffix("同志") for name in speakers]
    for turn in reversed(earlier):
        text = turn.text
        found = [(text.rfind(name), name) for name in names if len(name) >= 2 and name in text]
        if found:
            return max(found)[1]
    return None


def _substituted(previous: str, subject: str, speakers: Iterable[str]) -> str:
    """The earlier question with ``subject`` in the place of the thing of its kind."""
    years = years_in(subject)
    if years:
        changed = _YEAR.sub(min(years), previous)
        return changed if changed != previous else f"{subject}{previous}"
    if subject in speakers:
        old = _last_named([Earlier(previous)], speakers)
        return previous.replace(old, subject) if old else f"{subject}{previous}"
    attribute = _ATTRIBUTE.match(previous)
    if attribute:
        start, end = attribute.span("subject")
        return _with_tail(previous[:start], previous[start:end], subject) + previous[end:]
    return f"{subject} {previous}"


def _with_tail(head: str, old: str, subject: str) -> str:
    """``subject`` put for the end of ``old``; the part before it (a year, a place) stays."""
    kept = old[: max(0, len(old) - len(subject))]
    return f"{head}{kept}{subject}" if _YEAR.match(kept) else f"{head}{subject}"
