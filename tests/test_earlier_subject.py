"""Whom a passage means by 集团公司 or 他."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import whole

from rag.earlier_subject import subject_before
from rag.passage_facts import PassageFacts
from rag.query import understand
from rag.schema import Document

BEFORE = "去年我们走访了神溪矿业集团，看了井下的班组，也看了澄江县第二医院。医生阮牧樵在那里坐诊。"


@pytest.mark.parametrize(
    ("question", "here", "subject"),
    [
        ("神溪矿业今年产煤多少？", "集团公司今年产煤三百万吨。", "神溪矿业集团"),
        ("神西矿业今年产煤多少？", "集团公司今年产煤三百万吨。", "神溪矿业集团"),
        ("神溪矿业今年产煤多少？", "今年产煤三百万吨。", None),  # whose, it does not say
        ("神溪矿业今年产煤多少？", "神溪矿业是集团公司里最大的。", None),  # it does name it
        ("云岭电力今年发电多少？", "集团公司今年产煤三百万吨。", None),
        ("神溪矿业今年产煤多少？", "医院今年接诊三万人。", None),
        ("阮牧樵每天看多少病人？", "他每天看四十个病人。", "阮牧樵"),
        ("阮牧樵每天看多少病人？", "其他医生每天看四十个病人。", None),
        ("阮牧樵每天看多少病人？", "他们每天看四十个病人。", None),
        ("程砚秋每天看多少病人？", "他每天看四十个病人。", None),
        ("", "", None),
    ],
)
def test_who_is_meant(question: str, here: str, subject: str | None) -> None:
    document = Document("a", BEFORE + here)
    assert subject_before(question, document, len(BEFORE), here) == subject


def test_the_person_last_named_is_meant() -> None:
    before = BEFORE + "护士田禾也在。"
    document = Document("a", before + "他每天看四十个病人。")
    assert (
        subject_before("阮牧樵看多少病人？", document, len(before), "他每天看四十个病人。") is None
    )


def test_nothing_stands_before_the_first_passage() -> None:
    assert (
        subject_before("神溪矿业产煤多少？", Document("a", "集团公司产煤。"), 0, "集团公司产煤。")
        is None
    )


def test_the_reader_is_told_who_is_meant() -> None:
    document = Document("a", BEFORE + "集团公司今年产煤三百万吨。")
    hit = whole(document)
    later = replace(hit, chunk=replace(hit.chunk, start=len(BEFORE)))
    facts = PassageFacts(understand("神溪矿业今年产煤多少？"))
    assert facts.told(later, "") == "神溪矿业集团"
