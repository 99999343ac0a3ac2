"""Finds the members of a list in a question: 一般公共预算收入 and 粮食产量 in “一般公共预算收入和粮食产量的目标”.

What joins two members is easily found; where the first one begins and the last one ends is not, since either may share
words with the other: 出生 and 死亡 in 出生和死亡人数, 收入 and 支出 in 财政收入和支出. Each way to read it has a price:
members that are unlike, or long beside short, and words that are glued to a member they were not written beside.
The cheapest is taken. Knows words and their sorts, no meanings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag.named_things import is_word, named_in_normal, tagged_words

_JOINS = ("和", "及", "以及")
JOINS = (*_JOINS, "与", "跟", "、")  # these also stand inside names and lists
ATTRIBUTE = re.compile(
    "时间|日期|地点|地址|价格?$|售价|主题|名称|路线|航班号|电话|时长|期限|原因|目的"
)
_FUNCTION = frozenset("是 有 为 的 在 了 由 被 何时 多少 什么 谁 哪 哪里 参加 会 什么时候".split())
_PLACE_ENDS = tuple("省市县区州镇乡村")
_NOUNS = ("vn", "an", "eng")  # as good as nouns
_ALSO_NOUNS = frozenset("收入 支出 投入 增速".split())
_NO_PLACES = frozenset("城乡 城镇 农村 乡村 新建".split())  # jieba takes them for names of places
_BODIES = ("人民政府", "政府", "县委", "市委", "省委", "区委")
_PHRASES = frozenset(
    ("国家地区", "单位个人", "企业个人", "生产生活", "经济社会", "组织个人", "部门单位")
)
_BODY = "局|部|厅|委员会|办公室"
_NAMES_A_BODY = re.compile(f"[^\\W的了多几哪第]{{2,6}}?(?:{_BODY})")  # 信息化局 of 工业和信息化局
_IS_A_BODY = re.compile(f"(?:{_BODY}).{{0,4}}$")
_QUOTED = re.compile('《[^》]*》|“[^”]*”|"[^"]*"')
_WHOLES = re.compile("[全本各][省市县区州镇乡村国]")  # 全县
_NOMINAL = "nabjzi"  # first letters of the parts of speech
_MOST_WORDS = 9  # of a member of a list

# Prices. A reading that costs more than _MOST is none.
_MOST = 2.0
_HEADS = 2.0  # two last words of wholly different sorts; what a phrase is shows at its end
_NOUN_TO_VERB = 0.3  # of either; the tagger often takes one for the other: 整治
_BEGINNINGS = 0.7  # two first words
_LENGTH, _MOST_OF_LENGTH = 0.5, 3.0  # a word more, whatever many
_LONGER = -0.1  # a word of both
_SAME_WORD = -0.3  # at the same place, counted from the end
_GLUED = 0.8  # what stands before the list, to a later member; nothing where all are of one word
_GLUED_TO_VERB = 0.4  # which may be what is said of all members: 当选
_GLUED_MODIFIER = 2.0  # and it needs what follows: 一般公共
_GLUED_TO_NOUN = 0.5  # an earlier member, to the noun after the list
_ENDS_EARLY = 0.8  # the same, where it is said later that each is asked for
_TO_THE_END = -0.7  # the last member ends where it is said that each is asked for
_BETWEEN = 0.5  # a member of one word that is glued on both sides
_OUT_OF_QUOTES = 1.2  # “三公” of “三公”经费
_SAID_OF_IT = 0.6  # the last member ends in a verb that asks how much, and no other member does: 农民收入增长多少
_BEFORE_OF = -0.3  # the last member ends before 的
_BOTH_PLACES, _ONE_PLACE = -1.0, 0.4
_ONE_YEAR = 1.0
_ONE_OWNER = 1.6  # one member says whose it is: 恒桢公司的董事长
_ONE_SETTING = 1.2  # one member begins with when or where it is
_SAME_END = -0.4  # 出生率 and 死亡率


class Word(NamedTuple):
    """A word of a question in the normal form, with its part of speech in jieba's letters."""

    text: str
    tag: str
    start: int

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Coordination:
    """A question with a list in it, as texts."""

    head: str
    members: tuple[str, ...]
    tail: str


_Item = tuple[int, int]  # from which word to which


def coordination_in(normal: str, *, apart: int | None, loose: bool) -> Coordination | None:
    """The first list of the question.

    Args:
        normal: The question in the normal form, without the words that say that each is asked for.
        apart: Where those words were: 分别.
        loose: Whether words that also stand inside names may join members: 与.
    """
    words = question_words(normal)
    joins = JOINS if loose else _JOINS
    for position, word in enumerate(words):
        if word.text not in joins or _goes_on(words, position):
            continue
        items = [] if _is_in_a_name(normal, words, position) else _items(words, position, apart)
        sides = tuple(normal[words[i].start : words[j - 1].end] for i, j in items)
        if sides and "".join(sides) not in _PHRASES:
            head = normal[: words[items[0][0]].start]
            return Coordination(head, sides, normal[words[items[-1][1] - 1].end :])
    return None


