"""What the gaps of a match mean: said elsewhere, given by the context, a little more, or otherwise.

Knows one source sentence and the claim's part that rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest

from rag.agreement import Difference
from rag.claims import Token
from rag.displaced import displaced, is_opposed, without
from rag.exchanges import broken_words, exchanged, new_members, other_matter
from rag.gaps import Gap, Match, gaps, host_clauses
from rag.givens import DIGITS, given, is_digit
from rag.joins import joins
from rag.numerals import numeral_value
from rag.wording import Role

_NUMERALS = DIGITS | frozenset("百千万亿零〇半")
_VERBS = frozenset({Role.WORDING, Role.UP, Role.DOWN})
_MEANING = _VERBS | {Role.CONTENT, Role.PLACE, Role.OFFICE}
_A_NOUN = 2.0  # weight from which on characters are a word that a verb can stand in the place of
_PAIRS = "高低 大小 多少 快慢 强弱 长短 好坏 好差 优劣 宽严 松紧 升降".split()
_GRADES = frozenset(order for pair in _PAIRS for order in ((pair[0], pair[1]), (pair[1], pair[0])))
_JOINING = frozenset("的了和与及是等也都将应可")
_AND = frozenset("和与及")
_LIMITS = frozenset({"跨越", "接近", "不足"})  # keys of words that limit a figure
_WARDING = frozenset({"防范"})
_SINCE_LAST = "环比"
_DEGREES = frozenset("全部 完全 彻底 全面 首次 率先 圆满 超额 提前".split())
_BEYOND = {"超额": "超", "提前": "提早先"}  # what a source says in some way or not at all
_PARTLY = frozenset({"基本", "部分", "多数"})  # keys of words that limit a verb or its subject
_FOREIGN = 0.3  # share of a clause below which the source does not speak of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gaps of a match come to."""

    differences: tuple[Difference, ...]
    covered: frozenset[int]  # claim positions that the source has elsewhere, or its context gives


def judge(match: Match) -> Outcome:
    """Judge all gaps of ``match``, and the places where it joins what the source keeps apart."""
    whole = tuple(gaps(match))
    place = displaced(match, whole)
    found = without(whole, match, place)
    covered = set(place)
    differences: list[Difference] = []
    for gap in found:
        covered |= set(given(match, gap, [i for i in gap.said if i not in covered]))
        differences += _differences(match, gap, [i for i in gap.said if i not in covered])
    differences += exchanged(match, whole)
    differences += _exaggerates(match, place)
    differences += _contraries(match, covered | place.keys())
    differences += _disowned(match)
    differences += (*broken_words(match, found, covered), *new_members(match, covered, place))
    return Outcome((*differences, *joins(match, place)), frozenset(covered))


def _disowned(match: Match) -> Iterator[Difference]:
    """Whether a clause says what its source only mentions: denied, or as others' opinion."""
    for clause in {match.claim[i].clause for i in match.partner}:
        weights = {True: 0.0, False: 0.0}
        for i, j in match.partner.items():
            if match.claim[i].clause == clause and match.claim[i].role is not Role.LIGHT:
                weights[match.source[j].disowned and not match.claim[i].disowned] += match.claim[
                    i
                ].weight
        if weights[True] > weights[False]:
            yield Difference.NEGATION


def _exaggerates(match: Match, place: Mapping[int, int]) -> Iterator[Difference]:
    """Whether the claim says wholly what its source says in part: 全部完成 for 基本完成."""
    partners = {**match.partner, **place}
    taken = set(partners.values())
    limits = {
        j: t
        for j, t in enumerate(match.source)
        if t.role is Role.LIMIT
        and t.key in _PARTLY
        and j not in taken
        and not _has_unmatched(match, t.key)
    }
    if any(_next_word(match.source, j) in taken for j in limits):
        yield Difference.QUALIFIER
    for i in match.own - partners.keys():
        token = match.claim[i]
        if token.key not in _DEGREES or any(t.key == token.key for t in match.source):
            continue
        hosts = host_clauses(match, token.clause)
        beyond = _BEYOND.get(token.key)
        if any(t.clause in hosts for t in limits.values()) or (
            beyond and not any(set(beyond) & set(t.text) for t in match.source)
        ):
            yield Difference.QUALIFIER


def _contraries(match: Match, covered: Set[int]) -> Iterator[Difference]:
    """Whether the claim has a noun of which its source has the contrary, wherever that stands: 丰收, 歉收."""
    taken = set(match.partner.values())
    free = [t for j, t in enumerate(match.source) if j not in taken]
    for i in match.own - match.partner.keys() - covered:
        token = match.claim[i]
        own = any(t.key == token.key for t in match.source)
        if token.is_content and not own and is_opposed(token, free):
            yield Difference.NEGATION


