"""Scores each sentence of the retrieved passages: the chance that it holds the answer.

Each sentence gets features (words shared with the question weighed by their rarity, alone and together with
heading and neighbours; the passage's rank; whether it has the kind of thing that is asked). A logistic model
turns them into a probability. Knows no documents outside the passages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.answer_spans import Sort, best_piece, wanted
from rag.calibration import Logistic
from rag.dates import dates_in
from rag.named_things import tagged_words
from rag.normal_form import normalise
from rag.quantities import quantities
from rag.query import Kind, Query, asked_count, years_in
from rag.retrieval import Retrieval
from rag.schema import Hit, Quote, Span
from rag.sentences import sentences
from rag.terms import terms

PASSAGES = 6  # the passages whose sentences are looked at
Frequencies = Callable[[Iterable[str]], Mapping[str, int]]

_OWN = (
    "shared",  # share of the question's words that the sentence has, weighed by rarity
    "shared_squared",
    "shared_with_title",
    "shared_with_previous",
    "next_shared",
    "previous_shared",
    "passage_shared",
    "longest_run",  # the longest run of characters shared, as a share of the question
    "behind_best",  # the passage's fused score less that of the best passage
    "passage_score",
    "passage_cosine",
    "first_passage",
    "log_length",
    "very_short",
    "first_sentence",
    "only_sentence",
    "has_quantity",
    "has_date",
    "figure_has_quantity",
    "when_has_date",
    "figure_shared",
    "how_log_length",
    "list_log_length",
    "list_has_series",
    "how_has_series",
    "why_has_reason",
    "definition_has_copula",
    "year_named",  # the question names a year and sentence, headings or title have it
    "other_year",  # the question names a year and the sentence names only others
    "after_question",  # the sentence before it asks: 什么叫“标准地”？
    "piece",  # the chance of its likeliest piece of the sort that is asked for
    "no_piece",  # such a sort is asked for and it has none
    "person_piece",
    "place_piece",
    "moment_piece",
    "figure_piece",
    "series_of_count",  # a series of as many things as are asked for: “五有” and 有房子、有牌子、…
)
# Which sentence answers is a choice between them: how each stands among the others tells more than its own values.
_COMPARED = (
    "shared",
    "shared_with_title",
    "shared_with_previous",
    "longest_run",
    "passage_cosine",
    "piece",
)
_COMPARISONS = ("behind", "best", "rank")  # less than the best; is the best; 1 / its rank
FEATURES = (*_OWN, *(f"{name}_{how}" for name in _COMPARED for how in _COMPARISONS))
_REASON = re.compile("因为|由于|为了|因此|因而|所以|原因|缘于|出于")
_SERIES = re.compile("[、;；]")
_COPULA = re.compile("是|指|称|即")
_CLAUSE = re.compile("[,，。;；:：]")
_VERY_SHORT = 12
_CUT_FIGURE = re.compile(
    r"(?<![0-9])(?!(?:19|20)[0-9]{2}[.．])[0-9]+[.．]$|[0-9]\s*(?:…+|[.．]{2,})$"
)
_COUNT = re.compile(r"^第[一二三四五六七八九十百\d]+篇[:：]?")  # of a compilation


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer."""

    quote: Quote
    rank: int  # of its passage
    features: tuple[float, ...]
    probability: float = 0.0
    piece: Span | None = None  # of the quote's text: the likeliest short answer
    piece_probability: float = 0.0
    place: Span | None = None  # of the quote's text: where the reader sees the answer
    look_alike: bool = False  # tells of another year or place than the one asked about

    @property
    def shared(self) -> float:
        """The share of the question's words that the sentence has, weighed by rarity."""
        return self.features[0]

    @property
    def length(self) -> int:
        """In characters."""
        return self.quote.end - self.quote.start


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What is known of a sentence whatever the question."""

    start: int  # within its passage
    end: int
    normal: str
    terms: frozenset[str]
    has_quantity: bool
    has_date: bool
    years: frozenset[str]

    @property
    def asks(self) -> bool:
        """Whether it is a question; its answer comes after it."""
        return self.normal.endswith(("?", "?”"))

    @property
    def tells(self) -> bool:
        """Whether it says something: 去年造林1047亩,靠的是什么? does, though it asks."""
        told, _, _ = self.normal.rpartition(",")
        return not self.asks or (
            len(told) >= _TELLING
            and not _ASKING.search(told)
            and (self.has_quantity or any(tag[0] == "v" for _, tag in tagged_words(told)))
        )


_TELLING = 8  # characters of a clause that says something
_ASKING = re.compile("[谁吗呢哪几?]|什么|多少|怎|为何|如何|是否|难道|莫非")


class Weights:
    """The question's words and how much each counts: its inverse document frequency."""

    def __init__(self, words: Iterable[str], frequencies: Mapping[str, int], total: int) -> None:
        self.of = {
            word: math.log(1 + (total - n + 0.5) / (n + 0.5))
            for word in words
            for n in [frequencies.get(word, 0)]
        }
        self.total = sum(self.of.values())
        self.heaviest = max(self.of.values(), default=1.0)
        # Many bigrams that the library lacks are no words but the seams between words.
        self._known = {word: w for word, w in self.of.items() if frequencies.get(word, 0)}
        self._known_total = sum(self._known.values())

    def share(self, *term_sets: Collection[str]) -> float:
        """The weight of the words that occur in any of the sets, of all the question's weight."""
        found = sum(w for word, w in self.of.items() if any(word in s for s in term_sets))
        return found / (self.total or 1.0)

    def known_share(self, *term_sets: Collection[str]) -> float:
        """The same of the words that the library has at all."""
        found = sum(w for word, w in self._known.items() if any(word in s for s in term_sets))
        return found / (self._known_total or 1.0)

    @property
    def unknown(self) -> float:
        """The weight of the words that the library lacks, of all the question's weight."""
        return 1 - self._known_total / (self.total or 1.0)

    def knows(self, words: Iterable[str]) -> bool:
        """Whether the library has any of the question's words."""
        return any(word in self._known for word in words)

    def missing(self, words: Collection[str], term_set: Collection[str]) -> float:
        """The weight of those of ``words`` that the set lacks, of their weight."""
        total = sum(self.of[word] for word in words)
        return sum(self.of[w] for w in words if w not in term_set) / (total or 1.0)


