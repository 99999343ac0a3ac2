"""Reads a question: what kind of thing is asked, which years, speakers and speeches it names.

Works on the normal form, so Traditional and full-width questions read alike. Needs no model and knows
nothing of indexes or passages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rag.normal_form import normalise
from rag.numerals import numeral_value


class Kind(StrEnum):
    """What a question asks for."""

    FIGURE = "figure"
    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    LIST = "list"
    OUTLINE = "outline"
    DEFINITION = "definition"
    WHY = "why"
    HOW = "how"
    COMPARISON = "comparison"
    SUMMARY = "summary"
    YES_NO = "yes_no"
    FACT = "fact"


class Facet(StrEnum):
    """What a question asks about a speech as such; answered from its metadata."""

    SPEAKER = "speaker"
    DATE = "date"
    VENUE = "venue"
    TITLE = "title"


# The first pattern that is found decides. 几 is a figure only when nothing like a list is asked.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.COMPARISON, r"比较|对比|(有何|有什么|有哪些)(不同|区别|变化|差别)|相比|哪个更|谁更"),
    (
        Kind.OUTLINE,
        r"(分为?|分成|包括|包含|讲了|有|由).{0,4}(几|哪几|哪些|多少)个?(大?部分|方面|板块|章节)"
        r"|结构|提纲|大纲|框架|纲要是|(哪几|哪些|几)个?(大?部分|板块)",
    ),
    (
        Kind.SUMMARY,
        r"总结一下|概括|概述|综述|主要(讲|说|谈)|讲了(些)?什么|是?关于什么|主要内容|大意|主旨",
    ),
    (
        Kind.LIST,
        r"[两二三四五六七八九十](个|条|点|项|大|种|件|场|类|方面)[^,，。]{1,10}?(是|指|有)(的是)?(什么|哪)"
        r"|哪[几两二三四五六七八九十](个|条|点|项|大|方面)",
    ),
    (Kind.DEFINITION, r"什么是|是什么意思|(是)?指(的)?(是)?什么|何谓|含义|定义|什么叫"),
    (Kind.WHY, r"为什么|为啥|为何|原因|缘何|凭什么"),
    (
        Kind.LIST,
        r"哪些|哪几|分别(是|为|有)|有哪|哪[“\"'‘]?[二两三四五六七八九十]|几(条|点|项|个方面).{0,6}(是什么|哪)"
        r"|哪(两|三|四|五|六|七|八|九|十)|列举|都有(谁|什么)",
    ),
    (Kind.FIGURE, r"多(长|少)?时间|多久(?!前)|多少(天|年|日|小时|个月)"),
    (
        Kind.WHEN,
        r"什么时候|什么时间|何时|哪一?年|哪一?天|哪一?日|哪个?月|几月|(?<!第)几号(?!文|公告|令|线|台风|楼)|几点|几时|何年|何月|哪个?时期"
        r"|哪一?(世纪|年代|届)|(时间|日期)(是|为|[??。]?$)|从几(点|时|月|日|号|年)|多久前|截止(到)?(什么|何)",
    ),
    (
        Kind.FIGURE,
        r"多少|(?<![好这那近前后十去])几(?!乎|何|度|经|时|月|号|点)|百分之几|多(大|高|长|宽|深|重|远|快|久|厚)"
        r"|^(?!.*(谁|哪|什么|怎|如何|为啥|为什么)).*"
        r"(占比|比例|比率|(率|数|额|量|值|标准|产值|面积|人口|票房|价格|金额|利润|营收|收入|支出|工资|奖金|年龄|身高|体重|海拔|时长|增速|涨幅|降幅|指标|目标)(是|为)?[??。]?$)",
    ),
    (Kind.WHO, r"谁|哪位|哪一位|何人|什么人|哪个人|哪名|(讲话|发言|报告)人"),
    (
        Kind.WHERE,
        r"哪里|哪儿|在哪|何地|何处|什么地方|哪个?(省|市|县|区|城市|国家?|地区|地方|州|镇|乡|村|洲|学校|大学|机构|部门|公司)"
        r"|地点|什么会议|哪次会议|哪个会议|什么会上|哪次会上",
    ),
    (Kind.YES_NO, r"吗[??]?$|是否|有没有|能否|可否|能不能|会不会|是不是|可不可以"),
    (Kind.HOW, r"如何|怎样|怎么|措施|办法|做法|方式|途径|路径|流程"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_SPEECH = r"(讲话|报告|发言|致辞|演讲|讲稿|文章)"
_FACETS: tuple[tuple[Facet, re.Pattern[str]], ...] = (
    (
        Facet.SPEAKER,
        re.compile(
            rf"{_SPEECH}.{{0,6}}(是|由)?(谁|哪位|何人)|(谁|哪位|何人)(所)?([在于从][^,，]{{1,16}})?(作|做|讲|发表|代表).{{0,30}}{_SPEECH}"
            rf"|{_SPEECH}(的)?(讲话|发言|报告|演讲)?人(是|为|叫)"
        ),
    ),
    (
        Facet.VENUE,
        re.compile(
            r"(什么|哪次|哪个|哪场|何种)(会议|会上|场合|大会|活动).{0,6}(讲|发|作|做|提|说|上|$)|在哪(里|儿)?(发表|作|做|讲)"
        ),
    ),
    (
        Facet.DATE,
        re.compile(
            rf"(何时|什么时候|什么时间|哪一?天|哪一?年|哪个?月|几月几[日号]).{{0,8}}(讲|发表|作|做).{{0,12}}{_SPEECH}?"
            rf"|{_SPEECH}.{{0,8}}(何时|什么时候|什么时间|哪一?天|哪一?年|日期|时间|几月几[日号])"
            r"|(会议|大会|会)(是|于|在)?(何时|什么时候|什么时间|哪一?天|几月几[日号])(召?开|举[行办])"
        ),
    ),
    (Facet.TITLE, re.compile(r"(题目|标题|题为|题名)(是)?(什么|叫)|什么(题目|标题)")),
)
# 2003年国务院政府工作报告提出的…: names the speech; what is asked of it comes after.
_NAMING = re.compile(
    r"^(?P<naming>[^,，。;；?？]{3,40}?(?:工作报告|报告|讲话|致辞|发言|演讲|会议上|大会上|会上|推进会|座谈会|动员会))"
    r"(?:中|里|上|时)?(?:所)?(?:提出|提到|指出|强调|要求|部署|确定|安排|明确|说|讲|谈|称|认为)?(?:到|了)?(?:的|,|，)?"
)
# Words that ask and say nothing of the matter; in a text they would only match by chance.
_ASKING = re.compile(
    r"请问|请?(介绍|说明|列举|概括|总结|概述)一下|请(介绍|说明|列举|概括|总结)|^(概括|总结|概述)|主要(内容|观点|精神)|多少|百分之几|什么(时候|时间|地方|样)?|哪一?(些|几)?(个|位|里|儿|年|天|次|名|种|家|项|条|点)?"
    r"|谁|何(时|地|人|处)|如何|怎(么|样)样?|为(什么|何)|是否|有没有|能否|可否|[吗呢么吧][??]?$|分别|几(个|名|人|项|条|点|家|户|种|次)"
    r"|(?<=[是有])几|了(?![解结然])|(?<!目)的(?![确士])|还(?=[有提说要讲])|[??。!！,，:;、\"'“”‘’《》()【】]"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?(?!\d)")
_SPEECH_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年?[^,，。;；?？]{0,24}?(?:工作报告|讲话|发言|会议上|大会上|会上|报告)"
)
_HAN_YEAR = re.compile(r"([一二〇零○0三四五六七八九]{4})年")


_LEAST_ASKED = 2  # characters that must be left to ask


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is understood; ``text`` stands on its own."""

    text: str
    content: str  # the normal form without the asking words; pieces are separated by commas
    subject: str  # the same without the speakers that it names: whom it is about, they tell already
    kind: Kind
    facet: Facet | None = None
    years: frozenset[str] = frozenset()  # all that it names
    speech_years: frozenset[str] = frozenset()  # of the speech that it names: 2023年…报告
    speakers: frozenset[str] = frozenset()  # names of the library that the question names
    within: frozenset[str] | None = None  # documents that may be used; None: all
    naming: str = ""  # the normal form of the words that name a speech: 2003年国务院政府工作报告
    asked: str = ""  # and what is asked of that speech
    earlier: str | None = None  # what a follow-up question follows: the turn before, on its own
    is_part: bool = False  # one of several questions that are asked at once
    member: str = ""  # of the list that was taken apart: 上海 of 上海和北京的产值
    beside: tuple[str, ...] = ()  # the other members
    taken: tuple[tuple[str, int, int], ...] = ()  # (speech, start, end) that tell of another member
    is_expected: bool = False  # to be answered, since another part of the same question is


