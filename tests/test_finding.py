"""Questions with parts: each is looked for, what is not found is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest
from handmade import forest_speech, retrieval_of, whole

from rag import indicators
from rag.evidence import Evidence, Selection
from rag.finding import Finder
from rag.query import Query, understand
from rag.retrieval import Retrieval
from rag.schema import Document, Quote, Reason

SPEECH = forest_speech()


@dataclass
class Told:
    """Knows what is said of certain words, and nothing else; remembers what it was asked."""

    of: dict[str, tuple[int, int]]

    def retrieve(self, query: Query, k: int) -> Retrieval:
        return retrieval_of([whole(SPEECH)])

    def select(self, query: Query, retrieval: Retrieval) -> Selection:
        for words, (start, end) in self.of.items():
            if words in query.text:
                return Selection((Evidence(Quote(SPEECH, start, end)),), confidence=0.9)
        return Selection((), Reason.NO_EVIDENCE, confidence=0.1)


def found(question: str, **of: tuple[int, int]) -> Selection:
    told = Told(of)
    return Finder(told, told).find(understand(question), 5)[1]  # type: ignore[arg-type]


def test_each_part_brings_its_evidence() -> None:
    selection = found("棠川县和沅浦县的产量分别是多少？", 棠川=(0, 5), 沅浦=(5, 9))
    assert [(e.quote.start, e.quote.end) for e in selection.evidence] == [(0, 5), (5, 9)]
    assert selection.remark is None


def test_where_a_part_is_answered_the_others_are_expected_to_be() -> None:
    asked: list[Query] = []

    class Noting(Told):
        def select(self, query: Query, retrieval: Retrieval) -> Selection:
            asked.append(query)
            return super().select(query, retrieval)

    for of, expected in (({"棠川": (0, 5)}, ["沅浦县的产量是多少"]), ({}, [])):
        asked.clear()
        told = Noting(of)
        question = understand("棠川县和沅浦县的产量分别是多少？")
        Finder(told, told).find(question, 5)  # type: ignore[arg-type]
        assert [one.text for one in asked if one.is_expected] == expected


TOGETHER, EACH = "棠川县和沅浦县五月签了约。", "棠川县签了约，沅浦县没有。"


@pytest.mark.parametrize(
    ("question", "text", "quotes"),
    [
        ("棠川县和沅浦县何时签约？", TOGETHER, [(0, 13)]),
        ("沅浦县和棠川县何时签约？", TOGETHER, [(0, 13)]),
        ("棠川县和沅浦县分别何时签约？", TOGETHER, [(0, 7), (7, 13)]),
        ("棠川县和沅浦县何时签约？", EACH, [(0, 7), (7, 13)]),
    ],
)
def test_what_is_told_of_a_list_together_is_not_asked_apart(
    question: str, text: str, quotes: list[tuple[int, int]]
) -> None:
    speech = Document("a", text)

    class Tells(Told):
        def select(self, query: Query, retrieval: Retrieval) -> Selection:
            both = all(name in query.text for name in ("棠川", "沅浦"))
            where = (0, 13) if both else (0, 7) if "棠川" in query.text else (7, 13)
            return Selection((Evidence(Quote(speech, *where)),))

    told = Tells({})
    selection = Finder(told, told).find(understand(question), 5)[1]  # type: ignore[arg-type]
    assert [(e.quote.start, e.quote.end) for e in selection.evidence] == quotes


def test_the_same_quote_is_said_once() -> None:
    selection = found("棠川县和沅浦县的产量分别是多少？", 棠川=(0, 5), 沅浦=(0, 5))
    assert len(selection.evidence) == 1


def test_no_words_are_quoted_twice() -> None:
    for first, second in (((0, 5), (0, 3)), ((0, 3), (0, 5))):
        selection = found("棠川县和沅浦县的产量分别是多少？", 棠川=first, 沅浦=second)
        assert [(e.quote.start, e.quote.end) for e in selection.evidence] == [(0, 5)]


def test_a_part_without_an_answer_is_named() -> None:
    selection = found("棠川县和沅浦县的产量分别是多少？", 棠川=(0, 5))
    assert selection.reason is None
    assert selection.remark == "讲话没有说明：沅浦县的产量是多少。"


def test_no_part_is_answered() -> None:
    selection = found("棠川县和沅浦县的产量分别是多少？")
    assert selection.reason is Reason.NO_EVIDENCE


def test_tasks_of_a_speech_that_is_not_there_are_not_taken_from_another() -> None:
    question = "2020年县政府工作报告是由谁作的，提出了哪些任务？"
    assert found(question, 任务=(0, 5)).reason is Reason.NO_EVIDENCE
    assert found(question, 工作报告=(0, 5)).reason is None


@dataclass
class Indicators(Told):
    """Knows what is said of certain words, and how sure that is."""

    chances: dict[str, float]

    def select(self, query: Query, retrieval: Retrieval) -> Selection:
        selection = super().select(query, retrieval)
        chance = max((c for words, c in self.chances.items() if words in query.text), default=0.1)
        return replace(selection, confidence=chance)


def place_of(words: str) -> tuple[int, int]:
    start = SPEECH.text.index(words)
    return start, start + len(words)


def quoted(told: Indicators, question: str) -> list[str]:
    selection = Finder(told, told).find(understand(question), 5)[1]  # type: ignore[arg-type]
    return [e.quote.text for e in selection.evidence] if selection.reason is None else []


class Likely(Told):
    """Tells the same of each, of 2021 with more likelihood, but no words twice."""

    def select(self, query: Query, retrieval: Retrieval) -> Selection:
        selection = super().select(query, retrieval)
        if query.taken or selection.reason is not None:
            return Selection((), Reason.NO_EVIDENCE, confidence=0.1)
        chance = 0.9 if "2021" in query.text else 0.8
        return replace(selection, evidence=(replace(selection.evidence[0], probability=chance),))


def test_one_sentence_tells_of_one_member_of_a_list() -> None:
    told = Likely({"造林": place_of("全市造林1047亩")})
    query = understand("2021年和2022年分别造林多少亩？")
    selection = Finder(told, told).find(query, 5)[1]  # type: ignore[arg-type]
    assert [e.quote.text for e in selection.evidence] == ["全市造林1047亩"]
    assert selection.remark == "讲话没有说明：2022年造林多少亩。"


def test_an_indicator_is_found_under_its_other_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(indicators._NAMES, "财政收入", ["财政收入", "全市造林"])
    there, elsewhere = place_of("全市造林1047亩"), place_of("管好苗圃")
    told = Indicators(
        {"财政收入": elsewhere, "全市造林": there}, {"财政收入": 0.5, "全市造林": 0.9}
    )
    assert quoted(told, "财政收入是多少？") == ["全市造林1047亩"]
    told.chances["财政收入"] = 0.95
    assert quoted(told, "财政收入是多少？") == ["全市造林1047亩"]  # 管好苗圃 has no figure
    assert quoted(told, "财政收入怎么样？") == ["管好苗圃"]  # and needs none here
    monkeypatch.setitem(indicators._NAMES, "全市造林", ["全市造林", "财政收入"])
    monkeypatch.setattr(indicators, "_NAME", re.compile("全市造林"))
    assert quoted(told, "全市造林多少？") == [
        "全市造林1047亩"
    ]  # told in the name that is asked for
    monkeypatch.undo()
    monkeypatch.setitem(indicators._NAMES, "财政收入", ["财政收入", "全市造林"])
    told.of["全市造林"] = elsewhere  # an answer without the name is none
    told.chances["财政收入"] = 0.5
    del told.of["财政收入"]
    assert quoted(told, "财政收入是多少？") == []
