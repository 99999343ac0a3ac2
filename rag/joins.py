"""Where a claim joins what its source keeps apart: a figure, a verb or a clause of another subject.

Knows one source sentence and the claim's part that rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from rag.agreement import Difference
from rag.claims import Token
from rag.displaced import is_opposed
from rag.gaps import Match, free_beside, written
from rag.wording import Role

_COMPARED = frozenset({"高于", "低于"})
_TOTALS = frozenset({"累计", "共计", "合计", "总计"})
_VERBS = frozenset({Role.WORDING, Role.UP, Role.DOWN, Role.ADVERSE, Role.NEGATION})
_GRAMMAR = frozenset({Role.LIGHT, Role.STYLE})
_DANGLING = 3.0  # weight below which a clause, figures aside, has no subject of its own
_ASIDES = frozenset("在对从向为以按由于") | {"包括"}
_LEVELS = frozenset("省市县区州")  # 省政府: the context says of which province


def joins(match: Match, place: Mapping[int, int]) -> Iterator[Difference]:
    """What is said of another subject than in the source; ``place`` has the partners of moved words."""
    taken = frozenset((*match.partner.values(), *place.values()))
    for left, right in pairwise(sorted(match.partner)):
        here, there = match.source[match.partner[left]], match.source[match.partner[right]]
        if here.clause != there.clause:
            if _is_spliced(match, taken, left, right):
                yield Difference.NAME
        elif _takes_figure_of_another(match, taken, left, right):
            yield Difference.FIGURE
        if _takes_contrary_verb(match, taken, left, right):
            yield Difference.NEGATION
    if any(_are_crossed(match, *pair) for pair in pairwise(_figures(match))):
        yield Difference.FIGURE
    for i in match.partner:
        if match.claim[i].quantity is None:
            continue
        if _is_only_compared(match, taken, i) or _is_total_of_more(match, taken, i):
            yield Difference.FIGURE


def _is_spliced(match: Match, taken: frozenset[int], left: int, right: int) -> bool:
    """Whether two tokens in a row have different subjects in different clauses of the source."""
    there = match.partner[right]
    if match.source[there].key == "的":  # the end of what describes: 围绕中心、服务大局的要求
        return _describes_another(match, taken, left, there)
    if match.claim[left].clause == match.claim[right].clause:
        before = _in_item(match, free_beside(match, taken, there, -1), there)
        apart = (_subject_of(match, taken, left), before)
        if any(_names(match, words) and not _is_said(match, left, words) for words in apart):
            return True
        return _takes_verb(match, left, right) or _lacks_object(match, taken, right)
    if not _is_dangling(match, match.claim[right].clause):
        return False
    return _names(match, free_beside(match, taken, there, -1)) or _jumps(match, left, right)


def _takes_contrary_verb(match: Match, taken: frozenset[int], left: int, right: int) -> bool:
    """Whether a noun has the verb of another in the place of its own, the contrary: 提高质量、降低消耗."""
    verb, there = match.claim[left], match.partner[right]
    if right != left + 1 or verb.role not in _VERBS or there == match.partner[left] + 1:
        return False
    before = match.source[there - 1] if there else None
    if before is None or there - 1 in taken or before.clause != match.source[there].clause:
        return False
    return is_opposed(verb, [before])


def _describes_another(match: Match, taken: frozenset[int], left: int, there: int) -> bool:
    """Whether a noun is described otherwise: 在建的厂矿共6个, where 建成的厂矿共6个."""
    here = match.source[match.partner[left]]
    after = free_beside(match, taken, match.partner[left], 1)
    own = bool(after) and match.source[after[0]].key == "的"
    words = (match.source[j] for j in free_beside(match, taken, there, -1))
    return (
        own
        and here.clause != match.source[there].clause
        and any(t.role is not Role.LIGHT for t in words)
    )


def _names(match: Match, apart: tuple[int, ...]) -> bool:
    """Whether these source positions name a matter, and do not only describe what follows."""
    tokens = [match.source[j] for j in sorted(apart)]
    if tokens and (tokens[-1].key == "的" or tokens[0].key in _ASIDES):
        return False  # 在劳务输出比较集中的
    return any(t.is_content and t.key not in _LEVELS for t in tokens)


def _is_said(match: Match, position: int, apart: tuple[int, ...]) -> bool:
    """Whether the claim's clause has these source words in another place."""
    clause = match.claim[position].clause
    said = written([t for t in match.claim if t.clause == clause])
    return written([match.source[j] for j in sorted(apart)]) in said


def _in_item(match: Match, positions: tuple[int, ...], there: int) -> tuple[int, ...]:
    return tuple(j for j in positions if match.source[j].item == match.source[there].item)


def _jumps(match: Match, left: int, right: int) -> bool:
    """Whether a clause without a subject follows on another one than in the source."""
    here, there = (match.source[match.partner[i]].clause for i in (left, right))
    if _begins_with_subject(match.claim, match.claim[right].clause):
        return False
    if there < here:
        return not _has_subject(match, there)
    return any(_begins_with_subject(match.source, clause) for clause in range(here + 1, there))


