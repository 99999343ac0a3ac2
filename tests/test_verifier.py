"""Rulings on sentences about places and people that do not exist."""

from __future__ import annotations

import pytest

from rag.agreement import Difference
from rag.draft_check import check
from rag.schema import Document, Metadata, Quote, Section, Span
from rag.verifier import Ruling, Verdict, verify

SPEECH = """2021年临川县政府工作报告
——2021年2月3日在临川县第九届人民代表大会第三次会议上
临川县县长 方远山
各位代表：
一、2020年工作回顾
全年地区生产总值完成52.6亿元，同比增长6.5%左右，粮食总产量达到3184万吨，城镇新增就业1.2万人以上。
全县1047家企业签订了《约定书》，履约率达到97.8%，覆盖职工7万余人。
青石镇总工会培训农民工600余人，白水镇总工会培训农民工206人。
去年5月，郑立同志到青石镇调研，强调“要牢牢守住十八万亩耕地红线”。
决不允许任何人挤占扶贫资金，我们坚决反对铺张浪费。
进口额下降3.1%，财政支出减少近2亿元，居民收入持续提高。
县教育局先后建成学校12所，新聘教师一千零四十七名，占教师总数的百分之五。
二、今后工作
建设云台湖水利枢纽，力争2023年10月竣工，惠及农户3076户。
加快青石工业园建设，扩大对外开放，完善营商环境，推动县域经济高质量发展。
今年发展的主要预期目标是：地区生产总值增长7%；城镇新增就业1.3万人；粮食产量稳定在3000万吨以上。
"""
DOCUMENT = Document(
    "linchuan-2021",
    SPEECH,
    Metadata(title="2021年临川县政府工作报告", speaker="方远山", date="2021-02-03"),
)
WHOLE = (Quote(DOCUMENT, 0, len(SPEECH)),)


def ruling(sentence: str) -> tuple[str, str | None]:
    verdict = verify(sentence, WHOLE)
    return verdict.ruling.value, verdict.reason.value if verdict.reason else None


