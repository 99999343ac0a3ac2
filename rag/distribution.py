"""A list whose figures follow as a list: 甲、乙分别增长5%、6% says 甲增长5%，乙增长6%.

Knows tokens alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rag.claims import Token

_RESPECTIVELY = "分别"
_AND = frozenset({"和", "与", "及", "以及"})
_TWO = 2


@dataclass(frozen=True, slots=True)
class _List:
    """Positions of the members, of what is said of each, and of the figures."""

    members: Sequence[Sequence[int]]
    said: Sequence[int]
    figures: Sequence[int]


def distributed(tokens: Sequence[Token]) -> tuple[Token, ...] | None:
    """The tokens with each member of a list beside its figure, or ``None`` without such a list."""
    clauses = [list(c) for _, c in groupby(range(len(tokens)), key=lambda n: tokens[n].clause)]
    lists = [_list_in(tokens, clause) for clause in clauses]
    if not any(lists):
        return None
    told: list[
        list[list[int]]
    ] = []  # for each member of a list what is said of it, clause by clause
    last = 0  # how many members the list before has
    for clause, found in zip(clauses, lists, strict=True):
        figures = _figures(tokens, clause)
        if found is not None:
            told += [[part] for part in _told(tokens, clause, found)]
        elif last == len(figures) and _goes_on(tokens, clause, figures):
            said = [n for n in clause if n < figures[0]]
            for member, figure in zip(told[-last:], figures, strict=True):
                member.append([*said, figure])
            continue
        else:
            told.append([clause])
        last = 0 if found is None else len(found.members)
    parts = [part for member in told for part in member]
    return tuple(
        replace(tokens[n], clause=number, item=tokens[n].item if part in clauses else -1 - number)
        for number, part in enumerate(parts)
        for n in part
    )


def _goes_on(tokens: Sequence[Token], clause: Sequence[int], figures: Sequence[int]) -> bool:
    """Whether a clause tells more of the members before it: 分别居全国第二、第七."""
    return (
        len(figures) >= _TWO
        and tokens[clause[0]].key == _RESPECTIVELY
        and figures[-1] == clause[-1]
    )


def _list_in(tokens: Sequence[Token], clause: Sequence[int]) -> _List | None:
    figures = _figures(tokens, clause)
    if len(figures) < _TWO:
        return None
    before = [n for n in clause if n < figures[0]]
    marked = next((n for n in before if tokens[n].key == _RESPECTIVELY), len(tokens))
    members = _members(tokens, [n for n in before if n < marked], len(figures))
    return _List(members, [n for n in before if n > marked], figures) if members else None


def _told(tokens: Sequence[Token], clause: Sequence[int], found: _List) -> Iterator[list[int]]:
    """What a clause says of each member of its list; what follows the figures is said of all."""
    last = found.members[-1]
    shared = _shared(tokens, found.members)
    rest = [n for n in clause if n > found.figures[-1]]
    for member, figure in zip(found.members, found.figures, strict=True):
        yield [*member, *(() if member is last else shared), *found.said, figure, *rest]


def _shared(tokens: Sequence[Token], members: Sequence[Sequence[int]]) -> Sequence[int]:
    """The end of the last member that the others have too: of 燃气、供水管网 both are 管网."""
    last, before = members[-1], members[-2]
    keys = [tokens[n].key for n in last]
    if "的" in keys:
        return last[keys.index("的") + 1 :]
    longer = last[len(before) :]
    begin = max((n for n in last[:-1] if not tokens[n].goes_on), default=last[0])
    same = tokens[before[-1]].key == keys[-1]  # 产业、制造业
    noun = [] if same else last[last.index(begin) + 1 :]  # 铜、镍产量
    return max(longer, noun, key=len)


def _figures(tokens: Sequence[Token], clause: Sequence[int]) -> list[int]:
    """The first figures of a clause between which nothing stands but 和."""
    found: list[int] = []
    for n in clause:
        if tokens[n].quantity is not None:
            found.append(n)
        elif found and tokens[n].key not in _AND:
            break
    return found


def _members(tokens: Sequence[Token], named: Sequence[int], count: int) -> list[list[int]]:
    """So many members of the list that ends before the figures; none if there are more or less."""
    items = [list(item) for _, item in groupby(named, key=lambda n: tokens[n].item)]
    if len(items) == count:
        return items
    joined = [
        list(part)
        for item in items
        for is_and, part in groupby(item, key=lambda n: tokens[n].key in _AND)
        if not is_and
    ]
    return joined if len(joined) == count else []
