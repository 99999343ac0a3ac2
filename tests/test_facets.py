"""Who, when, where, under which title: values from the metadata, lines from the text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import FOREST, asked, forest_speech, whole

from rag import facets
from rag.naming import contradicts_year, named_document
from rag.query import Facet, understand
from rag.schema import Document, Metadata

TITLE = "云汀同志在澄州市林业工作会议上的讲话"
SCHOOL = Document(
    "school",
    "在澄州市教育工作会议上的讲话\n钟　屿\n(二○一九年三月八日)\n今年新建学校12所。",
    Metadata(title="在澄州市教育工作会议上的讲话", speaker="钟屿", date="2019-03-08"),
)


@pytest.mark.parametrize(
    ("facet", "value", "line"),
    [
        (Facet.SPEAKER, "云汀", TITLE),
        (Facet.DATE, "2018-05-04", "(2018年5月4日)"),
        (Facet.VENUE, "澄州市林业工作会议", TITLE),
        (Facet.TITLE, TITLE, TITLE),
    ],
)
def test_a_value_and_the_line_that_states_it(facet: Facet, value: str, line: str) -> None:
    document = forest_speech()
    assert facets.value_of(facet, document) == value
    quote = facets.stated(facet, document)
    assert quote is not None
    assert quote.text == line
    assert document.text[quote.start : quote.end] == line


def test_lines_are_found_through_their_layout() -> None:
    stated = {facet: facets.stated(facet, SCHOOL) for facet in Facet}
    assert (stated[Facet.SPEAKER] or pytest.fail()).text == "钟　屿"
    assert (stated[Facet.DATE] or pytest.fail()).text == "(二○一九年三月八日)"
    assert stated[Facet.VENUE] is None


def test_what_the_text_does_not_say_rests_on_its_headline() -> None:
    bare = Document("d", "\n  今年新建学校12所。\n还要建好操场。", Metadata(speaker="钟屿"))
    assert facets.stated(Facet.SPEAKER, bare) is None
    assert facets.headline(bare).text.strip() == "今年新建学校12所。"
    assert facets.headline(forest_speech()).text == TITLE


def test_of_a_long_line_only_the_words_themselves() -> None:
    text = "各位代表，" * 30 + "我是钟屿，" + "现在向大会报告工作，" * 20
    quote = facets.stated(Facet.SPEAKER, Document("d", text, Metadata(speaker="钟屿")))
    assert quote is not None
    assert quote.text == "钟屿"


def test_a_year_that_is_named_must_be_the_speechs() -> None:
    assert contradicts_year(understand("2019年林业讲话是谁讲的？"), forest_speech())
    assert not contradicts_year(understand("2018年林业讲话是谁讲的？"), forest_speech())
    assert not contradicts_year(understand("林业讲话是谁讲的？"), forest_speech())
    undated = replace(forest_speech(), metadata=Metadata(title="在林业会议上的讲话"))
    assert not contradicts_year(understand("2019年林业讲话是谁讲的？"), undated)


@pytest.mark.parametrize(
    ("question", "doc_id"),
    [
        ("林业工作会议上的讲话是谁讲的？", "forest"),
        ("钟屿在教育工作会议上的讲话是什么时候？", "school"),
        ("工会工作会议上的讲话是谁讲的？", None),
        ("云汀在什么会上讲了造林？", "forest"),
    ],
)
def test_the_speech_that_a_question_names(question: str, doc_id: str | None) -> None:
    query, weights = asked(question, FOREST, SCHOOL.text)
    found = named_document(query, [whole(SCHOOL), whole(forest_speech())], weights.of)
    assert (found.doc_id if found else None) == doc_id


def test_nothing_retrieved_is_nothing_named() -> None:
    query, weights = asked("林业工作会议上的讲话是谁讲的？", FOREST)
    assert named_document(query, [], weights.of) is None
