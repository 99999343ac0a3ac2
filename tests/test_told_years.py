"""The year that a sentence tells of, and whether it is the one that is asked about."""

from __future__ import annotations

import pytest

from rag.query import understand
from rag.schema import Chunk, Document, Hit, Metadata, Quote, Section
from rag.told_years import tells_of_another_year, told_years

TEXT = (
    "一、2021年工作回顾\n"
    "去年很不容易。全县造林1047亩,同比增长5%,比2019年多一倍。\n"
    "二、任务\n"
    "今年要加油。造林目标为1100亩。管好苗圃。"
)
_TASKS = TEXT.index("二、")
SPEECH = Document(
    "forest",
    TEXT,
    Metadata(title="在全县林业工作会议上的讲话", date="2022-02-10"),
    (
        Section(1, "一", "一、2021年工作回顾", 0, 10, _TASKS, None),
        Section(1, "二", "二、任务", _TASKS, _TASKS + 4, len(TEXT), None),
    ),
)


def hit(section: int) -> Hit:
    own = SPEECH.sections[section]
    return Hit(SPEECH, Chunk(own.heading_end + 1, own.end, section), 1.0)


def quote(sentence: str) -> Quote:
    at = TEXT.index(sentence)
    return Quote(SPEECH, at, at + len(sentence))


@pytest.mark.parametrize(
    ("sentence", "section", "years"),
    [
        ("去年很不容易。", 0, {"2021"}),
        ("全县造林1047亩,同比增长5%,比2019年多一倍。", 0, {"2021"}),  # from the sentence before
        ("今年要加油。", 1, {"2022"}),
        ("管好苗圃。", 1, {"2022"}),
    ],
)
def test_the_years_that_a_sentence_tells_of(sentence: str, section: int, years: set[str]) -> None:
    assert told_years(quote(sentence), hit(section)) == years


def test_the_headings_tell_where_no_sentence_does() -> None:
    document = Document("bare", "一、2021年工作回顾\n造林1047亩。", sections=SPEECH.sections[:1])
    passage = Hit(document, Chunk(11, len(document.text), 0), 1.0)
    assert told_years(Quote(document, 11, len(document.text)), passage) == {"2021"}


def test_where_nothing_tells_the_year_nothing_is_said() -> None:
    document = Document("bare", "造林1047亩。")
    passage = Hit(document, Chunk(0, 8), 1.0)
    assert told_years(Quote(document, 0, 8), passage) == frozenset()


DONE, AIM = "全县造林1047亩,同比增长5%,比2019年多一倍。", "造林目标为1100亩。"


@pytest.mark.parametrize(
    ("question", "sentence", "section", "another"),
    [
        ("2021年造林多少亩？", DONE, 0, False),
        ("2022年造林多少亩？", DONE, 0, True),
        ("2022年造林多少亩？", AIM, 1, True),  # planned, not done
        ("2022年造林目标是多少亩？", AIM, 1, False),
        ("2021年造林目标是多少亩？", DONE, 0, True),  # done, not planned
        ("造林目标是多少亩？", DONE, 0, True),
        ("造林多少亩？", DONE, 0, False),  # no year is asked about
        ("2021年和2022年造林多少亩？", AIM, 1, False),  # either will do
    ],
)
def test_another_year_than_the_one_that_is_asked_about(
    question: str, sentence: str, section: int, another: bool
) -> None:
    assert tells_of_another_year(understand(question), quote(sentence), hit(section)) is another


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("2021年造林多少亩？", "去年一季度造林200亩。", True),
        ("2021年造林多少亩？", "2021年1—8月造林200亩。", True),
        ("2021年造林多少亩？", "去年一季度造林200亩,全年1047亩。", False),
        ("2021年一季度造林多少亩？", "去年一季度造林200亩。", False),
        ("2021年1至8月造林多少亩？", "2021年前8个月造林200亩。", False),
        ("造林多少亩？", "去年一季度造林200亩。", False),
        ("2021年为什么造林？", "去年一季度雨多,所以造林。", False),
    ],
)
def test_a_part_of_a_year_for_the_year(question: str, sentence: str, *, another: bool) -> None:
    document = Document("part", sentence, Metadata(date="2022-02-10"))
    passage = Hit(document, Chunk(0, len(sentence)), 1.0)
    quoted = Quote(document, 0, len(sentence))
    assert tells_of_another_year(understand(question), quoted, passage) is another


@pytest.mark.parametrize(
    ("date", "question", "sentence", "another"),
    [
        ("2022-03-30", "2022年发展了多少会员？", "2022年全年发展会员3000人。", True),  # in March?
        ("2022-12-30", "2022年发展了多少会员？", "2022年全年发展会员3000人。", False),
        ("2022-03-30", "2022年要发展多少会员？", "2022年全年发展会员3000人。", False),
        ("2022-03-30", "2022年发展了多少会员？", "全年发展会员3000人以上。", True),
        ("2022-03-30", "2022年发展了多少会员？", "全年发展会员3000人。", False),  # may be 2021's
        (None, "2022年发展了多少会员？", "2022年全年发展会员3000人。", False),
    ],
)
def test_all_of_a_year_that_has_just_begun(
    date: str | None, question: str, sentence: str, *, another: bool
) -> None:
    document = Document("plan", sentence, Metadata(date=date))
    quoted, passage = Quote(document, 0, len(sentence)), Hit(document, Chunk(0, len(sentence)), 1.0)
    assert tells_of_another_year(understand(question), quoted, passage) is another


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("2021年茶业大会在哪里开？", "2021茶业大会在青磴镇举行。", False),
        ("2022年茶业大会在哪里开？", "2021茶业大会在青磴镇举行。", True),
        ("2021年造林多少亩？", "自2017年破千亩以来，又造林1047亩。", False),
        ("2021年造林多少亩？", "这是继2018年之后第二次造林1047亩。", False),
        ("2021年收入多少？", "收入30亿元，恢复至2019年同期的九成。", False),
        ("2021年有多少人？", "产量2019亿斤。", False),  # a figure
    ],
)
def test_years_that_are_only_counted_from(question: str, sentence: str, *, another: bool) -> None:
    document = Document("news", sentence)
    passage = Hit(document, Chunk(0, len(sentence)), 1.0)
    quoted = Quote(document, 0, len(sentence))
    assert tells_of_another_year(understand(question), quoted, passage) is another


def test_in_a_text_without_a_date_no_sentence_lends_its_year_to_the_next() -> None:
    text = "苗圃\n2004年建成苗圃。造林1047亩。"
    start = text.index("造林")
    document = Document("news", text)
    passage, said = Hit(document, Chunk(0, len(text)), 1.0), Quote(document, start, len(text))
    assert told_years(said, passage) == frozenset()
    dated = Document("news", text, Metadata(date="2022-02-10"))
    passage, said = Hit(dated, Chunk(0, len(text)), 1.0), Quote(dated, start, len(text))
    assert told_years(said, passage) == {"2004"}