@pytest.mark.parametrize(
    "sentence",
    [
        "全县1047家企业签订了《约定书》，履约率达到97.8%，覆盖职工7万余人。",
        "全县1,047家企业签订了《约定书》，履约率达97.8%，覆盖职工70000余人。",
        "覆盖职工7万多人，履约率达到97.8%。",
        "全县一千零四十七个企业签订了《约定书》。",
        "２０２０年地区生产总值完成５２．６亿元，比上年增长６．５％左右。",
        "地区生产总值实现526000万元，较上年同期增长6.5%左右。",
        "报告指出，粮食总产量达到3184万吨，城镇新增就业12000人以上。",
        "方远山在2021年的报告中指出，全年粮食总产量达到3184万吨。",
        "在临川县第九届人民代表大会第三次会议上，方远山县长强调，我们坚决反对铺张浪费。",
        "临川县教育局新聘教师1047名，占教师总数的5%。",
        "2020年5月，郑立同志到青石镇调研。",
        "郑立同志强调“要牢牢守住十八万亩耕地红线”。",
        "我们坚决反对铺张浪费。",
        "临川县1047家企业签订了《约定书》。",
        "进口额下降3.1%，财政支出减少近20000万元。",
        "云台湖水利枢纽惠及农户三千零七十六户。",
        "今年的主要预期目标是粮食产量稳定在3000万吨以上。",
        "进一步扩大对外开放，不断完善营商环境，加快青石工业园建设。",
    ],
)
def test_what_is_true_is_supported(sentence: str) -> None:
    assert ruling(sentence) == ("supported", None)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("全县1074家企业签订了《约定书》，履约率达到97.8%。", "figure"),
        ("全县1047家企业签订了《约定书》，履约率达到87.8%。", "figure"),
        ("白水镇总工会培训农民工600余人，青石镇总工会培训农民工206人。", "figure"),
        ("新聘教师一千零七十四名，占教师总数的百分之五。", "figure"),
        ("粮食总产量达到3184亿吨，城镇新增就业1.2万人以上。", "unit"),
        ("财政支出减少近2亿美元，居民收入持续提高。", "unit"),
        ("进口额下降3.1个百分点，居民收入持续提高。", "unit"),
        ("地区生产总值同比增长6.5%以上，粮食总产量达到3184万吨。", "qualifier"),
        ("地区生产总值完成52.6亿元，环比增长6.5%左右。", "qualifier"),
        ("地区生产总值完成52.6亿元，同比下降6.5%左右。", "qualifier"),
        ("履约率达到97.8%，覆盖职工7万人。", "qualifier"),
        ("财政支出减少超2亿元，居民收入持续提高。", "qualifier"),
        ("黄沙镇总工会培训农民工600余人。", "name"),
        ("去年5月，孙洪同志到青石镇调研。", "name"),
        ("建设天目湖水利枢纽，惠及农户3076户。", "name"),
        ("县财政局先后建成学校12所，新聘教师一千零四十七名。", "name"),
        ("湖南省1047家企业签订了《约定书》，履约率达到97.8%。", "name"),
        ("白水县1047家企业签订了《约定书》，履约率达到97.8%。", "name"),
        ("孙洪县长在报告中指出，全年粮食总产量达到3184万吨。", "name"),
        ("2019年的报告指出，全年粮食总产量达到3184万吨。", "date"),
        ("去年6月，郑立同志到青石镇调研。", "date"),
        ("2019年5月，郑立同志到青石镇调研。", "date"),
        ("建设云台湖水利枢纽，力争2024年10月竣工。", "date"),
        ("允许任何人挤占扶贫资金，我们坚决反对铺张浪费。", "negation"),
        ("决不允许任何人挤占扶贫资金，我们坚决支持铺张浪费。", "negation"),
        ("全县1047家企业没有签订《约定书》，履约率达到97.8%。", "negation"),
        ("缩小对外开放，完善营商环境。", "negation"),
        ("进口额增长3.1%，居民收入持续提高。", "negation"),
        ("郑立同志强调“要时刻守住十八万亩耕地红线”。", "quote"),
    ],
)
def test_one_changed_place_is_contradicted(sentence: str, reason: str) -> None:
    assert ruling(sentence) == ("contradicted", reason)


@pytest.mark.parametrize(
    "sentence",
    [
        "全县建成海底光伏电站三座，供应十个邻县。",
        "会议决定取消高考，改由学校自主招生。",
        "为每位老人配备智能管家，费用由县里承担。",
        "各级组织都动员起来了。",
        "……",
    ],
)
def test_what_the_speech_does_not_say_is_unsupported(sentence: str) -> None:
    verdict = verify(sentence, WHOLE)
    assert (verdict.ruling, verdict.reason) == (Ruling.UNSUPPORTED, Difference.NO_EVIDENCE)
    assert verdict.evidence == ()


def test_a_quotation_with_another_figure_is_no_source() -> None:
    """A fuzzy matcher once took 十九亿亩 for 十八亿亩."""
    assert ruling("要牢牢守住十九万亩耕地红线") == ("contradicted", "figure")


LISTS = """全区净增经营主体155万户、总量达474万户，新增上市公司48家。
完成西口路建设，确保东环路按期开工，推进外环路前期工作。
农民消费增长百分之四点一，高于一九五三年至一九八○年平均每年增长百分之二点六的水平。
投入帮扶资金33.9亿元、实施帮扶项目781个，研发投入增长11.5%、高于全国1个百分点。
水果、蔬菜产量分别达2050万吨、420万吨以上，建成国家级基地19个。
耕地面积达到16万亩，比上一年增加1025亩；播种面积达到24万亩，比上一年增加6890亩。
促进非公有制经济发展，推动经济由高速增长向高质量发展，督促国民党当局审时度势。
第十一届临川县人民代表大会听取了报告，教师待遇在7大方面得到改善。
"""
LISTED = (Quote(Document("lists", LISTS), 0, len(LISTS)),)


