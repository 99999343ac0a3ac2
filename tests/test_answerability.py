"""Figures that the source lost, told from figures that it has; features in their order."""

from __future__ import annotations

import pytest
from handmade import asked, candidate, forest_speech, retrieval_of, whole

from rag.answerability import (
    FEATURES,
    answerability_features,
    missing_figure,
    only_mentions,
    speaks_of_the_unknown,
)
from rag.calibration import load_calibration
from rag.schema import Document, Metadata, Quote
from rag.sentence_scorer import Candidate, candidates_of, is_cut_off

TRAINING = "去年举办培训班4期,全年共培训干部人,占应训人数的.%"
HELPING = "全县余名干部结对帮扶多户农户。"


def lost_for(question: str, *sentences: str) -> str | None:
    query, weights = asked(question, *sentences)
    ranked = [candidate(sentence) for sentence in sentences]
    quote = missing_figure(query, ranked, weights)
    return quote.text if quote else None


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("全年培训干部多少人？", TRAINING),
        ("全年培训多少名干部？", TRAINING),
        ("培训的干部占应训人数的百分之几？", TRAINING),
        ("全县结对帮扶多少户农户？", HELPING),
        ("全县多少名干部结对帮扶农户？", HELPING),
        ("新建公路多少公里？", "全县新建公路公里,新修桥梁3座。"),
        ("新建公路多少公里？", "全县新建公路多公里。"),
        ("全年收入多少万元？", "全年收入万元。"),
    ],
)
def test_a_lost_figure(question: str, sentence: str) -> None:
    assert lost_for(question, sentence) == sentence


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("全年培训干部多少人？", "全年共培训干部340人,占应训人数的97.8%"),
        ("全年培训干部多少人？", "全年共培训干部三百余人。"),
        ("全县结对帮扶多少户农户？", "全县300余名干部结对帮扶1200多户农户。"),
        ("全县结对帮扶多少户农户？", "许多户农户得到结对帮扶,全县干部都很忙。"),
        ("全年培训干部多少期？", TRAINING),
        ("全县造林多少亩？", TRAINING),
        ("谁培训干部？", TRAINING),
        ("为什么培训干部？", TRAINING),
    ],
)
def test_no_figure_is_lost_that_was_asked_for(question: str, sentence: str) -> None:
    assert lost_for(question, sentence) is None


def test_only_the_first_sentences_count() -> None:
    assert lost_for("全年培训干部多少人？", "培训干部很重要。", TRAINING) == TRAINING
    others = ["培训干部很重要。", "全年都要培训干部。"] * 3
    assert lost_for("全年培训干部多少人？", *others, TRAINING) is None


def features_for(question: str) -> dict[str, float]:
    document = forest_speech()
    query, weights = asked(question, document.text)
    retrieval = retrieval_of([whole(document)])
    ranked: list[Candidate] = candidates_of(query, retrieval, weights, load_calibration().piece)
    ranked.sort(key=lambda c: -c.shared)
    row = answerability_features(query, retrieval, weights, ranked)
    return dict(zip(FEATURES, row, strict=True))


def test_a_question_of_the_speechs_own_words_misses_nothing() -> None:
    features = features_for("去年全市造林多少亩？")
    assert features["is_figure"] == features["figure_has_quantity"] == 1.0
    assert features["years_missing"] == 0.0
    assert features["sentence_known_shared"] == 1.0


def test_a_question_of_other_words_misses_them() -> None:
    features = features_for("2025年量子计算机多少台？")
    assert features["unknown"] == pytest.approx(1.0)
    assert features["rarest_missing"] == 1.0
    assert features["years_missing"] == 1.0
    assert features["lead_missing"] == features["lead_missing_in_document"] == 1.0


def test_the_lost_figures_quote_is_exact() -> None:
    query, weights = asked("全年培训干部多少人？", TRAINING)
    quote = missing_figure(query, [candidate(TRAINING)], weights)
    assert isinstance(quote, Quote)
    assert quote.document.text[quote.start : quote.end] == TRAINING


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("全县造林25.", True),
        ("全县造林25.28\xa0...", True),
        ("全县造林25…", True),
        ("全县造林25.28万亩。", False),
        ("增长5.2%.", False),
        ("写于2023.", False),  # a year and a full stop
    ],
)
def test_a_text_that_ends_within_a_figure_tells_none(text: str, cut: bool) -> None:
    document = Document("teaser", text)
    assert is_cut_off(Quote(document, 0, len(text))) is cut
    longer = Document("whole", text + "\n明年再造。")
    assert not is_cut_off(Quote(longer, 0, len(text)))


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("云台县的林地面积是多少？", True),  # nothing tells of that county
        ("2021年云台县的林地面积是多少？", True),
        ("沅浦县的林地面积是多少？", False),
        ("全县的林地面积是多少？", False),
        ("区块链平台的林地面积是多少？", True),
        ("跟县里的林地面积比是多少？", False),
        ("2021年底全县的林地面积是多少？", False),  # 底全 is no county
        ("2021年底云台县的林地面积是多少？", True),
    ],
)
def test_what_the_library_has_never_heard_of(question: str, unknown: bool) -> None:
    query, weights = asked(question, "沅浦县去年全县林地面积12万亩。")
    assert speaks_of_the_unknown(query, weights) == unknown


@pytest.mark.parametrize(
    ("question", "told", "only"),
    [
        ("“三区一村”指什么？", "推进“三区一村”更新，加强住宅、路网、管网改造。", True),
        ("“八项工程”是哪八项？", "持续推进“八项工程”，把资源投向民生。", True),
        ("“三保”是什么意思？", "“三保”就是保民生、保工资、保运转。", False),
        ("“三张清单”是哪三张？", "建立“三张清单”：一张诉求清单，一张责任清单。", False),
        ("“三保”是什么意思？", "兜牢保民生、保工资、保运转“三保”底线。", False),
        ("“三保”是什么意思？", "一是保民生。二是保工资。", False),  # has not even the term
        ("“三保”由谁负责？", "“三保”由县财政局负责。", False),  # another question
    ],
)
def test_a_term_is_mentioned_and_not_explained(question: str, told: str, *, only: bool) -> None:
    assert only_mentions(asked(question)[0], [told]) is only


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("去年全县造林1047亩，靠的是什么？", True),
        ("去年全县造林了多少亩，靠的是什么？", False),
        ("我们靠的是什么？", False),
        ("今年县里的这一项造林任务，大家觉得怎么样？", False),  # says nothing of it
    ],
)
def test_a_sentence_may_say_something_before_it_asks(text: str, *, tells: bool) -> None:
    document = Document("d", text, Metadata(title="林业讲话"))
    query, weights = asked("造林多少亩？", text)
    pieces = load_calibration().piece
    found = candidates_of(query, retrieval_of([whole(document)]), weights, pieces)
    assert bool(found) is tells
