"""What the gaps of a match mean: said elsewhere, given by the context, a little more, or otherwise.

Knows one source sentence and the claim's part that rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from rag.agreement import Difference, year_of
from rag.claims import Token
from rag.gaps import Gap, Match, free_beside, gaps, runs
from rag.wording import Role, opposites

_DIGITS = frozenset("一二三四五六七八九十两几")
_NUMERALS = _DIGITS | frozenset("百千万亿零〇半")
_VERBS = frozenset({Role.WORDING, Role.UP, Role.DOWN})
_MEANING = _VERBS | {Role.CONTENT, Role.PLACE, Role.OFFICE}
_A_NOUN = 2.0  # weight from which on characters are a word that a verb can stand in the place of
_LIMITS = frozenset({"跨越", "接近", "低于", "不足"})  # keys of words that limit a figure
_ARTICLES = frozenset("个项家名位座条件次")
_MOVED = 0.3  # share of a clause whose words may stand in another order in its source
_COMPARED = frozenset({"高于", "低于"})
_FOREIGN = 0.3  # share of a clause below which the source does not speak of it
_DANGLING = 3.0  # weight below which a clause, figures aside, has no subject of its own


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gaps of a match come to."""

    differences: tuple[Difference, ...]
    covered: frozenset[int]  # claim positions that the source has elsewhere, or its context gives


def judge(match: Match) -> Outcome:
    """Judge all gaps of ``match``, and the places where it joins what the source keeps apart."""
    found = tuple(gaps(match))
    moved = _few_of_each_clause(match, {i for gap in found for i in _moved(match, gap)})
    differences: list[Difference] = []
    covered = set(moved)
    for gap in found:
        covered |= set(_given(match, gap, [i for i in gap.said if i not in moved]))
        differences += _differences(match, gap, [i for i in gap.said if i not in covered])
    joined = (*_splices(match), *_figures_compared(match))
    return Outcome((*differences, *joined), frozenset(covered))


# --- what is known elsewhere -----------------------------------------------------------------


def _moved(match: Match, gap: Gap) -> Iterator[int]:
    """Positions of the gap whose words the source clause has in another place."""
    for run in runs([i for i in gap.said if not match.claim[i].is_fact]):
        if _stands(match, gap, run):
            yield from run
            continue
        for part in runs([i for i in run if match.claim[i].is_content]):
            if _stands(match, gap, part):
                yield from part


def _stands(match: Match, gap: Gap, run: list[int]) -> bool:
    words = "".join(match.claim[i].key for i in run)
    return len(words) > 1 and words in gap.elsewhere


def _few_of_each_clause(match: Match, moved: set[int]) -> set[int]:
    """Those clauses' positions of which little has moved: scattered words are no evidence."""
    kept: set[int] = set()
    for clause in {match.claim[i].clause for i in moved}:
        weight = sum(t.weight for t in match.claim if t.clause == clause)
        own = {i for i in moved if match.claim[i].clause == clause}
        if sum(match.claim[i].weight for i in own) <= _MOVED * weight:
            kept |= own
    return kept


def _given(match: Match, gap: Gap, said: list[int]) -> Iterator[int]:
    """Positions whose words the context gives; a verb may also stand behind its object."""
    for part in runs([i for i in said if match.claim[i].is_content]):
        if _is_given(match, gap, part):
            yield from part
    for i in said:
        token = match.claim[i]
        fact = token.is_fact and (_is_given_year(match, i) or _is_article(token, gap.facing))
        if fact or (token.role is Role.WORDING and _has_verb(match, token.key)):
            yield i


def _is_article(token: Token, facing: Sequence[Token]) -> bool:
    """Whether 一个 counts nothing here: no figure stands in its place."""
    quantity = token.quantity
    if quantity is None or quantity.value != 1 or quantity.unit not in _ARTICLES:
        return False
    return not quantity.qualifier and all(t.quantity is None for t in facing)


def _has_verb(match: Match, key: str) -> bool:
    taken = set(match.partner.values())
    return any(t.key == key and j not in taken for j, t in enumerate(match.source))