@pytest.mark.parametrize(
    "sentence",
    [
        "投入33.9亿元帮扶资金，实施781个帮扶项目。",
        "研发投入增长11.5%，比全国高1个百分点。",
        "水果产量达2050万吨以上，蔬菜产量达420万吨以上。",
        "经营主体总量达474万户。",
        "十一届临川县人民代表大会听取了报告。",
        "老师待遇在七大方面得到改善。",
        "播种面积达到24万亩，比上年增加6890亩。",
    ],
)
def test_what_is_only_said_in_another_way_is_supported(sentence: str) -> None:
    assert verify(sentence, LISTED).ruling is Ruling.SUPPORTED


@pytest.mark.parametrize(
    "sentence",
    [
        "全区净增经营主体474万户，新增上市公司48家。",
        "完成东环路建设，确保西口路按期开工，推进外环路前期工作。",
        "农民消费平均每年增长百分之二点六。",
        "投入帮扶资金781亿元、实施帮扶项目33.9个。",
        "播种面积达到24万亩，比上一年增加1025亩。",
        "促进国有经济发展，推动经济由高速增长向高质量发展。",
        "督促民进党当局审时度势。",
        "限制非公有制经济发展。",
    ],
)
def test_what_joins_or_exchanges_parts_of_the_source_is_contradicted(sentence: str) -> None:
    assert verify(sentence, LISTED).ruling is not Ruling.SUPPORTED


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("建设海底光缆，惠及农户3076户。", ("unsupported", "no_evidence")),
        ("建设天目湖水利枢纽，惠及农户3076户。", ("contradicted", "name")),
    ],
)
def test_another_noun_is_another_matter_and_another_name_denies(
    sentence: str, expected: tuple[str, str]
) -> None:
    assert ruling(sentence) == expected


RANKED = """高铁里程居全国前三，绿化率居全国首位，生猪存栏百万头，整车出口突破百万辆。
支持白水镇建设航空产业基地、青石镇建设船舶装备制造基地。
五年来研发经费增长1倍，粮食产量由3076万吨增加到3184万吨，非农产业占比大约是百分之六十。
大力发展现代农业，理顺市与县两级财政责任，水污染防治规划基本完成编制。
第四次会议在青石镇开幕，巡视组反馈的16项省级督察问题全部整改。
"""
RANKS = (Quote(Document("ranks", RANKED), 0, len(RANKED)),)


@pytest.mark.parametrize(
    "sentence",
    [
        "高铁里程居全国前3位，整车出口超过100万辆。",
        "五年来研发经费翻了一番。",
        "支持青石镇建设船舶装备制造基地、白水镇建设航空产业基地。",
        "理顺市和县两级的财政责任。",
        "水污染防治规划编制基本完成。",
    ],
)
def test_ranks_doublings_and_round_numbers_may_be_written_in_any_way(sentence: str) -> None:
    assert verify(sentence, RANKS).ruling is Ruling.SUPPORTED


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("高铁里程居全国前五，绿化率居全国首位。", "figure"),
        ("绿化率居全国首位，整车出口突破百万吨。", "unit"),
        ("五年来研发经费翻了两番。", "figure"),
        ("支持青石镇建设航空产业基地、白水镇建设船舶装备制造基地。", "name"),
        ("五年来粮食产量由3184万吨减少到3076万吨。", "negation"),
        ("大力发展现代工业，理顺市与县两级财政责任。", "name"),
        ("大力发展现代农业，理顺全省与市两级财政责任。", "name"),
        (
            "五年来研发经费增长1倍，棉花产量由3076万吨增加到3184万吨，非农产业占比大约是百分之六十。",
            "name",
        ),
        ("水污染防治规划完成编制，大力发展现代农业。", "qualifier"),
    ],
)
def test_what_is_of_the_same_kind_and_another_is_contradicted(sentence: str, reason: str) -> None:
    verdict = verify(sentence, RANKS)
    assert (verdict.ruling, verdict.reason) == (Ruling.CONTRADICTED, reason)


