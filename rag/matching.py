"""Which token of a claim stands for which token of a source.

Knows tokens and their weights; what a mismatch means is decided in ``comparison``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.alignment import align
from rag.claims import LIGHT_WEIGHT, Token

_PAIRED = 0.6  # share of its worth that a fact has opposite a different one
_RUN_BONUS = 0.4  # for continuing a run: keeps matches together
_REORDERED = 0.5  # a clause covered less than this is looked for on its own
_DISTINCT = 5.0  # weight of a clause that can be recognised on its own
_STRAY = 4  # source tokens between a match and its neighbours that make it an accident

Agree = Callable[[Token, Token], bool]


def match(claim: Sequence[Token], source: Sequence[Token], agree: Agree) -> dict[int, int]:
    """Partners of the claim's tokens among the source's; ``agree`` compares two facts of a kind.

    Order is kept except between clauses: one that is not found in its place is looked for on its
    own. A fact may be matched with a different fact of its kind.
    """
    worth = _worth(claim, source, agree)
    partner = dict(align(worth))
    _drop_strays(claim, partner)
    for positions in _clauses(claim):
        _find_elsewhere(claim, worth, positions, partner)
    return partner


def _worth(claim: Sequence[Token], source: Sequence[Token], agree: Agree) -> NDArray[np.float32]:
    """What each pairing is worth, ``(len(claim), len(source))`` float32."""
    ids = {key: i for i, key in enumerate({t.key for t in claim})}
    rows = np.array([ids[t.key] for t in claim])
    columns = np.array([ids.get(t.key, -1) for t in source])
    equal = (rows[:, None] == columns[None, :]).astype(np.float32)
    for i in (i for i, t in enumerate(claim) if t.is_fact):
        for j in np.flatnonzero(equal[i]):
            if not agree(claim[i], source[j]):
                equal[i, j] = _PAIRED
    weights = np.array([t.weight for t in claim], dtype=np.float32)[:, None]
    worth = equal * weights
    worth[1:, 1:] += _RUN_BONUS * ((equal[1:, 1:] > 0) & (equal[:-1, :-1] > 0)) * weights[1:]
    return worth


def _clauses(claim: Sequence[Token]) -> list[list[int]]:
    clauses: dict[int, list[int]] = {}
    for position, token in enumerate(claim):
        clauses.setdefault(token.clause, []).append(position)
    return list(clauses.values())


def _drop_strays(claim: Sequence[Token], partner: dict[int, int]) -> None:
    """Take away single characters that happen to be matched far from everything else."""
    positions = sorted(partner)
    for before, this, after in zip([None, *positions], positions, [*positions[1:], None]):
        if claim[this].is_fact or claim[this].weight > 1:
            continue
        near = [
            abs((partner[other] - partner[this]) - (other - this)) < _STRAY
            for other in (before, after)
            if other is not None and other in partner and abs(other - this) <= _STRAY
        ]
        if not any(near):
            del partner[this]


def _find_elsewhere(
    claim: Sequence[Token],
    worth: NDArray[np.float32],
    positions: list[int],
    partner: dict[int, int],
) -> None:
    weight = sum(claim[i].weight for i in positions)
    if weight < _DISTINCT or _covered(claim, positions, partner) > _REORDERED * weight:
        return
    found = {positions[i]: j for i, j in align(worth[positions[0] : positions[-1] + 1])}
    if _covered(claim, positions, found) > _covered(claim, positions, partner) + LIGHT_WEIGHT:
        for position in positions:
            partner.pop(position, None)
        partner.update(found)


def _covered(claim: Sequence[Token], positions: list[int], partner: dict[int, int]) -> float:
    return sum(claim[i].weight for i in positions if i in partner)
