"""Takes a question that asks for several things apart: 上海和北京的产值分别是多少 asks twice.

A list in it is asked for member by member; a question after a comma takes over what the first one is about. Knows
words, not answers; what stays whole is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.coordination import ATTRIBUTE, Coordination, Word, coordination_in, question_words
from rag.normal_form import normalise
from rag.query import Kind, Query, understand

_APART = re.compile("(?<!的)分别|各自|各(?=[是有为占分增减涨降投达需])")
_YEARS = re.compile("(?<=[0-9]{4})(?=[和及与、~至到](?:[0-9]{4}、)*[0-9]{4}年)")  # 2021和2022年
_TOGETHER = re.compile(
    "之间|关系|一起|共同|合作|结合|配合|合计|总共|一共|相互|互相|差距|差额|相差|之比"
)
# Kinds whose answer is one short thing, so that two of them are two questions.
_SHORT = (Kind.FIGURE, Kind.WHEN, Kind.WHO, Kind.WHERE)
_COMPARING = re.compile(
    "(?:相比|比较|对比)?(?:起来)?[,，]?(?:有何|有什么|有哪些|哪些)?(?:不同|区别|变化|差别|异同)?(?:之处)?[??]?$|哪个更.*$|谁更.*$"
)
_WHAT_IT_IS = re.compile("(?:是|为|叫)(?:什么|啥)$")
# 男女单打冠军, 男女主角; not 男女平等.
_BOTH = re.compile("男、?女子?(?=(?P<sport>单打|双打|团体|组|冠军)|主角|主演|[单双篮排足])")
_LONGEST = 30  # characters of a question that is taken apart without saying 分别
_MOST_PARTS = 40  # each is looked for; all provinces may be asked for
_ASKS = re.compile("谁|多少|几|什么|哪|何|怎")
_ASKS_SHORTLY = re.compile(
    "谁|多少|几|何[时地人]|什么(?=时候|地方|$)|哪(?=[里儿天年月日个位家座所])"
)
_LATIN = re.compile("[A-Za-z][A-Za-z0-9.+-]*")
_TITLED = re.compile("^[^,]{0,12}?《[^》]+》的?")
_TAKES_OVER = re.compile("由|在|其中|同比|又|还|并|共|一共|总共")
_COPULA = ("是", "为", "叫", "有", "在")


def parts_of(query: Query) -> tuple[Query, ...]:
    """The questions that the question consists of; none where it is one, or where they are too many."""
    normal = normalise(query.text).rstrip("?？。")
    found = _in_turn(query, normal) or _side_by_side(query, normal)
    if len(found) > _MOST_PARTS:
        return ()
    members = [member for _, member in found if member]
    return tuple(_part(query, text, member, members) for text, member in found)


def asks_apart(query: Query) -> bool:
    """Whether it says that each has an answer of its own: 分别."""
    return bool(_APART.search(normalise(query.text)))


def _part(query: Query, text: str, member: str, members: Sequence[str]) -> Query:
    part = understand(_as_spelled(text, query.text), query.speakers, query.within)
    takes_over = part.kind is Kind.FACT and query.kind not in (Kind.COMPARISON, Kind.LIST)
    kept = query.kind if takes_over else part.kind
    return replace(
        part,
        kind=kept,
        earlier=query.earlier,
        is_part=True,
        member=member,
        beside=tuple(dict.fromkeys(one for one in members if one != member)),
    )


def _as_spelled(normal: str, question: str) -> str:
    """A part of a question with its Latin words as they were typed: PM2.5, not pm2.5."""
    for word in _LATIN.findall(question):
        normal = normal.replace(word.lower(), word)
    return normal


def _in_turn(query: Query, normal: str) -> tuple[tuple[str, str], ...]:
    """Questions one after the other: 主演有谁,导演是谁."""
    first, *further = [piece for piece in re.split("[,，;；?？]", normal) if piece] or [""]
    if not further or not all(_ASKS.search(piece) for piece in (first, *further)):
        return ()
    short = all(_ASKS_SHORTLY.search(piece) for piece in (first, *further))
    titled = _TITLED.match(first)
    known = query.naming or (titled.group() if titled else "")
    found = [(first, "")]
    for piece in further:
        about = known or (_about(first, piece) if short else "")
        if not about:
            return ()
        found.append((piece if piece.startswith(about) else about + piece, ""))
    return tuple(found)


def _about(first: str, piece: str) -> str:
    """What the first question is about, for a piece that does not say it: 《山城》的 of 《山城》的主演有谁."""
    words = question_words(first)
    asks = next((n for n, word in enumerate(words) if _asks(word)), 0)
    end = asks
    while end and (words[end - 1].tag == "v" or words[end - 1].tag[0] in "pdu"):
        end -= 1
    start, *rest = question_words(piece)
    own = start.tag[0] == "t" or start.tag == "ns"  # it says when or where by itself
    if not end or words[0].tag[0] in "crp" or own or _APART.search(first):
        return ""
    told = words[end].text if end < asks else ""
    is_noun = rest and (rest[0].text in _COPULA or (len(start.text) == 1 and rest[0].tag == "n"))
    takes_over = _TAKES_OVER.match(piece) or start.tag[0] == "p"
    if takes_over or (start.tag == "v" and not is_noun) or (told and told not in _COPULA):
        return first[: words[end - 1].end]
    of = next((word for word in words[end - 1 :: -1] if word.text == "的"), words[end - 1])
    return first[: of.end if told else _before_head(words[:end])]


def _asks(word: Word) -> bool:
    return word.tag[0] == "r" or bool(_ASKS.search(word.text))


def _before_head(words: Sequence[Word]) -> int:
    """Where the last noun of a phrase begins, with what is glued to it: 总投资 of 铜箔项目总投资."""
    end = len(words) - 1
    while end and len(words[end - 1].text) == 1 and words[end - 1].text != "的":
        end -= 1
    return words[end].start


def _side_by_side(query: Query, normal: str) -> tuple[tuple[str, str], ...]:
    """A question with a list in it, once for each member of the list, and these."""
    comparing = query.kind is Kind.COMPARISON
    normal = _YEARS.sub("年", normal)
    marker = _APART.search(normal)
    apart = marker is not None
    normal = _APART.sub("", normal)
    what = query.kind in (Kind.FACT, Kind.DEFINITION) and bool(_WHAT_IT_IS.search(normal))
    bare = query.kind is Kind.FACT and not _ASKS.search(normal)  # 上映时间及主演
    if not (apart or comparing or what or bare or query.kind in _SHORT):
        return ()
    if _TOGETHER.search(normal) or not (apart or comparing or len(normal) <= _LONGEST):
        return ()
    if comparing:
        normal = _COMPARING.sub("", normal)
    both = _BOTH.search(normal)
    if both:
        ending = "子" if both["sport"] else ""
        return tuple(
            (normal[: both.start()] + s + ending + normal[both.end() :], s) for s in "男女"
        )
    where = marker.start() if marker else None
    found = coordination_in(normal, apart=where, loose=apart or comparing)
    if found is None:
        return ()
    if what and not apart and not ATTRIBUTE.search(found.members[-2]):
        return ()
    asked = list(_apart(found))
    if apart and len(asked) == 2:  # 2021年和2022年的粮食产量和财政收入
        further = [coordination_in(text, apart=None, loose=True) for text, _ in asked]
        if all(further):
            asked = [each for one in further if one is not None for each in _apart(one)]
    return tuple(asked)


def _apart(found: Coordination) -> Iterator[tuple[str, str]]:
    """The question with each of the members in place of the list, and the member."""
    return ((found.head + member + found.tail, member) for member in found.members)
