"""Takes a question that asks for several things apart: 上海和北京的产值分别是多少 asks twice.

The members of a list are found by their like parts of speech; a question after a comma takes over what the first one
is about. Knows words, not answers; what stays whole is not touched.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from rag.named_things import is_word, named_in_normal, tagged_words
from rag.normal_form import normalise
from rag.query import Kind, Query, understand

_JOINS = ("和", "及", "以及")
JOINS = (*_JOINS, "与", "跟", "、")  # these also stand inside names and lists
_APART = re.compile("分别|各自|各(?=[是有为占分增减涨降])")
_FUNCTION = frozenset("是 有 为 的 在 了 由 被 何时 多少 什么 谁 哪 哪里 参加 会".split())
_PHRASES = frozenset(
    ("国家地区", "单位个人", "企业个人", "生产生活", "经济社会", "组织个人", "部门单位")
)
_TOGETHER = re.compile("之间|关系|一起|共同|合作|结合|配合|合计|总共|一共|相互|互相")
# Kinds whose answer is one short thing, so that two of them are two questions.
_SHORT = (Kind.FIGURE, Kind.WHEN, Kind.WHO, Kind.WHERE)
_COMPARING = re.compile(
    "(?:相比|比较|对比)?(?:起来)?[,，]?(?:有何|有什么|有哪些|哪些)?(?:不同|区别|变化|差别|异同)?(?:之处)?[??]?$|哪个更.*$|谁更.*$"
)
_WHAT_IT_IS = re.compile("(?:是|为|叫)(?:什么|啥)$")
_ATTRIBUTE = re.compile(
    "时间|日期|地点|地址|价格?$|售价|主题|名称|路线|航班号|电话|时长|期限|原因|目的"
)
# 男女单打冠军, 男女主角; not 男女平等.
_BOTH = re.compile("男、?女子?(?=(?P<sport>单打|双打|团体|组|冠军)|主角|主演|[单双篮排足])")
_MOST_WORDS = 6  # of a member of a list
_MOST_UNLIKE = 1.9
_PLACES = tuple("省市县区州镇乡村")
_LONGEST = 30  # characters of a question that is taken apart without saying 分别
_QUOTED = re.compile('《[^》]*》|“[^”]*”|"[^"]*"')
_ASKS = re.compile("谁|多少|几|什么|哪|何|怎")
_ABOUT = re.compile("^(?P<about>[^,]{0,12}?《[^》]+》的?|[^,]{2,12}?的)")

_Item = tuple[int, int]  # from which word to which


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions, and the member of a list that it is about: 上海 in 上海和北京的产值."""

    query: Query
    member: str = ""  # in the normal form; empty where the questions come one after the other


class _Word(NamedTuple):
    text: str
    tag: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def parts_of(query: Query) -> tuple[Part, ...]:
    """The questions that the question consists of; none where it is one."""
    normal = normalise(query.text).rstrip("?？。")
    found = _in_turn(query, normal) or _side_by_side(query, normal)
    return tuple(Part(_part(query, text), member) for text, member in found)


def asks_apart(query: Query) -> bool:
    """Whether it says that each has an answer of its own: 分别."""
    return bool(_APART.search(normalise(query.text)))


def _part(query: Query, text: str) -> Query:
    part = understand(text, query.speakers, query.within)
    kept = part.kind if part.kind is not Kind.FACT or query.kind is Kind.COMPARISON else query.kind
    return replace(part, kind=kept, earlier=query.earlier, is_part=True)


def _in_turn(query: Query, normal: str) -> tuple[tuple[str, str], ...]:
    """Questions one after the other: 主演有谁,导演是谁."""
    pieces = [piece for piece in re.split("[,，;；]", normal) if piece]
    if len(pieces) < 2 or not all(_ASKS.search(piece) for piece in pieces):
        return ()
    about = _ABOUT.match(pieces[0])
    first = query.naming or (about["about"] if about else "")
    if not first:
        return ()
    return ((pieces[0], ""), *((p if p.startswith(first) else first + p, "") for p in pieces[1:]))


def _side_by_side(query: Query, normal: str) -> tuple[tuple[str, str], ...]:
    """A question with a list in it, once for each member of the list, and these."""
    comparing = query.kind is Kind.COMPARISON
    apart = bool(_APART.search(normal))
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
    words = _words(normal)
    quoted = [match.span() for match in _QUOTED.finditer(normal)]
    joins = JOINS if apart or comparing else _JOINS
    for position, word in enumerate(words):
        inside = any(start < word.start < end for start, end in quoted)
        if word.text not in joins or inside or _goes_on(words, position):
            continue
        items = _items(words, position)
        if items and not (what and not apart and not _ATTRIBUTE.search(words[position - 1].text)):
            sides = [normal[words[i].start : words[j - 1].end] for i, j in items]
            if min(map(len, sides)) > 1 and "".join(sides) not in _PHRASES:
                head = normal[: words[items[0][0]].start]
                tail = normal[words[items[-1][1] - 1].end :]
                return tuple((head + side + tail, side) for side in sides)
    return ()