def _next_word(tokens: Sequence[Token], position: int) -> int | None:
    """The position of the word that follows in the clause, grammar left out."""
    rest = range(position + 1, len(tokens))
    own = (j for j in rest if tokens[j].clause == tokens[position].clause)
    return next((j for j in own if tokens[j].role not in (Role.LIGHT, Role.STYLE)), None)


# --- what says otherwise ---------------------------------------------------------------------


def _differences(match: Match, gap: Gap, said: list[int]) -> Iterator[Difference]:
    tokens = [match.claim[i] for i in said]
    yield from _denials(match, gap, tokens)
    for token in tokens:
        if token.is_fact and _is_foreign(match, token.clause):
            yield Difference.NO_EVIDENCE
        elif token.quantity is not None:
            yield Difference.FIGURE
        elif token.moment is not None:
            yield Difference.DATE
        elif token.role in (Role.PLACE, Role.OFFICE):
            facing = any(t.is_content or t.role is Role.SCOPE for t in gap.facing)
            otherwise = facing or _names_another(match, token)
            yield Difference.NAME if otherwise else Difference.NO_EVIDENCE
    digits = [{t.key for t in side if is_digit(t)} for side in (tokens, gap.facing)]
    if digits[0] and digits[1] and digits[0] != digits[1]:
        yield Difference.FIGURE  # 十一, 十二
    if any(_is_numeral(t) and not _is_said(t, gap.facing) for t in tokens) and any(
        t.quantity is not None for t in gap.facing
    ):
        yield Difference.FIGURE
    if said and _is_inside_name(match, gap):
        yield Difference.NAME
    if any(_is_member(match, i) for i in said):
        yield Difference.NAME
    roles = [{t.role for t in side if not t.is_fact} for side in (tokens, gap.facing)]
    if Role.SCOPE in roles[0] and Role.SCOPE in roles[1]:
        yield Difference.NAME
    yield from _replacements(tokens, gap.facing)


def _is_inside_name(match: Match, gap: Gap) -> bool:
    """Whether the claim has more of a name than its source: 中国农业银行 for 中国银行."""
    left, right = gap.begin - 1, gap.end
    if gap.facing or not {left, right} <= match.partner.keys():
        return False
    together = match.partner[right] == match.partner[left] + 1
    added = [t for t in match.claim[gap.begin : right] if t.is_content]
    return together and match.claim[left].named and bool(added) and all(t.named for t in added)


def _is_member(match: Match, position: int) -> bool:
    """Whether 全市 and the like is one of two: 自治区与盟市."""
    following = match.claim[position + 1 : position + 2]
    token = match.claim[position]
    return token.role is Role.SCOPE and any(t.key in _AND for t in following)


def _is_numeral(token: Token) -> bool:
    return not token.is_fact and (token.key[0] in DIGITS or token.key == "首位")


def _is_said(numeral: Token, facing: Sequence[Token]) -> bool:
    """Whether the source has the same number as a figure: 七大方面 for 7大方面."""
    value = numeral_value(numeral.key)
    return any(t.quantity is not None and t.quantity.value == value for t in facing)


def _is_foreign(match: Match, clause: int) -> bool:
    """Whether the source says nothing of what this clause of the claim says."""
    own = [i for i, t in enumerate(match.claim) if t.clause == clause and not t.is_fact]
    weight = sum(match.claim[i].weight for i in own)
    return sum(match.claim[i].weight for i in own if i in match.partner) < _FOREIGN * weight


def _names_another(match: Match, token: Token) -> bool:
    """Whether the speech is about another place than the one that the claim names."""
    return token.role is Role.PLACE and match.around.names_a_place


