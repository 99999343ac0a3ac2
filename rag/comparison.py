"""How a claim differs from one speech: what is covered, and what is said otherwise there.

Each clause of the claim is matched with the one source sentence that fits it; whatever stands in
the gaps is judged by its kind. Knows nothing of retrieval or of verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.agreement import Difference, quantity_difference, same_date, year_of
from rag.claims import Token
from rag.matching import Agree, clauses, match
from rag.surroundings import Surroundings
from rag.wording import Role, opposites

_NUMERALS = frozenset("一二三四五六七八九十百千万亿零〇两几半")
_OWN_SENTENCE = 2.0  # weight by which another sentence must fit a clause better than the main one
_DANGLING = 3.0  # weight below which a clause, figures aside, has no subject of its own


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


def compare(claim: Sequence[Token], sources: Sequence[Source]) -> Comparison:
    """Match ``claim`` with the sentences of one speech and judge what does not match."""
    partners = [match(claim, s.tokens, _agreement(s.around)) for s in sources]
    home = _homes(claim, partners)
    covered: set[int] = set()
    differences: list[Difference] = []
    for number in sorted(set(home.values())):
        own = {i for i, t in enumerate(claim) if home[t.clause] == number}
        partner = {i: j for i, j in partners[number].items() if i in own}
        judged = _Judge(claim, sources[number], partner, own)
        differences += judged.differences()
        covered |= judged.covered
    return Comparison(_coverage(claim, covered), tuple(differences), tuple(sorted(set(home.values()))))


def _agreement(around: Surroundings) -> Agree:
    return lambda claim, source: _difference(claim, source, around) is None


def _difference(claim: Token, source: Token, around: Surroundings) -> Difference | None:
    """In what two facts of a kind differ."""
    if claim.quantity is not None and source.quantity is not None:
        return quantity_difference(claim.quantity, source.quantity)
    if claim.moment is None or source.moment is None:
        return None
    speech = around.year_of_speech
    if not same_date(claim.moment, source.moment, speech):
        return Difference.DATE
    said, found = year_of(claim.moment, speech), year_of(source.moment, speech)
    unknown = said is not None and found is None and not around.year_is(said)
    return Difference.DATE if unknown else None


def _homes(claim: Sequence[Token], partners: Sequence[dict[int, int]]) -> dict[int, int]:
    """For each clause the source sentence it rests on: the main one unless another fits better."""
    weights = [
        {p[0]: sum(claim[i].weight for i in p if i in partner) for p in clauses(claim)}
        for partner in partners
    ]
    main = max(range(len(partners)), key=lambda n: (sum(weights[n].values()), -n))
    home: dict[int, int] = {}
    for positions in clauses(claim):
        first = positions[0]
        best = max(range(len(partners)), key=lambda n: (weights[n][first], -n))
        better = weights[best][first] >= weights[main][first] + _OWN_SENTENCE
        home[claim[first].clause] = best if better else main
    return home


def _coverage(claim: Sequence[Token], covered: set[int]) -> tuple[Clause, ...]:
    found = []
    for positions in clauses(claim):
        weight = sum(claim[i].weight for i in positions)
        share = sum(claim[i].weight for i in positions if i in covered) / weight
        found.append(Clause(weight, share))
    return tuple(found)


class _Judge:
    """Judges the part of a claim that rests on one source sentence."""

    def __init__(
        self,
        claim: Sequence[Token],
        source: Source,
        partner: dict[int, int],
        own: set[int],
    ) -> None:
        self._claim, self._partner, self._own = claim, partner, own
        self._source, self._around = source.tokens, source.around
        self._taken = set(partner.values())
        self.covered = set(partner)

    def differences(self) -> list[Difference]:
        found = [d for i in sorted(self._partner) for d in self._of_pair(i)]
        for gap in self._gaps():
            found += self._of_gap(gap)
        return found + self._of_splices()

    def _of_splices(self) -> list[Difference]:
        """Where one clause of the claim goes on in a source clause that has another subject."""
        matched = sorted(self._partner)
        found: list[Difference] = []
        for left, right in zip(matched, matched[1:], strict=False):
            ends = self._source[self._partner[left]], self._source[self._partner[right]]
            if ends[0].clause == ends[1].clause:
                continue
            same = self._claim[left].clause == self._claim[right].clause
            if same or self._is_dangling(self._claim[right].clause):
                subject = [self._source[j] for j in self._free(self._partner[right], -1)]
                if any(t.is_content for t in subject):
                    found.append(Difference.NAME)
        return found

    def _is_dangling(self, clause: int) -> bool:
        tokens = [t for t in self._claim if t.clause == clause]
        return sum(t.weight for t in tokens if not t.is_fact) < _DANGLING

    # --- pairs

    def _of_pair(self, position: int) -> list[Difference]:
        token, source = self._claim[position], self._source[self._partner[position]]
        if not token.is_fact:
            return []
        difference = _difference(token, source, self._around)
        return [] if difference is None else [difference]

    # --- gaps

    def _gaps(self) -> Iterator[_Gap]:
        matched = sorted(self._partner)
        for left, right in zip([None, *matched], [*matched, None], strict=True):
            begin = 0 if left is None else left + 1
            stop = len(self._claim) if right is None else right
            inside = [i for i in range(begin, stop) if i in self._own]
            yield _Gap(inside, self._facing(left, right))

    def _facing(self, left: int | None, right: int | None) -> list[Token]:
        """The unmatched source tokens where the gap is."""
        after = [] if left is None else self._free(self._partner[left], 1)
        before = [] if right is None else self._free(self._partner[right], -1)
        if left is not None and right is not None:
            ends = self._source[self._partner[left]], self._source[self._partner[right]]
            apart = self._claim[left].clause != self._claim[right].clause
            if apart and ends[0].clause != ends[1].clause and right == left + 1:
                after = []  # the source's clause goes on after the claim's has ended
        return [self._source[j] for j in sorted({*after, *before})]

    def _free(self, position: int, step: int) -> list[int]:
        """Unmatched source positions beside ``position`` in its clause."""
        clause, run = self._source[position].clause, []
        j = position + step
        while 0 <= j < len(self._source) and j not in self._taken:
            if self._source[j].clause != clause:
                break
            run.append(j)
            j += step
        return run

    def _of_gap(self, gap: _Gap) -> list[Difference]:
        said = [self._claim[i] for i in gap.inside]
        found = self._opposed(said, gap.facing)
        content: list[int] = []
        for position, token in zip(gap.inside, said, strict=True):
            if token.is_fact:
                found += self._of_lone_fact(position)
            elif token.role in (Role.PLACE, Role.OFFICE):
                found += self._of_name(position, gap)
            elif token.role is Role.CONTENT:
                content.append(position)
        if any(t.role is Role.SCOPE for t in said) and any(t.role is Role.SCOPE for t in gap.facing):
            found.append(Difference.NAME)
        for run in _runs(content):
            found += self._of_words(run, gap)
        return found

    def _opposed(self, said: Sequence[Token], facing: Sequence[Token]) -> list[Difference]:
        """Whether one side denies what the other says."""
        if _denies(said) != _denies(facing):
            return [Difference.NEGATION]
        bases = [{t.key for t in side if t.role is Role.BASIS} for side in (said, facing)]
        if bases[0] and bases[1] and bases[0] != bases[1]:
            return [Difference.QUALIFIER]
        for token in said:
            if any((token.key, t.key) in opposites() for t in facing):
                measured = token.role in (Role.UP, Role.DOWN) and self._has_basis(token.clause)
                return [Difference.QUALIFIER if measured else Difference.NEGATION]
        return []

    def _has_basis(self, clause: int) -> bool:
        """Whether this clause of the claim measures a change: 同比, 比上年."""
        return any(t.role is Role.BASIS for t in self._claim if t.clause == clause)

    def _of_lone_fact(self, position: int) -> list[Difference]:
        moment = self._claim[position].moment
        if moment is None:
            return [Difference.FIGURE]
        year = year_of(moment, self._around.year_of_speech)
        if moment.month is None and year is not None and self._around.year_is(year):
            self.covered.add(position)
            return []
        return [Difference.DATE]

    def _of_name(self, position: int, gap: _Gap) -> list[Difference]:
        token = self._claim[position]
        free = [t for j, t in enumerate(self._source) if j not in self._taken]
        facing = [t for t in gap.facing if t.is_content]
        replaces = len(facing) > 1 or any(t.role is token.role for t in facing)
        if token.key in {t.key for t in free}:
            known = True
        elif replaces:
            known = False
        else:
            known = (
                self._around.place_is(token.key)
                if token.role is Role.PLACE
                else self._around.names(token.key)
            )
        if known:
            self.covered.add(position)
            return []
        return [Difference.NAME]

    def _of_words(self, run: list[int], gap: _Gap) -> list[Difference]:
        words = "".join(self._claim[i].key for i in run)
        facing = [t for t in gap.facing if t.is_content]
        if len(words) > 1 and (self._is_moved(words) or (not facing and self._around.names(words))):
            self.covered |= set(run)
            return []
        if not facing:
            return []
        numerals = set(words) & _NUMERALS and {t.key for t in facing} & _NUMERALS
        return [Difference.FIGURE if numerals else Difference.NAME]

    def _is_moved(self, words: str) -> bool:
        free = "".join(
            "\n" if j in self._taken else t.key for j, t in enumerate(self._source)
        )
        return words in free


@dataclass(frozen=True, slots=True)
class _Gap:
    """Claim positions without a partner, and the source tokens without one in their place."""

    inside: list[int]
    facing: list[Token]


def _denies(side: Sequence[Token]) -> bool:
    return any(t.role is Role.NEGATION for t in side)


def _runs(positions: Sequence[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for position in positions:
        if run and position != run[-1] + 1:
            yield run
            run = []
        run.append(position)
    if run:
        yield run
