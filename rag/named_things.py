"""People, places and organisations named in a text, with their spans.

Words and their parts of speech come from a dictionary and a hidden Markov model (jieba); on top of it names are put
together that the dictionary does not know: 阮牧 + 樵, 谢 + 尔巴 + 科娃, 青 + 磴 + 镇. Knows nothing of who or where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import NamedTuple

import rjieba

from rag.names import begins_with_surname
from rag.normal_form import normal_form
from rag.schema import Span


@dataclass(frozen=True, slots=True)
class Named:
    """The people, places and organisations of a text; spans count its characters."""

    people: tuple[Span, ...] = ()
    places: tuple[Span, ...] = ()  # organisations and buildings too: somebody may be there
    others: tuple[Span, ...] = ()  # brands and the like
    nouns: tuple[Span, ...] = ()  # words of two characters and more, names among them
    grammar: tuple[Span, ...] = ()  # pronouns, prepositions, conjunctions, particles
    adverbs: tuple[Span, ...] = ()


class _Word(NamedTuple):
    text: str
    tag: str  # of jieba: nr a person, ns a place, nt an organisation
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_HAN = re.compile("[\u4e00-\u9fff]+")
# Characters that write the sounds of other languages' names.
_SOUNDS = frozenset(
    "阿埃艾安昂奥巴班邦保贝比彼宾波伯博布查达戴丹道德登邓迪蒂杜顿多厄恩尔法菲费芬弗夫福盖甘戈格根古哈海汉赫亨霍"
    "基吉加贾杰金卡凯坎康柯科克肯库夸拉莱兰劳勒雷里利丽莉连林琳伦罗洛马迈麦曼梅门蒙米密缪莫默姆穆娜纳内妮尼涅宁诺"
    "努欧帕潘庞佩彭皮平普奇齐乔切琴让热日荣瑞若萨塞赛桑瑟沙莎尚舍圣史士斯思苏索塔泰坦汤特提廷图托瓦万旺威韦维温翁沃"
    "乌西希夏谢辛休许逊雅亚延扬耶伊因英尤约泽扎詹珍芝朱兹卓佐娃茨厉默"
)
_DOTS = frozenset("·•・‧")
_NOT_IN_NAMES = frozenset(
    "的了在和与及或于向被把给对为是由从到将就也都又再还有说等后前时中上下里内外任当代出"
)
_YEAR = re.compile("[0-9]{2,4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?")  # 2022年岫阳 is no noun 年岫阳
_GRAMMAR = re.compile("[cpruy]")
_BEHIND_NOUNS = frozenset("中上下里内间")  # 在改革中, 在支持下
_NOUN = re.compile("n|eng|vn|j|l|i|x")
_COUNTED = re.compile("[0-9.一二三四五六七八九十百千万亿余多]$")  # 15万人 is nobody
_GIVEN_TAGS = ("nz", "nr", "n", "a", "zg", "x", "ns")
_DOES = re.compile(
    "饰|扮演|主演|出演|说$|表示|指出|介绍|强调|认为|告诉|同志|先生|女士|主持|出席|当选|担任"
)
_TAIL_TAGS = ("zg", "n", "a", "ns", "nr", "x", "g", "z", "nz", "q", "j", "i")
_PLACE_TAGS = ("ns", "nt")
_PLACE_END = re.compile(
    "(?:省|市|县|区|州|盟|旗|镇|乡|村|岛|半岛|山|湖|河|江|海|路|街|街道|社区|馆|宫|厅|院|会堂|礼堂|学校|大学|中学|小学|学院"
    "|会议室|会议中心|中心|广场|公园|机场|车站|站|港|公司|集团|医院|宾馆|酒店|饭店|体育场|体育馆|基地|园区|产业园|开发区|工厂|厂"
    "|法院|委员会|协会|联合会|工会|局|部|司|处|银行|国)$"
)


def named_in(text: str) -> Named:
    """The people and places named in ``text``."""
    form = normal_form(text)
    found = named_in_normal(form.text)
    return Named(
        *(
            tuple(Span(*form.original(s.start, s.end)) for s in getattr(found, field.name))
            for field in fields(found)
        )
    )


def tagged_words(normal: str) -> list[tuple[str, str]]:
    """The words of a text in the normal form with their parts of speech, in jieba's letters."""
    return list(rjieba.tag(normal))


@lru_cache(maxsize=256)
def nouns_of(normal: str) -> frozenset[str]:
    """The nouns and names of a text in the normal form, those of one character left out.

    A noun of one character belongs to the one before it: 区块 + 链.
    """
    found: list[str] = []
    after_noun = False
    for word, tag in tagged_words(_YEAR.sub(" ", normal)):
        is_noun = bool(_NOUN.match(tag)) and word.isalnum()
        if is_noun and len(word) == 1 and after_noun:
            found[-1] += word
        elif is_noun and len(word) > 1:
            found.append(word)
        after_noun = is_noun and (len(word) > 1 or after_noun)
    return frozenset(found)


def is_word(normal: str) -> bool:
    """Whether the dictionary has it, in the normal form, as one word."""
    return rjieba.has_word(normal)


def words_of(normal: str) -> list[str]:
    """The words of a text in the normal form."""
    return list(rjieba.cut(normal))


