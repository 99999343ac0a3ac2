"""The values that the modules hand to one another. Frozen, without behaviour beyond their own fields.

Offsets count Unicode code points of ``Document.text`` and are half-open: ``text[start:end]``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range ``[start, end)`` of a document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a speech. A field that is not certain is ``None``.

    Dates are ISO 8601 with the precision that is known: ``2009-10-30``, ``2009-10`` or ``2009``.
    """

    title: str | None = None
    subtitle: str | None = None
    speaker: str | None = None
    date: str | None = None  # when the speech was given
    published: str | None = None  # when the page was put online
    publisher: str | None = None
    venue: str | None = None  # the meeting
    office: str | None = None  # the speaker's office
    source_url: str | None = None

    def filled_from(self, other: Metadata) -> Metadata:
        """This metadata, its empty fields taken from ``other``."""
        missing = {
            f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)
        }
        return replace(self, **missing)


@dataclass(frozen=True, slots=True)
class SourceText:
    r"""One text out of a source, decoded, with ``\n`` newlines, before it is split into speeches.

    ``given`` came beside the text (JSONL fields, front matter) and always wins; ``hinted`` was found
    in the container (an HTML title) and gives way to what the text itself says.
    """

    text: str
    doc_id: str | None = None  # given by the user; such a text is one document and is never split
    given: Metadata = field(default_factory=Metadata)
    hinted: Metadata = field(default_factory=Metadata)
    chrome: tuple[Span, ...] = ()  # page chrome that the container's mark-up shows
    pages: tuple[int, ...] = ()  # offset at which each page starts (PDF)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one source."""

    texts: tuple[SourceText, ...]
    encoding: str  # of the bytes: "utf-8", "gb18030", "docx" …
    notes: tuple[str, ...] = ()  # for people: damaged bytes, skipped lines


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of a speech: its heading and everything up to the next of its rank."""

    level: int  # 1 for 一、  2 for (一)  3 for 1.  4 for 一是/第一
    number: str  # as written, without punctuation: "一", "(一)", "1", "一是"
    heading: str  # as written, number included: "一、统一认识,客观评价…"
    start: int  # where the heading starts
    heading_end: int
    end: int
    parent: int | None = None  # position in Document.sections


def _start(section: Section) -> int:
    return section.start


@dataclass(frozen=True, slots=True)
class Document:
    """One speech with exact text, metadata, outline and page chrome."""

    doc_id: str
    text: str
    metadata: Metadata = field(default_factory=Metadata)
    sections: tuple[Section, ...] = ()  # in order of start; a child follows its parent
    chrome: tuple[Span, ...] = ()  # kept in the text, never retrieved; sorted, disjoint
    pages: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """The title, or the first words where the source gives none."""
        return self.metadata.title or self.text.strip()[:30].split("\n")[0]

    def section_at(self, offset: int) -> int | None:
        """Position of the innermost section that contains ``offset``."""
        position: int | None = bisect_right(self.sections, offset, key=_start) - 1
        if position == -1:
            return None
        while position is not None and offset >= self.sections[position].end:
            position = self.sections[position].parent
        return position

    def section_path(self, position: int | None) -> tuple[str, ...]:
        """Headings from the outermost section down to the one at ``position``."""
        path: list[str] = []
        while position is not None:
            section = self.sections[position]
            path.append(section.heading)
            position = section.parent
        return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: the unit that is embedded, indexed and retrieved."""

    start: int
    end: int
    section: int | None = None  # position in Document.sections


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage."""

    document: Document
    chunk: Chunk
    score: float

    @property
    def text(self) -> str:
        """The passage, verbatim."""
        return self.document.text[self.chunk.start : self.chunk.end]

    @property
    def above(self) -> str:
        """Title and headings over the passage, a line each: what its sentences leave to be understood."""
        return "\n".join((self.document.title, *self.document.section_path(self.chunk.section)))


def documents_of(hits: Iterable[Hit]) -> tuple[Document, ...]:
    """The documents of passages, each once, in the order of their first."""
    return tuple({hit.document.doc_id: hit.document for hit in hits}.values())


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words of a document: ``document.text[start:end]``."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer and the quotes it rests on; without markers."""

    text: str
    quotes: tuple[Quote, ...]
    supported: bool = True  # whether the quotes say what the sentence says
    is_remark: bool = (
        False  # on the answer, such as what the speeches do not say: it claims nothing
    )


class Reason(StrEnum):
    """Why an answer is a refusal."""

    NO_EVIDENCE = "no_evidence"
    FIGURE_MISSING = "figure_missing"
    UNVERIFIED = "unverified"
    EMPTY_LIBRARY = "empty_library"


@dataclass(frozen=True, slots=True)
class Printing:
    """One of the documents that are the same speech: the original, a reprint, another page of it."""

    doc_id: str
    title: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands: ``document.text[start:end] == quote``."""

    marker: int
    document: Document
    start: int
    end: int
    also_in: tuple[Printing, ...] = ()  # other printings of the document, earliest first

    @property
    def quote(self) -> str:
        """The cited words, verbatim."""
        return self.document.text[self.start : self.end]

    @property
    def section(self) -> tuple[str, ...]:
        """Headings above the quote, outermost first."""
        return self.document.section_path(self.document.section_at(self.start))


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or a refusal with its reason."""

    question: str
    text: str  # with [1] [2] … markers
    answered: bool
    reason: Reason | None = None
    short_answer: str | None = None
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    coverage: float = 0.0  # share of the answer's sentences that their citations support
    generator: str = "extractive"
    confidence: float | None = (
        None  # that the library answers; 1.0 where a rule does, None if not asked
    )
    notice: str | None = None  # for the user: why another generator than the chosen one answered
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, after which turns, and within which documents (``None``: all)."""

    text: str
    history: tuple[Turn, ...] = ()
    within: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much a library holds, and whose vectors."""

    sources: int
    documents: int
    passages: int
    encoder: str | None = None  # fingerprint; None before the first ingest