def test_what_ends_has_not_begun() -> None:
    assert verify("第四次会议在青石镇闭幕。", RANKS).ruling is not Ruling.SUPPORTED


def test_a_speech_far_from_the_nearest_one_is_not_read() -> None:
    near = other("全年新建公路410公里，改造农房320户，新增绿地500亩，植树21万株。", "海原县")
    far = other("全年植树。", "山口县")
    verdict = verify("全年新建公路411公里，改造农房320户，新增绿地500亩，植树21万株。", (far, near))
    assert [quote.document.doc_id for quote in verdict.evidence] == ["海原县"]


REWORDED = """取消渡口过路费，将内河航运基金的征收标准降低20%。
财政供养人员只减不增，公务用车只减不增。坚决防止和纠正乱收费、乱罚款，坚决防止和纠正违规执法、趋利执法。
棚户区改造资金大幅增加，县域经济加快发展，五年县财政支持重点水利工程2800多万元。
提高城镇用地效率，保护古城风貌，避免千城一面。
九十年代产值计划每年增长百分之四到五，粮食产量从五十四万亿斤增长到八十万亿斤。
细纱产量由三千吨增加到五千吨；毛线产量由两千吨增加到四千吨。
青石银行、青石工商银行在境内外上市，深化临川与云台、青石与白水、黄沙与海原的协作。
建成公寓7.4万套、累计达到61万套，存贷款余额分别增长6.9%、6.6%，棉纱、毛线出口居全省前列。
财政赤字有所增加，但赤字率稳定在2.1%。农业税在28个乡镇全部免征，全县取消了牧业税。
继续施工的厂矿共有642个，建设完工的厂矿共有178个，推动重点区域煤炭消费零增长。
以上共计28项指标，其中预期性指标19项。甲厂占全县产值的比重达到18%，居全县第二位。
"""
REWORD = (Quote(Document("reworded", REWORDED, Metadata(date="1992-03-01")), 0, len(REWORDED)),)


@pytest.mark.parametrize(
    "sentence",
    [
        "内河航运基金的征收标准下调20%，渡口过路费被取消。",
        "财政供养人员和公务用车都只减不增。",
        "坚决防止并纠正乱收费、乱罚款以及违规执法、趋利执法。",
        "五年县财政支持重点水利工程超过2800万元。",
        "保护好古城风貌，防止千城一面，提高城镇用地的效率。",
        "20世纪90年代产值计划每年增长4%到5%。",
        "粮食产量由54万亿斤增至80万亿斤。",
        "财政赤字率稳定在2.1%。",
        "牧业税在全县取消。",
        "上述指标共28项，预期性指标有19项。",
        "甲厂在全县产值中的比重达18%，在全县居第二位。",
        "这些指标共计28项。",
        "建设完工的厂矿共178个。",
    ],
)
def test_what_is_lightly_reworded_is_supported(sentence: str) -> None:
    assert verify(sentence, REWORD).ruling is Ruling.SUPPORTED


@pytest.mark.parametrize(
    "sentence",
    [
        "渡口过路费降低20%，取消内河航运基金。",
        "财政供养人员增加，公务用车只减不增。",
        "取消古城风貌保护，避免千城一面。",
        "21世纪90年代产值计划每年增长4%到5%。",
        "粮食产量由54万亿斤增至80万亿吨。",
        "毛线产量由五千吨减少到三千吨。",
        "青石农业银行、青石工商银行在境内外上市。",
        "深化临川与云台、青石与海原、黄沙与白水的协作。",
        "建成公寓61万套。",
        "存贷款余额分别增长6.6%、6.9%。",
        "化肥、棉纱出口居全省前列。",
        "农业税在全县取消。",
        "继续施工的厂矿共有178个。",
        "推动重点区域煤炭消费大幅增长。",
    ],
)
def test_what_is_lightly_falsified_is_not_supported(sentence: str) -> None:
    assert verify(sentence, REWORD).ruling is not Ruling.SUPPORTED


