"""How a claim differs from one speech: what is covered, and what is said otherwise there.

Each clause of the claim is matched with the one source sentence that fits it; facts are compared,
and what stands in the gaps is judged. Knows nothing of retrieval or of verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.agreement import Difference, quantity_difference, same_date, year_of
from rag.claims import Token
from rag.gaps import Match
from rag.judgement import judge
from rag.matching import Agree, clauses, match
from rag.quantities import Quantity
from rag.surroundings import Surroundings
from rag.wording import Role

_RELATED = 0.3  # share of the claim's part below which a sentence speaks of something else
_ALONE = 3  # sentences that are also held against the whole claim
_OWN_SENTENCE = 2.0  # weight by which another sentence must fit a clause better than the main one


@dataclass(frozen=True, slots=True)
class Source:
    """One source sentence as tokens, and what stands around it."""

    tokens: Sequence[Token]
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the claim: its weight, and the share of it that the source covers."""

    weight: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of holding a claim against the sentences of one speech."""

    clauses: tuple[Clause, ...]
    differences: tuple[Difference, ...]
    used: tuple[int, ...]  # positions of the source sentences that the claim rests on

    @property
    def coverage(self) -> float:
        """The share of the claim that the source speaks of."""
        total = sum(c.weight for c in self.clauses)
        return sum(c.weight * c.coverage for c in self.clauses) / total if total else 0.0


def comparisons(claim: Sequence[Token], sources: Sequence[Source]) -> Iterator[Comparison]:
    """The ways to match ``claim`` with the sentences of one speech, and what does not match.

    First each clause with the sentence that fits it, then the whole with each of the nearest.
    """
    partners = [match(claim, s.tokens, _agreement(s.around)) for s in sources]
    home = _homes(claim, sources, partners)
    yield _compared(claim, sources, partners, home)
    weights = [sum(claim[i].weight for i in partner) for partner in partners]
    for number in sorted(range(len(sources)), key=lambda n: -weights[n])[:_ALONE]:
        if set(home.values()) != {number}:
            yield _compared(claim, sources, partners, dict.fromkeys(home, number))


def _compared(
    claim: Sequence[Token],
    sources: Sequence[Source],
    partners: Sequence[dict[int, int]],
    home: dict[int, int],
) -> Comparison:
    used = tuple(sorted(set(home.values())))
    covered: set[int] = set()
    differences: list[Difference] = []
    for number in used:
        part = _part(claim, sources[number], partners[number], home, number)
        if not _is_related(part):
            continue
        outcome = judge(part)
        if not (Difference.NEGATION in outcome.differences and _has_turned(part)):
            differences += _of_facts(part)
        differences += (*outcome.differences, *_of_directions(part))
        covered |= part.partner.keys() | outcome.covered
    return Comparison(_coverage(claim, covered), tuple(differences), used)


def _part(
    claim: Sequence[Token],
    source: Source,
    partner: dict[int, int],
    home: dict[int, int],
    number: int,
) -> Match:
    """The part of the claim whose clauses rest on sentence ``number``."""
    own = frozenset(i for i, t in enumerate(claim) if home[t.clause] == number)
    kept = {i: j for i, j in partner.items() if i in own}
    return Match(claim, source.tokens, kept, own, source.around)


def _is_related(part: Match) -> bool:
    """Whether the sentence speaks of the claim's matter at all; else its gaps mean nothing."""
    weight = sum(part.claim[i].weight for i in part.own)
    return sum(part.claim[i].weight for i in part.partner) >= _RELATED * weight


def _homes(
    claim: Sequence[Token], sources: Sequence[Source], partners: Sequence[dict[int, int]]
) -> dict[int, int]:
    """For each clause the source sentence it rests on: the main one unless another fits better."""
    parts = clauses(claim)
    fits = [
        [_fit(claim, source, partner, positions) for positions in parts]
        for source, partner in zip(sources, partners, strict=True)
    ]
    main = max(range(len(fits)), key=lambda n: (sum(fits[n]), -n))
    home: dict[int, int] = {}
    for part, positions in enumerate(parts):
        best = max(range(len(fits)), key=lambda n: (fits[n][part], -n))
        better = fits[best][part] >= fits[main][part] + _OWN_SENTENCE
        if part and _goes_on(claim, positions) and _has_half(claim, positions, fits[main][part]):
            better = False  # 得到市政府的肯定: what comes before is its subject
        home[claim[positions[0]].clause] = best if better else main
    for positions, following in reversed(list(pairwise(parts))):
        if _is_date(claim, positions):  # 2020年，……: the date of what follows
            home[claim[positions[0]].clause] = home[claim[following[0]].clause]
    return home


