"""Which token of a claim stands for which token of a source sentence.

Knows tokens and their weights; what a mismatch means is decided in ``comparison``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.alignment import align
from rag.claims import Token
from rag.wording import Role

_PAIRED = 0.5  # share of its worth that a fact has opposite a different one
_RUN_BONUS = 0.4  # for continuing a run: keeps matches together
_BETTER = 1.0  # worth by which a clause must do better out of its place
_RELATED = 0.3  # share of a perfect score below which the source speaks of something else
_STRAY = 4  # source tokens between a match and its neighbours that make it an accident

_HEAD_WEIGHT = 4.0  # weight up to which the first words of a clause may be an accident

_GRAMMAR = frozenset({Role.LIGHT, Role.STYLE})
Agree = Callable[[Token, Token], bool]


def match(claim: Sequence[Token], source: Sequence[Token], agree: Agree) -> dict[int, int]:
    """Partners of the claim's tokens among the source's; ``agree`` compares two facts of a kind.

    Order is kept except between clauses: one that fits better elsewhere is matched there. A fact
    may be matched with a different fact of its kind.
    """
    if not claim or not source:
        return {}
    worth = _worth(claim, source, agree)
    parts = clauses(claim)
    bonus = np.array([_RUN_BONUS * t.weight for t in claim], dtype=np.float32)
    bonus[[positions[0] for positions in parts]] = 0.0
    ordered = align(worth, bonus)
    partner = dict(ordered.pairs)
    possible = float((worth.max(axis=1) + bonus).sum())
    if len(parts) > 1 and _RELATED * possible < ordered.score < possible - _BETTER:
        free, score = _match_freely(worth, bonus, parts)
        partner = free if score > ordered.score + _BETTER else partner
    _draw_together(claim, source, partner)
    for positions in [*parts, *parts]:  # the second time, what other clauses have left
        _mend_facts(claim, source, worth, positions, partner)
    for positions in parts:
        _mend_verbs(claim, source, positions, partner)
        _drop_torn_place(claim, source, positions, partner)
    _drop_strays(claim, partner)
    _drop_denials_of_others(claim, source, partner)
    for positions in parts:
        _drop_scattered_head(claim, source, positions, partner)
    return partner


def clauses(claim: Sequence[Token]) -> list[list[int]]:
    """The positions of the claim's tokens, clause by clause."""
    found: dict[int, list[int]] = {}
    for position, token in enumerate(claim):
        found.setdefault(token.clause, []).append(position)
    return list(found.values())


def _worth(claim: Sequence[Token], source: Sequence[Token], agree: Agree) -> NDArray[np.float32]:
    """What each pairing is worth, ``(len(claim), len(source))`` float32."""
    ids = {key: i for i, key in enumerate({t.key for t in claim})}
    rows = np.array([ids[t.key] for t in claim])
    columns = np.array([ids.get(t.key, -1) for t in source])
    equal = (rows[:, None] == columns[None, :]).astype(np.float32)
    for i in (i for i, t in enumerate(claim) if t.is_fact):
        for j in np.flatnonzero(equal[i]).tolist():
            if not agree(claim[i], source[j]):
                equal[i, j] = _PAIRED
    weights = np.array([t.weight for t in claim], dtype=np.float32)[:, None]
    worth: NDArray[np.float32] = equal * weights
    return worth


def _match_freely(
    worth: NDArray[np.float32], bonus: NDArray[np.float32], parts: list[list[int]]
) -> tuple[dict[int, int], float]:
    """Match each clause without regard to the order of clauses, the heaviest first; and the score."""
    worth = worth.copy()
    partner: dict[int, int] = {}
    score = 0.0
    for positions in sorted(parts, key=lambda p: -float(worth[p].max(axis=1).sum())):
        found = align(worth[positions], bonus[positions])
        partner |= {positions[i]: j for i, j in found.pairs}
        worth[:, [j for _, j in found.pairs]] = 0.0
        score += found.score
    return partner, score


def _draw_together(
    claim: Sequence[Token], source: Sequence[Token], partner: dict[int, int]
) -> None:
    """Match words beside each other where the source has them so: 赤字率 not with 赤字 … 赤字率."""
    taken = set(partner.values())
    for right in sorted(partner):
        left, there = right - 1, partner[right] - 1
        while left in partner and partner[left] != there and there >= 0 and there not in taken:
            apart = claim[left].clause != claim[right].clause
            if apart or claim[left].is_fact or claim[left].key != source[there].key:
                break
            taken = (taken - {partner[left]}) | {there}
            partner[left] = there
            left, there = left - 1, there - 1


def _mend_facts(
    claim: Sequence[Token],
    source: Sequence[Token],
    worth: NDArray[np.float32],
    positions: list[int],
    partner: dict[int, int],
) -> None:
    """Give a fact its equal in the source clauses that its own clause is matched with.

    Inside a clause a figure may change places with its noun (69名农民工, 农民工69名).
    """
    for i in (i for i in positions if claim[i].is_fact):
        hosts = _hosts(claim, source, positions, partner, claim[i].item)
        found = i in partner and worth[i, partner[i]] >= claim[i].weight
        if found and _is_there(source, partner[i], hosts):
            continue
        holders = {j: other for other, j in partner.items()}
        for j in np.flatnonzero(worth[i] >= claim[i].weight).tolist():
            holder = holders.get(j)
            wrongly = holder is not None and worth[holder, j] < claim[holder].weight
            free = holder is None or (wrongly and _is_alone(source, j))
            if free and (_is_there(source, j, hosts) or _is_date_ahead(source, j, hosts)):
                partner.pop(-1 if holder is None else holder, None)
                partner[i] = j
                break


