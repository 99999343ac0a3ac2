"""What a claim adds to its source and its context gives: names, years, subjects, words in full or in short.

Knows one source sentence and the claim's part that rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rag.agreement import year_of
from rag.claims import Token
from rag.displaced import is_opposed
from rag.gaps import Gap, Match, runs
from rag.numerals import numeral_value
from rag.subjects import subjects_given
from rag.wording import Role

DIGITS = frozenset("一二三四五六七八九十两几")
_ARTICLES = frozenset("个项家名位座条件次")
_CHANGES = frozenset({Role.WORDING, Role.UP, Role.DOWN, Role.ADVERSE})
_SHORTEST = 2  # characters of a word in short


def given(match: Match, gap: Gap, said: list[int]) -> Iterator[int]:
    """Positions whose words the context gives; a verb may also stand behind its object."""
    yield from subjects_given(match, gap)
    yield from _given_in_short(match, gap, said)
    for part in runs([i for i in said if match.claim[i].is_content]):
        if _is_given(match, gap, part):
            yield from part
        else:
            places = (i for i in part if match.claim[i].role is Role.PLACE)
            yield from (i for i in places if _is_given(match, gap, [i]))
    for i in said:
        token = match.claim[i]
        fact = token.is_fact and (
            _is_given_year(match, i)
            or _is_year_before(match, token, gap.facing)
            or _is_article(token, gap.facing)
            or _is_spelled(token, gap.facing)
        )
        verb = token.role is Role.WORDING and not _has_contrary(token, gap.facing)
        if fact or (verb and _has_verb(match, token.key)):
            yield i


def _given_in_short(match: Match, gap: Gap, said: list[int]) -> Sequence[int]:
    """Positions whose words the source has in short, or in full: 减税, 减免税收.

    The last of them may be matched: 产 of 扩产, 扩大生产.
    """
    own = [i for i in said if not _is_grammar(match.claim[i])]
    words = [match.claim[i] for i in own]
    others = [t for t in gap.facing if not _is_grammar(t)]
    partner = match.partner.get(gap.end)
    last = ([], []) if partner is None else ([match.claim[gap.end]], [match.source[partner]])
    for more, others_more in (([], []), last):
        sides = [*words, *more], [*others, *others_more]
        if own and (_is_short_for(*sides) or _is_short_for(*sides[::-1])):
            return own
    return ()


def _is_grammar(token: Token) -> bool:
    return not token.is_fact and token.role in (Role.LIGHT, Role.STYLE)


def _is_short_for(short: Sequence[Token], full: Sequence[Token]) -> bool:
    """Whether each character of ``short`` stands for two of ``full`` that have it: 筹资, 筹集资金."""
    if any(t.is_fact or t.named for t in (*short, *full)):
        return False
    initials, words = "".join(t.text for t in short), "".join(t.text for t in full)
    if len(initials) < _SHORTEST or len(words) != 2 * len(initials):
        return False
    return all(c in words[2 * n : 2 * n + 2] for n, c in enumerate(initials))


def _is_article(token: Token, facing: Sequence[Token]) -> bool:
    """Whether 一个 counts nothing here: no figure stands in its place."""
    quantity = token.quantity
    if quantity is None or quantity.value != 1 or quantity.unit not in _ARTICLES:
        return False
    return not quantity.qualifier and all(t.quantity is None for t in facing)


def _has_contrary(verb: Token, facing: Sequence[Token]) -> bool:
    """Whether the last verb that faces this one says the contrary: it stands with the same noun."""
    verbs = [t for t in facing if t.role in _CHANGES]
    return is_opposed(verb, verbs[-1:])


def _has_verb(match: Match, key: str) -> bool:
    taken = set(match.partner.values())
    return any(t.key == key and j not in taken for j, t in enumerate(match.source))


def _is_given(match: Match, gap: Gap, part: list[int]) -> bool:
    """Whether the context gives what the claim adds; what takes another's place is not added."""
    facing = [t for t in gap.facing if t.is_content]
    tokens = [match.claim[i] for i in part]
    if len(tokens) == 1 and tokens[0].role is Role.PLACE:
        replaces = len(facing) > 1 or any(t.role is Role.PLACE for t in facing)
        return not replaces and match.around.place_is(tokens[0].key)
    words = "".join(t.key for t in tokens)
    if facing or len(words) < 2:
        return False
    return match.around.names(words) or _is_in_source(match, words)


def _is_in_source(match: Match, words: str) -> bool:
    """Whether the claim names again what its source names once: 企业46万户、解决问题9万个."""
    sides = zip_longest(match.source, match.source[1:])
    return words in "".join(
        t.key if after is None or after.clause == t.clause else f"{t.key}\n" for t, after in sides
    )


def _is_given_year(match: Match, position: int) -> bool:
    moment = match.claim[position].moment
    if moment is None or moment.month is not None:
        return False
    if moment.period is not None:
        return moment.year is None and match.around.period_is(moment.period)
    year = year_of(moment, match.around.year_of_speech)
    return year is not None and match.around.year_is(year)


def _is_year_before(match: Match, token: Token, facing: Sequence[Token]) -> bool:
    """Whether 比2020年 is 比上年 here: the context is about the year behind it."""
    year = None if token.moment is None else token.moment.year
    based = any(t.role is Role.BASIS and t.key == "同比" for t in facing)
    return year is not None and based and match.around.year_is(year + 1)


def _is_spelled(figure: Token, facing: Sequence[Token]) -> bool:
    """Whether the source has the same number in a word that is no figure: 两级财政 for 两级的财政."""
    if figure.quantity is None:
        return False
    digits = (t.key for t in facing if is_digit(t) and t.key != "几")
    return any(numeral_value(digit) == figure.quantity.value for digit in digits)


def is_digit(token: Token) -> bool:
    """Whether this is a digit that is no figure: 两级."""
    return not token.is_fact and token.key in DIGITS
