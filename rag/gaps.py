"""What it means that words of a claim have no partner in the source sentence it rests on.

A gap is a run of such words with the unmatched source words in their place. What is said there may
stand elsewhere in the source, be given by the context, add a little, or say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.agreement import Difference, year_of
from rag.claims import Token
from rag.surroundings import Surroundings
from rag.wording import Role, opposites

_NUMERALS = frozenset("一二三四五六七八九十百千万亿零〇两几半")
_VERBS = frozenset({Role.WORDING, Role.UP, Role.DOWN})
_MEANING = _VERBS | {Role.CONTENT, Role.PLACE, Role.OFFICE}
_A_VERB = 0.5  # weight TODO
_DANGLING = 3.0  # weight below which a clause, figures aside, has no subject of its own


@dataclass(frozen=True, slots=True)
class Match:
    """The part of a claim that rests on one source sentence, and which token stands for which."""

    claim: Sequence[Token]
    source: Sequence[Token]
    partner: dict[int, int]  # claim position -> source position
    own: frozenset[int]  # the claim positions that rest on this sentence
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gaps of a match come to."""

    differences: tuple[Difference, ...]
    covered: frozenset[int]  # claim positions that the source has elsewhere, or its context gives


@dataclass(frozen=True, slots=True)
class _Gap:
    said: list[int]  # claim positions
    facing: list[Token]
    elsewhere: str  # keys of the free source tokens of the clauses around; a line break at each cut


def judge(match: Match) -> Outcome:
    """Judge all gaps of ``match``, and the places where it joins what the source keeps apart."""
    differences: list[Difference] = []
    covered: set[int] = set()
    for gap in _gaps(match):
        known = set(_known(match, gap))
        covered |= known
        differences += _differences(match, gap, [i for i in gap.said if i not in known])
    return Outcome((*differences, *_splices(match)), frozenset(covered))


# --- finding gaps ----------------------------------------------------------------------------


def _gaps(match: Match) -> Iterator[_Gap]:
    taken = frozenset(match.partner.values())
    positions = sorted(match.partner)
    for left, right in zip([None, *positions], [*positions, None], strict=True):
        begin = 0 if left is None else left + 1
        stop = len(match.claim) if right is None else right
        said = [i for i in range(begin, stop) if i in match.own]
        facing = _facing(match, taken, left, right)
        clauses = _clauses_beside(match, said, left, right)
        if said or facing:
            yield _Gap(said, facing, _free_words(match, taken, clauses))


def _facing(
    match: Match, taken: frozenset[int], left: int | None, right: int | None
) -> list[Token]:
    """The unmatched source tokens where the gap is."""
    after = () if left is None else free_beside(match, taken, match.partner[left], 1)
    before = () if right is None else free_beside(match, taken, match.partner[right], -1)
    if left is not None and right is not None and right == left + 1:
        ends = match.source[match.partner[left]], match.source[match.partner[right]]
        parted = match.claim[left].clause != match.claim[right].clause
        if parted and ends[0].clause != ends[1].clause:
            after = ()  # the source's clause goes on after the claim's has ended
    return [match.source[j] for j in sorted({*after, *before})]


def free_beside(
    match: Match, taken: frozenset[int], position: int, step: int
) -> tuple[int, ...]:
    """The unmatched source positions next to ``position`` in its clause."""
    clause, run = match.source[position].clause, []
    j = position + step
    while 0 <= j < len(match.source) and j not in taken and match.source[j].clause == clause:
        run.append(j)
        j += step
    return tuple(run)


def _clauses_beside(
    match: Match, said: Sequence[int], left: int | None, right: int | None
) -> set[int]:
    """The source clauses that the claim's clause is matched with."""
    own = {match.claim[i].clause for i in said}
    ends = {i for i in (left, right) if i is not None}
    return {
        match.source[j].clause
        for i, j in match.partner.items()
        if i in ends or match.claim[i].clause in own
    }


def _free_words(match: Match, taken: frozenset[int], clauses: set[int]) -> str:
    words = []
    for j, token in enumerate(match.source):
        free = j not in taken and token.clause in clauses
        words.append(token.key if free else "\n")
    return "".join(words)


# --- what is known elsewhere -----------------------------------------------------------------


def _known(match: Match, gap: _Gap) -> Iterator[int]:
    """Positions of the gap whose words stand elsewhere in the source clause or in its context."""
    for run in _runs([i for i in gap.said if not match.claim[i].is_fact]):
        if _words(match, run) in gap.elsewhere and len(_words(match, run)) > 1:
            yield from run
            continue
        for part in _runs([i for i in run if match.claim[i].is_content]):
            words = _words(match, part)
            if len(words) > 1 and words in gap.elsewhere:
                yield from part
            elif _is_given(match, gap, part):
                yield from part
    yield from (i for i in gap.said if match.claim[i].is_fact and _is_given_year(match, i))


