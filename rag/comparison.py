"""How a claim differs from a stretch of source: what is covered, and what says otherwise.

The claim is matched with the source token by token; whatever stands in the gaps is judged by its
kind. Knows one source at a time, nothing of retrieval or verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.agreement import Difference, quantity_difference, same_date, year_of
from rag.claims import Token
from rag.matching import match
from rag.surroundings import Surroundings
from rag.wording import Role, opposites

_NUMERALS = frozenset("一二三四五六七八九十百千万亿零〇两几半")
_NEAR = 3  # source tokens before a match in which a left-out negation still belongs to it


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the claim: its weight, and the share of it that the source covers."""

    weight: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of holding a claim against one source."""

    coverage: float
    clauses: tuple[Clause, ...]
    differences: tuple[Difference, ...]
    matched: tuple[int, ...]  # positions of the source tokens that the claim rests on


@dataclass(frozen=True, slots=True)
class _Gap:
    """Claim tokens without a partner, and the source tokens without one in the same place."""

    claim: tuple[Token, ...]
    source: tuple[Token, ...]
    at: int | None  # source position next to the gap
    positions: tuple[int, ...]  # of the claim tokens


def compare(claim: Sequence[Token], source: Sequence[Token], around: Surroundings) -> Comparison:
    """Match ``claim`` with ``source`` and judge what does not match."""
    agree = _Agreement(around)
    partner = match(claim, source, lambda a, b: agree.difference(a, b) is None)
    differences = [
        difference
        for i, j in sorted(partner.items())
        if claim[i].is_fact and (difference := agree.difference(claim[i], source[j]))
    ]
    covered = set(partner)
    for gap in _gaps(claim, source, partner):
        judged = _judge(gap, claim, source, around)
        differences += judged.differences
        covered |= judged.covered
    clauses = _clauses(claim, covered)
    total = sum(c.weight for c in clauses)
    return Comparison(
        coverage=sum(c.weight * c.coverage for c in clauses) / total if total else 0.0,
        clauses=clauses,
        differences=tuple(differences),
        matched=tuple(sorted(set(partner.values()))),
    )


class _Agreement:
    """Compares two facts in the light of the speech's own year."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def difference(self, claim: Token, source: Token) -> Difference | None:
        if claim.quantity is not None and source.quantity is not None:
            return quantity_difference(claim.quantity, source.quantity)
        if claim.moment is None or source.moment is None:
            return None
        speech = self._around.year_of_speech
        if not same_date(claim.moment, source.moment, speech):
            return Difference.DATE
        said, found = year_of(claim.moment, speech), year_of(source.moment, speech)
        if said is not None and found is None and not self._around.year_is(said):
            return Difference.DATE
        return None


# --- gaps ------------------------------------------------------------------------------------


def _gaps(
    claim: Sequence[Token], source: Sequence[Token], partner: dict[int, int]
) -> Iterator[_Gap]:
    taken = set(partner.values())
    positions = sorted(partner)
    for left, right in zip([None, *positions], [*positions, None], strict=True):
        inside = range(0 if left is None else left + 1, len(claim) if right is None else right)
        before = () if left is None else _free_after(source, partner[left], taken)
        after = () if right is None else _free_before(source, partner[right], taken)
        if left is not None and right is not None and claim[left].clause != claim[right].clause:
            same = source[partner[left]].clause == source[partner[right]].clause
            before = before if same or inside else ()
        around = sorted({*before, *after})
        at = partner[left] if left is not None else partner[right] if right is not None else None
        if inside or around:
            yield _Gap(
                tuple(claim[i] for i in inside), tuple(source[j] for j in around), at, tuple(inside)
            )


def _free_after(source: Sequence[Token], position: int, taken: set[int]) -> tuple[int, ...]:
    clause, run = source[position].clause, []
    for j in range(position + 1, len(source)):
        if j in taken or source[j].clause != clause:
            break
        run.append(j)
    return tuple(run)


def _free_before(source: Sequence[Token], position: int, taken: set[int]) -> tuple[int, ...]:
    clause, run = source[position].clause, []
    for j in range(position - 1, -1, -1):
        if j in taken or source[j].clause != clause:
            break
        run.append(j)
    return tuple(run)


# --- judging a gap ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Judgement:
    differences: tuple[Difference, ...]
    covered: frozenset[int]


def _judge(
    gap: _Gap, claim: Sequence[Token], source: Sequence[Token], around: Surroundings
) -> _Judgement:
    differences: list[Difference] = []
    covered: set[int] = set()
    sentence = _sentence_keys(source, gap.at)
    if _negations(gap.claim) != _negations(gap.source):
        differences.append(Difference.NEGATION)
    differences += _opposed(gap)
    found_names = [t for t in gap.source if t.role in (Role.PLACE, Role.OFFICE)]
    content: list[int] = []
    for position, token in zip(gap.positions, gap.claim, strict=True):
        if token.quantity is not None:
            if _stands_in(token, source, gap.at):
                covered.add(position)
            else:
                differences.append(Difference.FIGURE)
        elif token.moment is not None:
            year = year_of(token.moment, around.year_of_speech)
            if token.moment.month is None and year is not None and around.year_is(year):
                covered.add(position)
            else:
                differences.append(Difference.DATE)
        elif token.role in (Role.PLACE, Role.OFFICE):
            if token.key in sentence or (
                around.place_is(token.key) if token.role is Role.PLACE else around.names(token.key)
            ):
                covered.add(position)
            else:
                differences.append(Difference.NAME)
        elif token.role is Role.SCOPE:
            if any(t.role is Role.SCOPE for t in gap.source):
                differences.append(Difference.NAME)
        elif token.role is Role.CONTENT:
            content.append(position)
    replaced = [t for t in gap.source if t.is_content]
    for run in _runs(content):
        words = "".join(claim[i].key for i in run)
        if words in "".join(sentence) or (len(words) > 1 and around.names(words)):
            covered |= set(run)
        elif replaced:
            numerals = set(words) & _NUMERALS and {t.key for t in replaced} & _NUMERALS
            differences.append(Difference.FIGURE if numerals else Difference.NAME)
    del found_names
    return _Judgement(tuple(differences), frozenset(covered))


def _negations(gap_tokens: Sequence[Token]) -> bool:
    return any(t.role is Role.NEGATION for t in gap_tokens)


def _opposed(gap: _Gap) -> list[Difference]:
    said = {t.key for t in gap.claim}
    found = {t.key for t in gap.source}
    pairs = opposites()
    if any((a, b) in pairs for a in said for b in found):
        return [Difference.NEGATION]
    bases = [{t.key for t in side if t.role is Role.BASIS} for side in (gap.claim, gap.source)]
    if bases[0] and bases[1] and bases[0] != bases[1]:
        return [Difference.QUALIFIER]
    return []


def _sentence_keys(source: Sequence[Token], at: int | None) -> list[str]:
    return [t.key for t in source]


def _stands_in(token: Token, source: Sequence[Token], at: int | None) -> bool:
    return False


def _runs(positions: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for position in positions:
        if run and position != run[-1] + 1:
            yield run
            run = []
        run.append(position)
    if run:
        yield run


def _clauses(claim: Sequence[Token], covered: set[int]) -> tuple[Clause, ...]:
    weights: dict[int, list[float]] = {}
    for position, token in enumerate(claim):
        weight = weights.setdefault(token.clause, [0.0, 0.0])
        weight[0] += token.weight
        weight[1] += token.weight if position in covered else 0.0
    return tuple(Clause(w, c / w) for w, c in weights.values() if w)