LISTED_FIGURES = "食品、纺织、造纸技改投资分别增长9.4%、13.3%、6.1%，改造供热、燃气、供水管网800公里、600公里、300公里。"


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("食品投资增长9.4%，纺织投资增长13.3%，造纸技改投资增长6.1%。", True),
        ("改造供热管网800公里、燃气管网600公里。", True),
        ("食品投资增长13.3%，纺织投资增长9.4%。", False),
        ("食品、纺织、造纸技改投资分别增长13.3%、9.4%、6.1%。", False),
        ("改造燃气管网800公里、供热管网600公里。", False),
    ],
)
def test_a_list_of_figures_may_be_told_one_by_one(sentence: str, supported: bool) -> None:
    passages = (Quote(Document("d", LISTED_FIGURES), 0, len(LISTED_FIGURES)),)
    assert (verify(sentence, passages).ruling is Ruling.SUPPORTED) == supported


def test_a_period_may_be_named_that_the_text_before_names_last() -> None:
    text = "第六个五年计划规定了任务。其中，棉纱产量由2187吨增加到2660吨。"
    passages = (Quote(Document("d", text), 0, len(text)),)
    assert verify("六五计划规定棉纱产量由2187吨增加到2660吨。", passages).ruling is Ruling.SUPPORTED
    assert verify("七五计划规定棉纱产量由2187吨增加到2660吨。", passages).reason is Difference.DATE


GOING_ON = """青石矿业集团工会按照统一部署开展竞赛。截至目前，产煤3184万吨，增长871万吨。
职工维权直通车开进工地。目前，直通车累计发放维权资料19800份，现场调处纠纷42起。
白水镇总工会针对实际，在务工集中的地方建立维权站15个。
升学与素质并不相悖，可以实现双赢。不断提高劳动生产率和降低成本。
"""
GOES_ON = (Quote(Document("going on", GOING_ON), 0, len(GOING_ON)),)


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("青石矿业集团产煤3184万吨，增长871万吨。", True),
        ("职工维权直通车现场调处纠纷42起。", True),
        ("青石矿业集团建立维权站15个。", False),
        ("黄沙矿业集团产煤3184万吨，增长871万吨。", False),
    ],
)
def test_a_subject_may_stand_in_the_text_before_unless_the_source_has_another(
    sentence: str, supported: bool
) -> None:
    assert (verify(sentence, GOES_ON).ruling is Ruling.SUPPORTED) == supported


@pytest.mark.parametrize(
    "sentence", ["升学与素质相悖，不能实现双赢。", "不断降低劳动生产率和成本。"]
)
def test_a_denial_or_a_verb_stays_with_what_it_is_said_of(sentence: str) -> None:
    assert verify(sentence, GOES_ON).ruling is Ruling.CONTRADICTED


def test_where_it_came_from_is_not_where_it_goes() -> None:
    text = "推动全区经济由高速增长向高质量发展，做到调速不减势，量增质更优。"
    passages = (Quote(Document("d", text), 0, len(text)),)
    turned = "推动全区经济由高质量发展向高速增长，做到调速不减势，量增质更优。"
    assert verify(turned, passages).ruling is Ruling.CONTRADICTED


def test_figures_are_not_joined_to_the_subject_before() -> None:
    text = "东河区产值迈上千亿元台阶，西河区产值突破900亿元，北河区产值稳步增长。"
    passages = (Quote(Document("d", text), 0, len(text)),)
    assert verify("西河区产值突破900亿元。", passages).ruling is Ruling.SUPPORTED
    assert verify("东河区产值突破900亿元。", passages).ruling is Ruling.CONTRADICTED


def test_no_passages_support_nothing() -> None:
    assert verify("全县1047家企业签订了《约定书》。", ()).ruling is Ruling.UNSUPPORTED


def test_evidence_is_the_sentence_that_says_it() -> None:
    verdict = verify("覆盖职工7万余人。", WHOLE)
    assert [quote.text for quote in verdict.evidence] == [
        "全县1047家企业签订了《约定书》，履约率达到97.8%，覆盖职工7万余人。"
    ]