def _denials(match: Match, gap: Gap, said: Sequence[Token]) -> Iterator[Difference]:
    """Whether one side denies what the other says."""
    facing = gap.facing if said else list(_without_turns_of_others(gap.facing))
    denials = [any(t.role is Role.NEGATION for t in side) for side in (said, facing)]
    wards_off = any(t.key in _WARDING for t in (*said, *facing))  # 防止 is 防范
    if denials[0] != denials[1] and not wards_off:
        yield Difference.NEGATION
        return
    limits = [
        {t.key for t in said if t.role is Role.LIMIT},
        {t.key for t in facing if t.role is Role.LIMIT and not _has_unmatched(match, t.key)},
    ]
    if limits[0] != limits[1]:
        yield Difference.QUALIFIER
    bases = [{t.key for t in side if t.role is Role.BASIS} for side in (said, facing)]
    if bases[0] and bases[1] and bases[0] != bases[1]:
        yield Difference.QUALIFIER
    elif _SINCE_LAST in bases[0] and all(t.key != _SINCE_LAST for t in match.source):
        yield Difference.QUALIFIER  # a report of a year leaves out 同比, never 环比
    for token in said:
        if is_opposed(token, facing):
            measured = token.role in (Role.UP, Role.DOWN) and _has_basis(match, token.clause)
            bounds = measured or token.key in _LIMITS
            yield Difference.QUALIFIER if bounds else Difference.NEGATION
            return
    adverse = [any(t.role is Role.ADVERSE for t in side) for side in (said, facing)]
    if adverse[0] != adverse[1] and said:
        yield Difference.NEGATION


def _has_unmatched(match: Match, key: str) -> bool:
    """Whether the claim has this word in another place: 基本完成建设, 建设要基本完成."""
    return any(match.claim[i].key == key for i in match.own - match.partner.keys())


def _without_turns_of_others(facing: Sequence[Token]) -> Iterator[Token]:
    """Leaves out a 不 or 基本 that belongs to a word which the claim leaves out with it."""
    for token, following in zip_longest(facing, facing[1:]):
        turns = token.role in (Role.NEGATION, Role.LIMIT)
        goes_on = following is not None and following.clause == token.clause
        if not (turns and goes_on and following is not None and following.role in _MEANING):
            yield token


def _has_basis(match: Match, clause: int) -> bool:
    """Whether this clause of the claim measures a change: 同比, 比上年."""
    return any(t.role is Role.BASIS for t in match.claim if t.clause == clause)


def _is_other_character(said: Sequence[Token], facing: Sequence[Token]) -> bool:
    """Whether one character of a name is another, which elsewhere is grammar: 向阳, 正阳."""
    if len(said) != 1 or len(facing) != 1 or not facing[0].is_content:
        return False
    if not (facing[0].named or facing[0].goes_on or is_digit(said[0])):
        return False  # 在全国的比重, 占全国的比重
    alike = len(said[0].key) == len(facing[0].key) == 1
    grammar = said[0].role in (Role.LIGHT, Role.STYLE)
    return alike and grammar and said[0].key not in _JOINING


def _replacements(said: Sequence[Token], facing: Sequence[Token]) -> Iterator[Difference]:
    """Whether one matter stands in another's place. A verb for a verb is a matter of wording."""
    if _is_other_character(said, facing):
        if not is_digit(said[0]):  # 十一, 十二: told as figures
            yield other_matter(said, facing)
        return
    words = [t for t in said if not t.is_fact and t.role in _MEANING]
    others = [t for t in facing if not t.is_fact and t.role in _MEANING]
    scopes = [any(t.role is Role.SCOPE for t in side) for side in (said, facing)]
    if scopes[1] and any(t.is_content for t in words):
        yield other_matter(words, facing)  # 白水县 for 全县, where the context gives no such name
    elif scopes[0] and any(t.named for t in others):
        yield other_matter(said, others)  # 自治区 for 中央
    elif words and others:
        yield from _word_for_word(words, others)


def _word_for_word(words: Sequence[Token], others: Sequence[Token]) -> Iterator[Difference]:
    verbs = [[t.role in _VERBS for t in side] for side in (words, others)]
    numerals = [_NUMERALS & set("".join(t.key for t in side)) for side in (words, others)]
    nouns = sum(t.weight for t in (*words, *others) if t.role not in _VERBS)
    if all(map(all, verbs)) or _same_characters(words, others):
        return
    if any(is_opposed(word, others) for word in words):
        return  # told as a denial
    if any((word.key, other.key) in _GRADES for word in words for other in others):
        yield Difference.NEGATION
    elif all(numerals):
        yield Difference.FIGURE
    elif not any(map(all, verbs)):
        yield other_matter(words, others)
    elif not all(map(any, verbs)) and nouns >= _A_NOUN:  # a verb where the other side has none
        named = any(t.named for t in (*words, *others))
        yield Difference.NAME if named else Difference.NEGATION


def _same_characters(words: Sequence[Token], others: Sequence[Token]) -> bool:
    """Whether the two sides differ in the order of their characters alone: 开展, 展开."""
    return sorted("".join(t.key for t in words)) == sorted("".join(t.key for t in others))
