"""Rulings on what a claim adds from the speech around its source, or against it; all places are invented."""

from __future__ import annotations

import pytest

from rag.agreement import Difference
from rag.plans import plan_of, plan_reviewed, told_last
from rag.schema import Document, Metadata, Quote, Section
from rag.verifier import Ruling, verify

REVIEW = """2026年临川县政府工作报告
各位代表：
“十四五”时期，我们走过了很不平凡的历程。
产业结构持续优化，粮食年产量增长12%，新增铁路里程98公里。
深入实施“青石工匠”计划，建成云台湖灌区，青石湖治理工程投入运行。
2025年，全县新建学校12所，新聘教师230名。
今后五年，全县将新建医院6所。
过去五年，累计改造老旧小区87个。
五年全县财政教育支出累计44.5亿元，年均增长9.4%。
下一步，抓好白水河整治，扶持渔船改造35艘。
"""
RESULTS = """1979年临川县政府工作报告
各位代表：
去年八月，临川县和邻县签订了用水协定。
县人民代表会议确定的各项任务，基本上完成了，部分工程正在收尾。
农业生产在连续受灾的情况下，仍然夺得了丰收。
新能源汽车产量增长25.6%，贸易顺差达到3亿元，水泥供不应求。
中老铁路临川段竣工，川渝合作项目落地18个。
扶持创业4.7万人，实行“零首付”购房商品目录管理，进口“零首付”商品占比21%。
深化招投标改革，节约财政资金6900万元，扣除价格因素增长8%。
领导权掌握在人民可以信赖的干部手中。
"""


def ruling(claim: str, text: str) -> tuple[str, str | None]:
    title = text.partition("\n")[0]
    document = Document("d", text, Metadata(title=title, date=f"{title[:4]}-02-03"))
    verdict = verify(claim, (Quote(document, 0, len(text)),))
    return verdict.ruling.value, verdict.reason.value if verdict.reason else None


@pytest.mark.parametrize(
    "claim",
    [
        "“十四五”期间，临川县粮食年产量增长12%。",
        "“十四五”时期，临川县铁路里程新增98公里。",
        "“十四五”五年间，临川县累计改造老旧小区87个。",
        "“十四五”时期，全县财政教育支出共计44.5亿元，年均增速为9.4%。",
        "临川县深入实施“青石工匠”计划，建成“云台湖”灌区。",
    ],
)
def test_a_plan_that_the_text_tells_of_may_be_named(claim: str) -> None:
    assert ruling(claim, REVIEW) == ("supported", None)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("“十三五”时期，临川县铁路里程新增98公里。", "date"),
        ("“十五五”时期，临川县粮食年产量增长12%。", "date"),
        ("“十三五”五年间，临川县累计改造老旧小区87个。", "date"),
        ("“十四五”期间，全县新建学校12所，新聘教师230名。", "date"),
        ("“十四五”期间，全县将新建医院6所。", "date"),
        ("临川县深入实施“白水工匠”计划，建成云台湖灌区。", "name"),
    ],
)
def test_another_plan_or_name_is_none_that_the_text_tells_of(claim: str, reason: str) -> None:
    assert ruling(claim, REVIEW) == ("contradicted", reason)


@pytest.mark.parametrize(
    "claim",
    [
        "1978年8月，临川县与邻县签订了用水协定。",
        "临川县扶持4.7万人创业。",
        "“零首付”进口商品占比21%。",
        "临川县深化招投标改革，省下财政资金6900万元。",
        "剔除价格因素后增长8%。",
        "领导权掌握在人民信得过的干部手里。",
        "县人民代表会议确定的各项任务基本完成。",
    ],
)
def test_what_is_turned_or_said_in_other_words_is_supported(claim: str) -> None:
    assert ruling(claim, RESULTS) == ("supported", None)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("新能源汽车产量环比增长25.6%。", "qualifier"),
        ("县人民代表会议确定的各项任务全部超额完成。", "qualifier"),
        ("县人民代表会议确定的各项任务彻底完成了。", "qualifier"),
        ("县人民代表会议确定的各项任务完成了。", "qualifier"),
        ("农业生产在连续受灾的情况下出现歉收。", "negation"),
        ("1978年农业生产在连续受灾的情况下遭遇歉收。", "negation"),
        ("新能源汽车产量增长25.6%，贸易逆差达到3亿元。", "negation"),
        ("新能源汽车产量增长25.6%，水泥供过于求。", "negation"),
        ("中越铁路临川段竣工。", "name"),
        ("川黔合作项目落地18个。", "name"),
        ("1978年9月，临川县与邻县签订了用水协定。", "date"),
    ],
)
def test_what_is_stronger_or_contrary_is_contradicted(claim: str, reason: str) -> None:
    assert ruling(claim, RESULTS) == ("contradicted", reason)