def question_words(normal: str) -> list[Word]:
    """The words: a name or what is quoted is one, 云南省政府 and 财政收入 are two, 2021年 is one."""
    people = named_in_normal(normal).people
    quoted = [match.span() for match in _QUOTED.finditer(normal)]
    wholes = [(s.start, s.end, "nr") for s in people if normal[s.start] != "和"] + [
        (a, b, "nz") for a, b in quoted
    ]
    words: list[Word] = []
    start = 0
    for text, tag in _tagged(normal):
        whole = next((w for w in wholes if w[0] <= start < w[1]), None)
        if whole is not None:
            if not words or words[-1].start != whole[0]:
                words.append(Word(normal[whole[0] : whole[1]], whole[2], whole[0]))
        elif (
            len(words) > 1
            and words[-1].tag == "v"
            and len(words[-1].text) > 1
            and ATTRIBUTE.fullmatch(text)
            and words[-2].tag[0] != "r"
            and words[-2].text not in JOINS
        ):
            words[-1] = Word(words[-1].text + text, tag, words[-1].start)  # 上映时间
        elif text == "年" and words and words[-1].tag == "m":
            words[-1] = Word(words[-1].text + text, "t", words[-1].start)
        else:
            name = ""
            while text in _PLACE_ENDS and words and _may_begin_a_name(words[-1]):
                name = words.pop().text + name  # 青 + 磴 + 镇
            words.append(Word(name + text, "ns" if name else tag, start - len(name)))
        start += len(text)
    return words


def _may_begin_a_name(word: Word) -> bool:
    return (
        len(word.text) == 1
        and word.text.isalpha()
        and word.text not in JOINS
        and not _separates(word)
    )


def _tagged(normal: str) -> Iterator[tuple[str, str]]:
    """The words with their parts of speech; what jieba runs together is taken apart."""
    before = ""
    for text, told in tagged_words(normal):
        tag = "n" if told in _NOUNS or text in _ALSO_NOUNS else told
        after_noun, before = before[:1] in ("n", "l", "j") and before != "ns", tag
        body = next((b for b in _BODIES if text.endswith(b) and len(text) > len(b)), "")
        if len(text) > 2 and text[0] == "和" and tag in ("nr", "ns") and not is_word(text):
            yield from (("和", "c"), (text[1:], "ns" if text[1:].endswith(_PLACE_ENDS) else tag))
        elif text == "和县" and after_noun:  # else a county of that name
            yield from (("和", "c"), ("县", "n"))
        elif len(text) > 2 and text[0] == "年" and tag == "ns":
            yield from (("年", "m"), (text[1:], tag))
        elif body and tag[0] == "n":
            yield from ((text[: -len(body)], "ns"), (body, "n"))
        elif len(text) == 2 and text[0] in _PLACE_ENDS and not is_word(text):
            yield from ((text[0], "n"), (text[1], "v"))
        elif len(text) > 1 and text[-1] == "是" and not is_word(text):
            yield from ((text[:-1], "n"), ("是", "v"))
        elif len(text) == 3 and text[0] == text[-1] and is_word(text[1:]):
            yield from ((text[0], "n"), (text[1:], "n"))  # 局局长
        elif len(text) == 4 and is_word(text[:2]) and is_word(text[2:]):
            yield from ((text[:2], "n"), (text[2:], "n"))
        else:
            yield text, tag


def _is_in_a_name(normal: str, words: Sequence[Word], position: int) -> bool:
    """Whether what joins stands inside a word, or the name of a body: 工业和信息化局."""
    if normal.startswith("和美乡", words[position].start):  # 和美乡村
        return True
    after = words[position + 1] if position + 1 < len(words) else None
    if after is None or _is_place(after) or after.tag in ("ns", "nr"):
        return False
    before = normal[: words[position].start]
    return not _IS_A_BODY.search(before) and bool(_NAMES_A_BODY.match(normal, after.start))


def _goes_on(words: Sequence[Word], position: int) -> bool:
    """Whether the list has members after the next one: 上海、北京和广州."""
    following = words[position + 1 : position + 2 + _MOST_WORDS]
    return words[position].text == "、" and any(word.text in JOINS for word in following)


def _items(words: Sequence[Word], position: int, apart: int | None) -> list[_Item]:
    """The members of the list whose last one follows ``position``; none where it is no list.

    Those in the middle end where the marks are.
    """
    marks = [position]
    for n in range(position - 1, -1, -1):
        if words[n].text == "、" and 1 < marks[0] - n <= _MOST_WORDS + 1:
            marks.insert(0, n)
    known = [(mark + 1, following) for mark, following in pairwise(marks)]
    firsts = [(n, marks[0]) for n in range(max(0, marks[0] - _MOST_WORDS), marks[0])]
    ends = range(position + 2, min(len(words), position + 1 + _MOST_WORDS) + 1)
    lasts = [(position + 1, n) for n in ends]
    choices = []
    for first in firsts:
        for last in lasts:
            pairs = pairwise([first, *known, last])
            price = max(_unlikeness(words, one, other) for one, other in pairs)
            price += _seams(words, first, last, apart)
            choices.append((price, first, last))
    best = min(choices, default=None)
    return [best[1], *known, best[2]] if best is not None and best[0] <= _MOST else []


