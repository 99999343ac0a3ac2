"""Values and the JSON of the public contract."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from handmade import forest_speech, whole

from rag.permalink import resolve
from rag.schema import Answer, Citation, Document, Printing, Question, Reason, Turn
from rag.wire import answer_json, document_json, question_from

TURNS = [{"role": "user", "content": "谁？"}, {"role": "assistant", "content": "云汀。"}]


def test_a_question_with_everything() -> None:
    row = {
        "id": 3,
        "question": "他讲了什么？",
        "history": TURNS,
        "within": ["a", "b"],
        "answers": [],
    }
    turns = (Turn("user", "谁？"), Turn("assistant", "云汀。"))
    assert question_from(row) == Question("他讲了什么？", turns, frozenset({"a", "b"}))


@pytest.mark.parametrize("row", [{}, {"history": None, "within": None}, {"history": []}])
def test_a_question_with_nothing_else(row: dict[str, object]) -> None:
    assert question_from({"question": "谁？", **row}) == Question("谁？")


def test_within_no_document_is_not_within_all() -> None:
    assert question_from({"question": "谁？", "within": []}).within == frozenset()
    assert question_from({"id": "q7"}) == Question("")  # to be declined, so that its line comes out


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([], "should be a JSON object"),
        ("谁？", "should be a JSON object"),
        (None, "should be a JSON object"),
        ({}, "'question' should be a string"),
        ({"question": 3}, "'question' should be a string"),
        ({"question": "谁？", "history": "他"}, "'history' should be a list"),
        ({"question": "谁？", "history": 3}, "'history' should be a list"),
        ({"question": "谁？", "history": {"role": "user"}}, "'history' should be a list"),
        ({"question": "谁？", "history": ["他"]}, "each turn of 'history'"),
        ({"question": "谁？", "history": [{"role": "user"}]}, "each turn of 'history'"),
        (
            {"question": "谁？", "history": [{"role": "system", "content": "x"}]},
            "each turn of 'history'",
        ),
        ({"question": "谁？", "within": "a"}, "'within' should be a list"),
        ({"question": "谁？", "within": [1]}, "'within' should be a list"),
    ],
)
def test_what_is_no_question(row: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        question_from(row)


def answer(**fields: object) -> Answer:
    document = forest_speech()
    start = document.text.index("去年全市造林")
    return Answer(
        "造林多少亩？",
        "去年全市造林1047亩。[1]",
        answered=True,
        short_answer="1047亩",
        citations=(Citation(1, document, start, start + 13),),
        hits=(whole(document, 0.83219),),
        coverage=1.0,
        confidence=0.87654,
        seconds=0.012345,
        **fields,  # type: ignore[arg-type]
    )


def test_an_answer_as_json() -> None:
    row = json.loads(json.dumps(answer_json(answer(), "q1"), ensure_ascii=False))
    (citation,), (hit,) = row.pop("citations"), row.pop("hits")
    assert row == {
        "id": "q1",
        "question": "造林多少亩？",
        "answer": "去年全市造林1047亩。[1]",
        "answered": True,
        "reason": None,
        "short_answer": "1047亩",
        "coverage": 1.0,
        "confidence": 0.8765,
        "generator": "extractive",
        "seconds": 0.0123,
    }
    text = forest_speech().text
    assert citation["section"] == ["一、总结成绩"]
    assert (
        text[citation["start"] : citation["end"]] == citation["quote"] == "去年全市造林1047亩。\n"
    )
    assert citation["url"].startswith("/source/forest?start=")
    assert (hit["score"], hit["text"]) == (0.8322, text)


def test_other_printings_are_named_where_there_are_any() -> None:
    citation = replace(answer().citations[0], also_in=(Printing("reprint", "转载", "2018-06-01"),))
    (row,) = answer_json(replace(answer(), citations=(citation,)))["citations"]
    (other,) = row["also_in"]
    assert {k: other[k] for k in ("doc_id", "title", "date")} == {
        "doc_id": "reprint",
        "title": "转载",
        "date": "2018-06-01",
    }
    moved = Document("reprint", f"转载\n{forest_speech().text}")
    link = dict(parse_qsl(urlsplit(other["url"]).query))
    place = resolve(moved, int(link["start"]), int(link["end"]), link["quote"])
    assert place is not None
    assert moved.text[place.start : place.end] == row["quote"]
    assert "also_in" not in answer_json(answer())["citations"][0]


def test_a_notice_is_there_when_there_is_one() -> None:
    assert answer_json(answer(notice="模型没有应答"))["notice"] == "模型没有应答"


def test_a_reason_is_its_word() -> None:
    refused = Answer("谁？", "没有。", answered=False, reason=Reason.FIGURE_MISSING)
    assert answer_json(refused)["reason"] == "figure_missing"


def test_a_speech_without_its_text() -> None:
    row = document_json(forest_speech())
    assert "text" not in row
    assert row["characters"] == len(forest_speech().text)
    assert [s["heading"] for s in row["sections"]][:2] == ["一、总结成绩", "二、部署任务"]
