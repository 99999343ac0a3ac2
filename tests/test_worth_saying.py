"""What is told beside the best sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handmade import candidate

from rag.query import Query, understand
from rag.sentence_scorer import Candidate
from rag.worth_saying import worth_saying

HOW_MUCH = understand("岫阳县造林多少亩？")
ONE_OF_SEVERAL = replace(HOW_MUCH, is_part=True)


def ranked(*sentences: tuple[str, float], shared: float = 1.0) -> list[Candidate]:
    return [candidate(text, chance, shared=shared) for text, chance in sentences]


def told(query: Query, candidates: Sequence[Candidate]) -> list[str]:
    return [one.quote.text for one in worth_saying(query, candidates)]


def test_a_further_sentence_must_be_worth_its_length() -> None:
    candidates = ranked(("造林1047亩。", 0.9), ("造林980亩。", 0.1), ("造林" * 60 + "7亩。", 0.1))
    assert told(HOW_MUCH, candidates) == ["造林1047亩。", "造林980亩。"]


def test_of_several_questions_at_once_what_is_new_is_told() -> None:
    candidates = ranked(
        ("造林1047亩。", 0.5),
        ("全县共造林1047亩，任务完成得好。", 0.2),  # the same figure again
        ("造林工作得到各方支持。", 0.2),  # no figure
        ("造林980亩。", 0.02),
    )
    assert told(ONE_OF_SEVERAL, candidates) == ["造林1047亩。", "造林980亩。"]


def test_nothing_is_told_beside_a_sentence_that_is_far_surer() -> None:
    assert told(ONE_OF_SEVERAL, ranked(("造林1047亩。", 0.99), ("造林980亩。", 0.1))) == [
        "造林1047亩。"
    ]


def test_nothing_is_told_that_has_none_of_the_words() -> None:
    stray = ranked(("湿地有980亩。", 0.2), shared=0.1)
    assert told(ONE_OF_SEVERAL, ranked(("造林1047亩。", 0.5)) + stray) == ["造林1047亩。"]


def test_of_several_at_most_four_are_told() -> None:
    candidates = ranked(*((f"造林{n}00亩。", 0.3) for n in range(1, 9)))
    assert len(told(ONE_OF_SEVERAL, candidates)) == 4


def test_who_asks_for_several_people_is_told_each_of_them() -> None:
    candidates = ranked(("王建国参加了会议。", 0.6), ("李明华参加了会议。", 0.02))
    several = understand("哪些人参加了会议？")
    assert told(understand("谁参加了会议？"), candidates) == ["王建国参加了会议。"]
    assert told(several, candidates) == ["王建国参加了会议。", "李明华参加了会议。"]


def test_who_has_the_role_is_told_whatever_the_sentence_shares_with_the_question() -> None:
    cast = understand("《山城》的主演有哪些？")
    best = ranked(("莫书芹主演《山城》。", 0.99))
    further = ranked(("男主李明华也演得真切。", 0.001), ("李明华很年轻。", 0.4), shared=0.0)
    assert told(cast, best + further) == ["莫书芹主演《山城》。", "男主李明华也演得真切。"]
    names = "王建国 李明华 张志强 刘丽娟 陈海波 赵文静 周永光".split()
    assert len(told(cast, ranked(*((f"{name}饰演一人。", 0.3) for name in names)))) == 5


def test_one_who_has_the_role_needs_no_others() -> None:
    host = replace(understand("竹业论坛的主持人是谁？"), is_part=True)
    candidates = ranked(("王建国主持竹业论坛。", 0.9))
    stray = ranked(("李明华主持过另一个会。", 0.001), shared=0.0)
    assert told(host, candidates + stray) == ["王建国主持竹业论坛。"]