def _is_given(match: Match, gap: _Gap, part: list[int]) -> bool:
    """Whether the context gives what the claim adds; what takes another's place is not added."""
    facing = [t for t in gap.facing if t.is_content]
    tokens = [match.claim[i] for i in part]
    if len(tokens) == 1 and tokens[0].role is Role.PLACE:
        replaces = len(facing) > 1 or any(t.role is Role.PLACE for t in facing)
        return not replaces and match.around.place_is(tokens[0].key)
    words = _words(match, part)
    return not facing and len(words) > 1 and match.around.names(words)


def _is_given_year(match: Match, position: int) -> bool:
    moment = match.claim[position].moment
    if moment is None or moment.month is not None or moment.period is not None:
        return False
    year = year_of(moment, match.around.year_of_speech)
    return year is not None and match.around.year_is(year)


# --- what says otherwise ---------------------------------------------------------------------


def _differences(match: Match, gap: _Gap, said: list[int]) -> Iterator[Difference]:
    tokens = [match.claim[i] for i in said]
    yield from _denials(match, tokens, gap.facing)
    for token in tokens:
        if token.quantity is not None:
            yield Difference.FIGURE
        elif token.moment is not None:
            yield Difference.DATE
        elif token.role in (Role.PLACE, Role.OFFICE):
            yield Difference.NAME
    roles = [{t.role for t in side if not t.is_fact} for side in (tokens, gap.facing)]
    if Role.SCOPE in roles[0] and Role.SCOPE in roles[1]:
        yield Difference.NAME
    yield from _replacements(tokens, gap.facing)


def _denials(
    match: Match, said: Sequence[Token], facing: Sequence[Token]
) -> Iterator[Difference]:
    """Whether one side denies what the other says."""
    denials = [any(t.role is Role.NEGATION for t in side) for side in (said, facing)]
    if denials[0] != denials[1]:
        yield Difference.NEGATION
        return
    bases = [{t.key for t in side if t.role is Role.BASIS} for side in (said, facing)]
    if bases[0] and bases[1] and bases[0] != bases[1]:
        yield Difference.QUALIFIER
    for token in said:
        if any((token.key, t.key) in opposites() for t in facing):
            measured = token.role in (Role.UP, Role.DOWN) and _has_basis(match, token.clause)
            yield Difference.QUALIFIER if measured else Difference.NEGATION
            return
    adverse = [any(t.role is Role.ADVERSE for t in side) for side in (said, facing)]
    if adverse[0] != adverse[1] and said and facing:
        yield Difference.NEGATION


def _has_basis(match: Match, clause: int) -> bool:
    """Whether this clause of the claim measures a change: 同比, 比上年."""
    return any(t.role is Role.BASIS for t in match.claim if t.clause == clause)


def _replacements(said: Sequence[Token], facing: Sequence[Token]) -> Iterator[Difference]:
    """Whether one matter stands in another's place. A verb for a verb is a matter of wording."""
    words = [t for t in said if not t.is_fact and t.role in _MEANING]
    others = [t for t in facing if not t.is_fact and t.role in _MEANING]
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
    elif min(sum(t.weight for t in side) for side in (words, others)) >= _A_VERB:
        yield Difference.NEGATION


def _splices(match: Match) -> Iterator[Difference]:
    """Where a clause of the claim joins source clauses that have subjects of their own."""
    taken = frozenset(match.partner.values())
    positions = sorted(match.partner)
    for left, right in zip(positions, positions[1:], strict=False):
        ends = match.source[match.partner[left]], match.source[match.partner[right]]
        if ends[0].clause == ends[1].clause:
            continue
        clause = match.claim[right].clause
        if match.claim[left].clause == clause or _is_dangling(match, clause):
            subject = free_beside(match, taken, match.partner[right], -1)
            if any(match.source[j].is_content for j in subject):
                yield Difference.NAME


def _is_dangling(match: Match, clause: int) -> bool:
    tokens = [t for t in match.claim if t.clause == clause]
    return sum(t.weight for t in tokens if not t.is_fact) < _DANGLING


def _words(match: Match, positions: Sequence[int]) -> str:
    return "".join(match.claim[i].key for i in positions)


def _runs(positions: Sequence[int]) -> Iterator[list[int]]:
    """Runs of consecutive positions."""
    run: list[int] = []
    for position in positions:
        if run and position != run[-1] + 1:
            yield run
            run = []
        run.append(position)
    if run:
        yield run
