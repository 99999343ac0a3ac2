"""How often a term or topic occurs, by year and by speaker, and where; the speeches in time.

Terms are compared in normal form, page chrome does not count, and a speech that was printed several
times counts once. Reads every speech, so it takes about a second for four million characters. Makes
no HTML; which passages are on a topic, it is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from rag.corpus import DocumentEntry
from rag.normal_form import normal_form, normalise
from rag.permalink import permalink
from rag.schema import Document, Hit, Metadata, Span
from rag.sentences import sentences
from rag.services import Library

_MOST_EMPTY_YEARS = 60  # years without a speech that are shown between others
_MOST_SPEAKERS = 20
_MOST_EXCERPTS = 100


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where a speech has the term."""

    document: Document
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart."""

    label: str  # a year or a speaker; "" where the speech tells none
    count: int  # occurrences
    speeches: int  # that have the term
    of: int  # speeches in all


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence that has the term, its link, and its pieces: every second one is the term."""

    document: Document
    pieces: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class TrendPage:
    """What the page of a term shows; without a term, the speeches in time."""

    term: str
    year: str | None  # None: any; "": unknown
    speaker: str | None
    count: int
    speeches: int
    years: Sequence[Bar]
    speakers: Sequence[Bar]
    excerpts: Sequence[Excerpt]
    excerpts_left_out: int  # occurrences
    timeline: Sequence[tuple[str, Sequence[DocumentEntry]]]
    by_meaning: bool = False  # passages near a topic were counted, not a term


