"""Numbers for quotes, and how much of an answer they carry."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from rag.citations import Numbering, coverage
from rag.schema import Document, Quote, Section, Statement

FIRST = Document("first", "全市造林1047亩。栽种云杉21万株。")
SECOND = Document("second", "全市造林1047亩。")


def test_a_quote_keeps_its_number() -> None:
    numbering = Numbering()
    one, two = Quote(FIRST, 0, 10), Quote(FIRST, 10, 19)
    assert numbering.cited(Statement("甲。", (one,))) == "甲。[1]"
    assert numbering.cited(Statement("乙。", (two, one))) == "乙。[2][1]"
    assert numbering.cited(Statement("丙。", (one, one))) == "丙。[1]"
    assert [(c.marker, c.start, c.end) for c in numbering.citations] == [(1, 0, 10), (2, 10, 19)]


def test_the_same_words_of_another_speech_are_another_citation() -> None:
    numbering = Numbering()
    text = numbering.cited(Statement("甲。", (Quote(FIRST, 0, 10), Quote(SECOND, 0, 10))))
    assert text == "甲。[1][2]"
    assert [c.quote for c in numbering.citations] == ["全市造林1047亩。"[:10]] * 2


def test_a_statement_without_quotes_gets_no_number() -> None:
    numbering = Numbering()
    assert numbering.cited(Statement("没有依据。", ())) == "没有依据。"
    assert numbering.citations == ()


def test_a_number_in_brackets_that_the_text_has_itself_is_no_marker() -> None:
    text = Numbering().cited(Statement("按国发[2016]5号文件[1]执行。", (Quote(FIRST, 0, 10),)))
    assert text == "按国发〔2016〕5号文件〔1〕执行。[1]"


@given(st.lists(st.lists(st.tuples(st.sampled_from([FIRST, SECOND]), st.integers(0, 8)))))
def test_markers_and_citations_are_the_same(used: list[list[tuple[Document, int]]]) -> None:
    numbering = Numbering()
    text = "".join(
        numbering.cited(Statement("句。", tuple(Quote(d, start, start + 1) for d, start in quotes)))
        for quotes in used
    )
    marked = dict.fromkeys(int(n) for n in re.findall(r"\[(\d+)\]", text))
    assert list(marked) == [c.marker for c in numbering.citations]
    assert list(marked) == list(range(1, len(marked) + 1))


def test_a_citation_knows_the_headings_above_it() -> None:
    text = "一、成绩\n(一)造林\n全市造林1047亩。"
    sections = (
        Section(1, "一", "一、成绩", 0, 4, len(text)),
        Section(2, "(一)", "(一)造林", 5, 10, len(text), 0),
    )
    numbering = Numbering()
    start = text.index("全市")
    numbering.cited(Statement("甲", (Quote(Document("d", text, sections=sections), start, 15),)))
    assert numbering.citations[0].section == ("一、成绩", "(一)造林")


def test_coverage_is_the_share_of_supported_statements() -> None:
    quote = (Quote(FIRST, 0, 10),)
    supported, unsupported = Statement("甲", quote), Statement("乙", quote, supported=False)
    unquoted = Statement("丙", ())
    assert coverage([]) == 0.0
    assert coverage([supported]) == 1.0
    assert coverage([supported, unsupported, unquoted]) == 0.3333
    remark = Statement("讲话没有说明：产量是多少。", (), supported=False, is_remark=True)
    assert coverage([supported, remark]) == 1.0
    assert coverage([remark]) == 0.0
