"""Of which place, whom and which year a passage speaks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from handmade import whole

from rag.home_place import home_named_in
from rag.passage_facts import PassageFacts
from rag.query import understand
from rag.reading.reader import PassageReading
from rag.schema import Document, Metadata

COUNTY = "岫阳县的家底大家清楚。全县造林三万亩。棠川县也造了林。岫阳县还要再造。"


def speech(text: str, **metadata: str) -> Document:
    return Document("a", text, metadata=Metadata(**metadata))


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("岫阳县造林多少亩？", "岫阳县"),
        ("2022年岫阳造林多少亩？", "岫阳县"),
        ("2022年岫阳縣造林多少畝？", "岫阳县"),
        ("棠川县造林多少亩？", None),  # named once, and less often than the other
        ("全县造林多少亩？", None),
    ],
)
def test_the_place_that_a_speech_means_by_its_whole_county(
    question: str, place: str | None
) -> None:
    assert home_named_in(question, speech(COUNTY)) == place


@pytest.mark.parametrize(
    ("text", "metadata", "place"),
    [
        ("全县造林三万亩。", {"office": "岫阳县委书记"}, "岫阳县"),
        ("全县造林三万亩。", {"publisher": "岫阳县委办公室"}, "岫阳县"),
        ("全市造林三万亩。", {"office": "岫阳县委书记"}, None),  # of a city
        ("造林三万亩。", {"office": "岫阳县委书记"}, None),
        ("全县造林三万亩。岫阳县来了人。", {}, None),  # a guest
        ("", {}, None),
    ],
)
def test_where_the_place_is_told(text: str, metadata: dict[str, str], place: str | None) -> None:
    assert home_named_in("岫阳县造林多少亩？", speech(text, **metadata)) == place


def test_what_the_context_names_is_not_said_again() -> None:
    facts, hit = PassageFacts(understand("岫阳县造林多少亩？")), whole(speech(COUNTY))
    assert facts.told(hit, "在全县林业大会上的讲话") == "岫阳县"
    assert facts.told(hit, "在岫阳县林业大会上的讲话") == ""


def test_a_speech_that_names_no_place_is_read_as_the_others_of_its_library() -> None:
    untold = whole(speech("全县造林三万亩。"))
    named = whole(replace(speech(COUNTY), doc_id="b"))
    query = understand("岫阳县造林多少亩？")
    assert PassageFacts(query, (untold, named)).told(untold, "") == "岫阳县"
    assert PassageFacts(query, (untold,)).told(untold, "") == ""


@pytest.mark.parametrize(("year", "settles"), [("2021", True), ("2022", False)])
def test_an_answer_of_another_year_settles_nothing(year: str, *, settles: bool) -> None:
    text = "去年造林三万亩。今年造林五万亩。"
    hit = whole(speech(text, date="2022-02-01"))
    starts = np.arange(len(text))
    scores = np.zeros(len(text), np.float32)
    scores[4] = 9.0  # 三万亩
    reading = PassageReading(1.0, 4.0, starts, starts + 1, scores, scores)
    facts = PassageFacts(understand(f"{year}年造林多少亩？"))
    assert facts.settles(hit, reading) is settles


def test_without_a_place_nothing_is_in_doubt() -> None:
    nothing = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    reading = PassageReading(1.0, 4.0, *nothing, nothing[2])
    assert PassageFacts(understand("造林多少亩？")).settles(whole(speech("")), reading)
