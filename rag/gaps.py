"""The gaps of a match: words of a claim without a partner, and what the source has in their place.

Finds them; what they mean is decided in ``judgement``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.claims import Token
from rag.surroundings import Surroundings
from rag.wording import Role


@dataclass(frozen=True, slots=True)
class Match:
    """The part of a claim that rests on one source sentence, and which token stands for which."""

    claim: Sequence[Token]
    source: Sequence[Token]
    partner: dict[int, int]  # claim position -> source position
    own: frozenset[int]  # the claim positions that rest on this sentence
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of claim tokens without partners, which may be empty, and the tokens facing it."""

    begin: int  # claim position at which it begins
    end: int  # claim position of the next match
    said: list[int]  # claim positions
    facing: list[Token]
    clauses: frozenset[int]  # the source clauses in which the claim's clause stands


def gaps(match: Match) -> Iterator[Gap]:
    """All gaps of ``match``, those included where only the source has words."""
    taken = frozenset(match.partner.values())
    positions = sorted(match.partner)
    for left, right in zip([None, *positions], [*positions, None], strict=True):
        begin = 0 if left is None else left + 1
        stop = len(match.claim) if right is None else right
        said = [i for i in range(begin, stop) if i in match.own]
        facing = _facing(match, taken, left, right)
        clauses = _clauses_beside(match, said, left, right)
        if said or facing:
            yield Gap(begin, stop, said, facing, clauses)


def _facing(
    match: Match, taken: frozenset[int], left: int | None, right: int | None
) -> list[Token]:
    """The unmatched source tokens where the gap is."""
    after = () if left is None else _free_after(match, taken, left)
    before = () if right is None else free_beside(match, taken, match.partner[right], -1)
    if left is not None and right is not None:
        after = (*after, *_passed_back(match, taken, left, right))
    if left is not None and right is not None and right == left + 1:
        ends = match.source[match.partner[left]], match.source[match.partner[right]]
        parted = match.claim[left].clause != match.claim[right].clause
        if parted and ends[0].clause != ends[1].clause:
            after = ()  # the source's clause goes on after the claim's has ended
    facing = {*after, *before}
    if left is not None and right is not None:
        facing -= {
            *_said_again(match, left, right, after),
            *_said_again(match, left, right, before),
        }
    return [match.source[j] for j in sorted(facing)]


def _said_again(match: Match, left: int, right: int, free: Sequence[int]) -> Sequence[int]:
    """Unmatched words that the source has twice and the claim once, for both: 甲只减不增，乙只减不增.

    They begin or end their item: 甲不得新建、乙不得扩建 does not say 甲新建.
    """
    clause = match.claim[left].clause
    instead = any(t.role is not Role.LIGHT for t in match.claim[left + 1 : right])
    if not free or instead or clause != match.claim[right].clause:
        return ()
    item = match.source[free[0]].item
    ends = [match.source[match.partner[i]].item == item for i in (left, right)]
    if ends[0] == ends[1]:
        return ()
    said = sorted(j for i, j in match.partner.items() if match.claim[i].clause == clause)
    said = [j for j in said if (j > max(free) if ends[0] else j < min(free))]
    words = _without_grammar(match, sorted(free))
    return tuple(free) if words and words in _without_grammar(match, said) else ()


def _without_grammar(match: Match, positions: Sequence[int]) -> str:
    tokens = (match.source[j] for j in positions)
    return written([t for t in tokens if t.role is not Role.LIGHT])


def _passed_back(match: Match, taken: frozenset[int], left: int, right: int) -> tuple[int, ...]:
    """The unmatched source positions between two figures that the claim has the other way round."""
    start, stop = match.partner[right], match.partner[left]
    if not (match.claim[left].is_fact and match.claim[right].is_fact):
        return ()
    if start > stop or match.source[start].clause != match.source[stop].clause:
        return ()
    return tuple(j for j in range(start, stop) if j not in taken)


def _free_after(match: Match, taken: frozenset[int], left: int) -> tuple[int, ...]:
    """The unmatched source positions behind the partner of ``left``, also behind a colon."""
    here = match.partner[left]
    if match.claim[left].leads_in and match.source[here].leads_in:
        following = here + 1
        if following < len(match.source) and following not in taken:
            return (following, *free_beside(match, taken, following, 1))
    return free_beside(match, taken, here, 1)


def free_beside(match: Match, taken: frozenset[int], position: int, step: int) -> tuple[int, ...]:
    """The unmatched source positions next to ``position`` in its clause."""
    clause, run = match.source[position].clause, []
    j = position + step
    while 0 <= j < len(match.source) and j not in taken and match.source[j].clause == clause:
        run.append(j)
        j += step
    return tuple(run)


def _clauses_beside(
    match: Match, said: Sequence[int], left: int | None, right: int | None
) -> frozenset[int]:
    """The source clauses that the claim's clause is matched with, else those on either side."""
    own = {match.claim[i].clause for i in said}
    ends = {i for i in (left, right) if i is not None}
    partners = match.partner.items()
    matched = frozenset(match.source[j].clause for i, j in partners if match.claim[i].clause in own)
    return matched or frozenset(match.source[j].clause for i, j in partners if i in ends)


def free_run(
    match: Match, words: Sequence[Token], clauses: frozenset[int], taken: frozenset[int]
) -> tuple[int, ...]:
    """Where these source clauses have the same words in a row, none of them ``taken``."""
    for start in range(len(match.source) - len(words) + 1):
        there = range(start, start + len(words))
        if all(
            match.source[j].key == token.key
            and match.source[j].clause in clauses
            and j not in taken
            for j, token in zip(there, words, strict=True)
        ):
            return tuple(there)
    return ()


def written(tokens: Sequence[Token]) -> str:
    """The keys of ``tokens`` with their bounds, so that 公有制 is not found in 非公有制."""
    return "".join(f"<{token.key}>" for token in tokens)


def runs(positions: Sequence[int]) -> Iterator[list[int]]:
    """Runs of consecutive positions."""
    run: list[int] = []
    for position in positions:
        if run and position != run[-1] + 1:
            yield run
            run = []
        run.append(position)
    if run:
        yield run


def host_clauses(match: Match, clause: int) -> frozenset[int]:
    """The source clauses that hold partners of this clause of the claim."""
    partners = match.partner.items()
    return frozenset(match.source[j].clause for i, j in partners if match.claim[i].clause == clause)
