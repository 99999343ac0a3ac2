"""Words of a claim that its source has in another place: moved, or on the other side of their object.

Knows one source sentence and the claim's part that rests on it; what is left is judged in ``judgement``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rag.claims import Token
from rag.gaps import Gap, Match, free_run, host_clauses, runs
from rag.wording import Role, opposites

_MOVED = 0.35  # share of a clause whose words may stand in another order in its source
_CHANGES = frozenset({Role.WORDING, Role.UP, Role.DOWN, Role.ADVERSE, Role.NEGATION})
_ALONE = _CHANGES | {Role.LIMIT, Role.SCOPE}  # what one word may say in another place
_A_MATTER = 1.6  # weight of two characters
_DENIAL = "不"  # stays with its word; verbs that deny may stand behind their object


def displaced(match: Match, found: Sequence[Gap]) -> dict[int, int]:
    """Partners of the gaps' words in other places of the source clauses around them."""
    partners: dict[int, int] = {}
    taken = set(match.partner.values())
    for gap in found:
        for run in _movable(match, gap):
            words = [match.claim[i] for i in run]
            there = free_run(match, words, _clauses(match, gap, words), frozenset(taken))
            if there:
                taken |= set(there)
                partners |= dict(zip(run, there, strict=True))
    return _few_of_each_clause(match, partners)


def without(found: Sequence[Gap], match: Match, partners: dict[int, int]) -> tuple[Gap, ...]:
    """The gaps without the words that have these partners, and without the partners.

    A word whose partner faces it parts its gap: what stands before one faces what stands before the other.
    """
    gone = {match.source[j].span for j in partners.values()}
    return tuple(
        replace(
            gap,
            said=[i for i in gap.said if i not in partners],
            facing=[t for t in gap.facing if t.span not in gone],
        )
        for whole in found
        for gap in _parted(match, whole, partners)
    )


def _parted(match: Match, gap: Gap, partners: dict[int, int]) -> Iterator[Gap]:
    facing = gap.facing
    for i in (i for i in gap.said if i in partners):
        span = match.source[partners[i]].span
        if match.claim[i].role is Role.WORDING and any(t.span == span for t in facing):
            before = [t for t in facing if t.span.start < span.start]
            facing = [t for t in facing if t.span.start > span.start]
            yield replace(
                gap, end=i, said=[n for n in gap.said if gap.begin <= n < i], facing=before
            )
            gap = replace(gap, begin=i + 1, said=[n for n in gap.said if n > i], facing=facing)
    yield gap


def is_opposed(token: Token, facing: Sequence[Token]) -> bool:
    """Whether one of the tokens ``facing`` says the contrary of ``token``."""
    return any((token.key, other.key) in opposites() for other in facing)


def _movable(match: Match, gap: Gap) -> Iterator[list[int]]:
    """Runs of the gap's words that may stand elsewhere: the longest first, then their parts."""
    for run in _runs_of_clauses(match, gap):
        if any(is_opposed(match.claim[i], gap.facing) for i in run):
            continue
        parts = [run, *runs([i for i in run if match.claim[i].is_content])]
        yield from (part for part in parts if sum(len(match.claim[i].key) for i in part) > 1)
        yield from ([i] for i in run if _is_turned(match.claim[i], gap.facing))


def _runs_of_clauses(match: Match, gap: Gap) -> Iterator[list[int]]:
    """The gap's words in runs that no clause's end and no fact divides."""
    for run in runs([i for i in gap.said if not match.claim[i].is_fact]):
        for _, part in groupby(run, key=lambda i: match.claim[i].clause):
            yield list(part)


def _is_turned(token: Token, facing: Sequence[Token]) -> bool:
    """Whether this is a verb, and the source has no other one in its place."""
    verb = token.role in _ALONE and token.key != _DENIAL
    return verb and all(t.key == token.key for t in facing if t.role in _CHANGES)


def _clauses(match: Match, gap: Gap, words: Sequence[Token]) -> frozenset[int]:
    """The source clauses in which these words may stand: any, if they are a matter of their own."""
    if len(words) == 1 and (words[0].role in _ALONE or words[0].role is Role.PLACE):
        return host_clauses(match, words[0].clause)
    named = sum(t.weight for t in words if t.is_content) >= _A_MATTER
    replaces = any(t.is_content or t.role in _CHANGES for t in gap.facing)
    if not named or replaces or any(t.role is Role.NEGATION for t in words):
        return gap.clauses
    return frozenset(t.clause for t in match.source)


def _few_of_each_clause(match: Match, partners: dict[int, int]) -> dict[int, int]:
    """Those clauses' words of which little has moved: scattered words are no evidence."""
    kept: dict[int, int] = {}
    for clause in {match.claim[i].clause for i in partners}:
        weight = sum(t.weight for t in match.claim if t.clause == clause)
        own = {i: j for i, j in partners.items() if match.claim[i].clause == clause}
        if sum(match.claim[i].weight for i in own) <= _MOVED * weight:
            kept |= own
    return kept