def _unlikeness(words: Sequence[Word], one: _Item, other: _Item) -> float:
    """How badly two members of a list match: their lengths, first words and last words."""
    left, right = words[slice(*one)], words[slice(*other)]
    if not (_is_phrase(left) and _is_phrase(right)):
        return math.inf
    lengths = _LENGTH * abs(len(left) - len(right))
    price = min(_MOST_OF_LENGTH, lengths) + _LONGER * len(left)
    owners = [sum(word.text == "的" for word in members) for members in (left, right)]
    price += _ONE_OWNER * (owners[0] != owners[1])
    price += _SAME_WORD * sum(
        a.text == b.text for a, b in zip(left[::-1], right[::-1], strict=False)
    )
    price += _HEADS * _difference(left[-1], right[-1])
    price += _BEGINNINGS * _difference(left[0], right[0])
    places = sum(map(_is_place, (left[-1], right[-1])))
    price += (0, _ONE_PLACE, _BOTH_PLACES)[places]
    years = sum(any(map(_is_time, members)) for members in (left, right))
    price += _ONE_YEAR * (years == 1)
    price += _ONE_SETTING * (_is_setting(left[0]) != _is_setting(right[0]))
    if left[-1].text != right[-1].text and left[-1].text[-1] == right[-1].text[-1]:
        price += _SAME_END
    return price


def _seams(words: Sequence[Word], first: _Item, last: _Item, apart: int | None) -> float:
    """What it costs that words come to stand side by side that did not: 全县 + 粮食产量, 一般公共 + 粮食产量."""
    price, glued = 0.0, False
    if first[0] > 0:
        before = words[first[0] - 1]
        if not (_separates(before) or _is_setting(before)):
            single = last[1] - last[0] == 1 and first[1] - first[0] == 1
            glued = single and words[last[0]].text[0] not in _PLACE_ENDS  # 县长 is one by itself
            if before.tag[0] in "abz" or words[last[0]].text.startswith(before.text):
                price += _GLUED_MODIFIER
            elif not glued:
                said = before.tag == "v" and first[0] > 1 and _separates(words[first[0] - 2])
                price += _GLUED_TO_VERB if said else _GLUED
    if last[1] < len(words):
        after = words[last[1]]
        verbs = words[last[1] - 1].tag == "v" and words[first[1] - 1].tag != "v"
        price += _SAID_OF_IT * (verbs and after.text in ("多少", "几"))
        if apart is not None and after.start == apart:
            price += _TO_THE_END
        elif after.text == "的" and apart is not None:
            price += _BEFORE_OF
        elif not _separates(after):
            before_apart = apart is not None and after.start < apart
            if after.tag[0] in _NOMINAL and words[last[1] - 1].text.endswith("”"):
                price += _OUT_OF_QUOTES
            elif after.tag[0] in _NOMINAL or (before_apart and after.tag[0] == "v"):
                price += _ENDS_EARLY if before_apart else _GLUED_TO_NOUN
                price += _BETWEEN * glued
    return price


def _is_phrase(members: Sequence[Word]) -> bool:
    """Whether words can be a member of a list: a noun phrase, 的 at most inside it."""
    inner = members[1:-1]
    ends = (members[0], members[-1])
    return (
        members[-1].end - members[0].start > 1
        and not any(map(_separates, ends))
        and not any(_separates(word) for word in inner if word.text != "的")
    )


def _separates(word: Word) -> bool:
    """Whether it cannot be inside a member of a list."""
    return (
        word.text in _FUNCTION
        or word.tag[0] in "pcru"
        or (word.tag[0] == "x" and len(word.text) < 2)
    )


def _is_setting(word: Word) -> bool:
    """Whether it says when or where, so that it may stand before any member."""
    if word.text in _NO_PLACES or len(word.text) < 2:
        return False
    whole = bool(_WHOLES.fullmatch(word.text))
    return whole or _is_time(word) or _is_place(word) or word.tag in ("f", "ns")


def _is_time(word: Word) -> bool:
    return word.tag[0] == "t" or word.text in ("全年", "上半年", "下半年")


def _is_place(word: Word) -> bool:
    return word.text.endswith(_PLACE_ENDS) and word.text not in _NO_PLACES


def _difference(one: Word, other: Word) -> float:
    """From 0 to 1, by their parts of speech."""
    if one.text == other.text:
        return 0.0
    left, right = ("n" if word.tag == "b" else word.tag for word in (one, other))
    if left == right:
        return 0.0
    if left[0] == right[0]:
        return 0.3
    if {left[0], right[0]} <= set("nvj"):
        return _NOUN_TO_VERB
    return 0.5 if one.text.isalnum() and len(one.text) == len(other.text) >= 2 else 1.0