@lru_cache(maxsize=4096)
def named_in_normal(normal: str) -> Named:
    """``named_in`` for a text in the normal form."""
    words = _tagged(normal)
    long = [w for w in words if len(w.text) > 1 and w.tag[0] in "nj" and _HAN.fullmatch(w.text)]
    return Named(
        tuple(_people(normal, words)),
        tuple(_places(words)),
        tuple(Span(w.start, w.end) for w in long if w.tag == "nz"),
        tuple(Span(w.start, w.end) for w in long),
        tuple(Span(w.start, w.end) for w in words if _is_grammar(w)),
        tuple(Span(w.start, w.end) for w in words if w.tag == "d" and rjieba.has_word(w.text)),
    )


def _is_grammar(word: _Word) -> bool:
    behind = word.tag == "f" and word.text in _BEHIND_NOUNS
    return behind or (bool(_GRAMMAR.match(word.tag)) and rjieba.has_word(word.text))


def _tagged(normal: str) -> list[_Word]:
    words, position = [], 0
    for text, tag in tagged_words(normal):
        words.append(_Word(text, tag, position))
        position += len(text)
    return words


def _people(normal: str, words: Sequence[_Word]) -> Iterator[Span]:
    dotted = list(_dotted(words))
    yield from dotted
    end = 0
    for position, word in enumerate(words):
        inside = any(d.start < word.end and word.start < d.end for d in dotted)
        counted = bool(_COUNTED.search(normal, 0, word.start))
        if word.start < end or inside or counted or not _HAN.fullmatch(word.text):
            continue
        span = _surnamed(words, position) or _split(words, position) or _sounded(words, position)
        if span is not None:
            end = span.end
            yield span


def _dotted(words: Sequence[_Word]) -> Iterator[Span]:
    """Names with dots between their parts: 弗拉基米尔·普京."""
    end = 0
    for position, word in enumerate(words):
        if word.text not in _DOTS or word.start < end or not 0 < position < len(words) - 1:
            continue
        first, last = position - 1, position + 1
        while first > 0 and set(words[first - 1].text) <= _SOUNDS:
            first -= 1
        while last + 1 < len(words) and set(words[last + 1].text) <= _SOUNDS | _DOTS:
            last += 1
        end = words[last].end
        yield Span(words[first].start, end)


def _surnamed(words: Sequence[_Word], position: int) -> Span | None:
    """A Chinese name: a surname and one or two characters, the last perhaps a word of its own."""
    word = words[position]
    tagged = word.tag.startswith("nr") and len(word.text) >= 2
    unknown = 2 <= len(word.text) <= 4 and not rjieba.has_word(word.text)
    if not (tagged or unknown) or not begins_with_surname(word.text):
        return None
    if set(word.text[1:]) & _NOT_IN_NAMES and not tagged:
        return None
    following = words[position + 1] if position + 1 < len(words) else None
    if (
        len(word.text) == 2
        and following is not None
        and len(following.text) == 1
        and following.tag in _TAIL_TAGS
        and following.text not in _NOT_IN_NAMES
        and _HAN.fullmatch(following.text)
    ):
        return Span(word.start, following.end)
    return Span(word.start, word.end)


def _split(words: Sequence[_Word], position: int) -> Span | None:
    """A Chinese name whose given name is a word of its own: 彭 + 冠英, 雷 + 佳音 + 饰演."""
    word, *following = words[position : position + 3]
    if (
        len(word.text) != 1
        or not following
        or not begins_with_surname(word.text + following[0].text)
    ):
        return None
    given, after = following[0], following[1].text if len(following) > 1 else ""
    fits = 1 <= len(given.text) <= 2 and _HAN.fullmatch(given.text) and given.tag in _GIVEN_TAGS
    if not fits or set(given.text) & _NOT_IN_NAMES:
        return None
    is_somebody = word.tag == "nr" or (word.tag in "nzg" and _DOES.match(after))
    return Span(word.start, given.end) if is_somebody else None


def _sounded(words: Sequence[_Word], position: int) -> Span | None:
    """A name of another language: three characters and more that only write sounds."""
    end = position
    while (
        end < len(words) and words[end].tag not in _PLACE_TAGS and set(words[end].text) <= _SOUNDS
    ):
        end += 1
    if end == position:
        return None
    span = Span(words[position].start, words[end - 1].end)
    known = end == position + 1 and not words[position].tag.startswith("nr")
    long = 3 <= span.end - span.start <= 10
    return span if long and not (known and rjieba.has_word(words[position].text)) else None


def _places(words: Sequence[_Word]) -> Iterator[Span]:
    """Words for places with those before and after that make them longer: 青 + 磴 + 镇."""
    position = 0
    while position < len(words):
        run = position
        while run < len(words) and _may_belong(words[run]):
            run += 1
        for end in range(run, position, -1):
            last = words[end - 1]
            named = any(w.tag in _PLACE_TAGS for w in words[position:end])
            if last.tag in _PLACE_TAGS or (
                _PLACE_END.search(last.text) and (named or end > position + 1)
            ):
                yield Span(words[position].start, last.end)
                break
        position = max(run, position + 1)


def _may_belong(word: _Word) -> bool:
    return bool(_HAN.fullmatch(word.text)) and word.tag in (
        *_PLACE_TAGS,
        "n",
        "nz",
        "j",
        "q",
        "x",
        "zg",
        "ng",
        "nr",
        "s",
        "b",
    )
