"""Whether a claim has one matter for another: changed places, members of a list, broken names.

Looks at all gaps of a match together; knows one source sentence and the claim's part that rests on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import combinations, groupby, pairwise, takewhile

from rag.agreement import Difference
from rag.claims import Token
from rag.gaps import Gap, Match, host_clauses, written
from rag.wording import Role

_A_NAME = 1.6  # weight of two characters, such as a place
_TOWARDS = frozenset({"向", "到", "至", "比"})
_GETTING = frozenset("受享得收领拿看用吃买学感")  # ends of verbs after which 到 is no direction


def other_matter(said: Sequence[Token], facing: Sequence[Token]) -> Difference:
    """What one matter in another's place means: another name denies, another common noun may.

    Nouns of one head name things of one kind: 农业, 工业.
    """
    named = any(t.named or t.role in (Role.PLACE, Role.OFFICE) for t in (*said, *facing))
    siblings = bool(said) and bool(facing) and said[-1].goes_on and facing[-1].goes_on
    return Difference.NAME if named or siblings else Difference.MATTER


def exchanged(match: Match, found: Sequence[Gap]) -> Iterator[Difference]:
    """Whether matters have changed places, or a way its direction."""
    yield from _crossed(match, found)
    yield from _turned(match, found)


def _crossed(match: Match, found: Sequence[Gap]) -> Iterator[Difference]:
    """Whether two matters have changed places: 由高速向高质量. In a list they may."""
    for first, second in combinations(found, 2):
        tokens = [[match.claim[i] for i in gap.said] for gap in (first, second)]
        if not all(any(t.is_content for t in side) for side in tokens):
            continue
        if _may_change_places(match, first, second):
            continue
        crossed = written(tokens[0]) in written(second.facing)
        if crossed and written(tokens[1]) in written(first.facing):
            yield Difference.NAME


def _may_change_places(match: Match, first: Gap, second: Gap) -> bool:
    """Whether these are items of a list, and nothing is said of one of them that is not of the other."""
    here, there = match.claim[first.said[0]], match.claim[second.said[0]]
    if here.clause != there.clause or here.item == there.item:
        return False
    said_of = [
        [t for i in match.partner if (t := match.claim[i]).item == item and t.is_content]
        for item in (here.item, there.item)
    ]
    if min(sum(t.weight for t in side) for side in said_of) < _A_NAME:
        return True
    return written(said_of[0]) == written(said_of[1])


def _turned(match: Match, found: Sequence[Gap]) -> Iterator[Difference]:
    """Whether something is now where it went to, or came from: 由甲向乙, 由乙向甲."""
    for gap in found:
        said = [match.claim[i] for i in gap.said]
        start = next((n for n, t in enumerate(said) if _is_towards(said[:n], t)), None)
        goal = [] if start is None else said[start + 1 :]
        others = (other.facing for other in found if other is not gap)
        if len(goal) > 1 and any(written(goal) in written(facing) for facing in others):
            yield Difference.NAME


def _is_towards(before: Sequence[Token], token: Token) -> bool:
    """Whether this word says where something goes; 到 of 享受到 says that it is had."""
    had = token.key == "到" and bool(before) and before[-1].text[-1:] in _GETTING
    return token.key in _TOWARDS and not had


def broken_words(match: Match, found: Sequence[Gap], covered: set[int]) -> Iterator[Difference]:
    """Whether one character that two names share has been matched: 民 of 民进党 and 国民党."""
    for before, after in pairwise(found):
        said = [[match.claim[i] for i in gap.said if i not in covered] for gap in (before, after)]
        if not _is_island(match, before, after):
            continue
        facing = (before.facing, after.facing)
        named = [[any(t.is_content for t in side) for side in pair] for pair in (said, facing)]
        if named in ([[True, False], [False, True]], [[False, True], [True, False]]):
            yield other_matter((*said[0], *said[1]), (*facing[0], *facing[1]))


def new_members(match: Match, covered: set[int], place: Mapping[int, int]) -> Iterator[Difference]:
    """Whether a list of the claim has other members, or other pairs of them, than the source's.

    ``place`` has the partners of words that have moved.
    """
    yield from _strange_items(match, covered, place)
    yield from _paired_anew(match, place)


def _strange_items(
    match: Match, covered: set[int], place: Mapping[int, int]
) -> Iterator[Difference]:
    """Whether a list has one member for another of the source's: 鱼类、虾类养殖 for 虾类、贝类养殖."""
    known = covered | match.partner.keys()
    taken = {*match.partner.values(), *place.values()}
    for clause in {match.claim[i].clause for i in match.own}:
        said = _heads(match.claim, known, {clause})
        others = _heads(match.source, taken, host_clauses(match, clause))
        if said and others:
            yield other_matter(said, others)


def _paired_anew(match: Match, place: Mapping[int, int]) -> Iterator[Difference]:
    """Whether two places are one member of a list that are in two in the source: 甲与丁、丙与乙."""
    pairs: dict[int, set[int]] = {}
    sizes = Counter(t.item for t in match.source if t.role is Role.PLACE)
    for i, j in {**match.partner, **place}.items():
        if match.claim[i].role is Role.PLACE and sizes[match.source[j].item] > 1:
            pairs.setdefault(match.claim[i].item, set()).add(match.source[j].item)
    if any(len(items) > 1 for items in pairs.values()):
        yield Difference.NAME


def _heads(tokens: Sequence[Token], known: Set[int], clauses: Set[int]) -> list[Token]:
    """What the first member of a list begins with of which the other side has nothing."""
    own = [n for n, token in enumerate(tokens) if token.clause in clauses]
    for _, clause in groupby(own, key=lambda n: tokens[n].clause):
        items = [list(item) for _, item in groupby(clause, key=lambda n: tokens[n].item)]
        for item in items if len(items) > 1 else ():
            head = takewhile(lambda n: n not in known, item)
            words = [tokens[n] for n in head if tokens[n].is_content]
            if len(words) > 1:
                return words
    return []


def _is_island(match: Match, before: Gap, after: Gap) -> bool:
    """Whether a single character of a name stands between the gaps."""
    between = [i for i in sorted(match.partner) if before.end <= i < after.begin]
    if len(between) != 1:
        return False
    token = match.claim[between[0]]
    return token.is_content and len(token.key) == 1
