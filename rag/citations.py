"""Numbers the quotes that an answer rests on, in the order of their first use.

A marker is given here and nowhere else, so no marker can stand without its citation.
"""

from __future__ import annotations

import re

from rag.schema import Citation, Quote, Statement

_LOOK_ALIKE = re.compile(r"\[(\d+)\]")


class Numbering:
    """Hands out markers: the same quote keeps its number."""

    def __init__(self) -> None:
        self._markers: dict[tuple[str, int, int], Citation] = {}

    def cited(self, statement: Statement) -> str:
        """The statement's text followed by its markers: ``…。[1][2]``.

        A number in the same brackets that stands in the text, as in 国发[2016]5号, gets others.
        """
        markers = dict.fromkeys(self._marker(quote) for quote in statement.quotes)
        return _LOOK_ALIKE.sub(r"〔\1〕", statement.text) + "".join(
            f"[{marker}]" for marker in markers
        )

    def _marker(self, quote: Quote) -> int:
        key = (quote.document.doc_id, quote.start, quote.end)
        if key not in self._markers:
            marker = len(self._markers) + 1
            self._markers[key] = Citation(marker, quote.document, quote.start, quote.end)
        return self._markers[key].marker

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, by marker."""
        return tuple(self._markers.values())


def coverage(statements: list[Statement]) -> float:
    """The share of statements that their quotes support, remarks left out; 0 where there is none."""
    claims = [statement for statement in statements if not statement.is_remark]
    if not claims:
        return 0.0
    return round(sum(s.supported and bool(s.quotes) for s in claims) / len(claims), 4)
