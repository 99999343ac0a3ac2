"""Which speech a question names: by speaker, title, meeting and year. Knows no answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.gazetteer import places_in
from rag.normal_form import normalise
from rag.query import Facet, Query, years_in
from rag.schema import Document, Hit
from rag.terms import terms

_NAMED = 0.75  # share of the question's words that title, speaker, meeting and year must have
_HEAD = 200  # characters
_TOLD_BY_CONTENT = (Facet.VENUE, Facet.DATE)
# Words that every such question has; they tell no speech from another.
_COMMON = re.compile(
    "讲话|报告|发言|演讲|致辞|会议|会上|大会|作的|作了|发表|题目|标题|日期|时间|分为|分成|部分|方面|结构|提纲|框架"
    "|主要|内容|提出|要求|意见|观点|要点|讲到|谈到|总结|概括|哪些|[在上的是由所讲说]"
)


Importance = Mapping[str, float]  # of a word; 1 where it is not given


def named_document(query: Query, hits: Sequence[Hit], importance: Importance) -> Document | None:
    """The speech that the question names, if one of the retrieved ones is named clearly enough."""
    said = query.naming or query.content
    words = dict.fromkeys(w for w in terms(_COMMON.sub(",", _places_apart(said))) if len(w) > 1)
    if not words:
        return None
    shares = {}
    for hit in hits:
        document = hit.document
        if document.doc_id not in shares:
            # 李明在什么会上说…: the speaker is named, and what was said tells the speech.
            told = query.facet in _TOLD_BY_CONTENT and document.metadata.speaker in query.speakers
            said = hit.text if told else ""
            shares[document.doc_id] = (_share(words, document, said, importance), document)
    best = max(shares.values(), key=lambda pair: pair[0], default=None)
    if best is None or best[0] < _NAMED:
        return None
    return best[1]


def _places_apart(said: str) -> str:
    """The words with places set off: 云南省政府 is 云南省 and 政府, wherever a title has them."""
    for place in places_in(said):
        said = re.sub(f"{place}[省市县区]?", r",\g<0>,", said)
    return said


def _share(words: dict[str, None], document: Document, said: str, importance: Importance) -> float:
    metadata = document.metadata
    described = " ".join(
        part
        for part in (
            document.title,
            metadata.subtitle,
            metadata.speaker,
            metadata.office,
            metadata.venue,
            f"{(metadata.date or '')[:4]}年",
            document.text[:_HEAD],  # many say only here where they were given
            said,
        )
        if part
    )
    known = set(terms(described))
    total = sum(importance.get(word, 1.0) for word in words)
    return (
        sum(importance.get(word, 1.0) for word in words if word in known) / total if total else 1.0
    )


def years_of(document: Document) -> frozenset[str]:
    """The years in a speech's title; where it has none, the year of its date."""
    titled = years_in(normalise(document.title))
    return titled or frozenset({(document.metadata.date or "")[:4]} - {""})


def contradicts_year(query: Query, document: Document) -> bool:
    """Whether the question names a year and the speech is of another one."""
    known = years_of(document)
    return bool(query.speech_years and known and not query.speech_years & known)
