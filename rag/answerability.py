"""Whether the library answers a question at all; and whether the source lost the figure that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.answer_spans import Sort, wanted
from rag.gazetteer import places_in
from rag.named_things import nouns_of
from rag.normal_form import normalise
from rag.numerals import NUMERAL_CHARACTERS
from rag.quantities import quantities
from rag.query import Kind, Query, years_in
from rag.retrieval import Retrieval
from rag.schema import Hit, Quote
from rag.sentence_scorer import FEATURES as SENTENCE_FEATURES
from rag.sentence_scorer import Candidate, Weights
from rag.terms import terms

FEATURES = (
    "best_probability",
    "second_probability",
    "first_five_probabilities",
    "sentence_shared",
    "sentence_shared_in_context",
    "sentence_known_shared",
    "passage_shared",
    "passage_known_shared",
    "passages_shared",  # by the first three passages together
    "title_known_shared",
    "document_shared",
    "document_known_shared",
    "unknown",  # weight of the words that the library lacks
    "rarest_missing",  # weight of the rarest word that the passage lacks, against the rarest of all
    "lead_missing",  # of the question's first words, which often name who or where
    "lead_missing_in_document",
    "name_missing_in_document",  # a place or office of the question is not in the document
    "longest_gap",  # words in a row that the passage lacks
    "cosine",
    "cosine_margin",  # against the mean of the passages
    "cosine_spread",
    "score",
    "score_gap",  # of the first passage to the second
    "lexical_gap",
    "longest_run",
    "years_missing",  # a year is named and neither passage nor title has it
    "words",
    "is_figure",
    "figure_has_quantity",
    "is_when",
    "when_has_date",
    "piece",  # the chance of the best sentence's likeliest piece of the sort asked for
    "best_piece",  # the same of the first five sentences
    "asks_piece",  # the question asks for such a piece
    "no_piece",  # and the best sentence has none
    "person_piece",
    "place_piece",
    "moment_piece",
    "figure_piece",
    "names_place",
    "place_missing",  # share of the places that the question names and the passage with its title does not
    "place_missing_in_document",
    "other_place",  # the title and the passage name places, and none of the question's
    "other_place_in_title",
    "nouns",  # of the question, as a square root
    "noun_unknown",  # share of them that the library lacks
    "noun_missing",  # that neither sentence, passage nor title has
    "noun_missing_in_sentence",
    "noun_missing_in_document",
)
_PIECES = ("no_piece", "person_piece", "place_piece", "moment_piece", "figure_piece")
_FIRST = 3
_LEAD = 4  # words
_TELLING = 3  # characters; a noun of two is too often cut wrongly
_READ = 20_000  # characters of a document that are searched for the question's words
_PLACE_AHEAD = re.compile(
    "(?:^|年[底初末]?)(?P<place>(?![据跟在从对月底初末])[\u4e00-\u9fff]{1,2}(?![全各本我该])[\u4e00-\u9fff])[省市州县区镇乡]"
    "(?![长委场民级域局政里内外直区县市府人高中公办立])"
)
_NAME = re.compile(
    "[\u4e00-\u9fff]{2,6}?(?:省|市|县|区|局|厅|部|委|大学|医院|银行|公司|集团|学校|办公室|协会)"
)
_SPEAKS_OF_IT = 0.5  # share of the question's words in a sentence that lost its figure


def answerability_features(
    query: Query, retrieval: Retrieval, weights: Weights, ranked: Sequence[Candidate]
) -> list[float]:
    """Features in the order of ``FEATURES``; ``ranked`` is sorted by probability and not empty."""
    best, hit = ranked[0], retrieval.hits[ranked[0].rank]
    above = hit.above
    title, words = frozenset(terms(above)), list(weights.of)
    passage = title | frozenset(terms(hit.text))
    sentence = frozenset(terms(best.quote.text))
    whole = _beginning(hit.document.text)
    document = title | {word for word in words if word in whole}
    passages = [frozenset(terms(h.above + "\n" + h.text)) for h in retrieval.hits[:_FIRST]]
    named = _NAME.findall(normalise(query.text))
    years = years_in(normalise(above + (hit.document.metadata.date or "") + hit.text))
    cosines, lexical = retrieval.dense, retrieval.lexical
    scores = [h.score for h in retrieval.hits]
    figure, when = query.kind is Kind.FIGURE, query.kind is Kind.WHEN
    feature = dict(zip(SENTENCE_FEATURES, best.features, strict=True))
    return [
        best.probability,
        ranked[1].probability if len(ranked) > 1 else 0.0,
        sum(c.probability for c in ranked[:5]),
        best.shared,
        feature["shared_with_previous"],
        weights.known_share(sentence),
        weights.share(passage),
        weights.known_share(passage),
        weights.share(*passages),
        weights.known_share(title),
        weights.share(document),
        weights.known_share(document),
        weights.unknown,
        max((weights.of[w] for w in words if w not in passage), default=0.0) / weights.heaviest,
        weights.missing(words[:_LEAD], passage),
        weights.missing(words[:_LEAD], document),
        float(any(name not in whole and name not in normalise(above) for name in named)),
        _longest_gap(words, passage) / max(len(words), 1),
        float(cosines[best.rank]),
        float(cosines[best.rank] - cosines.mean()),
        float(cosines.std()),
        scores[0],
        scores[0] - scores[1] if len(scores) > 1 else 0.0,
        float(lexical[0] - lexical[1]) / (weights.total or 1.0) if len(scores) > 1 else 0.0,
        feature["longest_run"],
        float(bool(query.years - years)),
        float(len(words)) ** 0.5,
        float(figure),
        float(figure and bool(feature["has_quantity"])),
        float(when),
        float(when and bool(feature["has_date"])),
        best.piece_probability,
        max(c.piece_probability for c in ranked[:5]),
        float(wanted(query).sort is not Sort.OTHER),
        *(feature[name] for name in _PIECES),
        *_place_features(places_in(normalise(query.text)), normalise(above), hit, whole),
        *_noun_features(query, normalise(above), hit, normalise(best.quote.text), whole, weights),
    ]


def speaks_of_the_unknown(query: Query, weights: Weights) -> bool:
    """Whether the question turns on a noun that the library does not have at all, or a place: 区块链, 云台县."""
    names = (noun for noun in nouns_of(query.subject) if len(noun) >= _TELLING)
    return any(not weights.knows(terms(name)) for name in (*names, *_places_ahead(query)))


def _places_ahead(query: Query) -> list[str]:
    """The place that the question begins with, without the word for what it is: 云台 of 2021年云台县."""
    found = _PLACE_AHEAD.search(query.subject)
    return [found["place"]] if found else []


def _noun_features(
    query: Query, title: str, hit: Hit, sentence: str, document: str, weights: Weights
) -> tuple[float, ...]:
    """How many of the question's nouns were found, and where."""
    nouns = nouns_of(query.subject)
    if not nouns:
        return (0.0,) * 5
    near = title + normalise(hit.text)
    missing = (
        sum(not weights.knows(terms(noun)) for noun in nouns),
        sum(noun not in near for noun in nouns),
        sum(noun not in sentence for noun in nouns),
        sum(noun not in document and noun not in title for noun in nouns),
    )
    return (len(nouns) ** 0.5, *(number / len(nouns) for number in missing))


