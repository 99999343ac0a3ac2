"""Terms counted by hand and by brute force."""

from __future__ import annotations

import random
from collections import Counter

from web_fakes import MemoryLibrary

from rag.schema import Chunk, Document, Hit, Metadata, Printing, Span
from rag.trends import (
    Bar,
    by_speaker,
    by_year,
    excerpts,
    mentions,
    narrowed,
    timeline,
    topic_page,
    trend_page,
)


def library_of(*documents: Document) -> MemoryLibrary:
    return MemoryLibrary({document.doc_id: document for document in documents})


def speech(doc_id: str, text: str, **about: str) -> Document:
    return Document(doc_id, text, Metadata(title=f"讲话{doc_id}", **about))


def test_a_term_is_counted_by_hand() -> None:
    library = library_of(
        speech("a", "修路。修路要快。种树。", speaker="甲", date="2018-03-01"),
        speech("b", "修路。", speaker="乙", date="2020"),
        speech("c", "种树。", speaker="甲", date="2020-01-01"),
        speech("d", "修路。"),
    )
    page = trend_page(library, "修路")
    assert (page.count, page.speeches) == (4, 3)
    assert page.years == [
        Bar("2018", 2, 1, 1), Bar("2019", 0, 0, 0), Bar("2020", 1, 1, 2), Bar("", 1, 1, 1),
    ]  # fmt: skip
    assert page.speakers == [Bar("甲", 2, 1, 2), Bar("", 1, 1, 1), Bar("乙", 1, 1, 1)]
    assert ["".join(e.pieces) for e in page.excerpts] == [
        "修路。",
        "修路要快。",
        "修路。",
        "修路。",
    ]
    assert [e.document.doc_id for e in trend_page(library, "修路", year="").excerpts] == ["d"]
    assert [e.document.doc_id for e in trend_page(library, "修路", None, "乙").excerpts] == ["b"]
    assert trend_page(library, "修路", "2020", "甲").excerpts == []


def test_passages_on_a_topic_are_counted_once_a_speech_and_listed_nearest_first() -> None:
    first = speech("a", "修路。种树。", speaker="甲", date="2018-03-01")
    second = speech("b", "铺路。", speaker="乙", date="2020")
    reprint = speech("c", "修路。种树。", speaker="甲", date="2019")
    library = library_of(first, second, reprint)
    library.printings = dict.fromkeys("ac", (Printing("a", "讲话a"), Printing("c", "讲话c")))
    hits = [
        Hit(second, Chunk(0, 3), 0.9), Hit(reprint, Chunk(0, 3), 0.8), Hit(first, Chunk(0, 3), 0.8),
        Hit(first, Chunk(3, 6), 0.7),
    ]  # fmt: skip
    page = topic_page(library, "道路", hits)
    assert (page.count, page.speeches) == (3, 2)  # the reprint is the same speech
    assert page.years == [Bar("2018", 2, 1, 1), Bar("2019", 0, 0, 0), Bar("2020", 1, 1, 1)]
    assert [e.pieces for e in page.excerpts] == [("铺路。",), ("修路。",), ("种树。",)]
    assert "start=3&end=6" in page.excerpts[2].link
    chosen = topic_page(library, "道路", hits, "2018", None)
    assert [e.pieces for e in chosen.excerpts] == [("修路。",), ("种树。",)]
    assert chosen.count == 3  # the charts go on counting all


def test_counts_agree_with_brute_force() -> None:
    draw = random.Random(7)  # noqa: S311 - the same texts each time
    documents = [
        speech(str(i), "".join(draw.choices("甲乙丙。", k=60)), date=str(draw.randint(2001, 2004)))
        for i in range(40)
    ]
    library = library_of(*documents)
    found = mentions(library, library.documents(), "甲乙")
    expected: Counter[str] = Counter()
    for document in documents:
        expected[document.metadata.date or ""] += document.text.count("甲乙")
    assert {bar.label: bar.count for bar in by_year(found, library.documents())} == expected
    for one in found:
        assert {one.document.text[s.start : s.end] for s in one.spans} == {"甲乙"}


def test_terms_are_found_in_normal_form_and_shown_as_stored() -> None:
    library = library_of(speech("a", "建設　ＡＰＰ。李　炎同志。旗臶鲜明。"))
    for term, shown in (("建设app", "建設　ＡＰＰ"), ("李炎", "李　炎"), ("旗帜", "旗臶")):
        (excerpt,) = excerpts(mentions(library, library.documents(), term))
        assert excerpt.pieces[1] == shown


def test_page_chrome_and_reprints_do_not_count() -> None:
    text = "修路 首页\n修路。"
    chrome = Document("a", text, Metadata(title="题"), chrome=(Span(0, 6),))
    library = library_of(chrome, speech("b", "修路。"), speech("c", "修路。"))
    library.printings = dict.fromkeys(("b", "c"), (Printing("b", "题"), Printing("c", "题")))
    assert [m.document.doc_id for m in mentions(library, library.documents(), "修路")] == [
        "a", "b", "c",
    ]  # fmt: skip
    page = trend_page(library, "修路")
    assert (page.count, page.speeches) == (2, 2)


def test_a_blank_term_is_nowhere() -> None:
    library = library_of(speech("a", "修路。"))
    assert mentions(library, library.documents(), " 　") == ()
    assert by_speaker((), library.documents()) == []


def test_sentences_that_do_not_fit_are_told_by_number() -> None:
    library = library_of(speech("a", "修路，修路。" * 150))
    page = trend_page(library, "修路")
    assert page.count == 300
    assert len(page.excerpts) == 100
    assert page.excerpts_left_out == 100
    assert page.excerpts[0].pieces == ("", "修路", "，", "修路", "。")


def test_far_years_are_not_filled_up() -> None:
    library = library_of(speech("a", "修路。", date="1801"), speech("b", "修路。", date="2020"))
    found = mentions(library, library.documents(), "修路")
    assert [bar.label for bar in by_year(found, library.documents())] == ["1801", "2020"]
    assert [m.document.doc_id for m in narrowed(found, "1801", None)] == ["a"]


def test_speeches_stand_in_time_newest_first() -> None:
    library = library_of(
        speech("a", "甲", date="2018-03-01"), speech("b", "乙"), speech("c", "丙", date="2020-05"),
        speech("d", "丁", published="2018-07-01"),
    )  # fmt: skip
    years = [(y, [e.doc_id for e in entries]) for y, entries in timeline(library.documents())]
    assert years == [("2020", ["c"]), ("2018", ["d", "a"]), ("", ["b"])]
