"""Links to a place in a speech that survive re-indexing: an offset, and the words that stand there.

The offset says where to look first, the quote is what counts: where the text has moved, the words
are found again. Knows documents, not pages or HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent_encoded
from urllib.parse import unquote, urlencode

from rag.normal_form import normal_form, normalise
from rag.schema import Document, Span

_EDGE = 20  # characters kept of a long quote at either side; enough to be found again
_TRAIL_EDGE = 8  # the same for the stops of a trail, of which a link has many
_GAP = "[…]"  # stands for the middle of a long quote
_SLACK = 200  # how many characters a quote's middle may have grown by when it is found again


@dataclass(frozen=True, slots=True)
class Place:
    """A quote in a speech: where it stood when the link was made, and its words (or their ends)."""

    doc_id: str
    start: int
    end: int
    quote: str


def place_in(document: Document, start: int, end: int) -> Place:
    """The place of ``document.text[start:end]``."""
    return Place(document.doc_id, start, end, document.text[start:end])


def permalink(document: Document, start: int, end: int) -> str:
    """The link to ``document.text[start:end]``: ``/source/ID?start=…&end=…&quote=…#cited``."""
    return link_to(place_in(document, start, end))


def link_to(place: Place, trail: Sequence[Place] = ()) -> str:
    """The link to a place; ``trail`` are all places that one answer cites, to go through them."""
    fields = [
        ("start", str(place.start)),
        ("end", str(place.end)),
        ("quote", shortened(place.quote)),
    ]
    if len(trail) > 1:
        fields += [("trail", _written(stop)) for stop in trail]
    return f"{page_path(place.doc_id)}?{urlencode(fields, quote_via=percent_encoded)}#cited"


def page_path(doc_id: str) -> str:
    """The path of a speech's page."""
    return f"/source/{percent_encoded(doc_id, safe='')}"


def shortened(quote: str, edge: int = _EDGE) -> str:
    """The quote, or its two ends around ``[…]`` where it is long."""
    if len(quote) <= 2 * edge + len(_GAP):
        return quote
    return quote[:edge] + _GAP + quote[-edge:]


def _written(place: Place) -> str:
    doc_id = percent_encoded(place.doc_id, safe="").replace("~", "%7E")
    return f"{place.start}~{place.end}~{doc_id}~{shortened(place.quote, _TRAIL_EDGE)}"


def read_place(written: str) -> Place | None:
    """The place that one ``trail`` field of a link stands for; ``None`` where it cannot be read."""
    start, _, rest = written.partition("~")
    end, _, rest = rest.partition("~")
    doc_id, separator, quote = rest.partition("~")
    if not (separator and _is_offset(start) and _is_offset(end)):
        return None
    return Place(unquote(doc_id), int(start), int(end), quote)


def _is_offset(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12


def resolve(document: Document, start: int, end: int, quote: str) -> Span | None:
    """Where the quote stands in the document today.

    Args:
        document: the speech as it is stored now.
        start: the offset at which the quote stood; the nearest occurrence to it is taken.
        end: its end; without a quote the offsets alone decide.
        quote: the words, whole or as ``shortened`` wrote them.

    Returns:
        The span, or ``None`` where neither the words nor their normal form are there any more.
    """
    text = document.text
    if 0 <= start < end <= len(text) and _is_quoted(text[start:end], quote):
        return Span(start, end)
    if not quote:
        return None
    return _found(text, quote, start, end - start) or _found_in_normal_form(
        document, start, end, quote
    )


def _is_quoted(words: str, quote: str) -> bool:
    head, gap, tail = quote.partition(_GAP)
    return quote in ("", words) or bool(gap and words.startswith(head) and words.endswith(tail))


def _found_in_normal_form(document: Document, start: int, end: int, quote: str) -> Span | None:
    form = normal_form(document.text)
    head, gap, tail = quote.partition(_GAP)
    near = next((i for i, offset in enumerate(form.offsets) if offset >= start), len(form.text))
    found = _found(form.text, normalise(head) + gap + normalise(tail), near, end - start)
    return Span(*form.original(found.start, found.end)) if found else None


def _found(text: str, quote: str, near: int, length: int) -> Span | None:
    """The occurrence of a quote that is nearest to an offset; of a shortened one, head to tail."""
    whole = [Span(at, at + len(quote)) for at in _occurrences(text, quote)]
    head, gap, tail = quote.partition(_GAP)
    if not whole and gap and head and tail:
        limit = max(length, 0) * 2 + _SLACK
        for at in _occurrences(text, head):
            tail_at = text.find(tail, at + len(head), at + limit)
            if tail_at >= 0:
                whole.append(Span(at, tail_at + len(tail)))
    return min(whole, key=lambda span: abs(span.start - near), default=None)


def _occurrences(text: str, words: str) -> list[int]:
    found, at = [], text.find(words) if words else -1
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found
