"""A list whose figures follow as a list: 甲、乙分别增长5%、6% says 甲增长5%，乙增长6%.

Knows tokens alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rag.claims import Token

_RESPECTIVELY = "分别"
_AND = frozenset({"和", "与", "及", "以及"})
_ROOM = 100  # between the numbers of clauses, for those that a list becomes


def distributed(tokens: Sequence[Token]) -> tuple[Token, ...] | None:
    """The tokens with each member of a list beside its figure, or ``None`` without such a list."""
    told: list[Token] = []
    for _, positions in groupby(range(len(tokens)), key=lambda n: tokens[n].clause):
        told += _clause_told(tokens, list(positions))
    return tuple(told) if len({t.clause % _ROOM for t in told}) > 1 else None


def _clause_told(tokens: Sequence[Token], clause: Sequence[int]) -> Iterator[Token]:
    """A clause's tokens, those of a list and its figures as several clauses."""
    figures = _figures(tokens, clause)
    before = [n for n in clause if figures and n < figures[0]]
    marked = next((n for n in before if tokens[n].key == _RESPECTIVELY), len(tokens))
    named = [n for n in before if n < marked]
    members = _members(tokens, named, len(figures)) if len(figures) > 1 else []
    rest = clause
    if members:
        said = [n for n in before if n > marked]
        shared = members[-1][len(members[-2]) :]  # 燃气、供水管网: both are 管网
        for number, (member, figure) in enumerate(zip(members, figures, strict=True)):
            head = () if member is members[-1] else shared
            for n in (*member, *head, *said, figure):
                yield _placed(tokens[n], number, tokens[figure].item)
        rest = [n for n in clause if n > figures[-1]]
    for n in rest:
        yield _placed(tokens[n], len(members), tokens[n].item)


def _placed(token: Token, number: int, item: int) -> Token:
    return replace(token, clause=token.clause * _ROOM + number, item=item)


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