def _place_features(
    asked: frozenset[str], title: str, hit: Hit, document: str
) -> tuple[float, float, float, float, float]:
    """Whether what was found is about the places that the question names."""
    if not asked:
        return (0.0,) * 5
    near = title + normalise(hit.text)
    missing = sum(place not in near for place in asked) / len(asked)
    nowhere = sum(place not in document and place not in title for place in asked) / len(asked)
    titled = places_in(title)
    return (
        1.0,
        missing,
        nowhere,
        float(missing == 1.0 and bool(titled or places_in(near))),
        float(bool(titled) and not titled & asked),
    )


@lru_cache(maxsize=64)
def _beginning(text: str) -> str:
    return normalise(text[:_READ])


def _longest_gap(words: Sequence[str], passage: frozenset[str]) -> int:
    longest = gap = 0
    for word in words:
        gap = 0 if word in passage else gap + 1
        longest = max(longest, gap)
    return longest


# A measure word that needs a figure before it; after anything else the figure has been lost.
_NUMBER = rf"0-9.{NUMERAL_CHARACTERS}几数每"
_NEEDS_FIGURE = re.compile(
    rf"(?<![{_NUMBER}余多近约])(?:%|百分点|万元|亿元|万吨|公里|平方米|万人|人次|户(?=[农居牧贫困])"
    rf"|名(?=[党干教学职工])|人(?=[、]|$)|项(?=$))|(?<![0-9])[.]%"
    rf"|(?<![{_NUMBER}许很众更最诸不太较颇大好])[余多](?:名|户|人|个|家|项|件|次|亩|万元|亿元|公里)"
)
_CLAUSE = re.compile("[,，;；。:：!！?？]")
_LOOKED_AT = 3  # sentences
_OF_THE_BEST = 0.6  # share of the best clause's words that another one must have to be meant
_ASKED_MEASURE = re.compile("(?:多少|几)(个|名|人|户|家|项|件|起|次|篇|期|万元|亿元|吨|亩|公里)")


