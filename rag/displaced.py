"""Words of a claim that its source has in another place: moved, said once for twice, given again.

Knows one source sentence and the claim's part that rests on it; what is left is judged in ``judgement``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.claims import Token
from rag.gaps import Gap, Match, runs, written
from rag.wording import Role, opposites

_MOVED = 0.35  # share of a clause whose words may stand in another order in its source
_CHANGES = frozenset({Role.WORDING, Role.UP, Role.DOWN, Role.ADVERSE, Role.NEGATION})
_DENIAL = "不"  # stays with its word; verbs that deny may stand behind their object


def moved(match: Match, found: Sequence[Gap]) -> set[int]:
    """Positions of the gaps whose words the source clause has in another place."""
    return _few_of_each_clause(match, {i for gap in found for i in _moved(match, gap)})


def _moved(match: Match, gap: Gap) -> Iterator[int]:
    for run in runs([i for i in gap.said if not match.claim[i].is_fact]):
        if any(is_opposed(match.claim[i], gap.facing) for i in run):
            continue
        if _stands(match, gap, run):
            yield from run
            continue
        for part in runs([i for i in run if match.claim[i].is_content]):
            if _stands(match, gap, part):
                yield from part


def _stands(match: Match, gap: Gap, run: list[int]) -> bool:
    tokens = [match.claim[i] for i in run]
    return sum(len(t.key) for t in tokens) > 1 and written(tokens) in gap.elsewhere


def _few_of_each_clause(match: Match, positions: set[int]) -> set[int]:
    """Those clauses' positions of which little has moved: scattered words are no evidence."""
    kept: set[int] = set()
    for clause in {match.claim[i].clause for i in positions}:
        weight = sum(t.weight for t in match.claim if t.clause == clause)
        own = {i for i in positions if match.claim[i].clause == clause}
        if sum(match.claim[i].weight for i in own) <= _MOVED * weight:
            kept |= own
    return kept


def is_opposed(token: Token, facing: Sequence[Token]) -> bool:
    """Whether one of the tokens ``facing`` says the contrary of ``token``."""
    return any((token.key, other.key) in opposites() for other in facing)


# --- verbs on the other side of their object -------------------------------------------------


def without_turned_verbs(match: Match, found: Sequence[Gap]) -> tuple[tuple[Gap, ...], set[int]]:
    """The gaps without verbs that both sides have: 取消收费, 收费被取消; and their claim positions.

    A verb that stands where the source has another one has not moved.
    """
    verbs: dict[int, int] = {}
    taken = frozenset(match.partner.values())
    for gap in found:
        for i in (i for i in gap.said if _is_verb(match.claim[i])):
            if all(t.key == match.claim[i].key for t in gap.facing if t.role in _CHANGES):
                free = _free_equals(match, i, taken | set(verbs.values()))
                verbs |= {i: j for j in free[:1]}
    if not verbs:
        return tuple(found), set()
    gone = [match.source[j].span for j in verbs.values()]
    left = (
        replace(
            gap,
            said=[i for i in gap.said if i not in verbs],
            facing=[t for t in gap.facing if t.span not in gone],
        )
        for gap in found
    )
    return tuple(left), set(verbs)


def _is_verb(token: Token) -> bool:
    return token.role in _CHANGES and token.key != _DENIAL


def _free_equals(match: Match, position: int, taken: frozenset[int]) -> list[int]:
    """Where the source clauses that the claim's clause rests on have the same word unmatched."""
    token = match.claim[position]
    hosts = host_clauses(match, token.clause)
    return [
        j
        for j, other in enumerate(match.source)
        if other.key == token.key and other.clause in hosts and j not in taken
    ]


def host_clauses(match: Match, clause: int) -> set[int]:
    """The source clauses that hold partners of this clause of the claim."""
    return {
        match.source[j].clause for i, j in match.partner.items() if match.claim[i].clause == clause
    }