class SentenceScorer:
    """Gives each sentence of the first passages its probability."""

    def __init__(
        self, frequencies: Frequencies, total: Callable[[], int], model: Logistic, pieces: Logistic
    ) -> None:
        self._frequencies = frequencies
        self._total = total
        self._model = model
        self._pieces = pieces

    def weights(self, query: Query) -> Weights:
        """How much each of the question's words counts in this library."""
        words = dict.fromkeys(terms(query.subject))
        return Weights(words, self._frequencies(words), self._total())

    def candidates(self, query: Query, retrieval: Retrieval, weights: Weights) -> list[Candidate]:
        """The sentences of the first passages, by passage and place, each once, with probability."""
        unscored = candidates_of(query, retrieval, weights, self._pieces)
        if not unscored:
            return []
        rows = np.array([c.features for c in unscored])
        chances = self._model.probabilities(rows)
        return [replace(c, probability=float(p)) for c, p in zip(unscored, chances, strict=True)]


def candidates_of(
    query: Query, retrieval: Retrieval, weights: Weights, pieces: Logistic
) -> list[Candidate]:
    """The sentences of the first passages with their features and no probability yet."""
    found: dict[str, Candidate] = {}  # by its words: another printing's sentence is no second one
    asked, question = wanted(query), normalise(query.text)
    count = asked_count(question)
    for rank, hit in enumerate(retrieval.hits[:PASSAGES]):
        known = _sentences_of(hit.text)
        context = _Context(query, weights, retrieval, rank, hit)
        for sentence, row in zip(known, _rows(context, known), strict=True):
            start = hit.chunk.start + sentence.start
            quote = Quote(hit.document, start, hit.chunk.start + sentence.end)
            tells = sentence.tells and not (is_heading(quote) or is_cut_off(quote))
            if tells and sentence.normal not in found:
                piece, chance = best_piece(quote.text, asked, weights, question, pieces)
                about = (
                    *_about_piece(asked.sort, piece is not None, chance),
                    _has_series(quote.text, count),
                )
                found[sentence.normal] = Candidate(quote, rank, (*row, *about), 0.0, piece, chance)
    return _compared(list(found.values()))


