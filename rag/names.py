"""Names of speakers and their offices, as the head of a speech or its title writes them.

Knows the shape of a Chinese name (surname, length, spacing, dots of other languages' names), masks
(**, XX) and the words that end an office. Does not know who holds which office.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SINGLE_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚"
    "范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余"
    "元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻"
    "强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧"
    "隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰"
    "从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏"
    "浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳"
    "沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓"
    "公佘肖涂仝苟晋覃闫代付兰涛占原冼佟麦岳帅亢亓鹿庹萨佀劉陳張楊趙黃吳孫馬鄧許鄭馮謝韓蕭葉盧蔣"
    "賈鍾譚陸範顧賴龍萬錢湯閻嚴賀龔"
)
_COMPOUND_SURNAMES = (
    "欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|宇文|"
    "长孙|司徒|司空|夏侯|东方|南宫|端木|呼延|轩辕|独孤"
)
_SURNAME = f"(?:{_COMPOUND_SURNAMES}|[{_SINGLE_SURNAMES}])"
_HAN = "[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]"
_GAP = r"[ \t\u3000\u00a0\u2002\u2003]*"
# 李炎, 欧阳明华; the characters may be set apart: 李　炎.
_SURNAMED = re.compile(rf"{_SURNAME}{_GAP}{_HAN}(?:{_GAP}{_HAN})?")
_BEGINS = re.compile(_SURNAME)
_SPACED = re.compile(rf"{_HAN}(?:[ \t\u3000\u00a0\u2002\u2003]+{_HAN}){{1,3}}")
_DOTTED = re.compile(rf"{_HAN}{{1,8}}(?:[·•・‧∙]{_HAN}{{1,8}}){{1,3}}")
_PLAIN = re.compile(rf"{_HAN}{_GAP}{_HAN}(?:{_GAP}{_HAN}){{0,2}}")
# Characters that write names of other languages without a dot: 斯琴毕力格, 乌云其木格.
_SOUNDS = (
    "阿巴白宝保布毕比查朝措达丹道德敦东顿多额尔恩嘎尕格根古哈海呼和吉加江金克拉勒兰力丽利林玛买麦美蒙孟米木"
    "那娜纳尼诺其奇钦青琴仁日荣如乐来坦敖仓贵音门满都楚鲁赫昂萨赛桑沙斯苏索塔台泰提腾铁特图吐托娃旺韦乌吾希喜锡雅牙央叶伊依永玉云扎珠卓孜"
)
_SOUNDED = re.compile(f"[{_SOUNDS}]{{4,8}}")
_MASK = r"*＊×✕✖ＸXx某○〇"
_MASKED = re.compile(rf"{_HAN}?[{_MASK}]{{1,4}}{_HAN}?(?:同志)?")
_COMRADE = "同志"

# Words that begin with a surname's character and stand where a name might.
_WORDS = (
    "方案 任务 章程 计划 项目 简介 公告 公报 通知 通报 经验 总结 和平 平安 安全 文件 "
    "关于 关闭 全文 全会 全体 高度 成绩 成果 安排 应该 能够 满怀 利用 文明 文化 广大 "
    "国家 都市 向前 连接 慎重 别人 党建 党委 党组 明确 水利 花园 金融 方面 时间 时代 "
    "常委 常务 万岁 解放 解读 单位 单独 宣传 经济 应对 相关 后勤 公司 公共 国务院 公安局 "
    "党中央 金融业 工业 农业 农村 明天 盛会 盛典 利益 容易 路线 管理 支持 支部 包括 宗旨 "
    "宣言 成员 成立 谈话 平台 项目表 纪要 纪律 祝词 贺词 贺信 印发 查看 来源 附件 平等 "
    "简报 温馨提示 关注 应急 武装 通告 通讯 通报会 施工 花絮 高峰会 简历 荣誉 荣誉榜 "
    "荣耀 龙头 班子 权力 权利 白皮书 古城 司法 司法部 师德 巩固 欧洲 东方 万里路 利民 "
    "富民 强国 强军 强县 强市 强省 乐业 施行 公布 安全办 成文 计划表 时限 许可 金额 全国 全省 "
    "全市 全县 全区 项目部 方式 方法 祝贺 贺电 贺函 白天 常规 明细 简讯 通稿 通用 宣布"
)
_NO_NAMES = frozenset(_WORDS.split())

_OFFICES = (
    "行政长官 政治委员 书记处书记 总书记 副书记 书记 委员长 副主席 主席 总理 总统 首相 "
    "检察长 秘书长 省长 市长 县长 区长 州长 盟长 旗长 镇长 乡长 村长 专员 局长 厅长 部长 "
    "司长 处长 科长 股长 署长 主任 院长 校长 园长 所长 站长 队长 组长 会长 理事长 董事长 "
    "监事长 总经理 经理 总裁 行长 社长 台长 馆长 厂长 矿长 关长 庭长 总干事 司令员 司令 "
    "政委 常委 委员 总监 总编辑 主编 总会计师 总工程师 总经济师 巡视员 调研员 代表 大使 "
    "教授 院士 团长 参赞 "
)
_TRADITIONAL = str.maketrans(
    "长书记总统员检会县区镇乡专厅处队组园经关厂矿馆编师视调团赞监计济务",
    "長書記總統員檢會縣區鎮鄉專廳處隊組園經關廠礦館編師視調團贊監計濟務",
)
_OFFICES += _OFFICES.translate(_TRADITIONAL)
_OFFICE_END = f"(?:{'|'.join(sorted(dict.fromkeys(_OFFICES.split()), key=len, reverse=True))})"
_OFFICE = re.compile(rf"[^。！？!?；;]{{0,60}}{_OFFICE_END}(?:[（(][^（）()]{{1,8}}[)）])?")
_OFFICE_THEN_NAME = re.compile(
    rf"(?P<office>[^。！？!?；;]{{0,60}}{_OFFICE_END})(?P<gap>{_GAP}[:：]?{_GAP})(?P<name>.{{2,30}})"
)
_NAME_THEN_OFFICE = re.compile(
    rf"(?P<name>{_SURNAME}{_HAN}{{1,2}})(?P<gap>{_GAP}[（(]?)"
    rf"(?P<office>[^。！？!?；;]{{0,60}}{_OFFICE_END})[)）]?"
)
_NAME_WITH_OFFICE = re.compile(rf"(?P<name>{_SURNAME}{_HAN}{{2}})(?P<office>{_OFFICE_END})")
_MOST_PIECES = 8
_LABELLED = re.compile(
    r"(?:讲话人|报告人|发言人|演讲人|致辞人|致词人|主讲人|主讲|讲话者|述职人|访谈嘉宾|嘉宾)\s*[:：]\s*(.+)"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: a name, an office, or both."""

    name: str | None = None
    office: str | None = None