def _is_given(match: Match, gap: Gap, part: list[int]) -> bool:
    """Whether the context gives what the claim adds; what takes another's place is not added."""
    facing = [t for t in gap.facing if t.is_content]
    tokens = [match.claim[i] for i in part]
    if len(tokens) == 1 and tokens[0].role is Role.PLACE:
        replaces = len(facing) > 1 or any(t.role is Role.PLACE for t in facing)
        return not replaces and match.around.place_is(tokens[0].key)
    words = "".join(t.key for t in tokens)
    if facing or len(words) < 2:
        return False
    return match.around.names(words) or _is_repeated(match, part, words)


def _is_repeated(match: Match, part: list[int], words: str) -> bool:
    """Whether the claim names again what its source clause names once: 企业46万户、解决问题9万个."""
    clause = match.claim[part[0]].clause
    hosts = {
        match.source[j].clause for i, j in match.partner.items() if match.claim[i].clause == clause
    }
    return any(words in "".join(t.key for t in match.source if t.clause == host) for host in hosts)


def _is_given_year(match: Match, position: int) -> bool:
    moment = match.claim[position].moment
    if moment is None or moment.month is not None or moment.period is not None:
        return False
    year = year_of(moment, match.around.year_of_speech)
    return year is not None and match.around.year_is(year)


# --- what says otherwise ---------------------------------------------------------------------


def _differences(match: Match, gap: Gap, said: list[int]) -> Iterator[Difference]:
    tokens = [match.claim[i] for i in said]
    yield from _denials(match, tokens, gap.facing)
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
    numeral = any(t.key[0] in _DIGITS or t.key == "首位" for t in tokens if not t.is_fact)
    if numeral and any(t.quantity is not None for t in gap.facing):
        yield Difference.FIGURE
    roles = [{t.role for t in side if not t.is_fact} for side in (tokens, gap.facing)]
    if Role.SCOPE in roles[0] and Role.SCOPE in roles[1]:
        yield Difference.NAME
    yield from _replacements(tokens, gap.facing)


def _is_foreign(match: Match, clause: int) -> bool:
    """Whether the source says nothing of what this clause of the claim says."""
    own = [i for i, t in enumerate(match.claim) if t.clause == clause and not t.is_fact]
    weight = sum(match.claim[i].weight for i in own)
    return sum(match.claim[i].weight for i in own if i in match.partner) < _FOREIGN * weight


def _names_another(match: Match, token: Token) -> bool:
    """Whether the speech is about another place than the one that the claim names."""
    return token.role is Role.PLACE and match.around.names_a_place


def _denials(match: Match, said: Sequence[Token], facing: Sequence[Token]) -> Iterator[Difference]:
    """Whether one side denies what the other says."""
    facing = facing if said else list(_without_turns_of_others(facing))
    denials = [any(t.role is Role.NEGATION for t in side) for side in (said, facing)]
    if denials[0] != denials[1]:
        yield Difference.NEGATION
        return
    limits = [{t.key for t in side if t.role is Role.LIMIT} for side in (said, facing)]
    if limits[0] != limits[1]:
        yield Difference.QUALIFIER
    bases = [{t.key for t in side if t.role is Role.BASIS} for side in (said, facing)]
    if bases[0] and bases[1] and bases[0] != bases[1]:
        yield Difference.QUALIFIER
    for token in said:
        if any((token.key, t.key) in opposites() for t in facing):
            measured = token.role in (Role.UP, Role.DOWN) and _has_basis(match, token.clause)
            bounds = measured or token.key in _LIMITS
            yield Difference.QUALIFIER if bounds else Difference.NEGATION
            return
    adverse = [any(t.role is Role.ADVERSE for t in side) for side in (said, facing)]
    if adverse[0] != adverse[1] and said:
        yield Difference.NEGATION


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


