"""The page of a speech: links find their words again, the text stays as stored."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_fakes import HOSTILE, LAKE_TEXT, speeches

from rag.pages import source_html
from rag.permalink import Place, link_to, permalink, place_in, read_place, resolve, shortened
from rag.schema import Document, Metadata, Section, Span
from rag.source_page import SourcePage, outline, source_page
from rag.words import EN, ZH

LAKE = speeches()[0]
FIGURES = LAKE_TEXT[LAKE_TEXT.index("去年全县") : LAKE_TEXT.index("\n(一)")]


def span_of(words: str, text: str = LAKE_TEXT) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def followed(link: str, document: Document) -> Span | None:
    fields = parse_qs(urlsplit(link).query)
    return resolve(document, int(fields["start"][0]), int(fields["end"][0]), fields["quote"][0])


def shown_text(page: SourcePage) -> str:
    lines = [line for block in page.blocks for line in block.lines]
    return "\n".join("".join(piece.text for piece in line.pieces) for line in lines)


def marked(page: SourcePage, mark: str) -> str:
    lines = [line for block in page.blocks for line in block.lines]
    return "\n".join(
        text
        for line in lines
        if (text := "".join(piece.text for piece in line.pieces if piece.mark == mark))
    )


# ---- links


def test_a_link_names_document_offsets_and_words() -> None:
    start, end = span_of("镜湖水质")
    quote = "%E9%95%9C%E6%B9%96%E6%B0%B4%E8%B4%A8"
    assert permalink(LAKE, start, end) == (
        f"/source/lake2019?start={start}&end={end}&quote={quote}#cited"
    )


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    link = permalink(Document("a/../b?c#d", "全文"), 0, 2)
    assert urlsplit(link).path == "/source/a%2F..%2Fb%3Fc%23d"


def test_a_long_quote_is_shortened_to_its_ends() -> None:
    quote = FIGURES
    assert shortened(quote) == quote[:20] + "[…]" + quote[-20:]
    assert shortened("镜湖水质") == "镜湖水质"


@pytest.mark.parametrize(
    "words",
    ["37家", FIGURES, "(二)问题不容回避。还有14个村没有接入管网,\n这是今年必须补上的短板。"],
)
def test_a_link_finds_its_words_where_it_left_them(words: str) -> None:
    start, end = span_of(words)
    assert followed(permalink(LAKE, start, end), LAKE) == Span(start, end)


@pytest.mark.parametrize("words", ["37家", FIGURES])
def test_a_link_finds_its_words_after_the_text_has_moved(words: str) -> None:
    start, end = span_of(words)
    moved = Document("lake2019", "新加的一段话。\n" * 9 + LAKE_TEXT)
    assert followed(permalink(LAKE, start, end), moved) == Span(start + 72, end + 72)


def test_of_several_occurrences_the_nearest_to_the_old_place_is_taken() -> None:
    document = Document("d", "要抓落实。" + "中" * 50 + "要抓落实。" + "后" * 50 + "要抓落实。")
    assert resolve(document, 70, 75, "要抓落实。") == Span(55, 60)
    assert resolve(document, 100, 105, "要抓落实。") == Span(110, 115)


def test_words_are_found_in_another_script_and_width() -> None:
    text = "会议指出,全县關停排污企業37家,成效明显。"
    found = resolve(Document("d", text), 0, 10, "关停排污企业３７家")
    assert found is not None
    assert text[found.start : found.end] == "關停排污企業37家"


def test_a_changed_middle_does_not_hide_the_quote_but_a_changed_end_does() -> None:
    start, end = span_of(FIGURES)
    quote = shortened(FIGURES)
    mended = Document("d", LAKE_TEXT.replace("群众满意度", "全县群众总体满意度"))
    found = resolve(mended, start, end, quote)
    assert found is not None
    assert mended.text[found.start : found.end].endswith("6.4个百分点。")
    assert resolve(Document("d", LAKE_TEXT.replace("6.4个", "6.5个")), start, end, quote) is None


def test_without_a_quote_the_offsets_decide_and_have_to_be_inside() -> None:
    assert resolve(LAKE, 3, 9, "") == Span(3, 9)
    assert resolve(LAKE, 9, 3, "") is None
    assert resolve(LAKE, 0, len(LAKE_TEXT) + 1, "") is None


@given(st.text("讲话工作,。 \n[…]a", min_size=1, max_size=120), st.data())
def test_any_span_of_any_text_resolves_to_the_same_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = followed(permalink(Document("d", text), start, end), Document("d", text))
    assert found == Span(start, end)


@given(st.text("abc讲~%/话 \n", min_size=1, max_size=20), st.text("讲话~&=#%\n", max_size=40))
def test_a_trail_is_read_as_it_was_written(doc_id: str, quote: str) -> None:
    stops = [Place(doc_id, 4, 4 + len(quote), quote), Place("other", 0, 2, "全文")]
    written = parse_qs(urlsplit(link_to(stops[0], stops)).query)["trail"]
    read = [read_place(text) for text in written]
    assert [place and (place.doc_id, place.start, place.end) for place in read] == [
        (doc_id, 4, 4 + len(quote)),
        ("other", 0, 2),
    ]


@pytest.mark.parametrize(
    "written", ["", "1~2", "a~b~c~d", "1~2~c", "-1~2~c~d", f"1~{'9' * 20}~c~d"]
)
def test_a_mangled_stop_of_a_trail_is_left_out(written: str) -> None:
    assert read_place(written) is None


# ---- the page


def test_the_lines_are_the_stored_text() -> None:
    start, end = span_of(FIGURES)
    for document in speeches():
        assert shown_text(source_page(document)) == document.text
    assert shown_text(source_page(LAKE, place_in(LAKE, start, end))) == LAKE_TEXT


@given(
    st.text("讲话一、 \n", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
)
def test_no_mark_up_changes_the_text(text: str, ranges: list[tuple[int, int]]) -> None:
    spans = [Span(min(r), max(r)) for r in ranges if min(r) < max(r) <= len(text)]
    sections = tuple(
        Section(1, "一", text[s.start : s.end], s.start, s.end, len(text)) for s in spans[:1]
    )
    document = Document("d", text, Metadata(), sections, tuple(spans[1:2]))
    cited = place_in(document, spans[-1].start, spans[-1].end) if spans else None
    page = source_page(document, cited)
    assert shown_text(page) == text
    if spans and cited and cited.quote.strip("\n"):
        assert marked(page, "cited").replace("\n", "") == cited.quote.replace("\n", "")


def test_the_citation_is_marked_over_lines_and_has_one_landing_place() -> None:
    words = "还有14个村没有接入管网,\n这是今年必须补上的短板。"
    page = source_page(LAKE, place_in(LAKE, *span_of(words)))
    assert marked(page, "cited") == words
    html = source_html(page, ZH)
    assert html.count('id="cited"') == 1
    assert '<mark class="cited" id="cited">还有14个村没有接入管网,</mark></div>' in html
    assert '<div class="line"><mark class="cited">这是今年必须补上的短板。</mark></div>' in html


def test_a_cited_heading_keeps_its_place_in_the_outline() -> None:
    html = source_html(source_page(LAKE, place_in(LAKE, *span_of("二、突出重点,打好三场硬仗"))), ZH)
    assert (
        '<span id="s3" class="anchor"></span><mark class="cited" id="cited"><b class="heading1">'
        in html
    )
    assert html.count('href="#s3"') == 2  # at the side, and folded for narrow screens


def test_the_outline_shows_no_signs_of_markdown() -> None:
    sections = (
        Section(1, "一", "## 一、 总结", 0, 8, 9),
        Section(2, "1", "1. **领导要挂帅** 挂图作战", 9, 27, 27),
    )
    shown = [entry.heading for entry in outline(sections)]
    assert shown == ["一、 总结", "1. 领导要挂帅 挂图作战"]


def test_the_answers_citations_lead_to_one_another() -> None:
    school = speeches()[1]
    here = place_in(LAKE, *span_of("37家"))
    stops = [here, place_in(LAKE, *span_of("118公里")), place_in(school, 0, 6)]
    page = source_page(LAKE, stops[1], stops)
    assert page.trail is not None
    assert (page.trail.position, page.trail.count) == (2, 3)
    assert page.trail.previous == link_to(stops[0], stops)
    assert page.trail.next == link_to(stops[2], stops)
    assert page.trail.next.startswith("/source/school2020?")
    assert marked(page, "other") == "37家"
    assert marked(page, "cited") == "118公里"
    assert 'rel="prev"' not in source_html(source_page(LAKE, stops[0], stops), ZH)


def test_a_quote_that_is_gone_is_said_and_nothing_is_marked() -> None:
    page = source_page(LAKE, Place("lake2019", 3, 20, "今年关停企业99家"))
    assert page.missing == "今年关停企业99家"
    html = source_html(page, ZH)
    assert ZH.quote_moved in html
    assert "<mark" not in html


def test_page_chrome_is_folded_in_rows_and_dimmed_alone() -> None:
    page = source_page(LAKE)
    folded = [block for block in page.blocks if block.folded]
    assert [len(block.lines) for block in folded] == [4]
    html = source_html(page, ZH)
    assert '<details class="fold"><summary>网页附带文字（4 行）</summary>' in html
    assert '<div class="line chrome"><span class="chrome">相关链接</span></div>' in html


def test_facts_tell_the_speech_from_its_publication() -> None:
    html = source_html(source_page(LAKE), ZH)
    assert "<dt>讲话日期</dt><dd>2019-03-08</dd>" in html
    assert "<dt>发布日期</dt><dd>2019-04-02</dd>" in html
    assert "<dt>发布日期" not in source_html(source_page(speeches()[1]), ZH)
    assert "<dt>Given on</dt><dd>2019-03-08</dd>" in source_html(source_page(LAKE), EN)


def test_mark_up_in_a_speech_shows_as_text() -> None:
    html = source_html(source_page(speeches()[2]), ZH)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;window.hacked=1&lt;/script&gt;" in html
    assert HOSTILE not in html


def test_a_source_address_that_is_a_script_is_no_link() -> None:
    document = Document("d", "全文", Metadata(title="题", source_url="javascript:alert(1)"))
    assert "javascript:" not in source_html(source_page(document), ZH)


def test_pages_of_a_pdf_are_numbered_outside_the_text() -> None:
    document = Document("d", "第一页的话\n第二页的话", Metadata(title="题"), pages=(0, 6))
    html = source_html(source_page(document), ZH)
    assert '<div class="line" data-page="第 2 页">第二页的话</div>' in html
