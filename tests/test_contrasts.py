"""A sentence about the counterpart, or about the other end of a period, is no answer."""

from __future__ import annotations

import pytest

from rag.contrasts import names_the_counterpart, tells_only_the_start
from rag.query import understand


@pytest.mark.parametrize(
    ("question", "said", "other"),
    [
        ("岫阳县城镇居民人均可支配收入是多少？", "农村居民人均可支配收入21346元。", True),
        ("岫阳县城镇居民人均可支配收入是多少？", "城镇、农村居民收入分别增长5%和7%。", False),
        ("岫阳县城镇化率是多少？", "农村路网密度提高了一成。", False),  # no contrast to 城镇
        ("县财政收入是多少？", "财政支出38.5亿元。", True),
        ("县财政收入是多少？", "财政收支相抵后结余。", False),
        ("出口增长了多少？", "进口增长4%。", True),
        ("出口增长了多少？", "出口增长4%。", False),
        ("第三产业增加值是多少？", "一产增加值30亿元。", True),
        ("第三产业增加值是多少？", "三产增加值30亿元。", False),
        ("女子组冠军是谁？", "鄢秋帆获得男子组冠军。", True),
        ("谁获得了冠军？", "鄢秋帆获得季军。", True),
        ("谁获得了冠军？", "鄢秋帆获得季军，冠军是莫书芹。", False),
        ("谁当选县工会主席？", "荀致远参选县工会主席。", True),
        (
            "粮食产量是多少？",
            "农村居民人均可支配收入21346元。",
            False,
        ),  # nothing of the kind is asked
        ("城镇居民和农村居民的收入有何不同？", "农村居民收入增长更快。", False),
        ("农村怎么发展？", "引导城镇资金下乡。", False),  # may well be told of 城镇
    ],
)
def test_of_two_things_a_sentence_names_the_other_one(
    question: str, said: str, *, other: bool
) -> None:
    assert names_the_counterpart(understand(question), said) is other


@pytest.mark.parametrize(
    ("question", "said", "only"),
    [
        ("优惠执行到哪一天？", "自2020年1月1日起实行优惠。", True),
        ("暂停接访什么时候结束？", "从2月3日开始暂停接访。", True),
        ("展览到什么时候结束？", "展览自7月1日起至8月31日止。", False),
        ("优惠从哪一天执行到哪一天？", "自2020年1月1日起实行优惠。", False),
        ("优惠从哪一天起实行？", "自2020年1月1日起实行优惠。", False),
        ("铁路可追溯到什么时候？", "铁路从1897年开始修建。", False),
        ("优惠执行到哪一天？", "优惠还要再执行一段时间。", False),  # of no moment at all
    ],
)
def test_since_when_is_no_answer_to_until_when(question: str, said: str, *, only: bool) -> None:
    assert tells_only_the_start(understand(question), said) is only