def _replacements(said: Sequence[Token], facing: Sequence[Token]) -> Iterator[Difference]:
    """Whether one matter stands in another's place. A verb for a verb is a matter of wording."""
    words = [t for t in said if not t.is_fact and t.role in _MEANING]
    others = [t for t in facing if not t.is_fact and t.role in _MEANING]
    if any(t.role is Role.SCOPE for t in facing) and any(t.is_content for t in words):
        yield Difference.NAME  # 白水县 for 全县, where the context gives no such name
        return
    if not words or not others:
        return
    kinds = [all(t.role in _VERBS for t in side) for side in (words, others)]
    if all(kinds):
        return
    numerals = [_NUMERALS & set("".join(t.key for t in side)) for side in (words, others)]
    if all(numerals):
        yield Difference.FIGURE
    elif not any(kinds):
        yield Difference.NAME
    elif sum(t.weight for t in (*words, *others) if t.role not in _VERBS) >= _A_NOUN:
        yield Difference.NEGATION


def _splices(match: Match) -> Iterator[Difference]:
    """Where the claim says in one clause what the source says of different subjects."""
    taken = frozenset(match.partner.values())
    positions = sorted(match.partner)
    for left, right in pairwise(positions):
        here, there = match.partner[left], match.partner[right]
        if match.source[here].clause == match.source[there].clause:
            if _takes_figure_of_another(match, taken, left, right):
                yield Difference.FIGURE
            continue
        apart: set[int] = set()
        if match.claim[left].clause == match.claim[right].clause:
            apart |= set(free_beside(match, taken, there, -1))
            apart |= set(_subject_of(match, taken, left))
        elif _is_dangling(match, match.claim[right].clause):
            apart |= set(free_beside(match, taken, there, -1))
        if any(match.source[j].is_content for j in apart) or _takes_verb(match, left, right):
            yield Difference.NAME


def _takes_verb(match: Match, left: int, right: int) -> bool:
    """Whether a clause says of its own matter what the source says of another clause's."""
    if match.claim[left].clause != match.claim[right].clause:
        return False
    before, there = match.partner[right] - 1, match.source[match.partner[right]]
    if before < 0 or match.source[before].clause != there.clause:
        return False
    own = {j: i for i, j in match.partner.items()}.get(before)
    elsewhere = own is not None and match.claim[own].clause != match.claim[right].clause
    return elsewhere and match.source[before].is_content


def _takes_figure_of_another(match: Match, taken: frozenset[int], left: int, right: int) -> bool:
    """Whether a figure goes from one item to the subject of another: 企业155户、总量474户."""
    here, there = match.partner[left], match.partner[right]
    if match.claim[left].item != match.claim[right].item:
        return False
    if match.source[here].item == match.source[there].item or not _leads_to_figure(match, right):
        return False
    beside = free_beside(match, taken, there, -1)
    own = [j for j in beside if match.source[j].item == match.source[there].item]
    return any(match.source[j].is_content for j in own)


def _leads_to_figure(match: Match, position: int) -> bool:
    """Whether only grammar and a verb stand before the next figure of the claim's item."""
    for token in match.claim[position:]:
        if token.item != match.claim[position].item or token.is_content:
            return False
        if token.quantity is not None:
            return True
    return False


def _figures_compared(match: Match) -> Iterator[Difference]:
    """Where the claim takes as its own a figure that the source only compares with."""
    taken = frozenset(match.partner.values())
    for i in match.partner:
        if match.claim[i].quantity is not None:
            before = (match.source[j].key for j in _subject_of(match, taken, i))
            if not _COMPARED.isdisjoint(before):
                yield Difference.FIGURE


def _subject_of(match: Match, taken: frozenset[int], last: int) -> tuple[int, ...]:
    """What the source clause of ``last`` has before the words that the claim takes from it."""
    token = match.source[match.partner[last]]
    if token.leads_in:
        return ()
    first = min(
        j
        for i, j in match.partner.items()
        if match.claim[i].clause == match.claim[last].clause
        and match.source[j].clause == token.clause
    )
    return free_beside(match, taken, first, -1)


def _is_dangling(match: Match, clause: int) -> bool:
    tokens = [t for t in match.claim if t.clause == clause]
    return sum(t.weight for t in tokens if not t.is_fact) < _DANGLING
