"""What a question asks for, and what it names."""

from __future__ import annotations

import pytest

from rag.normal_form import normalise
from rag.query import Facet, Kind, content_of, kind_of, understand, years_in


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("去年全市造林多少亩？", Kind.FIGURE),
        ("新增了几家企业？", Kind.FIGURE),
        ("增长率是多少？", Kind.FIGURE),
        ("巡山用了多长时间？", Kind.FIGURE),
        ("粮食总產量是多少？", Kind.FIGURE),
        ("谁是林长？", Kind.WHO),
        ("会议是什么时候召开的？", Kind.WHEN),
        ("这项工程哪一年完工？", Kind.WHEN),
        ("会议在哪里召开？", Kind.WHERE),
        ("有哪三点要求？", Kind.LIST),
        ("哪些县完成了任务？", Kind.LIST),
        ("云汀的讲话分为哪几个部分？", Kind.OUTLINE),
        ("什么是“四个到位”？", Kind.DEFINITION),
        ("为什么没有完成任务？", Kind.WHY),
        ("怎样防好山火？", Kind.HOW),
        ("2021年和2022年相比有什么变化？", Kind.COMPARISON),
        ("这篇讲话主要讲了什么？", Kind.SUMMARY),
        ("是否完成了任务？", Kind.YES_NO),
        ("任务完成了吗？", Kind.YES_NO),
        ("介绍云杉", Kind.FACT),
        ("产业规模目标", Kind.FIGURE),
        ("谁算出的造林占比", Kind.WHO),
        ("这几年造林靠的是什么方针？", Kind.FACT),
        ("林长公告是第几号？", Kind.FACT),
        ("林业大会哪一天开？", Kind.WHEN),
        ("苗木通知是几号文？", Kind.FACT),
    ],
)
def test_the_kind_of_a_question(question: str, kind: Kind) -> None:
    assert understand(question).kind is kind


def test_traditional_and_full_width_questions_read_alike() -> None:
    plain = understand("2018年的林业讲话是谁讲的？")
    other = understand("２０１８年的林業講話是誰講的？")
    assert (plain.kind, plain.facet, plain.content) == (other.kind, other.facet, other.content)
    assert plain.years == other.years == {"2018"}


@pytest.mark.parametrize(
    ("question", "facet"),
    [
        ("林业讲话的讲话人是谁？", Facet.SPEAKER),
        ("谁作的林业工作报告？", Facet.SPEAKER),
        ("谁在林业大会上作了报告？", Facet.SPEAKER),
        ("林业讲话是哪天发表的？", Facet.DATE),
        ("林业工作会议是什么时候召开的？", Facet.DATE),
        ("云汀在什么会上讲了造林？", Facet.VENUE),
        ("云汀讲话的题目是什么？", Facet.TITLE),
        ("谁是林长？", None),
        ("去年全市造林多少亩？", None),
    ],
)
def test_what_is_asked_of_the_speech_as_such(question: str, facet: Facet | None) -> None:
    assert understand(question).facet is facet


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("二〇一一年", {"2011"}),
        ("二0一一年和２０１２年", {"2011", "2012"}),
        ("2019年至2021年", {"2019", "2021"}),
        ("12019亩", set()),
        ("一千九百年", set()),
        ("3018年", set()),
    ],
)
def test_years(text: str, years: set[str]) -> None:
    assert years_in(normalise(text)) == years


def test_the_year_of_the_speech_is_told_from_years_within_it() -> None:
    assert understand("2018年林业讲话提到2012年造林多少亩？").speech_years == {"2018"}
    assert understand("2012年造林多少亩？").speech_years == set()


def test_what_only_asks_is_no_content() -> None:
    content = content_of(normalise("请问去年全市造林多少亩？"))
    assert "造林" in content
    for asking in ("请问", "多少", "？", "?"):
        assert asking not in content


def test_speakers_are_named_as_the_library_has_them() -> None:
    speakers = ["云汀", "钟屿", "**同志", "某某", "汀"]
    assert understand("雲汀同志讲了什么？", speakers).speakers == {"云汀"}
    assert understand("**同志讲了什么？", speakers).speakers == set()


def test_the_limit_is_kept() -> None:
    assert understand("谁？", within=frozenset({"a"})).within == {"a"}
    assert understand("谁？").within is None


def test_the_first_pattern_decides() -> None:
    assert kind_of("哪些措施和去年有何不同?") is Kind.COMPARISON
