"""“三到位” is found where it is spelled out, and nowhere else."""

from __future__ import annotations

import pytest

from rag.abbreviations import Abbreviation, abbreviation_in


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("阵地建设要做到哪“五有”？", Abbreviation(5, "有")),
        ("什么是“三到位”？", Abbreviation(3, "到位")),
        ("「四個一」指什么？", None),  # other quotation marks are not read
        ("抓好哪五件事？", None),
        ("", None),
    ],
)
def test_what_a_question_asks_about(question: str, found: Abbreviation | None) -> None:
    assert abbreviation_in(question) == found


@pytest.mark.parametrize(
    ("sentence", "spelled"),
    [
        ("各村要有场地、有设备、有队伍。", True),
        ("做到責任到位、措施到位，經費也要有。", False),  # no 有 in the first two
        ("有场地、有设备。", False),
        ("有场地、有设备、有队伍、有活动。", False),  # four
        ("要有场地,会议开了三次,有设备、有队伍。", False),  # not one after the other
    ],
)
def test_where_it_is_spelled_out(sentence: str, spelled: bool) -> None:
    assert Abbreviation(3, "有").spelled_out_in(sentence) is spelled
