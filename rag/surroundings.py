"""What a speech says around a passage: its title, speaker, date, headings and the lines before.

A claim may name what the evidence leaves to its context ("石嘴山市" for "全市", "2009年" for "今年").
Knows names and years alone; what they do to a verdict is decided in ``comparison``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.agreement import year_of
from rag.claims import Token, tokens
from rag.gazetteer import listed_places
from rag.moments import moments
from rag.normal_form import normalise
from rag.plans import plan_reviewed, reviews, told_last
from rag.schema import Document

_HEAD = 200  # characters at the start, where title, venue and speaker stand
_NEIGHBOURHOOD = 600  # characters before the evidence in which its subject may have been named
_REVIEWED = 4000  # characters before the evidence in which its five years may have been named
_BEFORE = 300  # characters before the evidence that still name its subject


@dataclass(frozen=True)
class Surroundings:
    """The context of the evidence at ``offset`` in ``document``."""

    document: Document
    offset: int

    @cached_property
    def year_of_speech(self) -> int | None:
        """The year in which the speech was given, by its date or its title."""
        metadata = self.document.metadata
        for text in (metadata.date, metadata.title, self.document.text[:_HEAD]):
            dates = moments(f"{text}年" if text and len(text) == 4 else text or "")
            years = [m.year for m in dates if m.year is not None]
            if years:
                return years[0]
        return None

    def names(self, words: str) -> bool:
        """Whether title, speaker, venue, headings or the head of the text have these words."""
        return normalise(words) in self._about

    def said_before(self, words: Sequence[Token]) -> bool:
        """Whether the text before the evidence has these words in a row."""
        spelled = "".join(t.key if len(t.key) == 1 else "\n" for t in words).split("\n")
        if not all(run in self._characters for run in spelled):
            return False  # spares most sentences the reading of the text
        return "".join(f"<{token.key}>" for token in words) in self._keys

    @cached_property
    def _neighbourhood(self) -> str:
        return normalise(self.document.text[max(0, self.offset - _NEIGHBOURHOOD) : self.offset])

    @cached_property
    def _characters(self) -> str:
        """The neighbourhood without what makes no token."""
        return "".join(filter(str.isalnum, self._neighbourhood))

    @cached_property
    def _keys(self) -> str:
        return "".join(f"<{token.key}>" for token in tokens(self._neighbourhood))

    def place_is(self, key: str) -> bool:
        """Whether the context is about this place: in its title, or the last one named before."""
        if key in self._about:
            return True
        return bool(self._places_before) and self._places_before[-1] == key

    @cached_property
    def names_a_place(self) -> bool:
        """Whether title, venue, head or the text before name any place."""
        return bool(self._places_before) or any(listed_places(self._about))

    @cached_property
    def _places_before(self) -> list[str]:
        return list(listed_places(normalise(self._before)))

    def year_is(self, year: int) -> bool:
        """Whether the context speaks of this year: named last before, in a heading, or its own.

        A report of 2011 speaks of 2011 and looks back on 2010.
        """
        named = self._years(self._before)
        headed = [y for heading in self._headings for y in self._years(heading)]
        if year in headed or named[-1:] == [year]:
            return True
        speech = self.year_of_speech
        return not headed and speech is not None and year in (speech, speech - 1)

    def period_is(self, period: str) -> bool:
        """Whether the text before or a heading speaks of this period: of 十五五, where it was told of last."""
        headed = [m.period for heading in self._headings for m in moments(heading)]
        if period.startswith("plan"):
            if set(headed) == {period} or (self._plan is None and period in headed):
                return True
            return period == self._plan
        if period in headed:
            return True
        named = [m.period for m in moments(self._neighbourhood) if m.period is not None]
        return named[-1:] == [period]

    @cached_property
    def _plan(self) -> str | None:
        """The five-year plan that the evidence, the text before in its section or its heading tells of."""
        reviewed = plan_reviewed(self.year_of_speech)
        section = self.document.section_at(self.offset)
        while section is not None and self.document.sections[section].parent is not None:
            section = self.document.sections[section].parent
        begin = 0 if section is None else self.document.sections[section].start
        begin = max(begin, self.offset - _REVIEWED)
        own = self.document.text[self.offset :].partition("。")[0]
        if reviews(normalise(own)):
            return reviewed
        told = told_last(normalise(self.document.text[begin : self.offset]), self.year_of_speech)
        headed = any(reviews(normalise(heading)) for heading in self._headings)
        return reviewed if told is None and headed else told

    def _years(self, text: str) -> list[int]:
        years = (year_of(moment, self.year_of_speech) for moment in moments(text))
        return [year for year in years if year is not None]

    @cached_property
    def _headings(self) -> tuple[str, ...]:
        return self.document.section_path(self.document.section_at(self.offset))

    @cached_property
    def _before(self) -> str:
        return self.document.text[max(0, self.offset - _BEFORE) : self.offset]

    @cached_property
    def _about(self) -> str:
        m = self.document.metadata
        parts = (m.title, m.subtitle, m.speaker, m.venue, m.office, m.publisher)
        head = self.document.text[:_HEAD]
        return normalise("\n".join((*filter(None, parts), *self._headings, head)))
