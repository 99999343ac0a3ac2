"""Finds whole enumerations in a speech's outline: 三点意见 with all its three points.

An enumeration is the run of sibling sections under one parent; what introduces it is the text before its
first item (一年来…有以下经验: 1、… 2、… 3、…) or its parent's heading. Knows outlines and words, no vectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.naming import named_document
from rag.normal_form import normalise
from rag.numerals import numeral_value
from rag.query import Kind, Query, asked_count
from rag.schema import Document, Hit, Section, Span
from rag.sentence_scorer import Weights
from rag.sentences import sentences
from rag.terms import terms

_INTRODUCTION = 120  # characters before the first item that may introduce an enumeration
_DECLARED = re.compile(r"([二两三四五六七八九十\d]+)(个|点|项|条|方面|种|类|大|句|件)")


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Sibling sections of one document, and the words that introduce them."""

    document: Document
    items: tuple[Section, ...]
    introduction: str  # normal form

    @property
    def declared(self) -> int | None:
        """The number of items that the introduction announces: 三点意见 → 3."""
        counts = [_count(found[1]) for found in _DECLARED.finditer(self.introduction)]
        return next((c for c in reversed(counts) if c), None)

    @property
    def complete(self) -> bool:
        """Whether as many items were found as the introduction announces."""
        return self.declared is None or self.declared == len(self.items)


def _count(numeral: str) -> int | None:
    return int(numeral) if numeral.isdigit() else numeral_value(numeral)


def enumerations_of(document: Document) -> tuple[Enumeration, ...]:
    """All enumerations with at least two items, outermost first."""
    return tuple(
        Enumeration(document, run, _introduction(document, run[0]))
        for run in _runs(document.sections)
        if len(run) > 1
    )


def _runs(sections: Sequence[Section]) -> Iterator[tuple[Section, ...]]:
    """Siblings in order, cut where the numbering starts again; 结束语 and 附件 are of no numbered run."""
    siblings: dict[tuple[int | None, int, bool], list[Section]] = {}
    for section in sections:
        counted = bool(section.number) and not section.number.startswith("附件")
        siblings.setdefault((section.parent, section.level, counted), []).append(section)
    for group in siblings.values():
        run: list[Section] = []
        for section in group:
            if run and is_first(section.number):
                yield tuple(run)
                run = []
            run.append(section)
        yield tuple(run)


def is_first(number: str) -> bool:
    """Whether an item's number opens an enumeration: 一, (一), 1, 一是, 第一, 首先."""
    bare = normalise(number).strip("()第是要.、,:章节条部分")
    return bare in {"一", "1", "①", "首先", "启示一", "其一"}


def _introduction(document: Document, first: Section) -> str:
    before = Span(max(0, first.start - _INTRODUCTION), first.start)
    found = [
        document.text[s.start : s.end] for s in sentences(document.text, before.start, before.end)
    ]
    parent = document.sections[first.parent].heading if first.parent is not None else ""
    return normalise("\n".join([parent, *found[-2:]]))


def item_span(document: Document, section: Section) -> Span:
    """The words that stand for an item: its heading, or its first sentence where that is all it has.

    A number alone on its line is no item; the sentence below it is.
    """
    span = Span(section.start, section.heading_end)
    if _is_bare(document, section, span):
        body = sentences(document.text, section.start, section.end)
        span = next((s for s in body if not _is_bare(document, section, s)), span)
    text = document.text[span.start : span.end]
    return Span(span.start, span.start + len(text.rstrip(" \n　:：")))


def _is_bare(document: Document, section: Section, span: Span) -> bool:
    """Whether there is nothing but the item's number: 一是, 一是：."""
    return len(document.text[span.start : span.end].strip()) <= len(section.number) + 2


_SHOWN_WHOLE = (
    300  # characters that all items together may have to be shown with what is under them
)


def item_spans(found: Enumeration, *, headings: bool) -> list[Span]:
    """The words that stand for the items: all of each where that is short, else what heads it."""
    text = found.document.text
    whole = [
        Span(item.start, item.start + len(text[item.start : item.end].rstrip()))
        for item in found.items
    ]
    if not headings and sum(span.end - span.start for span in whole) <= _SHOWN_WHOLE:
        return whole
    return [item_span(found.document, item) for item in found.items]