def begins_with_surname(text: str) -> bool:
    """Whether a name may begin here."""
    return bool(_BEGINS.match(text))


def surnamed(text: str) -> str | None:
    """The name that ``text`` is, if it begins with a surname or has dots between its parts."""
    bare = text.strip()
    if not _may_be_name(bare):
        return None
    if _SURNAMED.fullmatch(bare) or _DOTTED.fullmatch(bare):
        return _closed(bare)
    return None


def _sounded(text: str) -> str | None:
    """The name that ``text`` is, written by its sound: 乌兰图雅."""
    return text if len(text) > 3 and _SOUNDED.fullmatch(text) else None


def spaced_name(text: str) -> str | None:
    """The name that ``text`` is, its characters set apart as only names are (习　近　平)."""
    bare = text.strip()
    return _closed(bare) if _SPACED.fullmatch(bare) and _may_be_name(_closed(bare)) else None


def person(text: str) -> str | None:
    """The name in a text that names a person, without 同志; a masked one as it stands."""
    bare = _closed(text.strip().strip("（）()"))
    if is_masked(bare):
        return bare
    bare = bare.removesuffix(_COMRADE)
    if any(shape.fullmatch(bare) for shape in (_PLAIN, _DOTTED, _SOUNDED)):
        return bare if bare not in _NO_NAMES else None
    return None


def is_masked(text: str) -> bool:
    """Whether this is a name made unrecognisable: **同志, XX同志, 李××."""
    return bool(_MASKED.fullmatch(text)) and any(c in _MASK for c in text)