def _has_subject(match: Match, clause: int) -> bool:
    """Whether the claim has the word that this source clause begins with: order may be turned."""
    words = (j for j, t in enumerate(match.source) if t.clause == clause and t.is_content)
    return next(words, None) in match.partner.values()


def _begins_with_subject(tokens: Sequence[Token], clause: int) -> bool:
    words = (t for t in tokens if t.clause == clause and t.role not in _GRAMMAR)
    first = next(words, None)
    return first is not None and first.is_content


def _takes_verb(match: Match, left: int, right: int) -> bool:
    """Whether a clause says of its own matter what the source says of another clause's."""
    before, there = match.partner[right] - 1, match.source[match.partner[right]]
    if before < 0 or match.source[before].clause != there.clause:
        return False
    own = next((i for i, j in match.partner.items() if j == before), None)
    elsewhere = own is not None and match.claim[own].clause != match.claim[right].clause
    return elsewhere and match.source[before].is_content


def _lacks_object(match: Match, taken: frozenset[int], right: int) -> bool:
    """Whether a clause ends with the verb of another source clause, and leaves out what that is done to."""
    clause = match.claim[right].clause
    own = [i for i, t in enumerate(match.claim) if t.clause == clause and t.role not in _GRAMMAR]
    last = own[-1] if own else right
    if match.claim[last].role not in _VERBS or last not in match.partner:
        return False
    there = match.partner[last]
    if any(
        match.claim[i].is_content
        and match.partner[i] > there
        and match.source[match.partner[i]].clause == match.source[there].clause
        for i in own
        if i in match.partner
    ):
        return False  # it stands before the verb: 提前实现目标, 目标提前实现
    after = _in_item(match, free_beside(match, taken, there, 1), there)
    return any(match.source[j].is_content for j in after)


def _takes_figure_of_another(match: Match, taken: frozenset[int], left: int, right: int) -> bool:
    """Whether a figure goes from one item to the subject of another: 企业155户、总量474户."""
    here, there = match.partner[left], match.partner[right]
    if match.claim[left].item != match.claim[right].item:
        return False
    if match.source[here].item == match.source[there].item or not _leads_to_figure(match, right):
        return False
    own = _in_item(match, free_beside(match, taken, there, -1), there)
    return any(match.source[j].is_content for j in own)


def _leads_to_figure(match: Match, position: int) -> bool:
    """Whether only grammar and a verb stand before the next figure of the claim's item."""
    for token in match.claim[position:]:
        if token.item != match.claim[position].item or token.is_content:
            return False
        if token.quantity is not None:
            return True
    return False


def _is_only_compared(match: Match, taken: frozenset[int], figure: int) -> bool:
    """Whether the source compares with this figure what it speaks of: 高于前三十年平均每年4%."""
    before = (match.source[j].key for j in _subject_of(match, taken, figure))
    return not _COMPARED.isdisjoint(before)


def _figures(match: Match) -> list[int]:
    return [i for i in sorted(match.partner) if match.claim[i].quantity is not None]


def _are_crossed(match: Match, left: int, right: int) -> bool:
    """Whether two figures of a list have changed places, and nothing else has: 分别增长6%、7%."""
    here, there = match.partner[left], match.partner[right]
    if match.claim[left].clause != match.claim[right].clause or here < there:
        return False
    same = match.source[here].clause == match.source[there].clause
    return same and _is_bare(match.claim, right) and _is_bare(match.source, here)


def _is_bare(tokens: Sequence[Token], figure: int) -> bool:
    """Whether a figure is all that its item names."""
    return not any(t.is_content for t in tokens if t.item == tokens[figure].item)


def _is_total_of_more(match: Match, taken: frozenset[int], figure: int) -> bool:
    """Whether the claim takes a total for the part: 7万套 of 建成7万套、累计达61万套."""
    there = match.partner[figure]
    before = free_beside(match, taken, there, -1)
    if _TOTALS.isdisjoint(match.source[j].key for j in before):
        return False
    own = match.source[there].quantity
    others = (match.source[j].quantity for j in before)
    return any(own and other and other.unit == own.unit for other in others)


def _subject_of(match: Match, taken: frozenset[int], last: int) -> tuple[int, ...]:
    """What the source clause of ``last`` has before the words that the claim takes from it."""
    token = match.source[match.partner[last]]
    if token.leads_in:
        return ()
    first = min(
        j
        for i, j in match.partner.items()
        if match.claim[i].clause == match.claim[last].clause
        and match.source[j].clause == token.clause
    )
    apart = free_beside(match, taken, first, -1)
    begin = min(apart, default=first)
    holder = next((i for i, j in match.partner.items() if j == begin - 1), None)
    here = holder is not None and match.source[begin - 1].clause == token.clause
    if here and holder is not None and match.claim[holder].clause < match.claim[last].clause:
        return ()  # the claim has it, in the clause before
    return apart


def _is_dangling(match: Match, clause: int) -> bool:
    tokens = [t for t in match.claim if t.clause == clause]
    return sum(t.weight for t in tokens if not t.is_fact) < _DANGLING