def understand(
    text: str, speakers: Iterable[str] = (), within: frozenset[str] | None = None
) -> Query:
    """The question's kind and the things it names.

    Args:
        text: a question that stands on its own.
        speakers: names that the library knows, as they are stored.
        within: documents that the asker limits the question to.
    """
    normal = normalise(text)
    named = frozenset(name for name in speakers if _names(normal, normalise(name)))
    facet = next((facet for facet, pattern in _FACETS if pattern.search(normal)), None)
    content = content_of(normal)
    naming, asked = _split(normal)
    return Query(
        text=text,
        content=content,
        subject=_without(content, named) or content,
        kind=kind_of(normal),
        facet=facet,
        years=years_in(normal),
        speech_years=frozenset(_SPEECH_YEAR.findall(normal)),
        speakers=named,
        within=within,
        naming=naming,
        asked=asked,
    )


def _split(normal: str) -> tuple[str, str]:
    """The words that name a speech, if any, and the rest of the question."""
    found = _NAMING.match(normal)
    rest = normal[found.end() :] if found else ""
    if found is None or len(content_of(rest)) < _LEAST_ASKED:
        return "", ""
    return found["naming"], rest


def _without(content: str, names: Iterable[str]) -> str:
    for name in names:
        content = content.replace(normalise(name).removesuffix("同志"), ",")
    return content.strip(",")


def kind_of(normal: str) -> Kind:
    """The kind of a question in the normal form."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(normal)), Kind.FACT)


def content_of(normal: str) -> str:
    """What the question speaks of: its words without those that only ask."""
    return ",".join(_ASKING.sub(" ", normal).split())  # a blank would let bigrams form across it


def years_in(normal: str) -> frozenset[str]:
    """Years named in a text in the normal form, as four digits."""
    years = set(_YEAR.findall(normal))
    for numeral in _HAN_YEAR.findall(normal):
        value = numeral_value(numeral.replace("○", "〇"))
        if value and 1900 <= value < 2100:
            years.add(str(value))
    return frozenset(years)


def _names(normal: str, name: str) -> bool:
    bare = name.removesuffix("同志")
    return len(bare) >= 2 and bare in normal and not set(bare) <= set("*x某")


_COUNT = re.compile(
    r"(?:哪|几)?[“\"]?([二两三四五六七八九十]+|\d{1,2})(?:个|点|项|条|方面|种|类|大|有|句|件)(?!月)"
)


def asked_count(normal: str) -> int | None:
    """How many things a question in the normal form asks for: 哪三件事 → 3."""
    found = _COUNT.search(normal)
    if found is None:
        return None
    return int(found[1]) if found[1].isdigit() else numeral_value(found[1])