def speaker_in_title(text: str) -> Speaker | None:
    """The speaker in what stands before 在…会上的讲话, such as 某县县长李明同志."""
    bare = text.strip()
    if not bare or len(bare) > 40:
        return None
    if is_masked(_closed(bare)):
        return Speaker(_closed(bare))
    certain = bare.endswith(_COMRADE)
    bare = bare.removesuffix(_COMRADE).rstrip()
    found = _office_then_name(bare, certain=certain) or _name_then_office(bare) or _office(bare)
    return found or _named(person(bare) if certain else surnamed(bare))


def speaker_in_line(text: str) -> Speaker | None:
    """The speaker in a line of its own: 某市市长　李　明, 李明（县委书记）, 报告人：李明."""
    bare = text.strip()
    if bare[0:1] in "（(" and bare[-1:] in ")）":
        bare = bare[1:-1].strip()
    if len(bare) > 60:
        return None
    if label := _LABELLED.fullmatch(bare):
        return speaker_in_title(label[1]) or _named(person(label[1]))
    return (
        _name_then_office(bare, apart=True)
        or _name_with_office(bare)
        or _office_then_name(bare, certain=False)
        or _spread_out(bare)
        or _office(bare)
    )


def _named(name: str | None) -> Speaker | None:
    return Speaker(name) if name else None


def _office(text: str) -> Speaker | None:
    found = len(text) <= 30 and _OFFICE.fullmatch(text)
    return Speaker(office=_plain_office(text)) if found else None


def _name_then_office(text: str, *, apart: bool = False) -> Speaker | None:
    """Split 李明市长; ``apart``: only 李明 市长 or 李明（市长）."""
    match = _NAME_THEN_OFFICE.fullmatch(text)
    if not match or not _may_be_name(match["name"]) or (apart and not match["gap"]):
        return None
    return Speaker(match["name"], _plain_office(match["office"]))


def _name_with_office(text: str) -> Speaker | None:
    """Split 李大明市长, nothing but a name of three characters and the office."""
    match = _NAME_WITH_OFFICE.fullmatch(text)
    if not match or not _may_be_name(match["name"]):
        return None
    return Speaker(match["name"], match["office"])


def _spread_out(text: str) -> Speaker | None:
    """区　长　　张　三: the characters of the office are set apart like those of the name."""
    pieces = text.split()
    for cut in range(1, len(pieces) if len(pieces) <= _MOST_PIECES else 0):
        office, rest = "".join(pieces[:cut]), "".join(pieces[cut:])
        name = surnamed(rest) or _sounded(rest)
        if name and _OFFICE.fullmatch(office):
            return Speaker(name, _plain_office(office))
    return None


def _may_be_name(text: str) -> bool:
    """Whether nothing speaks against a name: 方案 is a word, 云岭县 a place."""
    return text not in _NO_NAMES and not text.endswith(tuple("县市省区州乡镇村局厅委会"))


def _office_then_name(text: str, *, certain: bool) -> Speaker | None:
    """Split 某市市长李明 or 某市市长　李　明; ``certain``: a name follows, whatever its surname."""
    match = _OFFICE_THEN_NAME.fullmatch(text)
    if not match or not all(map(_OFFICE.fullmatch, match["office"].split("、"))):
        return None  # 县委书记李明、县长王芳 are two speakers
    rest = match["name"]
    if is_masked(_closed(rest)):
        return Speaker(_closed(rest), _plain_office(match["office"]))
    rest = rest.removesuffix(_COMRADE)
    name = person(rest) if certain or match["gap"] else surnamed(rest) or _sounded(rest)
    return Speaker(name, _plain_office(match["office"])) if name else None


def _plain_office(office: str) -> str:
    """The office without the name of the country before it (中国国务院总理) and without blanks."""
    closed = _closed(office)
    for country in ("中华人民共和国", "中国"):
        if closed.startswith((country + "国务院", country + "国家主席")):
            return closed.removeprefix(country)
    return closed


def _closed(text: str) -> str:
    """The text without blanks."""
    return re.sub(r"\s+", "", text)
