"""Passages: exact, bounded, complete, and never of page chrome."""

from __future__ import annotations

from itertools import pairwise

import pytest
from handmade import forest_speech
from hypothesis import given
from hypothesis import strategies as st

from rag.chunking import MAX_CHARACTERS, MIN_CHARACTERS, chunks_of, indexed_text
from rag.schema import Chunk, Document, Metadata, Section, Span

PIECES = st.sampled_from(
    [
        "今年全市造林一千亩",
        "，",
        "。",
        "！”",
        "\n",
        "\n\n",
        "　　",
        " ",
        "一、总结",
        "(二)部署",
        "；",
        "A.B",
        "x" * 90,
    ]
)
TEXTS = st.lists(PIECES, max_size=120).map("".join)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A text with sections and page chrome at any offsets: disjoint, in order."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    chrome = tuple(Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    starts = sorted(draw(st.sets(st.integers(0, max(len(text) - 1, 0)), max_size=6)))
    ends = [*starts[1:], len(text)]
    sections = tuple(
        Section(draw(st.integers(1, 4)), "一", text[a : a + 4], a, min(a + 4, b), b)
        for a, b in zip(starts, ends, strict=False)
    )
    return Document("d", text, sections=sections, chrome=chrome)


@given(documents())
def test_passages_cover_the_speech_and_nothing_of_the_page(document: Document) -> None:
    text = document.text
    covered = [False] * len(text)
    for chunk in chunks_of(document):
        assert 0 <= chunk.start < chunk.end <= len(text)
        assert chunk.end - chunk.start <= MAX_CHARACTERS
        assert text[chunk.start : chunk.end].strip() == text[chunk.start : chunk.end]
        assert chunk.section == document.section_at(chunk.start)
        covered[chunk.start : chunk.end] = [True] * (chunk.end - chunk.start)
    in_chrome = [any(s.start <= i < s.end for s in document.chrome) for i in range(len(text))]
    for i, character in enumerate(text):
        assert not (covered[i] and in_chrome[i])
        assert covered[i] or in_chrome[i] or character.isspace()


@given(documents())
def test_passages_are_in_order_and_none_lies_in_another(document: Document) -> None:
    chunks = chunks_of(document)
    for one, following in pairwise(chunks):
        assert one.start < following.start
        assert one.end < following.end


@pytest.mark.parametrize("character", ["字", "a", "，", "；", "“"])
def test_a_paragraph_without_an_end_is_cut_all_the_same(character: str) -> None:
    chunks = chunks_of(Document("d", character * 5000))
    assert "".join(character * (c.end - c.start) for c in chunks) == character * 5000
    assert max(c.end - c.start for c in chunks) == MAX_CHARACTERS


def test_a_blank_text_has_no_passage() -> None:
    assert chunks_of(Document("d", "")) == chunks_of(Document("d", " \n　\n")) == ()


def test_a_section_starts_a_passage_once_the_one_before_is_long_enough() -> None:
    body = "今年要把苗圃管好。" * (MIN_CHARACTERS // 9 + 1)
    text = f"一、苗圃\n{body}\n二、山火\n要防好山火。\n三、湿地\n要护好湿地。"
    starts = [text.index(heading) for heading in ("一、", "二、", "三、")]
    sections = tuple(
        Section(1, text[a], text[a : a + 4], a, a + 4, b)
        for a, b in zip(starts, [*starts[1:], len(text)], strict=True)
    )
    chunks = chunks_of(Document("d", text, sections=sections))
    assert [c.start for c in chunks] == starts[:2]  # the short second section takes the third along


def test_the_next_passage_repeats_a_short_last_sentence() -> None:
    text = "今年要把所有苗圃管好管细管到位。" * 40
    chunks = chunks_of(Document("d", text))
    assert [c.start for c in chunks[1:]] == [c.end - 16 for c in chunks[:-1]]


def test_a_passage_is_indexed_under_title_speaker_year_and_headings() -> None:
    document = forest_speech()
    start = document.text.index("(一)加强领导")
    chunk = Chunk(start, start + 20, document.section_at(start))
    indexed = indexed_text(document, chunk)
    assert indexed.endswith(document.text[start : start + 20])
    assert indexed.split("\n")[:3] == [document.title, "2018年", "二、部署任务"]
    assert indexed.count("(一)加强领导") == 1
    told = Document("d", "造林。", Metadata(title="林业讲话", speaker="云汀"))
    assert indexed_text(told, Chunk(0, 3)) == "林业讲话\n云汀\n造林。"