def missing_figure(query: Query, ranked: Sequence[Candidate], weights: Weights) -> Quote | None:
    """The sentence that speaks of what is asked and has lost its figure, if that is so.

    Of a sentence's clauses those are looked at that share most with the question: 全年共培训干部人 has lost what
    it tells, whatever figures stand beside it. A figure with the measure word that is asked for is none lost.
    """
    if query.kind is not Kind.FIGURE:
        return None
    asked = _ASKED_MEASURE.search(normalise(query.text))
    there = re.compile(rf"[0-9{NUMERAL_CHARACTERS}][余多]?{asked[1]}") if asked else None

    def share(text: str) -> float:
        return weights.known_share(frozenset(terms(text)))

    for candidate in ranked[:_LOOKED_AT]:
        normal = normalise(candidate.quote.text)
        if share(normal) < _SPEAKS_OF_IT or (there and there.search(normal)):
            continue
        clauses = [(share(clause), clause) for clause in _CLAUSE.split(normal)]
        enough = _OF_THE_BEST * max(clauses)[0]
        meant = [clause for own, clause in clauses if own >= enough]
        if any(_NEEDS_FIGURE.search(clause) and not quantities(clause) for clause in meant):
            return candidate.quote
    return None


_ASKS_FOR_MEANING = re.compile("(?:指的?(?:是)?|是)(?:什么|哪)|是什么意思|含义|何谓|什么是|什么叫")
_TERM = re.compile('[“"]([^“”"]{2,14})[”"]')
_EXPLAINS = re.compile(
    "就是|即(?!将|使|便|可)|[是所]指|指的|所谓|是(?:一|由|对|在|以)|包括|分别|[:：—]|[(][^)]{4,}[)]|[一1]是"
)
_LISTS = re.compile("、[^、,，。]{2,}、")


def only_mentions(query: Query, texts: Sequence[str]) -> bool:
    """Whether it is asked what a quoted term means, and the texts have the term without a word on what it is."""
    asked = normalise(query.text)
    asked_terms = _TERM.findall(asked) if _ASKS_FOR_MEANING.search(asked) else []
    said = [normalise(text) for text in texts]
    clauses = [clause for text in said for clause in re.split("[,，;；。]", text)]
    with_term = [clause for clause in clauses if any(term in clause for term in asked_terms)]
    return bool(with_term) and not (
        any(map(_LISTS.search, with_term)) or any(map(_EXPLAINS.search, said))
    )