def trend_page(
    library: Library, term: str, year: str | None = None, speaker: str | None = None
) -> TrendPage:
    """Counts a term; the charts count all speeches, the sentences are of a year and a speaker."""
    entries = speeches_once(library)
    found = mentions(library, entries, term)
    chosen = narrowed(found, year, speaker)
    shown = list(islice(excerpts(chosen), _MOST_EXCERPTS))
    return TrendPage(
        term=term,
        year=year,
        speaker=speaker,
        count=_count(found),
        speeches=len(found),
        years=by_year(found, entries) if found else (),
        speakers=by_speaker(found, entries),
        excerpts=shown,
        excerpts_left_out=_count(chosen) - sum(len(e.pieces) // 2 for e in shown),
        timeline=() if term else timeline(entries),
    )


def topic_page(
    library: Library,
    topic: str,
    hits: Iterable[Hit],
    year: str | None = None,
    speaker: str | None = None,
) -> TrendPage:
    """Counts passages on a topic, nearest first; the charts count all, the passages are chosen."""
    entries = speeches_once(library)
    once = {entry.doc_id for entry in entries}
    kept = [hit for hit in hits if hit.document.doc_id in once]
    found = [
        Mentions(passages[0].document, tuple(Span(h.chunk.start, h.chunk.end) for h in passages))
        for passages in _by_document(kept)
    ]
    chosen = {one.document.doc_id for one in narrowed(found, year, speaker)}
    listed = [hit for hit in kept if hit.document.doc_id in chosen]
    return TrendPage(
        term=topic,
        year=year,
        speaker=speaker,
        count=_count(found),
        speeches=len(found),
        years=by_year(found, entries) if found else (),
        speakers=by_speaker(found, entries),
        excerpts=[_passage(hit) for hit in listed[:_MOST_EXCERPTS]],
        excerpts_left_out=max(len(listed) - _MOST_EXCERPTS, 0),
        timeline=(),
        by_meaning=True,
    )


def _by_document(hits: Iterable[Hit]) -> list[list[Hit]]:
    of: dict[str, list[Hit]] = {}
    for hit in hits:
        of.setdefault(hit.document.doc_id, []).append(hit)
    return list(of.values())


def _passage(hit: Hit) -> Excerpt:
    link = permalink(hit.document, hit.chunk.start, hit.chunk.end)
    return Excerpt(hit.document, (hit.text.strip(),), link)


def _count(found: Iterable[Mentions]) -> int:
    return sum(len(one.spans) for one in found)


def speeches_once(library: Library) -> list[DocumentEntry]:
    """All speeches, of several printings the earliest."""
    return [e for e in library.documents() if _stands_for_itself(library, e.doc_id)]


def _stands_for_itself(library: Library, doc_id: str) -> bool:
    printings = library.printings_of(doc_id)
    return not printings or printings[0].doc_id == doc_id


def mentions(library: Library, entries: Iterable[DocumentEntry], term: str) -> tuple[Mentions, ...]:
    """The speeches among ``entries`` that have the term; none for a blank one."""
    wanted = normalise(term).strip()
    if not wanted:
        return ()
    found = (_mentions_in(library.document(entry.doc_id), wanted) for entry in entries)
    return tuple(one for one in found if one.spans)


def _mentions_in(document: Document, wanted: str) -> Mentions:
    if wanted not in normalise(document.text):
        return Mentions(document, ())
    form = normal_form(document.text)
    spans, at = [], form.text.find(wanted)
    while at >= 0:
        span = Span(*form.original(at, at + len(wanted)))
        if not any(chrome.start <= span.start < chrome.end for chrome in document.chrome):
            spans.append(span)
        at = form.text.find(wanted, at + len(wanted))
    return Mentions(document, tuple(spans))


def year_of(about: Metadata) -> str:
    """The year of a speech, or of its publication; "" where neither is known."""
    return (about.date or about.published or "")[:4]


def speaker_of(about: Metadata) -> str:
    """The speaker; "" where none is known."""
    return about.speaker or ""


def by_year(found: Sequence[Mentions], entries: Sequence[DocumentEntry]) -> list[Bar]:
    """A bar a year, oldest first, those between without a speech included; undated ones last."""
    bars = _bars(found, entries, year_of)
    years = sorted(int(label) for label in bars if label.isdigit())
    if years and years[-1] - years[0] - len(years) <= _MOST_EMPTY_YEARS:
        years = list(range(years[0], years[-1] + 1))
    dated = [bars.get(str(year), Bar(str(year), 0, 0, 0)) for year in years]
    return dated + [bar for label, bar in bars.items() if not label.isdigit()]


def by_speaker(found: Sequence[Mentions], entries: Sequence[DocumentEntry]) -> list[Bar]:
    """A bar a speaker who uses the term, most occurrences first; no more than twenty."""
    bars = _bars(found, entries, speaker_of).values()
    used = [bar for bar in bars if bar.count]
    return sorted(used, key=lambda bar: (-bar.count, bar.label))[:_MOST_SPEAKERS]


def _bars(
    found: Sequence[Mentions],
    entries: Sequence[DocumentEntry],
    label_of: Callable[[Metadata], str],
) -> dict[str, Bar]:
    total = Counter(label_of(entry.metadata) for entry in entries)
    with_term = Counter(label_of(one.document.metadata) for one in found)
    counts: Counter[str] = Counter()
    for one in found:
        counts[label_of(one.document.metadata)] += len(one.spans)
    return {label: Bar(label, counts[label], with_term[label], total[label]) for label in total}


def narrowed(
    found: Sequence[Mentions], year: str | None, speaker: str | None
) -> tuple[Mentions, ...]:
    """Those of a year and of a speaker; ``None`` is any, "" is unknown. Oldest first."""
    kept = [
        one
        for one in found
        if year in (None, year_of(one.document.metadata))
        and speaker in (None, speaker_of(one.document.metadata))
    ]
    return tuple(sorted(kept, key=lambda one: one.document.metadata.date or "9999"))


def excerpts(found: Iterable[Mentions]) -> Iterator[Excerpt]:
    """The sentences that have the term, one by one."""
    for one in found:
        text = one.document.text
        whole = sentences(text)
        for sentence, spans in groupby(one.spans, key=lambda span: _around(whole, span)):
            link = permalink(one.document, sentence.start, sentence.end)
            yield Excerpt(one.document, tuple(_pieces(text, sentence, spans)), link)


def _around(whole: Sequence[Span], span: Span) -> Span:
    """The sentence that holds the start of a span."""
    return next((s for s in whole if s.start <= span.start < s.end), span)


def _pieces(text: str, sentence: Span, spans: Iterable[Span]) -> Iterator[str]:
    at = sentence.start
    for span in spans:
        yield text[at : span.start]
        yield text[span.start : min(span.end, sentence.end)]
        at = min(span.end, sentence.end)
    yield text[at : sentence.end]


def timeline(entries: Iterable[DocumentEntry]) -> list[tuple[str, list[DocumentEntry]]]:
    """The speeches by year, newest first; undated ones last, under ""."""
    ordered = sorted(entries, key=lambda e: e.metadata.date or e.metadata.published or "")
    years = groupby(reversed(ordered), key=lambda e: year_of(e.metadata))
    return [(year, list(group)) for year, group in years]
