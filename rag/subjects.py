"""A subject that the claim names, and its source leaves to what stands before.

Reports name their subject once and go on without it; a sentence that is quoted alone has to name it.
Knows one source sentence, the claim's part that rests on it, and the text before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.claims import Token
from rag.gaps import Gap, Match, runs, written
from rag.wording import Role

_SHORTEST = 3  # characters of a subject: shorter ones are found in any text


def subjects_given(match: Match, gap: Gap) -> Iterator[int]:
    """Positions of the gap that name a subject which the text before the source sentence has.

    The source must have no other subject there: none before its first words that the claim has,
    or the end of the claim's (直通车 for 职工维权直通车).
    """
    if any(token.is_content or token.role is Role.SCOPE for token in gap.facing):
        return
    for run in runs([i for i in gap.said if not match.claim[i].is_fact]):
        named = [match.claim[i] for i in run]
        long = sum(len(token.key) for token in named if token.is_content) >= _SHORTEST
        if long and _is_subject(match, run) and match.around.said_before(named):
            yield from run


def _is_subject(match: Match, run: Sequence[int]) -> bool:
    """Whether these words begin their clause, with no other subject in the source, or end a 的."""
    first, last = run[0], run[-1]
    if first and match.claim[first - 1].key == "的":
        return last + 1 == len(match.claim) or match.claim[last + 1].clause != (
            match.claim[last].clause
        )
    before = (t for t in match.claim[:first] if t.clause == match.claim[first].clause)
    if any(t.is_content for t in before):
        return False
    own = written(_leading(match))
    return not own or written([match.claim[i] for i in run]).endswith(own)


def _leading(match: Match) -> Sequence[Token]:
    """The words that the source sentence begins with, up to the first of grammar or of the claim."""
    taken = set(match.partner.values())
    found: list[Token] = []
    for j, token in enumerate(match.source):
        grammar = token.is_fact or token.role in (Role.LIGHT, Role.STYLE)
        if j in taken or (grammar and found):
            break
        if not grammar:
            found.append(token)
    return found
