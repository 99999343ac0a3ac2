"""Look-alikes are told apart by the one thing in which they differ."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import whole

from rag.consistency import (
    fits,
    is_look_alike,
    names_another_of_its_kind,
    names_another_of_the_list,
    names_the_deputy,
    ordinals_in,
    tells_of_another_place,
)
from rag.gazetteer import is_province, places_in
from rag.parts import parts_of
from rag.query import understand
from rag.schema import Document, Metadata, Quote

REPORT = Document(
    "report",
    "岫阳县2022年政府工作报告\n去年全县粮食总产量21.6万吨。2019年动工的第三初级中学已经封顶。",
    Metadata(title="岫阳县2022年政府工作报告", speaker="裴若嵩", date="2022-01-12"),
)


@pytest.mark.parametrize(
    ("question", "may"),
    [
        ("岫阳县2022年打了多少粮食？", True),
        ("岫阳县2021年打了多少粮食？", True),  # a speech tells of the year before
        ("岫阳县2019年动工的是哪所学校？", True),  # the passage names that year
        ("岫阳县2015年打了多少粮食？", False),
        ("沅浦县2022年的粮食总产量是多少？", False),
        ("全县第三初级中学建得怎样？", True),
        ("全县第四初级中学建得怎样？", False),
        ("裴若嵩说粮食总产量是多少？", True),
        ("晏知榆说粮食总产量是多少？", False),
        ("粮食总产量是多少？", True),
        ("云南省的粮食总产量是多少？", True),  # a province and a county do not exclude each other
    ],
)
def test_what_a_speech_may_answer(question: str, may: bool) -> None:
    query = understand(question, ("裴若嵩", "晏知榆"))
    assert fits(query, whole(REPORT)) is may


def test_nothing_is_excluded_that_is_not_known() -> None:
    unknown = Document("d", "粮食总产量21.6万吨。")
    assert fits(understand("沅浦县2015年的粮食总产量是多少？"), whole(unknown))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("第十八次代表大会", {(18, "次")}),
        ("公告(第12号)", {(12, "号")}),
        ("第四初级中学", {(4, "初")}),
        ("第一套电视", set()),  # 第一 is mostly a word
        ("抓好第二个方面", set()),  # counts points, names nothing
        ("", set()),
    ],
)
def test_ordinals(text: str, numbers: set[tuple[int, str]]) -> None:
    assert ordinals_in(text) == numbers


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("在泰州市海陵区举报", {"泰州", "海陵"}),
        ("2026年广西壮族自治区政府工作报告", {"广西"}),
        ("对疫情防控区域和各市县市场", set()),
        ("全县、本市各区", set()),
        ("2020年底岫阳县有多少家企业", {"岫阳"}),
        ("会议上说县第三中学要建成", set()),
        ("哪位工人得了市五一劳动奖章？", set()),
    ],
)
def test_places(text: str, places: set[str]) -> None:
    assert places_in(text) == places


def test_provinces() -> None:
    assert is_province("广西")
    assert not is_province("岫阳")


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("沅浦县造林多少亩？", "全县造林1047亩。", True),
        ("岫阳县造林多少亩？", "全县造林1047亩。", False),
        ("沅浦县造林多少亩？", "沅浦县造林12亩,全县1047亩。", False),
        ("沅浦县造林多少亩？", "造林1047亩。", False),  # of whom it tells is not said
        ("造林多少亩？", "全县造林1047亩。", False),
    ],
)
def test_a_sentence_on_the_speakers_own_area(question: str, sentence: str, another: bool) -> None:
    speech = Document("one", sentence, Metadata(title="在岫阳县林业工作会议上的讲话"))
    quote = Quote(speech, 0, len(sentence))
    assert tells_of_another_place(understand(question), quote, whole(speech)) is another


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("北京奥运会有多少个比赛项目？", "伦敦奥运会有302个比赛项目。", True),
        ("北京奥运会有多少个比赛项目？", "北京奥运会有302个比赛项目。", False),
        ("北京奥运会有多少个比赛项目？", "北京比伦敦奥运会多了几个项目。", False),
        ("北京奥运会有多少个比赛项目？", "与伦敦奥运会相同,有302个比赛项目。", False),
        (
            "北京奥运会有多少个比赛项目？",
            "奥运会有302个比赛项目。",
            False,
        ),  # which one, it does not say
        ("奥运会有多少个比赛项目？", "伦敦奥运会有302个比赛项目。", False),
        ("北京冬奥会有多少个比赛项目？", "2018年平昌冬奥会有102个比赛项目。", True),
    ],
)
def test_a_sentence_on_another_places_thing(question: str, sentence: str, *, another: bool) -> None:
    quote = Quote(Document("one", sentence), 0, len(sentence))
    assert names_another_of_its_kind(understand(question), quote) is another


@pytest.mark.parametrize(
    ("question", "another"),
    [("沅浦县造林多少亩？", True), ("岫阳县造林多少亩？", False), ("珩川市造林多少亩？", True)],
)
def test_a_speech_that_names_no_county_is_of_the_county_that_all_beside_it_are_of(
    question: str, *, another: bool
) -> None:
    speech = Document("one", "全县造林1047亩。")
    beside = Document("two", "全县栽果树。", Metadata(office="岫阳县委书记"))
    quote = Quote(speech, 0, len(speech.text))
    query, hit = understand(question), whole(speech)
    assert tells_of_another_place(query, quote, hit, (speech, beside)) is another
    assert not tells_of_another_place(query, quote, hit)
    other = Document("three", "全县栽果树。", Metadata(office="棠川县委书记"))
    assert not tells_of_another_place(query, quote, hit, (speech, beside, other))


@pytest.mark.parametrize(
    ("said", "another"),
    [
        ("乙厂产值20亿元。", True),
        ("甲厂产值10亿元。", False),
        ("甲厂比乙厂产值多10亿元。", False),
        ("全县产值30亿元。", False),
    ],
)
def test_of_a_list_a_sentence_names_the_other_one(said: str, another: bool) -> None:
    first, _ = parts_of(understand("甲厂和乙厂的产值分别是多少？"))
    document = Document("d", said, Metadata(title="工业讲话"))
    assert (
        names_another_of_the_list(first, Quote(document, 0, len(said)), whole(document)) is another
    )


def test_of_a_list_the_title_tells_whose_it_is() -> None:
    first, _ = parts_of(understand("甲厂和乙厂的产值分别是多少？"))
    said = "产值超过乙厂。"
    document = Document("d", said, Metadata(title="甲厂工作报告"))
    assert not names_another_of_the_list(first, Quote(document, 0, len(said)), whole(document))
    assert not names_another_of_the_list(
        understand("甲厂的产值是多少？"), Quote(document, 0, len(said)), whole(document)
    )


@pytest.mark.parametrize(
    ("question", "said", "deputy"),
    [
        ("岫阳县的县委书记是谁？", "岫阳县委副书记、县长霍清岩", True),
        ("岫阳县的县委书记是谁？", "县委书记宗砺衡、副书记霍清岩到会。", False),
        ("岫阳县的县长是谁？", "岫阳县委副书记、县长霍清岩", False),
        ("哪位副局长负责？", "局长莫书芹负责。", True),
        ("哪位副局长负责？", "副局长荀致远负责。", False),
        ("谁负责？", "副局长荀致远负责。", False),
        ("局长是谁？", "莫书芹同志负责。", False),  # names no office
    ],
)
def test_a_deputy_is_somebody_else(question: str, said: str, deputy: bool) -> None:
    quote = Quote(Document("d", said), 0, len(said))
    assert names_the_deputy(understand(question), quote) is deputy


def test_a_sentence_that_tells_of_another_member_of_the_list() -> None:
    document = Document("d", "产值20亿元。税收2亿元。")
    query = replace(understand("乙厂的产值是多少？"), taken=(("d", 0, 7),))
    assert is_look_alike(query, Quote(document, 0, 7), whole(document))
    assert not is_look_alike(query, Quote(document, 7, 13), whole(document))