def _mend_verbs(
    claim: Sequence[Token], source: Sequence[Token], positions: list[int], partner: dict[int, int]
) -> None:
    """Give a verb its equal in the source clause of the words around it: 计划完成, where it is 完成计划，实现目标."""
    taken = set(partner.values())
    words = [i for i in positions if i in partner and claim[i].role not in _GRAMMAR]
    for i in (i for i in words if claim[i].role is Role.WORDING):
        hosts = {source[partner[n]].clause for n in words if n != i}
        if len(hosts) != 1 or source[partner[i]].clause in hosts:
            continue
        equal = (j for j, t in enumerate(source) if t.key == claim[i].key and t.clause in hosts)
        there = next((j for j in equal if j not in taken), None)
        if there is not None:
            taken = (taken - {partner[i]}) | {there}
            partner[i] = there


def _is_there(source: Sequence[Token], j: int, hosts: list[Token]) -> bool:
    """Whether a figure stands with these words: in their item, or alone of its unit in their clause."""
    if source[j].clause not in {host.clause for host in hosts}:
        return False
    return source[j].item in {host.item for host in hosts} or _is_alone(source, j)


def _is_date_ahead(source: Sequence[Token], j: int, hosts: list[Token]) -> bool:
    """Whether this is a date that stands before the clauses of these words: 2021年，受旱情影响，……."""
    clause = [t for t in source if t.clause == source[j].clause]
    alone = source[j].moment is not None and all(t.is_fact or t.role is Role.LIGHT for t in clause)
    dated = {t.clause for t in source if t.moment is not None}
    return (
        alone
        and bool(hosts)
        and all(host.clause > source[j].clause and host.clause not in dated for host in hosts)
    )


def _is_alone(source: Sequence[Token], j: int) -> bool:
    """Whether the clause has no other figure of this unit."""
    rivals = [t for t in source if t.clause == source[j].clause and _unit(t) == _unit(source[j])]
    return len(rivals) == 1


def _unit(token: Token) -> str | None:
    return None if token.quantity is None else token.quantity.unit


def _hosts(
    claim: Sequence[Token],
    source: Sequence[Token],
    positions: list[int],
    partner: dict[int, int],
    item: int,
) -> list[Token]:
    """The source words that the words of an item are matched with, else those of its clause."""
    words = [i for i in positions if i in partner and not claim[i].is_fact]
    own = [i for i in words if claim[i].item == item and claim[i].is_content]
    return [source[partner[i]] for i in own or words]


def _drop_denials_of_others(
    claim: Sequence[Token], source: Sequence[Token], partner: dict[int, int]
) -> None:
    """Take back a 不 that in the source denies another clause than the claim's."""
    for i in [i for i in partner if claim[i].role is Role.NEGATION]:
        denied = (k for k in sorted(partner) if k > i and claim[k].clause == claim[i].clause)
        following = next(denied, None)
        if following is not None and source[partner[following]].clause != (
            source[partner[i]].clause
        ):
            del partner[i]


def _drop_scattered_head(
    claim: Sequence[Token], source: Sequence[Token], positions: list[int], partner: dict[int, int]
) -> None:
    """Take a clause's first words back from another source clause, if they are torn from the rest.

    Of 职工维权直通车 the source has 维权 somewhere before: the name as a whole is not there.
    """
    taken = [i for i in positions if i in partner]
    for here, following in pairwise(taken):
        head = [i for i in taken if i <= here]
        torn = any(claim[i].is_content for i in range(here + 1, following)) or _is_broken(
            claim, head[0]
        )
        apart = source[partner[here]].clause < source[partner[following]].clause
        if any(claim[i].is_fact for i in head):
            return
        if torn and apart and sum(claim[i].weight for i in head) <= _HEAD_WEIGHT:
            for i in head:
                del partner[i]
            return


def _drop_torn_place(
    claim: Sequence[Token], source: Sequence[Token], positions: list[int], partner: dict[int, int]
) -> None:
    """Take a place that a clause begins with back from another source clause: 走出甲路径，乙增长.

    The context may say that the rest is of this place too.
    """
    words = [i for i in positions if not claim[i].is_fact and claim[i].role is not Role.LIGHT]
    if not words or claim[words[0]].role is not Role.PLACE or words[0] not in partner:
        return
    rest = {source[partner[i]].clause for i in words[1:] if i in partner}
    if rest and source[partner[words[0]]].clause not in rest:
        del partner[words[0]]


def _is_broken(claim: Sequence[Token], first: int) -> bool:
    """Whether the noun that goes on here has begun before: 业税 of 牧业税."""
    before = claim[first - 1] if first else None
    same = before is not None and before.clause == claim[first].clause
    return before is not None and same and before.goes_on and not before.named


def _drop_strays(claim: Sequence[Token], partner: dict[int, int]) -> None:
    """Take away single tokens that happen to be matched far from everything else."""
    positions = sorted(partner)
    neighbours = zip([None, *positions], positions, [*positions[1:], None], strict=False)
    for before, this, after in neighbours:
        if claim[this].is_fact:
            continue
        near = [
            abs((partner[other] - partner[this]) - (other - this)) < _STRAY
            for other in (before, after)
            if other is not None and other in partner and abs(other - this) <= _STRAY
        ]
        if not any(near):
            del partner[this]