_ENOUGH = 0.7  # share of the question's words that introduction, title and speaker must have
_ENOUGH_WITH_COUNT = 0.5  # the same where it has as many items as are asked for
_ENOUGH_DECLARED = 0.4  # and its introduction says so: 四个方向
_OWN_WITH_COUNT = 0.35  # share that the introduction must have by itself, where the count is right
_OWN_ANNOUNCED = 0.5  # where it says that points follow
_OWN = 0.7  # where it does neither
_ABOVE = 300  # characters above the first item that tell what the items are of
_ENOUGH_ABOVE = 0.5  # share that they, title and speaker must have where the introduction has the noun that is asked for
_ASKED_NOUN = re.compile(
    "哪[几些两二三四五六七八九十]?(?:个|条|点|项|大|方面)*的?(?P<noun>[\u4e00-\u9fff]{2})[??。]*$"
)
_SPEECHES = 3  # the first so many retrieved speeches are looked at


def matching_enumeration(query: Query, hits: Sequence[Hit], weights: Weights) -> Enumeration | None:
    """The enumeration that the question asks for, where one is clearly meant."""
    asked = asked_count(normalise(query.text))
    best: tuple[float, Enumeration] | None = None
    for document in _meant(query, hits, weights):
        named = frozenset(terms(f"{document.title} {document.metadata.speaker or ''}"))
        for found in enumerations_of(document):
            score = _score(query, found, asked, named, weights)
            if score is not None and (best is None or score > best[0]):
                best = (score, found)
    return best[1] if best is not None else _outermost(query, hits, weights)


def _score(
    query: Query, found: Enumeration, asked: int | None, named: frozenset[str], weights: Weights
) -> float | None:
    """How well an enumeration fits the question; none where it is not clearly meant."""
    introduction = frozenset(terms(found.introduction))
    own, together = weights.known_share(introduction), weights.known_share(introduction, named)
    counted = asked is not None and asked == len(found.items)
    announced = bool(_ANNOUNCES.search(found.introduction))
    if counted or asked is None:
        own = max(own, _share_beside(named, introduction, weights))
    needed = _OWN_WITH_COUNT if counted else _OWN_ANNOUNCED if announced else _OWN
    enough = _ENOUGH
    if counted:
        enough = _ENOUGH_DECLARED if found.declared == asked else _ENOUGH_WITH_COUNT
    if own < needed or together < enough:
        return _score_by_noun(query, found, named, weights)
    if query.kind is Kind.HOW and not (announced or counted):
        return None
    fits = 0.0 if asked is None else 0.2 if counted else -0.2
    return together + 0.5 * own + 0.1 * announced + fits


def _score_by_noun(
    query: Query, found: Enumeration, named: frozenset[str], weights: Weights
) -> float | None:
    """How well what stands above 主要有三条原因: fits a question for reasons."""
    asked = _ASKED_NOUN.search(normalise(query.text))
    counts = (
        found.declared,
        len(found.items),
        asked_count(normalise(query.text)) or found.declared,
    )
    if not asked or len(set(counts)) > 1:
        return None
    if not re.search(f"{_DECLARED.pattern}[^,.;。]{{0,3}}{asked['noun']}", found.introduction):
        return None
    first = found.items[0].start
    above = normalise(found.document.text[max(0, first - _ABOVE) : first])
    together = weights.known_share(frozenset(terms(above)), named)
    return together if together >= _ENOUGH_ABOVE else None


def _share_beside(named: frozenset[str], introduction: frozenset[str], weights: Weights) -> float:
    """The introduction's share of the words that do not say which speech is meant."""
    beside = {
        w: weight for w, weight in weights.of.items() if w not in named and weights.knows([w])
    }
    shared = sum(weight for w, weight in beside.items() if w in introduction)
    return shared / sum(beside.values()) if beside else 0.0


def _meant(query: Query, hits: Sequence[Hit], weights: Weights) -> list[Document]:
    """The speech that the question names, else the first ones of the speaker that it names or of any."""
    named = named_document(query, hits, weights.of)
    if named is not None:
        return [named]
    documents = {hit.document.doc_id: hit.document for hit in reversed(hits)}
    ranked = [documents[doc_id] for doc_id in dict.fromkeys(hit.document.doc_id for hit in hits)]
    own = [
        document
        for document in ranked
        if document.metadata.speaker in query.speakers
        or any(speaker in document.title for speaker in query.speakers)
    ]
    return (own or ranked)[:_SPEECHES]


def _outermost(query: Query, hits: Sequence[Hit], weights: Weights) -> Enumeration | None:
    """The speech's own parts, for a question about its outline or its points as a whole."""
    if query.kind is not Kind.OUTLINE and not _POINTS.search(normalise(query.text)):
        return None
    document = named_document(query, hits, weights.of)
    found = enumerations_of(document) if document else ()
    return found[0] if found else None


_ANNOUNCES = re.compile("[:：]$|以下|如下|几点|[二两三四五六七八九十]点")
_POINTS = re.compile("(要求|意见|部分|方面|观点|要点|任务|希望)(是什么|有哪些|是哪些)?[??。]?$")
