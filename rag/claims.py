"""A sentence as the tokens that its truth hangs on: figures, dates, known words, single characters.

Two sentences are compared token by token (see ``alignment``); equal keys mean the same. Knows
nothing of evidence or verdicts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from rag.disowned import disowned
from rag.moments import Moment, moments_in
from rag.named_things import named_in_normal
from rag.normal_form import NormalForm, normal_form
from rag.quantities import Quantity, quantities_in
from rag.schema import Span
from rag.wording import HEDGES, Role, Word, vocabulary

LIGHT_WEIGHT = 0.1
_WEIGHTS = {
    Role.LIGHT: LIGHT_WEIGHT,
    Role.STYLE: 0.3,
    Role.SCOPE: 0.3,
    Role.BASIS: 0.5,
    Role.LIMIT: 0.5,
    Role.WORDING: 0.5,
    Role.ADVERSE: 1.0,
}
_CONTENT = frozenset({Role.CONTENT, Role.PLACE, Role.OFFICE})
_FIGURE_WEIGHT = 3.0
_DATE_WEIGHT = 2.0
_EXCEPT = ("以外", "之外", "除外")
_CLAUSE_MARKS = frozenset(",;:。!?…")
_LATIN = re.compile(r"[a-z0-9]+(?:[.\-+][a-z0-9]+)*")
# 比上年 is a basis, 比上年 is no date: these words are read before dates are.
_BASIS_WORD = re.compile(
    "(?:[比较同与])(?:[上去]一?年|前一?年|上个?月|上个?季度)(?:同期)?(?:相比)?"
)
_BEHIND = ("以上", "以下", "以内", "左右", "上下")
_IN_MARKS = re.compile("“[^“”]{1,12}”|《[^《》]{1,40}》|「[^「」]{1,12}」")
# Words that tell one body, level or side from the next: in another's place they name another.
_BODY = re.compile(
    "(?:法院|检察院|[公安教育财政民卫生工商税务水利农业]{2}局|[党常省市县区镇乡团]委|政府|工会|妇联|支部|银行|大学|中学|小学|学院"
    "|党校|国务院|人大|政协|纪委|公安|军队|省级|市级|县级|区级|自治区级|国家级|世界级|中央|东部|西部|南部|北部|中部)"
)
_SIDES = frozenset("东西南北")
# Countries and provinces in one character each, some of which are grammar or adjectives elsewhere: 中老铁路.
_COUNTRIES = dict(
    pair.split(":")
    for pair in (
        "中:中国 美:美国 俄:俄罗斯 苏:苏联 英:英国 法:法国 德:德国 日:日本 韩:韩国 朝:朝鲜 越:越南 老:老挝 缅:缅甸 泰:泰国"
        " 印:印度 巴:巴基斯坦 哈:哈萨克斯坦 吉:吉尔吉斯斯坦 蒙:蒙古 欧:欧洲 非:非洲 澳:澳大利亚 加:加拿大 柬:柬埔寨 新:新加坡"
    ).split()
)
_PROVINCES = dict(
    pair.split(":")
    for pair in (
        "京:北京 津:天津 沪:上海 渝:重庆 冀:河北 豫:河南 滇:云南 辽:辽宁 湘:湖南 皖:安徽 鲁:山东 苏:江苏 浙:浙江 赣:江西 鄂:湖北"
        " 桂:广西 甘:甘肃 晋:山西 蒙:内蒙古 陕:陕西 黔:贵州 粤:广东 琼:海南 川:四川 藏:西藏 吉:吉林 闽:福建 云:云南 贵:贵州 宁:宁夏"
        " 青:青海 疆:新疆 港:香港 澳:澳门 台:台湾"
    ).split()
)
_BETWEEN = (
    "铁路|高铁|高速|公路|通道|管道|班列|口岸|边境|边界|合作|协作|经贸|经济|贸易|联合|联盟|交界|毗邻"
)
_SHORT_NAMES = re.compile(
    f"(?P<countries>中[{''.join(_COUNTRIES)}]{{1,2}}|[美日韩俄苏英法德印巴朝]{{2}})"
    f"(?=[两三]国|{_BETWEEN}|双边|双方|关系|友好|友谊|人民|战争|建交|首脑|会谈|自贸|跨境|人文|战略)"
    f"|(?P<provinces>[{''.join(_PROVINCES)}]{{2,4}})"
    f"(?=[两三]省|{_BETWEEN}|地区|城市群|双城|一体化|干线|直流|特高压|输变电)"
)
_OF_A_PLAN = re.compile('[”"]?(?:时期|期间|五年间|五年来)')  # says no more than the plan's name
# 比全国高1个百分点 is 高于全国1个百分点.
_COMPARED = re.compile(
    "[比较](?![重例率值])(?P<other>[^,;:。、0-9]{1,8}?)(?P<how>(?<![提增减])[高低多少快慢大小])出?(?=[0-9])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``key`` is equal for what means the same, ``span`` counts characters of the text."""

    key: str
    role: Role
    weight: float
    span: Span
    clause: int
    item: int  # like the clause, but 、 divides too
    quantity: Quantity | None = None
    moment: Moment | None = None
    shared: str = ""  # a qualifier behind the last figure of a list: 3家、5家以上
    named: bool = False  # part of a name: of a person, place or body, or in quotation marks
    goes_on: bool = False  # the beginning of a noun, such as 农 of 农业
    leads_in: bool = False  # its clause ends with a colon and introduces what follows
    text: str = ""  # as written, in the normal form
    disowned: bool = False  # mentioned, not said: 不能说……, 有人认为……

    @property
    def is_fact(self) -> bool:
        """Whether this is a figure or a date."""
        return self.quantity is not None or self.moment is not None

    @property
    def is_content(self) -> bool:
        """Whether the token names something that another token in its place would change."""
        return self.role in _CONTENT and not self.is_fact


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of ``text`` in order. Punctuation makes no token, but counts the clauses."""
    return _Scanner(normal_form(text)).scan()


@dataclass(frozen=True, slots=True)
class _Names:
    """Which characters belong to names or have the rest of their noun behind them, and what names nothing."""

    named: bytearray
    goes_on: bytearray
    grammar: dict[int, tuple[int, Role]]  # the start of a word: its end and role

    @classmethod
    def of(cls, normal: str) -> Self:
        """Names are people, places and bodies, brands, and words in quotation marks."""
        found = named_in_normal(normal)
        named, goes_on = bytearray(len(normal)), bytearray(len(normal))
        marked = (Span(*m.span()) for p in (_IN_MARKS, _BODY) for m in p.finditer(normal))
        for span in (*found.people, *found.places, *found.others, *marked):
            named[span.start : span.end] = b"\1" * (span.end - span.start)
        for span in found.nouns:
            goes_on[span.start : span.end - 1] = b"\1" * (span.end - 1 - span.start)
        grammar = {span.start: (span.end, Role.LIGHT) for span in found.grammar}
        for span in found.adverbs:
            if normal[span.start : span.end] not in HEDGES:
                grammar[span.start] = span.end, Role.STYLE
        return cls(named, goes_on, grammar)


def word_at(text: str, position: int, stop: int) -> tuple[str, Word] | None:
    """The longest known word of normal-form ``text`` at ``position`` that ends before ``stop``."""
    words = vocabulary()
    for length in _lengths().get(text[position], ()):
        piece = text[position : position + length]
        if piece in words and position + length <= stop:
            return piece, words[piece]
    return None


def _is_longer(length: int, piece: str, word: Word) -> bool:
    """Whether a word of grammar goes on behind a known one of grammar: 这些 behind 这."""
    return length > len(piece) and word.role in (Role.LIGHT, Role.STYLE)


@lru_cache(maxsize=1)
def _lengths() -> dict[str, tuple[int, ...]]:
    """For each first character the lengths of the known words, the longest first."""
    found: dict[str, set[int]] = {}
    for word in vocabulary():
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


def _with_shared_qualifiers(tokens: Sequence[Token]) -> list[Token]:
    """Each figure of a list knows the qualifier behind the last one: 分别达到3家、5家以上."""
    found: list[Token] = []
    for token in reversed(tokens):
        last = found[-1] if found else None
        if token.quantity and last and last.quantity and last.item == token.item + 1:
            behind = last.quantity.qualifier if last.quantity.qualifier in _BEHIND else last.shared
            token = replace(token, shared="" if token.quantity.qualifier else behind)  # noqa: PLW2901
        found.append(token)
    return found[::-1]


class _Scanner:
    """Reads a normal form from left to right; figures and dates come first."""

    def __init__(self, form: NormalForm) -> None:
        self._form = form
        self._names = _Names.of(form.text)
        self._disowned = {n for s in disowned(form.text) for n in range(s.start, s.end)}
        self._clause = self._item = 0
        self._tokens: list[Token] = []
        self._lead_ins: set[int] = set()
        self._said: set[int] = set()  # positions whose words a token before them has

    def scan(self) -> tuple[Token, ...]:
        facts = self._facts()
        starts = sorted((*facts, len(self._form.text)), reverse=True)
        position, length = 0, len(self._form.text)
        while position < length:
            while starts[-1] <= position:
                starts.pop()
            if position in self._said:
                position += 1
            elif position in facts:
                position = self._add_fact(position, *facts[position])
            elif self._form.text[position] in _CLAUSE_MARKS:
                if self._form.text[position] == ":":
                    self._lead_ins.add(self._clause)
                self._clause += 1
                self._item += 1
                position += 1
            elif self._form.text[position] == "、":
                self._item += 1
                position += 1
            else:
                position = self._add_word(position, starts[-1])
        found = self._tokens
        if sum(token.quantity is not None for token in found) > 1:
            found = _with_shared_qualifiers(found)
        if not self._lead_ins:
            return tuple(found)
        return tuple(
            replace(token, leads_in=True) if token.clause in self._lead_ins else token
            for token in found
        )

    def _facts(self) -> dict[int, tuple[int, Quantity | Moment]]:
        """Where in the normal form a figure or date starts: its end and itself."""
        text = self._form.text
        bases = [m.span() for m in _BASIS_WORD.finditer(text)]
        offsets = self._form.offsets
        facts: dict[int, tuple[int, Quantity | Moment]] = {}
        moments = moments_in(self._form)
        found: list[Quantity | Moment] = [*quantities_in(self._form, moments), *moments]
        for fact in found:
            span = fact.qualified if isinstance(fact, Quantity) else fact.span
            begin, end = bisect_left(offsets, span.start), bisect_left(offsets, span.end)
            is_word = text[begin:end] in vocabulary()  # 第一位: the same as 首位
            plan = isinstance(fact, Moment) and (fact.period or "").startswith("plan")
            behind = _OF_A_PLAN.match(text, end) if plan else None
            end = behind.end() if behind else end
            if not is_word and not any(a < end and begin < b for a, b in bases):
                facts[begin] = (end, fact)
        return facts

    def _add_fact(self, start: int, end: int, fact: Quantity | Moment) -> int:
        if isinstance(fact, Quantity):
            self._add("#", Role.CONTENT, _FIGURE_WEIGHT, start, end, quantity=fact)
        else:
            self._add("@", Role.CONTENT, _DATE_WEIGHT, start, end, moment=fact)
        return end

    def _add_phrase(self, start: int, stop: int) -> int | None:
        """Add a basis, places in short or a comparison that begins here, and return its end."""
        text = self._form.text
        basis = _BASIS_WORD.match(text, start, stop)
        if basis:
            key = "环比" if "月" in basis[0] or "季" in basis[0] else "同比"
            return self._add(key, Role.BASIS, _WEIGHTS[Role.BASIS], start, basis.end())
        short = _SHORT_NAMES.match(text, start, stop)
        if short:
            return self._add_short_names(short)
        compared = _COMPARED.match(text, start)
        if compared:
            self._said.update(range(compared.start("how"), compared.end()))
            key = compared["how"] + "于"
            return self._add(key, Role.WORDING, _WEIGHTS[Role.WORDING], start, start + 1)
        return None

    def _add_word(self, start: int, stop: int) -> int:
        text = self._form.text
        phrase = self._add_phrase(start, stop)
        if phrase is not None:
            return phrase
        latin = _LATIN.match(text, start, stop)
        if latin and latin[0] not in vocabulary():
            return self._add(latin[0], Role.CONTENT, 2.0, start, latin.end())
        found = word_at(text, start, stop)
        end, role = self._names.grammar.get(start, (start, Role.LIGHT))
        if start < end <= stop and (found is None or _is_longer(end - start, *found)):
            return self._add(text[start:end], role, _WEIGHTS[role], start, end)
        if found:
            piece, word = found
            if piece == "以上" and self._begins_clause():
                word = Word(piece, Role.LIGHT)  # 以上共28项: what was said before
            elif piece in _EXCEPT and any(
                t.key == "除" and t.clause == self._clause for t in self._tokens
            ):
                word = Word("外", Role.CONTENT)
            weight = _WEIGHTS.get(word.role, 0.8 * len(piece))
            return self._add(word.key, word.role, weight, start, start + len(piece))
        if text[start].isalnum():
            self._add(text[start], Role.CONTENT, 1.0, start, start + 1)
        return start + 1

    def _add_short_names(self, short: re.Match[str]) -> int:
        """Each place of 中日两国 or 川渝铁路 by its name."""
        countries, provinces = short["countries"], short["provinces"]
        names = [*map(_COUNTRIES.get, countries or ""), *map(_PROVINCES.get, provinces or "")]
        for position, name in enumerate(names, short.start()):
            if name is not None:
                weight = _WEIGHTS.get(Role.PLACE, 1.6)
                self._add(name, Role.PLACE, weight, position, position + 1)
        return short.end()

    def _begins_clause(self) -> bool:
        return not self._tokens or self._tokens[-1].clause != self._clause

    def _add(
        self,
        key: str,
        role: Role,
        weight: float,
        start: int,
        end: int,
        quantity: Quantity | None = None,
        moment: Moment | None = None,
    ) -> int:
        named = goes_on = False
        if role in _CONTENT and quantity is None and moment is None:
            named = key in _SIDES or 1 in self._names.named[start:end]
            goes_on = self._names.goes_on[end - 1] == 1
        token = Token(
            key,
            role,
            weight,
            Span(*self._form.original(start, end)),
            self._clause,
            self._item,
            quantity,
            moment,
            named=named,
            goes_on=goes_on,
            text=self._form.text[start:end],
            disowned=start in self._disowned,
        )
        self._tokens.append(token)
        return end