def _is_date(claim: Sequence[Token], positions: list[int]) -> bool:
    """Whether a clause has nothing but a date."""
    words = [claim[i] for i in positions if claim[i].role not in (Role.LIGHT, Role.STYLE)]
    return bool(words) and all(t.moment is not None for t in words)


def _goes_on(claim: Sequence[Token], positions: list[int]) -> bool:
    """Whether a clause begins with its verb."""
    words = (claim[i].role for i in positions if claim[i].role not in (Role.LIGHT, Role.STYLE))
    return next(words, None) is Role.WORDING


def _has_half(claim: Sequence[Token], positions: list[int], fit: float) -> bool:
    return fit >= sum(claim[i].weight for i in positions) / 2


def _fit(
    claim: Sequence[Token], source: Source, partner: dict[int, int], positions: list[int]
) -> float:
    """The weight of a clause's tokens that the sentence has; facts that differ count for half."""
    fit = 0.0
    for i in positions:
        if i in partner:
            differs = _difference(claim[i], source.tokens[partner[i]], source.around)
            fit += claim[i].weight * (0.5 if differs else 1.0)
    return fit


def _agreement(around: Surroundings) -> Agree:
    return lambda claim, source: _difference(claim, source, around) is None


def _difference(claim: Token, source: Token, around: Surroundings) -> Difference | None:
    """In what two facts of a kind differ; other tokens are equal when they are matched."""
    if claim.quantity is not None and source.quantity is not None:
        difference = quantity_difference(claim.quantity, source.quantity)
        if difference is Difference.QUALIFIER and (claim.shared or source.shared):
            return quantity_difference(
                _qualified(claim, claim.quantity), _qualified(source, source.quantity)
            )
        return difference
    if claim.moment is None or source.moment is None:
        return None
    speech = around.year_of_speech
    if not same_date(claim.moment, source.moment, speech):
        return Difference.DATE
    said, found = year_of(claim.moment, speech), year_of(source.moment, speech)
    unknown = said is not None and found is None and not around.year_is(said)
    return Difference.DATE if unknown else None


def _qualified(token: Token, quantity: Quantity) -> Quantity:
    """The figure with the qualifier that it shares with the last one of its list."""
    return replace(quantity, qualifier=token.shared) if token.shared else quantity


def _of_facts(part: Match) -> Iterator[Difference]:
    for i, j in sorted(part.partner.items()):
        difference = _difference(part.claim[i], part.source[j], part.around)
        if difference is not None:
            yield difference


def _has_turned(part: Match) -> bool:
    """Whether figures have changed places with their change: 由5增至8, where it was 由8减至5."""
    pairs = [(part.claim[i], part.source[j]) for i, j in part.partner.items()]
    figures = [(c.quantity.value, s.quantity.value) for c, s in pairs if c.quantity and s.quantity]
    return any(said != found and (found, said) in figures for said, found in figures)


def _of_directions(part: Match) -> Iterator[Difference]:
    """Whether what fell is said to have risen: the verb may have come from another clause."""
    for i, j in part.partner.items():
        said, found = part.claim[i].quantity, part.source[j].quantity
        if said and found and said.direction and found.direction not in (said.direction, None):
            yield Difference.NEGATION


def _coverage(claim: Sequence[Token], covered: set[int]) -> tuple[Clause, ...]:
    found = []
    for positions in clauses(claim):
        weight = sum(claim[i].weight for i in positions)
        share = sum(claim[i].weight for i in positions if i in covered) / weight
        found.append(Clause(weight, share))
    return tuple(found)
