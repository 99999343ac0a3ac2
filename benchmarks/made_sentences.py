"""Sentences made from real ones: reworded by rule and still true, or false in one place.

Used by ``verifier.py``. The rules know words and figures; whether a changed sentence happens to be
true of another speech they cannot know.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.moments import moments
from rag.quantities import Quantity, quantities
from rag.schema import Document
from rag.sentences import sentences

TRUE_KINDS = ("verbatim", "shortened", "synonyms", "numerals", "reordered", "framed", "mixed")
CHANGED_KINDS = ("figure", "unit", "qualifier", "name", "date", "negation")
FALSE_KINDS = (*CHANGED_KINDS, "held_out", "invented")


@dataclass(frozen=True)
class Case:
    """One sentence, how it was made, and the sentence it was made from."""

    kind: str
    sentence: str
    origin: str


# --- true sentences --------------------------------------------------------------------------

_SYNONYMS = (
    ("同比增长", "比上年增长"),
    ("同比增长", "较去年同期增长"),
    ("比上年增长", "同比增长"),
    ("完成", "实现"),
    ("达到", "达"),
    ("推进", "推动"),
    ("增强", "提升"),
    ("提高", "提升"),
    ("提升到", "提高到"),
    ("加快", "加速"),
    ("健全", "完善"),
    ("开展", "进行"),
    ("建立", "构建"),
    ("举办", "举行"),
    ("获得", "取得"),
    ("超过", "突破"),
    ("以及", "和"),
    ("与", "和"),
    ("持续", "不断"),
    ("显著", "明显"),
    ("国内生产总值", "GDP"),
    ("增加到", "增至"),
    ("由", "从"),
    ("必须", "要"),
    ("应当", "应该"),
    ("左右", "上下"),
    ("余万", "多万"),
    ("下降到", "降至"),
    ("扩大", "拓展"),
    ("大力", "积极"),
    ("我省", "全省"),
)
_FRAMES = ("报告指出，", "会议强调，", "讲话中提出，", "报告提到，", "据报告，", "报告认为：")
_DIGITS = "零一二三四五六七八九"


def shortened(sentence: str, dice: random.Random) -> str | None:
    """The sentence without one of its clauses, not the first."""
    parts = re.split("(?<=[，；])", sentence)
    if len(parts) < 3:
        return None
    dropped = dice.randrange(1, len(parts) - 1)
    return "".join(p for i, p in enumerate(parts) if i != dropped)


def synonyms(sentence: str, dice: random.Random) -> str | None:
    """The sentence with one or two words of the table exchanged."""
    fitting = [pair for pair in _SYNONYMS if pair[0] in sentence]
    for old, new in dice.sample(fitting, min(2, len(fitting))):
        sentence = sentence.replace(old, new, 1)
    return sentence if fitting else None


def numerals(sentence: str, dice: random.Random) -> str | None:
    """The sentence with one figure written in another way."""
    found = [q for q in quantities(sentence) if _rewritten(sentence, q)]
    if not found:
        return None
    figure = dice.choice(found)
    return _put(sentence, figure.span.start, figure.span.end, _rewritten(sentence, figure) or "")


def _rewritten(sentence: str, figure: Quantity) -> str | None:
    words = sentence[figure.span.start : figure.span.end]
    if figure.upper is not None or figure.qualifier:
        return None
    for pattern, rewrite in _REWRITINGS:
        if match := re.fullmatch(pattern, words):
            return rewrite(match)
    return None


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


_REWRITINGS: tuple[tuple[str, Callable[[re.Match[str]], str | None]], ...] = (
    (r"(\d{4,6})([一-鿿%]+)", lambda m: f"{int(m[1]):,}{m[2]}"),
    (r"(\d+(?:\.\d)?)亿([一-鿿]+)", lambda m: f"{round(float(m[1]) * 10000)}万{m[2]}"),
    (r"(\d{1,4}(?:\.\d+)?)万([一-鿿]+)", lambda m: f"{float(m[1]) * 10000:.0f}{m[2]}"),
    (r"(\d{1,2})%", lambda m: "百分之" + _chinese(int(m[1]))),
    (r"(\d{1,2})([一-鿿]+)", lambda m: _chinese(int(m[1])) + m[2]),
)


def reordered(sentence: str, dice: random.Random) -> str | None:
    """The sentence with two neighbouring clauses exchanged that each name their own matter."""
    parts = re.split("[，；]", sentence.rstrip("。"))
    own = [i for i in range(len(parts) - 1) if all(_is_whole(p) for p in parts[i : i + 2])]
    if not own:
        return None
    i = dice.choice(own)
    parts[i], parts[i + 1] = parts[i + 1], parts[i]
    return "，".join(parts) + "。"


def _is_whole(clause: str) -> bool:
    return len(clause) >= 9 and not re.match("其中|并|也|还|但|而|[增比占较达为]|“", clause)


def framed(sentence: str, dice: random.Random) -> str | None:
    """The sentence as somebody reports it."""
    return dice.choice(_FRAMES) + sentence


def mixed(sentence: str, dice: random.Random) -> str | None:
    """Two of the changes above at once."""
    for change in dice.sample((shortened, synonyms, numerals), 2):
        changed = change(sentence, dice)
        if changed is None:
            return None
        sentence = changed
    return sentence


# --- false sentences -------------------------------------------------------------------------

_UNITS = (
    ("亿元", "万元"),
    ("万元", "亿元"),
    ("亿美元", "亿元"),
    ("个百分点", "%"),
    ("%", "个百分点"),
    ("万人", "万户"),
    ("万户", "万人"),
    ("公里", "米"),
    ("万亩", "万公顷"),
    ("亿斤", "万斤"),
    ("万吨", "亿吨"),
    ("万吨", "万斤"),
    ("平方公里", "平方米"),
    ("千瓦", "兆瓦"),
    ("万人次", "万人"),
)
_QUALIFIERS = (
    ("左右", "以上"),
    ("以上", "以下"),
    ("以上", "左右"),
    ("以内", "以上"),
    ("超过", "不足"),
    ("超过", "约"),
    ("突破", "接近"),
    ("近", "超"),
    ("约", "超过"),
    ("余", ""),
    ("多", ""),
    ("不低于", "不超过"),
    ("同比", "环比"),
    ("同比增长", "同比下降"),
    ("比上年增长", "比上年下降"),
    ("不少于", "不多于"),
)
_NAME_GROUPS = (
    (
        "北京",
        "福建",
        "甘肃",
        "湖北",
        "海南",
        "浙江",
        "云南",
        "广西",
        "江苏",
        "山东",
        "四川",
        "新疆",
    ),
    (
        "成都",
        "青岛",
        "长沙",
        "石嘴山",
        "吴忠",
        "固原",
        "海拉尔",
        "深圳",
        "武汉",
        "郑州",
        "西安",
        "广州",
    ),
    ("美国", "苏联", "欧盟", "越南", "日本", "英国", "印度", "朝鲜", "法国", "东盟", "俄罗斯"),
    (
        "毛泽东",
        "邓小平",
        "江泽民",
        "胡锦涛",
        "习近平",
        "李克强",
        "温家宝",
        "朱镕基",
        "李鹏",
        "李强",
    ),
    ("刘少奇", "林彪", "陈伯达", "华国锋", "周恩来", "赵紫阳", "张国梁", "王明远"),
    ("国务院", "全国人大", "全国政协", "教育部", "财政部", "外交部", "人民银行", "中央军委"),
    ("总理", "主席", "省长", "市长", "书记", "部长", "委员长", "副省长"),
    ("长江", "黄河", "珠江", "淮河"),
    ("农业", "工业", "服务业", "建筑业", "旅游业"),
    ("小学", "中学", "大学", "幼儿园"),
    ("工会", "妇联", "共青团", "工商联"),
    ("集成电路", "生物医药", "新能源汽车", "人工智能", "航空航天"),
)
_OPPOSITES = (
    ("增长", "下降"),
    ("提高", "降低"),
    ("下降", "上升"),
    ("加强", "削弱"),
    ("加快", "放缓"),
    ("扩大", "缩小"),
    ("坚持", "放弃"),
    ("支持", "反对"),
    ("没有", "已经"),
    ("不能", "能够"),
    ("不得", "可以"),
    ("决不", "可以"),
    ("反对", "支持"),
    ("完成", "未完成"),
    ("实现", "未能实现"),
    ("达到", "没有达到"),
    ("建成", "尚未建成"),
    ("取得", "没有取得"),
    ("顺利", "未能顺利"),
    ("是", "不是"),
    ("要", "不要"),
)
_INVENTED = (
    "全市将免费为每户家庭安装光伏屋顶和储能电池。",
    "会议决定在月球设立科研站，由科技部门牵头落实。",
    "五年来新建地铁线路三十二条，覆盖所有县城。",
    "公积金贷款利率将下调至零，购房者不再缴纳契税。",
    "各级政府要确保每个行政村拥有一家五星级酒店。",
    "通过改革，农民每年可领取一万元土地红利。",
    "全省建成海底数据中心八座，服务周边十国。",
    "城镇居民人均可支配收入达到九万八千元，居全球第一。",
    "组织三千名志愿者赴南极开展生态修复。",
    "从明年起全面取消中小学寒暑假，实行四天工作制。",
    "我们将发行数字纪念币，所得款项用于修建跨海隧道。",
    "关停全部煤矿和钢铁企业，改种经济林木。",
    "深入推进高质量发展，全面建设火星农业示范基地。",
    "坚持以人民为中心，为每位老人配备智能机器人管家。",
    "全年完成投资三千亿元，建成了世界最长的海底高速铁路。",
    "强化科技创新，量子计算机在所有乡镇卫生院投入使用。",
    "教师工资提高两倍，并享受终身免费乘坐高铁的待遇。",
    "加强生态保护，野生大熊猫数量突破十万只。",
    "持续优化营商环境，企业开办时间压缩到三秒钟以内。",
    "对外开放不断扩大，与冰岛共建了第一个极地自贸区。",
)


def figure(sentence: str, dice: random.Random) -> str | None:
    """The sentence with one digit of one figure changed; lengths of years and ordinals are no amounts."""
    found = [q for q in quantities(sentence) if q.value != 1 and q.unit not in ("年", "届")]
    if not found:
        return None
    span = dice.choice(found).span
    return _digit_changed(sentence, span.start, span.end, dice)


def date(sentence: str, dice: random.Random) -> str | None:
    """The sentence with one number of one date changed."""
    found = [m for m in moments(sentence) if m.year or m.month]
    if not found:
        return None
    moment = dice.choice(found)
    words = sentence[moment.span.start : moment.span.end]
    if moment.year and not re.match(r"(?:19|20)\d\d年?$", words):
        return None
    if moment.year:
        year = moment.year + dice.choice((-3, -2, -1, 1, 2))
        return _put(sentence, moment.span.start, moment.span.start + 4, str(year))
    month = re.match(r"\d+", words)
    if not month:
        return None
    other = dice.choice([m for m in range(1, 13) if m != int(month[0])])
    return _put(sentence, moment.span.start, moment.span.start + month.end(), str(other))


def _digit_changed(sentence: str, start: int, end: int, dice: random.Random) -> str | None:
    chinese = "一二三四五六七八九"
    places = [i for i in range(start, end) if sentence[i] in "0123456789" + chinese]
    if not places:
        return None
    place = dice.choice(places)
    digits = chinese if sentence[place] in chinese else "123456789"
    other = dice.choice([d for d in digits if d != sentence[place]])
    return _put(sentence, place, place + 1, other)


def unit(sentence: str, dice: random.Random) -> str | None:
    """The sentence with the unit or scale of one figure changed."""
    places = [
        (m.start(1), old, new)
        for old, new in _UNITS
        for m in re.finditer(rf"[\d多余]({re.escape(old)})(?!次)", sentence)
    ]
    if not places:
        return None
    start, old, new = dice.choice(places)
    return _put(sentence, start, start + len(old), new)


def qualifier(sentence: str, dice: random.Random) -> str | None:
    """The sentence with the qualifier of one figure changed."""
    places = []
    for old, new in _QUALIFIERS:
        for q in quantities(sentence):
            if old in q.qualifier:
                start = sentence.find(old, q.qualified.start, q.qualified.end)
                places.append((start, old, new))
        if "比" in old and old in sentence:
            places.append((sentence.find(old), old, new))
    places = [p for p in places if p[0] >= 0]
    if not places:
        return None
    start, old, new = dice.choice(places)
    return _put(sentence, start, start + len(old), new)


def name(sentence: str, dice: random.Random) -> str | None:
    """The sentence with one name exchanged for another of its kind."""
    places = [
        (m.start(), old, new)
        for group in _NAME_GROUPS
        for old in group
        for m in re.finditer(old, sentence)
        for new in group
        if new != old and new not in sentence and old not in new
    ]
    if not places:
        return None
    start, old, new = dice.choice(places)
    return _put(sentence, start, start + len(old), new)


def negation(sentence: str, dice: random.Random) -> str | None:
    """The sentence turned round in one place."""
    places = [
        (m.start(), old, new)
        for old, new in _OPPOSITES
        for m in re.finditer(f"(?<![不主重需还只但就正国都])({old})(?![求素点害])", sentence)
    ]
    if not places:
        return None
    start, old, new = dice.choice(places)
    return _put(sentence, start, start + len(old), new)


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


# --- all of them ----------------------------------------------------------------------------

_CHANGES: dict[str, Callable[[str, random.Random], str | None]] = {
    "verbatim": lambda sentence, _: sentence,
    "held_out": lambda sentence, _: sentence if quantities(sentence) else None,
    "shortened": shortened,
    "synonyms": synonyms,
    "numerals": numerals,
    "reordered": reordered,
    "framed": framed,
    "mixed": mixed,
    "figure": figure,
    "unit": unit,
    "qualifier": qualifier,
    "name": name,
    "date": date,
    "negation": negation,
}


def cases(
    inside: Sequence[Document], outside: Sequence[Document], per_kind: int, dice: random.Random
) -> Iterator[Case]:
    """``per_kind`` sentences of each kind; ``outside`` are speeches that the library lacks."""
    for kind in (*TRUE_KINDS, *FALSE_KINDS):
        if kind == "invented":
            yield from (Case(kind, sentence, "") for sentence in _INVENTED)
            continue
        pool = [s for d in (outside if kind == "held_out" else inside) for s in _whole(d)]
        dice.shuffle(pool)
        made = ((s, _CHANGES[kind](s, dice)) for s in pool)
        kept = [Case(kind, new, old) for old, new in made if new and _differs(kind, old, new)]
        yield from kept[:per_kind]


def _differs(kind: str, old: str, new: str) -> bool:
    return new != old or kind in {"verbatim", "held_out"}


def _whole(document: Document) -> Iterator[str]:
    """Sentences that a person would quote."""
    for span in sentences(document.text):
        text = document.text[span.start : span.end]
        if 18 <= len(text) <= 140 and text[-1] in "。！" and "\n" not in text:
            yield text