def _words(normal: str) -> list[_Word]:
    """The words; a person's name is one, a word of two words is two: 财政收入."""
    people = named_in_normal(normal).people
    words: list[_Word] = []
    start = 0
    for text, tag in _tagged(normal):
        name = next((s for s in people if s.start <= start < s.end), None)
        if name is not None:
            if not words or words[-1].start != name.start:
                words.append(_Word(normal[name.start : name.end], "nr", name.start))
        elif len(text) == 4 and is_word(text[:2]) and is_word(text[2:]):
            words += (_Word(text[:2], "n", start), _Word(text[2:], "n", start + 2))
        else:
            words.append(_Word(text, tag, start))
        start += len(text)
    return words


def _tagged(normal: str) -> Iterator[tuple[str, str]]:
    """The words with their parts of speech, without what jieba takes for 和's family name, or for 乡有."""
    for text, tag in tagged_words(normal):
        if tag.startswith("nr") and len(text) > 2 and text[0] == "和":
            yield from (("和", "c"), (text[1:], tag))
        elif len(text) == 2 and text[0] in _PLACES and not is_word(text):
            yield from ((text[0], "n"), (text[1], "v"))
        else:
            yield text, tag


def _goes_on(words: Sequence[_Word], position: int) -> bool:
    """Whether the list has members after the next one: 上海、北京和广州."""
    following = words[position + 1 : position + 2 + _MOST_WORDS]
    return words[position].text == "、" and any(word.text in JOINS for word in following)


def _items(words: Sequence[_Word], position: int) -> list[_Item]:
    """The members of the list whose last one follows ``position``; none where it is no list.

    Those in the middle end where the marks are; the first and the last are as long as makes them most like their
    neighbours.
    """
    marks = [position]
    for n in range(position - 1, -1, -1):
        if words[n].text == "、" and 1 < marks[0] - n <= _MOST_WORDS + 1:
            marks.insert(0, n)
    known = [(mark + 1, following) for mark, following in pairwise(marks)]
    firsts = [(n, marks[0]) for n in range(max(0, marks[0] - _MOST_WORDS), marks[0])]
    lasts = [
        (position + 1, n)
        for n in range(position + 2, min(len(words), position + 1 + _MOST_WORDS) + 1)
    ]
    choices = []
    for first in firsts:
        for last in lasts:
            pairs = pairwise([first, *known, last])
            unlike = max(_unlikeness(words, one, other) for one, other in pairs)
            choices.append((unlike, first, last))
    best = min(choices, default=None)
    return [best[1], *known, best[2]] if best is not None and best[0] <= _MOST_UNLIKE else []


def _unlikeness(words: Sequence[_Word], one: _Item, other: _Item) -> float:
    """How badly two members of a list match, by their lengths and their first and last words."""
    left, right = words[slice(*one)], words[slice(*other)]
    lengths = [members[-1].end - members[0].start for members in (left, right)]
    if any(map(_separates, (*left, *right))) or min(lengths) < 2:
        return math.inf
    if all(_ATTRIBUTE.search(members[-1].text) for members in (left, right)):
        return _apart(words, one, other)
    apart = min(1.5, 0.5 * abs(lengths[0] - lengths[1]))
    places = sum(members[-1].text.endswith(_PLACES) for members in (left, right))
    years = sum(any(word.text == "年" for word in members) for members in (left, right))
    heads = 2 * _difference(left[-1], right[-1]) + _difference(left[0], right[0])
    return apart + heads + (0, 0.4, -1)[places] + (years == 1) - 0.1 * len(left)


def _apart(words: Sequence[_Word], one: _Item, other: _Item) -> float:
    """Of two that end in what may be asked of a thing, 发售日期和标准版价格: both are whole."""
    apart = abs((one[1] - one[0]) - (other[1] - other[0]))
    begins = not apart or one[0] == 0 or _separates(words[one[0] - 1])
    ends = other[1] == len(words) or _separates(words[other[1]])
    return 0.3 * apart - 0.1 * (one[1] - one[0]) if begins and ends else math.inf


def _separates(word: _Word) -> bool:
    """Whether it cannot be inside a member of a list."""
    return word.text in _FUNCTION or (word.tag[0] == "x" and len(word.text) < 2)


def _difference(one: _Word, other: _Word) -> float:
    """From 0 to 1, by their parts of speech; less for the same word."""
    if one.text == other.text:
        return -0.3
    if one.tag == other.tag:
        return 0.0
    if one.tag[0] == other.tag[0]:
        return 0.3
    return 0.5 if one.text.isalnum() and len(one.text) == len(other.text) >= 2 else 1.0