def _compared(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates with the features that hold each against the others."""
    if not candidates:
        return []
    rows = np.array([c.features for c in candidates])
    columns: list[NDArray[np.float64]] = []
    for name in _COMPARED:
        values = rows[:, _OWN.index(name)]
        ranks = np.argsort(np.argsort(-values, kind="stable"), kind="stable")
        columns += [values - values.max(), np.isclose(values, values.max()), 1 / (1 + ranks)]
    extended = np.column_stack([rows, *columns])
    return [
        replace(c, features=tuple(row))
        for c, row in zip(candidates, extended.tolist(), strict=True)
    ]


def _about_piece(sort: Sort, found: bool, chance: float) -> tuple[float, ...]:
    sorts = (Sort.PERSON, Sort.PLACE, Sort.MOMENT, Sort.FIGURE)
    none = float(sort is not Sort.OTHER and not found)
    return (chance, none, *(chance * (sort is one) for one in sorts))


def _has_series(sentence: str, count: int | None) -> float:
    """Whether a clause of the sentence lists ``count`` things."""
    clauses = _CLAUSE.split(sentence) if count and count > 1 else []
    return float(any(clause.count("、") + 1 == count for clause in clauses))


def is_heading(quote: Quote) -> bool:
    """Whether a sentence is only a section's heading or the title; it announces, it does not tell."""
    document = quote.document
    position = document.section_at(quote.start)
    if position is not None:
        section = document.sections[position]
        alone = (
            document.text[section.heading_end : section.heading_end + 2].lstrip("。.:： ")[:1]
            == "\n"
        )
        if alone and quote.start == section.start and quote.end <= section.heading_end + 1:
            return True
    bare = _COUNT.sub("", normalise(quote.text)).lstrip("# -—")
    titles = (document.metadata.title, document.metadata.subtitle)
    return bare in {normalise(title) for title in titles if title}


def is_cut_off(quote: Quote) -> bool:
    """Whether the text was cut off within a figure, as teasers are: 票房达到25. says nothing of 25.28亿."""
    rest = quote.document.text[quote.end :].strip(" \u3000\u00a0\n.…")
    return not rest and bool(_CUT_FIGURE.search(quote.text))


@dataclass(frozen=True, slots=True)
class _Context:
    """What all sentences of one passage share."""

    query: Query
    weights: Weights
    retrieval: Retrieval
    rank: int
    hit: Hit


def _rows(context: _Context, known: tuple[_Sentence, ...]) -> Iterator[tuple[float, ...]]:
    """The features of a passage's sentences, in the order of ``FEATURES``."""
    share, kind = context.weights.share, context.query.kind
    above = context.hit.above
    title, title_years = frozenset(terms(above)), years_in(normalise(above))
    asked_years = context.query.years
    passage_shared = share(title, *(s.terms for s in known))
    best = context.retrieval.hits[0].score
    nothing: frozenset[str] = frozenset()
    for i, sentence in enumerate(known):
        shared = share(sentence.terms)
        previous = known[i - 1].terms if i else nothing
        following = known[i + 1].terms if i + 1 < len(known) else nothing
        log_length = math.log1p(len(sentence.normal))
        series = bool(_SERIES.search(sentence.normal))
        yield (
            shared,
            shared * shared,
            share(sentence.terms, title),
            share(sentence.terms, title, previous),
            share(following),
            share(previous),
            passage_shared,
            longest_run(context.query.content, sentence.normal)
            / max(len(context.query.content), 1),
            context.hit.score - best,
            context.hit.score,
            float(context.retrieval.dense[context.rank]),
            float(context.rank == 0),
            log_length,
            float(len(sentence.normal) < _VERY_SHORT),
            float(i == 0),
            float(len(known) == 1),
            float(sentence.has_quantity),
            float(sentence.has_date),
            float(kind is Kind.FIGURE and sentence.has_quantity),
            float(kind is Kind.WHEN and sentence.has_date),
            shared * (kind is Kind.FIGURE),
            log_length * (kind is Kind.HOW),
            log_length * (kind is Kind.LIST),
            float(kind is Kind.LIST and series),
            float(kind is Kind.HOW and series),
            float(kind is Kind.WHY and bool(_REASON.search(sentence.normal))),
            float(kind is Kind.DEFINITION and bool(_COPULA.search(sentence.normal))),
            float(bool(asked_years & (sentence.years | title_years))),
            float(bool(asked_years and sentence.years and not asked_years & sentence.years)),
            float(i > 0 and known[i - 1].asks),
        )


@lru_cache(maxsize=8192)
def _sentences_of(passage: str) -> tuple[_Sentence, ...]:
    """The sentences of a passage, read once however often the passage is found."""
    return tuple(
        _Sentence(
            span.start,
            span.end,
            normal := normalise(words := passage[span.start : span.end]),
            frozenset(terms(words)),
            bool(quantities(words)),
            bool(dates_in(words)),
            years_in(normal),
        )
        for span in sentences(passage)
    )


def longest_run(one: str, other: str) -> int:
    """Length of the longest common substring."""
    best = 0
    for start in range(len(one)):
        while start + best < len(one) and one[start : start + best + 1] in other:
            best += 1
    return best
