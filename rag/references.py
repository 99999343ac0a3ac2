"""References to speeches in the form of GB/T 7714-2015, numbered in the order of citation.

A speech without an address is a report ([R]), one with an address an electronic document ([EB/OL]).
What is not known is left out. Knows metadata, not answers' wording or file formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from rag.errors import UnknownDocumentError
from rag.schema import Metadata
from rag.services import Library
from rag.wire import Json

_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Referenced:
    """An answer's text with one number a speech, and the references that the numbers stand for."""

    text: str
    references: tuple[str, ...]  # the first has the number 1


def reference(title: str, about: Metadata, cited_on: date) -> str:
    """The reference to one speech.

    >>> about = Metadata(speaker="周闻山", venue="全县环境保护大会", date="2019-03-08")
    >>> reference("在大会上的讲话", about, date(2026, 1, 2))
    '周闻山. 在大会上的讲话[R]. 全县环境保护大会, 2019-03-08.'
    """
    head = f"{about.speaker}. {title}" if about.speaker else title
    if about.source_url:
        dated = f"({about.published or about.date})" if about.published or about.date else ""
        return f"{head}[EB/OL]. {dated}[{cited_on.isoformat()}]. {about.source_url}."
    issued = ", ".join(filter(None, (about.publisher or about.venue, about.date)))
    return f"{head}[R]. {issued}." if issued else f"{head}[R]."


def referencing(library: Library, cited_on: date) -> Callable[[Json], str]:
    """What makes the reference to the speech of a citation, as the library knows it."""

    def reference_of(citation: Json) -> str:
        try:
            about = library.document(citation["doc_id"]).metadata
        except UnknownDocumentError:  # removed since; the citation itself still knows a little
            about = Metadata(speaker=citation["speaker"], date=citation["date"])
        return reference(citation["title"], about, cited_on)

    return reference_of


def with_references(
    answer: Json, reference_of: Callable[[Json], str], first: int = 1
) -> Referenced:
    """The answer's text with its markers renumbered: one number a speech, from ``first`` on.

    Args:
        answer: the answer as a JSON object.
        reference_of: the reference to the speech of a citation.
        first: the number of the first reference.
    """
    cited = {c["marker"]: c for c in answer["citations"]}
    speeches = list(dict.fromkeys(c["doc_id"] for c in _in_order(answer["answer"], cited)))
    number = {doc_id: str(i) for i, doc_id in enumerate(speeches, first)}

    def renumbered(match: re.Match[str]) -> str:
        citation = cited.get(int(match[1]))
        return f"[{number[citation['doc_id']]}]" if citation else match[0]

    text = _MARKER.sub(renumbered, answer["answer"])
    by_speech = {c["doc_id"]: c for c in reversed(answer["citations"])}
    return Referenced(text, tuple(reference_of(by_speech[doc_id]) for doc_id in speeches))


def _in_order(text: str, cited: dict[int, Json]) -> Iterable[Json]:
    return (cited[n] for n in map(int, _MARKER.findall(text)) if n in cited)
