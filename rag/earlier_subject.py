"""Whom a passage means by 集团公司 or 他: the organisation or person that its document named before it.

Knows the words of one document and of one question, and no grammar: the name that is asked about must stand there.
"""

from __future__ import annotations

import re

from rag.named_things import named_in_normal
from rag.normal_form import normalise
from rag.schema import Document

_BACK = 800  # characters before a passage that are looked at
_KINDS = "集团|公司|大学|学院|学校|中学|医院|银行|工厂|协会|工会|委员会|法院"
_KIND = re.compile(_KINDS)
_NAMED = re.compile(f"(?P<name>[\u4e00-\u9fffA-Za-z0-9]{{2,12}}?)(?P<kind>{_KINDS})")
_PRONOUN = re.compile("(?<!其)[他她](?!们|人|国|乡|山|日)")
_RUN = 2  # characters that name and question must share
_MISSPELT = 2  # characters of a name before these, if they share no more


def subject_before(question: str, document: Document, start: int, passage: str) -> str | None:
    """What the question names, the passage does not, and the document did before: 神溪矿业集团.

    Args:
        question: As it was asked.
        document: That the passage is of.
        start: Where in it the passage starts.
        passage: The passage, with what stands above it.
    """
    before = normalise(document.text[max(0, start - _BACK) : start])
    asked, here = normalise(question), normalise(passage)
    if not before:
        return None
    return _organisation(asked, before, here) or _person(asked, before, here)


def _organisation(asked: str, before: str, here: str) -> str | None:
    kinds = {match.group() for match in _KIND.finditer(here)}
    for match in reversed(list(_NAMED.finditer(before))) if kinds else ():
        name = match["name"]
        at = next((n for n in range(len(name) - _RUN + 1) if name[n : n + _RUN] in asked), None)
        if match["kind"] in kinds and at is not None and name[at : at + _RUN] not in here:
            shares_more = name[at : at + _RUN + 1] in asked and len(name) > at + _RUN
            return name[at if shares_more else max(0, at - _MISSPELT) :] + match["kind"]
    return None


def _person(asked: str, before: str, here: str) -> str | None:
    """The person last named, if the passage goes on with 他."""
    if not _PRONOUN.search(here):
        return None
    names = {asked[s.start : s.end] for s in named_in_normal(asked).people}
    missing = [name for name in names if name in before and name not in here]
    if not missing:
        return None
    spans = named_in_normal(before).people
    last = before[spans[-1].start : spans[-1].end] if spans else None
    return last if last in missing else None