def test_a_heading_of_two_plans_leaves_it_to_the_text() -> None:
    heading = "二、“十三五”成就和“十四五”任务"
    text = f"2021年临川县政府工作报告\n{heading}\n过去五年，全县改造老旧小区87个。农村新建各类学校12所。"
    start = text.index(heading)
    section = Section(1, "二", heading, start, start + len(heading), len(text))
    document = Document("d", text, Metadata(date="2021-02-03"), sections=(section,))
    passages = (Quote(document, 0, len(text)),)
    assert verify("“十三五”期间，全县农村新建各类学校12所。", passages).ruling is Ruling.SUPPORTED
    assert verify("“十四五”期间，全县农村新建各类学校12所。", passages).reason is Difference.DATE


@pytest.mark.parametrize(
    ("claim", "source", "expected"),
    [
        ("煤炭产量约占全省三成。", "煤炭产量占全省近三成。", ("supported", None)),
        ("煤炭产量不足全省三成。", "煤炭产量占全省超三成。", ("contradicted", "qualifier")),
        (
            "临川县新聘教师增长20%。",
            "教育改革走出临川路径，新聘教师增长20%。",
            ("supported", None),
        ),
        (
            "北京市新聘教师增长20%。",
            "医疗改革走出北京路径，新聘教师增长20%。",
            ("unsupported", "no_evidence"),
        ),
        (
            "2021年拟投入农业8183万元，比2020年增加930万元。",
            "今年拟投入农业8183万元，比上年增加930万元。",
            ("supported", None),
        ),
        (
            "2021年拟投入农业8183万元，比2018年增加930万元。",
            "今年拟投入农业8183万元，比上年增加930万元。",
            ("contradicted", "date"),
        ),
        (
            "造林计划顺利完成，产值翻番的目标提前达到。",
            "顺利完成了造林计划，提前实现了产值翻番的目标。",
            ("supported", None),
        ),
        (
            "130万老人享受到高龄津贴。",
            "高龄津贴惠及130万老人。",
            ("supported", None),
        ),
        (
            "中日两国在临川签订了协定。",
            "中国和日本在临川签订了协定。",
            ("supported", None),
        ),
        (
            "中日两国在临川签订了协定。",
            "中国和韩国在临川签订了协定。",
            ("contradicted", "name"),
        ),
        (
            "今后要提高原材料的消耗。",
            "今后要提高产品的质量、降低原材料的消耗。",
            ("contradicted", "negation"),
        ),
    ],
)
def test_where_a_word_of_the_claim_belongs(
    claim: str, source: str, expected: tuple[str, str | None]
) -> None:
    head = "2021年临川县政府工作报告\n各位代表：\n" + "我们团结一致，埋头苦干。\n" * 20
    assert ruling(claim, f"{head}{source}\n") == expected


@pytest.mark.parametrize(
    ("year", "plan"),
    [(1953, "plan1"), (1962, "plan2"), (1964, None), (1966, "plan3"), (1985, "plan6")],
)
def test_years_of_plans(year: int, plan: str | None) -> None:
    assert plan_of(year) == plan


def test_five_years_are_a_plan_when_the_speech_stands_at_its_end() -> None:
    assert [plan_reviewed(year) for year in (2025, 2026, 2024, None)] == [
        "plan14",
        "plan14",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("五年来,成绩巨大。", "plan14"),
        ("十五年来,成绩巨大。", None),
        ("今后五年,任务很重。", ""),
        ("“十四五”时期产值高于“十三五”时期。", "plan14"),
        ("“十三五”时期打下基础。五年来,成绩巨大。", "plan14"),
        ("“十四五”时期成绩巨大。2025年,新建学校12所。", ""),
        ("“十四五”时期产值比2020年增长五成。", "plan14"),
        ("2025年团结协作,“十四五”规划目标完成。", ""),
        ("“十四五”规划得到执行。", "plan14"),
        ("2025年是“十四五”收官之年。", ""),
        ("过去五年成绩巨大。一年来,成绩更大。", ""),
    ],
)
def test_which_plan_a_text_told_of_last(text: str, plan: str | None) -> None:
    assert told_last(text, 2026) == plan
