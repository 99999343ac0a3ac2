"""Takes a question that asks for several things apart: 上海和北京的产值分别是多少 asks twice.

The two sides of 和 are found by their like parts of speech; a question after a comma takes over what the first one
is about. Knows words, not answers; what stays whole is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.named_things import tagged_words
from rag.normal_form import normalise
from rag.query import Kind, Query, understand

_JOINS = ("和", "及", "以及")
_JOINS_APART = (*_JOINS, "与", "跟", "、")  # these also stand inside names and lists
_APART = re.compile("分别|各自|各(?=[是有为])")
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
_MOST_WORDS = 6  # on a side
_LONGEST = 30  # characters of a question that is taken apart without saying 分别
_QUOTED = re.compile('《[^》]*》|“[^”]*”|"[^"]*"')
_ASKS = re.compile("谁|多少|几|什么|哪|何|怎")
_ABOUT = re.compile("^(?P<about>[^,]{0,12}?《[^》]+》的?|[^,]{2,12}?的)")


def parts_of(query: Query) -> tuple[Query, ...]:
    """The questions that the question consists of; none where it is one."""
    normal = normalise(query.text).rstrip("?？。")
    texts = _in_turn(query, normal) or _side_by_side(query, normal)
    return tuple(_part(query, text) for text in texts)


def _part(query: Query, text: str) -> Query:
    part = understand(text, query.speakers, query.within)
    kept = part.kind if part.kind is not Kind.FACT or query.kind is Kind.COMPARISON else query.kind
    return replace(part, kind=kept, earlier=query.earlier)


def _in_turn(query: Query, normal: str) -> tuple[str, ...]:
    """Questions one after the other: 主演有谁,导演是谁."""
    pieces = [piece for piece in re.split("[,，;；]", normal) if piece]
    if len(pieces) < 2 or not all(_ASKS.search(piece) for piece in pieces):
        return ()
    about = _ABOUT.match(pieces[0])
    first = query.naming or (about["about"] if about else "")
    if not first:
        return ()
    return (pieces[0], *(p if p.startswith(first) else first + p for p in pieces[1:]))


def _side_by_side(query: Query, normal: str) -> tuple[str, ...]:
    apart = bool(_APART.search(normal))
    if not (
        apart or query.kind in _SHORT or query.kind is Kind.COMPARISON or _is_bare(query, normal)
    ):
        return ()
    comparing = query.kind is Kind.COMPARISON
    if _TOGETHER.search(normal) or not (apart or comparing or len(normal) <= _LONGEST):
        return ()
    joins = _JOINS_APART if apart or comparing else _JOINS
    quoted = [match.span() for match in _QUOTED.finditer(_APART.sub("", normal))]
    normal = _APART.sub("", normal)
    if comparing:
        normal = _COMPARING.sub("", normal)
    words = tagged_words(normal)
    at = 0
    for position, (word, _) in enumerate(words):
        if word in joins and not any(start < at < end for start, end in quoted):
            found = _split_at(words, position)
            if found:
                return found
        at += len(word)
    return ()


def _is_bare(query: Query, normal: str) -> bool:
    """Whether it names what it wants without asking: 上映时间及主演."""
    return query.kind is Kind.FACT and not _ASKS.search(normal)


def _split_at(words: Sequence[tuple[str, str]], position: int) -> tuple[str, ...]:
    """The question twice, with what stands on one side of the conjunction left out each time."""
    before, after = words[:position], words[position + 1 :]
    size = _like(before, after)
    if not size:
        return ()
    head = "".join(word for word, _ in before[:-size])
    tail = "".join(word for word, _ in after[size:])
    sides = ["".join(w for w, _ in side) for side in (before[-size:], after[:size])]
    if min(map(len, sides)) < 2 or "".join(sides) in _PHRASES:
        return ()
    return tuple(head + side + tail for side in sides)


def _like(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> int:
    """How many words on both sides of a conjunction correspond: the most with like parts of speech."""
    for size in range(min(len(before), len(after), _MOST_WORDS), 0, -1):
        pairs = zip(before[-size:], after[:size], strict=True)
        if all(_alike(one, other) for one, other in pairs):
            return size
    return 0


def _alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    (word, tag), (other_word, other_tag) = one, other
    if word in _FUNCTION or other_word in _FUNCTION:
        return False
    if "x" in (tag, other_tag) and min(len(word), len(other_word)) < 2:
        return False  # punctuation
    return tag[0] == other_tag[0] or (word.isalnum() and len(word) == len(other_word) >= 2)
