"""What the default generator says: the quote, in one line."""

from __future__ import annotations

import pytest

from rag.evidence import Evidence, Selection
from rag.generators.extractive import ExtractiveGenerator
from rag.query import understand
from rag.retrieval import Retrieval
from rag.schema import Document, Quote, Section, Statement


def said(document: Document) -> str:
    quote = Quote(document, 0, len(document.text))
    selection = Selection((Evidence(quote),))
    found = ExtractiveGenerator().statements(understand("怎么样？"), selection, Retrieval.empty())
    (statement,) = [one for one in found if isinstance(one, Statement)]
    return statement.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("全市造林三万\n亩，栽种云杉。", "全市造林三万亩，栽种云杉。"),  # a line of the printer's
        ("来年怎么干\n\n今年是开局之年。", "来年怎么干 今年是开局之年。"),
        ("造林三万亩。\n\n栽种云杉。", "造林三万亩。栽种云杉。"),
        ("造林三万亩", "造林三万亩"),
    ],
)
def test_lines_become_one(text: str, words: str) -> None:
    assert said(Document("a", text)) == words


def test_a_heading_stays_apart_from_what_follows() -> None:
    heading = Section(1, "一", "一、扩大林地", 0, 6, 13)
    assert said(Document("a", "一、扩大林地\n造林三万亩。", sections=(heading,))) == (
        "一、扩大林地 造林三万亩。"
    )