def test_a_passage_that_cuts_a_sentence_stands_for_the_whole() -> None:
    start = SPEECH.index("家企业签订")
    passages = (Quote(DOCUMENT, start, start + 6),)
    verdict = verify("全县1047家企业签订了《约定书》。", passages)
    assert verdict.ruling is Ruling.SUPPORTED
    assert verdict.evidence[0].text.startswith("全县1047家")


def other(text: str, name: str) -> Quote:
    return Quote(
        Document(name, text, Metadata(title=f"{name}报告", date="2021-03-01")), 0, len(text)
    )


def test_one_clause_is_not_made_of_two_speeches() -> None:
    passages = (
        other("海原县新建公路300公里。", "海原县"),
        other("山口县新增绿地500亩。", "山口县"),
    )
    assert verify("海原县新建公路300公里；山口县新增绿地500亩。", passages).ruling == "supported"
    assert verify("海原县新建公路500亩。", passages).ruling != "supported"
    assert verify("海原县新增绿地500亩。", passages).ruling != "supported"


def test_among_look_alikes_the_nearest_gives_the_reason() -> None:
    passages = (
        other("全年新建公路410公里，改造农房320户。", "海原县"),
        other("全年新建公路300公里以上，改造农房500户。", "山口县"),
    )
    verdict: Verdict = verify("全年新建公路300公里以下，改造农房500户。", passages)
    assert verdict.reason is Difference.QUALIFIER
    assert verdict.evidence[0].document.doc_id == "山口县"


def test_headings_give_the_year_under_review() -> None:
    text = "二〇一九年工作回顾\n新建公路300公里。\n"
    section = Section(1, "一", "二〇一九年工作回顾", 0, 9, len(text))
    document = Document("d", text, Metadata(date="2021-01-01"), (section,))
    passages = (Quote(document, 10, len(text)),)
    assert verify("2019年新建公路300公里。", passages).ruling is Ruling.SUPPORTED
    assert verify("2018年新建公路300公里。", passages).ruling is not Ruling.SUPPORTED


def test_traditional_characters_and_mended_fonts_compare_equal() -> None:
    text = "發展設施農業,安臵69名農民工就業。"
    passages = (Quote(Document("d", text), 0, len(text)),)
    assert verify("安置农民工69名就业，发展设施农业。", passages).ruling is Ruling.SUPPORTED


# --- drafts ----------------------------------------------------------------------------------


def test_a_draft_is_checked_sentence_by_sentence() -> None:
    draft = (
        "一、成绩\n1. 覆盖职工7万余人。[1]粮食总产量达到3148万吨，城镇新增就业1.2万人以上。【2】\n"
        "全县建成海底光伏电站三座。\n"
    )
    asked: list[str] = []

    def retrieve(sentence: str) -> tuple[Quote, ...]:
        asked.append(sentence)
        return WHOLE

    report = check(draft, retrieve)
    assert [s.verdict.value for s in report.sentences] == [
        "unsupported",
        "supported",
        "contradicted",
        "unsupported",
    ]
    assert [s.reason for s in report.sentences] == ["no_evidence", None, "figure", "no_evidence"]
    assert report.coverage == 0.25
    assert "[1]" not in "".join(asked)
    for sentence in report.sentences:
        assert draft[sentence.span.start : sentence.span.end] == sentence.text
    quote = report.sentences[1].citations[0]
    assert quote.marker == 1
    assert "覆盖职工7万余人" in quote.quote


def test_the_same_quote_keeps_its_marker() -> None:
    report = check("覆盖职工7万余人。履约率达到97.8%。新聘教师1047名。", lambda _: WHOLE)
    assert [s.citations[0].marker for s in report.sentences] == [1, 1, 2]


def test_a_draft_without_words_has_no_sentences() -> None:
    report = check("[1]\n……\n", lambda _: WHOLE)
    assert report.sentences == ()
    assert report.coverage == 0.0


def test_spans_of_a_draft_cover_its_words() -> None:
    report = check("覆盖职工7万余人。", lambda _: ())
    assert report.sentences[0].span == Span(0, 9)
